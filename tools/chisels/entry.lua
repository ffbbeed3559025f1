-- SPDX-License-Identifier: BSD-2-Clause
-- Is a process in a container still the runtime, on its way to the container's program? It is if it
-- was seen to start and has not executed anything there yet. For that, entry.follows[type]() has to
-- be called for events of entry.types and procexit, and entry.lost() for losses: where a filter or a
-- loss leaves a doubt, it is not the runtime, and nothing of it is left out.
local actor = require("actor")

local entry = { types = "clone, clone3, fork, vfork, execve, execveat" }

local get
local starting -- processes that were seen to start
local entered -- by process: the container that it has executed something in

function entry.request()
	get = actor.fields({
		pid = "proc.pid",
		ppid = "proc.ppid",
		pvpid = "proc.pvpid",
		tid = "thread.tid",
		container = "container.id",
		result = "evt.rawres",
		line = "proc.exeline",
		exepath = "proc.exepath",
	})
end

function entry.start()
	entered, starting = {}, {}
	for tid, t in pairs(sysdig.get_thread_table_nofds()) do
		if tid == t.pid then
			entered[tid] = t.container
		end
	end
end

-- One whose parent has another number in its own pid namespace is the child of a process there.
function entry.is_runtime()
	local container, pid = get("container"), get("pid")
	if not container or container == "host" or not pid or not starting[pid] or entered[pid] == container then
		return false
	end
	return get("pvpid") == get("ppid")
end

function entry.started()
	local pid, ppid = get("pid"), get("ppid")
	if get("result") == 0 and pid and pid == get("tid") then
		entered[pid] = ppid and entered[ppid]
		starting[pid] = true
	end
end

-- runc executes itself again, from a copy that is no file of the container: who only has its name is
-- not taken for it.
local function is_runc()
	local path = get("exepath") or ""
	if not string.find(get("line") or "", "^runc init") then
		return false
	end
	return string.find(path, "^/proc/self/") or string.find(path, "memfd:runc") or string.find(path, "/runc%.%w+$")
end

function entry.executed()
	local pid = get("pid")
	if get("result") == 0 and pid and not (entry.is_runtime() and is_runc()) then
		entered[pid] = get("container")
	end
end

function entry.ended()
	local pid = get("pid")
	if pid and pid == get("tid") then
		entered[pid], starting[pid] = nil, nil
	end
end

function entry.lost()
	starting = {}
end

entry.follows = { execve = entry.executed, execveat = entry.executed, procexit = entry.ended }
for _, kind in ipairs({ "clone", "clone3", "fork", "vfork" }) do
	entry.follows[kind] = entry.started
end

return entry
