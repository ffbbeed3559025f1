/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes captures: events become blocks in a buffer, which goes to the codec when it is full or a
 * second old. The clock is read only now and then: every CLOCK_EVENTS events, or when the events'
 * own time stamps say that a tenth of a second has gone by.
 *
 * A codec that has frames gets a new one about every megabyte or ten seconds. It ends in front of
 * the event that no longer goes into it, so that what its owner has to say about the last event
 * (scap_writer_tag()) is still said in time. Behind it comes its index.
 *
 * The first error stays and names the file; what was flushed before it can be read.
 */
#include "block.h"
#include "engine.h"
#include "index_build.h"
#include "keyframe.h"
#include "lower.h"
#include "write_snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#define BUF_BYTES      (256u << 10)
#define CLOCK_EVENTS   64
#define CLOCK_TS       100000000u
#define FLUSH_NS       1000000000u
#define FLUSH_SLACK_NS 200000000u /* so that data is a second old at most, not at least */
#define FRAME_BYTES    (1u << 20)
#define FRAME_NS       10000000000u
/*
 * A keyframe after so much content: what is read in vain to reach an event takes a hundredth of a
 * second. Where the state is large, so many times its size, so that it costs a few percent.
 */
#define KEYFRAME_BYTES (16u << 20)
#define KEYFRAME_TIMES 16u

struct scap_writer {
	struct scap_out out;
	struct scap_error err; /* of the last call that failed */
	uint8_t *buf;
	size_t len;
	uint64_t flushed; /* monotonic time */
	uint64_t looked;  /* time stamp of the event at which the clock was read last */
	unsigned int unclocked;
	bool dirty; /* something was written since the last flush */

	struct lower lower;
	uint8_t *first; /* items for the first event: what is known of the machine, or NULL */
	uint32_t first_len;

	struct index_build *index; /* of the present frame, NULL: none is made */
	struct scap_build aside;   /* what is laid out to stand behind or before a frame */
	uint64_t n_events;	   /* in the file */
	uint64_t frame;		   /* number of the present frame */
	uint64_t frame_content;	   /* where it begins in the plain stream */
	uint64_t frame_first;	   /* events before it */
	uint64_t frame_began;	   /* monotonic time of its first flush, 0: not yet */
	bool frame_due;		   /* it is old enough */
	uint64_t keyframe_content; /* where the last keyframe stands in the plain stream */
	uint64_t keyframe_distance;
	uint32_t frame_bytes, keyframe_bytes;
};

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static int result(struct scap_writer *w, int rc)
{
	if (rc < 0)
		w->err = w->out.err;
	return rc;
}

static int drain(struct scap_writer *w)
{
	int rc = scap_out_write(&w->out, w->buf, w->len);

	w->len = 0;
	return rc;
}

/* ---- frames ---- */

static uint64_t content(const struct scap_writer *w)
{
	return w->out.content + w->len;
}

static bool frame_is_full(const struct scap_writer *w)
{
	return w->frame_due || content(w) - w->frame_content >= w->frame_bytes;
}

static int put_index(struct scap_writer *w, const struct scap_out_frame *frame)
{
	struct index_head head = {
		.frame_at = frame->at,
		.frame_bytes = frame->bytes,
		.flags = w->frame == 0 ? INDEX_IS_SECTION : 0,
		.content_at = w->frame_content,
		.content_bytes = w->out.content - w->frame_content,
		.first = w->frame_first + 1,
	};

	/* Without its index a frame is read by everybody. */
	if (index_build_finish(w->index, &head, &w->aside) < 0)
		return 0;
	return w->out.codec->aside(&w->out, ASIDE_INDEX, w->aside.buf, w->aside.len);
}

