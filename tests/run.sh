#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs tests: run.sh PART..., a part being unit, golden, fuzz, san, vm or all. Every test program prints
# "ok - name" or "not ok - name" lines; a program that ends badly or says nothing is a failure.
# The last line is "N passed, N failed".
set -u
cd "$(dirname "$0")/.."
export B=${B:-build} LC_ALL=C TZ=UTC
passed=0 failed=0

run() { # name command...
	local name=$1 out rc ok bad
	shift
	out=$(mktemp)
	echo "== $name"
	"$@" >"$out" 2>&1 </dev/null
	rc=$?
	ok=$(grep -c '^ok - ' "$out")
	bad=$(grep -c '^not ok - ' "$out")
	if [ "$bad" -gt 0 ] || [ "$rc" -ne 0 ] || [ "$ok" -eq 0 ]; then
		cat "$out"
		if [ "$bad" -eq 0 ]; then
			echo "not ok - $name: exit status $rc, $ok tests passed"
			bad=1
		fi
	else
		grep '^ok - ' "$out"
	fi
	rm -f "$out"
	passed=$((passed + ok))
	failed=$((failed + bad))
}

part() {
	local t
	case $1 in
	unit) for t in tests/unit/test_*.c; do run "unit/$(basename "$t" .c)" "$B/tests/unit/$(basename "$t" .c)"; done ;;
	golden) for t in tests/golden/*.sh; do run "golden/$(basename "$t" .sh)" bash "$t"; done ;;
	fuzz) for t in tests/fuzz/fuzz_*.c; do run "fuzz/$(basename "$t" .c)" "$B/tests/fuzz/$(basename "$t" .c)" tests/fuzz/seeds; done ;;
	vm) for t in tests/vm/test_*.sh; do run "vm/$(basename "$t" .sh)" bash "$t"; done ;;
	san)
		make -s SAN=1 unit-build fuzz-build || { echo "not ok - sanitizer build"; failed=$((failed + 1)); return; }
		local b=$B
		B=build/san
		part unit; part golden; part fuzz
		B=$b ;;
	all) part unit; part golden; part san; part vm ;;
	*) echo "run.sh: unknown part $1" >&2; exit 2 ;;
	esac
}

for p in "$@"; do part "$p"; done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
