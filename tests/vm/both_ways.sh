#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Both ways round: sysdig on this module and scapula on falcosecurity's, beside the native pairs, in
# a guest: both_ways.sh [KERNEL]. The same work is recorded four times. Its events, thread by thread,
# must have the same types and arguments in all four, but for what EXPLAINED lists; and each capture
# must read the same in scapula and in sysdig. KEEP=DIR keeps the captures.
set -euo pipefail
cd "$(dirname "$0")/../.."
kernel=${1:-6.12}
export B=${B:-build} TZ=UTC LC_ALL=C
tmp=$(mktemp -d)
trap '[ -z "${KEEP:-}" ] || cp -r "$tmp"/out "$tmp"/*.txt "$KEEP"; rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
rc=0

# What falcosecurity's module tells otherwise, as commands for sed that take it out on both sides.
# accept4: its flags are 0 whatever the call asks for; here they are those of the call.
EXPLAINED='s/( accept4 .*) flags=.*/\1/'

paths=$(bash tests/vm/kernel.sh "$kernel")
path() { sed -n "s/^$1=//p" <<<"$paths"; }
falco=$(bash tests/vm/falco_driver.sh "$kernel" | sed -n 's/^module=//p')
sysdig=$(bash tests/vm/peers_sysdig.sh)
payload=$tmp/payload out=$tmp/out
mkdir "$payload"
cp -r "$sysdig" "$payload/sysdig"
cp "$(path module)" "$payload/scap.ko"
cp "$falco" "$payload/falco.ko"
DRIVER_NAME=scapula sh driver/build.sh "$(path headers)" "$tmp/named" >"$tmp/named.log" 2>&1 ||
	{ cat "$tmp/named.log"; exit 1; }
cp "$tmp/named/"*/scapula.ko "$payload/"
"${CC:-cc}" -std=gnu11 -O2 -Wall -Wextra -Werror -Wno-unused-result -D_GNU_SOURCE -static \
	tests/vm/peers_work.c -o "$payload/peers_work"
cp "$(command -v busybox)" "$payload/peers_true"
sh tests/vm/pack.sh "$payload" "$B/scapula"
cp tests/vm/peers_guest.sh "$payload/run"
chmod +x "$payload/run"

if ! bash tests/vm/guest.sh --kernel "$kernel" --payload "$payload" --out "$out" --timeout 240 \
	--mem 1024 --append norandmaps; then
	echo "not ok - $kernel: the guest ends well"
	rc=1
fi
if sh tests/vm/warnings.sh "$out/dmesg.log"; then
	echo "ok - $kernel: the kernel does not complain"
else
	echo "not ok - $kernel: the kernel does not complain"
	rc=1
fi

check() { # name a b: the same lines, and some
	if [ -s "$2" ] && cmp -s "$2" "$3"; then
		echo "ok - $1: $(wc -l <"$2") lines"
	else
		echo "not ok - $1"
		diff "$2" "$3" | head -n 30 | cut -c1-300
		rc=1
	fi
}

# The work's own events, by thread in the order of their first appearance. Numbers of processes,
# inodes and kernel addresses, times and sizes that differ from run to run give way to their names.
normal() { # capture
	"$B/scapula" -r "$1" -p '%thread.tid %evt.type %evt.args' \
		'(proc.name in (peers_work, peers_true) or proc.pname = peers_work) and not evt.type in (switch, container)' | awk '
	{ tid = $1; $1 = ""; if (!(tid in nr)) { nr[tid] = ++n; order[n] = tid }
	  lines[tid] = lines[tid] $0 "\n" }
	END { for (i = 1; i <= n; i++) { k = split(lines[order[i]], l, "\n")
		for (j = 1; j < k; j++) print i l[j] } }' | sed -E '
	s/\b(tid|pid|ptid|vtid|vpid|ppid|pgid|vpgid|pgrp|spid|dpid|reaper_tid|pidns_init_start_ts|ino|exe_ino|exe_ino_ctime|exe_ino_mtime|pgft_maj|pgft_min|vm_size|vm_rss|vm_swap|dev|tty|loginuid)=[^ ]*/\1=/g
	s/\b(res|fd)=[0-9]+\(peers_[a-z]*\)/\1=CHILD/g; s/\bres=[0-9]{2,4}\(/res=N(/g
	s/0x[0-9a-f]{9,}/ADDR/g; s/\b[0-9a-fA-F]{12,16}(->[0-9a-fA-F]{12,16})?\b/ADDR/g; s/env=[^ ]*//; s/cgroups=[^ ]*//'
}

for c in ours-sysdig ours-scapula falco-scapula falco-sysdig; do
	normal "$out/$c.scap" >"$tmp/$c.txt"
	for p in '%evt.num %evt.type %thread.tid' '%evt.num %proc.name %evt.res'; do
		"$B/scapula" -r "$out/$c.scap" -p "$p" >"$tmp/ours.lines"
		"$sysdig/sysdig" -r "$out/$c.scap" -p "$p" >"$tmp/theirs.lines" 2>"$tmp/theirs.err" || :
		check "$kernel: $c reads the same in both: $p" "$tmp/ours.lines" "$tmp/theirs.lines"
	done
done
check "$kernel: sysdig on this module hears what scapula hears" "$tmp/ours-scapula.txt" "$tmp/ours-sysdig.txt"
check "$kernel: scapula on falcosecurity's module hears what sysdig hears" "$tmp/falco-sysdig.txt" "$tmp/falco-scapula.txt"
for c in falco-sysdig ours-scapula; do sed -E "$EXPLAINED" "$tmp/$c.txt" >"$tmp/$c.explained"; done
check "$kernel: both modules tell the same" "$tmp/falco-sysdig.explained" "$tmp/ours-scapula.explained"
for c in beside-ours beside-theirs; do normal "$out/$c.scap" >"$tmp/$c.txt"; done
check "$kernel: beside each other, both tell what they tell alone: scapula" "$tmp/ours-scapula.txt" "$tmp/beside-ours.txt"
check "$kernel: beside each other, both tell what they tell alone: sysdig" "$tmp/falco-sysdig.txt" "$tmp/beside-theirs.txt"
"$B/scapula" -v -r "$out/snaplen.scap" -p '%evt.buffer' \
	'proc.name = peers_work and evt.type = write and evt.arg.size = 3000' >"$tmp/data"
printf 'x%.0s' {1..200} >"$tmp/wanted"
echo >>"$tmp/wanted"
check "$kernel: sysdig's snap length of 200 keeps 200 bytes" "$tmp/wanted" "$tmp/data"
exit $rc
