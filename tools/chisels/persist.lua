-- SPDX-License-Identifier: BSD-2-Clause
description = "Tells what was done to outlast a log-out or a restart: writes, renames, links, new modes of files that are run, loaded or trusted later (cron, systemd, start scripts, shell profiles, ssh keys, ld.so.preload, kernel modules, udev, PAM, sudoers, accounts), files that are made setuid, modules that are loaded. Writes text, --json or --csv."
short_description = "what would outlast a restart"
category = "Forensics"
args = {}

local report = require("report")
local actor = require("actor")

local get, out
local rows -- of open files and paths, for the bytes that follow

function on_init()
	out = report.new(actor.columns(
		{ "how", "HOW" },
		{ "bytes", "BYTES", "number" },
		{ "why", "WHY" },
		{ "path", "PATH" }
	))
	actor.request()
	get = actor.fields({
		container = "container.id",
		result = "evt.rawres",
		n = "evt.rawarg.res",
		fd_name = "fd.name",
		path = "fs.path.name",
		source = "fs.path.source",
		target = "fs.path.target",
		mode = "evt.arg.mode",
		bits = "evt.rawarg.mode",
		created = "evt.is_open_create",
		flags = "evt.arg.flags",
		res = "evt.res",
	})
	chisel.set_filter("evt.dir = < and (evt.is_open_write = true or (evt.is_io_write = true and fd.type = file) or evt.type in (rename, renameat, renameat2, link, linkat, symlink, symlinkat, chmod, fchmod, fchmodat, mkdir, mkdirat, init_module, finit_module))")
	return true
end

function on_capture_start()
	rows = {}
	return true
end

local function tell(path, why, how)
	local row = actor.row()
	row.path, row.why, row.how = path, why, how
	out:row(row)
	return row
end

local function lasting(path)
	return path and sysdig.sensitive(path, "lasting")
end

local function key(path)
	return (get("container") or "") .. "\1" .. path
end

local function opened()
	local path = get("fd_name")
	local why = lasting(path)
	if why then
		local flags = get("flags") or ""
		local row = tell(path, why, get("created") and "creates"
			or string.find(flags, "O_TRUNC") and "opens for writing, emptied"
			or "opens for writing")
		row.bytes = 0
		rows[key(path)] = row
	end
end

local function written()
	local path, n = get("fd_name"), get("n")
	if not path or not n or n <= 0 then
		return
	end
	local row = rows[key(path)]
	if row == nil then
		local why = lasting(path)
		row = why and tell(path, why, "writes, open already") or false
		if row then
			row.bytes = 0
		end
		rows[key(path)] = row
	end
	if row then
		row.bytes = row.bytes + n
	end
end

local function renamed()
	local from, to = get("source"), get("target")
	local why = lasting(to)
	if why then
		tell(to, why, "renames to it " .. (from or "?"))
	elseif lasting(from) then
		tell(from, lasting(from), "renames it to " .. (to or "?"))
	end
end

-- For links the new name is the source, and what it leads to the target.
local function linked()
	local name, to = get("source"), get("target")
	local why = lasting(name)
	if why then
		tell(name, why, "links it to " .. (to or "?"))
	end
end

local function octal()
	return string.format("%04o", get("bits") or 0)
end

local function changed_mode()
	local path, mode = get("path") or get("fd_name"), get("mode") or ""
	local why = lasting(path)
	if path and string.find(mode, "S_ISUID") then
		tell(path, "runs as its owner", "makes setuid, mode " .. octal())
	elseif path and string.find(mode, "S_ISGID") and string.find(mode, "S_IX") and not why then
		tell(path, "runs as its group", "makes setgid, mode " .. octal())
	elseif why then
		tell(path, why, "changes mode to " .. octal())
	end
end

local function made_directory()
	local path = get("path")
	local why = lasting(path)
	if why then
		tell(path, why, "makes a directory")
	end
end

local function loaded()
	local path = get("fd_name")
	tell(path or "?", "kernel module", "loads it" .. (get("res") and "" or ", whether with success is not recorded"))
end

local handlers = {}
for handler, types in pairs({
	[opened] = "open openat openat2 creat open_by_handle_at",
	[renamed] = "rename renameat renameat2",
	[linked] = "link linkat symlink symlinkat",
	[changed_mode] = "chmod fchmod fchmodat",
	[made_directory] = "mkdir mkdirat",
	[loaded] = "init_module finit_module",
}) do
	for kind in string.gmatch(types, "%S+") do
		handlers[kind] = handler
	end
end

function on_event()
	local result = get("result")
	if not result or result >= 0 then
		(handlers[evt.get_type()] or written)()
	end
	return true
end

function on_capture_end()
	out:print()
end
