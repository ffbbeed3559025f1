-- SPDX-License-Identifier: BSD-2-Clause
-- What is known of the machine, of threads and of containers, when the capture begins and ends.
description = "Prints the state."
short_description = "state"
category = "Test"
args = {
	{ name = "filter", description = "of descriptors", argtype = "filter", optional = true },
}

local filter

function on_set_arg(name, value)
	filter = value
	return true
end

local function show(title, t)
	local keys = {}
	for k in pairs(t) do
		keys[#keys + 1] = k
	end
	table.sort(keys, function(a, b)
		return type(a) == type(b) and a < b or type(a) < type(b)
	end)
	local words = {}
	for _, k in ipairs(keys) do
		if type(t[k]) ~= "table" then
			words[#words + 1] = k .. "=" .. tostring(t[k])
		elseif k ~= "fdtable" then
			words[#words + 1] = k .. "={" .. table.concat(t[k], "|") .. "}"
		end
	end
	print(title .. " " .. table.concat(words, " "))
	return keys
end

local function threads(title, get)
	print("-- " .. title)
	local all = get(filter)
	local tids = {}
	for tid in pairs(all) do
		tids[#tids + 1] = tid
	end
	table.sort(tids)
	for _, tid in ipairs(tids) do
		show("thread", all[tid])
		for num = 0, 64 do
			if all[tid].fdtable[num] then
				show("    fd " .. num, all[tid].fdtable[num])
			end
		end
	end
end

local function all()
	show("machine", sysdig.get_machine_info())
	for _, c in ipairs(sysdig.get_container_table()) do
		show("container", c)
	end
	threads("thread_table", sysdig.get_thread_table)
	threads("nofds", sysdig.get_thread_table_nofds)
	threads("barebone", sysdig.get_thread_table_barebone)
	threads("barebone_nofds", sysdig.get_thread_table_barebone_nofds)
end

function on_capture_start()
	all()
	return true
end

function on_capture_end()
	print("== end")
	all()
end
