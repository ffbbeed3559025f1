-- SPDX-License-Identifier: BSD-2-Clause
description = "Ranks HTTP requests by how many they are, the time that their answers took, or the bytes that these announce."
short_description = "HTTP requests by number, time or bytes"
category = "Application"
args = {
	{ name = "by", description = "ncalls, time or bytes (ncalls)", argtype = "string", optional = true },
}

local http = require("http")
local ranking = require("ranking")

local orders = {
	ncalls = { title = "#Calls" },
	time = { title = "Time", value = "latency", unit = "time" },
	bytes = { title = "Bytes", value = "bytes", unit = "bytes" },
}
local order = orders.ncalls
local requests, r

function on_set_arg(name, value)
	order = orders[value]
	return order ~= nil
end

function on_init()
	local keys = { { "proc.name", "Process" } }

	requests = http.new()
	if sysdig.is_print_container_data() then
		table.insert(keys, 1, { "container.name", "Container" })
	end
	r = ranking.new({ keys = keys, title = order.title, unit = order.unit, top = 30 })
	r.value = order.value
	r.keys[#r.keys + 1] = { "method", "Method" }
	r.keys[#r.keys + 1] = { "url", "URL" }
	r:live()
	return true
end

function on_event()
	local answered = requests:of_event()
	local keys = answered and r:keys_of_event()

	if keys then
		keys[#keys + 1] = answered.method
		keys[#keys + 1] = answered.url
		r:add(keys, order.value and answered[order.value] or 1)
	end
	return true
end

function on_capture_end()
	if not sysdig.is_live() then
		r:print()
	end
	r.sums, r.names = {}, {}
	requests:forget()
end
