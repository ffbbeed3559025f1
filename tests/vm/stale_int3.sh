#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Succeeds if a guest died of its emulator and not of its kernel: stale_int3.sh LOG.
#
# The kernel patches its code by way of an int3. QEMU's parallel threads drop a translation when its
# code is about to be written, and a processor that translates between that and the write keeps the
# int3, for good. It shows in the log: the trap is an int3's, and the code behind which it stopped,
# read from memory, is none (cc).
set -u
[ $# -eq 1 ] || { echo "usage: stale_int3.sh LOG" >&2; exit 2; }
[ -r "$1" ] || exit 1
tr -d '\r' <"$1" | awk '
	/(Oops: )?int3: 0000 \[#1\]/ { trap = 1 }
	trap && /Code: / { stale = match($0, / [0-9a-f][0-9a-f] </) && substr($0, RSTART + 1, 2) != "cc"; exit }
	END { exit !stale }'
