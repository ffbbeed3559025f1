-- SPDX-License-Identifier: BSD-2-Clause
-- Is a process in a container still the runtime, on its way to the container's program? Until it
-- executes something there it is. For that, :started(), :executed() and :ended() have to be told of
-- these events (entry.types, and procexit).
local actor = require("actor")

local entry = { types = "clone, clone3, fork, vfork, execve, execveat" }

local get
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
	})
end

function entry.start()
	entered = {}
	for tid, t in pairs(sysdig.get_thread_table_nofds()) do
		if tid == t.pid then
			entered[tid] = t.container
		end
	end
end

-- One whose parent has another number in its own pid namespace is the child of a process there.
function entry.is_runtime()
	local container, pid = get("container"), get("pid")
	if not container or container == "host" or not pid or entered[pid] == container then
		return false
	end
	return get("pvpid") == get("ppid")
end

function entry.started()
	local pid, ppid = get("pid"), get("ppid")
	if get("result") == 0 and pid and pid == get("tid") then
		entered[pid] = ppid and entered[ppid]
	end
end

-- Runtimes execute themselves again.
function entry.executed()
	local pid = get("pid")
	if get("result") == 0 and pid and not (entry.is_runtime() and string.find(get("line") or "", "^runc init")) then
		entered[pid] = get("container")
	end
end

function entry.ended()
	local pid = get("pid")
	if pid and pid == get("tid") then
		entered[pid] = nil
	end
end

return entry
