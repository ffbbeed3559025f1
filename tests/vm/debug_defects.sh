#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A debug kernel reports each defect of the module in defects/, and warnings.sh finds the report.
# SCAPULA_KERNELS names the kernels, default "debug-6.12 debug-7.x".
set -u
cd "$(dirname "$0")/../.."
tmp=$(mktemp -d)
guest=''
trap '[ -z "$guest" ] || kill "$guest" 2>/dev/null; wait; rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
rc=0

# Kind of defect, and how its report begins. Lockdep is off after its first report, and after one of
# KASAN, so what it reports comes first.
defects='unprotected WARNING: suspicious RCU usage
deadlock WARNING: possible circular locking dependency detected
use_after_free BUG: KASAN: (slab-)?use-after-free
beyond_a_ring BUG: KASAN: vmalloc-out-of-bounds
far_index UBSAN: array-index-out-of-bounds
shift UBSAN: shift-out-of-bounds
sleep_in_a_probe BUG: sleeping function called from invalid context
per_cpu_of_no_cpu BUG: using __this_cpu_add.. in preemptible
freed_timer ODEBUG: free active
deleted_twice list_del corruption
leak unreferenced object'

mkdir "$tmp/payload"
{
	echo '#!/bin/sh'
	while read -r kind _; do
		echo "dmesg | wc -l >/tmp/n; insmod ./defects.ko kind=$kind 2>/dev/null"
		echo "dmesg | tail -n +\$((\$(cat /tmp/n) + 1)) >/out/$kind.log"
	done <<<"$defects"
	echo true
} >"$tmp/payload/run"

verdict() { # 0|1 name
	[ "$1" -eq 0 ] && echo "ok - $kernel: $2" && return
	echo "not ok - $kernel: $2"
	rc=1
	return 1
}

for kernel in ${SCAPULA_KERNELS:-debug-6.12 debug-7.x}; do
	out=$tmp/$kernel
	ko=$(bash tests/vm/kernel.sh --defects "$kernel" | sed -n 's/^module=//p')
	[ -n "$ko" ] || { verdict 1 "the module of defects builds"; continue; }
	cp "$ko" "$tmp/payload/defects.ko"
	env -u SCAPULA_LOGS SCAPULA_KMEMLEAK=on bash tests/vm/guest.sh --kernel "$kernel" --payload "$tmp/payload" \
		--out "$out" --append kasan_multi_shot --quiet &
	guest=$!
	wait "$guest"
	verdict $? "the guest ends well"
	guest=''
	while read -r kind pattern; do
		log=$out/$kind.log
		[ "$kind" != leak ] || log=$out/dmesg.log
		grep -qE "$pattern" "$log"
		verdict $? "reports $kind" || cat "$log"
		sh tests/vm/warnings.sh "$log" >"$tmp/said"
		[ $? = 1 ] && grep -qE "$pattern" "$tmp/said"
		verdict $? "and warnings.sh finds it: $kind"
	done <<<"$defects"
done
exit $rc
