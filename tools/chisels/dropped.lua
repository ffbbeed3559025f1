-- SPDX-License-Identifier: BSD-2-Clause
description = "Tells of files that are written in the capture and executed later: as a program, as a script of an interpreter, or loaded as a library; under a new name, too, and from memory (memfd). With the SHA-256 of what they held then, if all of it is in the capture, and otherwise why it is not known. Writes text, --json or --csv."
short_description = "files written and later executed"
category = "Forensics"
args = {}

local report = require("report")
local actor = require("actor")
local written = require("written")

local get, out, files

-- Each file counts once for each way and container; again if it has been written to since.
local function ran(f, how, found)
	local container = actor.container() or "?"
	local mark = how .. container
	f.ran = f.ran or {}
	if f.ran[mark] and f.ran[mark].bytes_then == f.bytes then
		f.ran[mark].times = f.ran[mark].times + 1
		return
	end
	local sha, why = files:digest(f)
	local row = actor.row()
	row.bytes_then = f.bytes
	row.how = (f.memory and how .. " in memory" or how) .. (found and ", " .. found or "")
	row.command = get("line")
	row.written, row.writer, row.written_in = f.made, f.writer, f.container
	row.made_executable, row.was = f.made_executable, { unpack(f.was) }
	row.bytes, row.times = f.bytes, 1
	row.sha256, row.why_none = sha, why
	row.path = f.path
	row.content = sha or "unknown: " .. why
	f.ran[mark] = row
	out:row(row)
end

function on_init()
	out = report.new({
		{ "written", "WRITTEN", "time" },
		{ "writer", "BY", "process" },
		{ "written_in", "IN", "container" },
		{ "time", "EXECUTED", "time" },
		{ "container", "CONTAINER", "container" },
		{ "user", "USER", "user" },
		{ "process", "PROCESS", "process" },
		{ "how", "AS" },
		{ "times", "TIMES", "number" },
		{ "bytes", "BYTES", "number" },
		{ "path", "FILE" },
		{ "was", "WAS", "list" },
		{ "made_executable", nil, "process" },
		{ "command", nil },
		{ "sha256", nil },
		{ "why_none", nil },
		{ "content", "SHA-256", "shown" },
	})
	files = written.new(ran)
	get = actor.fields({ line = "proc.exeline" })
	chisel.set_filter((string.gsub(written.filter, "%s+", " ")))
	return true
end

function on_capture_start()
	files:start()
	return true
end

function on_event()
	files:event()
	return true
end

function on_loss()
	files:loss()
end

function on_capture_end()
	out:print()
	if files.over > 0 then
		sysdig.log(string.format("%d files were not followed: too many", files.over), "warning")
	end
end
