-- SPDX-License-Identifier: BSD-2-Clause
description = "Prints the events that pass the filter of the run, and writes what their threads did around them to a file as a capture."
short_description = "what happened around events"
category = "Misc"

local vicinity = require("vicinity")

args = {
	{ name = "dump_file_name", description = vicinity.arguments[1].description, argtype = "string" },
	vicinity.arguments[2],
}
on_set_arg = vicinity.take

function on_init()
	vicinity.request()
	chisel.set_event_formatter("default")
	return true
end

on_capture_start = vicinity.start

function on_event()
	vicinity.note()
	return true
end

on_capture_end = vicinity.write
