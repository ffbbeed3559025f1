/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls on files and directories other than open, read and write. */
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <uapi/linux/mount.h>

#include "fill.h"
#include "flags.h"
#include "user.h"

FILLER(fcntl)
{
	return rec_ret(r) ?: rec_arg_int(r, 0) ?: rec_int(r, flags_fcntl_cmd(arg(r, 1))) ?:
	       rec_arg(r, 2);
}

FILLER(dup3)
{
	return rec_ret(r) ?: rec_arg_int(r, 0) ?: rec_arg_int(r, 1) ?:
	       rec_int(r, flags_new_fd(arg(r, 2)));
}

static u64 ino_of(s64 fd)
{
	struct file *file = fd >= 0 ? fget_raw(fd) : NULL;
	u64 ino;

	if (!file)
		return 0;
	ino = file_inode(file)->i_ino;
	fput(file);
	return ino;
}

/* Two descriptors that the call left at argument 0; -1 if there are none. */
FILLER(pipe)
{
	s32 fds[2];

	if (r->ret < 0 || user_read(fds, arg(r, 0), sizeof(fds)))
		fds[0] = fds[1] = -1;
	return rec_ret(r) ?: rec_int(r, fds[0]) ?: rec_int(r, fds[1]) ?: rec_int(r, ino_of(fds[0]));
}

FILLER(pipe2)
{
	return fill_pipe(r) ?: rec_int(r, flags_open(arg(r, 1)) & ~SCAP_O_RDONLY);
}

/* 32-bit callers only: the offset comes in two halves. */
FILLER(llseek)
{
	return rec_ret(r) ?: rec_arg_int(r, 0) ?:
	       rec_int(r, arg(r, 1) << 32 | (u32)arg(r, 2)) ?: rec_arg(r, 4);
}

FILLER(getcwd)
{
	return rec_ret(r) ?: rec_user_str(r, r->ret > 0 ? arg(r, 0) : 0);
}

FILLER(newfstatat)
{
	u32 known = SCAP_AT_SYMLINK_NOFOLLOW | SCAP_NEWFSTATAT_FLAGS_AT_EMPTY_PATH |
		    SCAP_AT_NO_AUTOMOUNT;

	return rec_ret(r) ?: rec_arg_int(r, 0) ?: rec_arg_str(r, 1) ?:
	       rec_int(r, arg(r, 3) & known);
}

/* The kernel does not look at the type bits; tar passes the whole st_mode. */
static int rec_perm(struct rec *r, int n)
{
	return rec_int(r, arg(r, n) & S_IALLUGO);
}

FILLER(chmod)
{
	return rec_ret(r) ?: rec_arg_str(r, 0) ?: rec_perm(r, 1);
}

FILLER(fchmod)
{
	return rec_ret(r) ?: rec_arg_int(r, 0) ?: rec_perm(r, 1);
}

FILLER(fchmodat)
{
	return rec_ret(r) ?: rec_arg_int(r, 0) ?: rec_arg_str(r, 1) ?: rec_perm(r, 2);
}

FILLER(fchownat)
{
	return rec_ret(r) ?: rec_arg_int(r, 0) ?: rec_arg_str(r, 1) ?: rec_arg(r, 2) ?:
	       rec_arg(r, 3) ?: rec_int(r, flags_fchownat(arg(r, 4)));
}

/* The device number comes in the encoding in which it is recorded. */
FILLER(mknod)
{
	return rec_ret(r) ?: rec_arg_str(r, 0) ?: rec_int(r, flags_mknod(arg(r, 1))) ?:
	       rec_arg(r, 2);
}

FILLER(mknodat)
{
	return rec_ret(r) ?: rec_arg_int(r, 0) ?: rec_arg_str(r, 1) ?:
	       rec_int(r, flags_mknod(arg(r, 2))) ?: rec_arg(r, 3);
}

FILLER(mount)
{
	u32 flags = arg(r, 3);

	if ((flags & MS_MGC_MSK) == MS_MGC_VAL)
		flags &= ~MS_MGC_MSK;
	return rec_ret(r) ?: rec_arg_str(r, 0) ?: rec_arg_str(r, 1) ?: rec_arg_str(r, 2) ?:
	       rec_int(r, flags);
}

static int rec_fsconfig_value(struct rec *r)
{
	bool ok = r->ret >= 0;
	bool binary = false, text = false;

	switch ((u32)arg(r, 1)) {
	case FSCONFIG_SET_BINARY:
		binary = ok;
		break;
	case FSCONFIG_SET_STRING:
	case FSCONFIG_SET_PATH:
	case FSCONFIG_SET_PATH_EMPTY:
		text = ok;
		break;
	}
	return rec_user_bytes(r, binary ? arg(r, 3) : 0, binary ? (u32)arg(r, 4) : 0)
		       ?: rec_user_str(r, text ? arg(r, 3) : 0);
}

FILLER(fsconfig)
{
	return rec_ret(r) ?: rec_arg_int(r, 0) ?: rec_arg(r, 1) ?: rec_arg_str(r, 2) ?:
	       rec_fsconfig_value(r) ?: rec_arg(r, 4);
}
