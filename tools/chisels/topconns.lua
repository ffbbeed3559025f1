-- SPDX-License-Identifier: BSD-2-Clause
description = "Ranks network connections by the bytes that go through them."
short_description = "Connections by traffic"
category = "Net"
args = {}

require("ranking").chisel({
	keys = { { "fd.l4proto", "Proto" }, { "fd.name", "Connection" } },
	value = "evt.rawarg.res",
	title = "Bytes",
	unit = "bytes",
	filter = "fd.type in (ipv4, ipv6) and evt.is_io = true",
	top = 20,
})
