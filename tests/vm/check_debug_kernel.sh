#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# make check-debug-kernel: every test of the module that boots guests, on kernels that look for defects
# (kernel.sh debug-6.12, debug-7.x), and a table. Fails if a test fails, or if a kernel reports anything:
# KASAN, lockdep, RCU, sleeping where it is forbidden, UBSAN, objects freed in use, leaks. First a module with
# one defect of each kind (defects/) has to be reported, so that no checker is silent because it is off.
#
# check_debug_kernel.sh [TEST...]: these only. SCAPULA_KERNELS names the kernels. The logs of the guests'
# kernels stay in build/debug-kernel/KERNEL/TEST.
set -u
cd "$(dirname "$0")/../.." || exit
export B=${B:-build} TZ=UTC LC_ALL=C
kernels=${SCAPULA_KERNELS:-debug-6.12 debug-7.x}
logs=$B/debug-kernel
tmp=$(mktemp -d)
running=''
trap '[ -z "$running" ] || kill "$running" 2>/dev/null; wait; rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
rc=0
row='%-11s %-16s %-24s %7s %7s %8s\n'
# shellcheck disable=SC2059
printf "$row" kernel release test passed failed reports >"$tmp/table"

# test_driver_bounds counts instructions, and those of the checkers would be among them
tests() {
	grep -lE 'SCAPULA_KERNELS|in_guests' tests/vm/test_*.sh | grep -v test_driver_bounds
}

# one KERNEL RELEASE NAME COMMAND...: runs a test and adds its row
one() {
	local kernel=$1 release=$2 name=$3 dir=$logs/$1/$3 status ok bad reports
	shift 3
	rm -rf "$dir"
	SCAPULA_KERNELS=$kernel SCAPULA_LOGS=$dir "$@" >"$tmp/test.log" 2>&1 </dev/null &
	running=$!
	wait "$running"
	status=$?
	running=''
	ok=$(grep -c '^ok - ' "$tmp/test.log")
	bad=$(grep -c '^not ok - ' "$tmp/test.log")
	if [ "$bad" = 0 ] && { [ "$status" != 0 ] || [ "$ok" = 0 ]; }; then
		echo "not ok - $kernel: $name ends with status $status after $ok tests" >>"$tmp/test.log"
		bad=1
	fi
	[ "$bad" = 0 ] || grep -v '^ok - ' "$tmp/test.log" | tail -n 60
	if [ "$name" = defects ]; then
		reports=- # they are what it is about
	elif ls "$dir"/*.log >/dev/null 2>&1; then
		sh tests/vm/warnings.sh "$dir"/*.log >"$tmp/reports"
		reports=$(wc -l <"$tmp/reports")
		[ "$reports" = 0 ] || head -n 40 "$tmp/reports"
	else
		reports=unknown
	fi
	case "$bad $reports" in
	'0 0' | '0 -') ;;
	*) rc=1 ;;
	esac
	echo "$kernel: $name: $ok passed, $bad failed, $reports lines of reports"
	# shellcheck disable=SC2059
	printf "$row" "$kernel" "$release" "$name" "$ok" "$bad" "$reports" >>"$tmp/table"
}

for kernel in $kernels; do
	release=$(bash tests/vm/kernel.sh "$kernel" | sed -n 's/^release=//p')
	[ -n "$release" ] || { echo "not ok - $kernel: kernel and module build"; rc=1; continue; }
	if [ $# -gt 0 ]; then
		for t; do one "$kernel" "$release" "$(basename "$t" .sh)" bash "$t"; done
		continue
	fi
	one "$kernel" "$release" defects bash tests/vm/debug_defects.sh
	for t in $(tests); do
		one "$kernel" "$release" "$(basename "$t" .sh)" bash "$t"
	done
	one "$kernel" "$release" leaks_of_test_driver_abi env SCAPULA_KMEMLEAK=on bash tests/vm/test_driver_abi.sh
done
echo
cat "$tmp/table"
exit $rc
