-- SPDX-License-Identifier: BSD-2-Clause
description = "Prints what is read from and written to files, or one file: time, process, way, size and name, then the text."
short_description = "data of files"
category = "I/O"
args = {
	{
		name = "read_or_write",
		description = "R: reads only, W: writes only, RW: both",
		argtype = "string",
		optional = true,
	},
	{ name = "spy_on_file_name", description = "the file", argtype = "string", optional = true },
}

local stream = require("stream")
local ways = { R = "evt.is_io_read = true", W = "evt.is_io_write = true", RW = "evt.is_io = true" }
local way, file = ways.RW, nil
local time, process, pid, is_read, size, name, data

function on_set_arg(arg, value)
	if arg == "read_or_write" then
		way = ways[value]
		return way ~= nil
	end
	file = string.gsub(value, '[\\"]', "\\%0")
	return true
end

function on_init()
	time = chisel.request_field("evt.time")
	process = chisel.request_field("proc.name")
	pid = chisel.request_field("proc.pid")
	is_read = chisel.request_field("evt.is_io_read")
	size = chisel.request_field("evt.rawarg.res")
	name = chisel.request_field("fd.name")
	data = chisel.request_field("evt.rawarg.data")
	chisel.set_filter("fd.type = file and evt.rawarg.res > 0 and " .. way
		.. (file and ' and fd.name = "' .. file .. '"' or ""))
	sysdig.set_snaplen(2000)
	return true
end

function on_event()
	local text = stream.text(evt.field(data) or "")

	io.write(string.format("%s %s(%s) %s %.0fB %s\n", evt.field(time), evt.field(process) or "?", evt.field(pid) or "?",
		evt.field(is_read) and "R" or "W", evt.field(size), evt.field(name) or ""))
	io.write(text, string.sub(text, -1) == "\n" and "" or "\n")
	return true
end
