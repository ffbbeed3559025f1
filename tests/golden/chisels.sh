#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Chisels: what scripts are given, how they are found, and how they fail. Those in chisels/ are made
# to try one thing each.
. "$(dirname "$0")/golden.bash"
cp -r "$here/chisels" own
export SCAPULA_CHISEL_PATH=own HOME=$PWD

golden chisel_values 0 -r inc.scap -c values "'evt.type in (accept4, read, openat)'"
golden chisel_values_fields 0 -r inc.scap -c values \
	"'evt.num in (13, 17, 50)' evt.time,evt.rawtime.s,proc.args,user.uid,thread.ismain,container.name,container.image,evt.arg.uid,evt.rawarg.uid"
golden chisel_latency 0 -r inc.scap -c values "'evt.num in (36, 42)' evt.latency"
golden chisel_values_user_filter 0 -r inc.scap -c values "'evt.type = openat' fd.name" proc.name = curl
golden chisel_state 0 -r inc.scap -c state
golden chisel_state_filter 0 -r inc.scap -n 30 -c state fd.sport=80
golden chisel_run 0 -r inc.scap -c run evt.num '<' 20
golden chisel_run_json 0 -j -pc -r inc.scap -c run
golden chisel_lines 0 -r inc.scap -c lines "'%evt.num %proc.name %evt.buffer'" proc.name=curl
golden chisel_lines_every 0 -r inc.scap -c lines '%evt.num 20'
golden chisel_lines_json 0 -r inc.scap -j -c lines '%evt.num`%proc.name 20'
golden chisel_lines_absent 0 -r inc.scap -c lines "'%evt.num %fd.sport'"
golden chisel_plain 0 -c plain -r inc.scap proc.name = chmod
golden chisel_interval_s 0 -r inc.scap -c intervals 's 1'
golden chisel_interval_ns 0 -r inc.scap -c intervals 'ns 10000000'
golden chisel_interval_precise 0 -r inc.scap -c intervals 'precise 7000000' evt.num=0
golden chisel_instead 0 -r inc.scap -c instead
golden chisel_buffers 0 -r inc.scap -c buffers hexascii
golden chisel_buffers_later 0 -r inc.scap -c buffers 'base64 normal'
golden chisel_buffers_user 0 -r inc.scap -x -c buffers base64
golden chisel_ending 0 -r inc.scap -c ending "'evt.type = openat'"
golden chisel_run_app 0 -r inc.scap -c ending "'evt.type = openat' '-r inc.scap -n 1 -p %evt.num:%proc.name'"
golden chisel_several 0 -r inc.scap -c lines "'a %evt.num'" -c lines "'b %evt.num'" -c ending evt.num=8 evt.num '<' 12
golden chisel_two_captures 0 -r inc.scap -r inc.scap -n 1 -c lines %evt.num -c run
golden chisel_require 0 -r inc.scap -n 1 -c lent
golden chisel_with_options 0 -r inc.scap -c lines %evt.num -n 3
for kind in switches samples; do
	"$build/tests/golden/make_capture" $kind.scap $kind
	golden chisel_cpu_$kind 0 -r $kind.scap -c cpu
	golden chisel_cpu_filter_$kind 0 -r $kind.scap -c cpu proc.name=postgres
done
golden chisel_list 0 -cl
SCAPULA_CHISEL_PATH=/nonexistent golden chisel_list_none 1 -cl
golden chisel_list_long 0 --list-chisels
golden chisel_info 0 -i values
golden chisel_info_none 0 --chisel-info plain

# ---- failing ----

for where in arg init start event interval end; do
	golden chisel_wrong_$where 1 -r inc.scap -c wrong $where
done
for where in arg init start interval; do
	golden chisel_wrong_$where-false 1 -r inc.scap -c wrong $where-false
