-- SPDX-License-Identifier: BSD-2-Clause
description = "Prints what is written to files with .log or _log in their names: process, file and each line. With a file name as argument, what the threads did around is written to it as a capture."
short_description = "lines written to log files"
category = "Logs"

local stream = require("stream")
local name, process, data

local signs = {
	{ "red", { "error", "fail", "fatal", "panic", "critical" } },
	{ "yellow", { "warn" } },
}

local function color_of(text)
	text = string.lower(text)
	for _, sign in ipairs(signs) do
		for _, word in ipairs(sign[2]) do
			if string.find(text, word, 1, true) then
				return sign[1]
			end
		end
	end
	return "green"
end

require("log").chisel({
	filter = "fd.type = file and evt.is_io_write = true and evt.rawarg.res > 0"
		.. " and (fd.name contains .log or fd.name contains _log)",
	request = function()
		name = chisel.request_field("fd.name")
		process = chisel.request_field("proc.name")
		data = chisel.request_field("evt.rawarg.data")
	end,
	message = function()
		local text = stream.text(evt.field(data) or "")
		return (evt.field(process) or "?") .. " " .. evt.field(name), text, color_of(text)
	end,
})
