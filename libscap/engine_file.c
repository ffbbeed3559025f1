/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A capture file as a source of events. An event is decoded where the stream put it; nothing is
 * copied or allocated for it.
 *
 * Files of schema 4.0 and later are delivered as they are. In older ones most calls are an entry
 * and an exit event, which convert.c makes one.
 */
#include "convert.h"
#include "engine.h"
#include "frames.h"
#include "reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define BLOCK_FLAG_LARGE 4u /* of upstream's interface; never meant for files */

struct file {
	struct scap_reader r;
	struct scap_convert convert;
	struct scap_stats stats;
	uint64_t n_events; /* event blocks so far */
	uint64_t last_ts;
	bool end;
	enum { FRAMES_UNKNOWN, FRAMES_NONE, FRAMES_FOUND } found;
	struct frames frames;
	size_t frame; /* the present one */
};

static void count_loss(struct file *f, const struct scap_event *ev)
{
	struct scap_loss loss;
	const void *p;
	size_t len;

	p = scap_event_item(ev, SCAP_ITEM_LOSS, &len);
	if (!p || len < sizeof(loss))
		return;
	memcpy(&loss, p, sizeof(loss));
	f->stats.lost_buffer += loss.buffer;
	f->stats.lost_fault += loss.fault;
	f->stats.lost_busy += loss.busy;
	f->stats.lost += loss.buffer + loss.fault + loss.busy;
}

static int decode_failed(struct file *f, int rc, uint32_t block_len)
{
	if (rc == -ENOENT) {
		f->stats.skipped++;
		return 0;
	}
	return scap_blocks_fail(&f->r.blocks, rc,
				"damaged event: its lengths do not fit into its block of %u bytes",
				block_len);
}

static int convert(struct file *f, struct scap_event *ev)
{
	int rc = scap_convert(&f->convert, ev);

	if (rc == -ENOENT) {
		f->stats.skipped++;
		return 0;
	}
	if (rc < 0)
		return scap_blocks_fail(&f->r.blocks, rc, "event of an older schema: %s",
					strerror(-rc));
	return rc;
}

static void find_items(struct file *f, struct scap_event *ev, const uint8_t *body,
		       uint32_t body_len, uint32_t head)
{
	if (scap_find_items(ev, body, body_len, head))
		count_loss(f, ev);
}

static int no_event(struct file *f)
{
	return scap_blocks_fail(&f->r.blocks, -EBADMSG, "damaged event block: no event");
}

/*
 * The short way for an ordinary block: the CPU, and a record. Returns 1 for an event to deliver, 0
 * for one to pass over, or an error.
 */
static int decode_plain(struct file *f, const uint8_t *body, uint32_t body_len,
			struct scap_event *ev)
{
	const struct scap_event_hdr *hdr = (const struct scap_event_hdr *)(body + 2);
	uint32_t avail = body_len - 2;
	int rc;

	if (body_len < 2)
		return no_event(f);
	/* an entry of an old capture, with nothing behind it, that waits for its exit now */
	if (avail >= sizeof(*hdr) && scap_event_is_enter(hdr->type) && hdr->len + 4 > avail &&
	    scap_convert_store(&f->convert, hdr, avail))
		return 0;
	rc = scap_event_decode(ev, hdr, avail);
	if (rc < 0)
		return decode_failed(f, rc, body_len + BLOCK_OVERHEAD);
	memcpy(&ev->cpu, body, sizeof(ev->cpu));
	find_items(f, ev, body, body_len, 2);
	return convert(f, ev);
}

/* The same for any event block. */
static int decode(struct file *f, const struct scap_block *blk, struct scap_event *ev)
{
	uint32_t head = blk->t.flags ? 6 : 2, flags = 0;
	uint16_t cpu;
	int rc;

	if (blk->body_len < head)
		return no_event(f);
	memcpy(&cpu, blk->body, sizeof(cpu));
	if (blk->t.flags)
		memcpy(&flags, blk->body + 2, sizeof(flags));
	if (blk->t.version < 2)
		rc = scap_convert_unnumbered(&f->convert, blk->body + head, blk->body_len - head,
					     ev);
	else
		rc = scap_event_decode(ev, blk->body + head, blk->body_len - head);
	if (rc < 0)
		return decode_failed(f, rc, blk->len);
	ev->cpu = cpu;
	ev->flags = flags & ~BLOCK_FLAG_LARGE;
	if (blk->t.version >= 2)
		find_items(f, ev, blk->body, blk->body_len, head);
	return convert(f, ev);
}

