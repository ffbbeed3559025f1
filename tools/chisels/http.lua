-- SPDX-License-Identifier: BSD-2-Clause
-- Requests of HTTP/1 and the answers to them, for chisels. Only the beginnings of messages are
-- looked at: what follows is not needed, and may not be in the capture.
local http = {}
http.__index = http

local METHODS = { "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE" }
local MAX_WAITING = 100 -- requests of one connection that wait for their answers
local MAX_CONNECTIONS = 10000 -- that have some; most of those are gone, and will never be answered

-- In on_init().
function http.new()
	local begins = { "evt.buffer startswith HTTP/1." }

	for i, method in ipairs(METHODS) do
		begins[i + 1] = 'evt.buffer startswith "' .. method .. ' "'
	end
	chisel.set_filter("evt.is_io = true and evt.rawarg.res > 0 and fd.type in (ipv4, ipv6, unix) and ("
		.. table.concat(begins, " or ") .. ")")
	sysdig.set_snaplen(1000)
	return setmetatable({
		data = chisel.request_field("evt.rawarg.data"),
		is_read = chisel.request_field("evt.is_io_read"),
		pid = chisel.request_field("proc.pid"),
		num = chisel.request_field("fd.num"),
		name = chisel.request_field("fd.name"),
		waiting = {},
		count = 0,
	}, http)
end

-- At the end of the capture.
function http:forget()
	self.waiting, self.count = {}, 0
end

-- Printable, as everything that is shown.
local function word(s)
	return (string.gsub(s, "[^\33-\126]", "."))
end

local function header(head, name)
	return string.match(head, "\n" .. name .. ":%s*([^\r\n]*)")
end

local function request(data)
	local method, target = string.match(data, "^(%u+) (%S+)")

	if not method then
		return nil
	end
	local host = header(data, "[Hh][Oo][Ss][Tt]") or ""
	return { method = method, url = word(string.sub(target, 1, 1) == "/" and host .. target or target) }
end

local function seconds_since(seconds, nanoseconds)
	local s, ns = evt.get_ts()
	return (s - seconds) * 1e9 + ns - nanoseconds
end

function http:wait(connection, name)
	if not self.waiting[connection] then
		if self.count == MAX_CONNECTIONS then
			self:forget()
		end
		self.count = self.count + 1
	end
	self.waiting[connection] = { name = name }
	return self.waiting[connection]
end

-- In on_event(): nil, or what is known of a request when it is answered: side ("<": the process is
-- the server, ">": the client), method, url, status, latency in nanoseconds, bytes of the body.
function http:of_event()
	local data = evt.field(self.data)

	if not data then
		return nil
	end
	local is_read = evt.field(self.is_read)
	local connection = string.format("%s %s", evt.field(self.pid) or "", evt.field(self.num) or "")
	local status = string.match(data, "^HTTP/1%.%d (%d%d%d)")
	local queue, name = self.waiting[connection], evt.field(self.name)
	if queue and queue.name ~= name then
		queue = nil -- the descriptor is another connection by now
	end
	if not status then
		local r = request(data)
		if not r then
			return nil
		end
		r.side = is_read and "<" or ">"
		r.seconds, r.nanoseconds = evt.get_ts()
		if not queue or #queue == MAX_WAITING or queue[1].side ~= r.side then
			queue = self:wait(connection, name)
		end
		queue[#queue + 1] = r
		return nil
	end
	-- 100 and the like come before the answer; 101 is one
	if (string.sub(status, 1, 1) == "1" and status ~= "101") or not queue or (queue[1].side == ">") ~= is_read then
		return nil
	end
	local r = table.remove(queue, 1)
	if #queue == 0 then
		self.waiting[connection] = nil
		self.count = self.count - 1
	end
	r.status = tonumber(status)
	r.latency = seconds_since(r.seconds, r.nanoseconds)
	r.bytes = tonumber(header(data, "[Cc]ontent%-[Ll]ength") or 0) or 0
	return r
end

return http
