-- SPDX-License-Identifier: BSD-2-Clause
-- Rows that a chisel finds out, as text in columns, as JSON (--json) or as CSV (--csv).
--
-- report.new{ { key, title, kind }, ... } makes one, in on_init(); :row{ key = value } adds a row,
-- which may change until :print(), at the end of the capture. With `streams = true` among the
-- columns it may not, and live it is printed at once.
--
-- A value of kind "time" comes from report.now(), one of "process" is { name =, pid = }, one of
-- "container" is an id, one of "user" a name or number, one of "list" a list of texts, one of "number" a number; text has no kind.
-- "shown" is text that only people need. nil is what is not known. A title of nil leaves a column out of the text; row.depth indents the
-- last column there.
local report = {}
report.__index = report

-- Characters, not bytes.
local function width(s)
	local _, n = string.gsub(s, "[^\128-\191]", "")
	return n
end

local LIMIT = 60 -- of the width of a column; a longer cell pushes the others aside

-- ---- cells ----

-- Whatever a terminal might obey is a dot, as everywhere in what is printed.
local function printable(s)
	s = string.gsub(s, "[%z\1-\31\127]", ".")
	return (string.gsub(s, "\194[\128-\159]", ".."))
end

-- The length of the UTF-8 character at @i, 0: there is none.
local function utf8_length(s, i)
	local a, b, c, d = string.byte(s, i, i + 3)
	local function tail(x)
		return x and x >= 0x80 and x <= 0xbf
	end
	if a < 0x80 then
		return 1
	elseif a >= 0xc2 and a <= 0xdf and tail(b) then
		return 2
	elseif a >= 0xe0 and a <= 0xef and tail(b) and tail(c) then
		local overlong, surrogate = a == 0xe0 and b < 0xa0, a == 0xed and b > 0x9f
		return (overlong or surrogate) and 0 or 3
	elseif a >= 0xf0 and a <= 0xf4 and tail(b) and tail(c) and tail(d) then
		return ((a == 0xf0 and b < 0x90) or (a == 0xf4 and b > 0x8f)) and 0 or 4
	end
	return 0
end

