// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scope: which tasks a consumer records. What it asked for (trees of processes, cgroups, names) is
 * worked out per thread when a thread begins, starts a program, moves, or is renamed, by hooks that
 * are attached only while somebody has a scope; the probes that record test one bit.
 *
 * A bit that belongs to a thread id is right from before the thread's first event (the fork hook
 * runs before it is woken) until after its last but the switch away from it (the exit hook runs
 * after procexit was recorded). Threads that are there when a scope is set are found by an RCU walk
 * after the hooks are attached: a thread comes behind its creator in the lists, so either the walk
 * sees it or the fork hook sees its creator's bit. Each bit is worked out again from the task's own
 * state under scope_lock, so that hooks on several CPUs and the walk agree in the end.
 */
#include "scope.h"
#include <linux/binfmts.h>
#include <linux/cgroup.h>
#include <linux/file.h>
#include <linux/kernfs.h>
#include <linux/list.h>
#include <linux/magic.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <linux/vmalloc.h>
#include <trace/events/cgroup.h>
#include <trace/events/sched.h>
#include <trace/events/task.h>
#include "compat.h"
#include "consumer.h"
#include "hooks.h"
#include "latency.h"

#define TID_WORDS BITS_TO_LONGS(PID_MAX_LIMIT)

/* Bound of the walk up to an ancestor. */
#define ANCESTORS_MAX 4096

/* A cgroup by its numbers: a pointer would have to be held. Numbers are not used twice. */
struct group {
	int hierarchy;
	int controller; /* one of its hierarchy, -1: the unified one */
	int level;
	u64 id;
};

struct scope {
	struct list_head list;
	unsigned int n_groups, n_comms;
	struct group groups[SCAP_SCOPE_MAX];
	char comms[SCAP_SCOPE_MAX][TASK_COMM_LEN];
	unsigned long trees[TID_WORDS]; /* threads that belong to a tree that was asked for */
	unsigned long tids[TID_WORDS];	/* threads in scope */
};

unsigned long *scope_all;
DEFINE_STATIC_KEY_FALSE(scope_key);

/*
 * Guards the list of scopes and every change of a bit. Taken in process context alone, but by
 * on_move() below the kernel's trace_cgroup_path_lock, which interrupts take as well: so with
 * interrupts off.
 */
static DEFINE_RAW_SPINLOCK(scope_lock);
static LIST_HEAD(scopes);
static unsigned long *all; /* what scope_all is when everybody has a scope */

#ifdef CONFIG_CGROUPS

static struct cgroup *group_of(const struct css_set *set, const struct group *g)
{
	if (g->controller < 0)
		return set->dfl_cgrp;
	return set->subsys[g->controller] ? set->subsys[g->controller]->cgroup : NULL;
}

/* Under rcu_read_lock(). */
static bool in_groups(const struct scope *s, struct task_struct *task)
{
	const struct css_set *set;
	unsigned int i;

	if (!s->n_groups)
		return false;
	set = task_css_set(task);
	for (i = 0; i < s->n_groups; i++) {
		const struct group *g = &s->groups[i];
		struct cgroup *at = group_of(set, g);

		if (at && at->root->hierarchy_id == g->hierarchy && at->level >= g->level &&
		    compat_ancestor_id(at, g->level) == g->id)
			return true;
	}
	return false;
}

/* Under rcu_read_lock(): the cgroup must not go meanwhile. */
static int name_group(struct group *g, struct cgroup *cgroup, bool unified)
{
	unsigned int i;

	g->hierarchy = cgroup->root->hierarchy_id;
	g->level = cgroup->level;
	g->id = cgroup_id(cgroup);
	g->controller = -1;
	if (unified)
		return 0;
	for (i = 0; i < CGROUP_SUBSYS_COUNT; i++)
		if (cgroup->root->subsys_mask & (1u << i)) {
			g->controller = i;
			return 0;
		}
	return -EOPNOTSUPP; /* a hierarchy of a name alone: no task says where in it it is */
}

static int find_group(struct group *g, unsigned int fd)
{
	struct file *file = fget(fd);
	struct inode *inode;
	struct kernfs_node *node;
	struct cgroup *cgroup;
	int err = -EINVAL;

	if (!file)
		return -EBADF;
	inode = file_inode(file);
	if (S_ISDIR(inode->i_mode) && (inode->i_sb->s_magic == CGROUP2_SUPER_MAGIC ||
				       inode->i_sb->s_magic == CGROUP_SUPER_MAGIC)) {
		node = inode->i_private;
		rcu_read_lock();
		cgroup = rcu_dereference(*(void __rcu __force **)&node->priv);
		err = cgroup ? name_group(g, cgroup, inode->i_sb->s_magic == CGROUP2_SUPER_MAGIC)
			     : -ENOENT;
		rcu_read_unlock();
	}
	fput(file);
	return err;
}

#else

static bool in_groups(const struct scope *s, struct task_struct *task)
{
	return false;
}

static int find_group(struct group *g, unsigned int fd)
{
	return -EOPNOTSUPP;
}

#endif

