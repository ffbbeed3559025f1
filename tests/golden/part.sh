#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Parts of captures: --from and --to, by time and number, with and without an index.
. "$(dirname "$0")/golden.bash"

fmt='%evt.num %evt.time %proc.name %evt.type %fd.name %container.name'
golden part_number 0 -r inc.scap -p "*$fmt" --from '#20' --to '#24'
golden error_from 1 -r inc.scap --from yesterday
golden error_to 1 -r inc.scap --to '#0'
golden error_from_live 1 --from +5s

"$scapula" -r inc.scap -p "*$fmt" >all
"$scapula" -r inc.scap -w z.scap
first=$(head -n 1 all | cut -d' ' -f2)
mid=$(sed -n '30p' all | cut -d' ' -f2)
same_part() { # name options...: what awk finds in all, from both files
	local name=$1 bad=0
	shift
	for file in inc.scap z.scap; do
		"$scapula" -r $file -p "*$fmt" "$@" >out 2>err && [ -s want ] && cmp -s want out || bad=1
	done
	verdict $bad "$name"
}
awk -v t="$mid" '$2 >= t' all >want
same_part "from a time of day" --from "$mid"
awk -v t="$mid" '$2 <= t' all >want
same_part "to a time of day" --to "$mid"
date=$("$scapula" -r inc.scap -n 1 -p %evt.datetime.s | cut -d' ' -f1)
same_part "to a date and time" --to "$date $mid"
same_part "to a time in ISO 8601" --to "${date}T${mid}Z"
same_part "to seconds since 1970" --to "@$(date -u -d "$date ${mid%.*}" +%s).${mid#*.}"
awk '$1 >= 20' all >want
same_part "from an event" --from '#20'
cp all want
same_part "from the first event" --from +0s
"$scapula" -r inc.scap -p "*$fmt" evt.type=execve | awk '$1 >= 20' >want
same_part "with a filter" --from '#20' evt.type=execve
[ -z "$("$scapula" -r z.scap --from +1000h)" ]
verdict $? "nothing is behind the end"

p='%evt.time %proc.name %proc.cmdline %fd.name %container.name %user.name'
"$scapula" -r inc.scap --from '#20' --to '#60' -p "*$p" >want
"$scapula" -r z.scap --from '#20' --to '#60' -w part.scap
"$scapula" -r part.scap -p "*$p" >out 2>err
[ -s want ] && cmp -s want out
verdict $? "a part that is recorded begins with its state"
[ "$(stat -c %s part.scap)" -lt "$(stat -c %s z.scap)" ]
verdict $? "and is smaller"
"$scapula" -r inc.scap -q --to '#2' 2>err
[ ! -s err ]
verdict $? "losses outside the part are not told"
"$scapula" -r inc.scap -q thread.tid=99999 2>want
"$scapula" -r z.scap -q thread.tid=99999 2>err
[ -s want ] && sed 's/z\.scap/inc.scap/' err | cmp -s - want
verdict $? "what is not read counts among the events that losses are told of"
finish
