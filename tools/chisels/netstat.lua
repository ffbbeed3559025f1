-- SPDX-License-Identifier: BSD-2-Clause
description = "Lists the network sockets of processes as they are at the first event that passes the filter of the run."
short_description = "network sockets"
category = "System State"

local moment = require("moment")
local filter = moment.filter_argument()

local function address(ip, port)
	return ip and ip .. ":" .. (port or "*") or "*"
end

moment.tell(function()
	local threads = sysdig.get_thread_table(filter())
	print(string.format("%-8s%-28s%-28s%-13s%s", "PROTO", "SERVER", "CLIENT", "STATE", "PID/COMMAND"))
	for _, tid in ipairs(moment.sorted(threads)) do
		local t = threads[tid]
		for _, num in ipairs(tid == t.pid and moment.sorted(t.fdtable) or {}) do
			local fd = t.fdtable[num]
			if (fd.type == "ipv4" or fd.type == "ipv6") and (fd.sip or fd.cip) then
				print(string.format("%-7s %-27s %-27s %-12s %d/%s", fd.l4proto, address(fd.sip, fd.sport),
					address(fd.cip, fd.cport), fd.cip and "ESTABLISHED" or "LISTEN", t.pid, t.comm))
			end
		end
	end
end)
