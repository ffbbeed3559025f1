-- SPDX-License-Identifier: BSD-2-Clause
-- Every function of `evt`, and what kind of value each kind of field gives.
description = "Prints values of the events that a filter of its own lets through."
short_description = "values of events"
category = "Test"
args = {
	{ name = "filter", description = "which events", argtype = "string" },
	{ name = "fields", description = "with commas between", argtype = "string", optional = true },
}

local names = "evt.num,evt.type,proc.pid,fd.name,fd.sip,fd.sport,evt.is_io,evt.rawarg.res,evt.rawarg.data,evt.arg.data,evt.buffer"
local handles = {}

function on_set_arg(name, value)
	if name == "filter" then
		chisel.set_filter(value)
	else
		names = value
	end
	return true
end

local function show(v)
	return type(v) == "string" and string.format("%q", v) or tostring(v)
end

function on_init()
	for name in string.gmatch(names, "[^,]+") do
		handles[#handles + 1] = { name, chisel.request_field(name) }
	end
	assert(chisel.request_field("evt.num") == chisel.request_field("evt.num"))
	return true
end

function on_event()
	local s, ns = evt.get_ts()
	print(evt.get_num(), evt.get_type(), evt.get_cpuid(), s, ns)
	for _, h in ipairs(handles) do
		print("", h[1], show(evt.field(h[2])))
	end
	assert(evt.field(nil) == nil and evt.field(0) == nil and evt.field(1e9) == nil and evt.field("x") == nil)
	assert("no " .. evt.field(nil) .. 1 == "no nil1" and not pcall(function() return nil .. {} end))
	return true
end

function on_capture_end()
	print("at the end", evt.field(handles[1][2]), evt.get_num(), evt.get_ts(), evt.get_type(), evt.get_cpuid())
end
