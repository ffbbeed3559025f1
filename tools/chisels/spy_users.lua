-- SPDX-License-Identifier: BSD-2-Clause
description = "Prints the commands that are started below a shell, and the directories that shells change to: number of the login shell, time, user, command, indented by how far below that shell it is. -pc adds the container."
short_description = "commands of users"
category = "Security"

local paint = require("paint")

args = {
	{ name = "max_depth", description = "how far below the shell (20)", argtype = "int", optional = true },
	paint.argument,
}

local max_depth = 20
local type, pid, user, uid, shell, time, line, path, name, id
local ancestors = {}

function on_set_arg(arg, value)
	if arg == "max_depth" then
		max_depth = tonumber(value)
		return max_depth ~= nil and max_depth >= 1 and max_depth <= 100
	end
	return paint.take(arg, value)
end

function on_init()
	type = chisel.request_field("evt.type")
	pid = chisel.request_field("proc.pid")
	user = chisel.request_field("user.name")
	uid = chisel.request_field("user.uid")
	shell = chisel.request_field("proc.loginshellid")
	time = chisel.request_field("evt.time.s")
	line = chisel.request_field("proc.exeline")
	path = chisel.request_field("evt.arg.path")
	if sysdig.is_print_container_data() then
		name = chisel.request_field("container.name")
		id = chisel.request_field("container.id")
	end
	for i = 1, max_depth do
		ancestors[i] = chisel.request_field("proc.apid[" .. i .. "]")
	end
	chisel.set_filter("evt.dir = < and evt.failed = false and (evt.type in (execve, execveat)"
		.. " or (evt.type = chdir and proc.name in (sh, ash, bash, csh, dash, fish, ksh, mksh, tcsh, zsh)))")
	return true
end

-- How far below the shell; nil: too far.
local function depth_below(login)
	if evt.field(pid) == login then
		return 0
	end
	for i, handle in ipairs(ancestors) do
		local ancestor = evt.field(handle)
		if ancestor == login then
			return i
		elseif ancestor == nil then
			return nil
		end
	end
end

function on_event()
	local login = evt.field(shell)
	local depth = login and depth_below(login)

	if not depth then
		return true
	end
	local changes = evt.field(type) == "chdir"
	local who, color = evt.field(user), "green"
	if not who or who == "<NA>" then
		who = tostring(evt.field(uid) or "?")
	end
	if name then
		who = who .. "@" .. (evt.field(name) or "?")
		color = evt.field(id) == "host" and "green" or "cyan"
	end
	-- a change of directory is typed into the shell that makes it
	depth = math.max(depth - (changes and 0 or 1), 0)
	print(paint.text(color, string.format("%s%.0f %s %s) %s", string.rep("   ", depth), login, evt.field(time), who,
		changes and "cd " .. (evt.field(path) or "") or evt.field(line) or "")))
	return true
end
