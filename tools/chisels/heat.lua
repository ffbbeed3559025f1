-- SPDX-License-Identifier: BSD-2-Clause
-- Maps of how often values occur, for chisels: a row for each interval, a place in it for each
-- range of values. On a terminal places are coloured by how many there are a second (green: some,
-- yellow: hundreds, red: thousands); elsewhere they are characters.
local heat = {}

local levels = { -- least a second, character, colour of the background
	{ 1000, "#", "\27[48;5;196m" },
	{ 100, "o", "\27[48;5;226m" },
	{ 0, ".", "\27[48;5;34m" },
}
local HEAD_EACH = 20 -- rows
local EMPTY_ROWS = 3 -- of an idle time that are shown

local function cell(n, seconds, terminal)
	if not n then
		return " "
	end
	for _, level in ipairs(levels) do
		if n / seconds >= level[1] then
			return terminal and level[3] .. " \27[0m" or level[2]
		end
	end
end

-- A whole chisel: its callbacks. @o: field, filter, width, place(value): the number of its place
-- from 1 on, head: the scale.
function heat.chisel(o)
	local refresh_ms, seconds = 500, nil
	local handle, counts, rows, idle, begun

	args = {
		{ name = "refresh_time", description = "milliseconds of a row (500)", argtype = "int", optional = true },
	}
	function on_set_arg(name, value)
		refresh_ms = tonumber(value)
		return refresh_ms ~= nil and refresh_ms >= 1 and refresh_ms <= 1e6
	end

	function on_init()
		seconds = refresh_ms / 1000
		handle = chisel.request_field(o.field)
		if o.filter then
			chisel.set_filter(o.filter)
		end
		chisel.set_precise_interval_ns(refresh_ms * 1e6)
		return true
	end

	function on_capture_start()
		counts, rows, idle, begun = {}, 0, 0, false
		return true
	end

	local function tell()
		idle = next(counts) and 0 or idle + 1
		if idle > EMPTY_ROWS then
			return
		end
		if rows % HEAD_EACH == 0 then
			print(o.head)
		end
		rows = rows + 1
		local cells = {}
		local terminal = sysdig.is_tty()
		for i = 1, o.width do
			cells[i] = cell(counts[i], seconds, terminal)
		end
		print((string.gsub(table.concat(cells), " +$", "")))
		counts = {}
		if sysdig.is_live() then
			io.stdout:flush()
		end
	end

	function on_event()
		local v = evt.field(handle)
		local i = v and o.place(v)

		if i then
			counts[i] = (counts[i] or 0) + 1
		end
		return true
	end

	function on_interval()
		-- the first call is for the beginning
		if begun then
			tell()
		end
		begun = true
		return true
	end

	function on_capture_end()
		tell()
	end
end

return heat
