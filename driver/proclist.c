// SPDX-License-Identifier: GPL-2.0-only
/*
 * The list of all threads with their CPU times. Threads come and go during the walk, which is an
 * RCU reader: tasklist_lock is not exported.
 */
#include "proclist.h"
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/param.h>
#include <linux/sched/cputime.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#define PROCLIST_MAX 1000000

/* Fills up to @max entries; how many there are in all. */
static s64 walk(struct scap_proclist_entry *entries, s64 max)
{
	struct task_struct *process, *thread;
	s64 n = 0;

	rcu_read_lock();
	for_each_process_thread(process, thread)
	{
		u64 utime, stime;

		if (n++ >= max)
			continue;
		task_cputime_adjusted(thread, &utime, &stime);
		entries[n - 1].pid = thread->pid;
		entries[n - 1].utime = div_u64(utime, NSEC_PER_SEC / USER_HZ);
		entries[n - 1].stime = div_u64(stime, NSEC_PER_SEC / USER_HZ);
	}
	rcu_read_unlock();
	return n;
}

int proclist_get(struct scap_proclist __user *to)
{
	struct scap_proclist_entry *entries;
	struct scap_proclist head;
	int err = 0;

	if (copy_from_user(&head, to, sizeof(head)))
		return -EINVAL;
	if (head.max_entries < 0 || head.max_entries > PROCLIST_MAX)
		return -EINVAL;
	entries = kvmalloc_array(head.max_entries, sizeof(*entries), GFP_KERNEL | __GFP_ZERO);
	if (!entries && head.max_entries)
		return -ENOMEM;
	head.n_entries = walk(entries, head.max_entries);
	if (head.n_entries >= head.max_entries)
		err = -ENOSPC;
	else if (copy_to_user(to->entries, entries, head.n_entries * sizeof(*entries)))
		err = -EINVAL;
	kvfree(entries);
	if (copy_to_user(to, &head, sizeof(head)))
		return -EINVAL;
	return err;
}
