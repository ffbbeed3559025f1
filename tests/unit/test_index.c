/* SPDX-License-Identifier: BSD-2-Clause */
/* The index of captures: what it says, that each frame can be gone to, and what damage does. */
#include "suite.h"
#include "capture.h"
#include "aside.h"
#include "block_build.h"
#include "keyframe.h"

#include <errno.h>
#include <zstd.h>

#define N_EVENTS 60000u

/* Event @i: of one of some hundred threads, now and then of none, time going back at times. */
static void make(struct scap_event *ev, void *buf, unsigned int i)
{
	struct scap_event_hdr *hdr = buf;

	capture_event(ev, buf, 512, i);
	hdr->tid = i % 97 == 96 ? UINT64_MAX : 1000 + i / 500 * 7;
	hdr->ts = TS0 + i * 1000ull - (i % 1000 == 999 ? 5000000 : 0);
}

static struct scap_writer *open_writer(const char *path)
{
	struct scap_snapshot *s = capture_snapshot();
	struct scap_writer *w = scap_writer_open(path, NULL, s, NULL);

	scap_snapshot_free(s);
	if (!w)
		abort();
	return w;
}

static const char *write_capture(const char *name, unsigned int n)
{
	const char *path = capture_path(name);
	struct scap_writer *w = open_writer(path);
	struct scap_event ev;
	uint8_t buf[512];
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (scap_writer_wants_keyframe(w) && scap_writer_keyframe(w, &i, sizeof(i)) < 0)
			abort();
		make(&ev, buf, i);
		if (scap_writer_event(w, &ev) < 0)
			abort();
		scap_writer_tag(w, 1, &(char){ (char)('a' + i / 10000) }, 1);
	}
	if (scap_writer_close(w, NULL) < 0)
		abort();
	return path;
}

/* Whether the events from number @first on come from @h, to the end at @n. */
static bool reads_from(struct scap *h, uint64_t first, uint64_t n)
{
	struct scap_event ev, want;
	uint8_t buf[512];
	uint64_t i;
	int rc;

	for (i = first - 1; (rc = scap_next(h, &ev)) == SCAP_EVENT; i++) {
		make(&want, buf, (unsigned int)i);
		if (!capture_same_event(&ev, &want))
			return false;
	}
	return rc == SCAP_END && i == n;
}

static bool has_tid(const struct scap_frame_detail *d, uint64_t tid)
{
	size_t i;

	for (i = 0; i < d->n_tids; i++)
		if (d->tids[i] == tid)
			return true;
	return false;
}

/* Compares the index of a frame with its events. */
static bool tells_the_truth(struct scap *h, const struct scap_frame *fr, size_t at)
{
	const struct scap_frame_detail *d;
	uint32_t counts[SCAP_EVT_MAX] = { 0 };
	uint64_t low = UINT64_MAX, high = 0, i;
	struct scap_event ev;
	uint8_t buf[512];
	size_t k;

	if (scap_frame_detail(h, at, &d) < 0)
		return false;
	for (i = fr->first; i < fr->first + fr->events; i++) {
		make(&ev, buf, (unsigned int)i - 1);
		counts[ev.hdr->type]++;
		low = ev.hdr->ts < low ? ev.hdr->ts : low;
		high = ev.hdr->ts > high ? ev.hdr->ts : high;
		if (!has_tid(d, ev.hdr->tid))
			return false;
	}
	for (k = 1; k < d->n_tids; k++)
		if (d->tids[k] <= d->tids[k - 1])
			return false;
	return !memcmp(counts, d->counts, sizeof(counts)) && fr->ts_low == low &&
	       fr->ts_high == high && !fr->loss && d->n_tags >= 1 && d->n_tags <= 3 &&
	       d->tags[0].kind == 1 && d->tags[0].len == 1 &&
	       d->tags[0].ptr[0] == (char)('a' + (fr->first - 1) / 10000);
}

