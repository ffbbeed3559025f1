/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The list of frames: each with what the head of its index says. That must fit together from frame
 * to frame (places and numbers go on where those before ended), or there is no list at all: two
 * captures one behind the other, for example, have none, and are read from the start.
 */
#include "frames.h"
#include "keyframe.h"

#include <errno.h>
#include <stdlib.h>

struct loading {
	struct frames *f;
	int fd;
	size_t cap;
	uint64_t keyframe_at; /* of the frame to come, 0: none */
	uint32_t keyframe_bytes;
	uint8_t *raw;
	size_t raw_cap;
};

/* Two hundred thousand frames are as many megabytes of events: a list for more is not loaded. */
#define FRAMES_MAX (1u << 18)

static struct scap_frame *add_frame(struct loading *l)
{
	struct frames *f = l->f;
	struct scap_frame *list;

	if (f->n == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 64;
		list = reallocarray(f->list, l->cap, sizeof(*list));
		if (!list)
			return NULL;
		f->list = list;
	}
	memset(&f->list[f->n], 0, sizeof(*f->list));
	return &f->list[f->n++];
}

/* @n bytes of the file in @raw, which grows to the longest ones. */
static int read_raw(int fd, uint8_t **raw, size_t *cap, uint64_t at, size_t n)
{
	uint8_t *p;

	if (n > *cap) {
		p = realloc(*raw, n);
		if (!p)
			return -ENOMEM;
		*raw = p;
		*cap = n;
	}
	return frames_pread(fd, *raw, n, at) ? 0 : -EBADMSG;
}

/* An index of @n bytes that is whole, and what its head says. */
static int check_index(const uint8_t *p, size_t n, struct index_head *head)
{
	if (n < sizeof(*head) + sizeof(uint32_t) || !aside_crc_good(p, n))
		return -EBADMSG;
	memcpy(head, p, sizeof(*head));
	if (head->magic != INDEX_MAGIC || head->version != INDEX_VERSION ||
	    head->head_bytes < sizeof(*head) || head->head_bytes > n - sizeof(uint32_t))
		return -EBADMSG;
	return 0;
}

/* It stands right behind its frame. */
static int take_index(struct loading *l, uint64_t at, uint32_t bytes)
{
	struct scap_frame *fr = l->f->n ? &l->f->list[l->f->n - 1] : NULL;
	struct index_head head;
	int rc;

	if (!fr || fr->indexed || fr->at + fr->bytes + ZSTD_SKIPPABLE_HEAD != at ||
	    bytes > INDEX_BYTES_MAX)
		return 0;
	rc = read_raw(l->fd, &l->raw, &l->raw_cap, at, bytes);
	if (rc == -ENOMEM)
		return rc;
	if (rc < 0 || check_index(l->raw, bytes, &head) < 0)
		return 0;
	/* Another file was appended to this one, or this one to another. */
	if (head.frame_at != fr->at || head.frame_bytes != fr->bytes ||
	    ((head.flags & INDEX_IS_SECTION) && l->f->n > 1))
		return -ENOENT;
	fr->indexed = true;
	fr->loss = head.flags & INDEX_HAS_LOSS;
	fr->content_at = head.content_at;
	fr->content_bytes = head.content_bytes;
	fr->first = head.first;
	fr->events = head.events;
	fr->ts_low = head.ts_low;
	fr->ts_high = head.ts_high;
	fr->index_at = at;
	fr->index_bytes = bytes;
	return 0;
}

static int take_skippable(struct loading *l, uint64_t at, uint64_t bytes)
{
	uint32_t head[2];

	if (bytes < sizeof(head) || !frames_pread(l->fd, head, sizeof(head), at))
		return 0;
	/* The table says otherwise: it is not the one of this file. */
	if (head[1] != bytes - sizeof(head))
		return -ENOENT;
	switch (head[0] ^ ZSTD_SKIPPABLE) {
	case ASIDE_INDEX:
		return take_index(l, at + sizeof(head), head[1]);
	case ASIDE_KEYFRAME:
		l->keyframe_at = at + sizeof(head);
		l->keyframe_bytes = head[1];
		return 0;
	default:
		return 0;
	}
}

