-- SPDX-License-Identifier: BSD-2-Clause
-- Bytes in and out, for chisels: a line for each second in which something happens.
local flow = {}

-- A whole chisel: its callbacks.
function flow.chisel(filter)
	local is_read, size
	local read, written, second

	args = {}

	function on_init()
		is_read = chisel.request_field("evt.is_io_read")
		size = chisel.request_field("evt.rawarg.res")
		chisel.set_filter("evt.is_io = true and evt.rawarg.res > 0" .. (filter and " and " .. filter or ""))
		chisel.set_interval_s(1)
		return true
	end

	local function tell()
		if second then
			print(string.format("%s in:%.0f out:%.0f tot:%.0f", os.date("%H:%M:%S", second), read, written,
				read + written))
		end
		if sysdig.is_live() then
			io.stdout:flush()
		end
		read, written = 0, 0
	end

	function on_capture_start()
		read, written, second = 0, 0, nil
		return true
	end

	function on_event()
		if evt.field(is_read) then
			read = read + evt.field(size)
		else
			written = written + evt.field(size)
		end
		second = second or evt.get_ts()
		return true
	end

	-- The first one after a second has ended.
	function on_interval(ts)
		second = second or ts - 1
		tell()
		second = ts
		return true
	end

	function on_capture_end()
		tell()
	end
end

return flow
