-- SPDX-License-Identifier: BSD-2-Clause
description = "Ranks processes by the bytes that they read from and write to files."
short_description = "Processes by file traffic"
category = "I/O"
args = {}

require("ranking").chisel({
	keys = { { "proc.name", "Process" }, { "proc.pid", "PID" } },
	value = "evt.rawarg.res",
	title = "Bytes",
	unit = "bytes",
	filter = "fd.type = file and evt.is_io = true",
	top = 20,
})
