/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads blocks in place. The buffer holds the block that was given last and whatever came with it;
 * it grows only while the bytes of a longer block really arrive, up to that block's legal maximum,
 * so that a wrong length costs no memory.
 */
#include "block.h"
#include "ahead.h"
#include "engine.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define BUF_BYTES    (256u << 10)
#define AHEAD_FROM   (1u << 20)	 /* bytes that are read before somebody reads ahead */
#define RESYNC_BYTES (64u << 20) /* so far is looked behind a damage */

static uint32_t load32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* ---- types ---- */

static const struct {
	uint32_t type, alias; /* alias: the number it had in the first captures, 0: none */
	struct scap_block_type t;
} types[] = {
	{ BLOCK_EV_V2, 0, { KIND_EVENT, 2, false, false, "event block" } },
	{ BLOCK_EVF_V2, 0, { KIND_EVENT, 2, true, false, "event block" } },
	{ BLOCK_EV_V2_LARGE, 0, { KIND_EVENT, 2, false, true, "large event block" } },
	{ BLOCK_EVF_V2_LARGE, 0, { KIND_EVENT, 2, true, true, "large event block" } },
	{ BLOCK_EV_V1, 0x8010ABCD, { KIND_EVENT, 1, false, false, "event block" } },
	{ BLOCK_EVF_V1, 0, { KIND_EVENT, 1, true, false, "event block" } },
	{ BLOCK_FDL_V2, 0, { KIND_FDS, 2, false, false, "descriptor list" } },
	{ BLOCK_FDL_V1, 0x8001ABCD, { KIND_FDS, 1, false, false, "descriptor list" } },
	{ BLOCK_SHB, 0, { KIND_SECTION, 1, false, false, "section header" } },
	{ BLOCK_MI, 0x8002ABCD, { KIND_MACHINE, 1, false, false, "machine block" } },
	{ BLOCK_PL_V9, 0, { KIND_THREADS, 9, false, false, "process list" } },
	{ BLOCK_PL_V8, 0, { KIND_THREADS, 8, false, false, "process list" } },
	{ BLOCK_PL_V7, 0, { KIND_THREADS, 7, false, false, "process list" } },
	{ BLOCK_PL_V6, 0, { KIND_THREADS, 6, false, false, "process list" } },
	{ BLOCK_PL_V5, 0, { KIND_THREADS, 5, false, false, "process list" } },
	{ BLOCK_PL_V4, 0, { KIND_THREADS, 4, false, false, "process list" } },
	{ BLOCK_PL_V3, 0x8014ABCD, { KIND_THREADS, 3, false, false, "process list" } },
	{ BLOCK_PL_V2, 0x8013ABCD, { KIND_THREADS, 2, false, false, "process list" } },
	{ BLOCK_PL_V1, 0x8000ABCD, { KIND_THREADS, 1, false, false, "process list" } },
	{ BLOCK_IL_V2, 0, { KIND_INTERFACES, 2, false, false, "interface list" } },
	{ BLOCK_IL_V1, 0x8011ABCD, { KIND_INTERFACES, 1, false, false, "interface list" } },
	{ BLOCK_UL_V2, 0, { KIND_USERS, 2, false, false, "user list" } },
	{ BLOCK_UL_V1, 0x8012ABCD, { KIND_USERS, 1, false, false, "user list" } },
};

static const struct scap_block_type *find_type(uint32_t type)
{
	static const struct scap_block_type unknown = { .name = "block of unknown type" };
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].type == type || (types[i].alias && types[i].alias == type))
			return &types[i].t;
	return &unknown;
}

static uint32_t max_len(const struct scap_block_type *t)
{
	if (t->kind != KIND_EVENT)
		return t->kind == KIND_UNKNOWN ? UINT32_MAX : BLOCK_STATE_MAX;
	return t->large ? BLOCK_LARGE_MAX : BLOCK_EVENT_MAX;
}

/* ---- errors ---- */

uint64_t scap_blocks_file_offset(const struct scap_blocks *b)
{
	return b->ahead ? b->file_at : scap_in_offset(&b->in);
}

int scap_blocks_fail(struct scap_blocks *b, int code, const char *fmt, ...)
{
	char what[384], where[64] = "";
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (b->in.codec && b->in.codec != &scap_codec_plain)
		snprintf(where, sizeof(where), " (near byte %llu of the %s file)",
			 (unsigned long long)scap_blocks_file_offset(b), b->in.codec->name);
	b->failed = scap_fail(&b->err, code, "%s: offset %llu%s: %s", b->in.name,
			      (unsigned long long)scap_blocks_offset(b), where, what);
	return b->failed;
}

