-- SPDX-License-Identifier: BSD-2-Clause
description = "Lists the ten system calls that took longest, with their threads and arguments, where the capture tells how long they take."
short_description = "slowest system calls"
category = "Performance"
args = {}

local latency = require("latency")
local lines = require("lines")
local slow = require("slow")

local TOP = 10
local calls, rows
local slowest -- { nanoseconds, values }, longest first

function on_init()
	calls = latency.new()
	rows = lines.new({
		{ "evt.latency", "LATENCY", 10, shown = slow.duration },
		{ "evt.datetime", "TIME", 29 },
		{ "proc.name", "PROCESS", 16 },
		{ "thread.tid", "THREAD", 8 },
		{ "evt.type", "CALL", 16 },
		{ "evt.args", "ARGUMENTS", 0 },
	})
	return true
end

function on_capture_start()
	calls:restart()
	slowest = {}
	return true
end

function on_event()
	local n = calls:of_event(slowest[TOP] and slowest[TOP][1] + 1 or 1)
	local at = #slowest + 1

	if not n then
		return true
	end
	while at > 1 and slowest[at - 1][1] < n do
		at = at - 1
	end
	table.insert(slowest, at, { n, rows:values() })
	slowest[TOP + 1] = nil
	return true
end

function on_capture_end()
	rows:head()
	for _, call in ipairs(slowest) do
		rows:print(call[2])
	end
end
