-- SPDX-License-Identifier: BSD-2-Clause
-- Does not come back, whatever is done against it in Lua.
description = "Loops."
short_description = "loops"
category = "Test"
args = {
	{ name = "how", description = "empty, caught or coroutine", argtype = "string" },
}

local how

function on_set_arg(name, value)
	how = value
	return true
end

function on_event()
	while how == "empty" do
	end
	while how == "caught" do
		pcall(function()
			while true do
			end
		end)
	end
	coroutine.wrap(function()
		while true do
		end
	end)()
	return true
end
