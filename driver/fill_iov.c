/* SPDX-License-Identifier: GPL-2.0-only */
/* Walks a caller's array of iovecs: their length together, and the data in them. */
#include "fill_iov.h"

#include <linux/minmax.h>

#include "fill.h"
#include "user_layout.h"

#define PER_PAGE (REC_SCRATCH / sizeof(struct iovec))

void iov_start(struct iov_walk *w, struct rec *r, unsigned long vec, unsigned long count)
{
	w->r = r;
	w->vec = vec;
	/* more is an error for the kernel too */
	w->count = count > UIO_MAXIOV ? 0 : count;
	w->first = 0;
	w->held = 0;
	r->snaplen = READ_ONCE(r->ring->consumer->snaplen);
}

static const struct iovec *iov_at(struct iov_walk *w, unsigned int i)
{
	struct iovec *page = (struct iovec *)w->r->scratch;

	if (i - w->first >= w->held) {
		unsigned int n = min_t(unsigned int, w->count - i, PER_PAGE);

		w->held = 0;
		if (user_iovecs(w->r, page, w->vec, i, n))
			return NULL;
		w->first = i;
		w->held = n;
	}
	return &page[i - w->first];
}

bool iov_bytes(struct iov_walk *w, u64 *bytes)
{
	unsigned int i;

	*bytes = 0;
	for (i = 0; i < w->count; i++) {
		const struct iovec *v = iov_at(w, i);

		if (!v)
			return false;
		*bytes += v->iov_len;
	}
	return true;
}

int rec_iov(struct iov_walk *w, size_t avail)
{
	size_t left = min_t(size_t, avail, w->r->snaplen);
	unsigned int i;

	for (i = 0; i < w->count && left; i++) {
		const struct iovec *v = iov_at(w, i);
		size_t n = v ? min_t(size_t, v->iov_len, left) : 0;
		int err = v ? rec_part_user(w->r, (unsigned long)v->iov_base, n) : REC_FAULT;

		if (err == REC_FAULT) {
			rec_part_undo(w->r);
			break;
		}
		if (err)
			return err;
		left -= n;
	}
	return rec_part_end(w->r);
}

void iov_snap(struct iov_walk *w, size_t avail, unsigned long addr, unsigned long addr_len)
{
	const struct iovec *v = NULL;
	unsigned int i;

	if (likely(!READ_ONCE(w->r->ring->consumer->dynamic_snaplen)))
		return;
	for (i = 0; i < w->count && (!v || !v->iov_len); i++) {
		v = iov_at(w, i);
		if (!v)
			return;
	}
	if (v)
		snap_set(w->r, (unsigned long)v->iov_base, min_t(size_t, v->iov_len, avail), addr,
			 addr_len);
}
