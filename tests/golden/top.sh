#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# scapula top: its tables as text, and on the screen of a terminal (tmux) into which keys are typed.
. "$(dirname "$0")/golden.bash"
export HOME=$tmp SCAPULA_CHISEL_PATH=views
mkdir views
make=$build/tests/golden/make_capture
"$make" cpu.scap switches
"$make" hostile.scap hostile
"$make" losses.scap losses

# ---- as text ----

for view in threads containers files directories connections sports errors syscalls users; do
	golden top_$view 0 top -r cpu.scap --raw -v $view
done
golden top_procs 0 top -r cpu.scap --raw
golden top_pc 0 top -r inc.scap --raw -pc -v files --sortingcol 1
golden top_filter 0 top -r inc.scap --raw container.name=web and proc.name!=nginx
golden top_part 0 top -r inc.scap --raw -v syscalls --from +20ms --to +30ms
golden top_json 0 top -r inc.scap -j -v containers
golden top_hostile 0 top -r hostile.scap --raw proc.pid=800
golden top_nameless 0 top -r hostile.scap --raw proc.pid=801
golden top_help 0 top --help
golden top_no_view 1 top -r inc.scap --raw -v nosuch
golden top_no_field 1 top -r inc.scap --raw proc.nam=x
golden top_no_file 1 top -r nosuch.scap --raw
golden top_pipe 1 top -r - --raw
mkfifo fifo
golden top_fifo 1 top -r fifo --raw
golden top_few 0 top -r cpu.scap --raw -n 20
golden top_two 1 top -r inc.scap -r cpu.scap --raw
golden top_no_terminal 1 top -r inc.scap
golden top_refused 1 top -r inc.scap --modern-bpf
golden top_delay 1 top --raw -d 5
head -c 9000 inc.scap >cut.scap
golden top_damaged 1 top -r cut.scap --raw -v containers
# What is missing at the end makes nothing less of what there is.
head -c $(($(stat -c %s cpu.scap) - 7)) cpu.scap >cut_last.scap
golden top_damaged_last 1 top -r cut_last.scap --raw
golden top_tolerate 0 top -r cut.scap --raw -v containers --tolerate

# ---- views in Lua ----

cat >views/v_mine.lua <<'END'
view_info = {
	id = "mine", name = "Parents", description = "Whose children do what.",
	tips = { "Open a row." }, tags = { "Default" }, applies_to = { "", "container.id" },
	filter = "evt.type != switch", use_defaults = true, is_root = true, drilldown_target = "procs",
	columns = {
		{ name = "NA", field = "thread.tid", is_key = true },
		{ name = "NA", field = "proc.ppid", is_groupby_key = true },
		{ name = "PPID", field = "proc.ppid", description = "The parent.", colsize = 6 },
		{ name = "CPU", field = "thread.cpu", colsize = 7, aggregation = "AVG",
		  groupby_aggregation = "SUM" },
		{ name = "CALLS", field = "evt.count.exit", colsize = 6, is_sorting = true,
		  aggregation = "SUM", groupby_aggregation = "SUM" },
		{ name = "CONTAINER", field = "container.name", colsize = 10, tags = { "containers" } },
		{ name = "CHILD", field = "proc.exeline", aggregation = "MAX", colsize = 0 },
	},
	actions = { { hotkey = "k", command = "touch hit" } },
}
END
cat >views/v_opens.lua <<'END'
view_info = {
	id = "opens", name = "Opens", description = "Each open.", view_type = "list",
	filter = "evt.type in (open, openat) and evt.dir = <",
	columns = {
		{ name = "TIME", field = "evt.time", colsize = 19 },
		{ name = "RES", field = "evt.res", colsize = 8 },
		{ name = "FILE", field = "fd.name", colsize = 0 },
	},
}
END
cat >views/v_heat.lua <<'END'
view_info = { id = "heat", name = "Heat", description = "x", view_type = "spectrogram", columns = {
	{ name = "NA", field = "evt.latency", is_key = true } } }
