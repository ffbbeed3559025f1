-- SPDX-License-Identifier: BSD-2-Clause
description = "Ranks containers by the number of their system calls that failed."
short_description = "Containers by failed calls"
category = "Errors"
args = {}

require("ranking").chisel({
	keys = { { "container.name", "Container" } },
	title = "#Errors",
	filter = "evt.failed = true and container.id != host",
	top = 20,
})
