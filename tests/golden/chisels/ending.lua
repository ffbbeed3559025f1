-- SPDX-License-Identifier: BSD-2-Clause
-- Ends the capture, and has something else run.
description = "Ends at the first event of its own filter."
short_description = "end_capture"
category = "Test"
args = {
	{ name = "filter", description = "of the whole run", argtype = "string" },
	{ name = "command", description = "to be run then", argtype = "string", optional = true },
}

function on_set_arg(name, value)
	if name == "filter" then
		sysdig.set_filter(value)
	else
		sysdig.run_app(value)
	end
	return true
end

function on_event()
	print(evt.get_num())
	sysdig.end_capture()
	return true
end

function on_capture_end(s, ns)
	print("end", s, ns)
end
