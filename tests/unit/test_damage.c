/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Captures cut at every byte and with bits flipped: what is whole is delivered, the rest is told,
 * nothing crashes. Also what there is for the sanitizers to look at.
 */
#include "suite.h"
#include "capture.h"
#include "stream.h"

#include <errno.h>

#define EVENTS 30

static const enum scap_compression all[] = { SCAP_PLAIN, SCAP_GZIP, SCAP_ZSTD };
#define FOR_ALL(i) for (unsigned int i = 0; i < sizeof(all) / sizeof(all[0]); i++)

/* A capture that was flushed after every event; ends[i] is its length after event i. */
static uint8_t *flushed_capture(enum scap_compression c, size_t *len, size_t *ends)
{
	struct scap_writer_options o = { .compression = c };
	const char *path = capture_path("whole.scap");
	struct scap_snapshot *s = capture_snapshot();
	struct scap_writer *w = scap_writer_open(path, &o, s, NULL);
	struct scap_event ev;
	uint8_t buf[512];
	unsigned int i;

	for (i = 0; i < EVENTS; i++) {
		capture_event(&ev, buf, sizeof(buf), i);
		if (scap_writer_event(w, &ev) < 0 || scap_writer_flush(w) < 0)
			abort();
		ends[i] = scap_writer_bytes(w);
	}
	if (scap_writer_close(w, NULL) < 0)
		abort();
	scap_snapshot_free(s);
	return capture_load(path, len);
}

/* How many events lie wholly in the first @cut bytes. */
static long whole(const size_t *ends, size_t cut)
{
	long n = 0;

	while (n < EVENTS && ends[n] <= cut)
		n++;
	return n;
}

static void cut_at_every_byte_all_whole_events_come(void)
{
	size_t ends[EVENTS], len, cut;

	FOR_ALL(i)
	{
		const char *path = capture_path("cut.scap");
		uint8_t *p = flushed_capture(all[i], &len, ends);
		struct scap_error err;
		long n;
		int rc;

		for (cut = 0; cut < len; cut++) {
			capture_store(path, p, cut);
			rc = capture_check(path, &n, &err);
			CU_ASSERT(n >= whole(ends, cut));
			/* Plain ends cleanly between blocks, zstd between frames. */
			CU_ASSERT(rc < 0 || all[i] != SCAP_GZIP);
			if (rc < 0) {
				CU_ASSERT_PTR_NOT_NULL(strstr(err.msg, "cut.scap: "));
				CU_ASSERT_EQUAL(rc, err.code);
			} else {
				CU_ASSERT_EQUAL(rc, SCAP_END);
			}
		}
		free(p);
	}
}

static void the_message_says_where_and_how_much_is_missing(void)
{
	const char *path = capture_path("cut.scap");
	size_t ends[EVENTS], len;
	struct scap_error err;
	uint8_t *p;
	char want[200];
	long n;

	p = flushed_capture(SCAP_PLAIN, &len, ends);
	capture_store(path, p, ends[9] - 5);
	CU_ASSERT_EQUAL(capture_check(path, &n, &err), -EBADMSG);
	CU_ASSERT_EQUAL(n, 9);
	snprintf(want, sizeof(want),
		 "%s: offset %zu: the capture is cut: 5 bytes of the event block that "
		 "begins here are missing",
		 path, ends[8]);
	CU_ASSERT_STRING_EQUAL(err.msg, want);
	free(p);
	p = flushed_capture(SCAP_ZSTD, &len, ends);
	capture_store(path, p, ends[8]);
	CU_ASSERT_EQUAL(capture_check(path, &n, &err), -EBADMSG);
	CU_ASSERT_EQUAL(n, 9);
	snprintf(want, sizeof(want), "(near byte %zu of the zstd file): the capture is cut",
		 ends[8]);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.msg, want));
	free(p);
}

/* Whatever comes, every parameter can be looked at. */
static unsigned int read_everything(const char *path)
{
	struct scap *h = scap_open_file(path, NULL);
	struct scap_event ev;
	unsigned int sum = 0, i, j;
	int rc;

	while (h && ((rc = scap_next(h, &ev)) == SCAP_EVENT || rc == SCAP_SECTION)) {
		const struct scap_snapshot *s = scap_snapshot(h);

		for (i = 0; i < s->n_threads; i++)
			sum += (unsigned int)strlen(s->threads[i].comm) + s->threads[i].args.len;
		for (i = 0; rc == SCAP_EVENT && i < ev.nparams; i++)
			for (j = 0; j < scap_param_len(&ev, i); j++)
				sum += scap_param_ptr(&ev, i)[j];
		for (j = 0; rc == SCAP_EVENT && j < ev.items_len; j++)
			sum += ev.items[j];
	}
	scap_close(h);
	return sum;
}

