-- SPDX-License-Identifier: BSD-2-Clause
-- Who made the event, for rows of a report.
local report = require("report")
local actor = {}

local NOBODY = 2 ^ 32 - 1 -- a user that is not known

-- { short name = field } as a function that gives the event's value by the short name.
function actor.fields(wanted)
	local handles = {}
	for name, field in pairs(wanted) do
		handles[name] = chisel.request_field(field)
	end
	return function(name)
		return evt.field(handles[name])
	end
end

-- The columns that rows of actor.row() begin with.
function actor.columns(...)
	local columns = {
		{ "time", "TIME", "time" },
		{ "container", "CONTAINER", "container" },
		{ "user", "USER", "user" },
		{ "process", "PROCESS", "process" },
	}
	for _, c in ipairs({ ... }) do
		columns[#columns + 1] = c
	end
	return columns
end

local get

function actor.request()
	get = actor.fields({
		container = "container.id",
		name = "proc.name",
		exe = "proc.exe",
		pid = "proc.pid",
		user = "user.name",
		uid = "user.uid",
	})
end

-- Name or number; nil: not known.
function actor.user_text(name, uid)
	if name and name ~= "<NA>" then
		return name
	end
	return uid and uid ~= NOBODY and string.format("%.0f", uid) or nil
end

function actor.user()
	return actor.user_text(get("user"), get("uid"))
end

-- Programs that start themselves through /proc/self/exe, or from a copy in memory, are better known
-- by their argv[0].
function actor.process()
	local name, exe = get("name") or "?", get("exe")
	if (name == "exe" or string.find(name, "^memfd:")) and exe and exe ~= "" then
		name = string.match(exe, "[^/]*$")
	end
	return { name = name, pid = get("pid") }
end

function actor.container()
	return get("container")
end

function actor.row()
	return {
		time = report.now(),
		container = get("container"),
		user = actor.user(),
		process = actor.process(),
	}
end

-- Of an argument that is a descriptor, as "<f>/etc/shadow": its kind and its name.
function actor.descriptor(text)
	local kind, name = string.match(text or "", "<(%w+)>(.*)$")
	return kind, name
end

return actor
