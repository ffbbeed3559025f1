-- SPDX-License-Identifier: BSD-2-Clause
-- Colours, for chisels: where a terminal reads them, unless the user does without.
local paint = {}

local codes = { red = "\27[31m", green = "\27[32m", yellow = "\27[33m", blue = "\27[34m", cyan = "\27[36m" }
local reset = "\27[0m"
local disabled = false

-- What chisels with colours take as their last argument.
paint.argument = {
	name = "disable_color",
	description = "disable_colors: no colours on a terminal either",
	argtype = "string",
	optional = true,
}

-- For on_set_arg(): whether this was the argument above.
function paint.take(name, value)
	if name ~= paint.argument.name then
		return false
	end
	disabled = value == "disable_colors" or value == "disable_color"
	return disabled
end

-- What stands before and behind text of this colour.
function paint.around(color)
	if disabled or not sysdig.is_tty() then
		return "", ""
	end
	return codes[color], reset
end

function paint.text(color, text)
	local before, behind = paint.around(color)
	return before .. text .. behind
end

return paint
