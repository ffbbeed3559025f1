-- SPDX-License-Identifier: BSD-2-Clause
description = "Prints what processes write to their standard error; -pc says of which container."
short_description = "text written to standard error"
category = "I/O"

require("stream").chisel("fd.num = 2 and evt.is_io_write = true")
