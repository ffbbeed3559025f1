#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs every fuzz target with libFuzzer for so many seconds: fuzz.sh SECONDS [TARGET...]. What was
# learnt stays in $B/corpus, what was found in $B/found.
set -u
cd "$(dirname "$0")/.."
B=${B:-build/fuzz}
seconds=$1
shift
bad=0
[ $# -gt 0 ] || set -- $(cd tests/fuzz && ls fuzz_*.c | sed 's/^fuzz_//; s/\.c$//')
for t in "$@"; do
	mkdir -p "$B/corpus/$t" "$B/found"
	if "$B/tests/fuzz/fuzz_$t" -max_total_time="$seconds" -max_len=65536 -rss_limit_mb=1024 \
		-timeout=10 -artifact_prefix="$B/found/$t-" -print_final_stats=1 \
		"$B/corpus/$t" tests/fuzz/seeds >"$B/$t.log" 2>&1; then
		echo "ok - fuzz $t: $(sed -n 's/^stat::number_of_executed_units: *//p' "$B/$t.log") inputs," \
			"$(sed -n 's/.*cov: \([0-9]*\).*/\1/p' "$B/$t.log" | tail -n 1) places reached"
	else
		tail -n 40 "$B/$t.log"
		echo "not ok - fuzz $t: see $B/$t.log"
		bad=1
	fi
done
exit $bad
