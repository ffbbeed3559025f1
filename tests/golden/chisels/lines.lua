-- SPDX-License-Identifier: BSD-2-Clause
-- A line for each event, made by a format, unless on_event() refuses it.
description = "Prints lines."
short_description = "lines"
category = "Test"
args = {
	{ name = "format", description = "of a line", argtype = "string" },
	{ name = "every", description = "only each such event", argtype = "int", optional = true },
}

local every, n = 1, 0

function on_set_arg(name, value)
	if name == "format" then
		chisel.set_event_formatter(value)
	else
		every = tonumber(value)
		return every ~= nil
	end
	return true
end

function on_event()
	n = n + 1
	return n % every == 0
end
