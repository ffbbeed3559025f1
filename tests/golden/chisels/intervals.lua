-- SPDX-License-Identifier: BSD-2-Clause
-- Calls of on_interval().
description = "Prints when it is called."
short_description = "intervals"
category = "Test"
args = {
	{ name = "kind", description = "s, ns or precise", argtype = "string" },
	{ name = "length", description = "of the interval", argtype = "int" },
}

local kind, num

function on_set_arg(name, value)
	if name == "kind" then
		kind = value
	elseif kind == "s" then
		chisel.set_interval_s(tonumber(value))
	elseif kind == "ns" then
		chisel.set_interval_ns(tonumber(value))
	else
		chisel.set_precise_interval_ns(tonumber(value))
	end
	return true
end

function on_init()
	num = chisel.request_field("evt.num")
	chisel.set_filter("evt.num = 0")
	return true
end

function on_interval(s, ns, delta)
	print(s, ns, delta, evt.field(num))
	return true
end
