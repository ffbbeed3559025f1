// SPDX-License-Identifier: GPL-2.0-only
/*
 * The probes: what the tracepoints call. Each finds out as early as possible that nobody wants the
 * event, and else describes it in a struct rec and hands it on.
 *
 * Newer kernels run some probes with preemption enabled, so each disables it before anything that
 * depends on the CPU. Tracepoints are not exported: they are found by name.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
#include "probes.h"
#include <asm/syscall.h>
#include <linux/binfmts.h>
#include <linux/bitmap.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <trace/events/sched.h>
#include <trace/events/signal.h>
#include <trace/events/syscalls.h>
#include "compat.h"
#include "consumer.h"
#include "emit.h"
#include "ia32.h"
#include "latency.h"
#include "scope.h"
#include "table.h"

/* Calls of which some consumer wants the exit, or the entry: asked before anything else is done. */
static DECLARE_BITMAP(exits_wanted, SCAP_SYSCALL_TABLE_SIZE);
static DECLARE_BITMAP(entries_wanted, SCAP_SYSCALL_TABLE_SIZE);

/*
 * The number of a call as an index that is in bounds even where the CPU only guesses that it is:
 * the number is the program's to choose. array_index_nospec() takes two instructions more, for
 * sizes that are no power of two.
 */
static __always_inline unsigned long index_of(unsigned long nr)
{
	BUILD_BUG_ON_NOT_POWER_OF_2(SCAP_SYSCALL_TABLE_SIZE);
	OPTIMIZER_HIDE_VAR(nr); /* or the compiler finds the mask needless */
	return nr & (SCAP_SYSCALL_TABLE_SIZE - 1);
}

/* Calls of which no event can be made: of x32, and of 32-bit programs that the kernel refuses. */
static DEFINE_PER_CPU(unsigned long, left_out);

unsigned long probes_left_out(void)
{
	unsigned long sum = 0;
	int cpu;

	for_each_possible_cpu (cpu)
		sum += per_cpu(left_out, cpu);
	return sum;
}

/*
 * What the probes end in has its arguments where the tracepoint puts them, so that nothing is
 * moved.
 */

/* No call at all has the number -1: the way out of a signal's handler. */
static compat_as_declared void leave_out(void *data, struct pt_regs *regs, long ret,
					 unsigned long nr)
{
	if ((u32)nr != -1U)
		this_cpu_inc(left_out);
}

static struct rec *begin_ia32(enum scap_tracepoint tp, struct ia32_call *c, struct pt_regs *regs)
{
	const struct rec_row *row;
	struct rec *r;

	/* no fault is served while preemption is disabled, see user_begin() */
	preempt_disable_notrace();
	ia32_fetch(c, regs);
	preempt_enable_notrace();
	row = tp == SCAP_TP_SYS_ENTER ? c->row.enter : c->row.exit;
	r = row ? emit_begin(tp, row, &c->row) : NULL;
	if (!r)
		return NULL;
	r->regs = compat_regs(&r->own_regs, c->args);
	r->layout = c->layout;
	return r;
}

static compat_as_declared void ia32_sys_enter(void *data, struct pt_regs *regs, unsigned long nr)
{
	struct ia32_call c;
	struct rec *r;

	if (!ia32_find(&c, regs, nr) || !test_bit(c.row.nr, exits_wanted))
		return;
	latency_start(c.row.nr);
	if (!c.row.enter)
		return;
	r = begin_ia32(SCAP_TP_SYS_ENTER, &c, regs);
	if (r)
		emit_end(r, SCAP_TP_SYS_ENTER);
}

static compat_as_declared void enter_wanted(void *data, struct pt_regs *regs, unsigned long nr)
{
	const struct call_row *call = &call_rows[nr];

	OPTIMIZER_HIDE_VAR(call);
	emit_call(regs, 0, call, call->enter);
}

