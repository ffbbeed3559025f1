-- SPDX-License-Identifier: BSD-2-Clause
-- The text that processes read from or write to one descriptor, for chisels.
local paint = require("paint")
local stream = {}

-- Lines are kept; what else is not printable is a dot.
function stream.text(data)
	return (string.gsub(string.gsub(data, "\r\n", "\n"), "[^\n\t\32-\126]", "."))
end

-- A whole chisel: its callbacks.
function stream.chisel(filter)
	local data, name, id

	args = { paint.argument }
	on_set_arg = paint.take

	function on_init()
		data = chisel.request_field("evt.rawarg.data")
		if sysdig.is_print_container_data() then
			name = chisel.request_field("container.name")
			id = chisel.request_field("container.id")
		end
		chisel.set_filter("evt.rawarg.res > 0 and " .. filter)
		sysdig.set_snaplen(2000)
		return true
	end

	function on_event()
		local text = evt.field(data)

		if not text or text == "" then
			return true
		end
		text = stream.text(text)
		if name then
			local who = string.format("%s %s", evt.field(name) or "", evt.field(id) or "")
			io.write(paint.text(who == "host host" and "green" or "cyan", who), "\n")
		end
		io.write(text, string.sub(text, -1) == "\n" and "" or "\n")
		return true
	end
end

return stream
