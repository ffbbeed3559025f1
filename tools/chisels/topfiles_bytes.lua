-- SPDX-License-Identifier: BSD-2-Clause
description = "Ranks files by the bytes that are read and written."
short_description = "Files by traffic"
category = "I/O"
args = {}

require("ranking").chisel({
	keys = { { "fd.name", "File" } },
	value = "evt.rawarg.res",
	title = "Bytes",
	unit = "bytes",
	filter = "fd.type = file and evt.is_io = true",
	top = 20,
})