static bool has_name(const struct scope *s, const char *comm)
{
	unsigned int i;

	for (i = 0; i < s->n_comms; i++)
		if (!strncmp(s->comms[i], comm, TASK_COMM_LEN - 1))
			return true;
	return false;
}

static bool selects(const struct scope *s, struct task_struct *task, const char *comm)
{
	return test_bit(task->pid, s->trees) || in_groups(s, task) || has_name(s, comm);
}

/* Works the bits of a task out. Under scope_lock. */
static void judge(struct task_struct *task, const char *comm)
{
	pid_t tid = task->pid;
	bool any = false;
	struct scope *s;

	rcu_read_lock();
	list_for_each_entry (s, &scopes, list) {
		bool in = selects(s, task, comm);

		__assign_bit(tid, s->tids, in);
		any |= in;
	}
	rcu_read_unlock();
	/* calls that began out of scope were not measured from their beginning */
	if (any && !test_bit(tid, all))
		latency_forget(tid);
	__assign_bit(tid, all, any);
}

static void set_tree(pid_t tid, struct scope *s, bool in)
{
	__assign_bit(tid, s->trees, in);
}

static void forget(pid_t tid)
{
	struct scope *s;

	list_for_each_entry (s, &scopes, list) {
		__clear_bit(tid, s->trees);
		__clear_bit(tid, s->tids);
	}
	__clear_bit(tid, all);
}

static void on_fork(void *data, struct task_struct *parent, struct task_struct *child)
{
	struct scope *s;
	unsigned long flags;

	raw_spin_lock_irqsave(&scope_lock, flags);
	list_for_each_entry (s, &scopes, list)
		set_tree(child->pid, s, test_bit(parent->pid, s->trees));
	judge(child, child->comm);
	raw_spin_unlock_irqrestore(&scope_lock, flags);
}

/* A thread that starts a program takes the number of its process over. */
static void on_exec(void *data, struct task_struct *task, pid_t old_tid, struct linux_binprm *bprm)
{
	struct scope *s;
	unsigned long flags;

	if (old_tid == task->pid)
		return;
	raw_spin_lock_irqsave(&scope_lock, flags);
	list_for_each_entry (s, &scopes, list)
		set_tree(task->pid, s, test_bit(old_tid, s->trees));
	forget(old_tid);
	judge(task, task->comm);
	raw_spin_unlock_irqrestore(&scope_lock, flags);
}

/* The task still has its old name. */
static void on_rename(void *data, struct task_struct *task, const char *comm)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&scope_lock, flags);
	judge(task, comm);
	raw_spin_unlock_irqrestore(&scope_lock, flags);
}

static void on_exit(void *data, struct task_struct *task COMPAT_EXIT_ARGS)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&scope_lock, flags);
	forget(task->pid);
	raw_spin_unlock_irqrestore(&scope_lock, flags);
}

static void judge_now(struct task_struct *task)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&scope_lock, flags);
	judge(task, task->comm);
	raw_spin_unlock_irqrestore(&scope_lock, flags);
}

#ifdef CONFIG_CGROUPS

static void on_move(void *data, struct cgroup *to, const char *path, struct task_struct *task,
		    bool whole_process)
{
	struct task_struct *thread;

	rcu_read_lock();
	if (whole_process)
		for_each_thread(task, thread) judge_now(thread);
	else
		judge_now(task);
	rcu_read_unlock();
}

#endif

static void __maybe_unused check_hooks(void)
{
	check_trace_callback_type_sched_process_fork(on_fork);
	check_trace_callback_type_sched_process_exec(on_exec);
	check_trace_callback_type_sched_process_exit(on_exit);
	check_trace_callback_type_task_rename(on_rename);
#ifdef CONFIG_CGROUPS
	check_trace_callback_type_cgroup_attach_task(on_move);
#endif
}

static struct hook hooks[] = {
	{ "sched_process_fork", on_fork, HOOK_BEFORE },
	{ "sched_process_exec", on_exec, HOOK_BEFORE },
	{ "sched_process_exit", on_exit, HOOK_AFTER },
	{ "task_rename", on_rename, HOOK_BEFORE },
#ifdef CONFIG_CGROUPS
	{ "cgroup_attach_task", on_move, HOOK_BEFORE },
	{ "cgroup_transfer_tasks", on_move, HOOK_BEFORE },
#endif
};

/*
 * Whether @task descends from process @tgid, or belongs to it: parents mostly come first in the
 * list of tasks, and are known to be in the tree then. Under rcu_read_lock() and scope_lock.
 */
static bool descends(const struct scope *s, struct task_struct *task, pid_t tgid)
{
	unsigned int i;

	for (i = 0; i < ANCESTORS_MAX && task->pid; i++) {
		if (task->tgid == tgid || test_bit(task->pid, s->trees))
			return true;
		task = rcu_dereference(task->real_parent);
	}
	return false;
}

/* All threads that are there; @tgid: a process whose tree is new in @s, or 0. */
static void walk(struct scope *s, pid_t tgid)
{
	struct task_struct *process, *thread;
	unsigned long flags;

	rcu_read_lock();
	for_each_process_thread(process, thread)
	{
		raw_spin_lock_irqsave(&scope_lock, flags);
		if (tgid && descends(s, thread, tgid))
			set_tree(thread->pid, s, true);
		judge(thread, thread->comm);
		raw_spin_unlock_irqrestore(&scope_lock, flags);
	}
	rcu_read_unlock();
}

