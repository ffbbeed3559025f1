/* SPDX-License-Identifier: BSD-2-Clause */
/* Events written in a schema that is older than they are. */
#include "suite.h"
#include "capture.h"

#include <errno.h>

#define MAX 8

static struct scap_event events[MAX];
static uint8_t bufs[MAX][512];
static unsigned int n_events;

static void add(uint16_t type, const struct scap_param *params, uint32_t n)
{
	struct scap_event *ev = &events[n_events];
	int64_t len = scap_event_encode(bufs[n_events], sizeof(bufs[0]), type, TS0 + n_events, 100,
					params, n);

	if (len < 0 || scap_event_decode(ev, bufs[n_events], (size_t)len) < 0)
		abort();
	ev->cpu = (uint16_t)n_events++;
}

/* One of each that a later schema has more of, and one that it has not. */
static void make_events(void)
{
	static const struct scap_item_hdr item = { SCAP_ITEM_LATENCY, 0 };
	int64_t fd = 3, res = 0;
	uint32_t u = 7;
	uint8_t cmd = 4;
	uint64_t arg = 0x800;
	struct scap_param socket_p[] = { { &fd, 8 }, { &u, 4 }, { &u, 4 }, { &u, 4 }, { &u, 4 } };
	struct scap_param fcntl_p[] = { { &res, 8 }, { &fd, 8 }, { &cmd, 1 }, { &arg, 8 } };
	struct scap_param range_p[] = { { &res, 8 }, { &u, 4 }, { &u, 4 }, { &u, 4 } };
	struct scap_param keyctl_p[] = { { &res, 8 }, { &u, 4 } };
	struct scap_param close_p[] = { { &res, 8 }, { &fd, 8 } };

	n_events = 0;
	add(SCAP_EVT_SOCKET_SOCKET_X, socket_p, 5);
	events[0].items = (const uint8_t *)&item;
	events[0].items_len = sizeof(item);
	events[0].flags = SCAP_BLOCK_STATE_ONLY;
	add(SCAP_EVT_SYSCALL_FCNTL_X, fcntl_p, 4);
	add(SCAP_EVT_SYSCALL_CLOSE_RANGE_X, range_p, 4);
	add(SCAP_EVT_SYSCALL_KEYCTL_X, keyctl_p, 2);
	add(SCAP_EVT_SYSCALL_CLOSE_X, close_p, 2);
	add(SCAP_EVT_SOCKET_SOCKET_X, socket_p, 4);
}

static void write_events(const char *path, uint32_t schema)
{
	struct scap_writer_options o = { .compression = SCAP_PLAIN, .schema = schema };
	struct scap_writer *w = scap_writer_open(path, &o, NULL, NULL);
	unsigned int i;

	for (i = 0; i < n_events; i++)
		CU_ASSERT_EQUAL(scap_writer_event(w, &events[i]), 0);
	CU_ASSERT_EQUAL(scap_writer_close(w, NULL), 0);
}

/* The parameters of event @i, of which @n are there, are those that were written. */
static void check_params(const struct scap_event *ev, unsigned int i, unsigned int n)
{
	unsigned int k;

	CU_ASSERT_EQUAL(ev->hdr->nparams, n);
	for (k = 0; k < n; k++) {
		CU_ASSERT_EQUAL(scap_param_len(ev, k), scap_param_len(&events[i], k));
		CU_ASSERT_EQUAL(scap_param_u64(ev, k, 1), scap_param_u64(&events[i], k, 2));
	}
}

static void check_generic(const struct scap_event *ev, unsigned int nr)
{
	CU_ASSERT_EQUAL(ev->hdr->type, SCAP_EVT_GENERIC_X);
	CU_ASSERT_EQUAL(ev->hdr->nparams, 2);
	CU_ASSERT_EQUAL(scap_param_u64(ev, 0, 0), scap_syscall_info(nr)->code);
	CU_ASSERT_EQUAL(scap_param_u64(ev, 1, 0), nr);
}

