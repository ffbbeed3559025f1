-- SPDX-License-Identifier: BSD-2-Clause
description = "Ranks processes by the bytes that they read from and write to the network."
short_description = "Processes by network traffic"
category = "Net"
args = {}

require("ranking").chisel({
	keys = { { "proc.name", "Process" }, { "proc.pid", "PID" } },
	value = "evt.rawarg.res",
	title = "Bytes",
	unit = "bytes",
	filter = "fd.type in (ipv4, ipv6) and evt.is_io = true",
	top = 20,
})
