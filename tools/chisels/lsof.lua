-- SPDX-License-Identifier: BSD-2-Clause
description = "Lists the open descriptors of processes as they are at the first event that passes the filter of the run."
short_description = "open descriptors"
category = "System State"

local moment = require("moment")
local filter = moment.filter_argument()

moment.tell(function()
	local threads = sysdig.get_thread_table(filter())
	print(string.format("%-20s%-8s%-13s%-6s%-12s%s", "COMMAND", "PID", "USER", "FD", "TYPE", "NAME"))
	for _, tid in ipairs(moment.sorted(threads)) do
		local t = threads[tid]
		-- threads share the descriptors of their process
		for _, num in ipairs(tid == t.pid and moment.sorted(t.fdtable) or {}) do
			local fd = t.fdtable[num]
			local line = string.format("%-19s %-8d%-12s %-6d%-12s%s", t.comm, t.pid, t.username, num, fd.type, fd.name)
			print((string.gsub(line, " +$", "")))
		end
	end
end)
