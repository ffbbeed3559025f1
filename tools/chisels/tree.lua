-- SPDX-License-Identifier: BSD-2-Clause
description = "Shows which process started which, when, as whom and in which container, what it ran, and how it ended. Processes that were there before the capture are marked so, and shown only if they started another one or ended, unless the argument is 'all'. With a filter, only processes with such events, and those that they come from. Writes text, --json or --csv."
short_description = "what started what, and how it ended"
category = "Forensics"
args = {
	{
		name = "which",
		description = "'all': also processes that were there before and did nothing",
		argtype = "string",
		optional = true,
	},
}

local report = require("report")
local actor = require("actor")

local all = false
local get, out
local by_pid, list

function on_set_arg(name, value)
	all = value == "all"
	return all
end

function on_init()
	out = report.new({
		{ "started", "STARTED", "time" },
		{ "ended", "ENDED", "time" },
		{ "container", "CONTAINER", "container" },
		{ "user", "USER", "user" },
		{ "pid", "PID", "number" },
		{ "ppid", nil, "number" },
		{ "depth", nil, "number" },
		{ "present_before", nil },
		{ "ending", "HOW IT ENDED" },
		{ "exit_code", nil, "number" },
		{ "signal", nil },
		{ "process", nil },
		{ "commands", nil, "list" },
		{ "command", "COMMAND" },
	})
	actor.request()
	get = actor.fields({
		pid = "proc.pid",
		tid = "thread.tid",
		ppid = "proc.ppid",
		line = "proc.exeline",
		result = "evt.rawres",
		ret = "evt.rawarg.ret",
		status = "evt.rawarg.status",
		signal = "evt.arg.sig",
		signo = "evt.rawarg.sig",
		core = "evt.rawarg.core",
	})
	chisel.set_filter("(evt.type in (clone, clone3, fork, vfork, execve, execveat, setuid, setreuid, setresuid) and evt.dir = <) or evt.type = procexit")
	return true
end

local function node(pid, ppid)
	local n = { pid = pid, ppid = ppid, children = {}, commands = {}, users = {} }
	by_pid[pid] = n
	list[#list + 1] = n
	return n
end

-- The state knows processes by their numbers: a number that is used again is another process.
local function of_state(t, before)
	local n = node(t.pid, t.ptid)
	n.name, n.command, n.container = t.comm, table.concat({ t.exe, unpack(t.args) }, " "), t.container
	n.user = actor.user_text(t.username, t.uid)
	n.users[n.user or ""] = true
	n.before = before
	return n
end

local function adopt(n)
	local parent = n.ppid and by_pid[n.ppid]
	if parent and parent ~= n and not n.parent then
		n.parent = parent
		parent.children[#parent.children + 1] = n
	end
end

function on_capture_start()
	by_pid, list = {}, {}
	for tid, t in pairs(sysdig.get_thread_table_nofds()) do
		if tid == t.pid then
			of_state(t, true)
		end
	end
	table.sort(list, function(a, b)
		return a.pid < b.pid
	end)
	for _, n in ipairs(list) do
		adopt(n)
	end
	return true
end

local function update(n)
	local user, container = actor.user(), actor.container()
	-- each one once: sudo changes to and fro
	if user and not n.users[user] then
		n.users[user] = true
		n.user = n.user and n.user .. " > " .. user or user
	end
	n.container = container or n.container
	n.name = actor.process().name
	n.seen = true
end

-- One that is seen here first: its start is missing.
local function current()
	local pid = get("pid")
	local n = pid and by_pid[pid]
	if pid and (not n or n.ended) then
		n = node(pid, get("ppid"))
		n.started = nil
		n.unseen = true
		n.command = get("line")
		adopt(n)
	end
	return n
end

local function started()
	local pid = get("pid")
	if get("result") ~= 0 or pid ~= get("tid") then
		return -- the parent's view, or a thread
	end
	local n = node(pid, get("ppid"))
	n.started = report.now()
	n.command = get("line")
	adopt(n)
	update(n)
end

local function executed()
	local n = current()
	if not n or get("result") ~= 0 then
		return
	end
	local line = get("line")
	if line and n.commands[#n.commands] ~= line then
		n.commands[#n.commands + 1] = line
	end
	n.command = line or n.command
	update(n)
end

local function changed_user()
	local n = current()
	if n and get("result") == 0 then
		update(n)
	end
end

local function ended()
	if get("pid") ~= get("tid") then
		return
	end
	local n = current()
	if not n then
		return
	end
	update(n)
	n.ended = report.now()
	local status = get("status") or 0
	local signo = get("signo") or status % 128
	if signo ~= 0 then
		n.signal = get("signal") or "signal " .. signo
		n.ending = n.signal .. ((get("core") or 0) ~= 0 and ", core dumped" or "")
	else
		n.code = get("ret") or math.floor(status / 256)
		n.ending = "exit " .. n.code
	end
end

local handlers = {
	clone = started,
	clone3 = started,
	fork = started,
	vfork = started,
	execve = executed,
	execveat = executed,
	setuid = changed_user,
	setreuid = changed_user,
	setresuid = changed_user,
	procexit = ended,
}

function on_event()
	handlers[evt.get_type()]()
	return true
end

-- Those that started without an event, as when it was lost.
local function add_rest()
	if sysdig.get_filter() ~= "" then
		return
	end
	for tid, t in pairs(sysdig.get_thread_table_nofds()) do
		local n = by_pid[t.pid]
		if tid == t.pid and (not n or n.ended) then
			n = of_state(t)
			n.unseen = true
			adopt(n)
		end
	end
end

local function mark_shown()
	for _, n in ipairs(list) do
		local m = (n.seen or all) and n
		while m and not m.shown do
			m.shown = true
			m = m.parent
		end
	end
end

-- A process that executes nothing has the command of the one that it is a copy of.
local function command_of(n)
	if #n.commands > 0 then
		return table.concat(n.commands, "  =>  ")
	elseif n.started then
		return (n.name or "?") .. " (a fork)"
	end
	return n.command or n.name or "?"
end

local function put(n, depth)
	n.told = true
	if n.shown then
		out:row({
			started = n.started or (n.unseen and { text = "not seen" }) or nil,
			ended = n.ended or { text = "-" },
			container = n.container,
			user = n.user,
			pid = n.pid,
			ppid = n.ppid,
			depth = depth,
			present_before = n.before or false,
			ending = n.ending or "still running",
			exit_code = n.code,
			signal = n.signal,
			process = n.name,
			commands = n.commands,
			command = command_of(n),
		})
	end
end

-- Without recursion: a capture chooses how deep it is.
local function walk(root)
	local stack = { { root, 0 } }
	while #stack > 0 do
		local n, depth = unpack(table.remove(stack))
		if not n.told then
			put(n, depth)
			for i = #n.children, 1, -1 do
				stack[#stack + 1] = { n.children[i], depth + 1 }
			end
		end
	end
end

function on_capture_end()
	add_rest()
	mark_shown()
	for _, n in ipairs(list) do
		if not n.parent then
			walk(n)
		end
	end
	for _, n in ipairs(list) do
		walk(n) -- what hangs on itself: numbers can be used again in a ring
	end
	out:print()
end
