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

check() { # name ours theirs: the same lines
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

count() { # name ours theirs: the same number of lines
	wc -l <"$2" >ours.n
	wc -l <"$3" >theirs.n
	if cmp -s ours.n theirs.n; then
		echo "ok - $1: $(cat ours.n)"
		passed=$((passed + 1))
	else
		echo "not ok - $1: scapula $(cat ours.n), peer $(cat theirs.n)"
		failed=$((failed + 1))
	fi
}

covers() { # name ours theirs: all that the peer says, event by event; where it knows nothing, more
	awk '{ print $1 }' "$3" | sort >known.txt
	sort "$2" | join - known.txt >ours.known
	sort "$3" >theirs.known
	check "$1" ours.known theirs.known
	echo "    scapula knows it of $(wc -l <"$2") events, the peer of $(wc -l <"$3")"
}

names() { # name filter: the same names of descriptors
	# shellcheck disable=SC2086
	"$scapula" -r incident.scap -p '%fd.name' $2 | sort -u >ours.set
	# shellcheck disable=SC2086
	peer sysdig -r incident.scap -p '%fd.name' $2 2>theirs.err | sort -u >theirs.set
	check "$1" ours.set theirs.set
}

echo "== $(peer sysdig --version 2>&1 | head -n 1)"
"$scapula" -r incident.scap >ours.txt
peer sysdig -r incident.scap >theirs.txt 2>theirs.err
count "sysdig: number of events" ours.txt theirs.txt
for c in 'events:%evt.num %evt.time %evt.type %evt.dir %evt.cpu %thread.tid' \
	'process names:%evt.num %proc.name' \
	'executables:%evt.num %proc.exepath %proc.cmdline' \
	'results:%evt.num %evt.res %evt.rawres'; do
	IFS=: read -r name format <<<"$c"
	"$scapula" -r incident.scap -p "$format" >ours.set
	peer sysdig -r incident.scap -p "$format" >theirs.set 2>theirs.err
	covers "sysdig: $name" ours.set theirs.set
done
# Names of descriptors are compared as sets. Event by event the peers differ where a server in a pid
# namespace forks for a connection: they have lost the socket there, or show what was there before.
names "sysdig: file names" 'fd.type in (file, directory)'
names "sysdig: connections" 'fd.type in (ipv4, ipv6)'

if peer strato --version >/dev/null 2>&1; then
	echo "== $(peer strato --version 2>/dev/null | head -n 1)"
	peer strato -r incident.scap -T fields -e frame.number -e proc.name -e fd.name 2>theirs.err \
		>strato.txt
	count "strato: number of events" ours.txt strato.txt
	"$scapula" -r incident.scap -p '%evt.num %proc.name' >ours.set
	awk -F'\t' '$2 != "" { print $1 " " $2 }' strato.txt >theirs.set
	covers "strato: process names" ours.set theirs.set
	# a descriptor without a name is empty here, and empty or NULL there
	"$scapula" -r incident.scap -p '%fd.name' | grep . | sort -u >ours.set
	awk -F'\t' '$3 != "" && $3 != "NULL" { print $3 }' strato.txt | sort -u >theirs.set
	check "strato: files and connections" ours.set theirs.set
else
	echo "not ok - strato is not there"
	failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
