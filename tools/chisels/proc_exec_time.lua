-- SPDX-License-Identifier: BSD-2-Clause
description = "Prints each process that ends and began within the capture, and how long it ran: from three seconds on in yellow, from ten in red."
short_description = "how long processes ran"
category = "Performance"

local lines = require("lines")
local paint = require("paint")
local slow = require("slow")

args = { paint.argument }
on_set_arg = paint.take

local duration, rows

function on_init()
	duration = chisel.request_field("proc.duration")
	rows = lines.new({
		{ "proc.duration", "DURATION", 10, shown = slow.duration },
		{ "proc.pid", "PID", 8 },
		{ "proc.name", "PROCESS", 16 },
		{ "proc.args", "ARGUMENTS", 0 },
	})
	chisel.set_filter("evt.type = procexit and thread.ismain = true and proc.duration > 0")
	return true
end

function on_capture_start()
	rows:head()
	return true
end

function on_event()
	local n = evt.field(duration)

	rows:print(rows:values(), n >= 10e9 and "red" or n >= 3e9 and "yellow" or "green")
	return true
end
