// SPDX-License-Identifier: GPL-2.0-only
/* How long calls take: the table of calls that are under way. */
#include "latency.h"
#include <linux/binfmts.h>
#include <linux/kernel.h>
#include <linux/timekeeping.h>
#include <linux/tracepoint.h>
#include <linux/vmalloc.h>
#include <trace/events/sched.h>
#include "compat.h"
#include "hooks.h"
#include "uapi/scap_abi.h"

struct latency_bucket *latency_table;
struct latency_bucket *latency_quick;
/* Above the numbers of calls, and never so that a sum of both is 0. */
#define EPOCH SCAP_SYSCALL_TABLE_SIZE
u32 latency_epoch = EPOCH;
u32 latency_mult;
DEFINE_STATIC_KEY_FALSE(latency_key);

static struct latency_bucket *table;
static unsigned int users;

/* The slot of thread @tid; NULL: it has none. */
static struct latency_slot *find(struct latency_bucket *t, u32 tid)
{
	struct latency_slot *s = latency_first_slot(t, tid);
	unsigned int i;

	for (i = 0; i < LATENCY_WAYS; i++)
		if (READ_ONCE(s[i].tid) == tid)
			return &s[i];
	return NULL;
}

static struct latency_slot *take_slot(struct latency_bucket *t, u32 tid)
{
	struct latency_slot *s = latency_first_slot(t, tid);
	unsigned int i;

	for (i = 0; i < LATENCY_WAYS; i++)
		if (!READ_ONCE(s[i].tid) && !cmpxchg(&s[i].tid, 0, tid))
			return &s[i];
	return NULL;
}

static u64 now(void)
{
	return latency_mult ? get_cycles() : ktime_get_mono_fast_ns();
}

/* What another CPU began may seem to begin only now. */
static u64 ns_of(s64 ticks)
{
	if (ticks < 0)
		return 1;
	return (latency_mult ? mul_u64_u32_shr(ticks, latency_mult, LATENCY_SHIFT) : ticks) + 1;
}

void latency_start_slowly(unsigned int nr)
{
	struct latency_bucket *t = READ_ONCE(latency_table);
	struct latency_slot *s;

	if (!t)
		return;
	s = find(t, current->pid) ?: take_slot(t, current->pid);
	if (!s)
		return;
	s->start = now();
	WRITE_ONCE(s->call, latency_call(nr));
}

/* Ends what the slot measures. */
static u64 take(struct latency_slot *s)
{
	u64 ns = ns_of(now() - s->start);

	WRITE_ONCE(s->call, 0);
	return ns;
}

u64 latency_end_slowly(unsigned int nr)
{
	struct latency_bucket *t = READ_ONCE(latency_table);
	struct latency_slot *s = t ? find(t, current->pid) : NULL;

	return s && READ_ONCE(s->call) == latency_call(nr) ? take(s) : 0;
}

u64 latency_end_exec(u32 tid)
{
	struct latency_bucket *t = READ_ONCE(latency_table);
	struct latency_slot *s = t ? find(t, tid) : NULL;

	return s && READ_ONCE(s->call) - READ_ONCE(latency_epoch) < EPOCH ? take(s) : 0;
}

/* The owner may be writing its slot now: then that is the call which has just begun. */
void latency_forget(u32 tid)
{
	struct latency_bucket *t = READ_ONCE(latency_table);
	struct latency_slot *s = t ? find(t, tid) : NULL;

	if (s)
		WRITE_ONCE(s->call, 0);
}

void latency_forget_all(void)
{
	u32 next = latency_epoch + EPOCH;

	WRITE_ONCE(latency_epoch, next ? next : EPOCH);
}

static void free_slot(u32 tid)
{
	struct latency_bucket *t = READ_ONCE(latency_table);
	struct latency_slot *s = t ? find(t, tid) : NULL;

	if (!s)
		return;
	WRITE_ONCE(s->call, 0);
	smp_store_release(&s->tid, 0);
}

static void on_exit(void *data, struct task_struct *task COMPAT_EXIT_ARGS)
{
	free_slot(task->pid);
}

/* A thread that starts a program takes the number of its process over. */
static void on_exec(void *data, struct task_struct *task, pid_t old_tid, struct linux_binprm *bprm)
{
	if (old_tid != task->pid)
		free_slot(old_tid);
}

static void __maybe_unused check_hooks(void)
{
	check_trace_callback_type_sched_process_exit(on_exit);
	check_trace_callback_type_sched_process_exec(on_exec);
}

static struct hook hooks[] = {
	{ "sched_process_exit", on_exit, HOOK_AFTER },
	{ "sched_process_exec", on_exec, HOOK_AFTER },
};

/* Nobody measures yet. */
static void choose_clock(void)
{
	u32 khz = compat_cycles_khz();
	u64 mult = khz ? div_u64((u64)NSEC_PER_MSEC << LATENCY_SHIFT, khz) : 0;

	latency_mult = mult <= U32_MAX ? mult : 0;
}

int latency_get(void)
{
	int err;

	if (users) {
		users++;
		return 0;
	}
	table = vzalloc(LATENCY_BUCKETS * sizeof(*table));
	if (!table)
		return -ENOMEM;
	err = hooks_attach(hooks, ARRAY_SIZE(hooks));
	if (err) {
		tracepoint_synchronize_unregister();
		vfree(table);
		table = NULL;
		return err;
	}
	choose_clock();
	users = 1;
	return 0;
}

void latency_publish(void)
{
	smp_store_release(&latency_table, table);
	smp_store_release(&latency_quick, latency_mult ? table : NULL);
	static_branch_enable(&latency_key);
}

void latency_put(void)
{
	if (--users)
		return;
	static_branch_disable(&latency_key);
	WRITE_ONCE(latency_quick, NULL);
	WRITE_ONCE(latency_table, NULL);
	hooks_detach(hooks, ARRAY_SIZE(hooks));
	tracepoint_synchronize_unregister();
	vfree(table);
	table = NULL;
}
