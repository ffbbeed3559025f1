/* SPDX-License-Identifier: GPL-2.0-only */
/* Walks a caller's array of iovecs: their length together, and the data in them. */
#ifndef SCAP_FILL_IOV_H
#define SCAP_FILL_IOV_H

#include <linux/types.h>
#include <linux/uio.h>

struct rec;

/*
 * The array is read into the filler's scratch page, which belongs to the walk until it is over. It
 * may change under us: every element is taken as it was when it was read.
 */
struct iov_walk {
	struct rec *r;
	unsigned long vec;
	unsigned int count;
	unsigned int first, held; /* elements in the page */
};

void iov_start(struct iov_walk *w, struct rec *r, unsigned long vec, unsigned long count);
/* Bytes in all elements, as the caller says; false if the array cannot be read. */
bool iov_bytes(struct iov_walk *w, u64 *bytes);
/* Sets the snap length for this data (see snap_set()). */
void iov_snap(struct iov_walk *w, size_t avail, unsigned long addr, unsigned long addr_len);
/* Adds a parameter with the first bytes of @avail that are in the elements. */
int rec_iov(struct iov_walk *w, size_t avail);

#endif
