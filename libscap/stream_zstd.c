/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * zstd in the seekable format: independent frames, ended where the writer says so, and at the end a
 * skippable frame with the table of their sizes. A file whose writer was killed is an ordinary zstd
 * file without the table, readable up to the last flush.
 */
#include "stream.h"
#include "aside.h"
#include "engine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#define ZSTD_LEVEL 3
#define WINDOW_LOG 21
/*
 * What the decoder looks back at is kept in memory. This is what the format asks every decoder to
 * have, and what zstd's levels up to 19 use.
 */
#define WINDOW_LOG_MAX 23
#define MAGIC_SEEKABLE 0x8F92EAB1u

static uint32_t load32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* ---- reading ---- */

struct zstd_in {
	ZSTD_DCtx *d;
	size_t hint; /* what the decoder wants next; fed so, it fails at the first bad block */
	bool in_frame;
	bool full; /* the last call filled its output: the decoder may hold more */
};

static bool zstd_matches(const uint8_t head[4])
{
	uint32_t magic = load32(head);

	return magic == ZSTD_MAGICNUMBER || (magic & ZSTD_SKIPPABLE_MASK) == ZSTD_SKIPPABLE;
}

static int zstd_read_open(struct scap_in *in)
{
	struct zstd_in *z = calloc(1, sizeof(*z));

	if (z)
		z->d = ZSTD_createDCtx();
	if (!z || !z->d) {
		free(z);
		return scap_fail(&in->err, -ENOMEM, "%s: no memory for zstd", in->name);
	}
	ZSTD_DCtx_setParameter(z->d, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
	z->hint = ZSTD_initDStream(z->d);
	in->priv = z;
	return 0;
}

static void zstd_read_close(struct scap_in *in)
{
	struct zstd_in *z = in->priv;

	ZSTD_freeDCtx(z->d);
	free(z);
}

static int zstd_seek(struct scap_in *in, uint64_t at)
{
	struct zstd_in *z = in->priv;

	(void)at;
	z->hint = ZSTD_initDStream(z->d);
	z->in_frame = z->full = false;
	return 0;
}

/* A window in the middle that is too large is most probably a damaged frame header. */
static int zstd_damaged(struct scap_in *in, size_t code, bool at_start)
{
	unsigned long long at = scap_in_offset(in);

	if (ZSTD_getErrorCode(code) == ZSTD_error_frameParameter_windowTooLarge)
		return scap_fail(&in->err, at_start ? -ENOTSUP : -EBADMSG,
				 "%s: byte %llu of the file: the zstd data needs a window of more "
				 "than %u MiB of memory: unpack it first (zstd -dc --long=31)",
				 in->name, at, 1u << (WINDOW_LOG_MAX - 20));
	return scap_fail(&in->err, -EBADMSG, "%s: byte %llu of the file: damaged zstd data: %s",
			 in->name, at, ZSTD_getErrorName(code));
}

static ssize_t zstd_read(struct scap_in *in, uint8_t *buf, size_t size)
{
	struct zstd_in *z = in->priv;
	ZSTD_outBuffer out = { buf, size, 0 };

	while (out.pos < out.size) {
		ZSTD_inBuffer chunk;
		size_t hint;

		if (in->pos == in->len && !z->full) {
			ssize_t n;

			if (out.pos)
				break;
			n = scap_in_fill(in);
			if (n == 0 && z->in_frame)
				n = scap_fail(
					&in->err, -ENODATA,
					"%s: byte %llu of the file: it ends inside a zstd frame",
					in->name, (unsigned long long)in->taken);
			if (n <= 0)
				return in->pending = (int)n;
		}
		chunk.src = in->buf + in->pos;
		chunk.size = in->len - in->pos;
		chunk.pos = 0;
		if (chunk.size > z->hint)
			chunk.size = z->hint;
		hint = ZSTD_decompressStream(z->d, &out, &chunk);
		if (ZSTD_isError(hint)) {
			in->pending = zstd_damaged(in, hint, !in->made && !out.pos);
			return out.pos ? (ssize_t)out.pos : in->pending;
		}
		in->pos += chunk.pos;
		z->full = out.pos == out.size && hint;
		z->in_frame = hint != 0;
		z->hint = hint ? hint : ZSTD_initDStream(z->d);
	}
	return (ssize_t)out.pos;
}

/* ---- writing ---- */

struct frame_entry {
	uint32_t compressed, content;
};

struct zstd_out {
	ZSTD_CCtx *c;
	ZSTD_outBuffer out;
	uint64_t content;     /* bytes put into the present frame */
	uint64_t frame_start; /* offset in the file */
	uint64_t produced;    /* bytes made so far, the buffered ones included */
	bool dirty;
	struct frame_entry *frames;
	size_t n_frames;
};

static void zstd_write_close(struct scap_out *out)
{
	struct zstd_out *z = out->priv;

	ZSTD_freeCCtx(z->c);
	free(z->out.dst);
	free(z->frames);
	free(z);
}

static int zstd_write_open(struct scap_out *out, int level)
{
	struct zstd_out *z;

	if (level > ZSTD_maxCLevel() || level < ZSTD_minCLevel())
		return scap_out_fail(out, -EINVAL, "zstd: the level must be 1 to 22");
	z = calloc(1, sizeof(*z));
	if (!z)
		return scap_out_fail(out, -ENOMEM, "no memory");
	out->priv = z;
	z->c = ZSTD_createCCtx();
	z->out.size = ZSTD_CStreamOutSize();
	z->out.dst = malloc(z->out.size);
	if (!z->c || !z->out.dst) {
		zstd_write_close(out);
		return scap_out_fail(out, -ENOMEM, "no memory for zstd");
	}
	ZSTD_CCtx_setParameter(z->c, ZSTD_c_compressionLevel, level ? level : ZSTD_LEVEL);
	ZSTD_CCtx_setParameter(z->c, ZSTD_c_checksumFlag, 1);
	/* Frames are short: more than this would only cost their reader memory. */
	ZSTD_CCtx_setParameter(z->c, ZSTD_c_windowLog, WINDOW_LOG);
	return 0;
}

static int put(struct scap_out *out, struct zstd_out *z)
{
	int rc = scap_out_put(out, z->out.dst, z->out.pos);

	z->out.pos = 0;
	return rc;
}

static int compress_all(struct scap_out *out, ZSTD_inBuffer *in, ZSTD_EndDirective mode)
{
	struct zstd_out *z = out->priv;
	size_t left, before;
	int rc;

	do {
		if (z->out.pos > z->out.size / 2) {
			rc = put(out, z);
			if (rc < 0)
				return rc;
		}
		before = z->out.pos;
		left = ZSTD_compressStream2(z->c, &z->out, in, mode);
		if (ZSTD_isError(left))
			return scap_out_fail(out, -EIO, ZSTD_getErrorName(left));
		z->produced += z->out.pos - before;
	} while (in->pos < in->size || (mode != ZSTD_e_continue && left));
	return mode == ZSTD_e_continue ? 0 : put(out, z);
}

static int add_entry(struct scap_out *out, uint32_t compressed, uint32_t content)
{
	struct zstd_out *z = out->priv;

	if (z->n_frames == 0 || (z->n_frames >= 64 && (z->n_frames & (z->n_frames - 1)) == 0)) {
		void *p = reallocarray(z->frames, z->n_frames ? z->n_frames * 2 : 64,
				       sizeof(*z->frames));

		if (!p)
			return scap_out_fail(out, -ENOMEM, "no memory for the seek table");
		z->frames = p;
	}
	z->frames[z->n_frames++] = (struct frame_entry){ compressed, content };
	return 0;
}

static int zstd_end_frame(struct scap_out *out, struct scap_out_frame *frame)
{
	struct zstd_out *z = out->priv;
	ZSTD_inBuffer none = { NULL, 0, 0 };
	int rc;

	if (z->content == 0)
		return 0;
	rc = compress_all(out, &none, ZSTD_e_end);
	if (rc == 0)
		rc = add_entry(out, (uint32_t)(z->produced - z->frame_start), (uint32_t)z->content);
	if (rc < 0)
		return rc;
	frame->at = z->frame_start;
	frame->bytes = (uint32_t)(z->produced - z->frame_start);
	z->frame_start = z->produced;
	z->content = 0;
	z->dirty = false;
	return 1;
}

static int zstd_aside(struct scap_out *out, unsigned int kind, const void *p, size_t n)
{
	struct zstd_out *z = out->priv;
	uint32_t head[2] = { ZSTD_SKIPPABLE | kind, (uint32_t)n };
	int rc = scap_out_put(out, head, sizeof(head));

	if (rc == 0)
		rc = scap_out_put(out, p, n);
	if (rc < 0)
		return rc;
	z->produced += sizeof(head) + n;
	z->frame_start = z->produced;
	return add_entry(out, (uint32_t)(sizeof(head) + n), 0);
}

/* The longest block is 256 MiB, so that a frame's size fits into 32 bits. */
static int zstd_write(struct scap_out *out, const uint8_t *buf, size_t size)
{
	struct zstd_out *z = out->priv;
	ZSTD_inBuffer in = { buf, size, 0 };
	int rc;

	if (size == 0)
		return 0;
	rc = compress_all(out, &in, ZSTD_e_continue);
	if (rc < 0)
		return rc;
	z->dirty = true;
	z->content += size;
	return 0;
}

static int zstd_flush(struct scap_out *out)
{
	struct zstd_out *z = out->priv;
	ZSTD_inBuffer none = { NULL, 0, 0 };
	int rc;

	if (!z->dirty)
		return put(out, z);
	rc = compress_all(out, &none, ZSTD_e_flush);
	z->dirty = false;
	return rc;
}

static int zstd_finish(struct scap_out *out)
{
	struct zstd_out *z = out->priv;
	uint32_t head[2], n;
	struct scap_out_frame last;
	uint8_t tail[9];
	int rc;

	rc = zstd_end_frame(out, &last);
	if (rc < 0)
		return rc;
	n = (uint32_t)z->n_frames;
	head[0] = ZSTD_SKIPPABLE | ASIDE_TABLE;
	head[1] = n * (uint32_t)sizeof(*z->frames) + (uint32_t)sizeof(tail);
	memcpy(tail, &n, 4);
	tail[4] = 0; /* no checksums: the frames have their own */
	n = MAGIC_SEEKABLE;
	memcpy(tail + 5, &n, 4);
	rc = scap_out_put(out, head, sizeof(head));
	if (rc == 0)
		rc = scap_out_put(out, z->frames, z->n_frames * sizeof(*z->frames));
	if (rc == 0)
		rc = scap_out_put(out, tail, sizeof(tail));
	return rc;
}

const struct scap_codec scap_codec_zstd = {
	.name = "zstd",
	.matches = zstd_matches,
	.read_open = zstd_read_open,
	.read = zstd_read,
	.read_close = zstd_read_close,
	.seek = zstd_seek,
	.write_open = zstd_write_open,
	.write = zstd_write,
	.flush = zstd_flush,
	.end_frame = zstd_end_frame,
	.aside = zstd_aside,
	.finish = zstd_finish,
	.write_close = zstd_write_close,
};
