/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How fast captures are written and read: a synthetic one of a million events (or as many as the
 * second argument says) is made in the folder of the first argument, in each encoding, and read.
 * With "make FILE" behind them it is made as that file and not read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "scap.h"

#define REC_BYTES 1024

/* Of the processor: other work on the machine does not count. */
static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static uint32_t random_below(uint32_t below)
{
	static uint64_t x = 88172645463325252ull;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (uint32_t)(x >> 33) % below;
}

/* The mix of a busy server: reads and writes with data, files opened and closed, futexes. */
static int64_t make_event(uint8_t *rec, uint64_t ts)
{
	static char text[128] = "GET /index.html HTTP/1.1\r\nHost: example.com\r\nUser-Agent: x";
	int64_t res = random_below(4096), fd = 3 + random_below(60), at = SCAP_AT_FDCWD;
	uint64_t tid = 1000 + random_below(40), ino = 100000 + random_below(5000), addr;
	uint32_t u = random_below(70000), flags = SCAP_O_RDONLY, mode = 0;
	char path[64];
	uint16_t op = 128, id;
	struct scap_param io[] = { { &res, 8 }, { text, 60 }, { &fd, 8 }, { &u, 4 } };
	struct scap_param close_p[] = { { &res, 8 }, { &fd, 8 } };
	struct scap_param open_p[] = { { &fd, 8 },   { &at, 8 }, { path, 0 }, { &flags, 4 },
				       { &mode, 4 }, { &u, 4 },	 { &ino, 8 } };
	struct scap_param futex[] = { { &res, 8 }, { &addr, 8 }, { &op, 2 }, { &ino, 8 } };
	struct scap_param generic[] = { { &id, 2 }, { &op, 2 } };

	addr = 0x7f0012340000 + 64 * random_below(1000);
	id = (uint16_t)random_below(300);
	switch (random_below(8)) {
	case 0:
		res = 0;
		return scap_event_encode(rec, REC_BYTES, SCAP_EVT_SYSCALL_CLOSE_X, ts, tid, close_p,
					 2);
	case 1:
		open_p[2].len = (uint32_t)snprintf(path, sizeof(path),
						   "/srv/www/htdocs/page%u/item%u.html",
						   random_below(50), random_below(200)) +
				1;
		return scap_event_encode(rec, REC_BYTES, SCAP_EVT_SYSCALL_OPENAT_2_X, ts, tid,
					 open_p, 7);
	case 2:
		return scap_event_encode(rec, REC_BYTES, SCAP_EVT_SYSCALL_FUTEX_X, ts, tid, futex,
					 4);
	case 3:
		return scap_event_encode(rec, REC_BYTES, SCAP_EVT_GENERIC_X, ts, tid, generic, 2);
	case 4:
	case 5:
		snprintf(text + 60, 20, "%u", u);
		io[1].len = 80;
		return scap_event_encode(rec, REC_BYTES, SCAP_EVT_SYSCALL_WRITE_X, ts, tid, io, 4);
	default:
		io[1].len = random_below(80);
		return scap_event_encode(rec, REC_BYTES, SCAP_EVT_SYSCALL_READ_X, ts, tid, io, 4);
	}
}

static void fail(const struct scap_error *err)
{
	fprintf(stderr, "bench_read: %s\n", err->msg);
	exit(1);
}

static void report(const char *what, unsigned long n, uint64_t bytes, double t)
{
	printf("%-14s %6.2f s  %6.2f M events/s  %7.0f MB/s of capture\n", what, t,
	       (double)n / t / 1e6, (double)bytes / t / 1e6);
}

static void make_plain(const char *path, unsigned long n)
{
	struct scap_writer_options o = { .compression = SCAP_PLAIN };
	struct scap_error err = { 0 };
	struct scap_writer *w = scap_writer_open(path, &o, NULL, &err);
	uint64_t ts = 1700000000000000000ull;
	uint8_t rec[REC_BYTES];
	struct scap_event ev;
	unsigned long i;
	int64_t len;

	if (!w)
		fail(&err);
	for (i = 0; i < n; i++) {
		ts += 200 + random_below(3000);
		len = make_event(rec, ts);
		if (len < 0 || scap_event_decode(&ev, rec, (size_t)len) < 0 ||
		    scap_writer_event(w, &ev) < 0)
			fail(scap_writer_error(w));
	}
	if (scap_writer_close(w, &err) < 0)
		fail(&err);
}

static unsigned long read_all(const char *path, struct scap_writer *w)
{
	struct scap_error err = { 0 };
	struct scap *h = scap_open_file(path, &err);
	struct scap_event ev;
	unsigned long n = 0;
	int rc;

	if (!h)
		fail(&err);
	while ((rc = scap_next(h, &ev)) == SCAP_EVENT) {
		n++;
		if (w && scap_writer_event(w, &ev) < 0)
			fail(scap_writer_error(w));
	}
	if (rc < 0)
		fail(scap_error(h));
	scap_close(h);
	return n;
}

static uint64_t file_size(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		struct scap_writer_options o;
	} kinds[] = {
		{ "plain", { .compression = SCAP_PLAIN } },
		{ "gzip", { .compression = SCAP_GZIP } },
		{ "zstd -3", { .compression = SCAP_ZSTD, .level = 3 } },
	};
	unsigned long n = argc > 2 ? strtoul(argv[2], NULL, 0) : 1000000;
	const char *dir = argc > 1 ? argv[1] : "/tmp";
	char plain[512], path[512], what[32];
	struct scap_error err;
	uint64_t bytes;
	size_t i;

	if (argc > 4 && strcmp(argv[3], "make") == 0) {
		make_plain(argv[4], n);
		return 0;
	}
	snprintf(plain, sizeof(plain), "%s/bench.scap", dir);
	snprintf(path, sizeof(path), "%s/bench.out", dir);
	if (argc > 3)
		snprintf(plain, sizeof(plain), "%s", argv[3]); /* a capture of one's own */
	else
		make_plain(plain, n);
	bytes = file_size(plain);
	n = read_all(plain, NULL);
	printf("%lu events, %.1f MB, %.1f bytes an event\n", n, (double)bytes / 1e6,
	       (double)bytes / (double)n);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct scap_writer *w = scap_writer_open(path, &kinds[i].o, NULL, &err);
		double t = seconds();

		if (!w)
			fail(&err);
		read_all(plain, w);
		if (scap_writer_close(w, &err) < 0)
			fail(&err);
		snprintf(what, sizeof(what), "write %s", kinds[i].name);
		report(what, n, bytes, seconds() - t);
		t = seconds();
		read_all(path, NULL);
		snprintf(what, sizeof(what), "read %s", kinds[i].name);
		report(what, n, bytes, seconds() - t);
		printf("%-14s %6.1f MB, %.1f bytes an event\n", "", (double)file_size(path) / 1e6,
		       (double)file_size(path) / (double)n);
	}
	if (argc <= 3)
		unlink(plain);
	unlink(path);
	return 0;
}
