#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Every mistake has one clear line on standard error and a status that is not 0.
. "$(dirname "$0")/golden.bash"
export SCAPULA_CHISEL_PATH=$here/../../tools/chisels

golden error_option 1 -Z
golden error_long_option 1 --nosuch
golden error_short_option 1 --li
golden error_short_value 1 -r inc.scap --pr=x
golden error_first_file 1 inc.scap
golden error_first_file_filter 1 inc.scap proc.name=curl
golden error_first_verb 1 inof inc.scap
golden error_first_no_verb 1 -r inc.scap inof
golden error_first_not 1 not proc.name
golden error_no_value 1 -r inc.scap -t
golden error_time 1 -r inc.scap -t q
golden error_color 1 -r inc.scap --color=maybe
golden error_number 1 -r inc.scap -n abc
golden error_zero 1 -r inc.scap -n 0
golden error_two_buffers 1 -A -x
golden error_compression 1 -r inc.scap -w o --compression=lz4
golden error_no_file 1 -r nofile
golden error_not_a_capture 1 -r /dev/null
golden error_filter 1 -r inc.scap 'evt.type = '
golden error_field 1 -r inc.scap foo.bar = 1
golden error_format 1 -r inc.scap -p %foo.bar
golden error_format_end 1 -r inc.scap -p 'x%'
golden error_merge 1 -r inc.scap -r inc.scap -w o.scap
golden error_same_file 1 -r inc.scap -w inc.scap
golden error_output 1 -r inc.scap -w nodir/o.scap
golden error_verb 1 help nosuch
golden error_postmortem_none 1 postmortem
golden error_postmortem_two 1 postmortem inc.scap inc.scap
golden error_postmortem_file 1 postmortem nofile
golden error_container 1 postmortem -c nosuch inc.scap

"$scapula" -r inc.scap -w new.scap 'wrong (' 2>err
[ $? -eq 1 ] && [ ! -e new.scap ]
verdict $? "a wrong filter makes no file"
"$scapula" -w new.scap 'wrong (' 2>err
[ $? -eq 1 ] && [ ! -e new.scap ] && ! grep -q module err
verdict $? "a wrong filter is told before a missing module"
if [ ! -e /dev/scap0 ]; then
	"$scapula" >out 2>err
	[ $? -eq 1 ] && [ ! -s out ] && [ "$(wc -l <err)" -eq 1 ] && grep -q '^scapula: .*module' err
	verdict $? "a missing module is told in one line"
fi
for words in -l -lv -L -cl -h --list-markdown help "-i ps" "-r inc.scap" "-r inc.scap -c ps" "info inc.scap" \
	"postmortem inc.scap"; do
	# shellcheck disable=SC2086
	{ sleep 0.1; "$scapula" $words 2>err; echo $? >status; } | true
	[ "$(cat status)" = 0 ] && ! grep -qv 'events lost' err
	verdict $? "nobody reads: $words"
done
if [ -e /dev/full ]; then
	"$scapula" -r inc.scap >/dev/full 2>err
	[ $? -eq 1 ] && [ "$(wc -l <err)" -ge 1 ] && grep -q '^scapula: standard output: ' err
	verdict $? "a full disk under standard output is told"
	"$scapula" -r inc.scap -w - >/dev/full 2>err
	[ $? -eq 1 ] && grep -q '^scapula: ' err
	verdict $? "a full disk under a recording is told"
fi

# A capture that is cut at any place: what is whole is shown, then one line, status 1.
"$scapula" -r inc.scap >direct 2>err
size=$(stat -c %s inc.scap)
ok=0
for n in $((size - 1)) $((size * 3 / 4)) $((size / 2)); do
	head -c "$n" inc.scap >cut.scap
	"$scapula" -r cut.scap >out 2>err
	[ $? -eq 1 ] && grep -q '^scapula: cut.scap: ' err && [ -s out ] &&
		cmp -s out <(head -n "$(wc -l <out)" direct) || ok=1
done
verdict $ok "a cut capture is shown as far as it is whole"
head -c $((size / 2)) inc.scap | "$scapula" postmortem - >out 2>err
[ $? -eq 1 ] && grep -q 'CONTAINER web' out && grep -q '^scapula: ' err
verdict $? "the story of a cut capture is told, with a warning"
finish
