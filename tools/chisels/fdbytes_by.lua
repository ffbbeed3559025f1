-- SPDX-License-Identifier: BSD-2-Clause
description = "Ranks what a field tells by the bytes of I/O on descriptors, such as fd.directory, user.name or container.id."
short_description = "I/O bytes by any field"
category = "I/O"

local ranking = require("ranking")

ranking.chisel(ranking.key_from_argument({
	value = "evt.rawarg.res",
	title = "Bytes",
	unit = "bytes",
	filter = "evt.is_io = true",
	top = 20,
}))
