-- SPDX-License-Identifier: BSD-2-Clause
description = "Ranks processes by the number of their system calls that failed."
short_description = "Processes by failed calls"
category = "Errors"
args = {}

require("ranking").chisel({
	keys = { { "proc.name", "Process" }, { "proc.pid", "PID" } },
	title = "#Errors",
	filter = "evt.failed = true",
	top = 20,
})
