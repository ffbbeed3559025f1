/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Merging per-CPU rings by time, in place.
 *
 * Order. Each ring is in order by itself. An event that CPU A has just written may be younger than
 * one that CPU B is still writing, so an event is delivered only when a second look at all heads
 * has been taken after the look that found it: whatever B began before has arrived by then. Of the
 * events found by both looks (below `due`) and by the last one only (below `seen`) the oldest is
 * delivered as long as any ring has some left below its `due` mark. The clock is never asked, since
 * it may be set; nothing is held for more than one look.
 *
 * Cost. The ring of the last event goes on until its next event is younger than the oldest of the
 * others (`limit`), so that the search over the CPUs is made once per run, not per event.
 *
 * Loss. Counters are read before the heads: what they count was lost before the event that will
 * stand at the head then seen. The loss is told at that event.
 */
#include "merge.h"

#include <errno.h>
#include <stdlib.h>

#define NO_EVENT UINT64_MAX

int merge_init(struct merge *m, struct merge_ring *rings, unsigned int n)
{
	memset(m, 0, sizeof(*m));
	m->keys = calloc(n ? n : 1, sizeof(*m->keys));
	if (!m->keys)
		return -ENOMEM;
	m->rings = rings;
	m->n = n;
	return 0;
}

void merge_done(struct merge *m)
{
	free(m->keys);
	free(m->split);
	m->keys = NULL;
	m->split = NULL;
}

int merge_split_items(struct merge *m)
{
	m->split = malloc(MERGE_SPLIT_MAX);
	return m->split ? 0 : -ENOMEM;
}

static const uint8_t *at(const struct merge_ring *r, uint64_t pos)
{
	return r->data + (pos & (r->size - 1));
}

/* Gives the bytes before pos back to the writer. The release orders our reads before that. */
static void release(struct merge_ring *r)
{
	if (r->released == r->pos)
		return;
	r->released = r->pos;
	__atomic_store_n(r->tail, (uint32_t)(r->pos & (r->size - 1)), __ATOMIC_RELEASE);
}

/*
 * The header of the event at pos, if there is a whole one. A ring whose content makes no sense is
 * skipped up to what was seen of it: there is no way to find the next event inside.
 */
static uint64_t key_of(struct merge *m, struct merge_ring *r)
{
	struct scap_event_hdr hdr;
	uint64_t left = r->seen - r->pos;

	if (left == 0)
		return NO_EVENT;
	if (left >= sizeof(hdr)) {
		memcpy(&hdr, at(r, r->pos), sizeof(hdr));
		if (hdr.len >= sizeof(hdr) && hdr.len <= left)
			return hdr.ts == NO_EVENT ? NO_EVENT - 1 : hdr.ts;
	}
	m->damaged++;
	m->damaged_cpu = r->cpu;
	r->pos = r->seen;
	return NO_EVENT;
}

static struct merge_lost read_lost(const struct merge_ring *r)
{
	struct merge_lost l = {
		.buffer = __atomic_load_n(r->lost_buffer, __ATOMIC_RELAXED),
		.fault = __atomic_load_n(r->lost_fault, __ATOMIC_RELAXED),
		.busy = __atomic_load_n(r->lost_busy, __ATOMIC_RELAXED),
	};

	return l;
}

/*
 * Only one loss per ring waits to be told. What is lost meanwhile waits behind it, with the time
 * of the last event before it.
 */
static void look_at_lost(struct merge_ring *r, const struct merge_lost *now)
{
	if (now->buffer == r->lost.buffer && now->fault == r->lost.fault &&
	    now->busy == r->lost.busy)
		return;
	if (!r->risen) {
		r->risen = true;
		r->risen_from = r->last_ts;
	}
	if (r->has_fresh)
		return;
	r->fresh.buffer = now->buffer - r->lost.buffer;
	r->fresh.fault = now->fault - r->lost.fault;
	r->fresh.busy = now->busy - r->lost.busy;
	r->fresh_pos = r->seen;
	r->fresh_from = r->risen_from;
	r->has_fresh = true;
	r->risen = false;
	r->lost = *now;
}

static int look_at_ring(struct merge_ring *r)
{
	struct merge_lost lost = read_lost(r);
	uint32_t head;

	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	head = __atomic_load_n(r->head, __ATOMIC_ACQUIRE);
	if (head >= r->size)
		return -EIO;
	r->due = r->seen;
	r->seen += (head - (uint32_t)r->seen) & (r->size - 1);
	look_at_lost(r, &lost);
	return 0;
}

static void step(struct merge *m)
{
	struct merge_ring *r = &m->rings[m->cur];
	bool was_due = r->pos < r->due;

	r->pos += m->hold_len;
	m->holding = false;
	m->keys[m->cur] = key_of(m, r);
	if (was_due && r->pos >= r->due)
		m->n_due--;
	/* A writer that waits for room gets it long before the whole block is consumed. */
	if (r->pos - r->released >= r->size / 8)
		release(r);
}

int64_t merge_look(struct merge *m)
{
	int64_t most = 0;
	unsigned int i;
	int rc;

	if (m->holding)
		step(m);
	m->n_due = 0;
	for (i = 0; i < m->n; i++) {
		struct merge_ring *r = &m->rings[i];

		release(r);
		rc = look_at_ring(r);
		if (rc < 0)
			return rc;
		m->keys[i] = key_of(m, r);
		if (r->pos < r->due)
			m->n_due++;
		if ((int64_t)(r->seen - r->pos) > most)
			most = (int64_t)(r->seen - r->pos);
	}
	m->limit = 0;
	return most;
}

