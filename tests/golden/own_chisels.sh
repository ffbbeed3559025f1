#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The chisels that are installed: each on the made-up capture.
. "$(dirname "$0")/golden.bash"
export SCAPULA_CHISEL_PATH=$here/../../tools/chisels HOME=$PWD

for name in topprocs_net topprocs_file topprocs_errors topfiles_bytes topfiles_errors topfiles_time topconns \
	topports_server topscalls topscalls_time ps lsof netstat lscontainers; do
	golden own_$name 0 -r inc.scap -c $name
done
golden own_fdbytes_by 0 -r inc.scap -c fdbytes_by fd.directory
golden own_topconns_containers 0 -r inc.scap -pc -c topconns
golden own_topconns_json 0 -r inc.scap -j -c topconns
golden own_topconns_csv 0 -r inc.scap --csv -c topconns
golden own_words_in_the_name 0 -r inc.scap -c "fdbytes_by fd.directory --csv" container.name=web
golden own_topfiles_filter 0 -r inc.scap -c topfiles_bytes container.name=web
golden own_lsof_filter 0 -r inc.scap -c lsof fd.type=ipv4
golden own_ps_later 0 -r inc.scap -c ps --from '#50'
"$build/tests/golden/make_capture" switches.scap switches
golden own_topprocs_cpu 0 -r switches.scap -c topprocs_cpu
"$build/tests/golden/make_day" day.scap
for name in echo_fds stdin stdout stderr spy_file spy_logs spy_syslog spy_users httplog httptop memcachelog \
	shellshock_detect proc_exec_time list_login_shells bottlenecks spectrogram subsecoffset iobytes iobytes_file \
	iobytes_net flame topcontainers_cpu topcontainers_error topcontainers_file topcontainers_net; do
	golden own_$name 0 -r day.scap -c $name
done
golden own_spy_ip 0 -r day.scap -c spy_ip 10.0.0.3
golden own_spy_port 0 -r day.scap -x -c spy_port "80 disable_colors"
golden own_fdcount_by 0 -r day.scap -c fdcount_by proc.name
golden own_fdtime_by 0 -r day.scap -c fdtime_by fd.name
golden own_scallslower 0 -r day.scap -c scallslower 20
golden own_fileslower 0 -r day.scap -c fileslower 20
golden own_netlower 0 -r day.scap -c netlower 20
golden own_scallslower_wrong 1 -r day.scap -c scallslower fast
golden own_scallslower_unknown 0 -r inc.scap -c scallslower 0
cp "$here/../fuzz/seeds/old_events.scap" old.scap
golden own_bottlenecks_old 0 -r old.scap -c bottlenecks
golden own_echo_fds_containers 0 -r day.scap -pc -c echo_fds proc.name=nginx
golden own_stdout_containers 0 -r day.scap -pc -c stdout
golden own_spy_users_containers 0 -r day.scap -pc -c spy_users 2
golden own_spy_file_one 0 -r day.scap -c spy_file "R /srv/index.html"
"$build/tests/golden/make_day" vain.scap vain
golden own_httplog_vain 0 -r vain.scap -c httplog proc.name=bash
golden own_httplog_json 0 -r day.scap -j -c httplog
golden own_httplog_csv 0 -r day.scap --csv -c httplog
golden own_httptop_time 0 -r day.scap -pc -c httptop time
golden own_memcachelog_set 0 -r day.scap -c memcachelog "set 5"
golden own_list_login_shells_of 0 -r day.scap -pc -c list_login_shells "ls -l"
golden own_spectrogram_rows 0 -r day.scap -c spectrogram 100
golden own_spy_logs_around 0 -r day.scap -c spy_logs "around.scap 2"
golden own_spy_logs_dumped 0 -r around.scap
golden own_around 0 -r day.scap -c around "around.scap 1" evt.type=accept4
golden own_around_dumped 0 -r around.scap
on_terminal() { # name argument...
	local name=$1
	shift
	script -qec "'$scapula' -r day.scap $*" /dev/null </dev/null | cat -v >out
	same "$name" "$here/$name.out" out
	verdict $? "$name"
}
on_terminal own_stdout_terminal -pc -c stdout
on_terminal own_echo_fds_terminal -c echo_fds "fd.num\<3"
on_terminal own_proc_exec_time_terminal -c proc_exec_time
on_terminal own_proc_exec_time_plain -c proc_exec_time disable_colors
on_terminal own_spectrogram_terminal -c spectrogram
# The examples of the manual that read a capture, but for what is behind a pipe; each chisel has one.
cp day.scap x.scap
sed -n 's/^\.Dl \(scapula -r x\.scap [^|>]*\).*/\1/p' "$here/../../tools/scapula-chisel.7" |
	sed '/opens\.lua/d; s/\\(dq/"/g; s/12:3[05]:0[05]/+1ms/g' >examples
PATH=$build:$PATH
while read -r line; do
	sh -c "$line" >out 2>err </dev/null && [ ! -s err ]
	verdict $? "the manual's $line" || cat err
done <examples
for chisel in "$SCAPULA_CHISEL_PATH"/*.lua; do
	name=$(basename "$chisel" .lua)
	grep -q '^description' "$chisel" || continue
	grep -q -- "-c \"\?$name\b" examples "$here/../../tools/scapula-chisel.7"
	verdict $? "the manual has an example of $name"
done
golden own_netstat_later 0 -r inc.scap evt.num=36 -c netstat
golden own_list 0 -cl
mkdir -p prefix/bin prefix/share/scapula
cp -r "$SCAPULA_CHISEL_PATH" prefix/share/scapula/chisels
cp "$scapula" prefix/bin/
cp -r "$SCAPULA_CHISEL_PATH" beside
unset SCAPULA_CHISEL_PATH
scapula=prefix/bin/scapula
golden own_installed 0 -i topconns
scapula=$build/scapula
golden own_beside 0 -i ./beside/topconns.lua
finish
