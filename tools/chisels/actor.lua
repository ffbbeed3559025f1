-- SPDX-License-Identifier: BSD-2-Clause
-- Who made the event, for rows of a report.
local report = require("report")
local actor = {}

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
		{ "user", "USER" },
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
		pid = "proc.pid",
		user = "user.name",
		uid = "user.uid",
	})
end

function actor.user()
	local uid, name = get("uid"), get("user")
	return (name ~= "<NA>" and name) or (uid and string.format("%.0f", uid)) or "?"
end

function actor.process()
	return { name = get("name") or "?", pid = get("pid") }
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
