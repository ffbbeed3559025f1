/* SPDX-License-Identifier: BSD-2-Clause */
/* Long captures, of which the thread that reads ahead gives the most: from files and from pipes. */
#include "suite.h"
#include "capture.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <zstd.h>

#define EVENTS	  30000u /* 3 MiB of plain stream: reading ahead begins after one */
#define MANY	  600000u
#define MEMORY_KB (32 << 10)

static const enum scap_compression all[] = { SCAP_PLAIN, SCAP_GZIP, SCAP_ZSTD };
#define FOR_ALL(i) for (unsigned int i = 0; i < sizeof(all) / sizeof(all[0]); i++)

/* Makes a program that writes the file the standard input. Returns its process. */
static pid_t pipe_from(const char *path)
{
	int fds[2];
	pid_t pid;

	if (pipe(fds) < 0 || (pid = fork()) < 0)
		abort();
	if (pid == 0) {
		dup2(fds[1], STDOUT_FILENO);
		close(fds[0]);
		close(fds[1]);
		execlp("cat", "cat", path, (char *)NULL);
		_exit(127);
	}
	dup2(fds[0], STDIN_FILENO);
	close(fds[0]);
	close(fds[1]);
	return pid;
}

static void a_long_pipe_gives_what_the_file_does(void)
{
	int saved = dup(STDIN_FILENO);
	struct scap_error err;
	long n;

	FOR_ALL(i)
	{
		const char *path = capture_path("long");
		pid_t pid;

		capture_write(path, all[i], EVENTS);
		CU_ASSERT_EQUAL(capture_check(path, &n, &err), SCAP_END);
		CU_ASSERT_EQUAL(n, EVENTS);
		pid = pipe_from(path);
		CU_ASSERT_EQUAL(capture_check("-", &n, &err), SCAP_END);
		CU_ASSERT_EQUAL(n, EVENTS);
		waitpid(pid, NULL, 0);
	}
	dup2(saved, STDIN_FILENO);
	close(saved);
}

static void a_long_pipe_that_is_cut_gives_what_it_has(void)
{
	const char *path = capture_path("cut");
	int saved = dup(STDIN_FILENO);
	struct scap_error err;
	size_t len;
	uint8_t *p;
	pid_t pid;
	long n;

	capture_write(path, SCAP_PLAIN, EVENTS);
	p = capture_load(path, &len);
	capture_store(path, p, len - 3);
	free(p);
	pid = pipe_from(path);
	CU_ASSERT_EQUAL(capture_check("-", &n, &err), -EBADMSG);
	CU_ASSERT_EQUAL(n, EVENTS - 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.msg, "standard input: offset "));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.msg, "the capture is cut: 3 bytes of the "));
	waitpid(pid, NULL, 0);
	dup2(saved, STDIN_FILENO);
	close(saved);
}

/* A live source at the other end of a pipe whose buffer is empty each time. */
struct source {
	int in, out; /* what the standard ones were */
	struct scap_writer *w;
	struct scap *h;
};

static void source_open(struct source *s, enum scap_compression c)
{
	struct scap_writer_options o = { .compression = c };
	struct scap_event ev;
	uint8_t buf[512];
	int fds[2];

	fflush(stdout);
	s->in = dup(STDIN_FILENO);
	s->out = dup(STDOUT_FILENO);
	if (pipe(fds) < 0)
		abort();
	dup2(fds[0], STDIN_FILENO);
	dup2(fds[1], STDOUT_FILENO);
	close(fds[0]);
	close(fds[1]);
	s->w = scap_writer_open("-", &o, NULL, NULL);
	capture_event(&ev, buf, sizeof(buf), 0);
	if (!s->w || scap_writer_event(s->w, &ev) < 0 || scap_writer_flush(s->w) < 0)
		abort();
	s->h = scap_open_file("-", NULL);
	if (!s->h || scap_next(s->h, &ev) != SCAP_EVENT)
		abort();
}

/* Up to event @n, a few at a time: each time what was flushed comes, and nothing is sent after it.
 */
static bool source_run(struct source *s, unsigned int n)
{
	struct scap_event ev, want;
	unsigned int i, k;
	uint8_t buf[512];

	for (i = 1; i < n; i += k) {
		for (k = 0; k < 50; k++) {
			capture_event(&ev, buf, sizeof(buf), i + k);
			if (scap_writer_event(s->w, &ev) < 0)
				return false;
		}
		if (scap_writer_flush(s->w) < 0)
			return false;
		for (k = 0; k < 50; k++) {
			capture_event(&want, buf, sizeof(buf), i + k);
			if (scap_next(s->h, &ev) != SCAP_EVENT || !capture_same_event(&ev, &want))
				return false;
		}
	}
	return true;
}

static void source_close(struct source *s)
{
	scap_close(s->h);	   /* while the pipe is open, and empty */
	dup2(s->in, STDIN_FILENO); /* no reader any more */
	scap_writer_close(s->w, NULL);
	fflush(stdout);
	dup2(s->out, STDOUT_FILENO);
	close(s->in);
	close(s->out);
}

