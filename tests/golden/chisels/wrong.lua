-- SPDX-License-Identifier: BSD-2-Clause
-- Fails where its argument says.
description = "Fails."
short_description = "fails"
category = "Test"
args = {
	{ name = "where", description = "arg, init, start, event, interval or end; with -false", argtype = "string" },
}

local where

local function fail(here)
	if where == here then
		error("on purpose in " .. here)
	end
	return where ~= here .. "-false"
end

function on_set_arg(name, value)
	where = value
	return fail("arg")
end

function on_init()
	chisel.set_interval_ns(1000000)
	return fail("init")
end

function on_capture_start()
	return fail("start")
end

function on_event()
	return fail("event")
end

function on_interval()
	return fail("interval")
end

function on_capture_end()
	fail("end")
	print("wrong: reached its end")
end
