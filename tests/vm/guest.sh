#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs a script as root in a throw-away guest with one of Debian's kernels.
#
# guest.sh --kernel VERSION --payload DIR --out DIR [--timeout S] [--mem M] [--smp N] [--quiet]
#	[--icount] [--single] [--append WORDS] [--disk IMAGE]
#
# VERSION is one of kernel.sh's. DIR of --payload appears in the guest as /payload and /payload/run is started in it; what lies in
# DIR/root is copied over / before (programs with their libraries: pack.sh puts them there). The
# script's output is streamed to stdout unless --quiet, and kept in OUT/stdout.log. What the script leaves in /out
# comes back to OUT, with the kernel's log as OUT/dmesg.log; OUT/console.log is the serial console.
# Exit status: the script's; 124 if it took longer than --timeout (120 s), 125 if the guest could not
# be run or died. Nothing stays behind, however this script ends.
#
# SCAPULA_TIME_FACTOR multiplies the time limit; it is 10 for debug kernels, which get twice the memory
# too. With SCAPULA_LOGS=DIR a copy of the kernel's log is kept there. SCAPULA_KMEMLEAK=on makes
# a debug kernel look for leaks at its end and add them to the log.
#
# The guest has busybox (every applet is in PATH), a tmpfs root, cgroup v2, loopback, and no network.
# With --disk its root is that file system instead, with systemd; the file stays as it is.
# KVM is used only where a short probe shows that a Debian kernel boots with it; SCAPULA_ACCEL=tcg
# or kvm decides without the probe. --icount counts instructions instead of time: one guest
# nanosecond is one instruction, the guest has one processor and its clock jumps while it is idle.
# --single runs all processors on one thread where QEMU emulates: for tests that attach and detach
# tracepoints often. The kernel patches its code for that, which QEMU's parallel threads do not
# always see: the guest dies of a stale int3 (stale_int3.sh). Without --single such a guest is started
# again, on one thread; what it printed until then is printed only if not --quiet.
set -euo pipefail
args=("$@")
here=$(cd "$(dirname "$0")" && pwd)

kernel='' payload='' out='' timeout=120 mem=768 smp=2 quiet=0 icount=0 single=0 append='' disk=''

die() {
	echo "guest.sh: $*" >&2
	exit 125
}

while [ $# -gt 0 ]; do
	case $1 in
	--quiet) quiet=1 ;;
	--icount) icount=1 ;;
	--single) single=1 ;;
	--kernel | --payload | --out | --timeout | --mem | --smp | --append | --disk)
		[ $# -ge 2 ] || die "$1 wants a value"
		printf -v "${1#--}" %s "$2"
		shift
		;;
	*) die "unknown option $1" ;;
	esac
	shift
done
[ -n "$kernel" ] && [ -n "$payload" ] && [ -n "$out" ] || die "--kernel, --payload and --out are needed"
[ -f "$payload/run" ] || die "no script $payload/run"
command -v qemu-system-x86_64 >/dev/null || die "missing qemu-system-x86: apt-get install qemu-system-x86 (or: make deps)"
command -v cpio >/dev/null || die "missing cpio: apt-get install cpio (or: make deps)"
busybox=$(command -v busybox) || die "missing busybox-static: apt-get install busybox-static (or: make deps)"
if ldd "$busybox" >/dev/null 2>&1; then
	die "$busybox is not static: apt-get install busybox-static"
fi

# the firmware of pc keeps a kernel with kmemleak busy for half a minute where that of q35 does not
factor=1 machine=pc
case $kernel in
debug-*) factor=10 mem=$((2 * mem)) machine=q35 ;;
esac
timeout=$((timeout * ${SCAPULA_TIME_FACTOR:-$factor}))

paths=$("$here/kernel.sh" --no-module "$kernel") || exit 125
path() { sed -n "s/^$1=//p" <<<"$paths"; }
release=$(path release) image=$(path image) modules=$(path modules)
cache=$(dirname "$(dirname "$(dirname "$image")")")

mkdir -p "$out"
out=$(cd "$out" && pwd)
tmp=$(mktemp -d "${TMPDIR:-/tmp}/scapula-guest.XXXXXX")
qemu='' relay='' watchdog=''
cleanup() {
	trap '' INT TERM HUP
	[ -z "$qemu" ] || kill -9 "$qemu" 2>/dev/null || :
	[ -z "$watchdog" ] || kill "$watchdog" 2>/dev/null || :
	[ -z "$relay" ] || kill "$relay" 2>/dev/null || :
	wait 2>/dev/null || :
	rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# ---- the base: busybox, process 1, and the modules that guests want; made once per kernel ----

# add_module NAME ROOT: the module and what it depends on, uncompressed; nothing if it is built in.
add_module() {
	local file name dest
	file=$(find "$modules/kernel" -name "${1//_/[-_]}.ko*" | head -n 1)
	[ -n "$file" ] || return 0
	dest=$2/usr/lib/modules/$release/kernel/$1.ko
	[ ! -f "$dest" ] || return 0
	case $file in
	*.xz) xz -dc "$file" >"$dest" ;;
	*.zst) zstd -qdc "$file" >"$dest" ;;
	*) cp "$file" "$dest" ;;
	esac
	for name in $(grep -az '^depends=' "$dest" | tr '\0' '\n' | sed 's/^depends=//; s/,/ /g'); do
		add_module "${name//-/_}" "$2"
	done
}