/* Chooses the ring with the oldest event, and how far it may go on. False: none has one. */
static bool choose(struct merge *m)
{
	uint64_t best = NO_EVENT, second = NO_EVENT;
	unsigned int i, which = 0;

	for (i = 0; i < m->n; i++) {
		uint64_t k = m->keys[i];

		if (k < best) {
			second = best;
			best = k;
			which = i;
		} else if (k < second) {
			second = k;
		}
	}
	m->cur = which;
	m->limit = second;
	return best != NO_EVENT;
}

static void tell_loss(struct merge *m, struct merge_ring *r, struct scap_event *ev)
{
	m->item.hdr.kind = SCAP_ITEM_LOSS;
	m->item.hdr.len = sizeof(m->item.loss);
	m->item.loss = (struct scap_loss){
		.buffer = r->fresh.buffer,
		.fault = r->fresh.fault,
		.busy = r->fresh.busy,
		.from = r->fresh_from,
		.to = ev->hdr->ts,
	};
	if (ev->items_len)
		memcpy(m->item.more, ev->items, ev->items_len);
	ev->items = (const uint8_t *)&m->item;
	ev->items_len += (uint32_t)offsetof(typeof(m->item), more);
	r->has_fresh = false;
}

/* Decodes the event at the ring's position. 1: delivered; 0: skipped. */
/* Where the parameters end, those of a newer schema included; scap_event_decode() has checked. */
static uint32_t declared_len(const struct scap_event *ev)
{
	const uint8_t *lens = (const uint8_t *)(ev->hdr + 1);
	uint32_t sum = (uint32_t)(ev->data - (const uint8_t *)ev->hdr), i, n32;
	uint16_t n16;

	for (i = 0; i < ev->hdr->nparams; i++) {
		if (ev->info->flags & EF_LARGE_PAYLOAD) {
			memcpy(&n32, lens + 4 * i, sizeof(n32));
			sum += n32;
		} else {
			memcpy(&n16, lens + 2 * i, sizeof(n16));
			sum += n16;
		}
	}
	return sum;
}

/* The ring cannot be written, so the event is copied to have its length changed. */
static void split(struct merge *m, struct scap_event *ev)
{
	const uint8_t *rec = (const uint8_t *)ev->hdr;
	uint32_t len = declared_len(ev), rest = ev->hdr->len - len;

	if (!rest || rest > MERGE_ITEMS_MAX || len > MERGE_SPLIT_MAX)
		return;
	memcpy(m->split, rec, len);
	memcpy(m->split + offsetof(struct scap_event_hdr, len), &len, sizeof(len));
	ev->hdr = (const struct scap_event_hdr *)m->split;
	ev->data = m->split + (ev->data - rec);
	ev->items = rec + len;
	ev->items_len = rest;
}

static int deliver(struct merge *m, struct merge_ring *r, struct scap_event *ev)
{
	const uint8_t *rec = at(r, r->pos);
	int rc = scap_event_decode(ev, rec, r->seen - r->pos);

	m->hold_len = ((const struct scap_event_hdr *)rec)->len;
	m->holding = true;
	if (rc == 0) {
		ev->cpu = r->cpu;
		if (m->split)
			split(m, ev);
		if (r->has_fresh && r->pos >= r->fresh_pos)
			tell_loss(m, r, ev);
		r->last_ts = ev->hdr->ts;
		m->delivered++;
		return 1;
	}
	if (rc == -ENOENT) {
		m->unknown++;
	} else {
		m->damaged++;
		m->damaged_cpu = r->cpu;
		m->hold_len = (uint32_t)(r->seen - r->pos);
	}
	step(m);
	return 0;
}

int merge_next(struct merge *m, struct scap_event *ev)
{
	if (m->holding)
		step(m);
	while (m->n_due) {
		uint64_t k = m->keys[m->cur];

		if (k == NO_EVENT || k > m->limit || m->limit == 0) {
			if (!choose(m))
				break;
		}
		if (deliver(m, &m->rings[m->cur], ev))
			return 1;
	}
	return 0;
}

int merge_discard(struct merge *m)
{
	unsigned int i;

	m->holding = false;
	m->n_due = 0;
	for (i = 0; i < m->n; i++) {
		struct merge_ring *r = &m->rings[i];
		uint32_t head = __atomic_load_n(r->head, __ATOMIC_ACQUIRE);

		if (head >= r->size)
			return -EIO;
		r->pos = r->due = r->seen = head;
		r->released = r->pos + 1; /* so that release() writes the tail */
		release(r);
		r->lost = r->lost_before = read_lost(r);
		r->has_fresh = r->risen = false;
		m->keys[i] = NO_EVENT;
	}
	return 0;
}

struct merge_lost merge_lost_total(const struct merge *m)
{
	struct merge_lost sum = { 0 };
	unsigned int i;

	for (i = 0; i < m->n; i++) {
		struct merge_lost l = read_lost(&m->rings[i]);

		sum.buffer += l.buffer - m->rings[i].lost_before.buffer;
		sum.fault += l.fault - m->rings[i].lost_before.fault;
		sum.busy += l.busy - m->rings[i].lost_before.busy;
	}
	return sum;
}
