-- SPDX-License-Identifier: BSD-2-Clause
description = "Tells in one line each what matters: programs that are executed, connections in and out, ports that are listened on, files that are opened for writing, rights that are gained, containers that start and end, signals and crashes, kernel modules and BPF programs, mounts, namespaces, ptrace; and where events were lost. What a runtime does before a container's own program runs is left out. Writes text, --json or --csv."
short_description = "what matters, a line each"
category = "Forensics"
args = {}

local report = require("report")
local actor = require("actor")
local entry = require("entry")

local UNKNOWN = 2 ^ 32 - 1 -- a user

local get, out
local uids, caps -- of processes, as they were last
local was_root -- and may become it again: a saved user id brings it back
local inits, known, unnamed -- containers, and rows of those whose image is not known yet
local connecting -- by descriptor: the row of a connection that is not made yet
local opened_by -- processes: the rows of files that they opened
local told

local FILTER = [[
(evt.dir = < and (
	evt.type in (clone, clone3, fork, vfork, execve, execveat, setuid, setreuid, setresuid, capset,
		connect, getsockopt, accept, accept4, listen, bind, kill, tkill, tgkill, mount, umount, umount2,
		chmod, fchmod, fchmodat, rename, renameat, renameat2, link, linkat, symlink, symlinkat,
		setns, unshare, ptrace, init_module, finit_module, delete_module, bpf) or
	evt.is_open_write = true or
	(evt.is_io_write = true and fd.type = file) or
	(evt.type in (sendto, sendmsg, sendmmsg) and fd.l4proto = udp))) or
evt.type in (procexit, drop)]]

function on_init()
	local columns = actor.columns({ "what", "WHAT" }, { "detail", "DETAIL" })
	columns.streams = true
	out = report.new(columns)
	actor.request()
	entry.request()
	get = actor.fields({
		pid = "proc.pid",
		vpid = "proc.vpid",
		ppid = "proc.ppid",
		tid = "thread.tid",
		container = "container.id",
		name = "proc.name",
		line = "proc.exeline",
		exepath = "proc.exepath",
		memfd = "proc.is_exe_from_memfd",
		upper = "proc.is_exe_upper_layer",
		image = "container.image",
		uid = "user.uid",
		caps = "thread.cap_permitted",
		result = "evt.rawres",
		res = "evt.res",
		args = "evt.args",
		signal = "evt.arg.sig",
		signo = "evt.rawarg.sig",
		core = "evt.rawarg.core",
		ret = "evt.rawarg.ret",
		status = "evt.rawarg.status",
		target = "evt.arg.pid",
		target_pid = "evt.rawarg.pid",
		request = "evt.arg.request",
		mode = "evt.arg.mode",
		path = "fs.path.name",
		source = "fs.path.source",
		target_path = "fs.path.target",
		flags = "evt.arg.flags",
		nstype = "evt.arg.nstype",
		command = "evt.arg.cmd",
		device = "evt.arg.dev",
		dir = "evt.arg.dir",
		kind = "evt.arg.type",
		unmounted = "evt.arg.name",
		addr = "evt.arg.addr",
		option = "evt.arg.optname",
		value = "evt.arg.val",
		fd_name = "fd.name",
		fd_type = "fd.type",
		l4 = "fd.l4proto",
		fd_num = "fd.num",
		rport = "fd.rport",
		sport = "fd.sport",
		remote_ip = "fd.rip",
		server = "fd.is_server",
	})
	chisel.set_filter((string.gsub(FILTER, "%s+", " ")))
	return true
end

local function known_user(uid)
	return uid ~= UNKNOWN and uid or nil
end

function on_capture_start()
	uids, caps, was_root, inits, known, unnamed, opened_by, connecting, told = {}, {}, {}, {}, {}, {}, {}, {}, {}
	entry.start()
	for tid, t in pairs(sysdig.get_thread_table_nofds()) do
		if tid == t.pid then
			uids[tid] = known_user(t.uid)
			was_root[tid] = t.uid == 0
			if t.container ~= "host" then
				known[t.container] = true
			end
		end
	end
	return true
end

local function tell(what, detail)
	local row = actor.row()
	row.what, row.detail = what, detail
	out:row(row)
	return row
end

local function once(key)
	local again = told[key]
	told[key] = true
	return not again
end

local function failed()
	local r = get("result")
	return r and r < 0
end

local is_runtime = entry.is_runtime

-- ---- processes ----

