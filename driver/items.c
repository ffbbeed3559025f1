// SPDX-License-Identifier: GPL-2.0-only
/*
 * Items behind the parameters of an event, for consumers that ask.
 *
 * Identity stands where it may be new to the reader: at both sides of a clone, when a program
 * starts, and at the first exit of a call (or the end) of a thread after it moved between cgroups.
 * For the last one each consumer has a bit per thread, which the hook of the move sets and the
 * event that tells it clears.
 */
#include "items.h"
#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/ipc_namespace.h>
#include <linux/nsproxy.h>
#include <linux/pid_namespace.h>
#include <linux/proc_ns.h>
#include <linux/rculist.h>
#include <linux/sched/signal.h>
#include <linux/tracepoint.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>
#include <linux/utsname.h>
#include <linux/vmalloc.h>
#include <net/net_namespace.h>
#include <trace/events/cgroup.h>
#include "compat.h"
#include "consumer.h"
#include "emit.h"
#include "hooks.h"
#include "latency.h"
#include "probes.h"
#include "ring.h"
#include "uapi/scap_abi.h"

DEFINE_STATIC_KEY_FALSE(items_key);

/* Where in struct mnt_namespace, which is private, its number is; negative: not found. */
static int mnt_ns_offset = -1;

#ifdef CONFIG_CGROUPS

static u64 cgroup_of_current(void)
{
	u64 id;

	rcu_read_lock();
	id = cgroup_id(task_css_set(current)->dfl_cgrp);
	rcu_read_unlock();
	return id;
}

#else

static u64 cgroup_of_current(void)
{
	return 0;
}

#endif

/* The nsproxy of a thread is its own: only itself changes it. */
static struct scap_namespaces namespaces_of_current(void)
{
	const struct nsproxy *ns = current->nsproxy;
	struct pid_namespace *pid_ns = task_active_pid_ns(current);
	struct scap_namespaces to = {
		.pid = pid_ns ? pid_ns->ns.inum : 0,
		.user = current_cred()->user_ns->ns.inum,
	};

	if (!ns)
		return to;
	if (mnt_ns_offset >= 0)
		to.mnt = ((struct ns_common *)((char *)ns->mnt_ns + mnt_ns_offset))->inum;
#ifdef CONFIG_NET_NS
	to.net = ns->net_ns->ns.inum;
#endif
	to.uts = ns->uts_ns->ns.inum;
#ifdef CONFIG_IPC_NS
	to.ipc = ns->ipc_ns->ns.inum;
#endif
#ifdef CONFIG_CGROUPS
	to.cgroup = ns->cgroup_ns->ns.inum;
#endif
	return to;
}

static int add_identity(struct rec *r)
{
	struct scap_namespaces namespaces = namespaces_of_current();
	u64 cgroup = cgroup_of_current();

	return item_add(r, SCAP_ITEM_CGROUP, &cgroup, sizeof(cgroup))
		       ?: item_add(r, SCAP_ITEM_NAMESPACES, &namespaces, sizeof(namespaces));
}

/* Whether a new task, or a new program, begins with this event. */
static bool is_beginning(const struct rec *r)
{
	if (r->ret < 0)
		return false;
	switch (r->row->type) {
	case SCAP_EVT_SYSCALL_CLONE_20_X:
	case SCAP_EVT_SYSCALL_FORK_20_X:
	case SCAP_EVT_SYSCALL_VFORK_20_X:
	case SCAP_EVT_SYSCALL_CLONE3_X:
	case SCAP_EVT_SYSCALL_EXECVE_19_X:
		return true;
	}
	return false;
}

/* Whether the reader may not know where this thread is, and the event is one that can tell it. */
static bool is_news(const struct rec *r, const unsigned long *moved)
{
	unsigned int type = r->row->type;

	/* of calls the exits, which have odd numbers; and the beginning and the end of a program */
	if (r->call ? !(type & 1)
		    : type != SCAP_EVT_SYSCALL_EXECVE_19_X && type != SCAP_EVT_PROCEXIT_1_E)
		return false;
	return is_beginning(r) || unlikely(test_bit(current->pid, moved));
}

int items_add_identity(struct rec *r)
{
	unsigned long *moved = READ_ONCE(r->ring->consumer->moved);
	int err;

	if (!moved || !is_news(r, moved))
		return 0;
	err = add_identity(r);
	if (!err)
		clear_bit(current->pid, moved);
	return err;
}

#ifdef CONFIG_CGROUPS

static void mark(struct task_struct *task)
{
	struct consumer *c;

	list_for_each_entry_rcu (c, &consumers, list) {
		unsigned long *moved = READ_ONCE(c->moved);

		if (moved)
			set_bit(task->pid, moved);
	}
}

