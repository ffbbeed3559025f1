/* SPDX-License-Identifier: BSD-2-Clause */
/* What comes behind a damage: all that is whole, and what is missing is told. */
#include "suite.h"
#include "capture.h"

#include <errno.h>

#define EVENTS 40000u

struct reading {
	unsigned int events, gaps;
	bool good;	     /* every event is one that was written, and they rise */
	struct scap_gap gap; /* the first one */
	uint64_t behind;     /* number of the first event behind it */
	int last;	     /* of scap_resume() */
};

/* The number of an event of capture_event(): its time says it. */
static unsigned int number_of(const struct scap_event *ev)
{
	return (unsigned int)((ev->hdr->ts - TS0) / 1000);
}

static void read_all(const char *path, struct reading *r)
{
	struct scap *h = scap_open_file(path, NULL);
	struct scap_event ev, want;
	struct scap_gap gap;
	unsigned int next = 0;
	uint8_t buf[512];
	int rc;

	memset(r, 0, sizeof(*r));
	r->good = h != NULL;
	while (h && (rc = scap_next(h, &ev)) != SCAP_END) {
		if (rc == SCAP_EVENT) {
			unsigned int i = number_of(&ev);

			capture_event(&want, buf, sizeof(buf), i);
			r->good = r->good && capture_same_event(&ev, &want) && i >= next;
			r->events++;
			if (r->gaps == 1 && !r->behind)
				r->behind = i;
			next = i + 1;
			continue;
		}
		if (rc != -EBADMSG)
			break;
		r->last = scap_resume(h, &gap);
		if (r->gaps++ == 0)
			r->gap = gap;
		if (r->last != 1)
			break;
	}
	scap_close(h);
}

/* Offsets of event @i and the one behind it in a plain capture. */
static size_t offset_of(const uint8_t *p, unsigned int i)
{
	uint32_t type, len;
	size_t at = 0;

	for (;; at += len) {
		memcpy(&type, p + at, 4);
		memcpy(&len, p + at + 4, 4);
		if ((type == 0x216 || type == 0x217 || type == 0x221 || type == 0x222) && i-- == 0)
			return at;
	}
}

static void a_damaged_block_is_left_out_of_a_plain_capture(void)
{
	const char *path = capture_path("p.scap");
	size_t len, at, end;
	struct reading r;
	uint8_t *p;

	capture_write(path, SCAP_PLAIN, 1000);
	p = capture_load(path, &len);
	at = offset_of(p, 500);
	end = offset_of(p, 503);
	memset(p + at + 1, 0xee, end - at - 30); /* the lengths of the third one are gone, too */
	capture_store(path, p, len);
	read_all(path, &r);
	CU_ASSERT(r.good);
	CU_ASSERT_EQUAL(r.gaps, 1);
	CU_ASSERT_EQUAL(r.events, 997);
	CU_ASSERT_EQUAL(r.gap.at, at);
	CU_ASSERT_EQUAL(r.gap.bytes, end - at);
	CU_ASSERT_EQUAL(r.gap.ts_before, TS0 + 499 * 1000);
	CU_ASSERT_EQUAL(r.behind, 503);
	CU_ASSERT_FALSE(r.gap.counted);
	/* an event whose own lengths are wrong, in a block that is whole */
	capture_write(path, SCAP_PLAIN, 1000);
	free(p);
	p = capture_load(path, &len);
	p[offset_of(p, 700) + 10 + 16] ^= 0x40;
	capture_store(path, p, len);
	read_all(path, &r);
	CU_ASSERT(r.good);
	CU_ASSERT_EQUAL(r.events, 999);
	CU_ASSERT_EQUAL(r.behind, 701);
	free(p);
}

static void nothing_comes_behind_the_end(void)
{
	const char *path = capture_path("e.scap");
	struct reading r;
	size_t len, at;
	uint8_t *p;

	capture_write(path, SCAP_PLAIN, 100);
	p = capture_load(path, &len);
	at = offset_of(p, 99);
	capture_store(path, p, at + 20);
	read_all(path, &r);
	CU_ASSERT(r.good);
	CU_ASSERT_EQUAL(r.events, 99);
	CU_ASSERT_EQUAL(r.gaps, 1);
	CU_ASSERT_EQUAL(r.last, 0);
	CU_ASSERT_EQUAL(r.gap.at, at);
	CU_ASSERT_EQUAL(r.gap.bytes, 20);
	free(p);
}

