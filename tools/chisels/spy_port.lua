-- SPDX-License-Identifier: BSD-2-Clause
description = "Prints the data exchanged through a port, as echo_fds does; -A, -x, -X and -b choose the form of the data."
short_description = "data exchanged through a port"
category = "Net"

local paint = require("paint")
local host_port

args = {
	{ name = "host_port", description = "the port, of either end", argtype = "int" },
	paint.argument,
}

function on_set_arg(name, value)
	if name == "host_port" then
		host_port = value
		return true
	end
	return paint.take(name, value)
end

require("echo").chisel(function()
	return "fd.port = " .. host_port
end)