static compat_as_declared void enter_measured_slowly(void *data, struct pt_regs *regs,
						     unsigned long nr)
{
	latency_start_slowly(nr);
	if (test_bit(nr, entries_wanted))
		enter_wanted(data, regs, nr);
}

static compat_as_declared void enter_measured(void *data, struct pt_regs *regs, unsigned long nr)
{
	if (!test_bit(nr, exits_wanted))
		return;
	if (unlikely(!latency_start_quickly(nr)))
		enter_measured_slowly(data, regs, nr);
	else if (test_bit(nr, entries_wanted))
		enter_wanted(data, regs, nr);
}

/* The most frequent outcome, that nobody wants the event, is found with no register saved. */
static void probe_sys_enter(void *data, struct pt_regs *regs, long id)
{
	unsigned long nr = id;

	emit_hit();
	if (scope_lacks(current))
		return;
	if (unlikely(ia32_active())) {
		ia32_sys_enter(data, regs, nr);
		return;
	}
	if (unlikely(nr >= SCAP_SYSCALL_TABLE_SIZE))
		return;
	nr = index_of(nr);
	if (latency_is_asked())
		enter_measured(data, regs, nr);
	else if (test_bit(nr, entries_wanted))
		enter_wanted(data, regs, nr);
}

/* A program that was started is told by sched_process_exec, for every way to start one. */
static bool is_start(const struct rec_row *row, long ret)
{
	return ret == 0 && (row->type == SCAP_EVT_SYSCALL_EXECVE_19_X ||
			    row->type == SCAP_EVT_SYSCALL_EXECVEAT_X);
}

static compat_as_declared void ia32_sys_exit(void *data, struct pt_regs *regs, long ret,
					     unsigned long nr)
{
	struct ia32_call c;
	struct rec *r;
	u64 latency;

	if (!ia32_find(&c, regs, nr)) {
		leave_out(data, regs, ret, nr);
		return;
	}
	if (!test_bit(c.row.nr, exits_wanted))
		return;
	latency = latency_is_asked() ? latency_end(c.row.nr) : 0;
	if (is_start(c.row.exit, ret))
		return;
	r = begin_ia32(SCAP_TP_SYS_EXIT, &c, regs);
	if (!r)
		return;
	r->ret = ret;
	r->latency = latency;
	emit_end(r, SCAP_TP_SYS_EXIT);
}

static noinline bool is_no_exit(const struct pt_regs *regs, long ret, const struct call_row *call)
{
	return compat_is_first_exit(regs, call->nr, ret) || is_start(call->exit, ret);
}

/* An exit with result 0 of a call that may be something else. */
static compat_as_declared void exit_odd(void *data, struct pt_regs *regs, long ret,
					const struct call_row *call)
{
	if (!is_no_exit(regs, ret, call))
		emit_call(regs, ret, call, call->exit);
	else if (latency_is_asked())
		latency_end_slowly(call->nr); /* it has ended, whoever tells it */
}

static compat_as_declared void exit_wanted(void *data, struct pt_regs *regs, long ret,
					   unsigned long nr)
{
	const struct call_row *call = &call_rows[nr];

	OPTIMIZER_HIDE_VAR(call); /* one register, worked out once */
	if (unlikely(!ret) && unlikely(call->is_odd))
		exit_odd(data, regs, ret, call);
	else
		emit_call(regs, ret, call, call->exit);
}

static void probe_sys_exit(void *data, struct pt_regs *regs, long ret)
{
	unsigned long nr = compat_call_nr(regs);

	emit_hit();
	if (scope_lacks(current))
		return;
	if (unlikely(ia32_active())) {
		ia32_sys_exit(data, regs, ret, nr);
		return;
	}
	if (unlikely(nr >= SCAP_SYSCALL_TABLE_SIZE)) {
		leave_out(data, regs, ret, nr);
		return;
	}
	nr = index_of(nr);
	if (test_bit(nr, exits_wanted))
		exit_wanted(data, regs, ret, nr);
}

