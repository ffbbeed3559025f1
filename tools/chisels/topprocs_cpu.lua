-- SPDX-License-Identifier: BSD-2-Clause
description = "Ranks processes by the time that they have had a CPU, as far as switches of threads tell."
short_description = "Processes by use of the CPU"
category = "CPU Usage"
args = {}

require("ranking").chisel({
	keys = { { "proc.name", "Process" }, { "proc.pid", "PID" } },
	value = "thread.exectime",
	title = "Time",
	unit = "time",
	filter = "evt.type = switch",
	top = 20,
})
