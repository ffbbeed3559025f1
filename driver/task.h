/* SPDX-License-Identifier: GPL-2.0-only */
/* What is read off the current task. Kernel threads included: what they lack is 0 or empty. */
#ifndef SCAP_TASK_H
#define SCAP_TASK_H

#include <linux/mm.h>
#include <linux/types.h>
#include "cursor.h"

struct file;

/* Parameters exe and args: the program's arguments as they are in its memory now. */
int rec_task_args(struct rec *r);
/* Parameter env, in the same way. */
int rec_task_env(struct rec *r);
/* Parameters tid to cgroups, which clone and execve share. */
int rec_task_process(struct rec *r);
/* Parameters vm_size, vm_rss and vm_swap in kB; @mm may be NULL. */
static __always_inline void put_memory(struct cursor *c, struct mm_struct *mm)
{
	unsigned long size = 0, rss = 0, swap = 0;

	if (mm) {
		size = READ_ONCE(mm->total_vm);
		rss = get_mm_rss(mm);
		swap = get_mm_counter(mm, MM_SWAPENTS);
	}
	put32(c, size << (PAGE_SHIFT - 10));
	put32(c, rss << (PAGE_SHIFT - 10));
	put32(c, swap << (PAGE_SHIFT - 10));
}

/* Parameters cap_inheritable, cap_permitted and cap_effective. */
int rec_task_caps(struct rec *r);

/* Owner and group in the initial user namespace. */
u32 task_owner(void);
u32 task_group(void);
u32 task_loginuid(void);
/* Device number of the controlling terminal, 0: none. */
u32 task_tty(void);
/* Whether the task, or what it starts, is in another pid namespace than the initial one. */
bool task_in_pidns(void);
/* When the first process of the task's pid namespace was started, monotonic ns. */
u64 task_pidns_start(void);
/* The program's file, to be given back with fput(); NULL: none. */
struct file *task_exe_file(void);
/* SCAP_EXE_* of the program's file. */
u32 task_exe_flags(struct file *exe);

#endif
