-- SPDX-License-Identifier: BSD-2-Clause
description = "Prints for each process, with its ancestors from the oldest on, the microseconds that it has had a CPU, as far as switches of threads tell: lines such as systemd;sshd;bash;make 1234, of which programs draw flame graphs. A process of the same name and ancestors is the same."
short_description = "CPU time by ancestry"
category = "CPU Usage"
args = {}

local MAX_DEPTH = 30
local time, pid, name
local ancestors = {}
local stacks, sums

function on_init()
	time = chisel.request_field("thread.exectime")
	pid = chisel.request_field("proc.pid")
	name = chisel.request_field("proc.name")
	for i = 1, MAX_DEPTH do
		ancestors[i] = chisel.request_field("proc.aname[" .. i .. "]")
	end
	chisel.set_filter("evt.type = switch")
	return true
end

function on_capture_start()
	stacks, sums = {}, {}
	return true
end

local function frame(s)
	return (string.gsub(s, ";", ":"))
end

local function ancestry(own)
	local stack = frame(own)
	for _, handle in ipairs(ancestors) do
		local v = evt.field(handle)
		if not v then
			break
		end
		stack = frame(v) .. ";" .. stack
	end
	return stack
end

function on_event()
	local n, p, own = evt.field(time), evt.field(pid), evt.field(name)

	if not n or n <= 0 or not p or not own then
		return true
	end
	-- the ancestors are as they were when it first had that name
	local key = p .. " " .. own
	local stack = stacks[key]
	if not stack then
		stack = ancestry(own)
		stacks[key] = stack
	end
	sums[stack] = (sums[stack] or 0) + n
	return true
end

function on_capture_end()
	for _, stack in ipairs(require("moment").sorted(sums)) do
		print(string.format("%s %.0f", stack, sums[stack] / 1000))
	end
end
