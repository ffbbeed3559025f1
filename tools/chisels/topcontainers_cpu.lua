-- SPDX-License-Identifier: BSD-2-Clause
description = "Ranks containers by the time that their threads have had a CPU, as far as switches of threads tell; what is in no container counts as host."
short_description = "Containers by use of the CPU"
category = "CPU Usage"
args = {}

require("ranking").chisel({
	keys = { { "container.name", "Container" } },
	value = "thread.exectime",
	title = "Time",
	unit = "time",
	filter = "evt.type = switch",
	top = 20,
})