/* Each byte of a frame damaged in turn, in steps: the frames around it come whole. */
static void damage_in_a_frame_costs_that_frame(void)
{
	const char *path = capture_path("f.zst"), *bad = capture_path("bad.zst");
	const struct scap_frame *fr;
	struct scap_frame one, next;
	struct scap *h;
	struct reading r;
	size_t len, n, i;
	uint8_t *p;

	capture_write(path, SCAP_ZSTD, EVENTS);
	p = capture_load(path, &len);
	h = scap_open_file(path, NULL);
	fr = scap_frames(h, &n);
	CU_ASSERT_FATAL(fr && n >= 3);
	one = fr[1];
	next = fr[2];
	scap_close(h);
	for (i = 0; i < one.bytes; i += i < 40 ? 1 : one.bytes / 50) {
		uint8_t was = p[one.at + i];

		p[one.at + i] ^= 0x55;
		capture_store(bad, p, len);
		p[one.at + i] = was;
		read_all(bad, &r);
		if (r.gaps == 0) { /* bytes that no decoder looks at */
			CU_ASSERT_EQUAL(r.events, EVENTS);
			continue;
		}
		CU_ASSERT_EQUAL(r.gaps, 1);
		CU_ASSERT(r.events >= EVENTS - one.events);
		CU_ASSERT_EQUAL(r.behind + 1, next.first);
		CU_ASSERT(r.gap.counted);
		CU_ASSERT(r.gap.events <= one.events);
		CU_ASSERT_EQUAL(r.gap.at, one.at);
		CU_ASSERT_EQUAL(r.gap.bytes, next.at - one.at);
	}
	free(p);
}

/* The same without the table at the end, which is found no more. */
static void frames_are_found_behind_a_damage_without_the_table(void)
{
	const char *path = capture_path("g.zst"), *bad = capture_path("gbad.zst");
	const struct scap_frame *fr;
	struct scap_frame one, last;
	struct scap *h;
	struct reading r;
	size_t len, n;
	uint8_t *p;

	capture_write(path, SCAP_ZSTD, EVENTS);
	p = capture_load(path, &len);
	h = scap_open_file(path, NULL);
	fr = scap_frames(h, &n);
	CU_ASSERT_FATAL(fr && n >= 3);
	one = fr[1];
	last = fr[n - 1];
	scap_close(h);
	memset(p + one.at, 0, 200);
	capture_store(bad, p, last.at + last.bytes); /* its index is gone with the table */
	read_all(bad, &r);
	CU_ASSERT(r.good);
	CU_ASSERT_EQUAL(r.gaps, 1);
	CU_ASSERT_EQUAL(r.events, EVENTS - one.events);
	CU_ASSERT_EQUAL(r.gap.events, one.events);
	free(p);
}

static void other_writers_frames_are_found_too(void)
{
	struct scap_writer_options o = { .compression = SCAP_ZSTD, .no_index = true };
	const char *path = capture_path("o.zst");
	struct scap_writer *w = scap_writer_open(path, &o, NULL, NULL);
	struct scap_event ev;
	struct reading r;
	uint8_t buf[512], *p;
	unsigned int i;
	size_t len;

	for (i = 0; i < EVENTS; i++) {
		capture_event(&ev, buf, sizeof(buf), i);
		if (scap_writer_event(w, &ev) < 0)
			abort();
	}
	CU_ASSERT_EQUAL(scap_writer_close(w, NULL), 0);
	p = capture_load(path, &len);
	memset(p + len / 2, 0x33, 100);
	capture_store(path, p, len);
	read_all(path, &r);
	CU_ASSERT(r.gaps >= 1);
	CU_ASSERT(r.events > EVENTS / 2);
	CU_ASSERT_EQUAL(r.last, 1);
	CU_ASSERT(r.behind > 0);
	free(p);
}

SUITE("resume", TEST(a_damaged_block_is_left_out_of_a_plain_capture),
      TEST(nothing_comes_behind_the_end), TEST(damage_in_a_frame_costs_that_frame),
      TEST(frames_are_found_behind_a_damage_without_the_table),
      TEST(other_writers_frames_are_found_too))