static int take_frame(void *arg, uint64_t at, uint64_t bytes, bool skippable)
{
	struct loading *l = arg;
	struct scap_frame *fr;

	if (skippable)
		return take_skippable(l, at, bytes);
	if (l->f->n >= FRAMES_MAX)
		return -ENOENT;
	fr = add_frame(l);
	if (!fr)
		return -ENOMEM;
	fr->at = at;
	fr->bytes = bytes;
	fr->keyframe = l->keyframe_at != 0;
	fr->keyframe_at = l->keyframe_at;
	fr->keyframe_bytes = l->keyframe_bytes;
	l->keyframe_at = 0;
	return 0;
}

/* Frames of which nothing is said lie between those of which something is. */
static int check_list(struct frames *f)
{
	uint64_t content = 0, events = 0;
	bool any = false;
	size_t i;

	for (i = 0; i < f->n; i++) {
		struct scap_frame *fr = &f->list[i];

		if (!fr->indexed) {
			fr->content_at = content;
			fr->first = events + 1;
			continue;
		}
		if (fr->content_at < content || fr->first < events + 1 || fr->first == 0 ||
		    (any && f->list[i - 1].indexed &&
		     (fr->content_at != content || fr->first != events + 1)) ||
		    fr->content_bytes > UINT64_MAX / 4 - fr->content_at ||
		    fr->events > UINT64_MAX / 4 - fr->first)
			return -ENOENT;
		content = fr->content_at + fr->content_bytes;
		events = fr->first - 1 + fr->events;
		any = true;
	}
	return any ? 0 : -ENOENT;
}

int frames_load(struct frames *f, int fd, uint64_t size)
{
	struct loading l = { .f = f, .fd = fd };
	int rc;

	memset(f, 0, sizeof(*f));
	f->has_table = frames_have_table(fd, size);
	rc = frames_walk(fd, size, take_frame, &l);
	free(l.raw);
	return rc ? rc : check_list(f);
}

void frames_free(struct frames *f)
{
	free(f->list);
	free(f->counts);
	free(f->tids);
	free(f->tags);
	free(f->raw);
	free(f->state);
	memset(f, 0, sizeof(*f));
}

int frames_state(struct frames *f, int fd, size_t i, size_t *len)
{
	const struct scap_frame *fr = &f->list[i];
	struct keyframe_head head;
	uint8_t *raw = NULL;
	size_t cap = 0;
	int rc;

	free(f->state);
	f->state = NULL;
	if (!fr->keyframe || fr->keyframe_bytes > KEYFRAME_BYTES_MAX)
		return -EBADMSG;
	rc = read_raw(fd, &raw, &cap, fr->keyframe_at, fr->keyframe_bytes);
	if (rc == 0)
		rc = keyframe_unpack(raw, fr->keyframe_bytes, &head, &f->state, len);
	free(raw);
	/* It has to be of this place. */
	if (rc == 0 &&
	    (!fr->indexed || head.content_at != fr->content_at || head.events + 1 != fr->first))
		rc = -EBADMSG;
	return rc;
}

/* ---- the whole index of one frame ---- */

/* Makes @array, of @cap elements, as long as @n. */
static bool room(void *array, size_t *cap, size_t n, size_t size)
{
	void **p = array, *q;

	if (n <= *cap)
		return true;
	q = reallocarray(*p, n, size);
	if (!q)
		return false;
	*p = q;
	*cap = n;
	return true;
}

