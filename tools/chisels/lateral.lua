-- SPDX-License-Identifier: BSD-2-Clause
description = "Follows connections from the process that makes one into the process that accepts it, on this machine and across its containers, and on to what that one starts and connects to next. Both ends are matched by the same addresses, so what is translated between them (NAT) is not followed. What a process does is put down to the connection that it accepted or read from last, until it closes it. A connection whose client is not seen is shown if something followed. Writes text, --json or --csv."
short_description = "connections followed across processes"
category = "Forensics"
args = {}

local report = require("report")
local actor = require("actor")

local MAX_NODES = 200000

local get, out
local nodes, over
-- Connections by their addresses: made, accepted before they are seen as made, accepted.
local pending, waiting, accepted
local context -- of processes: the node that what they do comes from

function on_init()
	out = report.new(actor.columns(
		{ "id", nil, "number" },
		{ "parent", nil, "number" },
		{ "depth", nil, "number" },
		{ "what", nil },
		{ "detail", nil },
		{ "line", "WHAT", "shown" }
	))
	actor.request()
	get = actor.fields({
		pid = "proc.pid",
		tid = "thread.tid",
		ppid = "proc.ppid",
		container = "container.id",
		pod = "k8s.pod.uid",
		host_network = "container.host_network",
		line = "proc.exeline",
		result = "evt.rawres",
		res = "evt.res",
		type = "fd.type",
		name = "fd.name",
		l4 = "fd.l4proto",
		cport = "fd.cport",
		sport = "fd.sport",
		sip = "fd.sip",
		option = "evt.arg.optname",
		value = "evt.arg.val",
	})
	chisel.set_filter("(evt.dir = < and ((evt.type in (connect, getsockopt, accept, accept4) and fd.type in (ipv4, ipv6, unix)) or evt.type in (clone, clone3, fork, vfork, execve, execveat) or (evt.is_io_read = true and fd.type in (ipv4, ipv6, unix) and fd.is_server = true) or (evt.type = close and fd.type in (ipv4, ipv6, unix)))) or evt.type = procexit")
	return true
end

function on_capture_start()
	nodes, over, pending, waiting, accepted, context = {}, 0, {}, {}, {}, {}
	return true
end

local function node(what, detail, parent)
	if #nodes >= MAX_NODES then
		over = over + 1
		return nil
	end
	local n = actor.row()
	n.what, n.detail, n.children = what, detail, {}
	n.id = #nodes + 1
	nodes[n.id] = n
	if parent then
		n.of = parent
		parent.children[#parent.children + 1] = n
	end
	return n
end

-- ---- connections ----

-- The same text at both ends, nil: it has no peer. Addresses within a network of its own mean
-- something only there.
local function addresses()
	local kind, name = get("type"), get("name") or ""
	if kind == "unix" then
		local pair = string.match(name, "^(%x+%->%x+)")
		return pair and not string.find(pair, "^0+%->") and not string.find(pair, "%->0+$") and "unix " .. pair
	end
	if not string.find(name, "->", 1, true) or not get("cport") or get("cport") == 0 or get("sport") == 0 then
		return nil
	end
	local ip, scope = get("sip") or "", ""
	if string.find(ip, "^127%.") or ip == "::1" then
		scope = get("host_network") and "host" or get("pod") or get("container") or "?"
	end
	return string.format("%s %s %s", get("l4") or "?", name, scope)
end

local function text_of_connection()
	local name = get("name") or "?"
	if get("type") == "unix" then
		return "unix " .. (string.match(name, "%x+%->%x+ (.+)") or "without a name")
	end
	return (get("l4") or "?") .. " " .. name
end

local function comes_from(n, other)
	while n and n ~= other do
		n = n.of
	end
	return n ~= nil
end

-- A connection that was not waited for: how it went is asked by a second call, or by this one.
local function asked_for_error()
	local n = pending[addresses() or ""]
	if n and get("option") == "SO_ERROR" and get("value") then
		n.what = tostring(get("value")) == "0" and "connects" or "fails to connect"
		n.why = n.what ~= "connects" and get("value")
	end
end

local function connected()
	local res = get("res")
	local key = (res == "SUCCESS" or res == "EINPROGRESS") and addresses()
	if not key then
		return
	elseif pending[key] then
		pending[key].what = res == "SUCCESS" and "connects" or pending[key].what
		return
	end
	-- It may be seen after it was accepted, by the same process even: that is no reason for it.
	local other, from = waiting[key], context[get("pid")]
	if other and comes_from(from, other) then
		from = nil
	end
	local n = node(res == "SUCCESS" and "connects" or "begins to connect", text_of_connection(), from)
	if not n then
		return
	end
	n.made = true
	if other then
		n.what = "connects"
		waiting[key] = nil
		other.of = n
		n.children[#n.children + 1] = other
	else
		pending[key] = n
	end
end

local function accepts()
	local key = addresses()
	if not key or (get("result") or -1) < 0 then
		return
	end
	local from = pending[key]
	local n = node("accepts", text_of_connection(), from)
	if not n then
		return
	end
	pending[key] = nil
	if from then
		from.what = "connects"
	else
		waiting[key] = n
	end
	accepted[key] = n
	if get("pid") > 0 then
		context[get("pid")] = n
	end
end

local function read()
	local key = (get("result") or 0) > 0 and addresses()
	local n = key and accepted[key]
	local now = context[get("pid")]
	-- what it started since is nearer
	if n and not (now and now.of == n) then
		context[get("pid")] = n
	end
end

local function closed()
	local pid, key = get("pid"), addresses()
	local n = key and accepted[key]
	if n and context[pid] == n then
		context[pid] = nil
	elseif key and pending[key] then
		pending[key] = nil
	end
end

-- ---- processes ----

local function started()
	local pid = get("pid")
	if pid and get("result") == 0 and pid == get("tid") then
		context[pid] = context[get("ppid")]
	end
end

local function executed()
	local from = get("result") == 0 and context[get("pid")]
	if from then
		context[get("pid")] = node("executes", get("line") or "?", from) or from
	end
end

local function ended()
	if get("pid") == get("tid") then
		context[get("pid")] = nil
	end
end

local handlers = {
	connect = connected,
	getsockopt = asked_for_error,
	accept = accepts,
	accept4 = accepts,
	close = closed,
	clone = started,
	clone3 = started,
	fork = started,
	vfork = started,
	execve = executed,
	execveat = executed,
	procexit = ended,
}

function on_event()
	if get("pid") then
		(handlers[evt.get_type()] or read)()
	end
	return true
end

-- ---- the end ----

local function put(n, depth)
	local detail = n.detail
	if n.why then
		detail = string.format("%s: %s", detail, n.why)
	elseif n.made and #n.children == 0 then
		detail = detail .. ", its server is not seen"
	elseif n.what == "accepts" and not n.of then
		detail = detail .. ", its client is not seen"
	end
	n.depth, n.parent = depth, n.of and n.of.id
	n.line, n.detail = n.what .. " " .. detail, detail
	out:row(n)
end

function on_capture_end()
	for _, root in ipairs(nodes) do
		-- a connection of which only one end is seen, and that led to nothing, is only a connection
		local stack = not root.of and #root.children > 0 and { { root, 0 } } or {}
		while #stack > 0 do
			local n, depth = unpack(table.remove(stack))
			put(n, depth)
			for i = #n.children, 1, -1 do
				stack[#stack + 1] = { n.children[i], depth + 1 }
			end
		end
	end
	out:print()
	if over > 0 then
		sysdig.log(string.format("%d connections and programs were not followed: too many", over), "warning")
	end
end
