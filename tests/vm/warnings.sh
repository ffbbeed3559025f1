#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Fails, and prints the lines, if a kernel log tells of a defect, or that a checker has given up:
# warnings.sh LOG...
set -u

bad='WARNING:|BUG[: ]|Oops|general protection|Kernel panic|stall|scheduling while atomic|suspicious RCU'
bad="$bad"'|possible (circular|recursive|irq|deadlock)|inconsistent lock|unable to handle|invalid opcode'
bad="$bad"'|divide error|stack segment|double fault|KASAN|UBSAN|refcount_t:|corruption|Call Trace'
bad="$bad"'|page allocation failure|Out of memory|blocked for more than|sleeping function|cut here'
bad="$bad"'|use-after-free|cannot create duplicate|usercopy:|leaked|ODEBUG:|non-static key|INFO: possible'
bad="$bad"'|locking correctness validator|lockdep is turned off|unreferenced object|kmemleak: (.* leaks|Cannot|Memory pool empty)'
bad="$bad"'|Voluntary context switch|stack overflow|Redzone|Poison'

# what was given to the kernel, and what a kernel with checkers says of itself when it starts
good='Command line:|Kernel command line:|RCU CPU stall warnings timeout|RCU callback double-/use-after-free debug is enabled'

[ $# -gt 0 ] || { echo "usage: warnings.sh LOG..." >&2; exit 2; }
for log in "$@"; do
	[ -s "$log" ] || { echo "warnings.sh: $log is empty or missing" >&2; exit 2; }
done
! grep -aE "$bad" "$@" | grep -avE "$good"
