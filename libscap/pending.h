/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entries of calls that wait for their exits, one a thread. Of bounded size: of more threads than
 * there is room for, the ones that have waited longest are forgotten.
 */
#ifndef SCAP_PENDING_H
#define SCAP_PENDING_H

#include "scap.h"

#define PENDING_INLINE 104
#define PENDING_SETS   16384u
#define PENDING_WAYS   4u
#define PENDING_NONE   0xffff /* a type: the slot is its thread's, and nothing waits in it */

struct pending {
	uint64_t ts;
	uint16_t type; /* of the entry */
	bool far;      /* the record is in an allocation of its own */
	uint32_t len;  /* of the record; 0: only the time was kept */
	union {
		uint8_t *ptr;
		uint8_t here[PENDING_INLINE];
	} rec;
};

struct pending_table {
	uint64_t *keys; /* thread + 1, 0: free; apart from the slots: a set is in one cache line */
	struct pending *slots;
	size_t far_bytes;
};

/* A table is empty when it is all zero, and after this. */
void pending_done(struct pending_table *t);

/*
 * Keeps the entry @hdr, whose lengths are right and 16 bits wide, for its thread, in place of what
 * waits there; its parameters only if
 * @whole. What does not fit is kept without them.
 */
void pending_put(struct pending_table *t, const struct scap_event_hdr *hdr, bool whole);

static inline size_t pending_set(uint64_t tid)
{
	return (size_t)(tid & (PENDING_SETS - 1)) * PENDING_WAYS;
}

/* What waits for thread @tid, or NULL. Good until the next pending_put(). */
static inline struct pending *pending_find(const struct pending_table *t, uint64_t tid)
{
	size_t i = pending_set(tid), end = i + PENDING_WAYS;

	for (; t->keys && i < end && tid != UINT64_MAX; i++)
		if (t->keys[i] == tid + 1)
			return t->slots[i].type == PENDING_NONE ? NULL : &t->slots[i];
	return NULL;
}

void pending_drop_far(struct pending_table *t, struct pending *p);

/* Its exit has come. */
static inline void pending_take(struct pending_table *t, struct pending *p)
{
	if (p->far)
		pending_drop_far(t, p);
	p->len = 0;
	p->type = PENDING_NONE;
}

/* The parameters of an entry: they were checked when it was kept. */
struct pending_entry {
	const uint8_t *lens, *data;
	unsigned int n;
};

/* False if they were not kept. */
bool pending_entry(const struct pending *p, struct pending_entry *e);

/* Parameter @i, empty if there is none. The first ones are all that is ever asked for. */
static inline struct scap_param pending_param(const struct pending_entry *e, unsigned int i)
{
	struct scap_param p = { e->data, 0 };
	uint16_t len;
	unsigned int k;

	if (i >= e->n)
		return p;
	for (k = 0; k < i; k++) {
		memcpy(&len, e->lens + 2 * k, sizeof(len));
		p.ptr = (const uint8_t *)p.ptr + len;
	}
	memcpy(&len, e->lens + 2 * i, sizeof(len));
	p.len = len;
	return p;
}

#endif
