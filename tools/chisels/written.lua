-- SPDX-License-Identifier: BSD-2-Clause
-- Files that are written in the capture, and what becomes of them: for chisels that tell of those
-- that are executed.
--
-- written.new(ran) asks for the fields, in on_init(); its :event() is for on_event(), :loss() for
-- on_loss(). @ran is called with each file that is executed, and how: "program", "script", "library".
-- :digest(file) is the SHA-256 of its content so far, or nil and why it is not known. Files are
-- known by their path in a container, and where that fails by inode and name, which @ran is told.
local actor = require("actor")
local report = require("report")
local sha256 = require("sha256")

local written = {}
written.__index = written

written.filter = [[evt.dir = < and (evt.is_open_write = true or (evt.is_io_write = true and fd.type in (file, memfd)) or
	evt.type in (sendfile, copy_file_range, splice, memfd_create, rename, renameat, renameat2, link, linkat,
		unlink, unlinkat, mount, chmod, fchmod, fchmodat, execve, execveat, ftruncate,
		fallocate, truncate, pwritev2, io_uring_enter) or
	(evt.type in (lseek, llseek, ioctl, dup, dup2, dup3, mmap, mmap2) and fd.type in (file, memfd)))]]

local MAX_FILE = 16 * 2 ^ 20 -- that is hashed: a few seconds
local MAX_ALL = 128 * 2 ^ 20 -- content that is kept
local PIECE = 32 -- what each write takes beside its data
local MAX_FILES = 100000 -- and names of them
local MAX_NAMES = 100 -- that a file had before

local DELETED = " (deleted)" -- as the kernel marks it

local INTERPRETERS = {
	sh = true, bash = true, dash = true, ash = true, zsh = true, ksh = true, mksh = true, fish = true,
	ruby = true, node = true, php = true, pwsh = true, tclsh = true, lua = true, luajit = true,
}

local get

function written.new(ran)
	actor.request()
	get = actor.fields({
		pid = "proc.pid",
		container = "container.id",
		result = "evt.rawres",
		n = "evt.rawarg.res",
		data = "evt.rawarg.data",
		pos = "evt.rawarg.pos",
		fd_name = "fd.name",
		fd_type = "fd.type",
		fd_num = "fd.num",
		old = "evt.rawarg.oldfd",
		request = "evt.rawarg.request",
		device = "evt.arg.dev",
		ino = "fd.ino",
		flags = "evt.arg.flags",
		prot = "evt.arg.prot",
		created = "evt.is_open_create",
		path = "fs.path.name",
		source = "fs.path.source",
		target = "fs.path.target",
		mode = "evt.arg.mode",
		out_fd = "evt.arg.out_fd",
		fdout = "evt.arg.fdout",
		fd_out = "evt.arg.fd_out",
		memfd = "evt.arg.name",
		dir = "evt.arg.dir",
		exepath = "proc.exepath",
		kernel_path = "evt.arg.trusted_exepath",
		exe_ino = "proc.exe_ino",
		exe = "proc.exe",
		cwd = "proc.cwd",
		arg0 = "proc.args[0]",
		arg1 = "proc.args[1]",
		arg2 = "proc.args[2]",
	})
	return setmetatable({ ran = ran, losses = 0 }, written)
end

function written:start()
	self.by_path, self.by_ino, self.of_pid = {}, {}, {}
	self.mounted, self.mounts = {}, 0 -- by path: the number of the mount
	self.queue, self.oldest, self.newest = {}, 1, 0 -- files that content is kept of
	self.kept, self.count, self.losses, self.over = 0, 0, 0, 0
end

function written:loss()
	self.losses = self.losses + 1
end

-- ---- finding them ----

local function key(path)
	return (get("container") or "") .. "\1" .. path
end

local function base(path)
	return string.match(path, "[^/]*$")
end

local function is_pseudo(path)
	return path == "" or string.find(path, "^/dev/") and not string.find(path, "^/dev/shm/")
		or string.find(path, "^/proc/") or string.find(path, "^/sys/")
