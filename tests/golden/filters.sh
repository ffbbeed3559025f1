#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Every filter of filters.txt matches what stands there, or is refused with the place and the reason.
. "$(dirname "$0")/golden.bash"

cp "$here/filters.scap" .

# Event times, in microseconds since the capture began.
matches() { # filter
	local ns list= status=0
	"$scapula" -r filters.scap -p '%evt.rawtime.ns' "$1" >out 2>err || status=$?
	while read -r ns; do list="$list $(((ns - 123456789) / 1000))"; done <out
	got=${list# }
	got=${got:--}
	return $status
}

refused() { # filter place reason
	local caret
	printf -v caret '  %*s^' "$2" ''
	case $(head -n 1 err) in
	"scapula: filter error at index $2, line 1, column $(($2 + 1)): $3"*) ;;
	*) return 1 ;;
	esac
	# long ones are cut around the place
	[ "${#1}" -gt 72 ] || { [ "$(sed -n 2p err)" = "  $1" ] && [ "$(sed -n 3p err)" = "$caret" ]; }
}

n=0 wrong=0
while IFS=$'\t' read -r filter want; do
	case $filter in '' | '#'*) continue ;; esac
	n=$((n + 1))
	matches "$filter"
	status=$?
	case $want in
	'! '*)
		want=${want#! }
		[ $status -eq 1 ] && [ "$got" = - ] && refused "$filter" "${want%% *}" "${want#* }" && continue
		;;
	*) [ $status -eq 0 ] && [ "$got" = "$want" ] && continue ;;
	esac
	echo "$filter: status $status"
	echo "  want: $want"
	echo "  got:  $got $(head -n 1 err)"
	wrong=$((wrong + 1))
done <"$here/filters.txt"
echo "$n filters"
[ $wrong -eq 0 ] && [ $n -gt 230 ]
verdict $? "filters match what they are known to match"
finish