/* The data ended @missing bytes before the end of the present block, or a codec gave up. */
static int cut(struct scap_blocks *b, const char *what, size_t missing, int code)
{
	char why[256] = "the capture is cut";

	/* A codec's own message says what it found; the file's name is already in front of ours. */
	if (code && code != -ENODATA) {
		const char *m = b->in.err.msg;
		size_t n = strlen(b->in.name);

		if (strncmp(m, b->in.name, n) == 0 && strncmp(m + n, ": ", 2) == 0)
			m += n + 2;
		snprintf(why, sizeof(why), "%.250s", m);
		if (code != -EBADMSG)
			return scap_blocks_fail(b, code, "%s", why);
	}
	if (missing)
		return scap_blocks_fail(b, -EBADMSG,
					"%s: %zu bytes of the %s that begins here are missing", why,
					missing, what);
	return scap_blocks_fail(b, -EBADMSG, "%s%s", why,
				code == -ENODATA ? ": the compressed data is not finished" : "");
}

/* ---- the buffer ---- */

static int grow(struct scap_blocks *b, size_t need)
{
	size_t cap = b->cap * 2;
	uint8_t *p;

	if (cap > need + BUF_BYTES)
		cap = need + BUF_BYTES;
	p = realloc(b->mem, cap);
	if (!p)
		return scap_blocks_fail(b, -ENOMEM, "no memory for a block of %zu bytes", need);
	if (b->buf == b->mem)
		b->buf = p;
	b->mem = p;
	b->cap = cap;
	return 0;
}

/* What is unread goes to the beginning of our own memory: it is less than that has. */
static int gather(struct scap_blocks *b)
{
	size_t left = b->len - b->pos;
	int rc;

	while (left > b->cap) {
		rc = grow(b, left);
		if (rc < 0)
			return rc;
	}
	if (left && b->buf + b->pos != b->mem)
		memmove(b->mem, b->buf + b->pos, left);
	b->buf = b->mem;
	b->base += b->pos;
	b->len = left;
	b->pos = 0;
	return 0;
}

/* The next chunk, with what is unread in front of it, or behind that if it is a long block. */
static int take_chunk(struct scap_blocks *b, size_t need)
{
	struct ahead_chunk c;
	int rc;

	ahead_next(b->ahead, &c);
	b->file_at = c.taken;
	if (c.n <= 0) {
		b->more = c.n < 0;
		return (int)c.n;
	}
	if (b->len <= AHEAD_ROOM) {
		b->buf = c.data - b->len;
		memcpy(b->buf, b->mem, b->len);
	} else {
		while (b->cap < b->len + (size_t)c.n) {
			rc = grow(b, need > b->len + (size_t)c.n ? need : b->len + (size_t)c.n);
			if (rc < 0)
				return rc;
		}
		memcpy(b->mem + b->len, c.data, (size_t)c.n);
	}
	b->len += (size_t)c.n;
	return 0;
}

static int read_here(struct scap_blocks *b, size_t need)
{
	ssize_t n;
	int rc;

	if (b->len == b->cap) {
		rc = grow(b, need);
		if (rc < 0)
			return rc;
	}
	n = scap_in_read(&b->in, b->buf + b->len, b->cap - b->len);
	if (n < 0)
		return (int)n;
	if (n == 0)
		b->more = false;
	b->len += (size_t)n;
	b->read_here += (size_t)n;
	return 0;
}

/* Of a long stream some was read: the rest is wanted too, most probably. */
static void go_ahead(struct scap_blocks *b)
{
	if (b->in.fd >= 0 && b->read_here >= AHEAD_FROM)
		b->ahead = ahead_start(&b->in);
	if (!b->ahead)
		b->read_here = 0; /* not tried again at once */
}

/*
 * Makes @need unread bytes available, if the stream has as many. Returns 0, or the stream's error
 * when it has given up; then fewer than @need bytes are there. At the clean end it returns 0 too
 * and b->more is false.
 */
static int fill(struct scap_blocks *b, size_t need)
{
	int rc = gather(b);

	if (!b->ahead && b->read_here >= AHEAD_FROM)
		go_ahead(b);
	while (rc == 0 && b->len - b->pos < need && b->more) {
		if (b->ahead) {
			rc = gather(b);
			if (rc == 0)
				rc = take_chunk(b, need);
		} else {
			rc = read_here(b, need);
		}
	}
	b->stream_failed = rc < 0;
	return rc;
}

