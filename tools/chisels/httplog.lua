-- SPDX-License-Identifier: BSD-2-Clause
description = "Prints each HTTP request when it is answered: < where the process is the server, > where it is the client, then method, URL, status, how long the answer took and the bytes that it announces."
short_description = "HTTP requests"
category = "Application"
args = {}

local http = require("http")
local lines = require("lines")
local slow = require("slow")

local requests, rows

function on_init()
	requests = http.new()
	rows = lines.new({
		{ "evt.datetime", "TIME", 29 },
		{ "proc.name", "PROCESS", 16 },
		{ "=side", "", 1 },
		{ "=method", "METHOD", 6 },
		{ "=status", "STATUS", 6 },
		{ "=latency", "LATENCY", 10, shown = slow.duration },
		{ "=bytes", "BYTES", 8 },
		{ "=url", "URL", 0 },
	})
	return true
end

function on_capture_start()
	rows:head()
	return true
end

function on_event()
	local r = requests:of_event()

	if r then
		local values = rows:values()
		for _, key in ipairs({ "side", "method", "status", "latency", "bytes", "url" }) do
			rows:set(values, "=" .. key, r[key])
		end
		rows:print(values)
	end
	return true
end

function on_capture_end()
	requests:forget()
end
