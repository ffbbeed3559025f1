-- SPDX-License-Identifier: BSD-2-Clause
description = "Prints reads and writes of files that take longer than so many milliseconds, where the capture tells how long they take."
short_description = "slow file I/O"
category = "Performance"

require("slow").chisel("evt.is_io = true and fd.type = file and not fd.name startswith /dev/")
