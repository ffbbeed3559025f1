#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Opens the demo's capture, decompressed, in sysdig and strato and compares what they see with what
# scapula sees: the events, and the sets of process names, file names and connections.
#
# PEERS=COMMAND is put before the peers' commands where they live in a folder of their own (it must
# see the present folder); else sysdig and strato are taken from PATH.
set -u
cd "$(dirname "$0")/.."
B=${B:-build} scapula=$PWD/${B:-build}/scapula
capture=${1:-build/demo/incident.scap.zst}
passed=0 failed=0
export TZ=UTC LC_ALL=C

if [ -z "${PEERS:-}" ] && ! command -v sysdig >/dev/null; then
	echo "check-peers: no sysdig in PATH, and PEERS is not set" >&2
	exit 2
fi
peer() { ${PEERS:-} "$@"; }

[ -f "$capture" ] || {
	echo "check-peers: no $capture: run make demo first" >&2
	exit 2
}
mkdir -p build/peers
zstd -qdcf "$capture" >build/peers/incident.scap || exit 2
cd build/peers || exit 2

check() { # name ours theirs
	if ! [ -s "$2" ]; then
		echo "not ok - $1: scapula says nothing"
	elif cmp -s "$2" "$3"; then
		echo "ok - $1: $(wc -l <"$2") lines"
		passed=$((passed + 1))
		return
	else
		echo "not ok - $1: < scapula, > peer"
		diff "$2" "$3" | head -n 20
	fi
	failed=$((failed + 1))
}

echo "== $(peer sysdig --version 2>&1 | head -n 1)"
"$scapula" -r incident.scap >ours.txt
peer sysdig -r incident.scap >theirs.txt 2>theirs.err
wc -l <ours.txt >ours.n
wc -l <theirs.txt >theirs.n
check "sysdig: number of events" ours.n theirs.n
check "sysdig: every line as printed" ours.txt theirs.txt
for c in 'process names:%proc.name:' 'file names:%fd.name:fd.type=file' \
	'connections:%fd.type %fd.name:fd.type in (ipv4, ipv6)' \
	'executables:%proc.exepath %proc.cmdline:evt.type=execve' \
	'events by number:%evt.num %evt.type %evt.dir %proc.name %thread.tid:'; do
	IFS=: read -r name format filter <<<"$c"
	"$scapula" -r incident.scap -p "$format" $filter | LC_ALL=C sort -u >ours.set
	peer sysdig -r incident.scap -p "$format" $filter 2>theirs.err | LC_ALL=C sort -u >theirs.set
	check "sysdig: $name" ours.set theirs.set
done

if peer strato --version >/dev/null 2>&1; then
	echo "== $(peer strato --version 2>/dev/null | head -n 1)"
	peer strato -r incident.scap -T fields -e frame.number -e proc.name -e fd.name 2>theirs.err >strato.txt
	"$scapula" -r incident.scap | wc -l >ours.n
	wc -l <strato.txt >theirs.n
	check "strato: number of events" ours.n theirs.n
	"$scapula" -r incident.scap -p '%evt.num %proc.name' | sort >ours.set
	awk -F'\t' '$2 != "" { print $1 " " $2 }' strato.txt | sort >theirs.set
	check "strato: process names" ours.set theirs.set
	"$scapula" -r incident.scap -p '%evt.num %fd.name' | sort >ours.set
	awk -F'\t' '$3 != "" { print $1 " " $3 }' strato.txt | sort >theirs.set
	check "strato: files and connections" ours.set theirs.set
else
	echo "not ok - strato is not there"
	failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
