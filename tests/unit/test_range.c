/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parts of captures: however little of a file is read, what comes is what a reader of all of it
 * gets, to the last field.
 */
#include "suite.h"
#include "random_capture.h"

#include <time.h>

#define N_EVENTS 6000u
#define CAPTURES 6u
#define TRIES	 40u

/* ---- making captures ---- */

/* The same events as a file with an index and as a plain one. */
static void write_both(uint64_t seed, const char *zst, const char *plain)
{
	struct scap_writer_options small = {
		.compression = SCAP_ZSTD, .level = 1, .frame_bytes = 8192, .keyframe_bytes = 65536
	};
	struct scap_writer_options none = { .compression = SCAP_PLAIN };
	struct scap_snapshot *snap = capture_snapshot();
	struct sinsp_recorder *a = sinsp_recorder_open(zst, &small, snap, NULL);
	struct sinsp_recorder *b = sinsp_recorder_open(plain, &none, snap, NULL);
	struct random_capture r;
	struct scap_event ev;

	random_capture(&r, seed, N_EVENTS);
	while (random_next(&r, &ev))
		if (sinsp_recorder_event(a, &ev) < 0 || sinsp_recorder_event(b, &ev) < 0)
			abort();
	if (sinsp_recorder_close(a, NULL) < 0 || sinsp_recorder_close(b, NULL) < 0)
		abort();
	random_free(&r);
	scap_snapshot_free(snap);
}

/* ---- reading them ---- */

struct reading {
	struct sinsp_bound from, to;
	const char *filter; /* NULL: none */
};

static void add_field(const struct sinsp_field_doc *doc, void *arg)
{
	struct scap_error err;
	struct sinsp_format *f;
	char text[128];

	snprintf(text, sizeof(text), "%%%s", doc->name);
	f = sinsp_format_new(NULL, text, NULL, &err);
	if (!f) /* it takes an argument, or filters only */
		return;
	sinsp_format_free(f);
	sinsp_text_printf(arg, " %s", text);
}

/* Every field there is. */
static const char *all_fields(void)
{
	static struct sinsp_text text;

	if (!text.len) {
		sinsp_text_puts(&text, "*%evt.info %proc.aname[2] %proc.apid[3]");
		sinsp_each_field(add_field, &text);
	}
	return text.ptr;
}

struct result {
	struct sinsp_text lines;
	uint64_t given; /* by sinsp_next() */
	int rc;
};

/* By hand, over all events: the time of a bound, or its number. */
static bool inside(struct sinsp *s, const struct sinsp_event *ev, const struct reading *rd)
{
	uint64_t ts = ev->raw.hdr->ts, first = sinsp_first_ts(s);
	const struct sinsp_bound *b = &rd->from;

	if (b->kind == SINSP_BOUND_RELATIVE && (!first || ts < first + b->value))
		return false;
	if ((b->kind == SINSP_BOUND_TIME && ts < b->value) ||
	    (b->kind == SINSP_BOUND_NUMBER && ev->num < b->value))
		return false;
	b = &rd->to;
	if (b->kind == SINSP_BOUND_RELATIVE && first && ts > first + b->value)
		return false;
	return !((b->kind == SINSP_BOUND_TIME && ts > b->value) ||
		 (b->kind == SINSP_BOUND_NUMBER && ev->num > b->value));
}

