-- SPDX-License-Identifier: BSD-2-Clause
-- Takes a function from a library beside it.
description = "Uses a library, and one that is missing."
short_description = "require"
category = "Test"
args = {}

local helper = require("helper")

function on_init()
	print(helper.double(21))
	print((pcall(require, "no_such_library")))
	return true
end
