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

/* Strings of a list in user memory, one after the other in the scratch page; their length. */
static u32 gather(struct rec *r, unsigned long list)
{
	unsigned long p;
	u32 len = 0;
	int n;

	for (; list && len < REC_SCRATCH; list += sizeof(p)) {
		if (user_read(&p, list, sizeof(p)) || !p)
			break;
		n = user_read_str(r->scratch + len, p, REC_SCRATCH - len);
		if (n < 0)
			break;
		len += n;
	}
	return len;
}

static int fill_passed_args(struct rec *r, unsigned long argv)
{
	u32 len = gather(r, argv);
	u32 first = len ? strlen(r->scratch) + 1 : 0;
	int err = len ? rec_bytes(r, r->scratch, first) : rec_empty(r);

	return err ? err : rec_bytes(r, r->scratch + first, len - first);
}

static int fill_exe_times(struct rec *r, const struct inode *inode)
{
	struct timespec64 ctime = compat_inode_ctime(inode), mtime = compat_inode_mtime(inode);
	int err = rec_int(r, inode->i_ino);

	if (!err)
		err = rec_int(r, timespec64_to_ns(&ctime));
	return err ? err : rec_int(r, timespec64_to_ns(&mtime));
}

static int fill_exe_path(struct rec *r, const struct file *exe)
{
	char *path = d_path(&exe->f_path, r->scratch, REC_SCRATCH);

	return IS_ERR(path) ? rec_empty(r) : rec_str(r, path, REC_SCRATCH);
}

/* Parameters tty to gid. */
static int fill_exe(struct rec *r, struct file *exe)
{
	int err = rec_int(r, task_tty());

	if (!err)
		err = rec_int(r, task_pgrp_vnr(current));
	if (!err)
		err = rec_int(r, task_loginuid());
	if (!err)
		err = rec_int(r, exe ? task_exe_flags(exe) : 0);
	if (!err)
		err = rec_task_caps(r);
	if (err)
		return err;
	if (exe)
		err = fill_exe_times(r, file_inode(exe));
	else if (!(err = rec_int(r, 0)) && !(err = rec_int(r, 0)))
		err = rec_int(r, 0);
	if (!err)
		err = rec_int(r, task_owner());
	if (!err)
		err = exe ? fill_exe_path(r, exe) : rec_empty(r);
	if (!err)
		err = rec_int(r, task_pgrp_nr_ns(current, &init_pid_ns));
	return err ? err : rec_int(r, task_group());
}

static int fill_program(struct rec *r)
{
	struct file *exe = task_exe_file();
	int err = fill_exe(r, exe);

	if (exe)
		fput(exe);
	return err;
}

static int fill_started(struct rec *r, const struct linux_binprm *bprm)
{
	int err = rec_int(r, 0);

	if (!err)
		err = rec_task_args(r);
	if (!err)
		err = rec_task_process(r);
	if (!err)
		err = rec_task_env(r);
	if (!err)
		err = fill_program(r);
	return err ? err : rec_str(r, bprm->filename, REC_STR_MAX);
}

static int fill_failed(struct rec *r, unsigned long argv, unsigned long envp)
{
	int err = rec_int(r, r->ret);

	if (!err)
		err = fill_passed_args(r, argv);
	if (!err)
		err = rec_task_process(r);
	if (!err) {
		u32 len = gather(r, envp);

		err = rec_bytes(r, r->scratch, len);
	}
	return err ? err : fill_program(r);
}

FILLER(execve)
{
	int err;

	if (r->tp)
		return fill_started(r, r->tp);
	err = fill_failed(r, r->args[1], r->args[2]);
	return err ? err : rec_user_str(r, r->args[0]);
}

FILLER(execveat)
{
	return fill_failed(r, r->args[2], r->args[3]);
}
