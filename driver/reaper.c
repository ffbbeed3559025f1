// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who becomes the parent of the children of a task that ends: the same rule that the kernel applies
 * a moment later, read without its lock. Another live thread of the process; else the nearest
 * ancestor that asked to be a subreaper, in the same pid namespace; else the namespace's init.
 */
#include "reaper.h"
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>

/* Bounds of the walks, above what is seen on real machines; threads are those of all ancestors. */
#define THREADS_MAX   1024
#define ANCESTORS_MAX 256

static struct task_struct *live_thread(struct task_struct *process, const struct task_struct *but,
				       unsigned int *n)
{
	struct task_struct *t;

	for_each_thread(process, t)
	{
		if (t != but && !(t->flags & PF_EXITING))
			return t;
		if (++*n >= THREADS_MAX)
			break;
	}
	return NULL;
}

/* NULL: no subreaper on the way up. */
static struct task_struct *subreaper(struct task_struct *task, unsigned int *threads)
{
	struct task_struct *t = rcu_dereference(task->real_parent);
	struct pid *pid = task_pid(task);
	unsigned int i, level;

	if (!pid || !task->signal->has_child_subreaper)
		return NULL;
	level = pid->level;
	for (i = 0; i < ANCESTORS_MAX && t != &init_task; i++) {
		struct task_struct *live;

		pid = task_pid(t);
		if (!pid || pid->level != level)
			return NULL;
		live = t->signal->is_child_subreaper ? live_thread(t, NULL, threads) : NULL;
		if (live)
			return live;
		t = rcu_dereference(t->real_parent);
	}
	return NULL;
}

static struct task_struct *find(struct task_struct *task)
{
	unsigned int threads = 0;
	struct task_struct *t = live_thread(task, task, &threads);
	struct pid_namespace *ns;

	if (t)
		return t;
	ns = task_active_pid_ns(task);
	if (!ns || READ_ONCE(ns->child_reaper) == task)
		return NULL;
	t = subreaper(task, &threads);
	return t ? t : READ_ONCE(ns->child_reaper);
}

pid_t reaper_of(struct task_struct *task)
{
	struct task_struct *t;
	pid_t tid = 0;

	if (list_empty(&task->children))
		return 0;
	rcu_read_lock();
	t = find(task);
	if (t)
		tid = t->pid;
	rcu_read_unlock();
	return tid;
}