end

-- A number of an inode is another file's in another file system: the name has to be the same.
function written:find(path, ino)
	local f = path and self.by_path[key(path)]
	if f or not ino or ino == 0 or not path then
		return f
	end
	f = self.by_ino[string.format("%.0f %s", ino, base(path))]
	return f, f and "the same inode and name"
end

function written:get(path)
	local f = self.by_path[key(path)]
	if f or is_pseudo(path) then
		return f
	end
	if self.count >= MAX_FILES then
		self.over = self.over + 1
		return nil
	end
	self.count = self.count + 1
	f = actor.row()
	f.path, f.made, f.writer = path, f.time, f.process
	f.was, f.bytes, f.losses, f.mounts = {}, 0, self.losses, self.mounts
	self.by_path[key(path)] = f
	return f
end

function written:remember_inode(f)
	local ino = get("ino")
	if ino and ino ~= 0 then
		self.by_ino[string.format("%.0f %s", ino, base(f.path))] = f
	end
end

-- ---- content ----

-- From now on it is not known what is in it.
function written:unknown(f, why)
	if f.content then
		self.kept = self.kept - f.held
		f.content = nil
	end
	f.why = f.why or why
end

-- It is empty.
function written:empty(f)
	if f.content then
		self.kept = self.kept - f.held
	end
	f.content, f.bytes_kept, f.held = {}, 0, 0
	f.bytes, f.why, f.losses, f.moved = 0, nil, self.losses, false
	if f.place then
		self.queue[f.place] = nil
	end
	self.newest = self.newest + 1
	self.queue[self.newest], f.place = f, self.newest
end

-- Descriptors of one opening, copies and inherited ones, share their position. With a second opening
-- there are two positions: then only descriptors are trusted that are known to be of the last one.
local function descriptor(num)
	return string.format("%s/%s", tostring(get("pid")), tostring(num))
end

local function is_trusted(f)
	return not f.trusted or f.trusted[descriptor(get("fd_num"))]
end

-- The content of the oldest goes first.
function written:make_room(n)
	while self.kept + n > MAX_ALL and self.oldest <= self.newest do
		local f = self.queue[self.oldest]
		self.queue[self.oldest] = nil
		self.oldest = self.oldest + 1
		if f then
			f.place = nil
			self:unknown(f, "too much was written since to keep it")
		end
	end
end

