-- SPDX-License-Identifier: BSD-2-Clause
-- What a chisel is told of the run, and its arithmetic of times.
description = "Prints what the functions of the table sysdig say that are not about the state."
short_description = "the run"
category = "Test"
args = {}

local function told()
	print(sysdig.is_live(), sysdig.is_tty(), sysdig.get_output_format(), sysdig.is_print_container_data(),
		"[" .. sysdig.get_filter() .. "]", sysdig.get_evtsource_name())
	print(sysdig.get_firstevent_ts(), sysdig.get_lastevent_ts())
end

function on_init()
	print(sysdig.make_ts(1700000000, 123), sysdig.add_ts("18000000000000000000", "5"),
		sysdig.subtract_ts("1700000000000000005", "5"), sysdig.subtract_ts("1", "3"))
	local size = sysdig.get_terminal_info()
	print(size.width, size.height)
	sysdig.set_snaplen(2000)
	sysdig.set_fatfile_dump_mode(true)
	sysdig.push_metric("name", 1, "tags")
	sysdig.udp_setpeername("127.0.0.1", 9)
	sysdig.udp_send("nobody reads this")
	sysdig.log("a line of it", "warning")
	sysdig.log("this one is not shown", "debug")
	told()
	return true
end

function on_capture_start()
	told()
	return true
end

function on_capture_end(s, ns, delta)
	told()
	print(s, ns, delta)
	print(sysdig.get_read_progress())
end