static void the_default_is_what_all_readers_take(void)
{
	static const unsigned int kept[] = { 4, 3, 0, 0, 2, 4 };
	const char *path = capture_path("lower.scap");
	struct scap_event ev;
	unsigned int i;
	struct scap *h;

	make_events();
	write_events(path, 0);
	h = scap_open_file(path, NULL);
	for (i = 0; i < n_events; i++) {
		CU_ASSERT_EQUAL_FATAL(scap_next(h, &ev), SCAP_EVENT);
		CU_ASSERT_EQUAL(ev.hdr->ts, events[i].hdr->ts);
		CU_ASSERT_EQUAL(ev.hdr->tid, 100);
		CU_ASSERT_EQUAL(ev.cpu, i);
		CU_ASSERT_EQUAL(ev.flags, events[i].flags);
		CU_ASSERT_EQUAL(ev.items_len, events[i].items_len);
		if (events[i].hdr->type == SCAP_EVT_SYSCALL_CLOSE_RANGE_X)
			check_generic(&ev, 436);
		else if (events[i].hdr->type == SCAP_EVT_SYSCALL_KEYCTL_X)
			check_generic(&ev, 250);
		else
			check_params(&ev, i, kept[i]);
	}
	CU_ASSERT_EQUAL(scap_next(h, &ev), SCAP_END);
	scap_close(h);
}

static void the_newest_keeps_all(void)
{
	const char *path = capture_path("newest.scap");
	struct scap_event ev;
	unsigned int i;
	struct scap *h;

	make_events();
	write_events(path, SCHEMA(4, 5, 1));
	h = scap_open_file(path, NULL);
	for (i = 0; i < n_events; i++) {
		CU_ASSERT_EQUAL_FATAL(scap_next(h, &ev), SCAP_EVENT);
		CU_ASSERT(capture_same_event(&ev, &events[i]));
	}
	scap_close(h);
}

/* An event of a schema to come, with one parameter more than we know. */
static void what_comes_after_the_newest_is_left_out(void)
{
	const char *path = capture_path("future.scap");
	struct scap_event_hdr hdr = { .ts = TS0, .tid = 1, .type = SCAP_EVT_SYSCALL_CLOSE_X };
	uint8_t rec[64] = { 0 };
	uint16_t lens[] = { 8, 8, 2 };
	struct scap_event ev;
	struct scap *h;

	hdr.nparams = 3;
	hdr.len = sizeof(hdr) + sizeof(lens) + 18;
	memcpy(rec, &hdr, sizeof(hdr));
	memcpy(rec + sizeof(hdr), lens, sizeof(lens));
	make_events();
	n_events = 1;
	CU_ASSERT_EQUAL(scap_event_decode(&events[0], rec, sizeof(rec)), 0);
	write_events(path, SCHEMA(4, 5, 1));
	h = scap_open_file(path, NULL);
	CU_ASSERT_EQUAL_FATAL(scap_next(h, &ev), SCAP_EVENT);
	check_params(&ev, 0, 2);
	scap_close(h);
}

/* Iterators are made by no call: readers pass over them. */
static void what_nothing_stands_for_is_kept(void)
{
	const char *path = capture_path("kept.scap");
	int64_t tid = 5;
	struct scap_param p[] = { { &tid, 8 } };
	struct scap_event ev;
	struct scap *h;

	n_events = 0;
	add(SCAP_EVT_ITER_TASK_FILE_PIPE_E, p, 1);
	write_events(path, 0);
	h = scap_open_file(path, NULL);
	CU_ASSERT_EQUAL_FATAL(scap_next(h, &ev), SCAP_EVENT);
	CU_ASSERT(capture_same_event(&ev, &events[0]));
	scap_close(h);
}

static void other_schemas_are_refused_before_a_file_is_touched(void)
{
	struct scap_writer_options o = { .schema = SCHEMA(4, 6, 0) };
	const char *path = capture_path("none.scap");
	struct scap_error err = { 0 };

	CU_ASSERT_PTR_NULL(scap_writer_open(path, &o, NULL, &err));
	CU_ASSERT_EQUAL(err.code, -EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.msg, "none.scap: no schema that can be written"));
	o.schema = SCHEMA(3, 0, 0);
	CU_ASSERT_PTR_NULL(scap_writer_open(path, &o, NULL, &err));
	CU_ASSERT_EQUAL(access(path, F_OK), -1);
}

SUITE("lower", TEST(the_default_is_what_all_readers_take), TEST(the_newest_keeps_all),
      TEST(what_comes_after_the_newest_is_left_out), TEST(what_nothing_stands_for_is_kept),
      TEST(other_schemas_are_refused_before_a_file_is_touched))
