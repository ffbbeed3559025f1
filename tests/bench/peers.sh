#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A table of speeds: scapula and the sysdigs that are there, over the same capture, in one run.
# usage: peers.sh DIR [EVENTS]
#
# The capture is made in DIR, of three million events or as many as are said, unless CAPTURE= names
# one. PEERS=COMMAND is put before sysdig where one lives in a folder of its own (it must see the
# capture's folder); the sysdig of PATH is measured too. RUNS= of each, of which the least counts.
set -u
cd "$(dirname "$0")/../.."
B=$(cd "${B:-build}" && pwd) dir=$1 events=${2:-3000000} runs=${RUNS:-3}
capture=${CAPTURE:-}
if [ -z "$capture" ]; then
	capture=$dir/peers.scap
	"$B/tests/bench/bench_read" "$dir" "$events" make "$capture" || exit 1
fi
cd "$(dirname "$capture")" || exit 1
capture=$(basename "$capture")

declare -A peer=([scapula]="$B/scapula")
order=(scapula)
add() { # command...: named by its version
	local name
	name=sysdig-$("$@" --version 2>/dev/null | sed -n 's/^sysdig version \([0-9.]*\).*/\1/p')
	[ "$name" = sysdig- ] && return
	peer[$name]="$*"
	order+=("$name")
}
add sysdig
[ -z "${PEERS:-}" ] || add $PEERS sysdig

declare -A wall cpu rss
row() { # name share argument...
	local name=$1 share=$2 who out best
	shift 2
	for who in "${order[@]}"; do
		out=$("$B/tests/bench/measure" "$runs" ${peer[$who]} -r "$capture" "$@") || exit 1
		read -r wall[$who] cpu[$who] rss[$who] <<<"$out"
	done
	for who in "${order[@]}"; do
		printf '%-28s %-15s %8.3f %8.3f %8.1f' "$name" "$who" "${wall[$who]}" \
			"${cpu[$who]}" "$(awk "BEGIN{print ${rss[$who]}/1024}")"
		[ "$who" = scapula ] || awk -v w="${wall[scapula]}" -v c="${cpu[scapula]}" \
			-v pw="${wall[$who]}" -v pc="${cpu[$who]}" -v s="$share" \
			'BEGIN { printf "  1/%-5.1f 1/%-5.1f 1/%s", pw / w, pc / c, s }'
		printf '\n'
	done
}

printf '%-28s %-15s %8s %8s %8s  %-7s %-7s %s\n' what who clock cpu 'RSS MiB' clock cpu wanted
row 'scan, proc.name' 3 proc.name=nosuch
row 'scan, fd.name' 3 fd.name=nosuch
row 'print' 10
row 'print, -j' 10 -j
