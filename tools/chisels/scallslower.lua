-- SPDX-License-Identifier: BSD-2-Clause
description = "Prints system calls that take longer than so many milliseconds, where the capture tells how long they take."
short_description = "slow system calls"
category = "Performance"

require("slow").chisel()