static void read_part(const char *path, const struct reading *rd, bool by_range, struct result *res)
{
	struct sinsp_format_options opts = { .time = SINSP_TIME_DELTA_SHOWN };
	struct scap *h = scap_open_file(path, NULL);
	struct sinsp *s = sinsp_open(h, NULL, NULL);
	struct sinsp_format *fmt = sinsp_format_new(s, all_fields(), &opts, NULL);
	struct sinsp_filter *f = rd->filter ? sinsp_filter_new(s, rd->filter, NULL) : NULL;
	const struct sinsp_event *ev;

	if (!fmt || (rd->filter && !f))
		abort();
	sinsp_text_clear(&res->lines);
	res->given = 0;
	if (by_range) {
		sinsp_set_range(s, rd->from, rd->to);
		sinsp_set_hint(s, f);
	}
	while ((res->rc = sinsp_next(s, &ev)) == SCAP_EVENT) {
		res->given++;
		if (!by_range && !inside(s, ev, rd))
			continue;
		if (f && !sinsp_filter_run(f, ev))
			continue;
		sinsp_format_event(fmt, ev, &res->lines);
		sinsp_text_puts(&res->lines, ev->hidden ? " hidden\n" : "\n");
	}
	sinsp_filter_free(f);
	sinsp_format_free(fmt);
	sinsp_close(s);
	scap_close(h);
}

static struct sinsp_bound random_bound(struct random_capture *r, uint64_t span)
{
	struct sinsp_bound b = { .kind = SINSP_BOUND_NONE };
	uint64_t at = span / 1000 * random_number(r, 1000);

	switch (random_number(r, 4)) {
	case 0:
		b.kind = SINSP_BOUND_TIME;
		b.value = FAKE_START + at;
		break;
	case 1:
		b.kind = SINSP_BOUND_RELATIVE;
		b.value = at;
		break;
	case 2:
		b.kind = SINSP_BOUND_NUMBER;
		b.value = 1 + random_number(r, N_EVENTS);
		break;
	}
	return b;
}

static const char *random_term(struct random_capture *r)
{
	static const char *const filters[] = {
		"evt.type=open",
		"evt.type in (execve, clone) and not proc.name=sh",
		"evt.type=userdeleted or evt.type=setuid",
		"container.id=aaaaaaaaaaaa",
		"container.id!=host",
		"not container.id=host and evt.type=openat",
		"container.name=name1",
		"container.name startswith name and not container.image contains 2",
		"container.image exists",
		"k8s.pod.name exists",
		"thread.tid=1007",
		"thread.tid in (1001, 1020, 1040)",
		"thread.tid > 1050 and evt.type in (read, close)",
		"not thread.tid > 20",
		"thread.tid < 0",
		"proc.name=nginx and fd.name contains etc",
		"evt.deltatime > 5000",
		"fd.type=ipv4 and evt.type=connect",
		"evt.type!=read and container.id in (host, bbbbbbbbbbbb)",
	};

	return filters[random_number(r, sizeof(filters) / sizeof(filters[0]))];
}

/* None, up to four terms one after the other, or some in parentheses. */
static const char *random_filter(struct random_capture *r)
{
	static struct sinsp_text text;
	unsigned int i, n = random_number(r, 6);

	sinsp_text_clear(&text);
	if (n == 5)
		sinsp_text_printf(&text, "(%s or %s) and not (%s)", random_term(r), random_term(r),
				  random_term(r));
	for (i = 0; i < n && n < 5; i++) {
		if (i)
			sinsp_text_puts(&text, random_number(r, 2) ? " and " : " or ");
		sinsp_text_printf(&text, "%s(%s)", random_number(r, 4) ? "" : "not ",
				  random_term(r));
	}
	return n ? text.ptr : NULL;
}

