/* SPDX-License-Identifier: BSD-2-Clause */
/* Captures written and read again: state, events, items, sections, and writers that fail or die. */
#include "suite.h"
#include "capture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

static const enum scap_compression all[] = { SCAP_PLAIN, SCAP_GZIP, SCAP_ZSTD };
#define FOR_ALL(i) for (unsigned int i = 0; i < sizeof(all) / sizeof(all[0]); i++)

static void state_survives_every_encoding(void)
{
	struct scap_snapshot *s = capture_snapshot();

	FOR_ALL(i)
	{
		const char *path = capture_path("state.scap");
		struct scap *h;

		capture_write(path, all[i], 3);
		h = scap_open_file(path, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(h);
		CU_ASSERT(capture_same_snapshot(scap_snapshot(h), s));
		CU_ASSERT_FALSE(scap_is_live(h));
		scap_close(h);
	}
	scap_snapshot_free(s);
}

static void events_survive_every_encoding(void)
{
	FOR_ALL(i)
	{
		const char *path = capture_path("events.scap");
		struct scap_error err;
		long n;

		capture_write(path, all[i], 20000); /* more than a buffer and a frame */
		CU_ASSERT_EQUAL(capture_check(path, &n, &err), SCAP_END);
		CU_ASSERT_EQUAL(n, 20000);
	}
}

static void a_capture_may_have_no_events_and_no_state(void)
{
	const char *path = capture_path("empty.scap");
	struct scap_writer *w = scap_writer_open(path, NULL, NULL, NULL);
	struct scap_error err;
	long n;

	CU_ASSERT_PTR_NOT_NULL_FATAL(w);
	CU_ASSERT_EQUAL(scap_writer_close(w, &err), 0);
	CU_ASSERT_EQUAL(capture_check(path, &n, &err), SCAP_END);
	CU_ASSERT_EQUAL(n, 0);
}

static void items_and_loss_survive(void)
{
	struct scap_loss loss = { .buffer = 10, .fault = 2, .busy = 1, .from = TS0, .to = TS0 + 9 };
	struct scap_item_hdr h = { SCAP_ITEM_LOSS, sizeof(loss) };
	const char *path = capture_path("items.scap");
	struct scap_writer *w = scap_writer_open(path, NULL, NULL, NULL);
	uint8_t items[sizeof(h) + sizeof(loss)], buf[512];
	unsigned int i, with_items = 0;
	struct scap_event ev, want;
	struct scap_stats st;
	struct scap *r;
	int rc;

	memcpy(items, &h, sizeof(h));
	memcpy(items + sizeof(h), &loss, sizeof(loss));
	for (i = 0; i < 100; i++) {
		capture_event(&ev, buf, sizeof(buf), i);
		if (i % 10 == 3) {
			ev.items = items;
			ev.items_len = sizeof(items);
		}
		CU_ASSERT_EQUAL(scap_writer_event(w, &ev), 0);
	}
	CU_ASSERT_EQUAL(scap_writer_close(w, NULL), 0);
	r = scap_open_file(path, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	for (i = 0; (rc = scap_next(r, &ev)) == SCAP_EVENT; i++) {
		capture_event(&want, buf, sizeof(buf), i);
		if (i % 10 == 3) {
			want.items = items;
			want.items_len = sizeof(items);
			with_items++;
		}
		CU_ASSERT(capture_same_event(&ev, &want));
	}
	CU_ASSERT_EQUAL(rc, SCAP_END);
	CU_ASSERT_EQUAL(with_items, 10);
	scap_stats(r, &st);
	CU_ASSERT_EQUAL(st.events, 100);
	CU_ASSERT_EQUAL(st.lost, 130);
	CU_ASSERT_EQUAL(st.lost_buffer, 100);
	CU_ASSERT_EQUAL(st.lost_fault, 20);
	CU_ASSERT_EQUAL(st.lost_busy, 10);
	scap_close(r);
}

static void giant_events_survive_and_too_long_ones_are_refused(void)
{
	static uint8_t big[3u << 20], rec[(3u << 20) + 100];
	struct scap_param p[] = { { big, sizeof(big) } }, q[2];
	const char *path = capture_path("giant.scap");
	struct scap_writer *w = scap_writer_open(path, NULL, NULL, NULL);
	struct scap_event ev, got;
	struct scap_error err;
	struct scap *h;
	int64_t res = 0, len;

	memset(big, 'j', sizeof(big) - 1);
	len = scap_event_encode(rec, sizeof(rec), SCAP_EVT_CONTAINER_JSON_2_E, TS0, 1, p, 1);
	CU_ASSERT_EQUAL(scap_event_decode(&ev, rec, (size_t)len), 0);
	CU_ASSERT_EQUAL(scap_writer_event(w, &ev), 0);
	/* 16-bit lengths allow a record that no reader's block limit does. */
	q[0] = (struct scap_param){ &res, 8 };
	q[1] = (struct scap_param){ big, 65535 };
	len = scap_event_encode(rec, sizeof(rec), SCAP_EVT_SYSCALL_READ_X, TS0, 1, q, 2);
	CU_ASSERT_EQUAL(scap_event_decode(&got, rec, (size_t)len), 0);
	CU_ASSERT_EQUAL(scap_writer_event(w, &got), -EMSGSIZE);
	CU_ASSERT_PTR_NOT_NULL(strstr(scap_writer_error(w)->msg, "giant.scap"));
	CU_ASSERT_EQUAL(scap_writer_close(w, &err), 0);

	h = scap_open_file(path, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(h);
	CU_ASSERT_EQUAL(scap_next(h, &got), SCAP_EVENT);
	CU_ASSERT_EQUAL(scap_param_len(&got, 0), sizeof(big));
	CU_ASSERT_EQUAL(memcmp(scap_param_ptr(&got, 0), big, sizeof(big)), 0);
	CU_ASSERT_EQUAL(scap_next(h, &got), SCAP_END);
	scap_close(h);
}

/* What a driver puts behind the declared parameters stays out of the record in the file. */
static void bytes_behind_the_parameters_are_not_written(void)
{
	const char *path = capture_path("behind.scap");
	struct scap_writer *w = scap_writer_open(path, NULL, NULL, NULL);
	uint8_t buf[512], want[512];
	struct scap_event_hdr *h = (struct scap_event_hdr *)buf;
	struct scap_event ev;
	uint32_t len;
	struct scap *r;

	capture_event(&ev, buf, sizeof(buf), 1);
	len = h->len;
	memcpy(want, buf, len);
	memcpy(buf + len, "latency!", 8);
	h->len += 8;
	CU_ASSERT_EQUAL(scap_event_decode(&ev, buf, sizeof(buf)), 0);
	CU_ASSERT_EQUAL(scap_writer_event(w, &ev), 0);
	CU_ASSERT_EQUAL(scap_writer_close(w, NULL), 0);
	r = scap_open_file(path, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	CU_ASSERT_EQUAL(scap_next(r, &ev), SCAP_EVENT);
	CU_ASSERT_EQUAL(ev.hdr->len, len);
	CU_ASSERT_EQUAL(memcmp(ev.hdr, want, len), 0);
	scap_close(r);
}

static void appended_captures_are_sections(void)
{
	const char *path = capture_path("two.scap");
	struct scap_snapshot *s = capture_snapshot();

	FOR_ALL(i)
	{
		const char *one = capture_path("one.scap");
		struct scap_event ev;
		uint8_t *p, *pp;
		struct scap *h;
		size_t n;

		capture_write(one, all[i], 5);
		p = capture_load(one, &n);
		pp = malloc(2 * n);
		memcpy(pp, p, n);
		memcpy(pp + n, p, n);
		capture_store(path, pp, 2 * n);
		free(p);
		free(pp);
		h = scap_open_file(path, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(h);
		for (n = 0; n < 5; n++)
			CU_ASSERT_EQUAL(scap_next(h, &ev), SCAP_EVENT);
		CU_ASSERT_EQUAL(scap_next(h, &ev), SCAP_SECTION);
		CU_ASSERT(capture_same_snapshot(scap_snapshot(h), s));
		for (n = 0; n < 5; n++)
			CU_ASSERT_EQUAL(scap_next(h, &ev), SCAP_EVENT);
		CU_ASSERT_EQUAL(scap_next(h, &ev), SCAP_END);
		CU_ASSERT_EQUAL(scap_next(h, &ev), SCAP_END);
		scap_close(h);
	}
	scap_snapshot_free(s);
}

static void over_long_strings_are_cut_to_what_readers_take(void)
{
	static char big[10000];
	const char *path = capture_path("long.scap");
	struct scap_snapshot *s = scap_snapshot_new();
	struct scap_thread *t = scap_snapshot_thread(s);
	struct scap_fd *fd = scap_snapshot_fd(s, t);
	struct scap_user *u = scap_snapshot_user(s);
	struct scap_interface *in = scap_snapshot_interface(s);
	const struct scap_snapshot *got;
	struct scap *h;

	memset(big, 'a', sizeof(big) - 1);
	t->comm = t->exe = t->exepath = t->cwd = t->root = big;
	t->args = t->env = t->cgroups = (struct scap_bytes){ big, sizeof(big) };
	fd->type = SCAP_FD_FILE_V2;
	fd->name = u->name = u->home = u->shell = in->name = big;
	CU_ASSERT_EQUAL(scap_writer_close(scap_writer_open(path, NULL, s, NULL), NULL), 0);
	h = scap_open_file(path, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(h);
	got = scap_snapshot(h);
	CU_ASSERT_EQUAL(strlen(got->threads[0].root), 1024);
	CU_ASSERT_EQUAL(got->threads[0].args.len, 4096);
	CU_ASSERT_EQUAL(got->threads[0].args.ptr[4095], 0);
	CU_ASSERT_EQUAL(strlen(got->threads[0].fds[0].name), 1023);
	CU_ASSERT_EQUAL(strlen(got->users[0].shell), 255);
	CU_ASSERT_EQUAL(strlen(got->interfaces[0].name), 1023);
	scap_close(h);
	scap_snapshot_free(s);
}

static void thousands_of_threads_find_their_descriptors(void)
{
	const char *path = capture_path("many.scap");
	struct scap_snapshot *s = scap_snapshot_new();
	const struct scap_snapshot *got;
	struct scap *h;
	size_t i;

	for (i = 0; i < 5000; i++) {
		struct scap_thread *t = scap_snapshot_thread(s);
		struct scap_fd *fd = scap_snapshot_fd(s, t);

		t->tid = 4000000 - i * 3;
		fd->type = SCAP_FD_EVENT;
		fd->fd = (int64_t)i;
	}
	CU_ASSERT_EQUAL(scap_writer_close(scap_writer_open(path, NULL, s, NULL), NULL), 0);
	h = scap_open_file(path, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(h);
	got = scap_snapshot(h);
	CU_ASSERT_EQUAL_FATAL(got->n_threads, 5000);
	for (i = 0; i < 5000; i++)
		if (got->threads[i].n_fds != 1 || got->threads[i].fds[0].fd != (int64_t)i)
			CU_FAIL("a descriptor is missing or with another thread");
	scap_close(h);
	scap_snapshot_free(s);
}

/* ---- failing and dying writers ---- */

static void a_flushed_capture_can_be_read_while_it_is_written(void)
{
	FOR_ALL(i)
	{
		struct scap_writer_options o = { .compression = all[i] };
		const char *path = capture_path("flushed.scap");
		struct scap_writer *w = scap_writer_open(path, &o, NULL, NULL);
		struct scap_error err;
		struct scap_event ev;
		uint8_t buf[512];
		unsigned int j;
		long n;

		for (j = 0; j < 1000; j++) {
			capture_event(&ev, buf, sizeof(buf), j);
			scap_writer_event(w, &ev);
		}
		CU_ASSERT_EQUAL(scap_writer_flush(w), 0);
		/* What a reader sees now is what a killed writer leaves. */
		CU_ASSERT_EQUAL(capture_check(path, &n, &err),
				all[i] == SCAP_PLAIN ? (int)SCAP_END : -EBADMSG);
		CU_ASSERT_EQUAL(n, 1000);
		CU_ASSERT_EQUAL(scap_writer_close(w, NULL), 0);
		CU_ASSERT_EQUAL(capture_check(path, &n, &err), SCAP_END);
	}
}

/* A child writes slowly and is killed: what is older than a second is there. */
static void a_killed_writer_leaves_all_but_the_last_second(void)
{
	const char *path = capture_path("killed.scap");
	struct timespec pause = { .tv_nsec = 20000000 };
	struct scap_error err;
	int status;
	pid_t pid;
	long n;

	pid = fork();
	if (pid == 0) {
		struct scap_writer *w = scap_writer_open(path, NULL, NULL, NULL);
		struct scap_event ev;
		uint8_t buf[512];
		unsigned int j;

		for (j = 0; j < 75; j++) {
			capture_event(&ev, buf, sizeof(buf), j);
			scap_writer_event(w, &ev);
			nanosleep(&pause, NULL);
		}
		raise(SIGKILL);
	}
	CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
	CU_ASSERT(WIFSIGNALED(status));
	CU_ASSERT_EQUAL(capture_check(path, &n, &err), -EBADMSG);
	CU_ASSERT(n >= 20 && n <= 75);
}

static void a_full_disk_is_named(void)
{
	FOR_ALL(i)
	{
		struct scap_writer_options o = { .compression = all[i] };
		struct scap_error err = { 0 };
		struct scap_writer *w;

		w = scap_writer_open("/dev/full", &o, NULL, &err);
		CU_ASSERT_PTR_NULL(w);
		CU_ASSERT_EQUAL(err.code, -ENOSPC);
		CU_ASSERT_STRING_EQUAL(err.msg, "/dev/full: No space left on device");
	}
}

/* The file may not grow past 64 KiB: what was written before is whole and readable. */
static void a_disk_that_fills_up_keeps_what_was_flushed(void)
{
	struct rlimit old, lim;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	lim = old;
	lim.rlim_cur = 65536;
	FOR_ALL(i)
	{
		struct scap_writer_options o = { .compression = all[i] };
		const char *path = capture_path("limit.scap");
		struct scap_error err = { 0 };
		struct scap_writer *w = scap_writer_open(path, &o, NULL, NULL);
		struct scap_event ev;
		uint8_t buf[512];
		unsigned int j;
		int rc = 0;
		long n;

		CU_ASSERT_PTR_NOT_NULL_FATAL(w);
		setrlimit(RLIMIT_FSIZE, &lim);
		for (j = 0; j < 1000000 && rc == 0; j++) {
			capture_event(&ev, buf, sizeof(buf), j);
			rc = scap_writer_event(w, &ev);
			if (rc == 0 && j % 100 == 0)
				rc = scap_writer_flush(w);
		}
		CU_ASSERT_EQUAL(rc, -EFBIG);
		CU_ASSERT_EQUAL(scap_writer_close(w, &err), -EFBIG);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.msg, "limit.scap: File too large"));
		setrlimit(RLIMIT_FSIZE, &old);
		CU_ASSERT_EQUAL(capture_check(path, &n, &err), -EBADMSG);
		CU_ASSERT(n >= (long)j - 300 && n <= (long)j);
	}
}

static void a_closed_pipe_is_reported_and_what_was_flushed_kept(void)
{
	int fds[2], saved = dup(STDOUT_FILENO), rc = 0;
	struct scap_writer_options o = { .compression = SCAP_PLAIN };
	struct scap_error err = { 0 };
	struct scap_writer *w;
	struct scap_event ev;
	uint8_t buf[512];
	unsigned int i;

	fflush(stdout);
	signal(SIGPIPE, SIG_IGN);
	CU_ASSERT_EQUAL_FATAL(pipe(fds), 0);
	dup2(fds[1], STDOUT_FILENO);
	close(fds[1]);
	w = scap_writer_open("-", &o, NULL, NULL);
	CU_ASSERT_PTR_NOT_NULL(w);
	close(fds[0]);
	for (i = 0; i < 100000 && rc == 0; i++) {
		capture_event(&ev, buf, sizeof(buf), i);
		rc = scap_writer_event(w, &ev);
	}
	CU_ASSERT_EQUAL(rc, -EPIPE);
	CU_ASSERT_EQUAL(scap_writer_event(w, &ev), -EPIPE);
	CU_ASSERT_EQUAL(scap_writer_flush(w), -EPIPE);
	CU_ASSERT_STRING_EQUAL(scap_writer_error(w)->msg, "standard output: Broken pipe");
	CU_ASSERT_EQUAL(scap_writer_close(w, &err), -EPIPE);
	CU_ASSERT_STRING_EQUAL(err.msg, "standard output: Broken pipe");
	dup2(saved, STDOUT_FILENO);
	close(saved);
}

/* At the next flush, and at the end. A file that never had a name cannot lose it. */
static void a_file_that_is_deleted_is_told(void)
{
	char in_memory[32];
	int fd = memfd_create("capture", MFD_CLOEXEC);

	snprintf(in_memory, sizeof(in_memory), "/proc/self/fd/%d", fd);
	FOR_ALL(i)
	{
		struct scap_writer_options o = { .compression = all[i] };
		const char *path = capture_path("deleted.scap");
		struct scap_error err = { 0 };
		struct scap_writer *w;
		struct scap_event ev;
		uint8_t buf[512];

		capture_event(&ev, buf, sizeof(buf), 0);
		w = scap_writer_open(path, &o, NULL, NULL);
		CU_ASSERT_EQUAL(scap_writer_event(w, &ev), 0);
		unlink(path);
		CU_ASSERT_EQUAL(scap_writer_flush(w), -ENOENT);
		CU_ASSERT_PTR_NOT_NULL(strstr(scap_writer_error(w)->msg,
					      "deleted.scap: it was deleted while it was written"));
		CU_ASSERT_EQUAL(scap_writer_event(w, &ev), -ENOENT);
		CU_ASSERT_EQUAL(scap_writer_close(w, &err), -ENOENT);
		w = scap_writer_open(path, &o, NULL, NULL);
		CU_ASSERT_EQUAL(scap_writer_event(w, &ev), 0);
		unlink(path);
		CU_ASSERT_EQUAL(scap_writer_close(w, &err), -ENOENT);
		w = scap_writer_open(in_memory, &o, NULL, NULL);
		CU_ASSERT_EQUAL(scap_writer_event(w, &ev), 0);
		CU_ASSERT_EQUAL(scap_writer_close(w, &err), 0);
	}
	close(fd);
}

static void wrong_options_and_paths_are_refused_before_a_file_is_touched(void)
{
	struct scap_writer_options o = { .compression = SCAP_GZIP, .level = 10 };
	const char *path = capture_path("kept.scap");
	struct scap_error err = { 0 };
	size_t n;

	capture_store(path, "precious", 8);
	CU_ASSERT_PTR_NULL(scap_writer_open(path, &o, NULL, &err));
	CU_ASSERT_EQUAL(err.code, -EINVAL);
	o.compression = SCAP_ZSTD;
	o.level = 99;
	CU_ASSERT_PTR_NULL(scap_writer_open(path, &o, NULL, &err));
	CU_ASSERT_EQUAL(err.code, -EINVAL);
	free(capture_load(path, &n));
	CU_ASSERT_EQUAL(n, 8);
	CU_ASSERT_PTR_NULL(scap_writer_open("/nonexistent/x.scap", NULL, NULL, &err));
	CU_ASSERT_EQUAL(err.code, -ENOENT);
	CU_ASSERT_STRING_EQUAL(err.msg, "/nonexistent/x.scap: No such file or directory");
}

static void a_capture_is_for_its_owner_alone(void)
{
	const char *path = capture_path("mode.scap");
	struct stat st;

	unlink(path);
	umask(022);
	capture_write(path, SCAP_ZSTD, 1);
	CU_ASSERT_EQUAL(stat(path, &st), 0);
	CU_ASSERT_EQUAL(st.st_mode & 0777, 0600);
}

SUITE("writer", TEST(state_survives_every_encoding), TEST(events_survive_every_encoding),
      TEST(a_capture_may_have_no_events_and_no_state), TEST(items_and_loss_survive),
      TEST(giant_events_survive_and_too_long_ones_are_refused),
      TEST(bytes_behind_the_parameters_are_not_written), TEST(appended_captures_are_sections),
      TEST(over_long_strings_are_cut_to_what_readers_take),
      TEST(thousands_of_threads_find_their_descriptors),
      TEST(a_flushed_capture_can_be_read_while_it_is_written),
      TEST(a_killed_writer_leaves_all_but_the_last_second), TEST(a_full_disk_is_named),
      TEST(a_disk_that_fills_up_keeps_what_was_flushed),
      TEST(a_closed_pipe_is_reported_and_what_was_flushed_kept),
      TEST(a_file_that_is_deleted_is_told),
      TEST(wrong_options_and_paths_are_refused_before_a_file_is_touched),
      TEST(a_capture_is_for_its_owner_alone))
