-- SPDX-License-Identifier: BSD-2-Clause
-- The share of the CPU, made of what switches tell.
description = "Prints procinfo events."
short_description = "procinfo"
category = "Test"
args = {}

local fields = { "evt.type", "proc.name", "thread.tid", "thread.cpu", "evt.args" }

function on_init()
	for i, name in ipairs(fields) do
		fields[i] = chisel.request_field(name)
	end
	chisel.set_filter("evt.type = procinfo")
	return true
end

function on_event()
	local s, ns = evt.get_ts()
	print(s, ns, evt.field(fields[1]), evt.field(fields[2]), evt.field(fields[3]),
		string.format("%.2f", evt.field(fields[4])), evt.field(fields[5]))
end
