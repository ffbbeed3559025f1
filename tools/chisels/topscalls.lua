-- SPDX-License-Identifier: BSD-2-Clause
description = "Counts system calls."
short_description = "System calls by number"
category = "Performance"
args = {}

require("ranking").chisel({
	keys = { { "evt.type", "Call" } },
	title = "#Calls",
	filter = "evt.type != switch",
	top = 30,
})
