-- SPDX-License-Identifier: BSD-2-Clause
description = "Ranks containers by the bytes that they read from and write to the network."
short_description = "Containers by network traffic"
category = "Net"
args = {}

require("ranking").chisel({
	keys = { { "container.name", "Container" } },
	value = "evt.rawarg.res",
	title = "Bytes",
	unit = "bytes",
	filter = "fd.type in (ipv4, ipv6) and evt.is_io = true and container.id != host",
	top = 20,
})