static void each_frame_is_described(void)
{
	struct scap *h = scap_open_file(write_capture("i.zst", N_EVENTS), NULL);
	const struct scap_frame *fr = h ? NULL : (abort(), NULL);
	uint64_t events = 0;
	size_t n, i;

	fr = scap_frames(h, &n);
	CU_ASSERT_PTR_NOT_NULL_FATAL(fr);
	CU_ASSERT(n >= 4);
	for (i = 0; i < n; i++) {
		CU_ASSERT(fr[i].indexed);
		CU_ASSERT_EQUAL(fr[i].first, events + 1);
		CU_ASSERT(tells_the_truth(h, &fr[i], i));
		events += fr[i].events;
	}
	CU_ASSERT_EQUAL(events, N_EVENTS);
	scap_close(h);
}

static void each_frame_can_be_gone_to(void)
{
	struct scap *h = scap_open_file(write_capture("s.zst", N_EVENTS), NULL);
	const struct scap_frame *fr = scap_frames(h, &(size_t){ 0 });
	struct scap_event ev;
	size_t n, i;

	fr = scap_frames(h, &n);
	CU_ASSERT_FATAL(fr && n > 2);
	for (i = n - 1; i > 0; i--) {
		CU_ASSERT_EQUAL(scap_seek(h, i), 0);
		CU_ASSERT_EQUAL(scap_frame_now(h), i);
		CU_ASSERT(reads_from(h, fr[i].first, N_EVENTS));
	}
	/* frames are told apart while events pass */
	CU_ASSERT_EQUAL(scap_seek(h, 1), 0);
	for (i = 0; i < fr[1].events; i++) {
		CU_ASSERT_EQUAL(scap_frame_now(h), 1);
		CU_ASSERT_EQUAL(scap_next(h, &ev), SCAP_EVENT);
	}
	CU_ASSERT_EQUAL(scap_frame_now(h), 2);
	CU_ASSERT_EQUAL(scap_seek(h, n), -EINVAL);
	scap_close(h);
}

static void plain_gzip_and_unindexed_files_have_none(void)
{
	static const struct scap_writer_options o[] = {
		{ .compression = SCAP_PLAIN },
		{ .compression = SCAP_GZIP },
		{ .compression = SCAP_ZSTD, .no_index = true },
	};
	size_t i, n;

	for (i = 0; i < 3; i++) {
		const char *path = capture_path("none.scap");
		struct scap_writer *w = scap_writer_open(path, &o[i], NULL, NULL);
		struct scap_event ev;
		struct scap *h;
		uint8_t buf[512];

		make(&ev, buf, 0);
		CU_ASSERT_EQUAL(scap_writer_event(w, &ev), 0);
		CU_ASSERT_FALSE(scap_writer_wants_keyframe(w));
		scap_writer_tag(w, 1, "x", 1);
		CU_ASSERT_EQUAL(scap_writer_close(w, NULL), 0);
		h = scap_open_file(path, NULL);
		CU_ASSERT_PTR_NULL(scap_frames(h, &n));
		CU_ASSERT_EQUAL(scap_seek(h, 0), -EINVAL);
		CU_ASSERT_EQUAL(scap_next(h, &ev), SCAP_EVENT);
		scap_close(h);
	}
}

