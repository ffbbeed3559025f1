#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Every parameter of every event of known system calls, under both schemas that the module can
# report, and hostile calls, in guests of both kernels: no test may fail, and the kernel must not warn. SCAPULA_KERNELS names the kernels,
# default "6.1 6.12".
set -u
cd "$(dirname "$0")/../.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
rc=0

mkdir "$tmp/payload"
compile() { # program source...
	"${CC:-cc}" -std=gnu11 -O2 -Wall -Wextra -Werror -Wshadow -Wno-unused-result -D_GNU_SOURCE \
		-Idriver/uapi -Itests/vm -static -pthread "${@:2}" -o "$tmp/payload/$1" || exit 1
}
compile guest_calls tests/vm/guest_calls.c tests/vm/calls/*.c
for program in guest_process guest_exec guest_exe_flags guest_kernel guest_coverage; do
	compile $program tests/vm/$program.c
done
cat >"$tmp/payload/run" <<'END_RUN'
#!/bin/sh
rc=0
modprobe overlay
SPARE_MODULE=$(find /usr/lib/modules -name tun.ko)
export SPARE_MODULE
for schema in 4.5.1 4.1.0; do
	insmod ./scap.ko schema=$schema || { echo "not ok - the module loads"; exit 1; }
	rm -f /tmp/compared
	./guest_calls calls >/tmp/lines || rc=1
	for program in guest_process guest_exec guest_exe_flags guest_kernel; do
		./$program >>/tmp/lines || rc=1
	done
	./guest_coverage >>/tmp/lines || rc=1
	sed "s/^\(ok\|not ok\) - /&schema $schema: /" /tmp/lines
	[ $schema = 4.1.0 ] || rmmod scap || rc=1
done
./guest_calls hostile || rc=1
rmmod scap || { echo "not ok - the module unloads after the calls"; rc=1; }
exit $rc
END_RUN
chmod +x "$tmp/payload/run"

for kernel in ${SCAPULA_KERNELS:-6.1 6.12}; do
	out=$tmp/$kernel
	if ! paths=$(bash tests/vm/kernel.sh "$kernel"); then
		echo "not ok - $kernel: kernel and module are there"
		rc=1
		continue
	fi
	cp "$(sed -n 's/^module=//p' <<<"$paths")" "$tmp/payload/scap.ko"
	bash tests/vm/guest.sh --single --kernel "$kernel" --payload "$tmp/payload" --out "$out" --timeout 400 --quiet
	status=$?
	sed -n "s/^\(ok\|not ok\) - /\1 - $kernel: /p; /^#/p" "$out/stdout.log"
	if [ "$status" -ne 0 ]; then
		echo "not ok - $kernel: the guest ends well (status $status)"
		tail -n 40 "$out/console.log"
		rc=1
	fi
	if sh tests/vm/warnings.sh "$out/dmesg.log"; then
		echo "ok - $kernel: the kernel does not complain of calls"
	else
		echo "not ok - $kernel: the kernel does not complain of calls"
		rc=1
	fi
done
exit $rc