END
echo 'view_info = { id = "odd", name = "Odd", columns = { { name = "A", field = "no.such" } } }' >views/v_odd.lua
echo 'view_info = { id = "evil", name = "Evil", columns = os.execute("touch hit") }' >views/v_evil.lua
cat >views/v_sums.lua <<'END'
view_info = {
	id = "sums", name = "Sums", description = "Each aggregation.", use_defaults = true,
	filter = "evt.buflen > 0",
	columns = {
		{ name = "CALL", field = "evt.type", is_key = true, colsize = 10 },
		{ name = "SUM", field = "evt.buflen", aggregation = "SUM", colsize = 8 },
		{ name = "MEAN", field = "evt.buflen", aggregation = "AVG", colsize = 8 },
		{ name = "A SECOND", field = "evt.buflen", aggregation = "TIME_AVG", colsize = 8 },
		{ name = "LEAST", field = "evt.buflen", aggregation = "MIN", colsize = 8 },
		{ name = "MOST", field = "evt.buflen", aggregation = "MAX", colsize = 8 },
		{ name = "N", field = "evt.count", aggregation = "SUM", colsize = 4, is_sorting = true },
	},
}
END
cat >views/v_grouped.lua <<'END'
view_info = {
	id = "grouped", name = "Grouped", description = "Of what each thread has.", use_defaults = true,
	filter = "evt.buflen > 0",
	columns = {
		{ name = "NA", field = "thread.tid", is_key = true },
		{ name = "CONTAINER", field = "container.name", is_groupby_key = true, colsize = 10 },
		{ name = "SUM", field = "evt.buflen", aggregation = "SUM", groupby_aggregation = "SUM",
		  colsize = 8, is_sorting = true },
		{ name = "MEAN", field = "evt.buflen", aggregation = "SUM", groupby_aggregation = "AVG",
		  colsize = 8 },
		{ name = "LEAST", field = "evt.buflen", aggregation = "SUM", groupby_aggregation = "MIN",
		  colsize = 8 },
		{ name = "MOST", field = "evt.buflen", aggregation = "SUM", groupby_aggregation = "MAX",
		  colsize = 8 },
	},
}
END
golden top_sums 0 top -r inc.scap --raw -v sums
golden top_grouped 0 top -r inc.scap --raw -v grouped
golden top_lua 0 top -r cpu.scap --raw -v mine
golden top_lua_containers 0 top -r cpu.scap --raw -v mine -pc
golden top_lua_file 0 top -r cpu.scap --raw -v ./views/v_opens.lua
golden top_lua_heat 1 top -r inc.scap --raw -v heat
golden top_lua_odd 1 top -r inc.scap --raw -v odd
golden top_list 0 top --list-views
[ ! -e hit ]
verdict $? "a view cannot start anything"
rm views/*

# The script runs no code of its own when its table is read, and when it is closed.
cat >views/v_meta.lua <<'END'
view_info = setmetatable({ id = "meta", name = "Meta", description = "d", columns = {
	{ name = "A", field = "evt.type", is_key = true, is_sorting = true } } },
	{ __index = function() error("from within") end })
END
echo 'setmetatable(_G, { __index = function() while true do end end }) -- view_info' >views/v_globals.lua
cat >views/v_close.lua <<'END'
getmetatable(newproxy(true)).__gc = function() while true do end end
view_info = { id = "close", name = "Close", columns = { { name = "A", field = "evt.type" } } }
END
printf 'view_info = { id = "latin", name = "Caf\351", columns = { { name = "A", field = "evt.type" } } }\n' \
	>views/v_latin.lua
golden top_lua_meta 0 top -r inc.scap --raw -v meta evt.type in "(open, close)"
golden top_lua_latin 1 top -r inc.scap -j -v latin
golden top_lua_close 1 top -r inc.scap --raw -v ./views/v_close.lua
golden top_lua_describe 1 -cl
rm views/*

# ---- on a terminal ----

term=$tmp/terminal
tm() { tmux -u -f /dev/null -S "$term" "$@" 2>/dev/null; }
trap 'tm kill-server; rm -rf "$tmp"' EXIT
picture() { tm capture-pane -p -t top; }

start() { # columns lines argument...
	local x=$1 y=$2
	shift 2
	tm has-session -t keep || tm new-session -d -s keep cat
	tm kill-session -t top
	tm new-session -d -s top -x "$x" -y "$y" \
		env TERM=screen LC_ALL=C.UTF-8 sh -c 'trap "" HUP; trap : QUIT TSTP; "$@"; echo "ended: $?"; exec cat' sh "$scapula" top "$@"
	tm set-option -g status off
	tm resize-window -t top -x "$x" -y "$y"
}
keys() { tm send-keys -t top "$@"; }

# Waits until the screen has a line that the expression matches.
until_shown() { # name expression
	local i
	for ((i = 0; i < 400; i++)); do
		if picture | grep -q -- "$2"; then
			verdict 0 "$1"
			return
		fi
		sleep 0.05
	done
	picture
	verdict 1 "$1"
}

# Waits until the screen is the one that is expected.
screen() { # name
	local i before=
	for ((i = 0; i < 400; i++)); do
		picture >out
		if [ "${UPDATE:-}" = 1 ]; then
			[ "$i" -gt 20 ] && [ "$(cat out)" = "$before" ] && break
			before=$(cat out)
		elif cmp -s "$here/top_screen_$1.out" out; then
			break
		fi
		sleep 0.05
	done
	same "screen $1" "$here/top_screen_$1.out" out
	verdict $? "screen: $1"
}

start 80 24 -r cpu.scap
screen procs
pid=$(tm list-panes -t top -F '#{pane_pid}')
child=$(cat "/proc/$pid/task/$pid/children")
want=2
nm "$scapula" | grep -q __asan_init && want=0
grep -q "^Seccomp:[[:space:]]*$want" /proc/"${child% }"/status
verdict $? "it is in the sandbox"
keys F1
screen help
keys BSpace
screen procs
keys F7
screen legend
keys BSpace F2
screen views
keys Down Down Down Enter
screen files
keys F9
screen sort
keys Up Enter
screen sorted
keys F2 Home Down Down Enter
screen containers
keys Enter
screen drill
keys Down Down Enter
screen drill_twice
keys F6
screen dig
keys C-f; keys openat; keys Enter
screen dig_search
keys BSpace BSpace
screen drill_back
keys F5
screen echo
keys F2
screen echo_text
keys F2
screen echo_hex
keys BSpace BSpace
screen containers
keys '!' '!'
screen containers_sorted
keys Down Enter
until_shown "a level opens" "Viewing: Processes For: container.id="
keys BSpace
screen containers_back
keys F4; keys 'proc.nam = x'; keys Enter
screen filter_wrong
keys Escape F4; keys 'proc.name = nginx'; keys Enter
screen filter
keys F8
until_shown "there are no actions" "starts none"
keys / ; keys nosuch
until_shown "what is not there is not found" "Not found: nosuch"
keys Enter q
until_shown "q ends it" "ended: 0"

start 160 48 -r cpu.scap -pc
screen wide
keys Right Right
screen wide_right
keys q
until_shown "q ends the wide one" "ended: 0"

# The keyboard cannot kill it while the terminal is its own.
start 80 24 -r cpu.scap --sortingcol 9
screen sortingcol
keys 'C-\' C-z F1
screen help
keys q
until_shown "and it ends as always" "ended: 0"

start 80 24 -r losses.scap -v errors
screen losses

# ---- what a name cannot do ----

start 80 24 -r hostile.scap proc.pid=800
screen hostile
keys F6
screen hostile_dig
keys BSpace F5
screen hostile_echo
keys BSpace Right Right Right Right Right Right Right Right Right Right
screen hostile_right
tm display-message -p -t top '#{pane_title}' | grep -qv owned
verdict $? "it has not set the title"
keys Enter
until_shown "a row of such a name can be opened" "Viewing: Threads For: .*proc.pid=800"
keys F2 Home Down Down Down Enter
until_shown "and its files are seen" "Viewing: Files"
keys Enter
until_shown "and opened, too" "^ *800 .*100 root"
keys q
until_shown "q ends the hostile one" "ended: 0"

# ---- other sizes, while it runs ----

start 80 24 -r cpu.scap
screen procs
for size in 10x3 1x1 200x60 10x1 3x30 12x7; do
	tm resize-window -t top -x "${size%x*}" -y "${size#*x}"
	keys Down F2 BSpace F1 BSpace F6 BSpace End Home F9 BSpace
done
tm resize-window -t top -x 10 -y 3
until_shown "rows are seen on three lines" "^  *[0-9]"
tm resize-window -t top -x 80 -y 24
screen procs
kill -TERM "$(cat /proc/"$(tm list-panes -t top -F '#{pane_pid}')"/task/*/children | cut -d' ' -f1)"
until_shown "a signal ends it in good order" "ended: 0"
start 80 24 -r cpu.scap
screen procs
pid=$(cut -d' ' -f1 </proc/"$(tm list-panes -t top -F '#{pane_pid}')"/task/*/children | head -n 1)
tm kill-session -t top
for ((i = 0; i < 100; i++)); do
	[ -e "/proc/$pid" ] || break
	sleep 0.05
done
[ -n "$pid" ] && [ ! -e "/proc/$pid" ]
verdict $? "it does not outlive its terminal"
start 80 24 -r nosuch.scap
until_shown "what is wrong is told on the terminal as it was" "No such file"
finish
