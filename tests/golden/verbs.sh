#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The verbs on capture files: info, cut, convert.
. "$(dirname "$0")/golden.bash"

golden info_text 0 info inc.scap
golden info_json 0 info --json inc.scap
# losses of all causes on both CPUs, wherever they are told
"$build/tests/golden/make_capture" losses.scap losses
golden loss_info 0 info losses.scap
golden loss_info_json 0 info --json losses.scap
golden loss_stream 0 -r losses.scap evt.type=close and proc.pid '>=' 500
golden loss_summary 0 -r losses.scap -qS
# what the firmware and the cloud say of the machine
"$build/tests/golden/make_capture" facts.scap facts
golden info_facts 0 info facts.scap
"$scapula" info --json facts.scap | grep -q '"facts":{"vendor":"Amazon EC2","product":"m5..\[31mlarge",.*"account":"123456789012"}'
verdict $? "info tells the facts of the machine as JSON"
"$scapula" cut --from +40ms -o facts.cut facts.scap && "$scapula" convert -o facts.zst facts.scap &&
	"$scapula" convert -o facts.again facts.zst && "$scapula" -r facts.scap -w facts.some proc.name=curl &&
	"$scapula" convert --compression=none -o facts.none facts.again
for f in cut zst again none some; do
	cmp -s <("$scapula" info facts.$f | grep -E '^(hardware|cloud)') \
		<("$scapula" info facts.scap | grep -E '^(hardware|cloud)')
	verdict $? "they are kept in facts.$f"
done
[ "$(grep -ac i-0abc facts.none)" = 1 ]
verdict $? "and once only"
told() { sed -n '/^ *losses/,/^ *containers/{/containers/d;s/^ *//;p}'; }
"$scapula" info losses.scap | told >want
"$scapula" postmortem losses.scap 2>err | told >out
[ "$(wc -l <want)" -eq 4 ] && cmp -s want out
verdict $? "postmortem tells of losses what info does"
for form in zstd gzip; do
	"$scapula" convert --compression=$form -o losses.$form losses.scap 2>/dev/null
	for how in '-qS' 'evt.type=close and thread.tid>=500'; do
		"$scapula" -r losses.scap $how >want 2>want.err
		"$scapula" -r losses.$form $how 2>err | cmp -s - want &&
			sed "s/losses.$form/losses.scap/" err | cmp -s - want.err
		verdict $? "losses are told of $form too ($how)"
	done
done
golden info_usage 0 info --help
golden error_info 1 info
golden error_info_option 1 info -x inc.scap
golden error_info_file 1 info nofile
golden cut_usage 0 cut --help
golden convert_usage 0 convert --help
golden error_cut_output 1 cut inc.scap
golden error_cut_file 1 cut -o x
golden error_cut_option 1 cut -o x -Z inc.scap
golden error_cut_other_option 1 cut -o x -S inc.scap
golden error_cut_same 1 cut -o inc.scap inc.scap
golden error_cut_nothing 1 cut -o nothing.scap --from +9999h inc.scap
[ ! -e nothing.scap ]
verdict $? "a part without events makes no file"
golden error_convert_two 1 convert -o x inc.scap inc.scap

fmt='%evt.num %evt.time %proc.name %evt.type %fd.name %container.name'
"$scapula" -r inc.scap -p "*$fmt" >all
"$scapula" convert -o c.zst inc.scap && "$scapula" -r c.zst -p "*$fmt" >out && cmp -s all out
verdict $? "convert keeps every event"
"$scapula" info c.zst | grep -q '^index  *1 of 1 frames'
verdict $? "and adds an index"
"$scapula" convert --compression=none -o - c.zst | "$scapula" -r - -p "*$fmt" >out
cmp -s all out
verdict $? "convert writes plain captures to standard output"
"$scapula" cut -o web.zst inc.scap container.name=web
p='%evt.time %proc.name %evt.type %fd.name'
"$scapula" -r inc.scap -p "*$p" container.name=web >want
"$scapula" -r web.zst -p "*$p" >out
[ -s want ] && cmp -s want out
verdict $? "cut takes what a filter matches"
"$scapula" cut --from '#30' --to '#50' --compression=gzip -o part.gz inc.scap && gzip -t part.gz
"$scapula" -r inc.scap --from '#30' --to '#50' -p "*$p" >want
"$scapula" -r part.gz -p "*$p" >out
[ -s want ] && cmp -s want out
verdict $? "cut takes a part"
"$build/tests/golden/make_capture" new.scap 4.5.1
args='evt.type in (socket, fcntl, close_range, keyctl) or syscall.type in (close_range, keyctl)'
"$scapula" convert -o new.zst --schema 4.5.1 new.scap
"$scapula" -r new.scap -p '%evt.type %evt.args' "$args" >want
"$scapula" -r new.zst -p '%evt.type %evt.args' "$args" >out
[ -s want ] && cmp -s want out
verdict $? "convert keeps the schema that is asked for"
"$scapula" convert -o new.zst new.scap
golden convert_schema 0 -r new.zst -p '%evt.type %syscall.type %evt.args' "$args"
golden error_schema 1 convert -o x --schema 4.2.0 inc.scap
cat c.zst c.zst >two.zst
"$scapula" info two.zst | grep -q '^captures  *2, one behind the other'
verdict $? "info tells captures one behind the other"
head -c 5000 inc.scap >cut.scap
"$scapula" info cut.scap >out 2>err
[ $? -eq 1 ] && grep -q '^integrity  *cut.scap: offset' out
verdict $? "info tells that a capture is cut"
"$scapula" info --tolerate cut.scap >out 2>err
[ $? -eq 0 ] && grep -q '^scapula: cut.scap: .*; missing: ' err
verdict $? "and may tolerate it"
# cut in front of the table of two frames: every event is there, but nobody ended it
"$scapula" convert -o whole.zst inc.scap 2>/dev/null
head -c -33 whole.zst >killed.zst
"$scapula" info killed.zst >out 2>err
[ $? -eq 0 ] && grep -q '^unfinished ' out && ! "$scapula" info whole.zst | grep -q '^unfinished '
verdict $? "info tells a capture that its recorder did not end"

# in front of a terminal, how far it is: as long as it takes, and only there
"$build/tests/golden/make_capture" long.scap longer
"$scapula" info -P inc.scap 2>&1 >out | tr '\r' '\n' | grep -qx '100.00'
verdict $? "info shows how much it has read"
script -qec "$scapula convert -o slow.zst --level 22 long.scap" /dev/null </dev/null | tr '\r' '\n' >out
grep -qx ' *[0-9]*\.[0-9][0-9]' out && grep -qx '      ' out
verdict $? "so does what takes long, on a terminal"
script -qec "$scapula -r long.scap -w slower.zst --level 22" /dev/null </dev/null | tr '\r' '\n' >out
grep -qx ' *[0-9]*\.[0-9][0-9]' out && grep -qx '      ' out
verdict $? "with -r and -w, too"
"$scapula" convert -o fast.zst --level 15 long.scap 2>&1 | grep -qx ' *[0-9]*\.[0-9][0-9]'
[ $? -eq 1 ]
verdict $? "but not elsewhere"
script -qec "$scapula info inc.scap" /dev/null </dev/null >out
! grep -q '[0-9]\.[0-9][0-9]$' out
verdict $? "and not what is short"
finish
