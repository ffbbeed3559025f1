-- SPDX-License-Identifier: BSD-2-Clause
description = "Lists the containers that are known at the end of the capture, or live at the first event."
short_description = "containers"
category = "System State"
args = {}

-- whether its first process was seen to end, and how
local function state(c)
	local text = c.exit_code and "ended, " .. c.exit_code or ""
	if c.oom_kills then
		text = text .. (text == "" and "" or ", ") .. "out of memory"
	end
	return text
end

local function list()
	local rows = sysdig.get_container_table()
	table.sort(rows, function(a, b)
		return a.id < b.id
	end)
	print(string.format("%-16s%-14s%-28s%-28s%s", "ID", "TYPE", "NAME", "IMAGE", "STATE"))
	for _, c in ipairs(rows) do
		print((string.gsub(string.format("%-15s %-13s %-27s %-27s %s", c.id, c.type, c.name, c.image, state(c)), " +$", "")))
	end
end

function on_event()
	if sysdig.is_live() then
		sysdig.end_capture()
	end
	return true
end

function on_capture_end()
	list()
end
