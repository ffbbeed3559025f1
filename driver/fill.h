/* SPDX-License-Identifier: GPL-2.0-only */
/* What fillers share: arguments as parameters, data cut to the snap length. */
#ifndef SCAP_FILL_H
#define SCAP_FILL_H

#include <linux/minmax.h>

#include "cursor.h"
#include "fill_snap.h"
#include "record.h"

/* Argument @n as it is, with the width of the parameter. */
static inline int rec_arg(struct rec *r, int n)
{
	return rec_int(r, arg(r, n));
}

static inline int rec_arg_int(struct rec *r, int n)
{
	return rec_int(r, arg_int(r, n));
}

static inline int rec_arg_str(struct rec *r, int n)
{
	return rec_user_str(r, arg(r, n));
}

static inline int rec_ret(struct rec *r)
{
	return rec_int(r, r->ret);
}

/*
 * Data of a call on the descriptor in argument 0, in one buffer: @avail bytes are there, the snap
 * length is kept. @addr is the address that the call names, or 0.
 */
static inline int put_data_at(struct cursor *c, struct rec *r, unsigned long buf, size_t avail,
			      unsigned long addr, unsigned long addr_len)
{
	snap_set(r, buf, avail, addr, addr_len);
	return put_user_bytes(c, r, buf, min_t(size_t, avail, r->snaplen));
}

static inline int put_data(struct cursor *c, struct rec *r, unsigned long buf, size_t avail)
{
	return put_data_at(c, r, buf, avail, 0, 0);
}

#endif
