-- SPDX-License-Identifier: BSD-2-Clause
description = "Ranks what a field tells by the time that reads and writes took, such as proc.name or fd.name, where the capture tells it."
short_description = "I/O time by any field"
category = "I/O"
args = {
	{ name = "key", description = "the field", argtype = "string" },
}

local ranking = require("ranking")
local options = {
	keys = {},
	value = "evt.latency",
	title = "Time",
	unit = "time",
	filter = "evt.is_io = true",
	top = 20,
}

function on_set_arg(name, value)
	options.keys[1] = { value, value }
	return true
end

ranking.chisel(options)