/* Another capture was appended to this one: its state replaces ours. */
static int begin_section(struct scap *h, struct file *f)
{
	int rc;

	scap_blocks_again(&f->r.blocks);
	scap_convert_section(&f->convert);
	rc = scap_reader_section(&f->r);
	scap_snapshot_free(h->snap);
	h->snap = f->r.snap;
	f->r.snap = NULL;
	f->end = rc == 0;
	return rc < 0 ? rc : SCAP_SECTION;
}

static int file_next(struct scap *h, struct scap_event *ev)
{
	struct file *f = h->priv;
	const uint8_t *body;
	struct scap_block blk;
	uint32_t body_len;
	int rc;

	do {
		if (f->end)
			return SCAP_END;
		body = scap_blocks_event(&f->r.blocks, &body_len);
		if (body) {
			f->n_events++;
			rc = decode_plain(f, body, body_len, ev);
			continue;
		}
		rc = scap_blocks_next(&f->r.blocks, &blk);
		if (rc == 1 && blk.t.kind == KIND_EVENT) {
			f->n_events++;
			rc = decode(f, &blk, ev);
		} else if (rc == 1 && blk.t.kind == KIND_SECTION) {
			rc = begin_section(h, f);
			if (rc == SCAP_SECTION)
				return rc;
		} else if (rc == 1) {
			rc = scap_blocks_fail(&f->r.blocks, -EBADMSG,
					      "unexpected %s (type 0x%x) among the events",
					      blk.t.name, blk.type);
		} else if (rc == 0) {
			f->end = true;
		}
	} while (rc == 0);
	if (rc < 0) {
		h->err = f->r.blocks.err;
		return rc;
	}
	f->stats.events++;
	f->last_ts = ev->hdr->ts;
	return SCAP_EVENT;
}

static void file_stats(const struct scap *h, struct scap_stats *st)
{
	const struct file *f = h->priv;

	*st = f->stats;
	st->bytes_read = scap_blocks_file_offset(&f->r.blocks);
	st->bytes_total = f->r.blocks.in.size;
}

/* ---- frames ---- */

static struct frames *file_frames(struct scap *h, int *fd)
{
	struct file *f = h->priv;
	const struct scap_in *in = &f->r.blocks.in;

	if (f->found == FRAMES_UNKNOWN) {
		f->found = FRAMES_NONE;
		if (in->codec->seek && in->size && frames_load(&f->frames, in->fd, in->size) == 0)
			f->found = FRAMES_FOUND;
	}
	*fd = in->fd;
	return f->found == FRAMES_FOUND ? &f->frames : NULL;
}

/* By where the next block stands in the plain stream; blocks do not go over frames. */
static size_t file_frame_now(struct scap *h)
{
	struct file *f = h->priv;
	uint64_t at = scap_blocks_offset(&f->r.blocks) + f->r.blocks.last;

	while (f->frame + 1 < f->frames.n && at >= f->frames.list[f->frame + 1].content_at)
		f->frame++;
	return f->frame;
}

static int file_seek(struct scap *h, size_t i)
{
	struct file *f = h->priv;
	const struct scap_frame *fr = &f->frames.list[i];
	int rc = scap_blocks_seek(&f->r.blocks, fr->at, fr->content_at);

	if (rc < 0) {
		h->err = f->r.blocks.err;
		return rc;
	}
	f->frame = i;
	f->end = false;
	return 0;
}

/* ---- behind a damage ---- */

struct next_frame {
	uint64_t behind, at;
};

static int find_next_frame(void *arg, uint64_t at, uint64_t bytes, bool skippable)
{
	struct next_frame *next = arg;

	(void)bytes;
	if (skippable || at <= next->behind)
		return 0;
	next->at = at;
	return 1;
}

/*
 * What the decompressor gave up on is where it stands in the file: its sum may be wrong when all
 * its blocks have come. A bad block is where it stands in the stream.
 */
static size_t damaged_frame(struct scap *h, struct file *f)
{
	uint64_t at = scap_blocks_file_offset(&f->r.blocks);
	size_t i = 0;

	if (!f->r.blocks.stream_failed)
		return file_frame_now(h);
	while (i + 1 < f->frames.n && f->frames.list[i + 1].at <= at)
		i++;
	return i;
}