static int end_frame(struct scap_writer *w)
{
	struct scap_out_frame frame;
	int rc = drain(w);

	if (rc < 0 || !w->out.codec->end_frame)
		return rc;
	rc = w->out.codec->end_frame(&w->out, &frame);
	if (rc == 1)
		rc = w->index ? put_index(w, &frame) : 0;
	w->frame++;
	w->frame_content = w->out.content;
	w->frame_first = w->n_events;
	w->frame_began = 0;
	w->frame_due = false;
	return rc;
}

uint64_t scap_writer_frame(const struct scap_writer *w)
{
	return w->frame;
}

void scap_writer_tag(struct scap_writer *w, uint8_t kind, const void *p, size_t len)
{
	if (w->index)
		index_build_tag(w->index, kind, p, len);
}

bool scap_writer_wants_keyframe(const struct scap_writer *w)
{
	return w->index && frame_is_full(w) &&
	       content(w) - w->keyframe_content >= w->keyframe_distance;
}

int scap_writer_keyframe(struct scap_writer *w, const void *state, size_t len)
{
	int rc = w->out.err.code;

	if (rc < 0 || !w->index)
		return rc;
	rc = end_frame(w);
	w->keyframe_content = w->out.content;
	w->keyframe_distance = w->keyframe_bytes;
	if (len > w->keyframe_bytes / KEYFRAME_TIMES && w->keyframe_bytes == KEYFRAME_BYTES)
		w->keyframe_distance = len * KEYFRAME_TIMES;
	/* What cannot be packed is left out: another one will come. */
	if (rc == 0 && keyframe_pack(&w->aside, state, len, w->n_events, w->out.content) == 0)
		rc = w->out.codec->aside(&w->out, ASIDE_KEYFRAME, w->aside.buf, w->aside.len);
	return result(w, rc);
}

/* ---- opening and flushing ---- */

int scap_writer_flush(struct scap_writer *w)
{
	int rc;

	if (!w->dirty)
		return w->out.err.code;
	w->flushed = now();
	w->unclocked = 0;
	if (!w->frame_began)
		w->frame_began = w->flushed;
	else if (w->flushed - w->frame_began >= FRAME_NS)
		w->frame_due = true;
	rc = drain(w);
	if (rc == 0)
		rc = scap_out_flush(&w->out);
	w->dirty = false;
	return result(w, rc);
}

static int flush_if_due(struct scap_writer *w, uint64_t ts)
{
	if (++w->unclocked < CLOCK_EVENTS && ts - w->looked < CLOCK_TS)
		return 0;
	w->unclocked = 0;
	w->looked = ts;
	if (now() - w->flushed < FLUSH_NS - FLUSH_SLACK_NS)
		return 0;
	return scap_writer_flush(w);
}

static void free_writer(struct scap_writer *w)
{
	if (w->index)
		index_build_free(w->index);
	free(w->index);
	lower_free(&w->lower);
	scap_build_free(&w->aside);
	free(w->first);
	free(w->buf);
	free(w);
}

/* @facts as an item; without memory for it they are left out. */
static void keep_facts(struct scap_writer *w, const char *facts)
{
	struct scap_item_hdr hdr = { SCAP_ITEM_MACHINE,
				     (uint16_t)strnlen(facts,
						       sizeof(((struct scap_machine *)0)->facts)) };

	w->first = hdr.len ? malloc(sizeof(hdr) + hdr.len) : NULL;
	if (!w->first)
		return;
	memcpy(w->first, &hdr, sizeof(hdr));
	memcpy(w->first + sizeof(hdr), facts, hdr.len);
	w->first_len = (uint32_t)sizeof(hdr) + hdr.len;
}

static int open_index(struct scap_writer *w)
{
	if (!w->out.codec->aside)
		return 0;
	w->keyframe_distance = w->keyframe_bytes;
	w->index = malloc(sizeof(*w->index));
	if (!w->index || index_build_init(w->index) < 0)
		return scap_out_fail(&w->out, -ENOMEM, "no memory for the index");
	return 0;
}

