#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# make check-abuse: the tests of abuse and load in their long forms, and a table of what was done.
# Takes an hour or more for each kernel; SCAPULA_KERNELS names the kernels, default "6.1 6.12".
# SCAPULA_SEED is where the random numbers begin, default the time; it is printed.
set -u
cd "$(dirname "$0")/../.."
export SCAPULA_ABUSE=long SCAPULA_LOAD_SECONDS=20 SCAPULA_SEED=${SCAPULA_SEED:-$(date +%s)}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
rc=0

echo "SCAPULA_SEED=$SCAPULA_SEED"
for test in abuse load; do
	bash "tests/vm/test_driver_$test.sh" 2>&1 | tee -a "$log" || :
	[ "${PIPESTATUS[0]}" = 0 ] || rc=1
done
echo
sed -n 's/^# \(.*\): \(abuse\|load:\) /\1: /p' "$log"
echo "$(grep -c '^ok - ' "$log") passed, $(grep -c '^not ok - ' "$log") failed"
exit $rc
