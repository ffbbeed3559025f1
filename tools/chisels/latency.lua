-- SPDX-License-Identifier: BSD-2-Clause
-- Events by how long their call took, for chisels.
--
-- As long as no time is known all events come through, so that the run can say at its end if none
-- was; from the first that is known on, the filter holds those back that took less.
local latency = {}
latency.__index = latency

-- In on_init(): events that match the filter, or all.
function latency.new(filter)
	local l = setmetatable({ filter = "evt.dir = <" .. (filter and " and (" .. filter .. ")" or "") }, latency)

	l.handle = chisel.request_field("evt.latency")
	chisel.set_filter(l.filter)
	return l
end

-- In on_event(): nil, or the nanoseconds if that are at least as many.
function latency:of_event(least)
	local n = evt.field(self.handle)

	if not n or n <= 0 then
		return nil
	end
	if self.least ~= least then
		self.least = least
		chisel.set_filter(string.format("%s and evt.latency >= %.0f", self.filter, least))
	end
	return n >= least and n or nil
end

-- In on_capture_start().
function latency:restart()
	self.least = nil
	chisel.set_filter(self.filter)
end

return latency
