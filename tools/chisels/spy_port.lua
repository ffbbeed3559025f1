-- SPDX-License-Identifier: BSD-2-Clause
description = "Prints the data exchanged through a port, as echo_fds does; -A, -x, -X and -b choose the form of the data."
short_description = "data exchanged through a port"
category = "Net"

require("echo").about("fd.port", "host_port", "the port, of either end", "int")
