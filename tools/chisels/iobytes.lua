-- SPDX-License-Identifier: BSD-2-Clause
description = "Prints each second the bytes that are read, written, and both."
short_description = "bytes of I/O a second"
category = "I/O"

require("flow").chisel()
