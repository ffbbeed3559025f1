-- SPDX-License-Identifier: BSD-2-Clause
description = "Lists processes and threads as they are at the first event that passes the filter of the run, so that evt.num>1000 or --from choose the moment."
short_description = "processes and threads"
category = "System State"

local moment = require("moment")
local filter = moment.filter_argument()

moment.tell(function()
	local threads = sysdig.get_thread_table_nofds(filter())
	print(string.format("%-8s%-8s%-8s%-13s%10s%10s  %s", "TID", "PID", "PPID", "USER", "VIRT", "RES", "COMMAND"))
	for _, tid in ipairs(moment.sorted(threads)) do
		local t = threads[tid]
		print(string.format("%-8d%-8d%-8d%-12s %9dK%9dK  %s", t.tid, t.pid, t.ptid, t.username, t.vmsize_kb,
			t.vmrss_kb, table.concat({ t.comm, unpack(t.args) }, " ")))
	end
end)
