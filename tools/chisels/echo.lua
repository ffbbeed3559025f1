-- SPDX-License-Identifier: BSD-2-Clause
-- The data of reads and writes, for chisels: each under a line that tells its way, size, descriptor
-- and process.
local paint = require("paint")
local echo = {}

-- A whole chisel: the callbacks. @filter() gives the part of the filter that is its own, or nil.
function echo.chisel(filter)
	local is_read, size, fd, process, data, name, id
	local read, write, behind, container

	function on_init()
		local own = filter()

		is_read = chisel.request_field("evt.is_io_read")
		size = chisel.request_field("evt.rawarg.res")
		fd = chisel.request_field("fd.name")
		process = chisel.request_field("proc.name")
		data = chisel.request_field("evt.buffer")
		name = chisel.request_field("container.name")
		id = chisel.request_field("container.id")
		chisel.set_filter("evt.is_io = true and evt.rawarg.res > 0" .. (own and " and (" .. own .. ")" or ""))
		sysdig.set_snaplen(2000)
		read, behind = paint.around("red")
		write = paint.around("blue")
		container = sysdig.is_print_container_data()
		return true
	end

	local function heading()
		local from = ""
		if container then
			from = string.format("[%s] [%s] ", evt.field(name) or "", evt.field(id) or "")
		end
		if evt.field(is_read) then
			return read .. "------ Read " .. evt.field(size) .. "B from " .. from
		end
		return write .. "------ Write " .. evt.field(size) .. "B to " .. from
	end

	function on_event()
		io.write(heading(), evt.field(fd) or "", " (", evt.field(process) or "", ")", behind, "\n",
			evt.field(data) or "", "\n")
		return true
	end
end

-- The same, of the descriptors whose @field is the argument.
function echo.about(field, name, description, argtype)
	local value

	args = { { name = name, description = description, argtype = argtype }, paint.argument }

	function on_set_arg(which, given)
		if which == name then
			value = given
			return true
		end
		return paint.take(which, given)
	end

	echo.chisel(function()
		return field .. " = " .. value
	end)
end

return echo