-- @pos is where it is written to, nil: behind what was written last.
function written:append(f, n, data, pos)
	f.bytes = f.bytes + n
	if not f.content then
		return
	elseif not is_trusted(f) then
		self:unknown(f, "it is written through several descriptors")
	elseif not data then
		self:unknown(f, "it is copied within the kernel")
	elseif #data ~= n then
		self:unknown(f, string.format("only %d of %.0f bytes of a write are in the capture", #data, n))
	elseif (pos and pos ~= f.bytes_kept) or (not pos and f.moved) then
		self:unknown(f, "it is not written from the begin to the end")
	elseif f.bytes_kept + n > MAX_FILE then
		self:unknown(f, "it is too long to be kept")
	else
		self:make_room(n)
	end
	if f.content then
		f.content[#f.content + 1] = data
		f.bytes_kept = f.bytes_kept + n
		f.held = f.held + n + PIECE
		self.kept = self.kept + n + PIECE
		f.moved = f.moved or pos ~= nil -- the descriptor's own position stays behind
	end
end

function written:digest(f)
	if f.bytes == 0 then
		return nil, "no write to it is in the capture"
	elseif not f.content then
		return nil, f.why or "what it held before is not known"
	elseif f.losses ~= self.losses then
		return nil, "events were lost since it was made"
	end
	return sha256(table.concat(f.content))
end

-- ---- what happens to them ----

local function path_of_memfd(path)
	local name = string.match(path, "^/?(memfd:.*)$")
	return name and (string.gsub(name, " %(deleted%)$", "")) or path
end

local function name_of_descriptor()
	local name = get("fd_name") or ""
	if get("fd_type") == "memfd" and not string.find(name, "^/?memfd:") then
		name = "memfd:" .. name
	end
	return path_of_memfd(name)
end

local function opened(self)
	local path, flags = get("fd_name"), get("flags") or ""
	local f = path and self:get(path)
	if not f then
		return
	end
	local appends, again = string.find(flags, "O_APPEND"), f.opened
	f.opened, f.mounts = true, self.mounts
	self:remember_inode(f)
	self:note_writer(f)
	if get("created") or string.find(flags, "O_TRUNC") or string.find(flags, "O_EXCL") then
		self:empty(f)
		f.made, f.writer = report.now(), actor.process()
		f.trusted = again and {} or nil
	elseif not f.content then
		f.why = f.why or "what it held before is not known"
	elseif not appends then
		self:unknown(f, "it is opened again and perhaps overwritten")
	elseif not f.appends then
		f.trusted = {}
	end
	f.appends = appends
	if f.trusted then
		f.trusted[descriptor(get("fd_num"))] = true
	end
end

local function copied_descriptor(self)
	local f = self.by_path[key(name_of_descriptor())]
	if f and f.trusted then
		f.trusted[descriptor(get("fd_num"))] = f.trusted[descriptor(get("old"))]
	end
end

-- Some calls change a file and are recorded without saying which: it may be any that the process
-- writes to.
function written:note_writer(f)
	local pid = get("pid")
	if pid then
		self.of_pid[pid] = self.of_pid[pid] or {}
		self.of_pid[pid][f] = true
	end
end

local function changed_somehow(self)
	local pid = get("pid") or -1
	local files = self.of_pid[pid] or {}
	self.of_pid[pid] = nil -- they are noted again when it writes to them again
	for f in pairs(files) do
		self:unknown(f, "its writer calls " .. evt.get_type() .. ", which is not recorded in full")
	end
end

local function made_memfd(self)
	local f = self:get("memfd:" .. (get("memfd") or ""))
	if f then
		self:empty(f)
		if f.memfd then
			self:unknown(f, "several in memory have this name")
		end
		f.memfd = true
	end
end

local function wrote(self)
	local n = get("n")
	local f = n and n > 0 and self:get(name_of_descriptor())
	if not f then
		return
	end
	self:remember_inode(f)
	self:note_writer(f)
	self:append(f, n, get("data"), get("pos"))
end

local function copied(self)
	local kind, name = actor.descriptor(get("out_fd") or get("fdout") or get("fd_out"))
	local n = get("n")
	if kind == "m" then
		name = path_of_memfd("memfd:" .. name)
	end
	local f = (kind == "f" or kind == "m") and n and n > 0 and self:get(name)
	if f then
		self:append(f, n, nil)
	end
end

local function sought(self)
	local f = self.by_path[key(name_of_descriptor())]
	if f and get("result") ~= f.bytes_kept then
		f.moved = true
	end
end

-- FICLONE and FICLONERANGE: the content becomes that of another file.
local CLONES = { [0x40049409] = true, [0x4020940d] = true }

local function cloned(self)
	local f = CLONES[get("request") or 0] and self.by_path[key(name_of_descriptor())]
	if f then
		self:unknown(f, "it is cloned from another file")
	end
end

local function mapped(self)
	local prot, flags = get("prot") or "", get("flags") or ""
	local f = self.by_path[key(name_of_descriptor())]
	if not f then
		return
	end
	if string.find(prot, "PROT_EXEC") then
		self:execute(f, "library")
	elseif string.find(prot, "PROT_WRITE") and string.find(flags, "MAP_SHARED") then
		self:unknown(f, "it is written through memory")
	end
end

local function renamed(self)
	local from, to = get("source"), get("target")
	local f = from and self.by_path[key(from)]
	if to then
		self.by_path[key(to)] = f -- what was there is gone
	end
	if f and to then
		self.by_path[key(from)] = nil
		if #f.was < MAX_NAMES then
			f.was[#f.was + 1] = from
		end
		f.path = to
	end
end

-- What runs of it now runs by a descriptor.
local function unlinked(self)
	local path = get("path")
	local f = path and self.by_path[key(path)]
	if f then
		self.by_path[key(path)] = nil
		self.by_path[key(path .. DELETED)] = f
	end
end

-- For links the new name is the source, and what it leads to the target.
local function linked(self)
	local name, to = get("source"), get("target")
	local f = to and self.by_path[key(to)]
	if not f or not name then
		return
	elseif self.count >= MAX_FILES then
		self.over = self.over + 1
	else
		self.count = self.count + 1
		self.by_path[key(name)] = f
	end
end

-- Something else is at that path now, and perhaps below: another process may be in another mount
-- namespace. Without a device it only is mounted in another way.
local function mounted_over(self)
	local path = get("dir")
	if path and (get("device") or "") ~= "" then
		self.by_path[key(path)] = nil
		self.mounts = self.mounts + 1
		self.mounted[key(path)] = self.mounts
	end
end

function written:is_covered(f, path)
	local above = string.match(path, "^(.*)/[^/]*$")
	while above and above ~= "" do
		if (self.mounted[key(above)] or 0) > f.mounts then
			return true
		end
		above = string.match(above, "^(.*)/[^/]*$")
	end
	return false
end

local function changed_mode(self)
	local path, mode = get("path") or get("fd_name"), get("mode") or ""
	local f = path and self.by_path[key(path)]
	if f and string.find(mode, "S_IX") then
		f.made_executable = f.made_executable or actor.process()
	end
end

-- ---- when they run ----

function written:execute(f, how, found)
	if not found and self:is_covered(f, f.path) then
		self:unknown(f, "something was mounted over it since")
	end
	f.memory = f.memfd
	self.ran(f, how, found)
end

local function absolute(path)
	if string.find(path, "^/") then
		return path
	end
	local cwd = get("cwd") or ""
	path = string.gsub(path, "^%./", "")
	return (string.gsub(cwd .. "/", "/+$", "/")) .. path
end

local function is_interpreter()
	for _, path in ipairs({ get("exe") or "", get("exepath") or "" }) do
		local name = string.gsub(base(path), "^%-", "")
		if INTERPRETERS[name] or string.find(name, "^python") or string.find(name, "^perl") then
			return true
		end
	end
	return false
end

local function executed(self)
	local path = path_of_memfd(get("exepath") or "")
	if string.find(get("kernel_path") or "", " %(deleted%)$") then
		path = path .. DELETED
	end
	local f, found = self:find(path, get("exe_ino"))
	if f then
		self:execute(f, "program", found)
	elseif not is_interpreter() then
		return
	end
	for _, name in ipairs({ "arg0", "arg1", "arg2" }) do
		local arg = get(name)
		if arg and arg ~= "" and not string.find(arg, "^%-") then
			local script = self.by_path[key(absolute(arg))]
			if script and script ~= f then
				self:execute(script, "script")
			end
			break
		end
	end
end

local handlers = {}
for handler, types in pairs({
	[opened] = "open openat openat2 creat open_by_handle_at",
	[copied] = "sendfile copy_file_range splice",
	[made_memfd] = "memfd_create",
	[renamed] = "rename renameat renameat2",
	[linked] = "link linkat",
	[mounted_over] = "mount",
	[changed_mode] = "chmod fchmod fchmodat",
	[executed] = "execve execveat",
	[changed_somehow] = "ftruncate fallocate truncate pwritev2 io_uring_enter",
	[copied_descriptor] = "dup dup2 dup3",
	[unlinked] = "unlink unlinkat",
	[cloned] = "ioctl",
	[sought] = "lseek llseek",
	[mapped] = "mmap mmap2",
}) do
	for kind in string.gmatch(types, "%S+") do
		handlers[kind] = handler
	end
end

function written:event()
	local result = get("result")
	if not result or result >= 0 then
		(handlers[evt.get_type()] or wrote)(self)
	end
end

return written