/*
 * Goes to the frame behind the damaged one, as the index has it: what may still be made of the
 * damaged one is not what was written. Returns 1, or 0: there is none.
 */
static int resume_at_next(struct scap *h, struct file *f, struct scap_gap *gap)
{
	size_t i = damaged_frame(h, f) + 1;
	const struct scap_frame *fr = &f->frames.list[i];

	f->r.blocks.failed = 0;
	gap->at = fr[-1].at;
	if (i >= f->frames.n) {
		gap->bytes = f->r.blocks.in.size - gap->at;
		return 0;
	}
	gap->bytes = fr->at - gap->at;
	if (scap_blocks_seek(&f->r.blocks, fr->at, fr->content_at) < 0)
		return 0;
	f->frame = i;
	if (fr->indexed) {
		gap->at_frame = gap->counted = true;
		gap->events = fr->first - 1 - f->n_events;
		f->n_events = fr->first - 1;
	}
	return scap_blocks_begins(&f->r.blocks) || scap_blocks_resync(&f->r.blocks);
}

/* The same without index: frames of other writers end anywhere in a block. */
static int resume_at_any(struct file *f)
{
	struct scap_blocks *b = &f->r.blocks;
	struct next_frame next;

	for (next.behind = scap_blocks_file_offset(b);; next.behind = next.at) {
		if (frames_walk(b->in.fd, b->in.size, find_next_frame, &next) != 1)
			return 0;
		b->failed = 0;
		if (scap_blocks_seek(b, next.at, scap_blocks_offset(b)) < 0)
			return 0;
		if (scap_blocks_begins(b) || scap_blocks_resync(b))
			return 1;
	}
}

static int file_resume(struct scap *h, struct scap_gap *gap)
{
	struct file *f = h->priv;
	struct scap_blocks *b = &f->r.blocks;
	bool plain = b->in.codec == &scap_codec_plain, pairs = f->convert.pairs;
	uint64_t end;
	int found, fd;

	if (b->failed != -EBADMSG)
		return b->failed ? b->failed : -EINVAL;
	gap->ts_before = f->last_ts;
	if (file_frames(h, &fd)) {
		found = resume_at_next(h, f, gap);
	} else {
		gap->at = plain ? scap_blocks_offset(b) : scap_blocks_file_offset(b);
		found = scap_blocks_resync(b);
		if (!found && b->in.codec->seek && b->in.size)
			found = resume_at_any(f);
		end = plain ? scap_blocks_offset(b) + (found ? 0 : b->len - b->pos)
			    : scap_blocks_file_offset(b);
		gap->bytes = end > gap->at ? end - gap->at : 0;
	}
	f->end = !found;
	/* What waits for its exit may have had it in the gap. */
	scap_convert_section(&f->convert);
	f->convert.pairs = pairs;
	return found;
}

static void file_close(struct scap *h)
{
	struct file *f = h->priv;

	frames_free(&f->frames);
	scap_blocks_close(&f->r.blocks);
	scap_convert_done(&f->convert);
	free(f);
}

static const struct scap_engine engine_file = {
	.name = "file",
	.next = file_next,
	.stats = file_stats,
	.close = file_close,
	.frames = file_frames,
	.frame_now = file_frame_now,
	.seek = file_seek,
	.resume = file_resume,
};

struct scap *scap_open_file(const char *path, struct scap_error *err)
{
	struct scap *h = calloc(1, sizeof(*h));
	struct file *f = calloc(1, sizeof(*f));
	int rc;

	if (!h || !f) {
		free(h);
		free(f);
		scap_fail(err, -ENOMEM, "%s: no memory", path);
		return NULL;
	}
	h->engine = &engine_file;
	h->priv = f;
	rc = scap_blocks_open(&f->r.blocks, path);
	scap_convert_init(&f->convert);
	if (rc == 0)
		rc = scap_reader_section(&f->r);
	h->snap = f->r.snap;
	f->r.snap = NULL;
	f->end = rc == 0;
	if (rc < 0) {
		if (err)
			*err = f->r.blocks.err;
		scap_close(h);
		return NULL;
	}
	snprintf(h->describe, sizeof(h->describe), "%s capture", f->r.blocks.in.codec->name);
	return h;
}
