/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Images of state: an inspector that takes one in is in the same state as its maker and stays so,
 * and one that was made to do harm does none.
 */
#include "suite.h"
#include "random_capture.h"
#include "image.h"

static struct scap_snapshot *snap;

static struct sinsp *open_one(void)
{
	struct sinsp *s;

	if (!snap)
		snap = capture_snapshot();
	s = sinsp_open_follower(snap);
	if (!s)
		abort();
	return s;
}

static void state_of(struct sinsp *s, struct sinsp_text *out)
{
	sinsp_text_clear(out);
	if (image_put(s, out) < 0)
		abort();
}

static bool same(const struct sinsp_text *a, const struct sinsp_text *b)
{
	return a->len == b->len && !memcmp(a->ptr, b->ptr, a->len);
}

/* Goes with the maker for a while, and is compared now and then. */
static void both_go_on_as_one(void)
{
	struct sinsp_text state = { 0 }, again = { 0 };
	struct random_capture r;
	struct scap_event ev;
	uint64_t seed;

	for (seed = 1; seed <= 8; seed++) {
		struct sinsp *a = open_one(), *b = NULL;
		unsigned int n;

		random_capture(&r, seed, 8000);
		for (n = 0; random_next(&r, &ev); n++) {
			sinsp_follow(a, &ev);
			if (b)
				sinsp_follow(b, &ev);
			if (n % 61)
				continue;
			state_of(a, &state);
			if (b && n % 610) {
				state_of(b, &again);
				CU_ASSERT(same(&state, &again));
				CU_ASSERT_EQUAL(a->num, b->num);
				continue;
			}
			sinsp_close(b);
			b = open_one();
			CU_ASSERT_EQUAL(image_get(b, (uint8_t *)state.ptr, state.len, a->num), 0);
			CU_ASSERT_EQUAL(a->threads.fd_budget.chunks, b->threads.fd_budget.chunks);
			state_of(b, &again);
			CU_ASSERT(same(&state, &again));
		}
		sinsp_close(a);
		sinsp_close(b);
		random_free(&r);
	}
	sinsp_text_free(&state);
	sinsp_text_free(&again);
}

/* Every member of every structure: what the random captures have no value for. */
static void every_row_comes_back(void)
{
	struct sinsp *a = open_one(), *b = open_one();
	struct sinsp_text state = { 0 }, again = { 0 };
	struct thread *t = TAILQ_FIRST(&a->threads.all), *u;
	size_t i;

	for (i = 0; i < image_thread.n; i++) {
		const struct image_field *f = &image_thread.fields[i];

		if (f->kind == IMAGE_BOOL)
			*((bool *)t + f->at) = true;
		else if (f->kind == IMAGE_U32)
			memcpy((uint8_t *)t + f->at, &(uint32_t){ 0xf0000000u + (uint32_t)i }, 4);
		else if (f->kind == IMAGE_U64)
			memcpy((uint8_t *)t + f->at, &(uint64_t){ UINT64_MAX - i }, 8);
		else if (f->kind == IMAGE_S64 && i > 0)
			memcpy((uint8_t *)t + f->at, &(int64_t){ INT64_MIN + (int64_t)i }, 8);
		else if (f->kind == IMAGE_STR)
			*(const char **)(void *)((uint8_t *)t + f->at) = intern_str(a->pool, "text",
										    4);
	}
	a->first_ts = 1;
	a->start_ts = 2;
	a->purged = 3;
	a->at_head = false;
	a->switched[3] = 4;
	a->switched[5] = 3;
	state_of(a, &state);
	CU_ASSERT_EQUAL(image_get(b, (uint8_t *)state.ptr, state.len, 77), 0);
	CU_ASSERT_EQUAL(b->num, 77);
	CU_ASSERT_EQUAL(b->first_ts, 1);
	CU_ASSERT_EQUAL(b->start_ts, 2);
	CU_ASSERT_EQUAL(b->purged, 3);
	CU_ASSERT_FALSE(b->at_head);
	CU_ASSERT_EQUAL(b->switched[3], 4);
	CU_ASSERT_EQUAL(b->switched[4], 0);
	CU_ASSERT_EQUAL(b->switched[5], 3);
	u = threads_find(&b->threads, t->pub.tid);
	CU_ASSERT_PTR_NOT_NULL_FATAL(u);
	for (i = 0; i < image_thread.n; i++) {
		static const size_t widths[] = { [IMAGE_BOOL] = 1,
						 [IMAGE_U32] = 4,
						 [IMAGE_U64] = 8,
						 [IMAGE_S64] = 8,
						 [IMAGE_IP] = 0 };
		const struct image_field *f = &image_thread.fields[i];

		CU_ASSERT_EQUAL(memcmp((uint8_t *)t + f->at, (uint8_t *)u + f->at, widths[f->kind]),
				0);
	}
	CU_ASSERT_STRING_EQUAL(u->pub.comm, "text");
	CU_ASSERT_STRING_EQUAL(u->pub.root, "text");
	state_of(b, &again);
	CU_ASSERT(same(&state, &again));
	sinsp_close(a);
	sinsp_close(b);
	sinsp_text_free(&state);
	sinsp_text_free(&again);
}

