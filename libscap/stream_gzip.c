/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gzip: what sysdig writes. Several members one behind the other are one stream; zeros behind the
 * last one are padding (tapes), anything else there is damage.
 */
#include "stream.h"
#include "engine.h"

#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#define GZIP_WINDOW (15 + 16) /* the largest window, gzip header and trailer */
#define OUT_BYTES   (128u << 10)

/* ---- reading ---- */

struct gzip_in {
	z_stream z;
	bool between; /* no member is open */
	bool full;    /* the last call filled its output: zlib may hold more */
};

static bool gzip_matches(const uint8_t head[4])
{
	return head[0] == 0x1f && head[1] == 0x8b;
}

static int gzip_read_open(struct scap_in *in)
{
	struct gzip_in *g = calloc(1, sizeof(*g));

	if (!g || inflateInit2(&g->z, GZIP_WINDOW) != Z_OK) {
		free(g);
		return scap_fail(&in->err, -ENOMEM, "%s: no memory for gzip", in->name);
	}
	in->priv = g;
	return 0;
}

static void gzip_read_close(struct scap_in *in)
{
	struct gzip_in *g = in->priv;

	inflateEnd(&g->z);
	free(g);
}

static int damaged(struct scap_in *in, const char *why)
{
	in->pending = scap_fail(
		&in->err, -EBADMSG, "%s: byte %llu of the file: damaged gzip data: %s", in->name,
		(unsigned long long)scap_in_offset(in), why ? why : "unknown reason");
	return in->pending;
}

/* The input is empty: more of it, or the end. Returns 1, 0 at a clean end, or an error. */
static int more(struct scap_in *in)
{
	struct gzip_in *g = in->priv;
	ssize_t n = scap_in_fill(in);

	if (n > 0)
		return 1;
	if (n == 0 && !g->between)
		n = scap_fail(&in->err, -ENODATA,
			      "%s: byte %llu of the file: it ends inside the gzip data", in->name,
			      (unsigned long long)in->taken);
	in->pending = (int)n;
	return (int)n;
}

/* Between two members: passes over zeros. Returns 1 if another member begins, 0, or an error. */
static int next_member(struct scap_in *in)
{
	struct gzip_in *g = in->priv;

	while (in->pos < in->len && in->buf[in->pos] == 0)
		in->pos++;
	if (in->pos == in->len)
		return 0;
	if (in->buf[in->pos] != 0x1f)
		return damaged(in, "something else stands behind its end");
	g->between = false;
	inflateReset(&g->z);
	return 1;
}

static ssize_t gzip_read(struct scap_in *in, uint8_t *buf, size_t size)
{
	struct gzip_in *g = in->priv;
	size_t got = 0;
	int rc;

	while (got < size) {
		if (in->pos == in->len && !g->full) {
			rc = got ? 0 : more(in);
			if (rc <= 0)
				return got ? (ssize_t)got : rc;
		}
		if (g->between) {
			rc = next_member(in);
			if (rc < 0)
				return got ? (ssize_t)got : rc;
			if (rc == 0)
				continue;
		}
		g->z.next_in = in->buf + in->pos;
		g->z.avail_in = (uInt)(in->len - in->pos);
		g->z.next_out = buf + got;
		g->z.avail_out = (uInt)(size - got);
		rc = inflate(&g->z, Z_NO_FLUSH);
		in->pos = in->len - g->z.avail_in;
		got = size - g->z.avail_out;
		g->full = got == size && rc != Z_STREAM_END;
		if (rc == Z_STREAM_END)
			g->between = true;
		else if (rc != Z_OK && rc != Z_BUF_ERROR)
			return damaged(in, g->z.msg), got ? (ssize_t)got : in->pending;
	}
	return (ssize_t)got;
}

/* ---- writing ---- */

struct gzip_out {
	z_stream z;
	uint8_t buf[OUT_BYTES];
};

static int gzip_write_open(struct scap_out *out, int level)
{
	struct gzip_out *g;

	if (level < 0 || level > 9)
		return scap_out_fail(out, -EINVAL, "gzip: the level must be 1 to 9");
	g = calloc(1, sizeof(*g));
	if (!g || deflateInit2(&g->z, level ? level : Z_DEFAULT_COMPRESSION, Z_DEFLATED,
			       GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
		free(g);
		return scap_out_fail(out, -ENOMEM, "no memory for gzip");
	}
	g->z.next_out = g->buf;
	g->z.avail_out = OUT_BYTES;
	out->priv = g;
	return 0;
}

static int put(struct scap_out *out, struct gzip_out *g)
{
	int rc = scap_out_put(out, g->buf, OUT_BYTES - g->z.avail_out);

	g->z.next_out = g->buf;
	g->z.avail_out = OUT_BYTES;
	return rc;
}

static int compress_all(struct scap_out *out, int mode)
{
	struct gzip_out *g = out->priv;
	int rc, z;

	do {
		if (g->z.avail_out == 0) {
			rc = put(out, g);
			if (rc < 0)
				return rc;
		}
		z = deflate(&g->z, mode);
		if (z == Z_STREAM_ERROR)
			return scap_out_fail(out, -EIO, "gzip: the compressor failed");
	} while (g->z.avail_in || (mode == Z_FINISH ? z != Z_STREAM_END : g->z.avail_out == 0));
	return mode == Z_NO_FLUSH ? 0 : put(out, g);
}

static int gzip_write(struct scap_out *out, const uint8_t *buf, size_t size)
{
	struct gzip_out *g = out->priv;
	int rc = 0;

	while (size && rc == 0) {
		size_t n = size < (1u << 30) ? size : 1u << 30; /* avail_in is an unsigned int */

		g->z.next_in = (uint8_t *)(uintptr_t)buf;
		g->z.avail_in = (uInt)n;
		rc = compress_all(out, Z_NO_FLUSH);
		buf += n;
		size -= n;
	}
	return rc;
}

static int gzip_flush(struct scap_out *out)
{
	return compress_all(out, Z_SYNC_FLUSH);
}

static int gzip_finish(struct scap_out *out)
{
	return compress_all(out, Z_FINISH);
}

static void gzip_write_close(struct scap_out *out)
{
	struct gzip_out *g = out->priv;

	deflateEnd(&g->z);
	free(g);
}

const struct scap_codec scap_codec_gzip = {
	.name = "gzip",
	.matches = gzip_matches,
	.read_open = gzip_read_open,
	.read = gzip_read,
	.read_close = gzip_read_close,
	.write_open = gzip_write_open,
	.write = gzip_write,
	.flush = gzip_flush,
	.finish = gzip_finish,
	.write_close = gzip_write_close,
};