static void probe_process_exit(void *data, struct task_struct *task COMPAT_EXIT_ARGS)
{
	struct rec *r;

	emit_hit();
	if (task->flags & PF_KTHREAD || scope_lacks(task))
		return;
	r = emit_begin(SCAP_TP_PROCESS_EXIT, &rec_rows[SCAP_EVT_PROCEXIT_1_E], NULL);
	if (!r)
		return;
	r->task = task;
	emit_end(r, SCAP_TP_PROCESS_EXIT);
}

static void probe_sched_switch(void *data, bool preempt, struct task_struct *prev,
			       struct task_struct *next COMPAT_SWITCH_ARGS)
{
	struct rec *r;

	emit_hit();
	if (scope_lacks(prev) && scope_lacks(next))
		return;
	r = emit_begin(SCAP_TP_SCHED_SWITCH, &rec_rows[SCAP_EVT_SCHEDSWITCH_6_E], NULL);
	if (!r)
		return;
	r->task = prev;
	r->tp = next;
	emit_end(r, SCAP_TP_SCHED_SWITCH);
}

/* Of user space and of the kernel: @data says which. */
static void probe_page_fault(void *data, unsigned long address, struct pt_regs *regs,
			     unsigned long error)
{
	enum scap_tracepoint tp = (uintptr_t)data;
	struct rec *r;

	emit_hit();
	if (scope_lacks(current))
		return;
	r = emit_begin(tp, &rec_rows[SCAP_EVT_PAGE_FAULT_E], NULL);
	if (!r)
		return;
	r->tp_args[0] = address;
	r->tp_args[1] = instruction_pointer(regs);
	r->tp_args[2] = error;
	emit_end(r, tp);
}

static void probe_signal_deliver(void *data, int sig, struct kernel_siginfo *info,
				 struct k_sigaction *action)
{
	struct rec *r;

	emit_hit();
	if (scope_lacks(current))
		return;
	r = emit_begin(SCAP_TP_SIGNAL_DELIVER, &rec_rows[SCAP_EVT_SIGNALDELIVER_E], NULL);
	if (!r)
		return;
	r->tp = info;
	r->tp_args[0] = sig;
	emit_end(r, SCAP_TP_SIGNAL_DELIVER);
}

static void probe_process_exec(void *data, struct task_struct *task, pid_t old_pid,
			       struct linux_binprm *bprm)
{
	struct rec *r;
	u64 latency;

	emit_hit();
	if (task->flags & PF_KTHREAD || scope_lacks(task))
		return;
	latency = latency_end_exec(old_pid);
	r = emit_begin(SCAP_TP_PROCESS_EXEC, &rec_rows[SCAP_EVT_SYSCALL_EXECVE_19_X], NULL);
	if (!r)
		return;
	r->tp = bprm;
	r->latency = latency;
	emit_end(r, SCAP_TP_PROCESS_EXEC);
}

/* The compiler compares the probes with the tracepoints of the kernel that is built for. */
static void __maybe_unused check_probes(void)
{
	check_trace_callback_type_sys_enter(probe_sys_enter);
	check_trace_callback_type_sys_exit(probe_sys_exit);
	check_trace_callback_type_sched_process_exit(probe_process_exit);
	check_trace_callback_type_sched_switch(probe_sched_switch);
	check_trace_callback_type_signal_deliver(probe_signal_deliver);
	check_trace_callback_type_sched_process_exec(probe_process_exec);
}

