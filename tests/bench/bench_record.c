/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What recording costs: a capture is played through an inspector into a recorder, as live events
 * would be, and the time that its reading alone takes is taken off. All threads count.
 *
 * usage: bench_record FOLDER [EVENTS [CAPTURE]]: without a capture, one of so many events is made.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "sinsp.h"

static double cpu_seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void fail(const struct scap_error *err)
{
	fprintf(stderr, "bench_record: %s\n", err->msg);
	exit(1);
}

/* Forty threads that read, write and open; a process starts and ends now and then. */
static void make(const char *path, unsigned long n)
{
	struct scap_writer_options o = { .compression = SCAP_PLAIN };
	struct scap_error err = { 0 };
	struct scap_writer *w = scap_writer_open(path, &o, NULL, &err);
	static const char data[80] = "GET /index.html HTTP/1.1";
	uint8_t rec[1024];
	struct scap_event ev;
	unsigned long i;
	int64_t len;

	if (!w)
		fail(&err);
	for (i = 0; i < n; i++) {
		uint64_t ts = 1700000000000000000ull + i * 500, tid = 1000 + i / 8 % 40, ino = i;
		int64_t res = (int64_t)(i * 7 % 80), fd = (int64_t)(3 + i % 60), at = -100;
		uint32_t u = (uint32_t)i;
		struct scap_param io[] = {
			{ &res, 8 }, { data, (uint32_t)res }, { &fd, 8 }, { &u, 4 }
		};
		struct scap_param open_p[] = { { &fd, 8 }, { &at, 8 }, { "/srv/www/index", 15 },
					       { &u, 4 },  { &u, 4 },  { &u, 4 },
					       { &ino, 8 } };

		if (i % 9 == 0)
			len = scap_event_encode(rec, sizeof(rec), SCAP_EVT_SYSCALL_OPENAT_2_X, ts,
						tid, open_p, 7);
		else
			len = scap_event_encode(rec, sizeof(rec),
						i % 2 ? SCAP_EVT_SYSCALL_READ_X
						      : SCAP_EVT_SYSCALL_WRITE_X,
						ts, tid, io, 4);
		if (len < 0 || scap_event_decode(&ev, rec, (size_t)len) < 0 ||
		    scap_writer_event(w, &ev) < 0)
			fail(scap_writer_error(w));
	}
	if (scap_writer_close(w, &err) < 0)
		fail(&err);
}

/* CPU time of reading, and of recording at @level if that is not 0. */
static double play(const char *in, const char *out, int level, unsigned long *n)
{
	struct scap_writer_options o = { .compression = SCAP_ZSTD, .level = level };
	struct scap_error err = { 0 };
	struct scap *h = scap_open_file(in, &err);
	struct sinsp_recorder *r = NULL;
	struct sinsp *s = NULL;
	const struct sinsp_event *ev;
	struct scap_event raw;
	double t = cpu_seconds();

	if (!h)
		fail(&err);
	*n = 0;
	if (!level) {
		while (scap_next(h, &raw) == SCAP_EVENT)
			++*n;
		scap_close(h);
		return cpu_seconds() - t;
	}
	s = sinsp_open(h, NULL, &err);
	r = s ? sinsp_recorder_open(out, &o, scap_snapshot(h), &err) : NULL;
	if (!r)
		fail(&err);
	while (sinsp_next(s, &ev) == SCAP_EVENT) {
		if (sinsp_recorder_event(r, &ev->raw) < 0)
			fail(scap_writer_error(sinsp_recorder_writer(r)));
		++*n;
	}
	if (sinsp_recorder_close(r, &err) < 0)
		fail(&err);
	sinsp_close(s);
	scap_close(h);
	return cpu_seconds() - t;
}

int main(int argc, char **argv)
{
	static const int levels[] = { 1, 3, 5, 7, 9 };
	unsigned long n = argc > 2 ? strtoul(argv[2], NULL, 0) : 1000000;
	char in[512], out[512];
	struct stat st;
	double base;
	size_t i;

	snprintf(in, sizeof(in), "%s/record.scap", argc > 1 ? argv[1] : "/tmp");
	snprintf(out, sizeof(out), "%s/record.out", argc > 1 ? argv[1] : "/tmp");
	if (argc > 3)
		snprintf(in, sizeof(in), "%s", argv[3]);
	else
		make(in, n);
	base = play(in, out, 0, &n);
	for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		double t = play(in, out, levels[i], &n) - base;

		printf("zstd -%d: %6.2f M events a second of one CPU; two million take %3.0f %% of it; "
		       "%.1f MB\n",
		       levels[i], (double)n / t / 1e6, t / (double)n * 2e8,
		       stat(out, &st) == 0 ? (double)st.st_size / 1e6 : 0);
	}
	if (argc <= 3)
		unlink(in);
	unlink(out);
	return 0;
}
