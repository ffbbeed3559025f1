#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Every field on every event of the capture, as a list of its values, and how many events each of
# some filters matches. What is expected here has been compared with sysdig by make check-parity;
# see DIFFERENCES.md.
. "$(dirname "$0")/golden.bash"
root=$(cd "$here/../.." && pwd)

"$scapula" --list-markdown >table
fields=$(sed -n 's/^`\([a-z0-9_.]*\)` | .*/\1/p' table | grep -vxE \
	'evt\.(time|datetime|rawtime|reltime)(\..*)?|evt\.(num|outputtime|args|info|arg|rawarg|around)|thread\.tid')

for f in $fields; do
	"$scapula" -r inc.scap -p "*%$f" >values 2>/dev/null || continue # wants an argument, or a filter
	grep -qvx '<NA>' values || continue
	echo "$f"
	grep -v '^! ' values | sort | uniq -c | sort -k1,1nr -k2 | head -n 12
done >out
same values_fields "$here/values_fields.out" out
verdict $? "every field has the values that were compared with sysdig's"

while IFS= read -r filter; do
	case $filter in '#'* | '' | *=http) continue ;; esac # a machine may have no list of services
	n=$("$scapula" -r inc.scap -p '%evt.num' "$filter" 2>err | grep -vc '^! ')
	[ -s err ] && grep -q 'filter error' err && n=refused
	printf '%s\t%s\n' "$n" "$filter"
done < <(cat "$root/tests/parity/filters.txt" "$here/values_filters.txt") >out
same values_filters "$here/values_filters.out" out
verdict $? "filters match the events that were compared with sysdig's"
finish
