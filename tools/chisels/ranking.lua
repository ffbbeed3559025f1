-- SPDX-License-Identifier: BSD-2-Clause
-- Rankings, for chisels: adds up a number by keys, and prints the largest sums.
--
-- ranking.new{ keys = { { field, title }, ... }, value = field (nil: counts events), title = of it,
-- unit = "bytes", "time" or nil, filter = text, top = rows } asks for the fields, in on_init();
-- its :event() is for on_event(), its :print() for the end, and :live() makes it show itself each
-- second while events come from the kernel.
local report = require("report")

local ranking = {}
ranking.__index = ranking

local units = {
	bytes = { { 2 ^ 40, "%.2fT" }, { 2 ^ 30, "%.2fG" }, { 2 ^ 20, "%.2fM" }, { 2 ^ 10, "%.2fKB" }, { 1, "%.0fB" } },
	time = { { 1e9, "%.2fs" }, { 1e6, "%.2fms" }, { 1e3, "%.2fus" }, { 1, "%.0fns" } },
}

function ranking.scaled(n, unit)
	for _, step in ipairs(units[unit] or {}) do
		if n >= step[1] then
			return string.format(step[2], n / step[1])
		end
	end
	return string.format("%.14g", n)
end

function ranking.json(v)
	if type(v) == "number" then
		return string.format("%.14g", v)
	end
	return '"' .. string.gsub(v, '[\\"]', "\\%0") .. '"'
end

function ranking.new(o)
	o.handles, o.sums, o.names = {}, {}, {}
	for i, key in ipairs(o.keys) do
		-- a container may get its name after its first events
		o.handles[i] = chisel.request_field(key[1] == "container.name" and "container.id" or key[1])
	end
	o.number = o.value and chisel.request_field(o.value)
	if o.filter then
		chisel.set_filter(o.filter)
	end
	return setmetatable(o, ranking)
end

function ranking:add(keys, n)
	for i, v in ipairs(keys) do
		keys[i] = tostring(v)
	end
	local id = table.concat(keys, "\1")
	self.names[id] = keys
	self.sums[id] = (self.sums[id] or 0) + n
end

-- The values of the keys, nil if the event lacks one.
function ranking:keys_of_event()
	local keys = {}
	for i, handle in ipairs(self.handles) do
		local v = evt.field(handle)
		if v == nil then
			return nil
		end
		keys[i] = v
	end
	return keys
end

-- An event that lacks a key or the number is no part of it.
function ranking:event()
	local n = not self.number and 1 or evt.field(self.number)
	if not n or n < 0 then
		return
	end
	local keys = self:keys_of_event()
	if keys then
		self:add(keys, n)
	end
end

function ranking:rows()
	local ids = {}
	for id, sum in pairs(self.sums) do
		if sum > 0 then
			ids[#ids + 1] = id
		end
	end
	table.sort(ids, function(a, b)
		if self.sums[a] ~= self.sums[b] then
			return self.sums[a] > self.sums[b]
		end
		return a < b
	end)
	return ids
end

-- The keys of a row as they are shown.
local function shown(self, id, containers)
	local cells = {}
	for i, name in ipairs(self.names[id]) do
		cells[i] = self.keys[i][1] == "container.name" and containers[name] or name
	end
	return cells
end

local function container_names()
	local names = {}
	for _, c in ipairs(sysdig.get_container_table()) do
		names[c.id] = c.name
	end
	return names
end

function ranking:print()
	local ids = self:rows()
	local containers = container_names()
	local form = sysdig.get_output_format()
	local json, csv = form == "json", form == "csv"
	if csv then
		local head = { report.csv_text(self.value or "evt.count") }
		for _, key in ipairs(self.keys) do
			head[#head + 1] = report.csv_text(key[1])
		end
		print(table.concat(head, ","))
	elseif not json then
		local head = { string.format("%-14s", self.title) }
		for _, key in ipairs(self.keys) do
			head[#head + 1] = string.format("%-20s", key[2])
		end
		print((string.gsub(table.concat(head, " "), " +$", "")))
		print(string.rep("-", 80))
	end
	for i = 1, math.min(#ids, self.top or 10) do
		local id, cells = ids[i], {}
		local names = shown(self, id, containers)
		if json then
			cells[1] = ranking.json(self.value or "evt.count") .. ":" .. ranking.json(self.sums[id])
			for k, key in ipairs(self.keys) do
				cells[#cells + 1] = ranking.json(key[1]) .. ":" .. ranking.json(names[k])
			end
			print("{" .. table.concat(cells, ",") .. "}")
		elseif csv then
			cells[1] = string.format("%.14g", self.sums[id])
			for _, name in ipairs(names) do
				cells[#cells + 1] = report.csv_text(name)
			end
			print(table.concat(cells, ","))
		else
			cells[1] = string.format("%-14s", ranking.scaled(self.sums[id], self.unit))
			for _, name in ipairs(names) do
				cells[#cells + 1] = string.format("%-20s", name)
			end
			print((string.gsub(table.concat(cells, " "), " +$", "")))
		end
	end
end

function ranking:live()
	if not sysdig.is_live() then
		return
	end
	chisel.set_interval_s(1)
	on_interval = function()
		if sysdig.is_tty() then
			io.write("\27[2J\27[1;1H")
		end
		self:print()
		io.stdout:flush()
		self.sums, self.names = {}, {}
		return true
	end
end

-- Of a chisel whose one key is a field that its argument names: the argument and its callback.
function ranking.key_from_argument(o)
	args = { { name = "key", description = "the field", argtype = "string" } }
	o.keys = {}

	function on_set_arg(_, value)
		o.keys[1] = { value, value }
		return true
	end
	return o
end

-- A whole chisel that is nothing but a ranking: its callbacks. With -pc the container is a key, too.
function ranking.chisel(o)
	local r

	function on_init()
		if sysdig.is_print_container_data() and o.keys[1][1] ~= "container.name" then
			table.insert(o.keys, 1, { "container.name", "Container" })
		end
		r = ranking.new(o)
		r:live()
		return true
	end

	function on_event()
		r:event()
		return true
	end

	function on_capture_end()
		if not sysdig.is_live() then
			r:print()
		end
		r.sums, r.names = {}, {}
	end
end

return ranking