/* What is not understood leaves the state as it is. */
static void another_version_is_not_taken(void)
{
	struct sinsp *a = open_one();
	struct sinsp_text state = { 0 };
	size_t n = a->threads.n;

	state_of(a, &state);
	state.ptr[0]++;
	CU_ASSERT_EQUAL(image_get(a, (uint8_t *)state.ptr, state.len, 1), -ENOTSUP);
	CU_ASSERT_EQUAL(image_get(a, (uint8_t *)state.ptr, 0, 1), -ENOTSUP);
	CU_ASSERT_EQUAL(a->threads.n, n);
	sinsp_close(a);
	sinsp_text_free(&state);
}

/* Cut anywhere, and with bytes changed anywhere: refused, or a state that events can go on from. */
static void damage_does_no_harm(void)
{
	struct sinsp *a = open_one(), *b;
	struct sinsp_text state = { 0 };
	struct random_capture r;
	struct scap_event ev;
	unsigned int i, n = 0, refused = 0;

	random_capture(&r, 5, 500);
	while (n++ < 300 && random_next(&r, &ev))
		sinsp_follow(a, &ev);
	state_of(a, &state);
	for (i = 0; i < state.len; i++)
		if (i % 7 == 0) {
			b = open_one();
			CU_ASSERT(image_get(b, (uint8_t *)state.ptr, i, 1) < 0);
			sinsp_close(b);
		}
	for (i = 0; i < 3000; i++) {
		size_t at = random_number(&r, (uint32_t)state.len);
		uint8_t was = (uint8_t)state.ptr[at];
		size_t pos = r.f.pos;

		state.ptr[at] = (char)random_number(&r, 256);
		b = open_one();
		refused += image_get(b, (uint8_t *)state.ptr, state.len, 1) < 0;
		for (n = 0; n < 50 && random_next(&r, &ev); n++)
			sinsp_follow(b, &ev);
		r.f.pos = pos;
		sinsp_close(b);
		state.ptr[at] = (char)was;
	}
	CU_ASSERT(refused > 100);
	sinsp_close(a);
	sinsp_text_free(&state);
	random_free(&r);
}

/* Leaders that lead each other would never end. */
static void a_circle_of_leaders_is_refused(void)
{
	struct sinsp *a = open_one(), *b = open_one();
	struct sinsp_text state = { 0 };
	struct thread *t, *u;

	t = threads_add(&a->threads, 5000);
	u = threads_add(&a->threads, 5001);
	t->pub.leader = &u->pub;
	u->pub.leader = &t->pub;
	state_of(a, &state);
	CU_ASSERT_EQUAL(image_get(b, (uint8_t *)state.ptr, state.len, 1), -EBADMSG);
	t->pub.leader = &t->pub;
	state_of(a, &state);
	CU_ASSERT_EQUAL(image_get(b, (uint8_t *)state.ptr, state.len, 1), 0);
	t->pub.leader = u->pub.leader = NULL;
	sinsp_close(a);
	sinsp_close(b);
	sinsp_text_free(&state);
	scap_snapshot_free(snap);
	snap = NULL;
}

SUITE("image", TEST(both_go_on_as_one), TEST(every_row_comes_back),
      TEST(another_version_is_not_taken), TEST(damage_does_no_harm),
      TEST(a_circle_of_leaders_is_refused))