static void flipped_bits_do_no_harm(void)
{
	size_t ends[EVENTS], len, at;
	uint32_t x = 4711;
	unsigned int i, sum = 0;

	FOR_ALL(c)
	{
		const char *path = capture_path("flipped.scap");
		uint8_t *p = flushed_capture(all[c], &len, ends);

		for (i = 0; i < 1500; i++) {
			x = x * 1664525 + 1013904223;
			at = (x >> 8) % len;
			p[at] ^= (uint8_t)(1u << (x >> 5 & 7));
			if (i % 8 == 0) { /* a few at a time */
				capture_store(path, p, len);
				sum += read_everything(path);
			}
			if (i % 64 == 63) {
				free(p);
				p = flushed_capture(all[c], &len, ends);
			}
		}
		free(p);
	}
	CU_ASSERT(sum > 0);
}

static void one_flipped_bit_in_a_plain_capture_does_no_harm(void)
{
	const char *path = capture_path("bit.scap");
	size_t ends[EVENTS], len, bit;
	uint8_t *p = flushed_capture(SCAP_PLAIN, &len, ends);
	unsigned int sum = 0;

	for (bit = 0; bit < len * 8; bit += 37) {
		p[bit / 8] ^= (uint8_t)(1u << bit % 8);
		capture_store(path, p, len);
		sum += read_everything(path);
		p[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	CU_ASSERT(sum > 0);
	free(p);
}

/* A file of some hundred bytes a megabyte that goes on and on. @tail: what comes again and again.
 */
static int read_bomb(enum scap_compression c, const uint8_t *tail, size_t n, struct scap_error *err)
{
	const char *path = capture_path("bomb.scap");
	static const uint8_t head[28] = { 0x0a, 0x0d, 0x0d, 0x0a, 28,	0,    0, 0,    0x4d,
					  0x3c, 0x2b, 0x1a, 1,	  0,	2,    0, 0xff, 0xff,
					  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 28 };
	uint8_t *piece = malloc(1 << 20);
	struct scap_out out;
	struct scap_event ev;
	struct scap_gap gap;
	struct scap *h;
	size_t i;
	int rc = 0;

	for (i = 0; i + n <= 1 << 20; i += n)
		memcpy(piece + i, tail, n);
	if (scap_out_open(&out, path, c, c == SCAP_ZSTD ? 19 : 9) < 0 ||
	    scap_out_write(&out, head, sizeof(head)) < 0)
		abort();
	for (int k = 0; k < 300; k++)
		if (scap_out_write(&out, piece, i) < 0)
			abort();
	if (scap_out_finish(&out) < 0 || scap_out_close(&out) < 0)
		abort();
	free(piece);
	h = scap_open_file(path, err);
	if (!h)
		return err->code;
	while ((rc = scap_next(h, &ev)) != SCAP_END) {
		if (rc >= 0)
			continue;
		*err = *scap_error(h);
		if (scap_resume(h, &gap) != 1)
			break;
	}
	scap_close(h);
	return rc;
}

static void what_expands_without_end_is_refused(void)
{
	static const uint8_t zeros[8], unknown[12] = { 0x77, 7, 7, 7, 12, 0, 0, 0, 12 };
	uint8_t event[64] = { 0x16, 2, 0, 0, 40, 0, 0, 0 };
	struct scap_event_hdr hdr = { .ts = 1, .tid = 2, .len = 26, .type = SCAP_EVT_DROP_E };
	struct scap_error err = { 0 };

	memcpy(event + 10, &hdr, sizeof(hdr));
	event[36] = 40;
	CU_ASSERT_EQUAL(read_bomb(SCAP_ZSTD, event, 40, &err), -EBADMSG);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.msg, "expands more than 500 times"));
	CU_ASSERT_EQUAL(read_bomb(SCAP_ZSTD, unknown, 12, &err), -EBADMSG);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.msg, "expands more than 500 times"));
	CU_ASSERT(read_bomb(SCAP_ZSTD, zeros, 8, &err) < 0);
	CU_ASSERT_EQUAL(read_bomb(SCAP_GZIP, event, 40, &err), SCAP_END); /* 400 times */
}

SUITE("damage", TEST(what_expands_without_end_is_refused),
      TEST(cut_at_every_byte_all_whole_events_come),
      TEST(the_message_says_where_and_how_much_is_missing), TEST(flipped_bits_do_no_harm),
      TEST(one_flipped_bit_in_a_plain_capture_does_no_harm))
