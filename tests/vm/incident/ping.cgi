#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The service's weak spot: what follows ?host= reaches a shell.
echo 'Content-Type: text/plain'
echo
host=$(/bin/httpd -d "${QUERY_STRING#host=}")
/bin/sh -c "/bin/ping -c 1 -W 1 $host" 2>&1