static void a_part_is_what_a_reader_of_all_gets(void)
{
	const char *zst = capture_path("a.zst"), *plain = capture_path("a.scap");
	struct random_capture dice = { .seed = 99 };
	struct result all = { 0 }, part = { 0 }, by_hand = { 0 };
	uint64_t given = 0, given_part = 0, seed;
	unsigned int i;

	for (seed = 1; seed <= CAPTURES; seed++) {
		write_both(seed, zst, plain);
		for (i = 0; i < TRIES; i++) {
			struct reading rd;

			rd.from = random_bound(&dice, 6000000000u);
			rd.to = random_bound(&dice, 6000000000u);
			rd.filter = random_filter(&dice);
			read_part(plain, &rd, false, &by_hand);
			read_part(plain, &rd, true, &all);
			read_part(zst, &rd, true, &part);
			CU_ASSERT_EQUAL(part.rc, SCAP_END);
			CU_ASSERT_EQUAL(all.rc, SCAP_END);
			CU_ASSERT_EQUAL(by_hand.lines.len, all.lines.len);
			CU_ASSERT(!by_hand.lines.len ||
				  !memcmp(by_hand.lines.ptr, all.lines.ptr, all.lines.len));
			CU_ASSERT_EQUAL(part.lines.len, all.lines.len);
			CU_ASSERT(!all.lines.len ||
				  !memcmp(part.lines.ptr, all.lines.ptr, all.lines.len));
			given += by_hand.given;
			given_part += part.given;
		}
	}
	CU_ASSERT(given_part * 2 < given);
	sinsp_text_free(&all.lines);
	sinsp_text_free(&part.lines);
	sinsp_text_free(&by_hand.lines);
}

/* ---- what is read for it ---- */

static uint64_t bytes_read(const char *path, const struct reading *rd)
{
	struct scap *h = scap_open_file(path, NULL);
	struct sinsp *s = sinsp_open(h, NULL, NULL);
	struct sinsp_filter *f = rd->filter ? sinsp_filter_new(s, rd->filter, NULL) : NULL;
	const struct sinsp_event *ev;
	struct scap_stats st;

	sinsp_set_range(s, rd->from, rd->to);
	sinsp_set_hint(s, f);
	while (sinsp_next(s, &ev) == SCAP_EVENT)
		;
	scap_stats(h, &st);
	sinsp_filter_free(f);
	sinsp_close(s);
	scap_close(h);
	return st.events;
}

static void little_is_read_for_a_small_part(void)
{
	const char *zst = capture_path("b.zst"), *plain = capture_path("b.scap");
	struct reading rd = { { SINSP_BOUND_NUMBER, 4000 }, { SINSP_BOUND_NUMBER, 4010 }, NULL };
	struct reading nobody = { { 0 }, { 0 }, "thread.tid=123456" };
	struct reading other = { { 0 }, { 0 }, "container.id=dddddddddddd" };

	write_both(7, zst, plain);
	CU_ASSERT(bytes_read(zst, &rd) < N_EVENTS / 4);
	CU_ASSERT(bytes_read(zst, &nobody) < N_EVENTS / 2); /* frames with losses are read */
	CU_ASSERT(bytes_read(zst, &other) < N_EVENTS / 2);
	CU_ASSERT(bytes_read(plain, &nobody) > N_EVENTS * 9 / 10);
}

/* A file whose writer was killed: the part that is not described yet is read. */
static void the_end_of_a_cut_file_is_read(void)
{
	const char *zst = capture_path("c.zst"), *plain = capture_path("c.scap");
	const char *cut = capture_path("cut.zst");
	struct reading rd = { { SINSP_BOUND_NUMBER, 3000 }, { 0 }, "evt.type=openat" };
	struct result want = { 0 }, got = { 0 };
	size_t len, at, tries = 0;
	uint8_t *file;

	write_both(8, zst, plain);
	file = capture_load(zst, &len);
	at = len * 9 / 10;
	/* not between two frames, nor in an index, where no event would be missing */
	do {
		sinsp_text_free(&want.lines);
		capture_store(cut, file, at);
		read_part(cut, &rd, false, &want);
		at -= 100;
	} while (want.rc != -EBADMSG && ++tries < 100);
	read_part(cut, &rd, true, &got);
	CU_ASSERT_EQUAL(want.rc, -EBADMSG);
	CU_ASSERT_EQUAL(got.rc, -EBADMSG);
	CU_ASSERT(want.lines.len > 0);
	CU_ASSERT_EQUAL(got.lines.len, want.lines.len);
	CU_ASSERT_EQUAL(memcmp(got.lines.ptr, want.lines.ptr, want.lines.len), 0);
	free(file);
	sinsp_text_free(&want.lines);
	sinsp_text_free(&got.lines);
}

