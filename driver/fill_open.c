/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * open and its family. The entry events carry what the caller asked for before another thread can
 * change it; the exit events carry what was opened.
 */
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/openat2.h>

#include "fill.h"
#include "flags.h"
#include "overlay.h"
#include "user.h"

/* What a new descriptor refers to; all 0 when the call failed. */
struct opened {
	u32 dev;
	u64 ino;
	u32 flags; /* SCAP_O_F_CREATED, SCAP_FD_UPPER_LAYER or SCAP_FD_LOWER_LAYER */
};

static const u32 layer_flags[] = {
	[OVERLAY_NONE] = 0,
	[OVERLAY_UPPER] = SCAP_FD_UPPER_LAYER,
	[OVERLAY_LOWER] = SCAP_FD_LOWER_LAYER,
};

static void look_at(struct opened *o, const struct file *file)
{
	const struct inode *inode = file_inode(file);

	if (inode) {
		o->dev = new_encode_dev(inode->i_sb->s_dev);
		o->ino = inode->i_ino;
		o->flags = layer_flags[overlay_layer(file)];
	}
	if (file->f_mode & FMODE_CREATED)
		o->flags |= SCAP_O_F_CREATED;
}

static __always_inline struct opened opened(const struct rec *r)
{
	struct opened o = {};
	struct file *file;
	struct fd f;

	if (r->ret < 0)
		return o;
	f = fdget(r->ret);
	if (likely(fd_file(f))) {
		look_at(&o, fd_file(f));
		fdput(f);
		return o;
	}
	/* descriptors of O_PATH have an inode too */
	file = fget_raw(r->ret);
	if (file) {
		look_at(&o, file);
		fput(file);
	}
	return o;
}

/* What the caller asked for: name, flags and mode; @more flags are what became of it. */
static __always_inline int put_asked(struct cursor *c, struct rec *r, unsigned long name, u32 flags,
				     u32 mode, u32 more)
{
	int err = put_user_str(c, r, name);

	put32(c, flags_open(flags) | more);
	put32(c, flags_open_mode(flags, mode));
	return err;
}

static __always_inline void put_inode(struct cursor *c, const struct opened *o)
{
	put32(c, o->dev);
	put64(c, o->ino);
}

FILLER(open_enter)
{
	struct cursor c = cursor_begin(r);
	int err = put_asked(&c, r, arg(r, 0), arg(r, 1), arg(r, 2), 0);

	cursor_end(r, c);
	return err;
}

FILLER(open)
{
	struct opened o = opened(r);
	struct cursor c = cursor_begin(r);
	int err;

	put64(&c, r->ret);
	err = put_asked(&c, r, arg(r, 0), arg(r, 1), arg(r, 2), o.flags);
	put_inode(&c, &o);
	cursor_end(r, c);
	return err;
}

FILLER(openat_enter)
{
	struct cursor c = cursor_begin(r);
	int err;

	put64(&c, arg_int(r, 0));
	err = put_asked(&c, r, arg(r, 1), arg(r, 2), arg(r, 3), 0);
	cursor_end(r, c);
	return err;
}

FILLER(openat)
{
	struct opened o = opened(r);
	struct cursor c = cursor_begin(r);
	int err;

	put64(&c, r->ret);
	put64(&c, arg_int(r, 0));
	err = put_asked(&c, r, arg(r, 1), arg(r, 2), arg(r, 3), o.flags);
	put_inode(&c, &o);
	cursor_end(r, c);
	return err;
}

/* The call's struct open_how; all 0 if it cannot be read, for the name is worth more. */
static struct open_how open_how(const struct rec *r)
{
	struct open_how how;

	if (user_read(&how, arg(r, 2), sizeof(how)))
		memset(&how, 0, sizeof(how));
	return how;
}

static int rec_how(struct rec *r, const struct open_how *how, u32 more)
{
	return rec_arg_int(r, 0) ?: rec_arg_str(r, 1) ?:
	       rec_int(r, flags_open(how->flags) | more) ?:
	       rec_int(r, flags_open_mode(how->flags, how->mode)) ?:
	       rec_int(r, flags_resolve(how->resolve));
}

FILLER(openat2_enter)
{
	struct open_how how = open_how(r);

	return rec_how(r, &how, 0);
}

FILLER(openat2)
{
	struct open_how how = open_how(r);
	struct opened o = opened(r);

	return rec_ret(r) ?: rec_how(r, &how, o.flags) ?: rec_int(r, o.dev) ?: rec_int(r, o.ino);
}

FILLER(creat_enter)
{
	return rec_arg_str(r, 0) ?: rec_int(r, flags_open_mode(O_CREAT, arg(r, 1)));
}

static u16 creat_flags(u32 flags)
{
	return (flags & SCAP_FD_UPPER_LAYER ? SCAP_FD_UPPER_LAYER_CREAT : 0) |
	       (flags & SCAP_FD_LOWER_LAYER ? SCAP_FD_LOWER_LAYER_CREAT : 0);
}

FILLER(creat)
{
	struct opened o = opened(r);

	return rec_ret(r) ?: rec_arg_str(r, 0) ?:
	       rec_int(r, flags_open_mode(O_CREAT, arg(r, 1))) ?: rec_int(r, o.dev) ?:
	       rec_int(r, o.ino) ?: rec_int(r, creat_flags(o.flags));
}

/* The path of the new descriptor: the caller gave a handle, not a name. */
static int rec_opened_path(struct rec *r)
{
	struct file *file = r->ret >= 0 ? fget_raw(r->ret) : NULL;
	const char *path;
	int err;

	if (!file)
		return rec_empty(r);
	path = d_path(&file->f_path, r->scratch, REC_SCRATCH);
	err = IS_ERR(path) ? rec_empty(r)
			   : rec_str(r, path, (const char *)r->scratch + REC_SCRATCH - path);
	fput(file);
	return err;
}

FILLER(open_by_handle_at)
{
	struct opened o = opened(r);

	return rec_ret(r) ?: rec_arg_int(r, 0) ?: rec_int(r, flags_open(arg(r, 2)) | o.flags) ?:
	       rec_opened_path(r) ?: rec_int(r, o.dev) ?: rec_int(r, o.ino);
}
