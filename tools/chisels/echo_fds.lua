-- SPDX-License-Identifier: BSD-2-Clause
description = "Prints what is read and written, each time under a line with size, descriptor and process; -pc adds the container, and -A, -x, -X and -b choose the form of the data."
short_description = "data read and written"
category = "I/O"

local paint = require("paint")

args = { paint.argument }
on_set_arg = paint.take

require("echo").chisel(function() end)
