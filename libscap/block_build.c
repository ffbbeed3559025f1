/* SPDX-License-Identifier: BSD-2-Clause */
/* Building a block in memory. */
#include "block_build.h"

#include <stdlib.h>

bool scap_build_reserve(struct scap_build *b, size_t n)
{
	size_t cap = b->cap ? b->cap : 4096;
	uint8_t *p;

	if (b->failed)
		return false;
	if (n <= b->cap - b->len)
		return true;
	while (cap - b->len < n)
		cap *= 2;
	p = realloc(b->buf, cap);
	if (!p) {
		b->failed = true;
		return false;
	}
	b->buf = p;
	b->cap = cap;
	return true;
}

void scap_build_bytes(struct scap_build *b, const void *p, size_t n)
{
	if (n == 0 || !scap_build_reserve(b, n))
		return;
	memcpy(b->buf + b->len, p, n);
	b->len += n;
}

void scap_build_u8(struct scap_build *b, uint8_t v)
{
	scap_build_bytes(b, &v, sizeof(v));
}

void scap_build_u16(struct scap_build *b, uint16_t v)
{
	scap_build_bytes(b, &v, sizeof(v));
}

void scap_build_u32(struct scap_build *b, uint32_t v)
{
	scap_build_bytes(b, &v, sizeof(v));
}

void scap_build_u64(struct scap_build *b, uint64_t v)
{
	scap_build_bytes(b, &v, sizeof(v));
}

void scap_build_str(struct scap_build *b, const char *s, size_t max)
{
	size_t n = strnlen(s, max);

	scap_build_u16(b, (uint16_t)n);
	scap_build_bytes(b, s, n);
}

void scap_build_list(struct scap_build *b, struct scap_bytes s, size_t max)
{
	bool cut = s.len > max;

	scap_build_u16(b, (uint16_t)(cut ? max : s.len));
	if (!cut) {
		scap_build_bytes(b, s.ptr, s.len);
	} else {
		scap_build_bytes(b, s.ptr, max - 1);
		scap_build_u8(b, 0);
	}
}

static void patch32(struct scap_build *b, size_t at, uint32_t v)
{
	if (!b->failed)
		memcpy(b->buf + at, &v, sizeof(v));
}

size_t scap_build_entry(struct scap_build *b)
{
	size_t at = b->len;

	scap_build_u32(b, 0);
	return at;
}

void scap_build_entry_end(struct scap_build *b, size_t entry, bool inclusive)
{
	patch32(b, entry, (uint32_t)(b->len - entry - (inclusive ? 0 : 4)));
}

void scap_build_begin(struct scap_build *b, uint32_t type)
{
	b->start = b->len;
	scap_build_u32(b, type);
	scap_build_u32(b, 0);
}

void scap_build_end(struct scap_build *b)
{
	static const uint8_t zeros[4];
	uint32_t len;

	scap_build_bytes(b, zeros, (4 - (b->len - b->start) % 4) % 4);
	len = (uint32_t)(b->len - b->start) + 4;
	scap_build_u32(b, len);
	patch32(b, b->start + 4, len);
}

void scap_build_free(struct scap_build *b)
{
	free(b->buf);
}
