-- SPDX-License-Identifier: BSD-2-Clause
description = "Prints the data exchanged with an address, as echo_fds does; -A, -x, -X and -b choose the form of the data."
short_description = "data exchanged with an address"
category = "Net"

require("echo").about("fd.ip", "host_ip", "the address, of either end", "ipv4")
