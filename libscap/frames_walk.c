/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the frames of a zstd file begin and end. The seek table at its end tells; a file whose
 * writer was killed has none, and there the heads of all blocks are read, three bytes each, without
 * the blocks.
 */
#include "frames.h"

#include <endian.h>
#include <errno.h>
#include <unistd.h>
#include <zstd.h>

#define TABLE_MAGIC	0x8F92EAB1u
#define TABLE_TAIL	9u /* number of frames, descriptor, magic */
#define TABLE_CHECKSUMS 0x80u
#define ENTRIES_AT_ONCE 1024u

bool frames_pread(int fd, void *buf, size_t n, uint64_t at)
{
	uint8_t *p = buf;

	while (n) {
		ssize_t got = pread(fd, p, n, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		p += got;
		at += (uint64_t)got;
		n -= (size_t)got;
	}
	return true;
}

static uint32_t load32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* ---- by the table ---- */

struct table {
	uint64_t at; /* of its first entry */
	uint32_t n, width;
};

/* False if there is none that fits to the size of the file. */
static bool find_table(int fd, uint64_t size, struct table *t)
{
	uint8_t tail[TABLE_TAIL], head[ZSTD_SKIPPABLE_HEAD];
	uint64_t bytes;

	if (size < sizeof(tail) + sizeof(head) ||
	    !frames_pread(fd, tail, sizeof(tail), size - sizeof(tail)) ||
	    load32(tail + 5) != TABLE_MAGIC)
		return false;
	t->n = load32(tail);
	t->width = tail[4] & TABLE_CHECKSUMS ? 12 : 8;
	bytes = (uint64_t)t->n * t->width + sizeof(tail);
	if (bytes + sizeof(head) > size)
		return false;
	t->at = size - bytes;
	return frames_pread(fd, head, sizeof(head), t->at - sizeof(head)) &&
	       load32(head) == (ZSTD_SKIPPABLE | ASIDE_TABLE) && load32(head + 4) == bytes;
}

/* One time through the table: with @fn NULL only the sum of the sizes is made. */
static int walk_table(int fd, const struct table *t, frames_fn fn, void *arg, uint64_t *end)
{
	uint8_t buf[ENTRIES_AT_ONCE * 12];
	uint32_t i, k = 0, n = 0;
	int rc;

	*end = 0;
	for (i = 0; i < t->n; i++, k++) {
		const uint8_t *e;

		if (k == n) {
			n = t->n - i < ENTRIES_AT_ONCE ? t->n - i : ENTRIES_AT_ONCE;
			k = 0;
			if (!frames_pread(fd, buf, (size_t)n * t->width,
					  t->at + (uint64_t)i * t->width))
				return -EIO;
		}
		e = buf + k * t->width;
		rc = fn ? fn(arg, *end, load32(e), load32(e + 4) == 0) : 0;
		if (rc)
			return rc;
		*end += load32(e);
	}
	return 0;
}

/* ---- by the blocks ---- */

/* Bytes of a frame's head by its descriptor, which is its fifth byte. */
static unsigned int head_bytes(uint8_t descriptor)
{
	static const uint8_t dict[] = { 0, 1, 2, 4 }, content[] = { 0, 2, 4, 8 };
	bool single = descriptor & 0x20;
	unsigned int n = 5 + !single + dict[descriptor & 3] + content[descriptor >> 6];

	return n + (single && descriptor >> 6 == 0);
}

/* Bytes of the frame at @at; 0: it is cut, or no frame. */
static uint64_t measure(int fd, uint64_t size, uint64_t at, bool *skippable)
{
	enum { RAW, RLE, COMPRESSED, RESERVED };
	uint8_t head[ZSTD_SKIPPABLE_HEAD], b[3];
	uint64_t n, pos;
	uint32_t block;

	if (size - at < sizeof(head) || !frames_pread(fd, head, sizeof(head), at))
		return 0;
	*skippable = (load32(head) & ZSTD_SKIPPABLE_MASK) == ZSTD_SKIPPABLE;
	if (*skippable) {
		n = sizeof(head) + (uint64_t)load32(head + 4);
		return n <= size - at ? n : 0;
	}
	if (load32(head) != ZSTD_MAGICNUMBER)
		return 0;
	pos = at + head_bytes(head[4]);
	do {
		if (pos + sizeof(b) > size || !frames_pread(fd, b, sizeof(b), pos))
			return 0;
		block = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16;
		if ((block >> 1 & 3) == RESERVED)
			return 0;
		pos += sizeof(b) + ((block >> 1 & 3) == RLE ? 1 : block >> 3);
	} while (!(block & 1));
	if (head[4] & 4) /* checksum */
		pos += 4;
	return pos <= size ? pos - at : 0;
}

/* ---- behind a damage ---- */

/*
 * What begins like a frame is measured; a forged file may have many such places with long ways to
 * their ends, so that only so many are.
 */
#define MEASURES_MAX 10000u
#define SEARCH_BYTES 65536u

static bool begins_frame(const uint8_t *p)
{
	uint32_t magic = load32(p);

	return magic == ZSTD_MAGICNUMBER || magic == (ZSTD_SKIPPABLE | ASIDE_INDEX) ||
	       magic == (ZSTD_SKIPPABLE | ASIDE_KEYFRAME);
}

/* Where the next frame begins, @size if none does. */
static uint64_t find_frame(int fd, uint64_t size, uint64_t at, unsigned int *measures)
{
	uint8_t buf[SEARCH_BYTES];
	bool skippable;
	size_t i, n;

	for (; size - at >= 4; at += n - 3) {
		n = size - at < sizeof(buf) ? (size_t)(size - at) : sizeof(buf);
		if (!frames_pread(fd, buf, n, at))
			break;
		for (i = 0; i + 4 <= n; i++) {
			if (!begins_frame(buf + i))
				continue;
			if (++*measures > MEASURES_MAX)
				return size;
			if (measure(fd, size, at + i, &skippable))
				return at + i;
		}
	}
	return size;
}

static bool find_good_table(int fd, uint64_t size, struct table *t)
{
	uint64_t end;

	return find_table(fd, size, t) && walk_table(fd, t, NULL, NULL, &end) == 0 &&
	       end + ZSTD_SKIPPABLE_HEAD == t->at;
}

bool frames_have_table(int fd, uint64_t size)
{
	struct table t;

	return find_good_table(fd, size, &t);
}

int frames_walk(int fd, uint64_t size, frames_fn fn, void *arg)
{
	unsigned int measures = 0;
	struct table t;
	uint64_t at, n, end;
	bool skippable;
	int rc = 0;

	if (find_good_table(fd, size, &t))
		return walk_table(fd, &t, fn, arg, &end);
	for (at = 0; at < size && rc == 0; at += n) {
		n = measure(fd, size, at, &skippable);
		if (n == 0) {
			n = find_frame(fd, size, at + 1, &measures) - at;
			skippable = false;
		}
		rc = fn(arg, at, n, skippable);
	}
	return rc;
}