/* ---- bounds ---- */

static void bounds_are_read(void)
{
	static const struct {
		const char *text;
		enum sinsp_bound_kind kind;
		uint64_t value;
	} rows[] = {
		{ "#12", SINSP_BOUND_NUMBER, 12 },
		{ "+5s", SINSP_BOUND_RELATIVE, 5000000000 },
		{ "+5", SINSP_BOUND_RELATIVE, 5000000000 },
		{ "+1.5m", SINSP_BOUND_RELATIVE, 90000000000 },
		{ "+200ms", SINSP_BOUND_RELATIVE, 200000000 },
		{ "+0.000000001s", SINSP_BOUND_RELATIVE, 1 },
		{ "@1700000000", SINSP_BOUND_TIME, 1700000000000000000 },
		{ "@1700000000.25", SINSP_BOUND_TIME, 1700000000250000000 },
		{ "10:20:30.000000005", SINSP_BOUND_CLOCK, 37230000000005 },
		{ "10:20", SINSP_BOUND_CLOCK, 37200000000000 },
		{ "2023-11-14T22:13:20Z", SINSP_BOUND_TIME, 1700000000000000000 },
		{ "2023-11-14 22:13:20.5", SINSP_BOUND_TIME, 1700000000500000000 },
		{ "2023-11-15T00:13:20+02:00", SINSP_BOUND_TIME, 1700000000000000000 },
		{ "2023-11-14T17:13:20.000000000-0500", SINSP_BOUND_TIME, 1700000000000000000 },
	};
	static const char *const wrong[] = { "",
					     "5",
					     "#",
					     "#0",
					     "+",
					     "+5x",
					     "+-5s",
					     "25:00:00",
					     "10",
					     "10:60",
					     "10:20x",
					     "@",
					     "@1x",
					     "2023-13-01 10:00:00",
					     "2023-01-01",
					     "2023-01-01T10:00:00X",
					     "#99999999999999999999",
					     "+99999999999999h" };
	struct sinsp_bound b;
	struct scap_error err;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CU_ASSERT_EQUAL(sinsp_bound_parse(&b, rows[i].text, &err), 0);
		CU_ASSERT_EQUAL(b.kind, rows[i].kind);
		CU_ASSERT_EQUAL(b.value, rows[i].value);
	}
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		CU_ASSERT_EQUAL(sinsp_bound_parse(&b, wrong[i], &err), -EINVAL);
}

/* The capture begins at 12:26:40; whoever says 00:00:05 means the midnight that is nearer. */
static void a_time_of_day_is_that_near_the_first_event(void)
{
	struct reading rd = { { SINSP_BOUND_CLOCK, 44800000002000 }, { 0 }, NULL };
	struct fake f;

	fake_init(&f);
	fake_fstat(&f, 5, 1);
	fake_fstat(&f, 5, 2);
	fake_fstat(&f, 5, 3);
	fake_fstat(&f, 5, 4);
	fake_open(&f, NULL);
	sinsp_set_range(f.s, rd.from, rd.to);
	CU_ASSERT_PTR_NOT_NULL_FATAL(fake_step(&f, 1));
	CU_ASSERT_EQUAL(f.ev->num, 3);
	CU_ASSERT_PTR_NOT_NULL(fake_step(&f, 1));
	CU_ASSERT_PTR_NULL(fake_step(&f, 1));
	fake_free(&f);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(a_part_is_what_a_reader_of_all_gets),
		TEST(little_is_read_for_a_small_part),
		TEST(the_end_of_a_cut_file_is_read),
		TEST(bounds_are_read),
		TEST(a_time_of_day_is_that_near_the_first_event),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return suite_main("range", tests, sizeof(tests) / sizeof(tests[0]));
}
