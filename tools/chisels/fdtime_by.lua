-- SPDX-License-Identifier: BSD-2-Clause
description = "Ranks what a field tells by the time that reads and writes took, such as proc.name or fd.name, where the capture tells it."
short_description = "I/O time by any field"
category = "I/O"

local ranking = require("ranking")

ranking.chisel(ranking.key_from_argument({
	value = "evt.latency",
	title = "Time",
	unit = "time",
	filter = "evt.is_io = true",
	top = 20,
}))
