// SPDX-License-Identifier: GPL-2.0-only
/* How long calls take: the table of calls that are under way. */
#include "latency.h"
#include <linux/binfmts.h>
#include <linux/kernel.h>
#include <linux/tracepoint.h>
#include <linux/vmalloc.h>
#include <trace/events/sched.h>
#include "compat.h"
#include "hooks.h"
#include "uapi/scap_abi.h"

struct latency_bucket *latency_table;
/* Above the numbers of calls, and never so that a sum of both is 0. */
#define EPOCH SCAP_SYSCALL_TABLE_SIZE
u32 latency_epoch = EPOCH;
DEFINE_STATIC_KEY_FALSE(latency_key);

static struct latency_bucket *table;
static unsigned int users;

struct latency_slot *latency_take_slot(struct latency_bucket *t, u32 tid)
{
	struct latency_slot *s = t[tid & (LATENCY_BUCKETS - 1)].way;
	unsigned int i;

	for (i = 0; i < LATENCY_WAYS; i++)
		if (!READ_ONCE(s[i].tid) && !cmpxchg(&s[i].tid, 0, tid))
			return &s[i];
	return NULL;
}

void latency_take_time(struct rec *r, bool ends)
{
	u64 now = ktime_get_mono_fast_ns();

	r->ts = ktime_mono_to_real(now);
	r->latency = ends ? latency_end_at(r->call->nr, current->pid, now) : 0;
}

u64 latency_end_exec(u32 tid)
{
	struct latency_bucket *t = READ_ONCE(latency_table);
	struct latency_slot *s = t ? latency_slot(t, tid) : NULL;

	return s && READ_ONCE(s->call) - READ_ONCE(latency_epoch) < EPOCH
		       ? latency_take(s, ktime_get_mono_fast_ns())
		       : 0;
}

/* The owner may be writing its slot now: then that is the call which has just begun. */
void latency_forget(u32 tid)
{
	struct latency_bucket *t = READ_ONCE(latency_table);
	struct latency_slot *s = t ? latency_slot(t, tid) : NULL;

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
	struct latency_slot *s = t ? latency_slot(t, tid) : NULL;

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
	users = 1;
	return 0;
}

void latency_publish(void)
{
	smp_store_release(&latency_table, table);
	static_branch_enable(&latency_key);
}

void latency_put(void)
{
	if (--users)
		return;
	static_branch_disable(&latency_key);
	WRITE_ONCE(latency_table, NULL);
	hooks_detach(hooks, ARRAY_SIZE(hooks));
	tracepoint_synchronize_unregister();
	vfree(table);
	table = NULL;
}
