-- SPDX-License-Identifier: BSD-2-Clause
description = "Prints commands to memcached on port 11211, in its text protocol: < where the process is the server, > where it is the client, then the command, its key and the bytes that it stores."
short_description = "memcached commands"
category = "Application"
args = {
	{ name = "method", description = "only this command, such as get or set", argtype = "string", optional = true },
	{ name = "size", description = "only values of at least so many bytes", argtype = "int", optional = true },
}

local lines = require("lines")

local STORES = { set = true, add = true, replace = true, append = true, prepend = true, cas = true }
local COMMANDS = { "get", "gets", "gat", "gats", "delete", "incr", "decr", "touch" }
local known = {}
local method, least
local data, is_read, rows

for command in pairs(STORES) do
	COMMANDS[#COMMANDS + 1] = command
end
for _, command in ipairs(COMMANDS) do
	known[command] = true
end

function on_set_arg(name, value)
	if name == "method" then
		method = string.lower(value)
		return known[method] ~= nil
	end
	least = tonumber(value)
	return least ~= nil
end

function on_init()
	local begins = {}

	for i, command in ipairs(method and { method } or COMMANDS) do
		begins[i] = 'evt.buffer startswith "' .. command .. ' "'
	end
	chisel.set_filter("evt.is_io = true and evt.rawarg.res > 0 and fd.sport = 11211 and ("
		.. table.concat(begins, " or ") .. ")")
	sysdig.set_snaplen(1000)
	data = chisel.request_field("evt.rawarg.data")
	is_read = chisel.request_field("evt.is_io_read")
	rows = lines.new({
		{ "evt.datetime", "TIME", 29 },
		{ "proc.name", "PROCESS", 16 },
		{ "=side", "", 1 },
		{ "=command", "COMMAND", 8 },
		{ "=bytes", "BYTES", 8 },
		{ "=key", "KEY", 0 },
	})
	return true
end

function on_capture_start()
	rows:head()
	return true
end

-- The bytes that a command stores, nil: none.
local function stored(command, rest)
	return STORES[command] and tonumber(string.match(rest, "^%d+ %-?%d+ (%d+)"))
end

local function tell(command, key, bytes)
	local values = rows:values()

	rows:set(values, "=side", evt.field(is_read) and "<" or ">")
	rows:set(values, "=command", command)
	rows:set(values, "=bytes", bytes)
	rows:set(values, "=key", (string.gsub(key, "[^\32-\126]", ".")))
	rows:print(values)
end

function on_event()
	-- one buffer may hold several, with what they store between
	for line in string.gmatch(evt.field(data) or "", "[^\r\n]+") do
		local command, key, rest = string.match(line, "^(%l+) ([^ ]+) ?(.*)$")
		local bytes = command and stored(command, rest)

		if command and known[command] and (not method or command == method) and (not least or (bytes and bytes >= least)) then
			tell(command, bytes and key or key .. " " .. rest, bytes)
		end
	end
	return true
end
