/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading and writing: as much of the data as the snap length says. */
#include <linux/minmax.h>

#include "fill.h"
#include "fill_iov.h"
#include "user_layout.h"

/* What a call that reads has put into the buffer at argument 1. */
static int rec_read_data(struct rec *r)
{
	return rec_data(r, r->args[1], r->ret > 0 ? r->ret : 0);
}

/* What a call that writes has taken, or was asked to take. */
static int rec_write_data(struct rec *r)
{
	return rec_data(r, r->args[1], r->ret > 0 ? r->ret : r->args[2]);
}

FILLER(read)
{
	return rec_ret(r) ?: rec_read_data(r) ?: rec_arg_int(r, 0) ?: rec_arg(r, 2);
}

FILLER(pread)
{
	return fill_read(r) ?: rec_arg(r, 3);
}

FILLER(write)
{
	return rec_ret(r) ?: rec_write_data(r) ?: rec_arg_int(r, 0) ?: rec_arg(r, 2);
}

FILLER(pwrite)
{
	return fill_write(r) ?: rec_arg(r, 3);
}

/* A vector that cannot be read costs the data and the size, not the event. */
FILLER(readv)
{
	size_t got = r->ret > 0 ? r->ret : 0;
	struct iov_walk w;
	u64 bytes;

	iov_start(&w, r, r->args[1], got ? r->args[2] : 0);
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

	iov_start(&w, r, r->args[1], r->args[2]);
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

	iov_start(&w, r, r->args[1], got ? r->args[2] : 0);
	return rec_ret(r) ?: rec_arg_int(r, 0) ?: rec_iov(&w, got);
}

FILLER(process_vm_writev)
{
	return fill_process_vm_readv(r);
}

FILLER(sendfile)
{
	u64 offset = 0;

	if (r->args[2] && user_offset(r, &offset, r->args[2]))
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
