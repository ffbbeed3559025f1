-- SPDX-License-Identifier: BSD-2-Clause
description = "Counts the different descriptors that are used, by what a field tells, such as proc.name or fd.type."
short_description = "descriptors by any field"
category = "I/O"

local ranking = require("ranking")
local options = ranking.key_from_argument({ title = "#FDs", filter = "fd.num >= 0", top = 30 })
local r, pid, num, name
local seen = {}

function on_init()
	r = ranking.new(options)
	pid = chisel.request_field("proc.pid")
	num = chisel.request_field("fd.num")
	name = chisel.request_field("fd.name")
	r:live()
	return true
end

function on_event()
	local fd = string.format("%s %s %s", evt.field(pid) or "", evt.field(num) or "", evt.field(name) or "")
	local keys = not seen[fd] and r:keys_of_event()

	if keys then
		seen[fd] = true
		r:add(keys, 1)
	end
	return true
end

function on_capture_end()
	if not sysdig.is_live() then
		r:print()
	end
	r.sums, r.names, seen = {}, {}, {}
end
