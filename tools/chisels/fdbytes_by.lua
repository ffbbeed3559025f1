-- SPDX-License-Identifier: BSD-2-Clause
description = "Ranks what a field tells by the bytes of I/O on descriptors, such as fd.directory, user.name or container.id."
short_description = "I/O bytes by any field"
category = "I/O"
args = {
	{ name = "key", description = "the field", argtype = "string" },
}

local ranking = require("ranking")
local options = {
	keys = {},
	value = "evt.rawarg.res",
	title = "Bytes",
	unit = "bytes",
	filter = "evt.is_io = true",
	top = 20,
}

function on_set_arg(name, value)
	options.keys[1] = { value, value }
	return true
end

ranking.chisel(options)
