-- SPDX-License-Identifier: BSD-2-Clause
-- Messages that programs write to logs, for chisels: a line each, in red for errors and in yellow
-- for warnings, and what their threads did around written to a file.
local paint = require("paint")
local vicinity = require("vicinity")
local log = {}

-- A whole chisel: its callbacks. @o: filter, request() in on_init(), message(), which gives of the
-- event who writes where, the text and its colour.
function log.chisel(o)
	local container

	args = { vicinity.arguments[1], vicinity.arguments[2], paint.argument }
	function on_set_arg(name, value)
		local ok = vicinity.take(name, value)
		if ok ~= nil then
			return ok
		end
		return paint.take(name, value)
	end

	function on_init()
		container = sysdig.is_print_container_data() and chisel.request_field("container.name")
		vicinity.request()
		o.request()
		chisel.set_filter(o.filter)
		sysdig.set_snaplen(2000)
		return true
	end

	on_capture_start = vicinity.start

	function on_event()
		local from, text, color = o.message()

		if not from then
			return true
		end
		if container then
			from = (evt.field(container) or "") .. " " .. from
		end
		for line in string.gmatch(text, "[^\n]+") do
			print(paint.text(color, from .. " " .. line))
		end
		vicinity.note()
		return true
	end

	on_capture_end = vicinity.write
end

return log
