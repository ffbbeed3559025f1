-- SPDX-License-Identifier: BSD-2-Clause
description = "Prints each second the bytes that are read from files, written to them, and both."
short_description = "bytes of file I/O a second"
category = "I/O"

require("flow").chisel("fd.type = file")