static int read_types(struct frames *f, const uint8_t *p, size_t n)
{
	struct index_type t;

	for (; n >= sizeof(t); p += sizeof(t), n -= sizeof(t)) {
		memcpy(&t, p, sizeof(t));
		if (t.type < SCAP_EVT_MAX)
			f->counts[t.type] = t.count;
		else
			f->detail.unknown_types += t.count;
	}
	return n ? -EBADMSG : 0;
}

static int read_threads(struct frames *f, const uint8_t *p, size_t n)
{
	uint64_t tid = 0, v = 0;
	unsigned int shift = 0;

	if (!room(&f->tids, &f->tids_cap, n, sizeof(*f->tids)))
		return -ENOMEM;
	for (; n; p++, n--) {
		if (shift > 63)
			return -EBADMSG;
		v |= (uint64_t)(*p & 0x7f) << shift;
		shift += 7;
		if (*p & 0x80)
			continue;
		tid += v;
		f->tids[f->detail.n_tids++] = tid;
		v = shift = 0;
	}
	return shift ? -EBADMSG : 0;
}

static int read_tags(struct frames *f, const uint8_t *p, size_t n)
{
	struct index_tag t;

	if (!room(&f->tags, &f->tags_cap, n / sizeof(t), sizeof(*f->tags)))
		return -ENOMEM;
	while (n) {
		if (n < sizeof(t))
			return -EBADMSG;
		memcpy(&t, p, sizeof(t));
		if (t.bytes > n - sizeof(t))
			return -EBADMSG;
		f->tags[f->detail.n_tags++] = (struct scap_frame_tag){ t.kind, t.bytes,
								       p + sizeof(t) };
		p += sizeof(t) + t.bytes;
		n -= sizeof(t) + t.bytes;
	}
	return 0;
}

static int read_section(struct frames *f, uint16_t kind, const uint8_t *p, size_t n)
{
	switch (kind) {
	case INDEX_TYPES:
		return read_types(f, p, n);
	case INDEX_THREADS:
		return read_threads(f, p, n);
	case INDEX_TAGS:
		return read_tags(f, p, n);
	case INDEX_LOSS:
		if (n < sizeof(f->detail.loss))
			return -EBADMSG;
		memcpy(&f->detail.loss, p, sizeof(f->detail.loss));
		return 0;
	default:
		return 0; /* of a later writer */
	}
}

int frames_detail(struct frames *f, int fd, size_t i)
{
	const struct scap_frame *fr = &f->list[i];
	struct index_section_head s;
	struct index_head head;
	const uint8_t *p, *end;
	unsigned int seen = 0;
	int rc;

	if (!fr->indexed)
		return -EBADMSG;
	if (!f->counts && !(f->counts = malloc(SCAP_EVT_MAX * sizeof(*f->counts))))
		return -ENOMEM;
	memset(f->counts, 0, SCAP_EVT_MAX * sizeof(*f->counts));
	memset(&f->detail, 0, sizeof(f->detail));
	rc = read_raw(fd, &f->raw, &f->raw_cap, fr->index_at, fr->index_bytes);
	if (rc == 0)
		rc = check_index(f->raw, fr->index_bytes, &head);
	if (rc < 0)
		return rc;
	p = f->raw + head.head_bytes;
	end = f->raw + fr->index_bytes - sizeof(uint32_t);
	for (; p < end && rc == 0; p += s.bytes) {
		if ((size_t)(end - p) < sizeof(s))
			return -EBADMSG;
		memcpy(&s, p, sizeof(s));
		p += sizeof(s);
		if (s.bytes > (size_t)(end - p))
			return -EBADMSG;
		/* Each kind once: the lists have the room of one. */
		if (s.kind < 32 && (seen & 1u << s.kind))
			return -EBADMSG;
		seen |= s.kind < 32 ? 1u << s.kind : 0;
		rc = read_section(f, s.kind, p, s.bytes);
	}
	f->detail.counts = f->counts;
	f->detail.tids = f->tids;
	f->detail.tags = f->tags;
	return rc;
}
