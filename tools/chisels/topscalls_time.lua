-- SPDX-License-Identifier: BSD-2-Clause
description = "Ranks system calls by the time that they took, where the capture tells it."
short_description = "System calls by time"
category = "Performance"
args = {}

require("ranking").chisel({
	keys = { { "evt.type", "Call" } },
	value = "evt.latency",
	title = "Time",
	unit = "time",
	top = 30,
})
