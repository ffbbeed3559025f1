-- SPDX-License-Identifier: BSD-2-Clause
description = "Prints what processes read from their standard input; -pc says of which container."
short_description = "text read from standard input"
category = "I/O"

require("stream").chisel("fd.num = 0 and evt.is_io_read = true")