done
golden chisel_wrong_event-false 0 -r inc.scap -c wrong event-false
golden chisel_wrong_beside 1 -r inc.scap -c wrong event -c lines '%evt.num 20'
golden chisel_wrong_recording 1 -r inc.scap -w copy.scap -c wrong event
"$scapula" -r inc.scap >a
"$scapula" -r copy.scap >b
cmp a b
verdict $? "a failing chisel does not end the recording"
golden chisel_syntax 1 -r inc.scap -c syntax
golden chisel_noargs 1 -r inc.scap -c noargs
golden chisel_view 1 -r inc.scap -c view
golden chisel_none 1 -r inc.scap -c nosuch
golden chisel_none_info 1 -i nosuch
golden chisel_missing 1 -r inc.scap -c lines
golden chisel_missing_option 1 -c lines -r inc.scap
golden chisel_too_many 1 -r inc.scap -c lines 'a b c'
golden chisel_too_few 1 -r inc.scap -c intervals s
golden chisel_no_words 1 -r inc.scap -c plain extra
while read -r name lua; do
	golden "chisel_asks_$name" 1 -r inc.scap -c asks "'$lua'"
done <<'EOF'
field chisel.request_field("no.such")
nil_field chisel.request_field(nil)
filter chisel.set_filter("evt.num = ")
user_filter sysdig.set_filter("proc.nam = x")
format chisel.set_event_formatter("%no.such")
interval chisel.set_interval_s(0)
state sysdig.get_thread_table()
machine sysdig.get_machine_info()
form sysdig.set_output_format("none")
exec chisel.exec("nosuch") return true
exec_self what = "chisel.exec(\"asks\", what) return true" chisel.exec("asks", what) return true
function evt.nosuch()
udp sysdig.udp_send("x")
EOF
export SCAPULA_CHISEL_LIMIT=2 # tenths of a second
for how in empty caught coroutine; do
	golden chisel_runaway_$how 1 -r inc.scap -c runaway $how -c lines '%evt.num 20'
done

# ---- output ----

"$build/tests/golden/make_capture" long.scap longer
"$scapula" -r long.scap -c lines "'%evt.num $(printf '%0300d' 0)'" 2>err | head -n 1 >out
[ "${PIPESTATUS[0]}" -eq 0 ] && [ "$(cut -d' ' -f1 out)" = 6 ] && ! grep -qv lost err
verdict $? "a chisel whose lines nobody reads any more ends quietly"
"$scapula" -r inc.scap -c lines %evt.num >/dev/full 2>err
[ $? -eq 1 ] && grep -q 'standard output' err
verdict $? "a chisel whose lines cannot be written ends with an error"

# ---- finding ----

mkdir chisels .chisels
echo 'description = "d" short_description = "in ./chisels" category = "c" args = {}' >chisels/where.lua
sed s,./chisels,~/.chisels, chisels/where.lua >.chisels/where.lua
cp .chisels/where.lua .chisels/home.lua
mkdir first
sed s,./chisels,first, chisels/where.lua >first/where.lua
unset SCAPULA_CHISEL_PATH
golden chisel_path_here 0 -i where
golden chisel_path_home 0 -i home
SCAPULA_CHISEL_PATH=nowhere:first golden chisel_path_variable 0 -i where
golden chisel_path_file 0 -i ./first/where.lua
SYSDIG_CHISEL_DIR='nowhere;first' golden chisel_path_sysdig 0 -i where
SCAPULA_CHISEL_PATH=.chisels SYSDIG_CHISEL_DIR=first golden chisel_path_both 0 -i where
sed s,./chisels,., chisels/where.lua >where.lua
golden chisel_path_present 0 -i where
"$scapula" -i where.lua | grep -q '^where.lua  *in .$'
verdict $? "with its ending, too"
[ "$("$scapula" -cl | grep -c '^where ')" -eq 1 ] && "$scapula" -cl | grep -q '^where  *in ./chisels$'
verdict $? "the present folder is not listed"
mv where.lua where
golden chisel_path_here 0 -i where
chmod o+w chisels
golden chisel_path_not_ours 0 -i where

# ---- terminals ----

SCAPULA_CHISEL_PATH=own "$scapula" -r inc.scap -c terminal >raw
grep -q $'\033\]0;title' raw
verdict $? "what a chisel prints goes into a file as it is"
SCAPULA_CHISEL_PATH=own script -qec "'$scapula' -r inc.scap -c terminal" /dev/null </dev/null | cat -v >out
same chisel_terminal "$here/chisel_terminal.out" out
verdict $? "chisel_terminal"
finish
