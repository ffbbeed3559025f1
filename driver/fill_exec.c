// SPDX-License-Identifier: GPL-2.0-only
/*
 * execve and execveat. A program that was started is told by its tracepoint, from its own new
 * memory; a call that failed by its exit, from the lists of strings that the caller passed.
 */
#include <linux/binfmts.h>
#include <linux/dcache.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include "compat.h"
#include "record.h"
#include "task.h"
#include "user.h"
#include "user_layout.h"

/* Most strings of a list that are looked at: empty ones would never fill the page. */
#define STRINGS_MAX 1024

/* Strings of a list in user memory, one after the other in the scratch page; their length. */
static u32 gather(struct rec *r, unsigned long list)
{
	unsigned int i;
	unsigned long p;
	u32 len = 0;
	int n;

	for (i = 0; list && len < REC_SCRATCH && i < STRINGS_MAX; i++, list += user_word_size(r)) {
		if (user_word(r, &p, list) || !p)
			break;
		n = user_read_str(r->scratch + len, p, REC_SCRATCH - len);
		if (n < 0)
			break;
		len += n;
	}
	return len;
}

static int rec_passed_args(struct rec *r, unsigned long argv)
{
	u32 len = gather(r, argv);
	u32 first = len ? strlen(r->scratch) + 1 : 0;

	return rec_bytes(r, r->scratch, first) ?: rec_bytes(r, r->scratch + first, len - first);
}

static int rec_passed_env(struct rec *r, unsigned long envp)
{
	u32 len = gather(r, envp);

	return rec_bytes(r, r->scratch, len);
}

static int rec_exe_inode(struct rec *r, const struct inode *inode)
{
	struct timespec64 ctime = compat_inode_ctime(inode), mtime = compat_inode_mtime(inode);

	return rec_int(r, inode->i_ino) ?:
	       rec_int(r, timespec64_to_ns(&ctime)) ?:
	       rec_int(r, timespec64_to_ns(&mtime));
}

static int rec_exe_path(struct rec *r, const struct file *exe)
{
	char *path = d_path(&exe->f_path, r->scratch, REC_SCRATCH);

	return IS_ERR(path) ? rec_empty(r) : rec_str(r, path, REC_SCRATCH);
}

static int rec_no_inode(struct rec *r)
{
	return rec_int(r, 0) ?: rec_int(r, 0) ?: rec_int(r, 0);
}

/* Parameters tty to gid; @exe may be NULL. */
static int rec_exe(struct rec *r, struct file *exe)
{
	return rec_int(r, task_tty()) ?:
	       rec_int(r, task_pgrp_vnr(current)) ?:
	       rec_int(r, task_loginuid()) ?:
	       rec_int(r, exe ? task_exe_flags(exe) : 0) ?:
	       rec_task_caps(r) ?:
	       (exe ? rec_exe_inode(r, file_inode(exe)) : rec_no_inode(r)) ?:
	       rec_int(r, task_owner()) ?:
	       (exe ? rec_exe_path(r, exe) : rec_empty(r)) ?:
	       rec_int(r, task_pgrp_nr_ns(current, &init_pid_ns)) ?:
	       rec_int(r, task_group());
}

static int rec_program(struct rec *r)
{
	struct file *exe = task_exe_file();
	int err = rec_exe(r, exe);

	if (exe)
		fput(exe);
	return err;
}

static int fill_started(struct rec *r, const struct linux_binprm *bprm)
{
	return rec_int(r, 0) ?:
	       rec_task_args(r) ?:
	       rec_task_process(r) ?:
	       rec_task_env(r) ?:
	       rec_program(r) ?:
	       rec_str(r, bprm->filename, REC_STR_MAX);
}

static int fill_failed(struct rec *r, unsigned long argv, unsigned long envp)
{
	return rec_int(r, r->ret) ?:
	       rec_passed_args(r, argv) ?:
	       rec_task_process(r) ?:
	       rec_passed_env(r, envp) ?:
	       rec_program(r);
}

FILLER(execve)
{
	if (r->tp)
		return fill_started(r, r->tp);
	return fill_failed(r, arg(r, 1), arg(r, 2)) ?: rec_user_str(r, arg(r, 0));
}

FILLER(execveat)
{
	return fill_failed(r, arg(r, 2), arg(r, 3));
}
