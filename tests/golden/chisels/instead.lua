-- SPDX-License-Identifier: BSD-2-Clause
-- Puts another chisel in its place.
description = "Runs the chisel `lines` instead of itself."
short_description = "chisel.exec()"
category = "Test"
args = {}

function on_init()
	chisel.exec("lines", "%evt.num %proc.name", "10")
	return true
end