struct scap_writer *scap_writer_open(const char *path, const struct scap_writer_options *opts,
				     const struct scap_snapshot *snap, struct scap_error *err)
{
	static const struct scap_writer_options defaults = { .compression = SCAP_ZSTD };
	struct scap_writer *w = calloc(1, sizeof(*w));
	int rc;

	if (w)
		w->buf = malloc(BUF_BYTES);
	if (!w || !w->buf) {
		free(w);
		scap_fail(err, -ENOMEM, "%s: no memory", path);
		return NULL;
	}
	if (!opts)
		opts = &defaults;
	w->dirty = true;
	w->frame_bytes = opts->frame_bytes ? opts->frame_bytes : FRAME_BYTES;
	w->keyframe_bytes = opts->keyframe_bytes ? opts->keyframe_bytes : KEYFRAME_BYTES;
	rc = lower_init(&w->lower, opts->schema ? opts->schema : SCHEMA(4, 1, 0));
	if (rc < 0)
		rc = scap_fail(&w->out.err, rc, "%s: no schema that can be written", path);
	else
		rc = scap_out_open(&w->out, path, opts->compression, opts->level);
	if (rc == 0 && !opts->no_index)
		rc = open_index(w);
	if (rc == 0)
		rc = scap_write_snapshot(&w->out, snap);
	if (snap)
		keep_facts(w, snap->machine.facts);
	if (rc == 0)
		rc = scap_writer_flush(w);
	if (rc < 0) {
		if (err)
			*err = w->out.err;
		scap_out_close(&w->out);
		free_writer(w);
		return NULL;
	}
	return w;
}

/* ---- events ---- */

/* Where an event lies in its block, and what goes with it. */
struct layout {
	uint32_t type, head, record, items, total;
};

static uint32_t pad4(uint32_t n)
{
	return (n + 3) & ~3u;
}

/* Returns 0, or -EMSGSIZE for an event that no reader would take. */
static int lay_out(struct layout *l, const struct scap_event *ev)
{
	bool large = ev->info->flags & EF_LARGE_PAYLOAD;
	uint64_t total, option = 0;

	if (ev->flags)
		l->type = large ? BLOCK_EVF_V2_LARGE : BLOCK_EVF_V2;
	else
		l->type = large ? BLOCK_EV_V2_LARGE : BLOCK_EV_V2;
	l->head = ev->flags ? 14 : 10;
	/* A driver may put something of its own behind the parameters: that is not for the file. */
	l->record = ev->hdr->len;
	if (ev->hdr->nparams == ev->nparams)
		l->record = (uint32_t)(ev->data - (const uint8_t *)ev->hdr) + ev->off[ev->nparams];
	if (ev->items && ev->items_len && ev->items_len <= UINT16_MAX - 4)
		option = 4 + 4 + (uint64_t)pad4(ev->items_len) + 4;
	total = pad4(l->head + l->record) + 4ull;
	l->items = option && total + option <= BLOCK_EVENT_MAX ? ev->items_len : 0;
	if (l->items)
		total += option;
	if (total > (large ? BLOCK_LARGE_MAX : BLOCK_EVENT_MAX))
		return -EMSGSIZE;
	l->total = (uint32_t)total;
	return 0;
}

static void put16(uint8_t *p, uint16_t v)
{
	memcpy(p, &v, sizeof(v));
}

static void put32(uint8_t *p, uint32_t v)
{
	memcpy(p, &v, sizeof(v));
}

/* The custom option that holds the items, and the option that ends the list. */
static void put_items(uint8_t *p, const struct layout *l, const struct scap_event *ev)
{
	put16(p, SCAP_ITEM_OPTION);
	put16(p + 2, (uint16_t)(l->items + 4));
	put32(p + 4, SCAP_ITEM_PEN);
	put32(p + 8 + pad4(l->items) - 4, 0);
	memcpy(p + 8, ev->items, l->items);
	put32(p + 8 + pad4(l->items), 0);
}

