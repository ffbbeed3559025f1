-- SPDX-License-Identifier: BSD-2-Clause
description = "Ranks the ports of servers by the bytes that go through them."
short_description = "Server ports by traffic"
category = "Net"
args = {}

require("ranking").chisel({
	keys = { { "fd.sport", "Port" } },
	value = "evt.rawarg.res",
	title = "Bytes",
	unit = "bytes",
	filter = "fd.type in (ipv4, ipv6) and evt.is_io = true",
	top = 20,
})