static void nothing_is_kept_back_of_a_live_pipe(void)
{
	struct source s;

	FOR_ALL(i)
	{
		source_open(&s, all[i]);
		CU_ASSERT(source_run(&s, EVENTS));
		source_close(&s);
	}
}

/* The most memory that a process needs to read a capture to its end; -1: it could not. */
static long memory_to_read(const char *path)
{
	struct scap_event ev;
	struct rusage u;
	int status, rc;
	struct scap *h;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		h = scap_open_file(path, NULL);
		while (h && (rc = scap_next(h, &ev)) == SCAP_EVENT)
			;
		if (h)
			scap_close(h);
		getrusage(RUSAGE_SELF, &u);
		_exit(!h || rc != SCAP_END ? 255 : (int)(u.ru_maxrss >> 10));
	}
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) == 255)
		return -1;
	return WEXITSTATUS(status) << 10;
}

static bool reads_within_bounds(const char *path)
{
	int saved = dup(STDIN_FILENO);
	long kb[2];
	pid_t pid;

	kb[0] = memory_to_read(path);
	pid = pipe_from(path);
	kb[1] = memory_to_read("-");
	dup2(saved, STDIN_FILENO);
	close(saved);
	waitpid(pid, NULL, 0);
#ifdef __SANITIZE_ADDRESS__
	return kb[0] >= 0 && kb[1] >= 0;
#else
	return kb[0] >= 0 && kb[1] >= 0 && kb[0] < MEMORY_KB && kb[1] < MEMORY_KB;
#endif
}

/* The plain capture as one frame of another writer, who looks back so far. */
static void compress_with_window(const char *path, const uint8_t *p, size_t len, int log)
{
	size_t cap = ZSTD_compressBound(len), n;
	ZSTD_CCtx *c = ZSTD_createCCtx();
	ZSTD_inBuffer in = { p, len, 0 };
	ZSTD_outBuffer out = { malloc(cap), cap, 0 };

	ZSTD_CCtx_setParameter(c, ZSTD_c_compressionLevel, 1);
	ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, log);
	ZSTD_compressStream2(c, &out, &in, ZSTD_e_continue); /* the size is not known yet */
	n = ZSTD_compressStream2(c, &out, &in, ZSTD_e_end);
	if (n != 0)
		abort();
	capture_store(path, out.dst, out.pos);
	free(out.dst);
	ZSTD_freeCCtx(c);
}

static void a_long_capture_takes_little_memory(void)
{
	const char *plain = capture_path("m.scap"), *path = capture_path("m");
	size_t len;
	uint8_t *p;

	capture_write(plain, SCAP_PLAIN, MANY);
	CU_ASSERT(reads_within_bounds(plain));
	p = capture_load(plain, &len);
	CU_ASSERT(len > 40u << 20);
	compress_with_window(path, p, len, 23);
	free(p);
	CU_ASSERT(reads_within_bounds(path));
	capture_write(path, SCAP_GZIP, MANY);
	CU_ASSERT(reads_within_bounds(path));
	capture_write(path, SCAP_ZSTD, MANY);
	CU_ASSERT(reads_within_bounds(path));
}

static void a_window_beyond_the_bound_is_refused(void)
{
	const char *plain = capture_path("w.scap"), *path = capture_path("w");
	struct scap_error err = { 0 };
	uint8_t *p, *both;
	size_t len, first;
	long n;

	capture_write(plain, SCAP_PLAIN, 100);
	p = capture_load(plain, &len);
	compress_with_window(path, p, len, 24);
	CU_ASSERT_EQUAL(capture_check(path, &n, &err), -ENOTSUP);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.msg, ": the zstd data needs a window of more than 8 MiB "
					       "of memory: unpack it first (zstd -dc --long=31)"));
	/* In the middle of a file: what is in front of it comes. */
	both = capture_load(path, &first);
	capture_write(path, SCAP_ZSTD, 100);
	free(p);
	p = capture_load(path, &len);
	p = realloc(p, len + first);
	memcpy(p + len, both, first);
	capture_store(path, p, len + first);
	CU_ASSERT_EQUAL(capture_check(path, &n, &err), -EBADMSG);
	CU_ASSERT_EQUAL(n, 100);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.msg, "a window of more than 8 MiB"));
	free(p);
	free(both);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(a_long_pipe_gives_what_the_file_does),
		TEST(a_long_pipe_that_is_cut_gives_what_it_has),
		TEST(nothing_is_kept_back_of_a_live_pipe),
		TEST(a_long_capture_takes_little_memory),
		TEST(a_window_beyond_the_bound_is_refused),
	};

	signal(SIGPIPE, SIG_IGN);
	alarm(300); /* what waits for ever */
	return suite_main("ahead", tests, sizeof(tests) / sizeof(tests[0]));
}
