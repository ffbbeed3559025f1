-- SPDX-License-Identifier: BSD-2-Clause
-- No callback at all but the format.
description = "Every event in the default format."
short_description = "no callback"
category = "Test"
args = {}

function on_init()
	chisel.set_event_formatter("default")
	return true
end
