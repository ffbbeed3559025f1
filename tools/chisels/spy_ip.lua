-- SPDX-License-Identifier: BSD-2-Clause
description = "Prints the data exchanged with an address, as echo_fds does; -A, -x, -X and -b choose the form of the data."
short_description = "data exchanged with an address"
category = "Net"

local paint = require("paint")
local host_ip

args = {
	{ name = "host_ip", description = "the address, of either end", argtype = "ipv4" },
	paint.argument,
}

function on_set_arg(name, value)
	if name == "host_ip" then
		host_ip = value
		return true
	end
	return paint.take(name, value)
end

require("echo").chisel(function()
	return "fd.ip = " .. host_ip
end)
