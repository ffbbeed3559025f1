/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * 100,000 bits flipped at random places of captures, several at a time: no crash, no hang, no more
 * memory than a capture may take, and every event in front of the first of them comes as it was.
 */
#include "suite.h"
#include "every_block.h"

#include <errno.h>
#include <sys/resource.h>

#define FLIPS  100000u
#define EVENTS 700u

static const struct {
	enum scap_compression compression;
	unsigned int flips, at_once;
	size_t (*unpack)(const uint8_t *, size_t, uint8_t *, size_t);
} kinds[] = {
	{ SCAP_PLAIN, FLIPS / 2, 10, unpack_plain },
	{ SCAP_GZIP, FLIPS / 4, 5, unpack_gzip },
	{ SCAP_ZSTD, FLIPS / 4, 5, unpack_zstd },
};

static uint32_t seed = 4711;

static uint32_t dice(size_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)(seed >> 4) * below >> 28);
}

/* How many of the events, from the first one on, come as they were written. */
static long good_events(const char *path)
{
	struct scap *h = scap_open_file(path, NULL);
	struct scap_event ev, want;
	uint8_t buf[512];
	struct scap_gap gap;
	long n = 0, all = 0;
	bool good = true;
	int rc;

	while (h && (rc = scap_next(h, &ev)) != SCAP_END) {
		if (rc == SCAP_EVENT) {
			capture_event(&want, buf, sizeof(buf), (unsigned int)n);
			good = good && capture_same_event(&ev, &want);
			n += good;
			all++;
		} else if (rc < 0 && scap_resume(h, &gap) != 1) {
			break;
		}
	}
	scap_close(h);
	return all > 2 * (long)EVENTS ? -1 : n;
}

static void flip(unsigned int kind)
{
	const char *path = capture_path("flipped.scap"), *plain = capture_path("plain.scap");
	const char *whole = capture_path("whole.scap");
	size_t len, plain_len, at, first, *ends = calloc(EVENTS + 1, sizeof(*ends));
	uint8_t *stream, *file, *out;
	unsigned int i, k, n_events = 0;
	long bad = 0, n, want;

	capture_write(plain, SCAP_PLAIN, EVENTS);
	capture_write(whole, kinds[kind].compression, EVENTS);
	stream = capture_load(plain, &plain_len);
	file = capture_load(whole, &len);
	out = malloc(plain_len);
	for (at = 0; at < plain_len; at += every_load32(stream + at + 4))
		if ((every_load32(stream + at) & 0xfff) >= BLOCK_EV_V2 &&
		    every_load32(stream + at) != BLOCK_UL_V2 &&
		    every_load32(stream + at) != BLOCK_FDL_V2 &&
		    every_load32(stream + at) != BLOCK_IL_V2 &&
		    every_load32(stream + at) != BLOCK_SHB)
			ends[n_events++] = at + every_load32(stream + at + 4);
	CU_ASSERT_EQUAL(n_events, EVENTS);
	for (i = 0; i < kinds[kind].flips; i += kinds[kind].at_once) {
		size_t places[10];

		first = len;
		for (k = 0; k < kinds[kind].at_once; k++) {
			places[k] = dice(len);
			file[places[k]] ^= (uint8_t)(1u << dice(8));
			first = places[k] < first ? places[k] : first;
		}
		capture_store(path, file, len);
		n = good_events(path);
		at = kinds[kind].unpack(file, first, out, plain_len);
		for (want = 0; want < (long)EVENTS && ends[want] <= at;)
			want++;
		bad += n < want;
		free(file);
		file = capture_load(whole, &len);
	}
	CU_ASSERT_EQUAL(bad, 0);
	free(ends);
	free(stream);
	free(file);
	free(out);
}

static void in_a_plain_capture(void)
{
	flip(0);
}

static void in_gzip(void)
{
	flip(1);
}

static void in_zstd(void)
{
	flip(2);
}

static void nothing_of_it_took_much_memory(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
#ifndef __SANITIZE_ADDRESS__
	CU_ASSERT(u.ru_maxrss < 128 << 10);
#endif
}

SUITE("flip", TEST(in_a_plain_capture), TEST(in_gzip), TEST(in_zstd),
      TEST(nothing_of_it_took_much_memory))