static int need(struct scap_blocks *b, size_t n, const char *what)
{
	int rc;

	if (b->len - b->pos >= n)
		return 0;
	rc = fill(b, n);
	if (b->failed)
		return b->failed;
	if (b->len - b->pos >= n)
		return 0;
	return cut(b, what, n - (b->len - b->pos), rc);
}

/* ---- blocks ---- */

/* The magic comes before the length is believed: in a swapped file that is swapped too. */
static int check_section(struct scap_blocks *b)
{
	uint32_t magic;
	int rc = need(b, 12, "section header");

	if (rc < 0)
		return rc;
	magic = load32(b->buf + b->pos + 8);
	if (magic == SHB_MAGIC_SWAPPED)
		return scap_blocks_fail(b, -ENOTSUP,
					"recorded on a machine with the other byte order");
	if (magic != SHB_MAGIC)
		return scap_blocks_fail(b, -EBADMSG,
					"not a section header: magic 0x%08x, expected 0x%08x",
					magic, SHB_MAGIC);
	return 0;
}

/* Passes over a block of unknown type without keeping it. */
static int skip_body(struct scap_blocks *b, uint32_t left)
{
	int rc;

	while (left > b->len - b->pos) {
		left -= (uint32_t)(b->len - b->pos);
		b->pos = b->len;
		rc = need(b, 1, "block of unknown type");
		if (rc < 0)
			return rc;
	}
	b->pos += left;
	return 0;
}

static int check_trailer(struct scap_blocks *b, const struct scap_block *blk, const uint8_t *p)
{
	uint32_t trailer = load32(p);

	if (trailer == blk->len)
		return 0;
	return scap_blocks_fail(b, -EBADMSG,
				"damaged %s (type 0x%x): %u bytes long at its start, "
				"%u at its end",
				blk->t.name, blk->type, blk->len, trailer);
}

/* The rest of a block whose type and length are known; @blk is given whole, or empty if unknown. */
static int take(struct scap_blocks *b, struct scap_block *blk)
{
	int rc;

	if (blk->t.kind == KIND_UNKNOWN) {
		rc = skip_body(b, blk->len - 4);
		if (rc == 0)
			rc = need(b, 4, "block of unknown type");
		if (rc == 0)
			rc = check_trailer(b, blk, b->buf + b->pos);
		blk->body_len = 0;
		b->last = 4;
		return rc < 0 ? rc : 1;
	}
	rc = need(b, blk->len, blk->t.name);
	if (rc < 0)
		return rc;
	blk->body = b->buf + b->pos + 8;
	rc = check_trailer(b, blk, b->buf + b->pos + blk->len - 4);
	if (rc < 0)
		return rc;
	b->last = blk->len;
	return 1;
}

int scap_blocks_next(struct scap_blocks *b, struct scap_block *blk)
{
	int rc;

	if (b->failed)
		return b->failed;
	b->pos += b->last;
	b->last = 0;
	if (b->len - b->pos < 8) {
		rc = fill(b, 8);
		if (b->failed)
			return b->failed;
		if (b->len == 0 && rc == 0)
			return 0;
		if (b->len < 8)
			return cut(b, "block header", b->len ? 8 - b->len : 0, rc);
	}
	blk->type = load32(b->buf + b->pos);
	blk->len = load32(b->buf + b->pos + 4);
	if (blk->type == BLOCK_EV_V2) {
		blk->t = types[0].t; /* nearly all of them */
	} else {
		blk->t = *find_type(blk->type);
		if (blk->t.kind == KIND_SECTION) {
			rc = check_section(b);
			if (rc < 0)
				return rc;
		}
	}
	if (blk->len < BLOCK_OVERHEAD || blk->len % 4)
		return scap_blocks_fail(b, -EBADMSG, "damaged %s (type 0x%x): a length of %u bytes",
					blk->t.name, blk->type, blk->len);
	if (blk->len > max_len(&blk->t))
		return scap_blocks_fail(b, -EBADMSG,
					"damaged %s (type 0x%x): %u bytes long, at most %u "
					"are allowed",
					blk->t.name, blk->type, blk->len, max_len(&blk->t));
	blk->body_len = blk->len - BLOCK_OVERHEAD;
	return take(b, blk);
}

/* ---- behind a damage ---- */

