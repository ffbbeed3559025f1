#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs the benchmarks, each in a folder of its own, in memory where there is room.
# usage: run.sh [EVENTS]
set -eu
cd "$(dirname "$0")/../.."
B=${B:-build}
dir=$(mktemp -d -p /dev/shm scapula-bench-XXXXXX 2>/dev/null || mktemp -d)
trap 'rm -rf "$dir"' EXIT
for t in tests/bench/bench_*.c; do
	name=$(basename "$t" .c)
	echo "== $name"
	"$B/tests/bench/$name" "$dir" "$@"
done
echo "== scapula and its peers"
bash tests/bench/peers.sh "$dir" "$@"
