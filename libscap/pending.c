/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entries that wait for their exits: a set-associative table by thread number. Threads have
 * numbers in a row, so their sets are different ones; nothing has to be taken out when a thread
 * ends, and a capture that names millions of threads needs no more memory than any other.
 */
#include "pending.h"

#include <stdlib.h>

#define FAR_MAX (8u << 20) /* bytes of long records in all */
#define ONE_MAX (64u << 10)

/* Most captures have no entries that wait: the memory comes with the first. */
static bool make_room(struct pending_table *t)
{
	if (t->keys)
		return true;
	t->keys = calloc(PENDING_SETS * PENDING_WAYS, sizeof(*t->keys));
	t->slots = malloc(PENDING_SETS * PENDING_WAYS *
			  sizeof(*t->slots)); /* set when their keys are */
	if (t->keys && t->slots)
		return true;
	pending_done(t);
	return false;
}

void pending_drop_far(struct pending_table *t, struct pending *p)
{
	free(p->rec.ptr);
	t->far_bytes -= p->len;
	p->far = false;
}

static void drop_record(struct pending_table *t, struct pending *p)
{
	if (p->far)
		pending_drop_far(t, p);
	p->len = 0;
}

void pending_done(struct pending_table *t)
{
	size_t i;

	for (i = 0; t->far_bytes && i < PENDING_SETS * PENDING_WAYS; i++)
		if (t->keys[i])
			drop_record(t, &t->slots[i]);
	free(t->slots);
	free(t->keys);
	t->slots = NULL;
	t->keys = NULL;
}

static bool is_free(const struct pending_table *t, size_t i)
{
	return t->keys[i] == 0 || t->slots[i].type == PENDING_NONE;
}

/* The slot of the thread: its own, else a free one, else that of whoever waits longest. */
static struct pending *slot_of(struct pending_table *t, uint64_t tid)
{
	size_t i = pending_set(tid), end = i + PENDING_WAYS, best = i;

	for (; i < end; i++) {
		if (t->keys[i] == tid + 1)
			return &t->slots[i];
		if (is_free(t, best))
			continue;
		if (is_free(t, i) || t->slots[i].ts < t->slots[best].ts)
			best = i;
	}
	if (!t->keys[best])
		memset(&t->slots[best], 0, sizeof(t->slots[best]));
	t->keys[best] = tid + 1;
	return &t->slots[best];
}

/* In pieces of 32 bytes, the last one over the one before; @len is that of a header at least. */
static void copy_record(uint8_t *to, const void *record, uint32_t len)
{
	const uint8_t *from = record;
	uint32_t i;

	if (len < 32) {
		memcpy(to, from, 16);
		memcpy(to + len - 16, from + len - 16, 16);
		return;
	}
	for (i = 0; i + 32 < len; i += 32)
		memcpy(to + i, from + i, 32);
	memcpy(to + len - 32, from + len - 32, 32);
}

void pending_put(struct pending_table *t, const struct scap_event_hdr *hdr, bool whole)
{
	uint32_t len = hdr->len;
	struct pending *p;

	/* no thread; its key would be that of a free slot */
	if (hdr->tid == UINT64_MAX || !make_room(t))
		return;
	p = slot_of(t, hdr->tid);
	drop_record(t, p);
	p->ts = hdr->ts;
	p->type = hdr->type;
	if (!whole)
		return;
	if (len <= PENDING_INLINE) {
		copy_record(p->rec.here, hdr, len);
		p->len = len;
		return;
	}
	if (len > ONE_MAX || t->far_bytes + len > FAR_MAX)
		return;
	p->rec.ptr = malloc(len);
	if (!p->rec.ptr)
		return;
	memcpy(p->rec.ptr, hdr, len);
	p->far = true;
	p->len = len;
	t->far_bytes += len;
}

bool pending_entry(const struct pending *p, struct pending_entry *e)
{
	const uint8_t *rec = p->far ? p->rec.ptr : p->rec.here;
	uint32_t n;

	if (!p->len)
		return false;
	memcpy(&n, rec + offsetof(struct scap_event_hdr, nparams), sizeof(n));
	e->lens = rec + sizeof(struct scap_event_hdr);
	e->data = e->lens + 2 * n;
	e->n = n;
	return true;
}