/* What all event blocks of today have in common: the record fits into its block. */
static bool looks_like_event(const uint8_t *body, uint32_t body_len,
			     const struct scap_block_type *t)
{
	uint32_t head = t->flags ? 6 : 2;
	struct scap_event_hdr hdr;

	if (t->version < 2)
		return body_len >= head + offsetof(struct scap_event_hdr, nparams);
	if (body_len < head + sizeof(hdr))
		return false;
	memcpy(&hdr, body + head, sizeof(hdr));
	return hdr.len >= sizeof(hdr) && hdr.len <= body_len - head &&
	       hdr.nparams <= SCAP_MAX_PARAMS;
}

static bool looks_like_block(const uint8_t *p, size_t left)
{
	const struct scap_block_type *t = find_type(load32(p));
	uint32_t len = load32(p + 4);

	if ((t->kind != KIND_EVENT && t->kind != KIND_SECTION) || len < BLOCK_OVERHEAD || len % 4 ||
	    len > BLOCK_EVENT_MAX || len > left || load32(p + len - 4) != len)
		return false;
	if (t->kind == KIND_SECTION)
		return load32(p + 8) == SHB_MAGIC;
	return looks_like_event(p + 8, len - BLOCK_OVERHEAD, t);
}

bool scap_blocks_begins(struct scap_blocks *b)
{
	fill(b, BLOCK_EVENT_MAX);
	b->failed = 0;
	return b->len - b->pos >= BLOCK_OVERHEAD &&
	       looks_like_block(b->buf + b->pos, b->len - b->pos);
}

int scap_blocks_resync(struct scap_blocks *b)
{
	size_t step = b->last ? b->last : 4;
	uint64_t limit = scap_blocks_offset(b) + step + RESYNC_BYTES;

	b->failed = 0;
	b->last = 0;
	for (;; step = 4) {
		if (b->len - b->pos < BLOCK_EVENT_MAX + step && b->more && !b->stream_failed)
			fill(b, BLOCK_EVENT_MAX + step); /* what the stream says comes later */
		if (b->len - b->pos < BLOCK_OVERHEAD + step || scap_blocks_offset(b) > limit)
			return 0;
		b->pos += step;
		if (looks_like_block(b->buf + b->pos, b->len - b->pos)) {
			b->failed = 0;
			return 1;
		}
	}
}

/* The stream is open. */
static int begin(struct scap_blocks *b)
{
	uint8_t *p;
	int rc;

	b->cap = BUF_BYTES;
	b->mem = b->buf = malloc(b->cap);
	b->more = true;
	if (!b->mem)
		return b->failed = scap_fail(&b->err, -ENOMEM, "%s: no memory", b->in.name);
	rc = need(b, 12, "section header");
	if (rc < 0)
		return rc;
	p = b->buf;
	if (load32(p) != BLOCK_SHB_TYPE)
		return b->failed = scap_fail(&b->err, -EINVAL,
					     "%s: not a capture: the %s data starts with the bytes "
					     "%02x %02x %02x %02x",
					     b->in.name, b->in.codec->name, p[0], p[1], p[2], p[3]);
	return check_section(b);
}

int scap_blocks_open(struct scap_blocks *b, const char *path)
{
	int rc;

	memset(b, 0, sizeof(*b));
	rc = scap_in_open(&b->in, path);
	if (rc < 0) {
		b->err = b->in.err;
		return b->failed = rc;
	}
	return begin(b);
}

int scap_blocks_open_memory(struct scap_blocks *b, uint8_t *buf, size_t len)
{
	memset(b, 0, sizeof(*b));
	b->in.codec = &scap_codec_plain;
	b->in.name = "memory";
	b->in.fd = b->in.wake = -1;
	b->in.eof = true;
	b->in.buf = buf;
	b->in.len = len;
	return begin(b);
}

int scap_blocks_seek(struct scap_blocks *b, uint64_t at, uint64_t content_at)
{
	int rc;

	if (b->failed)
		return b->failed;
	ahead_stop(b->ahead);
	b->ahead = NULL;
	b->read_here = 0;
	b->stream_failed = false;
	rc = scap_in_seek(&b->in, at);
	if (rc < 0) {
		b->err = b->in.err;
		return b->failed = rc;
	}
	b->buf = b->mem;
	b->pos = b->len = 0;
	b->base = content_at;
	b->last = 0;
	b->more = true;
	return 0;
}

void scap_blocks_close(struct scap_blocks *b)
{
	ahead_stop(b->ahead);
	scap_in_close(&b->in);
	free(b->mem);
}