# What a disk needs, and the networks of container runtimes.
disk_modules='virtio_blk br_netfilter fuse ip_tables iptable_nat iptable_filter xt_conntrack xt_MASQUERADE
	xt_addrtype xt_comment xt_mark xt_nat xt_multiport'

make_base() {
	local r=$tmp/base name
	mkdir -p "$r/usr/bin" "$r/usr/lib/modules/$release/kernel" "$r/usr/lib64" "$r/etc" "$r/newroot" "$r/dev"
	ln -s usr/bin "$r/bin"
	ln -s usr/bin "$r/sbin"
	ln -s bin "$r/usr/sbin"
	ln -s usr/lib "$r/lib"
	ln -s usr/lib64 "$r/lib64"
	cp "$busybox" "$r/usr/bin/busybox"
	for name in $("$busybox" --list); do
		[ "$name" = busybox ] || ln -s busybox "$r/usr/bin/$name"
	done
	install -m 755 "$here/guest_init.sh" "$r/init"
	printf '%s\n' root:x:0:0:root:/root:/bin/sh daemon:x:1:1:daemon:/:/bin/false \
		www-data:x:33:33:www-data:/var/www:/bin/false nobody:x:65534:65534:nobody:/:/bin/false >"$r/etc/passwd"
	printf '%s\n' root:x:0: daemon:x:1: tty:x:5: www-data:x:33: nogroup:x:65534: >"$r/etc/group"
	printf '%s\n' '127.0.0.1 localhost' '::1 localhost' >"$r/etc/hosts"
	for name in virtio_pci virtio_console veth overlay bridge tun loop quota_v2 ${disk:+$disk_modules}; do
		add_module "$name" "$r"
	done
	"$busybox" depmod -b "$r" "$release"
	(cd "$r" && find . | cpio -o -H newc -R 0:0 --quiet | gzip -1) >"$tmp/base.cpio.gz"
	mv "$tmp/base.cpio.gz" "$base"
	rm -rf "$r"
}

base=$cache/base${disk:+-disk}.cpio.gz
exec 8>"$cache/base.lock"
flock 8
if [ ! -f "$base" ] || [ "$here/guest_init.sh" -nt "$base" ] || [ "$here/guest.sh" -nt "$base" ] ||
	[ "$image" -nt "$base" ]; then
	make_base
fi
flock -u 8
exec 8>&-

# ---- QEMU ----

# no_timer_check: on a busy host too few ticks come in time, and the kernel would panic at boot
cmdline="console=ttyS0 quiet no_timer_check panic=-1 oops=panic mitigations=off random.trust_cpu=on tsc=reliable nokaslr"
cmdline+=" net.ifnames=0 apparmor=0 log_buf_len=4M $append"
case $kernel in
# it makes everything three times slower
debug-*) cmdline+=" kmemleak=${SCAPULA_KMEMLEAK:-off}" ;;
esac

# A KVM that exists may still hang or kill Debian's kernels: believe it only after it booted one.
kvm_works() {
	local note=$cache/kvm.$(cat /proc/sys/kernel/random/boot_id)
	[ -w /dev/kvm ] || return 1
	if [ ! -f "$note" ]; then
		rm -f "$cache"/kvm.*
		timeout -k 1 20 qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot -M pc \
			-accel kvm -cpu host -m 256 -kernel "$image" -initrd "$base" -serial "file:$tmp/probe.log" \
			-append "$cmdline rdinit=/usr/bin/poweroff" </dev/null >/dev/null 2>&1 || :
		# without process 1 the kernel must get as far as starting it
		if grep -q 'Run /usr/bin/poweroff\|Attempted to kill init' "$tmp/probe.log" 2>/dev/null; then
			echo yes >"$note"
		else
			echo no >"$note"
		fi
	fi
	[ "$(cat "$note")" = yes ]
}

drive=()
if [ -n "$disk" ]; then
	[ -f "$disk" ] || die "no disk $disk"
	drive=(-drive "file=$disk,format=raw,if=virtio,snapshot=on")
	cmdline+=" scapula.disk=/dev/vda"
fi

accel=${SCAPULA_ACCEL:-}
if [ "$icount" = 1 ]; then
	accel=icount smp=1
elif [ -z "$accel" ]; then
	accel=tcg
	if kvm_works; then accel=kvm; fi
