/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A capture of 17 KiB that holds every kind of block there is, in several sections, made of the
 * small captures that fuzz targets begin with.
 */
#ifndef EVERY_BLOCK_H
#define EVERY_BLOCK_H

#include <zlib.h>
#include <zstd.h>

#include "block.h"
#include "capture.h"

struct every_block {
	uint8_t *p;
	size_t len;
};

static inline uint32_t every_load32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline void every_add(struct every_block *e, const void *p, size_t n)
{
	e->p = realloc(e->p, e->len + n + 65536);
	memcpy(e->p + e->len, p, n);
	e->len += n;
}

/* The block at @p under another number, with @flags behind the CPU if that number has some. */
static inline void every_add_as(struct every_block *e, const uint8_t *p, uint32_t type, bool flags)
{
	uint32_t len = every_load32(p + 4), zero = 0, n = len + (flags ? 4 : 0),
		 pad = (4 - n % 4) % 4;

	n += pad;
	every_add(e, &type, 4);
	every_add(e, &n, 4);
	every_add(e, p + 8, 2);
	if (flags)
		every_add(e, &zero, 4);
	every_add(e, p + 10, len - 14);
	every_add(e, &zero, pad);
	every_add(e, &n, 4);
}

/* A file, and behind each of its blocks the same under the other numbers that it may have. */
static inline void every_add_file(struct every_block *e, const char *name, bool others)
{
	static const struct {
		uint32_t type, as;
		bool flags;
	} rows[] = {
		{ 0x8000ABCD, BLOCK_PL_V1, false },
		{ 0x8013ABCD, BLOCK_PL_V2, false },
		{ 0x8014ABCD, BLOCK_PL_V3, false },
		{ 0x8001ABCD, BLOCK_FDL_V1, false },
		{ 0x8011ABCD, BLOCK_IL_V1, false },
		{ 0x8012ABCD, BLOCK_UL_V1, false },
		{ BLOCK_MI, 0x8002ABCD, false },
		{ BLOCK_EV_V1, 0x8010ABCD, false },
		{ BLOCK_EV_V1, BLOCK_EVF_V1, true },
		{ BLOCK_EV_V2_LARGE, BLOCK_EVF_V2_LARGE, true },
	};
	char path[128];
	size_t len, at, i;
	uint8_t *file;

	snprintf(path, sizeof(path), "tests/fuzz/seeds/%s", name);
	file = capture_load(path, &len);
	for (at = 0; at < len; at += every_load32(file + at + 4)) {
		every_add(e, file + at, every_load32(file + at + 4));
		for (i = 0; others && i < sizeof(rows) / sizeof(rows[0]); i++)
			if (rows[i].type == every_load32(file + at))
				every_add_as(e, file + at, rows[i].as, rows[i].flags);
	}
	free(file);
}

static inline struct every_block every_block(void)
{
	struct every_block e = { 0 };

	every_add_file(&e, "state.scap", false);
	every_add_file(&e, "old_state.scap", true);
	every_add_file(&e, "old_events.scap", true);
	every_add_file(&e, "items.scap", true);
	every_add_file(&e, "sections.scap", false);
	return e;
}

/* The same bytes through a codec, flushed now and then. */
static inline uint8_t *every_encode(const struct every_block *e, enum scap_compression c,
				    size_t *len)
{
	const char *path = capture_path("encoded");
	struct scap_out_frame frame;
	struct scap_out out;
	size_t at, n;

	if (scap_out_open(&out, path, c, 0) < 0)
		abort();
	for (at = 0; at < e->len; at += n) {
		n = e->len - at < 1500 ? e->len - at : 1500;
		if (scap_out_write(&out, e->p + at, n) < 0 || scap_out_flush(&out) < 0)
			abort();
		if (out.codec->end_frame && at % 4500 == 0 &&
		    out.codec->end_frame(&out, &frame) < 0)
			abort();
	}
	if (scap_out_finish(&out) < 0 || scap_out_close(&out) < 0)
		abort();
	return capture_load(path, len);
}

/* ---- how much of the plain stream is in the first @n bytes of a file ---- */

CAPTURE_UNUSED static size_t unpack_gzip(const uint8_t *p, size_t n, uint8_t *out, size_t size)
{
	z_stream z = { .next_in = (uint8_t *)(uintptr_t)p, .avail_in = (uInt)n };

	inflateInit2(&z, 31);
	z.next_out = out;
	z.avail_out = (uInt)size;
	inflate(&z, Z_SYNC_FLUSH);
	inflateEnd(&z);
	return size - z.avail_out;
}

CAPTURE_UNUSED static size_t unpack_zstd(const uint8_t *p, size_t n, uint8_t *out, size_t size)
{
	ZSTD_DStream *d = ZSTD_createDStream();
	ZSTD_inBuffer in = { p, n, 0 };
	ZSTD_outBuffer o = { out, size, 0 };
	size_t before;

	ZSTD_initDStream(d);
	do {
		before = in.pos + o.pos;
		if (ZSTD_isError(ZSTD_decompressStream(d, &o, &in)))
			break;
	} while (in.pos + o.pos > before);
	ZSTD_freeDStream(d);
	return o.pos;
}

CAPTURE_UNUSED static size_t unpack_plain(const uint8_t *p, size_t n, uint8_t *out, size_t size)
{
	(void)p;
	(void)out;
	(void)size;
	return n;
}

#endif
