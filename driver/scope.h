/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Scope: which tasks a consumer records, if not all. Kept as one bit per thread id, so that a probe
 * has one bit to test, whatever was asked for.
 */
#ifndef SCAP_SCOPE_H
#define SCAP_SCOPE_H

#include <linux/bitops.h>
#include <linux/jump_label.h>
#include <linux/sched.h>
#include <linux/threads.h>

struct consumer;

/* The tasks that are in the scope of any consumer; NULL: some consumer records all. */
extern unsigned long *scope_all;
DECLARE_STATIC_KEY_FALSE(scope_key); /* on while that may be set */

/* Whether nobody records @task: the first question of a probe. */
static inline bool scope_lacks(const struct task_struct *task)
{
	const unsigned long *all;

	if (!static_branch_unlikely(&scope_key))
		return false;
	all = READ_ONCE(scope_all);
	return all && !test_bit(task->pid, all);
}

/* Adds to the scope of @c. Under consumers_lock. */
int scope_add_pid(struct consumer *c, unsigned long pid);
int scope_add_cgroup(struct consumer *c, unsigned long fd);
int scope_add_comm(struct consumer *c, const char *name); /* TASK_COMM_LEN bytes */
/* Everything is in scope again. Waits for probes. Under consumers_lock. */
void scope_clear(struct consumer *c);
/* A consumer came or went. Under consumers_lock. */
void scope_update(void);

#endif
