-- SPDX-License-Identifier: BSD-2-Clause
-- The form of buffers, chosen by the chisel, while it runs too.
description = "Prints buffers."
short_description = "buffers"
category = "Test"
args = {
	{ name = "form", description = "as set_output_format() has it", argtype = "string" },
	{ name = "later", description = "after the first event", argtype = "string", optional = true },
}

local buffer, later

function on_set_arg(name, value)
	if name == "later" then
		later = value
	else
		sysdig.set_output_format(value)
	end
	return true
end

function on_init()
	buffer = chisel.request_field("evt.buffer")
	chisel.set_filter("evt.is_io = true and proc.name = x")
	chisel.set_event_formatter("format: %evt.buffer")
	return true
end

function on_event()
	print(evt.field(buffer))
	if later then
		sysdig.set_output_format(later)
	end
	return true
end
