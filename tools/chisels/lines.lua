-- SPDX-License-Identifier: BSD-2-Clause
-- Lines in columns, for chisels that print events as they come: as text, with --json an object a
-- line, with --csv comma-separated values. Rows that are known at the end only: report.lua.
--
-- lines.new{ { field, title, width, shown = function(value) }, ... } asks for the fields, in
-- on_init(); -pc puts those of the container behind the first column. lines:values() are those of
-- the event, lines:print() prints a list of values in a colour or none, lines:head() the titles.
-- A column whose field begins with "=" is filled in by the chisel.
local paint = require("paint")
local report = require("report")

local lines = {}
lines.__index = lines

function lines.new(columns)
	local l = { columns = {}, handles = {}, form = sysdig.get_output_format() }

	for i, c in ipairs(columns) do
		l.columns[#l.columns + 1] = c
		if i == 1 and sysdig.is_print_container_data() then
			l.columns[#l.columns + 1] = { "container.name", "CONTAINER", 20 }
			l.columns[#l.columns + 1] = { "container.id", "CONTAINER ID", 12 }
		end
	end
	for i, c in ipairs(l.columns) do
		l.handles[i] = string.sub(c[1], 1, 1) ~= "=" and chisel.request_field(c[1])
	end
	return setmetatable(l, lines)
end

function lines:values()
	local values = {}
	for i, handle in ipairs(self.handles) do
		values[i] = handle and evt.field(handle)
	end
	return values
end

function lines:set(values, field, value)
	for i, c in ipairs(self.columns) do
		if c[1] == field then
			values[i] = value
		end
	end
end

local function key(column)
	return (string.gsub(column[1], "^=", ""))
end

local function padded(cells)
	return (string.gsub(table.concat(cells, "  "), " +$", ""))
end

function lines:head()
	local cells = {}
	for i, c in ipairs(self.columns) do
		cells[i] = self.form == "csv" and report.csv_text(key(c)) or string.format("%-" .. c[3] .. "s", c[2])
	end
	if self.form == "csv" then
		print(table.concat(cells, ","))
	elseif self.form ~= "json" then
		print(padded(cells))
	end
end

local forms = {}

function forms.json(columns, values)
	local cells = {}
	for i, c in ipairs(columns) do
		local v = values[i]
		if v ~= nil and v ~= false then
			cells[#cells + 1] = report.json_text(key(c)) .. ":"
				.. (type(v) == "number" and string.format("%.15g", v) or report.json_text(v))
		end
	end
	return "{" .. table.concat(cells, ",") .. "}"
end

function forms.csv(columns, values)
	local cells = {}
	for i in ipairs(columns) do
		local v = values[i] or ""
		cells[i] = type(v) == "number" and string.format("%.15g", v) or report.csv_text(v)
	end
	return table.concat(cells, ",")
end

function forms.normal(columns, values, color)
	local cells = {}
	for i, c in ipairs(columns) do
		local v = values[i]
		v = v and c.shown and c.shown(v) or v or ""
		cells[i] = string.format("%-" .. c[3] .. "s", tostring(v))
	end
	return color and paint.text(color, padded(cells)) or padded(cells)
end

function lines:print(values, color)
	print(forms[self.form](self.columns, values, color))
end

return lines
