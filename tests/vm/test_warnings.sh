#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# warnings.sh finds every kind of report of a kernel's checkers, and is not fooled by the lines of
# a kernel that is well.
set -u
cd "$(dirname "$0")/../.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
rc=0

verdict() { # 0|1 name
	[ "$1" -eq 0 ] && echo "ok - $2" && return
	echo "not ok - $2"
	rc=1
}

# a report in the middle of a log
while read -r line; do
	printf '[    0.100000] Linux version 6.12.1\n[    5.123456][  T123] %s\n[    6.000000] reboot\n' "$line" >"$tmp/log"
	! sh tests/vm/warnings.sh "$tmp/log" >"$tmp/said"
	verdict $? "found: $line"
	[ "$(wc -l <"$tmp/said")" = 1 ] || { echo "not ok - and printed, alone: $line"; rc=1; }
done <<'END'
BUG: KASAN: slab-use-after-free in probe_sys_exit+0x1a/0x200 [scap]
BUG: KASAN: vmalloc-out-of-bounds in rec_bytes+0x44/0x70 [scap]
BUG: sleeping function called from invalid context at include/linux/sched/mm.h:330
BUG: scheduling while atomic: guest_calls/212/0x00000002
BUG: using __this_cpu_read() in preemptible [00000000] code: guest_calls/212
BUG: using smp_processor_id() in preemptible [00000000] code: guest_calls/212
BUG: Invalid wait context ]
BUG: MAX_LOCKDEP_ENTRIES too low!
BUG kmalloc-64 (Tainted: G    B      O      ): Object already free
BUG: Bad page state in process guest_abi  pfn:0a1b2
BUG: unable to handle page fault for address: ffffc90000123000
BUG: workqueue leaked atomic, lock or RCU: kworker/0:1[12]
WARNING: possible circular locking dependency detected
WARNING: possible recursive locking detected
WARNING: possible irq lock inversion dependency detected
WARNING: HARDIRQ-safe -> HARDIRQ-unsafe lock order detected
WARNING: inconsistent lock state
WARNING: bad unlock balance detected!
WARNING: held lock freed!
WARNING: lock held when returning to user space!
WARNING: guest_calls/212 still has locks held!
WARNING: suspicious RCU usage
WARNING: CPU: 1 PID: 212 at kernel/rcu/tree_plugin.h:331 rcu_note_context_switch+0x6c/0x5d0
INFO: trying to register non-static key.
INFO: lockdep is turned off.
INFO: task guest_calls:212 blocked for more than 120 seconds.
turning off the locking correctness validator.
UBSAN: array-index-out-of-bounds in driver/record.c:55:12
UBSAN: shift-out-of-bounds in driver/flags.c:10:3
ODEBUG: free active (active state 0) object: ffff888003c01000 object type: timer_list hint: look+0x0/0x80
list_add corruption. prev->next should be next (ffff888003c01000), but was ffff888003c02000.
list_del corruption, ffff888003c01000->next is LIST_POISON1 (dead000000000100)
refcount_t: underflow; use-after-free.
rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:
watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [guest_calls:212]
usercopy: Kernel memory exposure attempt detected from SLUB object 'kmalloc-64' (offset 0, size 80)!
kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)
unreferenced object 0xffff888003c01000 (size 64):
kmemleak: Cannot allocate a kmemleak_object structure
general protection fault, probably for non-canonical address 0xdffffc0000000000: 0000 [#1] PREEMPT SMP KASAN
Kernel panic - not syncing: Fatal exception
END

cat >"$tmp/log" <<'END'
[    0.000000] Command line: console=ttyS0 quiet oops=panic BUG: WARNING: KASAN
[    0.010000] Kernel command line: console=ttyS0 quiet oops=panic
[    0.020000] kasan: KernelAddressSanitizer initialized (generic)
[    0.030000] Lock dependency validator: Copyright (c) 2006 Red Hat, Inc., Ingo Molnar
[    0.030000] ... MAX_LOCKDEP_CHAINS:      65536
[    0.040000] rcu: Preemptible hierarchical RCU implementation.
[    0.040000] rcu: 	RCU lockdep checking is enabled.
[    0.040000] rcu: 	RCU callback double-/use-after-free debug is enabled.
[    0.040000] rcu: 	RCU CPU stall warnings timeout set to 60 (rcu_cpu_stall_timeout).
[    0.050000] kmemleak: Kernel memory leak detector initialized (mem pool available: 15679)
[    0.050000] kmemleak: Kernel memory leak detector disabled
[    0.050000] ODEBUG_SELFTEST: passed
[    0.060000] Running RCU Tasks Trace wait API self tests
[    0.070000] scap: loading out-of-tree module taints kernel.
[    0.080000] debug_vm_pgtable: [debug_vm_pgtable         ]: Validating architecture page table helpers
[    0.090000] process 'init' launched '/bin/x' with NULL argv: empty string added
END
sh tests/vm/warnings.sh "$tmp/log"
verdict $? "the lines of a kernel that is well are no reports"
! sh tests/vm/warnings.sh "$tmp/no-such-log" 2>/dev/null
verdict $? "a log that is missing is a failure"
: >"$tmp/log"
! sh tests/vm/warnings.sh "$tmp/log" 2>/dev/null
verdict $? "an empty log is a failure"

# died BYTE TRAP: the log of a guest that died of TRAP, behind BYTE
died() {
	printf '[   30.1] %s\r\n[   30.2] RIP: 0010:f+0xe1/0x170\r\n[   30.3] Code: 48 8b %s <05> e9\r\n' "$2" "$1" >"$tmp/log"
}
for trap in 'Oops: int3: 0000 [#1] PREEMPT SMP NOPTI' 'int3: 0000 [#1] SMP NOPTI'; do
	died eb "$trap"
	sh tests/vm/stale_int3.sh "$tmp/log"
	verdict $? "an int3 that memory has not is the emulator's: $trap"
	died cc "$trap"
	! sh tests/vm/stale_int3.sh "$tmp/log"
	verdict $? "an int3 that is there is the kernel's: $trap"
done
died eb 'Oops: general protection fault, probably for non-canonical address: 0000 [#1]'
! sh tests/vm/stale_int3.sh "$tmp/log"
verdict $? "another trap is the kernel's"
: >"$tmp/log"
! sh tests/vm/stale_int3.sh "$tmp/log"
verdict $? "a guest without a word did not die of the emulator"
exit $rc