static void put_event(uint8_t *p, const struct layout *l, const struct scap_event *ev)
{
	uint32_t end = l->head + l->record;

	put32(p, l->type);
	put32(p + 4, l->total);
	put16(p + 8, ev->cpu);
	if (ev->flags)
		put32(p + 10, ev->flags);
	put32(p + pad4(end) - 4, 0); /* padding, before the event covers the rest of it */
	memcpy(p + l->head, ev->hdr, l->record);
	put32(p + l->head + offsetof(struct scap_event_hdr, len), l->record);
	if (l->items)
		put_items(p + pad4(end), l, ev);
	put32(p + l->total - 4, l->total);
}

/* A block that is longer than the buffer is rare: it is built beside it. */
static int put_giant(struct scap_writer *w, const struct layout *l, const struct scap_event *ev)
{
	uint8_t *p = malloc(l->total);
	int rc;

	if (!p)
		return scap_out_fail(&w->out, -ENOMEM, "no memory for a large event");
	put_event(p, l, ev);
	rc = scap_out_write(&w->out, p, l->total);
	free(p);
	return rc;
}

const struct scap_event *scap_writer_as_written(struct scap_writer *w, const struct scap_event *ev)
{
	const struct scap_event *written = lower_event(&w->lower, ev);

	if (!written)
		scap_out_fail(&w->out, -ENOMEM, "no memory for an event");
	return written ? written : ev;
}

/* The first event with the facts behind its own items, unless it has such already. */
static int put_first(struct scap_writer *w, const struct scap_event *ev)
{
	struct scap_event first = *ev;
	uint8_t *items, *facts = w->first;
	uint32_t len = ev->items ? ev->items_len : 0;
	size_t n;
	int rc;

	w->first = NULL;
	items = ev->items && scap_event_item(ev, SCAP_ITEM_MACHINE, &n)
			? NULL
			: malloc(len + (size_t)w->first_len);
	if (items) {
		if (len)
			memcpy(items, ev->items, len);
		memcpy(items + len, facts, w->first_len);
		first.items = items;
		first.items_len = len + w->first_len;
	}
	rc = scap_writer_event(w, &first);
	free(items);
	free(facts);
	return rc;
}

int scap_writer_event(struct scap_writer *w, const struct scap_event *ev)
{
	struct layout l;
	int rc = 0;

	if (w->first)
		return put_first(w, ev);
	ev = scap_writer_as_written(w, ev);
	if (w->out.err.code)
		return result(w, w->out.err.code);
	if (lay_out(&l, ev) < 0)
		return scap_fail(&w->err, -EMSGSIZE,
				 "%s: an event of %u bytes (%s) is too long for a capture",
				 w->out.name, ev->hdr->len, ev->info->name);
	if (frame_is_full(w))
		rc = end_frame(w);
	if (rc == 0 && l.total > BUF_BYTES - w->len)
		rc = drain(w);
	if (rc == 0 && l.total > BUF_BYTES) {
		rc = put_giant(w, &l, ev);
	} else if (rc == 0) {
		put_event(w->buf + w->len, &l, ev);
		w->len += l.total;
	}
	w->dirty = true;
	w->n_events++;
	if (w->index)
		index_build_event(w->index, ev);
	if (rc == 0)
		rc = flush_if_due(w, ev->hdr->ts);
	return result(w, rc);
}

uint64_t scap_writer_bytes(const struct scap_writer *w)
{
	return w->out.bytes;
}

const struct scap_error *scap_writer_error(const struct scap_writer *w)
{
	return &w->err;
}

int scap_writer_close(struct scap_writer *w, struct scap_error *err)
{
	int rc;

	if (!w)
		return 0;
	rc = end_frame(w);
	if (rc == 0)
		rc = scap_out_finish(&w->out);
	scap_out_close(&w->out);
	rc = w->out.err.code;
	if (rc < 0 && err)
		*err = w->out.err;
	free_writer(w);
	return rc;
}