fi
threads=multi
[ "$single" = 0 ] || threads=single
guest_timeout=$timeout
# without cmpxchg16b: QEMU 7.2 emulates it badly on a busy host, and 6.12's allocator dies of it
case $accel in
kvm) accel=(-accel kvm -cpu host) ;;
tcg) accel=(-accel "tcg,thread=$threads" -cpu max,-cx16) ;;
# guest time jumps ahead when idle, so only the host can tell how long it takes
icount) accel=(-accel "tcg,thread=single" -icount "shift=0,sleep=off" -cpu max,-cx16) guest_timeout=0 ;;
*) die "SCAPULA_ACCEL is tcg or kvm" ;;
esac

mkdir "$tmp/pl"
cp -aL --no-preserve=ownership "$payload" "$tmp/pl/payload" 2>/dev/null ||
	cp -a "$payload" "$tmp/pl/payload"
(cd "$tmp/pl" && find . | cpio -o -H newc -R 0:0 --quiet | gzip -1) >"$tmp/payload.cpio.gz"
rm -rf "$tmp/pl"
cat "$base" "$tmp/payload.cpio.gz" >"$tmp/initrd"
rm -f "$out/console.log" "$out/dmesg.log" "$out/stdout.log"

mkfifo "$tmp/stdout"
if [ "$quiet" = 1 ]; then
	cat "$tmp/stdout" >"$out/stdout.log" &
else
	tee "$out/stdout.log" <"$tmp/stdout" &
fi
relay=$!

# the death of this shell, even by SIGKILL, is the guest's too
leash=()
if setpriv --pdeathsig KILL true 2>/dev/null; then
	leash=(setpriv --pdeathsig KILL)
fi
"${leash[@]}" qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot -M "$machine" "${accel[@]}" \
	-smp "$smp" -m "$mem" -kernel "$image" -initrd "$tmp/initrd" \
	-append "$cmdline scapula.timeout=$guest_timeout" -serial "file:$out/console.log" \
	"${drive[@]}" -device virtio-serial-pci,max_ports=4 \
	-chardev "file,id=stdout,path=$tmp/stdout,append=on" -device virtserialport,chardev=stdout,name=stdout \
	-chardev "file,id=status,path=$tmp/status" -device virtserialport,chardev=status,name=status \
	-chardev "file,id=results,path=$tmp/results" -device virtserialport,chardev=results,name=results \
	</dev/null 2>"$tmp/qemu.log" &
qemu=$!

# The guest ends a slow script itself and saves its log: the host steps in only when that fails.
hard=$((timeout + 45))
(
	exec >/dev/null 2>&1 </dev/null
	nap=''
	trap 'kill $nap; exit' TERM
	sleep $hard &
	nap=$!
	wait $nap && touch "$tmp/killed" && kill -9 "$qemu"
) &
watchdog=$!
wait "$qemu" 2>/dev/null || :
qemu=''
kill "$watchdog" 2>/dev/null || :
watchdog=''
# QEMU may have died before it opened the pipe
exec 7<>"$tmp/stdout"
exec 7>&-
wait "$relay" || :
relay=''

# ---- what came back ----

if [ -s "$tmp/results" ]; then
	tar -x --no-same-owner -f "$tmp/results" -C "$out" || echo "guest.sh: the guest's results are cut" >&2
fi
if [ ! -s "$tmp/status" ] && [[ ${accel[*]} = *tcg,thread=multi* ]] && sh "$here/stale_int3.sh" "$out/console.log"; then
	echo "guest.sh: the emulator kept a stale int3 and the guest died of it: again, on one thread" >&2
	cleanup
	exec bash "$here/guest.sh" --single "${args[@]}"
fi
# a guest that died leaves what its kernel wrote on the console
[ -f "$out/dmesg.log" ] || cp "$out/console.log" "$out/dmesg.log" 2>/dev/null || :
if [ -n "${SCAPULA_LOGS:-}" ] && [ -f "$out/dmesg.log" ]; then
	mkdir -p "$SCAPULA_LOGS"
	cp "$out/dmesg.log" "$(mktemp "$SCAPULA_LOGS/$kernel.XXXXXX.log")"
fi
if [ -s "$tmp/status" ]; then
	status=$(tr -dc 0-9 <"$tmp/status")
	[ "$status" != 124 ] || echo "guest.sh: /payload/run ended with 124 (time limit of $timeout s: see $out/dmesg.log)" >&2
	exit "${status:-125}"
fi
[ ! -s "$tmp/qemu.log" ] || cat "$tmp/qemu.log" >&2
if grep -q 'Kernel panic' "$out/console.log" 2>/dev/null; then
	grep -B 40 -A 3 -m 1 'Kernel panic' "$out/console.log" >&2
	die "the guest's kernel $release panicked: see $out/console.log"
elif [ -f "$tmp/killed" ]; then
	die "the guest did not end within $hard s: see $out/console.log"
fi
die "the guest ended without a word: see $out/console.log"
