#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The lists and the help: everything that exists is in them.
. "$(dirname "$0")/golden.bash"
root=$(cd "$here/../.." && pwd)

golden usage 0 --help
golden usage_verbs 0 help
golden usage_postmortem 0 help postmortem

"$scapula" -L >events
# Every event that is not of an older schema or unused, with its number of parameters.
missing=0
while read -r sign name; do
	grep -q "^$sign $name(" events || { echo "-L lacks $sign $name"; missing=1; }
done < <(awk '/^EVENT0?\(/ { row = "" }
	{ row = row $0 }
	/\)$/ && row ~ /^EVENT/ {
		if (row !~ /EF_OLD_VERSION|EF_UNUSED/) {
			match(row, /\([0-9]+/); nr = substr(row, RSTART + 1, RLENGTH - 1)
			match(row, /"[^"]*"/); name = substr(row, RSTART + 1, RLENGTH - 2)
			if (nr > 1) print (nr % 2 ? "<" : ">"), name
		}
		row = ""
	}' "$root/driver/uapi/events.def")
verdict $missing "-L has every event"
[ "$(wc -l <events)" -gt 300 ]
verdict $? "-L has the calls without an event of their own"
grep -qx '< openat(FD fd, FD dirfd, FSRELPATH name, FLAGS32 flags, UINT32 mode, UINT32 dev, UINT64 ino)' events
verdict $? "-L names the parameters and their types"
"$scapula" -l >fields
n=0
for f in evt.num evt.arg proc.name proc.cmdline thread.tid fd.name fd.sip user.name container.id; do
	grep -q "^$f " fields || { echo "-l lacks $f"; n=1; }
done
verdict $n "-l has the fields"
"$scapula" -lv | grep -q '^evt.num  *(Type: UINT64)'
verdict $? "-lv has their types"
[ "$("$scapula" --version)" = "$("$scapula" version)" ] && "$scapula" --version | grep -q '^scapula version [0-9]'
verdict $? "prints its version"
"$scapula" -l --markdown >table
"$scapula" --list-markdown | cmp -s - table
verdict $? "--list-markdown is -l --markdown"
grep -qF '`evt.num` | UINT64 | ' table
verdict $? "-l --markdown has the types"
[ "$(grep -c '^`' table)" -eq "$(grep -c '^[a-z][a-z0-9_]*\.' fields)" ]
verdict $? "-l --markdown has every field"
# Each listed field can be used in a format.
n=0
while read -r f _; do
	"$scapula" -r inc.scap -n 1 -p "*%$f" >out 2>err || grep -qiE 'arg|for filters only' err || { echo "$f: $(cat err)"; n=1; }
done < <(grep '^[a-z]*\.' fields)
verdict $n "every listed field can be printed"
finish
