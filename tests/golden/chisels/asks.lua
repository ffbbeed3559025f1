-- SPDX-License-Identifier: BSD-2-Clause
-- Asks for what is not there: the argument is Lua.
description = "Runs its argument in on_init()."
short_description = "asks"
category = "Test"
args = {
	{ name = "what", description = "Lua", argtype = "string" },
}

what = nil -- a global: the argument names it

function on_set_arg(name, value)
	what = value
	return true
end

function on_init()
	assert(loadstring(what))()
	return true
end
