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
#include "args.h"
#include "compat.h"
#include "consumer.h"
#include "emit.h"
#include "ia32.h"
#include "latency.h"
#include "scope.h"
#include "table.h"

/* Calls of which some consumer wants the exit: asked before anything else is done. */
static DECLARE_BITMAP(exits_wanted, SCAP_SYSCALL_TABLE_SIZE);

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

/* No call at all has the number -1: the way out of a signal's handler. */
static noinline void leave_out(unsigned int nr)
{
	if (nr != -1U)
		this_cpu_inc(left_out);
}

static void describe_ia32(struct rec *r, const struct ia32_call *c)
{
	r->code = c->code;
	r->layout = c->layout;
	memcpy(r->args, c->args, sizeof(r->args));
}

static noinline void ia32_sys_enter(struct pt_regs *regs, unsigned int nr)
{
	struct ia32_call c;
	struct rec *r;

	if (!ia32_find(&c, regs, nr) || !test_bit(c.nr, exits_wanted))
		return;
	latency_start(c.nr);
	if (!c.enter)
		return;
	ia32_fetch(&c, regs);
	r = c.enter ? emit_begin(SCAP_TP_SYS_ENTER, c.enter, c.nr) : NULL;
	if (!r)
		return;
	describe_ia32(r, &c);
	emit_end(r, SCAP_TP_SYS_ENTER);
}

static void probe_sys_enter(void *data, struct pt_regs *regs, long id)
{
	unsigned long nr = id;
	struct rec *r;

	this_cpu_inc(emit_hits);
	if (scope_lacks(current))
		return;
	if (unlikely(ia32_active())) {
		ia32_sys_enter(regs, nr);
		return;
	}
	if (nr >= SCAP_SYSCALL_TABLE_SIZE || !test_bit(nr, exits_wanted))
		return;
	latency_start(nr);
	if (!call_rows[nr].enter)
		return;
	r = emit_begin(SCAP_TP_SYS_ENTER, call_rows[nr].enter, nr);
	if (!r)
		return;
	r->code = call_rows[nr].code;
	args_fetch(r, regs);
	emit_end(r, SCAP_TP_SYS_ENTER);
}

/* A program that was started is told by sched_process_exec, for every way to start one. */
static bool is_start(u16 type, long ret)
{
	return ret == 0 &&
	       (type == SCAP_EVT_SYSCALL_EXECVE_19_X || type == SCAP_EVT_SYSCALL_EXECVEAT_X);
}

static noinline void ia32_sys_exit(struct pt_regs *regs, unsigned int nr, long ret)
{
	struct ia32_call c;
	struct rec *r;
	u64 latency;

	if (!ia32_find(&c, regs, nr)) {
		leave_out(nr);
		return;
	}
	if (!test_bit(c.nr, exits_wanted))
		return;
	latency = latency_end(c.nr, current->pid);
	if (is_start(c.exit, ret))
		return;
	ia32_fetch(&c, regs);
	r = emit_begin(SCAP_TP_SYS_EXIT, c.exit, c.nr);
	if (!r)
		return;
	r->ret = ret;
	r->latency = latency;
	describe_ia32(r, &c);
	emit_end(r, SCAP_TP_SYS_EXIT);
}

static void probe_sys_exit(void *data, struct pt_regs *regs, long ret)
{
	unsigned long nr = syscall_get_nr(current, regs);
	struct rec *r;
	u64 latency;

	this_cpu_inc(emit_hits);
	if (scope_lacks(current))
		return;
	if (unlikely(ia32_active())) {
		ia32_sys_exit(regs, nr, ret);
		return;
	}
	if (unlikely(nr >= SCAP_SYSCALL_TABLE_SIZE)) {
		leave_out(nr);
		return;
	}
	if (!test_bit(nr, exits_wanted))
		return;
	latency = latency_end(nr, current->pid);
	if (compat_is_first_exit(regs, nr, ret) || is_start(call_rows[nr].exit, ret))
		return;
	r = emit_begin(SCAP_TP_SYS_EXIT, call_rows[nr].exit, nr);
	if (!r)
		return;
	r->code = call_rows[nr].code;
	r->ret = ret;
	r->latency = latency;
	args_fetch(r, regs);
	emit_end(r, SCAP_TP_SYS_EXIT);
}

static void probe_process_exit(void *data, struct task_struct *task COMPAT_EXIT_ARGS)
{
	struct rec *r;

	this_cpu_inc(emit_hits);
	if (task->flags & PF_KTHREAD || scope_lacks(task))
		return;
	r = emit_begin(SCAP_TP_PROCESS_EXIT, SCAP_EVT_PROCEXIT_1_E, -1);
	if (!r)
		return;
	r->task = task;
	emit_end(r, SCAP_TP_PROCESS_EXIT);
}

static void probe_sched_switch(void *data, bool preempt, struct task_struct *prev,
			       struct task_struct *next COMPAT_SWITCH_ARGS)
{
	struct rec *r;

	this_cpu_inc(emit_hits);
	if (scope_lacks(prev) && scope_lacks(next))
		return;
	r = emit_begin(SCAP_TP_SCHED_SWITCH, SCAP_EVT_SCHEDSWITCH_6_E, -1);
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

	this_cpu_inc(emit_hits);
	if (scope_lacks(current))
		return;
	r = emit_begin(tp, SCAP_EVT_PAGE_FAULT_E, -1);
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

	this_cpu_inc(emit_hits);
	if (scope_lacks(current))
		return;
	r = emit_begin(SCAP_TP_SIGNAL_DELIVER, SCAP_EVT_SIGNALDELIVER_E, -1);
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

	this_cpu_inc(emit_hits);
	if (task->flags & PF_KTHREAD || scope_lacks(task))
		return;
	latency = latency_end_exec(old_pid);
	r = emit_begin(SCAP_TP_PROCESS_EXEC, SCAP_EVT_SYSCALL_EXECVE_19_X, -1);
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

	for_each_set_bit(nr, c->calls,
			 SCAP_SYSCALL_TABLE_SIZE) if (call_rows[nr].enter) return true;
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

static void update_exits(void)
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
}

int probes_update(void)
{
	u32 wanted = what_is_wanted();
	bool any = false;
	int err, first = 0;
	uintptr_t i;

	update_exits();
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
