-- SPDX-License-Identifier: BSD-2-Clause
description = "Tells of programs that ran in a container and are not of its image: in the container's writable layer, in memory (memfd), on another file system than the image's layers, or written in the capture; and, as far as it was seen, who made them. Where a recorder does not say which layer a program is in, only what was written in the capture is known. Writes text, --json or --csv."
short_description = "programs that are not of the container's image"
category = "Forensics"
args = {}

local report = require("report")
local actor = require("actor")
local entry = require("entry")
local written = require("written")

local get, out, files
local from_image -- containers of which a program is known to be of the image
local rows, unclear
local file -- that the event executes, and how it was found

local function ran(f, how, found)
	file = { f, how, found }
end

function on_init()
	out = report.new(actor.columns(
		{ "image", "IMAGE" },
		{ "times", "TIMES", "number" },
		{ "path", "PROGRAM" },
		{ "why", "WHY", "list" },
		{ "made", "MADE", "time" },
		{ "writer", "BY", "process" },
		{ "written_in", "IN", "container" },
		{ "command", "COMMAND" }
	))
	files = written.new(ran)
	entry.request()
	get = actor.fields({
		container = "container.id",
		image = "container.image",
		exepath = "proc.exepath",
		line = "proc.exeline",
		upper = "proc.is_exe_upper_layer",
		lower = "proc.is_exe_lower_layer",
		memfd = "proc.is_exe_from_memfd",
		result = "evt.rawres",
	})
	chisel.set_filter("(" .. string.gsub(written.filter, "%s+", " ") .. ") or evt.type = procexit or (evt.dir = < and evt.type in ("
		.. entry.types .. "))")
	return true
end

function on_capture_start()
	files:start()
	entry.start()
	from_image, rows, unclear = {}, {}, {}
	return true
end

local function reasons()
	local why = {}
	if get("memfd") then
		why[#why + 1] = "runs from memory"
	end
	if get("upper") then
		why[#why + 1] = "in the writable layer"
	end
	if file then
		why[#why + 1] = "written in the capture" .. (file[2] ~= "program" and ", runs as a " .. file[2] or "")
			.. (file[3] and ", " .. file[3] or "")
	end
	return why
end

local function add(row)
	row.made = row.file and row.file.made or { text = "not seen" }
	row.writer = row.file and row.file.writer
	row.written_in = row.file and row.file.container
	out:row(row)
end

local function executed()
	local container, path = get("container"), get("exepath") or "?"
	if not container or container == "host" or (get("result") or -1) ~= 0 and evt.get_type() ~= "mmap" then
		return
	end
	local why = reasons()
	if get("lower") then
		from_image[container] = true
	end
	if file then
		path = file[1].path
	end
	local mark = container .. "\1" .. path
	local row = rows[mark]
	if row then
		row.times = row.times + 1
		return
	end
	if #why == 0 and get("lower") then
		return
	end
	row = actor.row()
	row.image, row.times, row.path, row.why = get("image"), 1, path, why
	row.command = get("line")
	row.file = file and file[1]
	rows[mark] = row
	if #why > 0 then
		row.told = true
	end
	unclear[#unclear + 1] = row
end

local RUNS = { execve = true, execveat = true }

function on_event()
	local kind = evt.get_type()
	file = nil
	if entry.follows[kind] then
		entry.follows[kind]()
	end
	if RUNS[kind] or not entry.follows[kind] then
		files:event()
	end
	-- a runtime that executes itself, on its way into the container, is still one
	if (RUNS[kind] or file) and not entry.is_runtime() then
		executed()
	end
	return true
end

function on_loss()
	files:loss()
	entry.lost()
end

-- A program that is in no layer, where others of the container are in one, came by another way.
function on_capture_end()
	for _, row in ipairs(unclear) do
		if not row.told and from_image[row.container] then
			row.why = { "in none of the image's layers" }
			row.told = true
		end
		if row.told then
			add(row)
		end
	end
	out:print()
	if files.over > 0 then
		sysdig.log(string.format("%d files were not followed: too many", files.over), "warning")
	end
end
