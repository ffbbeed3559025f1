#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Fails, and prints the lines, if a kernel log tells of a defect: warnings.sh LOG...
set -u

bad='WARNING:|BUG[: ]|Oops|general protection|Kernel panic|stall|scheduling while atomic|suspicious RCU'
bad="$bad"'|possible (circular|recursive|irq|deadlock)|inconsistent lock|unable to handle|invalid opcode'
bad="$bad"'|divide error|stack segment|double fault|KASAN|UBSAN|refcount_t:|corruption|Call Trace'
bad="$bad"'|page allocation failure|Out of memory|blocked for more than|sleeping function'
bad="$bad"'|use-after-free|cannot create duplicate|usercopy:|leaked'

[ $# -gt 0 ] || { echo "usage: warnings.sh LOG..." >&2; exit 2; }
for log in "$@"; do
	[ -s "$log" ] || { echo "warnings.sh: $log is empty or missing" >&2; exit 2; }
done
! grep -aE "$bad" "$@" | grep -avE 'Command line:|Kernel command line:'
