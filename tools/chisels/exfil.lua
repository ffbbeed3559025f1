-- SPDX-License-Identifier: BSD-2-Clause
description = "Ranks what processes sent to other machines, a row for each process and peer, with what the process had read until then: from files, from other peers, and from other processes by pipes and unix sockets. Traffic within the machine (127.0.0.0/8, ::1) is left out unless the argument is 'all'. Writes text, --json or --csv."
short_description = "who sent how much, and what they had read"
category = "Forensics"
args = {
	{
		name = "which",
		description = "'all': also traffic within the machine",
		argtype = "string",
		optional = true,
	},
}

local report = require("report")
local actor = require("actor")
local entry = require("entry")

local TOP_FILES = 3

local all = false
local get, out
local processes, talks

function on_set_arg(name, value)
	all = value == "all"
	return all
end

function on_init()
	out = report.new({
		{ "bytes_out", "OUT", "number" },
		{ "bytes_in", "IN", "number" },
		{ "files_read", "FROM FILES", "number" },
		{ "others_in", "FROM OTHERS", "number" },
		{ "pipes_read", "FROM PIPES", "number" },
		{ "first", "FIRST SENT", "time" },
		{ "last", nil, "time" },
		{ "container", "CONTAINER", "container" },
		{ "user", "USER", "user" },
		{ "process", "PROCESS", "process" },
		{ "peer", "PEER" },
		{ "files", "READ MOST", "list" },
	})
	actor.request()
	entry.request()
	get = actor.fields({
		pid = "proc.pid",
		n = "evt.rawarg.res",
		type = "fd.type",
		name = "fd.name",
		ip = "fd.rip",
		port = "fd.rport",
		lport = "fd.lport",
		l4 = "fd.l4proto",
		server = "fd.is_server",
		out = "evt.is_io_write",
		in_fd = "evt.arg.in_fd",
		fdin = "evt.arg.fdin",
		fd_in = "evt.arg.fd_in",
		out_fd = "evt.arg.out_fd",
		fd_out = "evt.arg.fd_out",
		tid = "thread.tid",
	})
	chisel.set_filter("(evt.dir = < and (evt.type in (" .. entry.types .. ") or (evt.is_io = true and fd.type in (file, ipv4, ipv6, pipe, unix)) or evt.type in (sendfile, copy_file_range, splice))) or evt.type = procexit")
	return true
end

function on_capture_start()
	processes, talks = {}, {}
	entry.start()
	return true
end

local function process_of(pid)
	local p = processes[pid]
	if not p then
		p = { files = {}, from_files = 0, from_peers = 0, from_pipes = 0, talks = {} }
		processes[pid] = p
	end
	return p
end

local function is_local(ip)
	return string.find(ip, "^127%.") or ip == "::1"
end

-- A client has a new port each time: it is one peer all the same.
local function talk_of(p)
	local ip, port = get("ip"), get("port")
	if not ip or not port or (is_local(ip) and not all) then
		return nil
	end
	local proto, peer = get("l4") or "?", nil
	local address = string.find(ip, ":", 1, true) and "[" .. ip .. "]" or ip
	if get("server") then
		peer = string.format("%s %s, client of port %s", proto, address, tostring(get("lport") or "?"))
	else
		peer = string.format("%s %s:%.0f", proto, address, port)
	end
	local t = p.talks[peer]
	if not t then
		t = { peer = peer, bytes_out = 0, bytes_in = 0 }
		p.talks[peer] = t
	end
	return t
end

-- What had been read by then.
local function note_sources(p, t)
	t.files_read = p.from_files
	t.others_in = p.from_peers - t.bytes_in
	t.pipes_read = p.from_pipes
	t.files = p.files
end

local function sent(p, n)
	local t = talk_of(p)
	if not t then
		return
	end
	if not t.first then
		t.first, t.container = report.now(), actor.container()
		t.user, t.process = actor.user(), actor.process()
		talks[#talks + 1] = t
	end
	t.last = report.now()
	t.bytes_out = t.bytes_out + n
	note_sources(p, t)
end

local function received(p, n)
	local t = talk_of(p)
	p.from_peers = p.from_peers + n
	if t then
		t.bytes_in = t.bytes_in + n
	end
end

local function read(p, name, n)
	p.files[name] = (p.files[name] or 0) + n
	p.from_files = p.from_files + n
end

-- From one descriptor to another: the event's own descriptor is the one that is written to.
local function copied(p, n)
	local kind, name = actor.descriptor(get("in_fd") or get("fdin") or get("fd_in"))
	local to = actor.descriptor(get("out_fd") or get("fd_out"))
	if kind == "f" and name ~= "" then
		read(p, name, n)
	end
	if (to == "4t" or to == "6t" or to == "4u" or to == "6u") and evt.get_type() == "sendfile" then
		sent(p, n)
	end
end

function on_event()
	local pid, kind = get("pid"), evt.get_type()
	if not pid then
		return false
	elseif kind == "procexit" and pid == get("tid") then
		processes[pid] = nil -- the number may be used again
	end
	if entry.follows[kind] then
		entry.follows[kind]()
		return true
	elseif entry.is_runtime() then
		return true
	end
	local n = get("n")
	if not n or n <= 0 then
		return true
	end
	local p, type = process_of(pid), get("type")
	if kind == "sendfile" or kind == "copy_file_range" or kind == "splice" then
		copied(p, n)
	elseif type == "file" then
		if not get("out") then
			read(p, get("name") or "?", n)
		end
	elseif type == "pipe" or type == "unix" then
		p.from_pipes = p.from_pipes + (get("out") and 0 or n)
	elseif get("out") then
		sent(p, n)
	else
		received(p, n)
	end
	return true
end

local function largest(files)
	local list = {}
	for name, n in pairs(files) do
		list[#list + 1] = { name, n }
	end
	table.sort(list, function(a, b)
		return a[2] > b[2] or (a[2] == b[2] and a[1] < b[1])
	end)
	local texts = {}
	for i = 1, math.min(#list, TOP_FILES) do
		texts[i] = string.format("%s (%.0f)", list[i][1], list[i][2])
	end
	return texts
end

function on_loss()
	entry.lost()
end

function on_capture_end()
	for i, t in ipairs(talks) do
		t.order = i
	end
	table.sort(talks, function(a, b)
		return a.bytes_out > b.bytes_out or (a.bytes_out == b.bytes_out and a.order < b.order)
	end)
	for _, t in ipairs(talks) do
		t.files = largest(t.files)
		out:row(t)
	end
	out:print()
end
