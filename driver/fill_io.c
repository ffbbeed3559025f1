/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading and writing: as much of the data as the snap length says. */
#include <linux/minmax.h>

#include "fill.h"
#include "fill_iov.h"
#include "user_layout.h"

/* What read and write have in common; @len bytes are in the buffer at argument 1. */
static __always_inline int fill_buffer(struct rec *r, struct cursor *c, size_t len)
{
	int err;

	put64(c, r->ret);
	err = put_data(c, r, arg(r, 1), len);
	put64(c, arg_int(r, 0));
	put32(c, arg(r, 2));
	return err;
}

/* What a call that reads has put there. */
FILLER(read)
{
	struct cursor c = cursor_begin(r);
	int err = fill_buffer(r, &c, r->ret > 0 ? r->ret : 0);

	cursor_end(r, c);
	return err;
}

FILLER(pread)
{
	return fill_read(r) ?: rec_arg(r, 3);
}

/* What a call that writes has taken, or was asked to take. */
FILLER(write)
{
	struct cursor c = cursor_begin(r);
	int err = fill_buffer(r, &c, r->ret > 0 ? r->ret : arg(r, 2));

	cursor_end(r, c);
	return err;
}

FILLER(pwrite)
{
	return fill_write(r) ?: rec_arg(r, 3);
}

/*
 * A vector that cannot be read costs the data and the size, not the event. The kernel takes 32 bits
 * of its length.
 */
FILLER(readv)
{
	size_t got = r->ret > 0 ? r->ret : 0;
	struct iov_walk w;
	u64 bytes;

	iov_start(&w, r, arg(r, 1), got ? (u32)arg(r, 2) : 0);
	if (!iov_bytes(&w, &bytes))
		bytes = got;
	iov_snap(&w, got, 0, 0);
	return rec_ret(r) ?: rec_int(r, min_t(u64, bytes, got)) ?: rec_iov(&w, got) ?:
	       rec_arg_int(r, 0);
}

FILLER(preadv)
{
	return fill_readv(r) ?: rec_arg(r, 3);
}

FILLER(writev)
{
	struct iov_walk w;
	u64 bytes;

	iov_start(&w, r, arg(r, 1), (u32)arg(r, 2));
	if (!iov_bytes(&w, &bytes))
		bytes = 0;
	iov_snap(&w, bytes, 0, 0);
	return rec_ret(r) ?: rec_iov(&w, r->ret > 0 ? r->ret : bytes) ?: rec_arg_int(r, 0) ?:
	       rec_int(r, bytes);
}

FILLER(pwritev)
{
	return fill_writev(r) ?: rec_arg(r, 3);
}

/* Both calls: the caller's own side of the copy. */
FILLER(process_vm_readv)
{
	size_t got = r->ret > 0 ? r->ret : 0;
	struct iov_walk w;

	iov_start(&w, r, arg(r, 1), got ? (u32)arg(r, 2) : 0);
	return rec_ret(r) ?: rec_arg_int(r, 0) ?: rec_iov(&w, got);
}

FILLER(process_vm_writev)
{
	return fill_process_vm_readv(r);
}

FILLER(sendfile)
{
	u64 offset = 0;

	if (arg(r, 2) && user_offset(r, &offset, arg(r, 2)))
		offset = 0;
	return rec_ret(r) ?: rec_int(r, offset) ?: rec_arg_int(r, 0) ?: rec_arg_int(r, 1) ?:
	       rec_arg(r, 3);
}

FILLER(splice)
{
	return rec_ret(r) ?: rec_arg_int(r, 0) ?: rec_arg_int(r, 2) ?: rec_arg(r, 4) ?:
	       rec_arg(r, 5);
}

FILLER(copy_file_range)
{
	return rec_ret(r) ?: rec_arg_int(r, 2) ?: rec_arg(r, 3) ?: rec_arg_int(r, 0) ?:
	       rec_arg(r, 1) ?: rec_arg(r, 4);
}
