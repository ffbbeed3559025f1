-- SPDX-License-Identifier: BSD-2-Clause
description = "Tells who read, or was refused, secrets: password hashes, private keys, credentials of clouds, clusters and registries, service account tokens, histories of shells, environments of other processes; and who asked a cloud for its metadata. A row is a process and a file or address. Writes text, --json or --csv."
short_description = "who read keys and credentials"
category = "Forensics"
args = {}

local report = require("report")
local actor = require("actor")
local entry = require("entry")

local get, out
local rows

-- Where machines in a cloud get their credentials, and the names that stand for it.
local METADATA = {
	["169.254.169.254"] = "cloud metadata",
	["169.254.170.2"] = "credentials of a container in AWS",
	["169.254.170.23"] = "credentials of a pod in AWS",
	["fd00:ec2::254"] = "cloud metadata",
	["fd00:ec2::23"] = "credentials of a pod in AWS",
	["fd20:ce::254"] = "cloud metadata",
	["100.100.100.200"] = "cloud metadata",
	["168.63.129.16"] = "cloud metadata",
	["192.0.0.192"] = "cloud metadata",
}
local NAMES = {
	"metadata.google.internal",
	"instance-data.ec2.internal",
	"metadata.azure.internal",
	"metadata.tencentyun.com",
}

function on_init()
	out = report.new(actor.columns({ "what", "WHAT" }, { "how", "HOW" }, { "times", "TIMES", "number" },
		{ "bytes_read", "READ", "number" }, { "object", "FILE OR ADDRESS" }))
	actor.request()
	entry.request()
	get = actor.fields({
		pid = "proc.pid",
		vpid = "proc.vpid",
		container = "container.id",
		fd_name = "fd.name",
		fd_type = "fd.type",
		ip = "fd.rip",
		port = "fd.rport",
		addr = "evt.arg.addr",
		in_fd = "evt.arg.in_fd",
		fdin = "evt.arg.fdin",
		fd_in = "evt.arg.fd_in",
		data = "evt.rawarg.data",
		n = "evt.rawarg.res",
		res = "evt.res",
		result = "evt.rawres",
		path = "fs.path.name",
	})
	chisel.set_filter("evt.type = procexit or (evt.dir = < and (evt.type in (" .. entry.types .. ") or (evt.type in (open, openat, openat2, open_by_handle_at) and (evt.is_open_read = true or evt.res in (EACCES, EPERM))) or (evt.is_io_read = true and fd.type = file) or evt.type in (sendfile, copy_file_range, splice) or evt.type = connect or (evt.is_io_write = true and fd.type in (ipv4, ipv6))))")
	return true
end

function on_capture_start()
	rows = {}
	entry.start()
	return true
end

local function row_of(object, what)
	local key = string.format("%s %s %s", tostring(get("pid")), get("container") or "", object)
	local row = rows[key]
	if not row then
		row = actor.row()
		row.object, row.what = object, what
		row.times, row.bytes_read = 0, 0
		rows[key] = row
		out:row(row)
	end
	return row
end

-- ---- files ----

local ENVIRONMENT = "environment of another process"
local REFUSED = { EACCES = true, EPERM = true }
local whys = {} -- by path; false: nothing special

local function why_of(path)
	local why = whys[path]
	if why == nil then
		why = sysdig.sensitive(path, "read") or (string.match(path, "^/proc/%d+/environ$") and ENVIRONMENT) or false
		whys[path] = why
	end
	if why == ENVIRONMENT then
		local pid = tonumber(string.match(path, "%d+"))
		return pid ~= get("pid") and pid ~= get("vpid") and why
	end
	return why
end

local function opened()
	local path = get("path") or get("fd_name")
	local why = path and why_of(path)
	local result = get("result") or 0
	if why and (result >= 0 or REFUSED[get("res")]) then
		local row = row_of(path, why)
		row.times = row.times + 1
		if result < 0 then
			row.how = row.how or "is refused: " .. get("res")
		elseif row.how ~= "reads" then
			row.how = "opens"
		end
	end
end

-- Those that go from one descriptor to another name what they read from.
local function source()
	local kind, name = actor.descriptor(get("in_fd") or get("fdin") or get("fd_in"))
	return kind == "f" and name
end

local function read(path)
	local n = get("n")
	local why = path and n and n > 0 and why_of(path)
	if why then
		local row = row_of(path, why)
		if row.times == 0 then
			row.times = 1 -- its opening is not in the capture
		end
		row.how = "reads"
		row.bytes_read = row.bytes_read + n
	end
end

-- ---- addresses ----

local function without_port(addr)
	return addr and (string.match(addr, "^%[?(.-)%]?:%d+$") or addr)
end

local function connected()
	local ip = get("ip") or without_port(get("addr"))
	local what = ip and METADATA[ip]
	if what then
		local row = row_of(ip, what)
		local res = get("res")
		row.times = row.times + 1
		row.how = res == "SUCCESS" and "connects" or res == "EINPROGRESS" and "begins to connect"
			or "fails to connect: " .. (res or "?")
	end
end

local function sent()
	local what = METADATA[get("ip") or ""]
	if what then
		local row = row_of(get("ip"), what)
		row.times = math.max(row.times, 1)
		row.how = "sends"
		return
	end
	local data = get("data")
	if not data then
		return
	end
	-- in a question to a name server each label has its length in front
	local text = string.lower(string.gsub(data, "[%z\1-\31]", "."))
	for _, name in ipairs(NAMES) do
		if string.find(text, name, 1, true) then
			local row = row_of(name, "cloud metadata")
			row.times = row.times + 1
			row.how = get("port") == 53 and "asks for the address" or "names it in what it sends"
		end
	end
end

function on_event()
	local kind = evt.get_type()
	if entry.follows[kind] then
		entry.follows[kind]()
	elseif entry.is_runtime() then
		return true -- it covers such files for the container
	elseif kind == "sendfile" or kind == "copy_file_range" or kind == "splice" then
		read(source())
	elseif kind == "connect" then
		connected()
	elseif get("fd_type") == "ipv4" or get("fd_type") == "ipv6" then
		sent()
	elseif string.find(kind, "^open") then
		opened()
	else
		read(get("fd_name"))
	end
	return true
end

function on_loss()
	entry.lost()
end

function on_capture_end()
	out:print()
end
