-- SPDX-License-Identifier: BSD-2-Clause
description = "Prints what processes write to their standard output; -pc says of which container."
short_description = "text written to standard output"
category = "I/O"

require("stream").chisel("fd.num = 1 and evt.is_io_write = true")
