/* SPDX-License-Identifier: BSD-2-Clause */
/* Gathers and lays out the index of a frame. */
#include "index_build.h"

#include <errno.h>
#include <stdlib.h>

#define SLOTS_MIN 256u

int index_build_init(struct index_build *b)
{
	memset(b, 0, sizeof(*b));
	b->slots = calloc(SLOTS_MIN, sizeof(*b->slots));
	b->n_slots = SLOTS_MIN;
	b->last_tid = UINT64_MAX;
	b->ts_low = UINT64_MAX;
	return b->slots ? 0 : -ENOMEM;
}

void index_build_free(struct index_build *b)
{
	free(b->slots);
	scap_build_free(&b->tags);
}

/* ---- threads ---- */

/* The slot of @key, or the free one where it belongs. */
static uint64_t *slot_of(uint64_t *slots, size_t n, uint64_t key)
{
	size_t i = (size_t)((key * 0x9e3779b97f4a7c15u) >> 32) & (n - 1);

	while (slots[i] && slots[i] != key)
		i = (i + 1) & (n - 1);
	return &slots[i];
}

static bool grow(struct index_build *b)
{
	size_t n = b->n_slots * 2, i;
	uint64_t *slots = calloc(n, sizeof(*slots));

	if (!slots)
		return false;
	for (i = 0; i < b->n_slots; i++)
		if (b->slots[i])
			*slot_of(slots, n, b->slots[i]) = b->slots[i];
	free(b->slots);
	b->slots = slots;
	b->n_slots = n;
	return true;
}

static void add_thread(struct index_build *b, uint64_t tid)
{
	uint64_t *slot;

	b->last_tid = tid;
	slot = slot_of(b->slots, b->n_slots, tid + 1);
	if (*slot)
		return;
	*slot = tid + 1;
	if (++b->n_threads * 2 > b->n_slots && !grow(b))
		b->failed = true; /* before the last slot is taken: a search must end */
}

/* ---- events ---- */

static void add_loss(struct index_build *b, const struct scap_event *ev)
{
	struct scap_loss loss;
	size_t len;
	const void *p = scap_event_item(ev, SCAP_ITEM_LOSS, &len);

	if (!p || len < sizeof(loss))
		return;
	memcpy(&loss, p, sizeof(loss));
	if (!loss.from)
		loss.from = loss.to;
	if (!b->has_loss || loss.from < b->loss.from)
		b->loss.from = loss.from;
	if (!b->has_loss || loss.to > b->loss.to)
		b->loss.to = loss.to;
	b->loss.buffer += loss.buffer;
	b->loss.fault += loss.fault;
	b->loss.busy += loss.busy;
	b->has_loss = true;
}

void index_build_event(struct index_build *b, const struct scap_event *ev)
{
	uint64_t ts = ev->hdr->ts, tid = ev->hdr->tid;
	uint16_t type = ev->hdr->type;

	if (b->counts[type]++ == 0)
		b->types[b->n_types++] = type;
	b->events++;
	if (ts < b->ts_low)
		b->ts_low = ts;
	if (ts > b->ts_high)
		b->ts_high = ts;
	if (tid == UINT64_MAX)
		b->no_thread = true;
	else if (tid != b->last_tid && !b->failed)
		add_thread(b, tid);
	if (ev->items)
		add_loss(b, ev);
}

void index_build_tag(struct index_build *b, uint8_t kind, const void *p, size_t n)
{
	struct index_tag tag, want = { kind, (uint16_t)n };
	size_t at;

	if (n > UINT16_MAX || b->tags.len + n > INDEX_BYTES_MAX / 2) {
		b->failed = true;
		return;
	}
	for (at = 0; at < b->tags.len; at += sizeof(tag) + tag.bytes) {
		memcpy(&tag, b->tags.buf + at, sizeof(tag));
		if (!memcmp(&tag, &want, sizeof(tag)) &&
		    (n == 0 || !memcmp(b->tags.buf + at + sizeof(tag), p, n)))
			return;
	}
	scap_build_bytes(&b->tags, &want, sizeof(want));
	scap_build_bytes(&b->tags, p, n);
}

/* ---- laying it out ---- */

static size_t section(struct scap_build *out, uint16_t kind)
{
	scap_build_u16(out, kind);
	scap_build_u16(out, 0);
	return scap_build_entry(out);
}

static void put_types(struct index_build *b, struct scap_build *out)
{
	size_t at = section(out, INDEX_TYPES);
	unsigned int i;

	for (i = 0; i < b->n_types; i++) {
		scap_build_u16(out, b->types[i]);
		scap_build_u32(out, b->counts[b->types[i]]);
		b->counts[b->types[i]] = 0;
	}
	scap_build_entry_end(out, at, false);
	b->n_types = 0;
}

static int compare(const void *a, const void *b)
{
	uint64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

static void put_leb128(struct scap_build *out, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		scap_build_u8(out, (uint8_t)(v | 0x80));
	scap_build_u8(out, (uint8_t)v);
}

/* The set is sorted in its own memory, which is emptied then. */
static void put_threads(struct index_build *b, struct scap_build *out)
{
	size_t at = section(out, INDEX_THREADS), i, n = 0;
	uint64_t before = 0;

	for (i = 0; i < b->n_slots; i++)
		if (b->slots[i])
			b->slots[n++] = b->slots[i];
	qsort(b->slots, n, sizeof(*b->slots), compare);
	for (i = 0; i < n; i++) {
		put_leb128(out, b->slots[i] - 1 - before);
		before = b->slots[i] - 1;
	}
	if (b->no_thread)
		put_leb128(out, UINT64_MAX - before);
	scap_build_entry_end(out, at, false);
	memset(b->slots, 0, b->n_slots * sizeof(*b->slots));
	b->n_threads = 0;
	b->no_thread = false;
	b->last_tid = UINT64_MAX;
}

int index_build_finish(struct index_build *b, struct index_head *head, struct scap_build *out)
{
	bool failed = b->failed;
	size_t at;

	head->magic = INDEX_MAGIC;
	head->version = INDEX_VERSION;
	head->head_bytes = sizeof(*head);
	head->flags |= b->has_loss ? INDEX_HAS_LOSS : 0;
	head->events = b->events;
	head->ts_low = b->events ? b->ts_low : 0;
	head->ts_high = b->ts_high;
	out->len = 0;
	scap_build_bytes(out, head, sizeof(*head));
	put_types(b, out);
	put_threads(b, out);
	if (b->tags.len) {
		at = section(out, INDEX_TAGS);
		scap_build_bytes(out, b->tags.buf, b->tags.len);
		scap_build_entry_end(out, at, false);
	}
	if (b->has_loss) {
		at = section(out, INDEX_LOSS);
		scap_build_bytes(out, &b->loss, sizeof(b->loss));
		scap_build_entry_end(out, at, false);
	}
	scap_build_u32(out, aside_crc(out->buf, out->len));
	failed = failed || out->failed || b->tags.failed || out->len > INDEX_BYTES_MAX;
	b->tags.len = 0;
	b->events = b->ts_high = 0;
	b->ts_low = UINT64_MAX;
	b->has_loss = b->failed = false;
	memset(&b->loss, 0, sizeof(b->loss));
	return failed ? -ENOMEM : 0;
}