void scope_update(void)
{
	struct consumer *c;
	bool everybody = !list_empty(&consumers);

	list_for_each_entry (c, &consumers, list)
		everybody &= !!c->scope;
	smp_store_release(&scope_all, everybody ? all : NULL);
}

/* The first scope brings the common bits and the hooks. */
static int begin(void)
{
	int err;

	if (all)
		return 0;
	all = vzalloc(TID_WORDS * sizeof(long));
	if (!all)
		return -ENOMEM;
	err = hooks_attach(hooks, ARRAY_SIZE(hooks));
	if (err) {
		tracepoint_synchronize_unregister();
		vfree(all);
		all = NULL;
		return err;
	}
	static_branch_enable(&scope_key);
	return 0;
}

/* Takes a scope away that no probe of its consumer sees any more. The last one takes the rest. */
static void end(struct scope *s)
{
	unsigned long *old = NULL;
	struct scope *other;
	unsigned long flags;
	unsigned int i;

	raw_spin_lock_irqsave(&scope_lock, flags);
	list_del(&s->list);
	/* word by word: no task that others record may be out of scope for a moment */
	for (i = 0; i < TID_WORDS; i++) {
		unsigned long tids = 0;

		list_for_each_entry (other, &scopes, list)
			tids |= other->tids[i];
		WRITE_ONCE(all[i], tids);
	}
	raw_spin_unlock_irqrestore(&scope_lock, flags);
	if (list_empty(&scopes)) {
		hooks_detach(hooks, ARRAY_SIZE(hooks));
		WRITE_ONCE(scope_all, NULL);
		static_branch_disable(&scope_key);
		old = all;
	}
	tracepoint_synchronize_unregister();
	if (old) {
		vfree(old);
		all = NULL;
	}
	vfree(s);
}

/* The scope of @c, which it gets now if it has none: empty, and not used by its probes yet. */
static struct scope *get(struct consumer *c)
{
	struct scope *s = c->scope;
	unsigned long flags;
	int err;

	if (s)
		return s;
	s = vzalloc(sizeof(*s));
	if (!s)
		return ERR_PTR(-ENOMEM);
	err = begin();
	if (err) {
		vfree(s);
		return ERR_PTR(err);
	}
	raw_spin_lock_irqsave(&scope_lock, flags);
	list_add(&s->list, &scopes);
	raw_spin_unlock_irqrestore(&scope_lock, flags);
	return s;
}

/* The scope of @c has one thing more: finds its tasks, and lets the probes see it. */
static void put(struct consumer *c, struct scope *s, pid_t tgid)
{
	walk(s, tgid);
	c->scope = s;
	smp_store_release(&c->scope_tids, s->tids);
	scope_update();
}

int scope_add_pid(struct consumer *c, unsigned long pid)
{
	struct task_struct *task;
	struct scope *s;
	pid_t tgid = 0;

	if (!pid || pid >= PID_MAX_LIMIT)
		return -EINVAL;
	rcu_read_lock();
	task = pid_task(find_pid_ns(pid, &init_pid_ns), PIDTYPE_PID);
	if (task)
		tgid = task->tgid;
	rcu_read_unlock();
	if (!tgid)
		return -ESRCH;
	s = get(c);
	if (IS_ERR(s))
		return PTR_ERR(s);
	put(c, s, tgid);
	return 0;
}

int scope_add_cgroup(struct consumer *c, unsigned long fd)
{
	struct group group;
	struct scope *s;
	unsigned long flags;
	int err;

	if (fd > INT_MAX)
		return -EBADF;
	err = find_group(&group, fd);
	if (err)
		return err;
	s = get(c);
	if (IS_ERR(s))
		return PTR_ERR(s);
	if (s->n_groups == SCAP_SCOPE_MAX)
		return -ENOSPC;
	raw_spin_lock_irqsave(&scope_lock, flags);
	s->groups[s->n_groups++] = group;
	raw_spin_unlock_irqrestore(&scope_lock, flags);
	put(c, s, 0);
	return 0;
}

int scope_add_comm(struct consumer *c, const char *name)
{
	struct scope *s;
	unsigned long flags;

	if (!name[0] || name[TASK_COMM_LEN - 1])
		return -EINVAL;
	s = get(c);
	if (IS_ERR(s))
		return PTR_ERR(s);
	if (s->n_comms == SCAP_SCOPE_MAX)
		return -ENOSPC;
	raw_spin_lock_irqsave(&scope_lock, flags);
	memcpy(s->comms[s->n_comms++], name, TASK_COMM_LEN);
	raw_spin_unlock_irqrestore(&scope_lock, flags);
	put(c, s, 0);
	return 0;
}

void scope_clear(struct consumer *c)
{
	struct scope *s = c->scope;

	if (!s)
		return;
	c->scope = NULL;
	WRITE_ONCE(c->scope_tids, NULL);
	scope_update();
	end(s);
}
