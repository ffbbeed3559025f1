-- SPDX-License-Identifier: BSD-2-Clause
description = "Lists the numbers of login shells below which something was started, for filters such as proc.loginshellid=131, perhaps only those below which a command was; -pc adds the container."
short_description = "login shells"
category = "Security"
args = {
	{ name = "command", description = "part of the command's name; *: any", argtype = "string", optional = true },
	{ name = "arguments", description = "part of its arguments", argtype = "string", optional = true },
}

local command, arguments
local shell, exe, line, name, id
local seen = {}

function on_set_arg(arg, value)
	if arg == "arguments" then
		arguments = value
	elseif value ~= "*" then
		command = value
	end
	return true
end

function on_init()
	shell = chisel.request_field("proc.loginshellid")
	exe = chisel.request_field("proc.name")
	line = chisel.request_field("proc.args")
	name = chisel.request_field("container.name")
	id = chisel.request_field("container.id")
	chisel.set_filter("evt.type in (execve, execveat) and evt.dir = < and evt.failed = false")
	return true
end

local function holds(text, part)
	return not part or string.find(text or "", part, 1, true)
end

function on_event()
	local login = evt.field(shell)

	if login and not seen[login] and holds(evt.field(exe), command) and holds(evt.field(line), arguments) then
		seen[login] = { evt.field(name) or "", evt.field(id) or "" }
	end
	return true
end

function on_capture_end()
	for _, login in ipairs(require("moment").sorted(seen)) do
		if sysdig.is_print_container_data() then
			print(string.format("%.0f %s %s", login, unpack(seen[login])))
		else
			print(string.format("%.0f", login))
		end
	end
	seen = {}
end
