-- SPDX-License-Identifier: BSD-2-Clause
description = "Ranks files by the number of calls on them that failed."
short_description = "Files by failed calls"
category = "Errors"
args = {}

require("ranking").chisel({
	keys = { { "fd.name", "File" } },
	title = "#Errors",
	filter = "fd.type = file and evt.failed = true",
	top = 20,
})
