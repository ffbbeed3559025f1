-- SPDX-License-Identifier: BSD-2-Clause
description = "Prints messages to syslog: facility and severity, process, thread and text. With a file name as argument, what the threads did around is written to it as a capture."
short_description = "messages to syslog"
category = "Logs"

local facility, severity, level, message, process, tid

require("log").chisel({
	filter = "fd.name contains /dev/log and evt.is_io_write = true and evt.dir = < and evt.failed = false",
	request = function()
		facility = chisel.request_field("syslog.facility.str")
		severity = chisel.request_field("syslog.severity.str")
		level = chisel.request_field("syslog.severity")
		message = chisel.request_field("syslog.message")
		process = chisel.request_field("proc.name")
		tid = chisel.request_field("thread.tid")
	end,
	message = function()
		local text, n = evt.field(message), evt.field(level)
		if not text then
			return nil
		end
		local from = string.format("%s.%s %s[%.0f]", evt.field(facility) or "?", evt.field(severity) or "?",
			evt.field(process) or "?", evt.field(tid) or 0)
		return from, text, n and n < 4 and "red" or n == 4 and "yellow" or "green"
	end,
})
