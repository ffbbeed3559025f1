-- SPDX-License-Identifier: BSD-2-Clause
description = "Prints each second the bytes that are received from the network, sent, and both."
short_description = "bytes of network I/O a second"
category = "Net"

require("flow").chisel("fd.type in (ipv4, ipv6)")