/* A writer that was killed left no table, and perhaps part of a frame. */
static void a_cut_file_keeps_the_index_of_its_whole_frames(void)
{
	const char *path = write_capture("whole.zst", N_EVENTS), *cut = capture_path("cut.zst");
	struct scap *h = scap_open_file(path, NULL);
	const struct scap_frame *fr;
	struct scap_frame last;
	size_t len, n, m, i;
	uint8_t *file = capture_load(path, &len);

	fr = scap_frames(h, &n);
	CU_ASSERT_FATAL(fr && n > 2);
	CU_ASSERT_FALSE(scap_is_unfinished(h));
	last = fr[n - 1];
	for (i = 0; i < 40; i++) {
		size_t at = (size_t)last.at - 20 + i * ((size_t)last.bytes + 20) / 40;
		struct scap *c;

		capture_store(cut, file, at);
		c = scap_open_file(cut, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(c);
		fr = scap_frames(c, &m);
		CU_ASSERT_PTR_NOT_NULL_FATAL(fr);
		CU_ASSERT_EQUAL(fr[n - 2].indexed, at >= last.at);
		CU_ASSERT(fr[n - 3].indexed);
		/* of the rest only the place is known */
		CU_ASSERT(scap_is_unfinished(c));
		if (at > last.at) {
			CU_ASSERT_EQUAL(m, n);
			CU_ASSERT_FALSE(fr[n - 1].indexed);
			CU_ASSERT_EQUAL(fr[n - 1].content_at, last.content_at);
			CU_ASSERT_EQUAL(fr[n - 1].first, last.first);
			CU_ASSERT_EQUAL(scap_seek(c, n - 1), -EINVAL);
		}
		CU_ASSERT_EQUAL(scap_seek(c, n - 3), 0);
		scap_close(c);
	}
	scap_close(h);
	free(file);
}

static void two_captures_in_one_file_have_none(void)
{
	const char *path = write_capture("one.zst", 20000), *two = capture_path("two.zst");
	struct scap_event ev;
	size_t len, n;
	uint8_t *file = capture_load(path, &len), *twice = malloc(2 * len);
	struct scap *h;

	memcpy(twice, file, len);
	memcpy(twice + len, file, len);
	capture_store(two, twice, 2 * len);
	h = scap_open_file(two, NULL);
	CU_ASSERT_PTR_NULL(scap_frames(h, &n));
	CU_ASSERT_EQUAL(scap_next(h, &ev), SCAP_EVENT);
	scap_close(h);
	free(twice);
	free(file);
}

/* Whatever is flipped beside the data: what is said of a frame is right, or nothing is said. */
static void a_damaged_index_says_nothing(void)
{
	const char *path = write_capture("good.zst", 20000), *bad = capture_path("bad.zst");
	struct scap *h = scap_open_file(path, NULL);
	const struct scap_frame *fr;
	struct scap_frame want;
	size_t len, n, m, bit;
	uint8_t *file = capture_load(path, &len);

	fr = scap_frames(h, &n);
	CU_ASSERT_FATAL(fr && n >= 2);
	want = fr[1];
	for (bit = 0; bit < (want.index_bytes + 8u) * 8; bit += 3) {
		size_t at = (size_t)want.index_at - 8 + bit / 8;
		struct scap *c;

		file[at] ^= (uint8_t)(1u << (bit % 8));
		capture_store(bad, file, len);
		file[at] ^= (uint8_t)(1u << (bit % 8));
		c = scap_open_file(bad, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(c);
		fr = scap_frames(c, &m);
		if (fr && m > 1)
			CU_ASSERT_FALSE(fr[1].indexed);
		scap_close(c);
	}
	scap_close(h);
	free(file);
}

/* Millions of frames that hold nothing: a list of them would be longer than what it is for. */
static void a_file_of_tiny_frames_has_none(void)
{
	const char *path = write_capture("tiny.zst", 1000);
	uint8_t tiny[64], *file, *p;
	const size_t times = 400000;
	struct scap_event ev;
	size_t len, n, i, k;
	struct scap *h;

	k = ZSTD_compress(tiny, sizeof(tiny), "", 0, 1);
	file = capture_load(path, &len);
	p = malloc(len + times * k);
	memcpy(p, file, len);
	for (i = 0; i < times; i++)
		memcpy(p + len + i * k, tiny, k);
	capture_store(path, p, len + times * k);
	h = scap_open_file(path, NULL);
	CU_ASSERT_PTR_NULL(scap_frames(h, &n));
	CU_ASSERT_EQUAL(scap_next(h, &ev), SCAP_EVENT);
	scap_close(h);
	free(p);
	free(file);
}

/* ---- keyframes ---- */

static void the_state_of_a_keyframe_comes_back(void)
{
	const char *path = capture_path("key.zst");
	struct scap_writer *w = open_writer(path);
	char *state = calloc(1, 100000);
	struct scap_event ev;
	uint8_t buf[512];
	const void *got;
	size_t len, n, i, keyframes = 0;
	const struct scap_frame *fr;
	struct scap *h;

	for (i = 0; i < 400000; i++) {
		make(&ev, buf, (unsigned int)i);
		if (scap_writer_wants_keyframe(w)) {
			memcpy(state, &i, sizeof(i));
			CU_ASSERT_EQUAL(scap_writer_keyframe(w, state, 100000), 0);
			CU_ASSERT_FALSE(scap_writer_wants_keyframe(w));
		}
		if (scap_writer_event(w, &ev) < 0)
			abort();
	}
	CU_ASSERT_EQUAL(scap_writer_close(w, NULL), 0);
	h = scap_open_file(path, NULL);
	fr = scap_frames(h, &n);
	CU_ASSERT_PTR_NOT_NULL_FATAL(fr);
	for (i = 0; i < n; i++) {
		size_t events;

		if (!fr[i].keyframe) {
			CU_ASSERT(scap_frame_state(h, i, &got, &len) < 0);
			continue;
		}
		keyframes++;
		CU_ASSERT_EQUAL_FATAL(scap_frame_state(h, i, &got, &len), 0);
		CU_ASSERT_EQUAL(len, 100000);
		memcpy(&events, got, sizeof(events));
		CU_ASSERT_EQUAL(events + 1, fr[i].first);
		CU_ASSERT_EQUAL(scap_seek(h, i), 0);
		CU_ASSERT(reads_from(h, fr[i].first, 400000));
	}
	CU_ASSERT(keyframes >= 1);
	scap_close(h);
	free(state);
}

/* What is claimed is all that is ever made of it. */
static void a_keyframe_that_expands_without_end_is_refused(void)
{
	struct scap_build out = { 0 };
	struct keyframe_head head;
	char *zeros = calloc(1, 1 << 20);
	void *state = NULL;
	size_t len;
	uint32_t v;

	CU_ASSERT_EQUAL(keyframe_pack(&out, zeros, 1 << 20, 1, 2), 0);
	CU_ASSERT(out.len < 1000);
	CU_ASSERT_EQUAL(keyframe_unpack(out.buf, out.len, &head, &state, &len), 0);
	CU_ASSERT_EQUAL(len, 1 << 20);
	free(state);
	for (v = 0; v <= 3; v++) {
		static const uint32_t claims[] = { 0, 1000, (1 << 20) - 1, UINT32_MAX };
		uint32_t crc;

		memcpy(out.buf + offsetof(struct keyframe_head, raw_bytes), &claims[v], 4);
		CU_ASSERT_EQUAL(keyframe_unpack(out.buf, out.len, &head, &state, &len), -EBADMSG);
		crc = aside_crc(out.buf, out.len - 4);
		memcpy(out.buf + out.len - 4, &crc, 4);
		CU_ASSERT_EQUAL(keyframe_unpack(out.buf, out.len, &head, &state, &len), -EBADMSG);
	}
	scap_build_free(&out);
	free(zeros);
}

SUITE("index", TEST(each_frame_is_described), TEST(each_frame_can_be_gone_to),
      TEST(plain_gzip_and_unindexed_files_have_none),
      TEST(a_cut_file_keeps_the_index_of_its_whole_frames),
      TEST(two_captures_in_one_file_have_none), TEST(a_file_of_tiny_frames_has_none),
      TEST(a_damaged_index_says_nothing), TEST(the_state_of_a_keyframe_comes_back),
      TEST(a_keyframe_that_expands_without_end_is_refused))
