-- SPDX-License-Identifier: BSD-2-Clause
description = "Shows in which part of a second system calls happen: a row for each half second, from the beginning of a second on the left to its end on the right, and how many calls by colour. What recurs each second is a column."
short_description = "map of calls within the second"
category = "CPU Usage"

local WIDTH = 80

require("heat").chisel({
	field = "evt.rawtime.ns",
	filter = "evt.dir = <",
	width = WIDTH,
	place = function(ns)
		return math.floor(ns / 1e9 * WIDTH) + 1
	end,
	head = "|0ms    |100ms  |200ms  |300ms  |400ms  |500ms  |600ms  |700ms  |800ms  |900ms",
})