/* sched_process_fork is accepted and never attached: sys_exit also comes in the child here. */
static struct probe {
	const char *name;
	void *func;
	bool optional;
	struct tracepoint *tp;
	bool attached;
} probes[SCAP_TP_MAX] = {
	[SCAP_TP_SYS_ENTER] = { "sys_enter", probe_sys_enter },
	[SCAP_TP_SYS_EXIT] = { "sys_exit", probe_sys_exit },
	[SCAP_TP_PROCESS_EXIT] = { "sched_process_exit", probe_process_exit },
	[SCAP_TP_SCHED_SWITCH] = { "sched_switch", probe_sched_switch },
	[SCAP_TP_PAGE_FAULT_USER] = { "page_fault_user", probe_page_fault, .optional = true },
	[SCAP_TP_PAGE_FAULT_KERNEL] = { "page_fault_kernel", probe_page_fault, .optional = true },
	[SCAP_TP_SIGNAL_DELIVER] = { "signal_deliver", probe_signal_deliver },
	[SCAP_TP_PROCESS_EXEC] = { "sched_process_exec", probe_process_exec },
};

static void take_tracepoint(struct tracepoint *tp, void *data)
{
	unsigned int i;

	for (i = 0; i < SCAP_TP_MAX; i++)
		if (probes[i].name && !strcmp(probes[i].name, tp->name))
			probes[i].tp = tp;
}

int probes_find(void)
{
	unsigned int i;

	for_each_kernel_tracepoint(take_tracepoint, NULL);
	for (i = 0; i < SCAP_TP_MAX; i++)
		if (probes[i].name && !probes[i].tp && !probes[i].optional) {
			pr_err("this kernel has no tracepoint %s\n", probes[i].name);
			return -ENOENT;
		}
	return 0;
}

static bool wants_entries(const struct consumer *c)
{
	unsigned int nr;

	for (nr = 0; nr < SCAP_SYSCALL_TABLE_SIZE; nr++)
		if (call_rows[nr].enter && test_bit(nr, c->calls))
			return true;
	return false;
}

/* Bit n: tracepoint n is wanted. Entries of calls cost all calls, so only if one has an event. */
static u32 what_is_wanted(void)
{
	struct consumer *c;
	u32 all = 0;

	list_for_each_entry (c, &consumers, list) {
		u32 tps = c->tracepoints;

		if (!wants_entries(c))
			tps &= ~BIT(SCAP_TP_SYS_ENTER);
		/* what began is measured to its end, so both or none */
		if (c->items & SCAP_ITEMS_LATENCY)
			tps |= BIT(SCAP_TP_SYS_ENTER) | BIT(SCAP_TP_SYS_EXIT);
		all |= tps;
	}
	return all;
}

static void update_calls(void)
{
	DECLARE_BITMAP(all, SCAP_SYSCALL_TABLE_SIZE);
	struct consumer *c;
	unsigned int i;

	bitmap_zero(all, SCAP_SYSCALL_TABLE_SIZE);
	list_for_each_entry (c, &consumers, list)
		bitmap_or(all, all, c->calls, SCAP_SYSCALL_TABLE_SIZE);
	if (!bitmap_subset(exits_wanted, all, SCAP_SYSCALL_TABLE_SIZE))
		latency_forget_all();
	for (i = 0; i < ARRAY_SIZE(all); i++)
		WRITE_ONCE(exits_wanted[i], all[i]);
	for (i = 0; i < SCAP_SYSCALL_TABLE_SIZE; i++)
		if (call_rows[i].enter)
			assign_bit(i, entries_wanted, test_bit(i, all));
}

int probes_update(void)
{
	u32 wanted = what_is_wanted();
	bool any = false;
	int err, first = 0;
	uintptr_t i;

	update_calls();
	for (i = 0; i < SCAP_TP_MAX; i++) {
		struct probe *p = &probes[i];
		bool on = wanted & BIT(i);

		if (p->tp && on && !p->attached) {
			err = tracepoint_probe_register(p->tp, p->func, (void *)i);
			p->attached = !err;
			if (err && !first)
				first = err;
		} else if (p->tp && !on && p->attached) {
			tracepoint_probe_unregister(p->tp, p->func, (void *)i);
			p->attached = false;
		}
		any |= p->attached;
	}
	if (!any)
		emit_reset_hits();
	return first;
}
