-- SPDX-License-Identifier: BSD-2-Clause
-- Calls that take longer than so many milliseconds, for chisels: a line for each.
local latency = require("latency")
local lines = require("lines")
local paint = require("paint")
local ranking = require("ranking")
local slow = {}

function slow.duration(ns)
	return ranking.scaled(ns, "time")
end

-- A whole chisel: the callbacks.
function slow.chisel(filter)
	local least, calls, rows

	args = {
		{ name = "min_ms", description = "milliseconds that a call takes at least", argtype = "int" },
		paint.argument,
	}
	function on_set_arg(name, value)
		if name == "min_ms" then
			least = tonumber(value)
			return least ~= nil and least >= 0
		end
		return paint.take(name, value)
	end

	function on_init()
		calls = latency.new(filter)
		rows = lines.new({
			{ "evt.datetime", "TIME", 29 },
			{ "proc.name", "PROCESS", 16 },
			{ "thread.tid", "THREAD", 8 },
			{ "evt.latency", "LATENCY", 10, shown = slow.duration },
			{ "evt.type", "CALL", 16 },
			{ "fd.name", "DESCRIPTOR", 0 },
		})
		return true
	end

	function on_capture_start()
		calls:restart()
		rows:head()
		return true
	end

	function on_event()
		local n = calls:of_event(least * 1e6)

		if n then
			rows:print(rows:values(), n >= 10 * least * 1e6 and "red" or "yellow")
		end
		return true
	end
end

return slow
