/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * "What did container X do between T1 and T2?": how long the answer takes, in a capture of ten
 * million events (or as many as the second argument says) of which the folder of the first argument
 * holds an indexed file. Wall clock, from opening the file to its closing, the best of some.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "sinsp.h"

#define CONTAINERS 40u
#define PER_THREAD 25u /* events in a row */
#define TS0	   1700000000000000000ull

static double now(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void fail(const struct scap_error *err)
{
	fprintf(stderr, "bench_seek: %s\n", err->msg);
	exit(1);
}

static void put(struct sinsp_recorder *r, uint16_t type, uint64_t ts, uint64_t tid,
		const struct scap_param *p, uint32_t n)
{
	static uint8_t rec[4096];
	struct scap_event ev;
	int64_t len = scap_event_encode(rec, sizeof(rec), type, ts, tid, p, n);

	if (len < 0 || scap_event_decode(&ev, rec, (size_t)len) < 0 ||
	    sinsp_recorder_event(r, &ev) < 0)
		fail(scap_writer_error(sinsp_recorder_writer(r)));
}

/* A process of container @c begins, and lives until the end. */
static void start(struct sinsp_recorder *r, uint64_t ts, unsigned int c, uint64_t tid)
{
	int64_t zero = 0, id = (int64_t)tid, parent = 1;
	uint64_t none = 0;
	uint32_t u = 0;
	char cgroup[128];
	int n = snprintf(cgroup, sizeof(cgroup), "cpuset=/docker/%012x%052x", c + 1, c + 1);
	struct scap_param p[] = {
		{ &zero, 8 }, { "worker", 7 }, { "-x", 3 },
		{ &id, 8 },   { &id, 8 },      { &parent, 8 },
		{ "", 0 },    { &none, 8 },    { &none, 8 },
		{ &none, 8 }, { &u, 4 },       { &u, 4 },
		{ &u, 4 },    { "worker", 7 }, { cgroup, (uint32_t)n + 1 },
		{ &u, 4 },    { &u, 4 },       { &u, 4 },
		{ &id, 8 },   { &id, 8 },      { &none, 8 },
	};

	put(r, SCAP_EVT_SYSCALL_CLONE_20_X, ts, tid, p, 21);
}

/* Containers come and go: each is busy in one part of the capture. */
static void make(const char *path, unsigned long n)
{
	struct scap_error err = { 0 };
	struct sinsp_recorder *r = sinsp_recorder_open(path, NULL, NULL, &err);
	static const char data[64] = "GET / HTTP/1.1";
	unsigned long i;

	if (!r)
		fail(&err);
	for (i = 0; i < n; i++) {
		unsigned int part = (unsigned int)(i * CONTAINERS / n);
		unsigned int c = i / PER_THREAD % 3 ? part : part ? part - 1 : 0;
		int64_t res = (int64_t)(i % 60), fd = (int64_t)(i % 7);
		uint32_t size = 4096;
		struct scap_param io[] = {
			{ &res, 8 }, { data, (uint32_t)res }, { &fd, 8 }, { &size, 4 }
		};

		if (i * CONTAINERS % n < CONTAINERS)
			start(r, TS0 + i * 1000, part, 1000 + part);
		put(r, i % 2 ? SCAP_EVT_SYSCALL_READ_X : SCAP_EVT_SYSCALL_WRITE_X, TS0 + i * 1000,
		    1000 + c, io, 4);
	}
	if (sinsp_recorder_close(r, &err) < 0)
		fail(&err);
}

/* The answer, as lines that nobody reads. Returns their number. */
static unsigned long ask(const char *path, const char *filter, uint64_t from, uint64_t to)
{
	struct scap_error err = { 0 };
	struct scap *h = scap_open_file(path, &err);
	struct sinsp *s = h ? sinsp_open(h, NULL, &err) : NULL;
	struct sinsp_filter *f = s ? sinsp_filter_new(s, filter, &err) : NULL;
	struct sinsp_format *fmt = f ? sinsp_format_new(s, SINSP_FORMAT_CONTAINER, NULL, &err)
				     : NULL;
	struct sinsp_text text = { 0 };
	const struct sinsp_event *ev;
	unsigned long n = 0;

	if (!fmt)
		fail(&err);
	sinsp_set_range(s, (struct sinsp_bound){ SINSP_BOUND_TIME, from },
			(struct sinsp_bound){ SINSP_BOUND_TIME, to });
	sinsp_set_hint(s, f);
	while (sinsp_next(s, &ev) == SCAP_EVENT) {
		if (!sinsp_filter_run(f, ev))
			continue;
		sinsp_text_clear(&text);
		n += sinsp_format_event(fmt, ev, &text);
	}
	sinsp_text_free(&text);
	sinsp_format_free(fmt);
	sinsp_filter_free(f);
	sinsp_close(s);
	scap_close(h);
	return n;
}

static void report(const char *path, const char *what, const char *filter, uint64_t from,
		   uint64_t to)
{
	double best = 1e9, t;
	unsigned long n = 0;
	int i;

	for (i = 0; i < 5; i++) {
		t = now(CLOCK_MONOTONIC);
		n = ask(path, filter, from, to);
		t = now(CLOCK_MONOTONIC) - t;
		best = t < best ? t : best;
	}
	printf("%-44s %8lu lines  %7.1f ms\n", what, n, best * 1e3);
}

int main(int argc, char **argv)
{
	unsigned long n = argc > 2 ? strtoul(argv[2], NULL, 0) : 10000000;
	uint64_t span = n * 1000, mid = TS0 + span / 2;
	char path[512], id[64];
	struct stat st;
	double t;

	snprintf(path, sizeof(path), "%s/seek.scap.zst", argc > 1 ? argv[1] : "/tmp");
	t = now(CLOCK_PROCESS_CPUTIME_ID);
	make(path, n);
	t = now(CLOCK_PROCESS_CPUTIME_ID) - t;
	printf("%lu events recorded, with state, index and keyframes: %.2f M events a second of one "
	       "CPU, %.1f MB\n",
	       n, (double)n / t / 1e6, stat(path, &st) == 0 ? (double)st.st_size / 1e6 : 0);
	snprintf(id, sizeof(id), "container.id=%012x", CONTAINERS / 2 + 1);
	report(path, "one container, a hundredth of the time", id, mid, mid + span / 100);
	report(path, "one container that is seldom, all the time", "container.id=000000000001", TS0,
	       TS0 + span);
	report(path, "a container that is not there", "container.id=0000000000ff", TS0, TS0 + span);
	report(path, "a thousandth of the time, everything", "evt.num > 0", mid, mid + span / 1000);
	report(path, "the last events", "evt.num > 0", TS0 + span - 1000000, TS0 + span);
	unlink(path);
	return 0;
}
