-- SPDX-License-Identifier: BSD-2-Clause
description = "Ranks containers by the bytes that they read from and write to files."
short_description = "Containers by file traffic"
category = "I/O"
args = {}

require("ranking").chisel({
	keys = { { "container.name", "Container" } },
	value = "evt.rawarg.res",
	title = "Bytes",
	unit = "bytes",
	filter = "fd.type = file and evt.is_io = true and container.id != host",
	top = 20,
})
