-- SPDX-License-Identifier: BSD-2-Clause
description = "Prints each start of a program with a variable in its environment that an old bash takes for a function and runs (CVE-2014-6271), such as X=() { :; }; and a command."
short_description = "shellshock attacks"
category = "Security"
args = {}

local lines = require("lines")
local environment, rows

function on_init()
	environment = chisel.request_field("proc.env")
	rows = lines.new({
		{ "evt.datetime", "TIME", 29 },
		{ "proc.name", "PROCESS", 16 },
		{ "proc.pid", "PID", 8 },
		{ "proc.pname", "PARENT", 16 },
		{ "proc.ppid", "PARENT PID", 10 },
		{ "=variable", "VARIABLE", 0 },
	})
	chisel.set_filter("evt.type in (execve, execveat) and evt.dir = < and evt.failed = false"
		.. ' and proc.env contains "=() {"')
	return true
end

function on_capture_start()
	rows:head()
	return true
end

-- What bash itself exports as functions today has names of its own.
local function attack(text)
	text = " " .. text
	for name, at in string.gmatch(text, " ([^ =]+)=()%(%) {") do
		if not string.find(name, "^BASH_FUNC_") then
			local value = string.sub(text, at)
			return name .. "=" .. (string.match(value, "^(.-) [%a_][%w_]*=") or value)
		end
	end
end

function on_event()
	local found = attack(evt.field(environment) or "")

	if found then
		local values = rows:values()
		rows:set(values, "=variable", found)
		rows:print(values, "red")
	end
	return true
end
