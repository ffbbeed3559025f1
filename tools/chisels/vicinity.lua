-- SPDX-License-Identifier: BSD-2-Clause
-- What a thread did just before and after certain events, written to a file, for chisels: when the
-- run has ended, scapula runs again over the same capture with a filter of threads and times.
local vicinity = {}

local MAX_SPANS = 500 -- of one filter

local file, range_ms = nil, 1000
local tid
local spans, open -- those of all threads, in their order; the last one of each thread

vicinity.arguments = {
	{
		name = "dump_file_name",
		description = "a new capture: what the threads did around",
		argtype = "string",
		optional = true,
	},
	{
		name = "dump_range_ms",
		description = "milliseconds before and after (1000)",
		argtype = "int",
		optional = true,
	},
}

-- For on_set_arg(): nil, if the argument is none of these; else whether it can be.
function vicinity.take(name, value)
	if name == "dump_file_name" then
		file = value
		return not string.find(value, "'")
	elseif name == "dump_range_ms" then
		range_ms = tonumber(value)
		return range_ms ~= nil and range_ms >= 0
	end
end

function vicinity.request()
	tid = chisel.request_field("thread.tid")
end

-- In on_capture_start(). True: all is well.
function vicinity.start()
	spans, open = {}, {}
	if file and sysdig.is_live() then
		sysdig.log("dump_file_name needs a capture that can be read again: -r is missing", "error")
		return false
	end
	return true
end

-- In on_event(): remembers the event's thread and time.
function vicinity.note()
	local thread = file and evt.field(tid)

	if not thread then
		return
	end
	local range = string.format("%.0f", range_ms * 1e6)
	local ts = sysdig.make_ts(evt.get_ts())
	local from, to = sysdig.subtract_ts(ts, range), sysdig.add_ts(ts, range)
	local last = open[thread]

	-- times of one capture have the same number of digits
	if last and from <= last.to then
		last.to = to
		return
	end
	last = { tid = thread, from = from, to = to }
	open[thread] = last
	spans[#spans + 1] = last
end

-- In on_capture_end().
function vicinity.write()
	local parts = {}

	if not file or #spans == 0 then
		return
	end
	if #spans > MAX_SPANS then
		sysdig.log(string.format("%s holds the first %d of %d places", file, MAX_SPANS, #spans), "warning")
	end
	for i = 1, math.min(#spans, MAX_SPANS) do
		local s = spans[i]
		parts[i] = string.format("(thread.tid=%.0f and evt.rawtime>=%s and evt.rawtime<=%s)", s.tid, s.from, s.to)
	end
	sysdig.run_app(string.format("-r '%s' -w '%s' '%s'", sysdig.get_evtsource_name(), file, table.concat(parts, " or ")))
end

return vicinity
