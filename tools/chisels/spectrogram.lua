-- SPDX-License-Identifier: BSD-2-Clause
description = "Shows how long system calls take: a row for each half second, from a nanosecond on the left to ten seconds on the right, and how many calls took so long by colour; where the capture tells it."
short_description = "map of latencies"
category = "CPU Usage"

local PER_DECADE = 7

require("heat").chisel({
	field = "evt.latency",
	filter = "evt.dir = <",
	width = 11 * PER_DECADE,
	place = function(ns)
		if ns < 1 then
			return nil
		end
		return math.min(math.floor(math.log10(ns) * PER_DECADE + 1e-9) + 1, 11 * PER_DECADE)
	end,
	head = "|1ns   |10ns  |100ns |1us   |10us  |100us |1ms   |10ms  |100ms |1s    |10s",
})