local function gained(before, now)
	local list = {}
	for cap in string.gmatch(now, "%S+") do
		if not string.find(" " .. before .. " ", " " .. cap .. " ", 1, true) then
			list[#list + 1] = cap
		end
	end
	return list
end

-- Of a process that was there before the recorder may not tell any.
local function capabilities()
	local text = get("caps")
	return text ~= "" and text ~= "NONE" and text or nil
end

local function note_rights(how)
	local pid, uid, now = get("pid"), known_user(get("uid")), capabilities()
	if not pid or not uid then
		return
	end
	local was, before = uids[pid], caps[pid]
	uids[pid], caps[pid] = uid, now
	if is_runtime() then
		return
	end
	local could = was_root[pid]
	was_root[pid] = uid == 0 or (could and not string.find(how, "^executing"))
	if uid == 0 and was and was ~= 0 and not could then
		tell("becomes root", string.format("by %s, was %d", how, was))
	elseif now and uid ~= 0 then
		local list = gained(before or "", now)
		if #list > 0 then
			tell("gains rights", string.format("%s, by %s%s", table.concat(list, " "), how,
				before and "" or "; whether it had them before is not known"))
		end
	end
end

local function started()
	local pid, flags = get("pid"), get("flags") or ""
	if get("result") == 0 and pid and pid == get("tid") then
		local parent = get("ppid")
		uids[pid], caps[pid] = known_user(get("uid")), parent and caps[parent] or capabilities()
		was_root[pid] = parent and was_root[parent]
		entry.started()
	elseif (get("result") or 0) > 0 and string.find(flags, "CLONE_NEW") and not is_runtime() then
		local list = {}
		for kind in string.gmatch(flags, "CLONE_NEW%w+") do
			list[#list + 1] = kind
		end
		tell("namespaces", "child in new ones: " .. table.concat(list, " "))
	end
end

local function enters(container, pid)
	local line = get("line") or get("name") or "?"
	local image = get("image")
	-- with a filter its first process may have been left out
	if not known[container] and (get("vpid") == 1 or sysdig.get_filter() == "") then
		known[container] = true
		inits[container] = pid
		local row = tell("container starts", line .. (image and ", image " .. image or ""))
		if not image then
			unnamed[#unnamed + 1] = row
		end
	else
		tell("enters container", line .. ", not by a process of the container")
	end
end

local function executed()
	local runtime = is_runtime()
	entry.executed()
	if failed() or is_runtime() then
		return
	elseif runtime then
		enters(get("container"), get("pid"))
	else
		tell("executes", (get("line") or get("exepath") or "?") .. (get("memfd") and ", from memory" or "")
			.. (get("upper") and get("container") ~= "host" and ", from the writable layer" or ""))
	end
	note_rights("executing " .. (get("exepath") or "?"))
end

local function changed_rights()
	if not failed() then
		note_rights(evt.get_type())
	end
end

local function ended()
	local pid, container = get("pid"), get("container")
	if not pid or pid ~= get("tid") then
		return
	end
	local status = get("status") or 0
	local signo = get("signo") or status % 128
	local ending = signo ~= 0 and "killed by " .. (get("signal") or signo)
		or "exit " .. (get("ret") or math.floor(status / 256))
	if signo ~= 0 and (get("core") or 0) ~= 0 then
		ending = ending .. ", core dumped"
	end
	local is_init = container and container ~= "host" and not is_runtime()
		and (inits[container] == pid or (not inits[container] and get("vpid") == 1))
	if is_init then
		known[container], inits[container] = nil, nil
		tell("container ends", ending)
	elseif signo ~= 0 then
		tell("dies", ending)
	end
	uids[pid], caps[pid], was_root[pid], opened_by[pid] = nil, nil, nil, nil
	entry.ended()
end

-- Of a group, or of all, the number is not above 0.
local function process_text(pid, name)
	if not pid then
		return "?"
	elseif pid <= 0 then
		return pid == -1 and "all processes" or pid == 0 and "its group"
			or string.format("the group %.0f", -pid)
	end
	return string.format("%s(%.0f)", name or "?", pid)
end

local function killed()
	if failed() or get("signo") == 0 then
		return
	end
	local target = get("target_pid")
	if target == get("pid") or target == get("vpid") then
		return -- itself
	end
	local inside = get("pid") ~= get("vpid")
	tell("sends signal", string.format("%s to %s", get("signal") or "?",
		inside and string.format("process %.0f, as the container counts", target)
			or process_text(target, get("target"))))
end

-- ---- network ----

local function descriptor()
	return string.format("%s/%s", tostring(get("pid")), tostring(get("fd_num")))
end

local function protocol()
	return get("l4") or get("fd_type") or "?"
end

local function is_inet()
	local t = get("fd_type")
	return t == "ipv4" or t == "ipv6"
end

local function peer_key()
	local pid, ip, port = get("pid"), get("remote_ip"), get("rport")
	return string.format("send %s %s %s", tostring(pid), tostring(ip), tostring(port))
end

local IN_PROGRESS = ", in progress"

-- What became of a connection that was not waited for.
local function now_connected()
	local row = connecting[descriptor()]
	row.detail = string.gsub(row.detail, IN_PROGRESS .. "$", "")
	connecting[descriptor()] = nil
end

local function asked_for_error()
	local uid, value = descriptor(), get("value")
	if not connecting[uid] or get("option") ~= "SO_ERROR" or not value then
		return
	elseif tostring(value) == "0" then
		now_connected()
	else
		connecting[uid] = nil
		tell("fails to connect", string.format("%s %s: %s", protocol(), get("fd_name") or "?", tostring(value)))
	end
end

local function connected()
	local res = get("res")
	if res ~= "SUCCESS" and res ~= "EINPROGRESS" then
		local addr = get("addr")
		-- a cache of names that nobody runs is asked for again and again
		if addr and string.find(addr, ":%d+$") then
			tell("fails to connect", string.format("to %s: %s", addr, res or "?"))
		end
	elseif is_inet() then
		local port, waits = get("rport"), res == "EINPROGRESS"
		-- a socket of datagrams with port 0 only asks which address it would have
		if not waits and connecting[descriptor()] then
			now_connected()
		elseif port and port ~= 0 then
			once(peer_key())
			local detail = string.format("%s %s%s", protocol(), get("fd_name"), waits and IN_PROGRESS or "")
			local row = tell("connects", detail)
			connecting[descriptor()] = waits and row or nil
		end
	elseif get("fd_type") == "unix" then
		local name = get("fd_name") or ""
		local path = string.match(name, "/.*") or ""
		local why = sysdig.sensitive(path, "write")
		if why then
			tell("connects", string.format("%s (%s)", path, why))
		end
	end
end

local function accepted()
	if not failed() and is_inet() then
		tell("is contacted", protocol() .. " " .. (get("fd_name") or "?"))
	end
end

local function listens()
	if not failed() and is_inet() and once("listen " .. descriptor() .. (get("fd_name") or "")) then
		tell("listens", protocol() .. " " .. (get("fd_name") or "?"))
	end
end

-- Who receives datagrams does not listen: it is enough to have an address.
local function bound()
	local port = get("sport")
	if get("l4") == "udp" and port and port ~= 0 then
		listens()
	end
end

local function sent()
	if not failed() and get("remote_ip") and not get("server") and once(peer_key()) then
		tell("sends", string.format("udp %s", get("fd_name") or "?"))
	end
end

-- ---- files ----

local DULL = {
	"^/dev/null$", "^/dev/pts/", "^/dev/tty", "^/dev/ptmx$", "^/dev/zero$", "^/dev/full$", "^/dev/console$",
	"^/dev/stdin$", "^/dev/stdout$", "^/dev/stderr$", "^/dev/fd/", "^/proc/self/", "^/proc/thread%-self/",
}

local function is_dull(path)
	for _, pattern in ipairs(DULL) do
		if string.find(path, pattern) then
			return true
		end
	end
	return path == ""
end

local function with_reason(path)
	local why = sysdig.sensitive(path, "write") or sysdig.sensitive(path, "lasting")
	return why and string.format("%s (%s)", path, why) or path
end

-- Again and again by the same process it is one row, unless rows have gone already.
local function opened()
	local path, pid = get("fd_name") or "", get("pid") or -1
	if failed() or is_dull(path) or is_runtime() then
		return
	end
	local rows = opened_by[pid] or {}
	local row = rows[path]
	opened_by[pid] = rows
	told["write " .. (get("container") or "") .. path] = true
	if row then
		row.times = row.times + 1
		row.detail = string.format("%s, %d times until %s", row.first, row.times, report.now().text)
	else
		row = tell("opens for writing", with_reason(path))
		row.times, row.first = 1, row.detail
		rows[path] = row
	end
end

local function changed_mode()
	local mode, path = get("mode") or "", get("path") or get("fd_name")
	if failed() or is_runtime() or not path or path == "" or get("fd_type") == "unix" then
		return
	elseif string.find(mode, "S_ISUID") then
		tell("makes setuid", path)
	elseif string.find(mode, "S_IX") then
		tell("makes executable", path)
	end
end

-- Only of files that matter anywhere. Of a link the new name is the source.
local function renamed()
	local new, old, what = get("target_path"), get("source"), "renames"
	if string.find(evt.get_type(), "link") then
		new, old, what = old, new, "links"
	end
	local path = new and with_reason(new)
	if path and path ~= new and not failed() and not is_runtime() then
		tell(what, string.format("%s, to %s", old or "?", path))
	end
end

-- Only where the opening is not in the capture.
local function written()
	local path = get("fd_name") or ""
	if failed() or is_dull(path) or is_runtime() then
		return
	end
	-- descriptors are inherited: who opened it may be another process
	if once("write " .. (get("container") or "") .. path) then
		tell("writes", with_reason(path) .. ", open already")
	end
end

-- ---- the machine ----

local function loaded()
	if not failed() then
		local name = get("fd_name")
		local how = get("res") and "" or ", whether with success is not recorded"
		tell("kernel module", evt.get_type() .. (name and " " .. name or "") .. how)
	end
end

local function bpf()
	local command = get("command") or ""
	if not failed() and string.find(command, "PROG_LOAD") then
		tell("BPF program", "is loaded")
	end
end

local function mounted()
	if not failed() and not is_runtime() then
		local device, kind, dir = get("device"), get("kind"), get("dir") or "?"
		if not device or device == "" then
			tell("mounts", string.format("%s in another way: %s", dir, get("flags") or "?"))
		else
			tell("mounts", string.format("%s on %s%s", device, dir, kind and kind ~= "" and ", " .. kind or ""))
		end
	end
end

local function unmounted()
	if not failed() and not is_runtime() then
		tell("unmounts", get("unmounted") or "?")
	end
end

local function changed_namespace()
	local kinds = get("nstype") or get("flags") or "?"
	local name = get("fd_name")
	local detail = string.format("%s %s%s", evt.get_type(), kinds, name and " of " .. name or "")
	if not failed() and not is_runtime() and string.find(kinds, "CLONE_NEW")
		and once("ns " .. tostring(get("pid")) .. detail) then
		tell("namespaces", detail)
	end
end

local function traced()
	local detail = string.format("%s, %s", get("request") or "?", process_text(get("target_pid"), get("target")))
	if not failed() and once("ptrace " .. tostring(get("pid")) .. detail) then
		tell("ptrace", detail)
	end
end

-- ---- all ----

local rows = {
	[started] = "clone clone3 fork vfork",
	[executed] = "execve execveat",
	[changed_rights] = "setuid setreuid setresuid capset",
	[ended] = "procexit",
	[killed] = "kill tkill tgkill",
	[connected] = "connect",
	[asked_for_error] = "getsockopt",
	[accepted] = "accept accept4",
	[listens] = "listen",
	[bound] = "bind",
	[changed_mode] = "chmod fchmod fchmodat",
	[renamed] = "rename renameat renameat2 link linkat symlink symlinkat",
	[opened] = "open openat openat2 creat open_by_handle_at",
	[loaded] = "init_module finit_module delete_module",
	[bpf] = "bpf",
	[mounted] = "mount",
	[unmounted] = "umount umount2",
	[changed_namespace] = "setns unshare",
	[traced] = "ptrace",
}

local handlers = {}
for handler, types in pairs(rows) do
	for kind in string.gmatch(types, "%S+") do
		handlers[kind] = handler
	end
end

function handlers.drop()
	if once("drop") then
		tell("LOST", "the recorder left out events to keep up: " .. (get("args") or ""))
	end
end

function on_event()
	local handler = handlers[evt.get_type()]
	if handler then
		handler()
	elseif get("fd_type") == "file" then
		written()
	else
		sent()
	end
	return true
end

function on_loss(count, cpu, seconds, nanoseconds)
	entry.lost()
	local since = seconds > 0 and os.date("!, since %Y-%m-%dT%H:%M:%S", seconds)
		.. string.format(".%09dZ", nanoseconds) or ""
	local detail = string.format("%.0f events on CPU %d before this%s", count, cpu, since)
	out:row({ time = report.now(), what = "LOST", detail = detail })
end

-- What a container is made of is often known only after it has started.
local function add_images()
	local images = {}
	for _, c in ipairs(sysdig.get_container_table()) do
		images[c.id] = c.image ~= "" and c.image or nil
	end
	for _, row in ipairs(unnamed) do
		if images[row.container] then
			row.detail = row.detail .. ", image " .. images[row.container]
		end
	end
end

function on_capture_end()
	add_images()
	out:print()
end
