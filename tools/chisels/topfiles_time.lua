-- SPDX-License-Identifier: BSD-2-Clause
description = "Ranks files by the time that calls on them took, where the capture tells it."
short_description = "Files by time"
category = "I/O"
args = {}

require("ranking").chisel({
	keys = { { "fd.name", "File" } },
	value = "evt.latency",
	title = "Time",
	unit = "time",
	filter = "fd.type = file and evt.is_io = true",
	top = 20,
})
