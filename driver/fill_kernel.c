// SPDX-License-Identifier: GPL-2.0-only
/* What happens without a call: task switches, signals, page faults; and the driver's own events. */
#include <linux/sched/signal.h>
#include "record.h"
#include "task.h"

/* Called under the run-queue lock: nothing here may take a lock. */
FILLER(switch)
{
	const struct task_struct *next = r->tp;
	const struct task_struct *prev = r->task;
	struct cursor c = cursor_begin(r);

	put64(&c, next->pid);
	put64(&c, prev->maj_flt);
	put64(&c, prev->min_flt);
	put_memory(&c, prev->mm);
	cursor_end(r, c);
	return 0;
}

/*
 * Whether the sender's number is there: a process sent the signal, or it is about a child. Signals
 * of the kernel, of timers and of faults keep other things in its place. The pointer may be one of
 * the kernel's marks: a thread that is killed with its whole process has no more than that.
 */
static bool has_sender(int sig, const struct kernel_siginfo *info)
{
	if (info == SEND_SIG_NOINFO || info == SEND_SIG_PRIV)
		return false;
	switch (info->si_code) {
	case SI_USER:
	case SI_QUEUE:
	case SI_TKILL:
	case SI_MESGQ:
		return true;
	}
	return sig == SIGCHLD && info->si_code > 0 && info->si_code <= NSIGCHLD;
}

/* Called under siglock. */
FILLER(signaldeliver)
{
	const struct kernel_siginfo *info = r->tp;
	int sig = r->tp_args[0];

	return rec_int(r, has_sender(sig, info) ? info->si_pid : 0) ?:
	       rec_int(r, current->pid) ?:
	       rec_int(r, sig);
}

#ifdef CONFIG_X86

#include <asm/trap_pf.h>

static u32 fault_flags(unsigned long error)
{
	u32 flags = 0;

	flags |= error & X86_PF_PROT ? SCAP_PROTECTION_VIOLATION : SCAP_PAGE_NOT_PRESENT;
	flags |= error & X86_PF_WRITE ? SCAP_WRITE_ACCESS : SCAP_READ_ACCESS;
	flags |= error & X86_PF_USER ? SCAP_USER_FAULT : SCAP_SUPERVISOR_FAULT;
	if (error & X86_PF_RSVD)
		flags |= SCAP_RESERVED_PAGE;
	if (error & X86_PF_INSTR)
		flags |= SCAP_INSTRUCTION_FETCH;
	return flags;
}

#else

static u32 fault_flags(unsigned long error)
{
	return 0;
}

#endif

FILLER(page_fault)
{
	return rec_int(r, r->tp_args[0]) ?:
	       rec_int(r, r->tp_args[1]) ?:
	       rec_int(r, fault_flags(r->tp_args[2]));
}

FILLER(drop)
{
	return rec_int(r, r->tp_args[0]);
}

FILLER(cpu_hotplug)
{
	return rec_int(r, r->tp_args[0]) ?: rec_int(r, 0);
}