local function valid_utf8(s)
	if not string.find(s, "[\128-\255]") then
		return s
	end
	local out, i = {}, 1
	while i <= #s do
		local n = utf8_length(s, i)
		out[#out + 1] = n > 0 and string.sub(s, i, i + n - 1) or "\239\191\189"
		i = i + math.max(n, 1)
	end
	return table.concat(out)
end

function report.json_text(s)
	s = string.gsub(valid_utf8(s), '[%z\1-\31"\\\127]', function(c)
		return (c == '"' or c == "\\") and "\\" .. c or string.format("\\u%04x", string.byte(c))
	end)
	s = string.gsub(s, "\194([\128-\159])", function(c)
		return string.format("\\u%04x", string.byte(c))
	end)
	return '"' .. s .. '"'
end

-- RFC 4180. A spreadsheet would compute a text that begins like a formula: it gets a quote in front.
function report.csv_text(s)
	if string.find(s, "^[=+%-@\t\r]") then
		s = "'" .. s
	end
	if string.find(s, '[",\r\n]') then
		s = '"' .. string.gsub(s, '"', '""') .. '"'
	end
	return s
end

local function number(n)
	return string.format("%.15g", n)
end

-- ---- what a column is in each form: { name, value } of its cells ----

local names = {}

local function container_name(id)
	return names[id] or id
end

local function with_pid(p)
	return string.format("%s(%s)", p.name, p.pid and number(p.pid) or "?")
end

local kinds = {
	time = function(key, v)
		return { { key, v and v.iso } }, v and v.text or "before"
	end,
	process = function(key, v)
		return { { key, v and v.name }, { key == "process" and "pid" or key .. "_pid", v and v.pid } },
			v and with_pid(v) or ""
	end,
	container = function(key, v)
		return { { key, v and container_name(v) }, { key .. "_id", v } }, v and container_name(v) or ""
	end,
	list = function(key, v)
		return { { key, v or {} } }, table.concat(v or {}, ", ")
	end,
	number = function(key, v)
		return { { key, v } }, v and number(v) or ""
	end,
	text = function(key, v)
		return { { key, v } }, v or ""
	end,
	user = function(key, v, row)
		return { { key, v } }, v or (row.process and "?") or ""
	end,
	shown = function(key, v)
		return {}, v or ""
	end,
}

local function cells_of(columns, row)
	local cells = {}
	for _, c in ipairs(columns) do
		for _, cell in ipairs((kinds[c[3] or "text"](c[1], row[c[1]], row))) do
			cells[#cells + 1] = cell
		end
	end
	return cells
end

local function json_value(v)
	if v == nil then
		return "null"
	elseif type(v) == "number" then
		return number(v)
	elseif type(v) == "boolean" then
		return tostring(v)
	elseif type(v) == "table" then
		local list = {}
		for i, x in ipairs(v) do
			list[i] = report.json_text(x)
		end
		return "[" .. table.concat(list, ",") .. "]"
	end
	return report.json_text(v)
end

local function csv_value(v)
	if v == nil then
		return ""
	elseif type(v) == "number" then
		return number(v)
	elseif type(v) == "table" then
		v = table.concat(v, "; ")
	end
	return report.csv_text(printable(valid_utf8(tostring(v))))
end

-- ---- the forms ----

local forms = {}

function forms.json(columns, row)
	local parts = {}
	for i, cell in ipairs(cells_of(columns, row)) do
		parts[i] = report.json_text(cell[1]) .. ":" .. json_value(cell[2])
	end
	return "{" .. table.concat(parts, ",") .. "}"
end

function forms.csv(columns, row)
	local parts = {}
	for i, cell in ipairs(cells_of(columns, row)) do
		parts[i] = csv_value(cell[2])
	end
	return table.concat(parts, ",")
end

function forms.normal(columns, row, widths)
	local parts = {}
	for i, c in ipairs(columns) do
		if c[2] then
			local _, text = kinds[c[3] or "text"](c[1], row[c[1]], row)
			local last = i == #columns
			text = printable(valid_utf8(text))
			if last then
				text = string.rep("  ", row.depth or 0) .. text
			elseif c[3] == "number" then
				text = string.rep(" ", widths[i] - width(text)) .. text
			else
				text = text .. string.rep(" ", widths[i] - width(text))
			end
			parts[#parts + 1] = text
		end
	end
	return (string.gsub(table.concat(parts, "  "), " +$", ""))
end

local function measure(columns, rows)
	local widths = {}
	for i, c in ipairs(columns) do
		widths[i] = #(c[2] or "")
		for _, row in ipairs(c[2] and rows or {}) do
			local _, text = kinds[c[3] or "text"](c[1], row[c[1]], row)
			local n = width(text)
			if n > widths[i] and n <= LIMIT then
				widths[i] = n
			end
		end
	end
	return widths
end

local function head(columns, form, widths)
	local parts = {}
	if form == "csv" then
		for i, cell in ipairs(cells_of(columns, {})) do
			parts[i] = cell[1]
		end
		return table.concat(parts, ",")
	end
	for i, c in ipairs(columns) do
		if c[2] then
			parts[#parts + 1] = i == #columns and c[2] or string.format("%-" .. widths[i] .. "s", c[2])
		end
	end
	return table.concat(parts, "  ")
end

-- ---- a report ----

local time_text, time_iso

-- The time of the event, as -t wants it and as ISO 8601.
function report.now()
	return { text = evt.field(time_text), iso = evt.field(time_iso) }
end

function report.new(columns)
	time_text = chisel.request_field("evt.outputtime")
	time_iso = chisel.request_field("evt.time.iso8601")
	return setmetatable({
		columns = columns,
		form = sysdig.get_output_format(),
		live = columns.streams and sysdig.is_live(),
		rows = {},
	}, report)
end

-- Live nobody knows how wide the columns will be.
function report:begin()
	self.begun = true
	self.widths = measure(self.columns, self.rows)
	if self.live then
		for i, c in ipairs(self.columns) do
			self.widths[i] = c[3] == "number" and 10 or 20
		end
	end
	if self.form == "json" then
		io.write("[")
	else
		print(head(self.columns, self.form, self.widths))
	end
end

function report:put(row)
	local line = forms[self.form](self.columns, row, self.widths)
	if self.form == "json" then
		io.write(self.any and ",\n" or "\n", line)
		self.any = true
	else
		print(line)
	end
end

function report:row(row)
	if not self.live then
		self.rows[#self.rows + 1] = row
		return
	end
	if not self.begun then
		self:begin()
	end
	self:put(row)
	io.stdout:flush()
end

function report:print()
	names = {}
	for _, c in ipairs(sysdig.get_container_table()) do
		names[c.id] = c.name
	end
	if not self.begun then
		self:begin()
	end
	for _, row in ipairs(self.rows) do
		self:put(row)
	end
	if self.form == "json" then
		print("\n]")
	end
	self.rows, self.begun, self.any = {}, false, false
end

return report