static void on_move(void *data, struct cgroup *to, const char *path, struct task_struct *task,
		    bool whole_process)
{
	struct task_struct *thread;

	rcu_read_lock();
	if (whole_process)
		for_each_thread(task, thread) mark(thread);
	else
		mark(task);
	rcu_read_unlock();
}

static void __maybe_unused check_hooks(void)
{
	check_trace_callback_type_cgroup_attach_task(on_move);
}

#endif

static struct hook hooks[] = {
#ifdef CONFIG_CGROUPS
	{ "cgroup_attach_task", on_move, HOOK_AFTER },
	{ "cgroup_transfer_tasks", on_move, HOOK_AFTER },
#endif
};

static unsigned int movers; /* consumers that ask for identity */

/* A mount namespace begins with its ns_common, or with a counter and then that: its ops tell. */
static void find_mnt_ns(void)
{
	static const int offsets[] = { 0, sizeof(long) };
	char *ns = (char *)current->nsproxy->mnt_ns;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(offsets) && mnt_ns_offset < 0; i++) {
		const struct proc_ns_operations *ops;
		const char *name;
		char text[4];

		if (copy_from_kernel_nofault(&ops, &((struct ns_common *)(ns + offsets[i]))->ops,
					     sizeof(ops)) ||
		    copy_from_kernel_nofault(&name, &ops->name, sizeof(name)) ||
		    copy_from_kernel_nofault(text, name, sizeof(text)))
			continue;
		if (!memcmp(text, "mnt", sizeof(text)))
			mnt_ns_offset = offsets[i];
	}
}

static int want_identity(struct consumer *c)
{
	int err = 0;

	c->moved = vzalloc(BITS_TO_LONGS(PID_MAX_LIMIT) * sizeof(long));
	if (!c->moved)
		return -ENOMEM;
	if (mnt_ns_offset < 0)
		find_mnt_ns();
	if (!movers++)
		err = hooks_attach(hooks, ARRAY_SIZE(hooks));
	if (err) {
		movers--;
		tracepoint_synchronize_unregister();
		vfree(c->moved);
		c->moved = NULL;
	}
	return err;
}

static void unwant_identity(struct consumer *c)
{
	unsigned long *moved = c->moved;

	WRITE_ONCE(c->moved, NULL);
	if (!--movers)
		hooks_detach(hooks, ARRAY_SIZE(hooks));
	tracepoint_synchronize_unregister();
	vfree(moved);
}

/* Probes look at their ring's copy. */
static void set_items(struct consumer *c, u32 items)
{
	unsigned int cpu;

	WRITE_ONCE(c->items, items);
	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		if (c->rings[cpu])
			WRITE_ONCE(c->rings[cpu]->items, items);
}

static int want_latency(struct consumer *c)
{
	int err = latency_get();

	if (err)
		return err;
	set_items(c, c->items | SCAP_ITEMS_LATENCY);
	emit_update(); /* before tracepoints are attached that are not wanted for events */
	err = probes_update();
	if (err) {
		set_items(c, c->items & ~SCAP_ITEMS_LATENCY);
		probes_update();
		latency_put();
		return err;
	}
	latency_publish();
	return 0;
}

static void unwant_latency(struct consumer *c)
{
	set_items(c, c->items & ~SCAP_ITEMS_LATENCY);
	latency_put();
	probes_update();
	tracepoint_synchronize_unregister(); /* before the plain way may take what they still see */
	if (!latency_is_asked())
		emit_forget_latency();
}

long items_set(struct consumer *c, unsigned long items)
{
	unsigned long now = c->items;
	int err = 0;

	if (items & ~(unsigned long)(SCAP_ITEMS_LATENCY | SCAP_ITEMS_IDENTITY))
		return -EINVAL;
	if (now & ~items & SCAP_ITEMS_LATENCY)
		unwant_latency(c);
	if (now & ~items & SCAP_ITEMS_IDENTITY) {
		set_items(c, c->items & ~SCAP_ITEMS_IDENTITY);
		unwant_identity(c);
	}
	if (items & ~now & SCAP_ITEMS_IDENTITY) {
		err = want_identity(c);
		if (!err)
			set_items(c, c->items | SCAP_ITEMS_IDENTITY);
	}
	if (!err && items & ~now & SCAP_ITEMS_LATENCY)
		err = want_latency(c);
	if (!now && c->items)
		static_branch_inc(&items_key);
	else if (now && !c->items)
		static_branch_dec(&items_key);
	return err;
}
