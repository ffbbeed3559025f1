/* SPDX-License-Identifier: BSD-2-Clause */
/* The codecs below a capture: what goes in comes out, from files and pipes, whole, cut and damaged.
 */
#include "suite.h"
#include "capture.h"
#include "stream.h"

#include <errno.h>
#include <sys/wait.h>
#include <zlib.h>
#include <zstd.h>

static const enum scap_compression all[] = { SCAP_PLAIN, SCAP_GZIP, SCAP_ZSTD };
#define FOR_ALL(i) for (unsigned int i = 0; i < sizeof(all) / sizeof(all[0]); i++)

static uint8_t content[5u << 20];

/* Begins like a capture; the rest compresses a little. */
static void make_content(void)
{
	uint32_t x = 1;
	size_t i;

	for (i = 0; i < sizeof(content); i++) {
		x = x * 1103515245 + 12345;
		content[i] = (uint8_t)(x >> 28);
	}
	memcpy(content, "\x0a\x0d\x0d\x0a", 4);
}

static void write_stream(const char *path, enum scap_compression c, size_t n, size_t step,
			 bool finish)
{
	struct scap_out out;
	size_t i;

	CU_ASSERT_EQUAL(scap_out_open(&out, path, c, 0), 0);
	for (i = 0; i < n; i += step)
		CU_ASSERT_EQUAL(scap_out_write(&out, content + i, n - i < step ? n - i : step), 0);
	CU_ASSERT_EQUAL(finish ? scap_out_finish(&out) : scap_out_flush(&out), 0);
	CU_ASSERT_EQUAL(scap_out_close(&out), 0);
}

/* Reads to the end in steps; returns how many bytes were as they should be, @rc the last status. */
static size_t read_stream(const char *path, size_t step, int *rc)
{
	static uint8_t buf[1u << 20];
	struct scap_in in;
	size_t got = 0;
	ssize_t n;

	*rc = scap_in_open(&in, path);
	while (*rc == 0 && (n = scap_in_read(&in, buf, step)) != 0) {
		if (n < 0) {
			*rc = (int)n;
			CU_ASSERT_EQUAL(scap_in_read(&in, buf, step), n); /* it stays */
			break;
		}
		CU_ASSERT_EQUAL(memcmp(buf, content + got, (size_t)n), 0);
		got += (size_t)n;
	}
	scap_in_close(&in);
	return got;
}

static void what_goes_in_comes_out(void)
{
	static const size_t steps[] = { 1, 4096, 1u << 20 };
	int rc;

	FOR_ALL(i)
	{
		const char *path = capture_path("stream");

		for (unsigned int j = 0; j < 3; j++) {
			write_stream(path, all[i], 100000, steps[j], true);
			CU_ASSERT_EQUAL(read_stream(path, steps[2 - j], &rc), 100000);
			CU_ASSERT_EQUAL(rc, 0);
		}
		write_stream(path, all[i], sizeof(content), 1u << 18, true);
		CU_ASSERT_EQUAL(read_stream(path, 1u << 18, &rc), sizeof(content));
	}
}

static void what_was_flushed_is_readable_and_the_end_missed(void)
{
	int rc;

	FOR_ALL(i)
	{
		const char *path = capture_path("flushed");

		write_stream(path, all[i], 100000, 5000, false);
		CU_ASSERT_EQUAL(read_stream(path, 4096, &rc), 100000);
		CU_ASSERT_EQUAL(rc, all[i] == SCAP_PLAIN ? 0 : -ENODATA);
	}
}

/* Frames as their writer ended them, and something beside them. */
static void write_frames(const char *path)
{
	struct scap_out_frame frame;
	struct scap_out out;
	size_t at, n;

	if (scap_out_open(&out, path, SCAP_ZSTD, 0) < 0)
		abort();
	CU_ASSERT_EQUAL(out.codec->end_frame(&out, &frame), 0); /* an empty one */
	for (at = 0; at < sizeof(content); at += n) {
		n = sizeof(content) - at < 1u << 20 ? sizeof(content) - at : 1u << 20;
		CU_ASSERT_EQUAL(scap_out_write(&out, content + at, n), 0);
		CU_ASSERT_EQUAL(out.codec->end_frame(&out, &frame), 1);
		CU_ASSERT_EQUAL(out.bytes, frame.at + frame.bytes);
		CU_ASSERT_EQUAL(out.codec->aside(&out, 1, "beside", 6), 0);
	}
	CU_ASSERT_EQUAL(scap_out_finish(&out), 0);
	CU_ASSERT_EQUAL(scap_out_close(&out), 0);
}

/* The table of sizes at the end leads to frames that can be decoded by themselves. */
static void zstd_files_have_a_seek_table(void)
{
	const char *path = capture_path("seekable");
	uint32_t n, i, csize, dsize, v;
	size_t len, at = 0, total = 0, end;
	uint8_t *p, *out;
	int rc;

	write_frames(path);
	p = capture_load(path, &len);
	out = malloc(2u << 20);
	memcpy(&v, p + len - 4, 4);
	CU_ASSERT_EQUAL(v, 0x8F92EAB1);
	CU_ASSERT_EQUAL(p[len - 5], 0);
	memcpy(&n, p + len - 9, 4);
	CU_ASSERT_EQUAL(n, 10); /* five of content */
	end = len - 9 - 8 * (size_t)n - 8;
	memcpy(&v, p + end, 4);
	CU_ASSERT_EQUAL(v, 0x184D2A5E);
	memcpy(&v, p + end + 4, 4);
	CU_ASSERT_EQUAL(v, 8 * n + 9);
	for (i = 0; i < n; i++) {
		memcpy(&csize, p + end + 8 + 8 * i, 4);
		memcpy(&dsize, p + end + 8 + 8 * i + 4, 4);
		CU_ASSERT_EQUAL(dsize == 0, i % 2);
		CU_ASSERT_EQUAL(ZSTD_decompress(out, 2u << 20, p + at, csize), dsize);
		CU_ASSERT_EQUAL(memcmp(out, content + total, dsize), 0);
		at += csize;
		total += dsize;
	}
	CU_ASSERT_EQUAL(at, end);
	CU_ASSERT_EQUAL(total, sizeof(content));
	CU_ASSERT_EQUAL(read_stream(path, 1u << 16, &rc), sizeof(content));
	free(out);
	free(p);
}

static void foreign_skippable_frames_are_passed_over(void)
{
	static const uint8_t skip[] = {
		0x5a, 0x2a, 0x4d, 0x18, 5, 0, 0, 0, 'o', 't', 'h', 'e', 'r'
	};
	const char *path = capture_path("skippable");
	uint8_t frame[4096], file[9000];
	size_t n, len = 0;
	int rc;

	n = ZSTD_compress(frame, sizeof(frame), content, 1000, 3);
	memcpy(file, skip, sizeof(skip));
	len += sizeof(skip);
	memcpy(file + len, frame, n);
	len += n;
	memcpy(file + len, skip, sizeof(skip));
	len += sizeof(skip);
	n = ZSTD_compress(frame, sizeof(frame), content + 1000, 1000, 3);
	memcpy(file + len, frame, n);
	len += n;
	capture_store(path, file, len);
	CU_ASSERT_EQUAL(read_stream(path, 64, &rc), 2000);
	CU_ASSERT_EQUAL(rc, 0);
	/* Cut inside the second skippable frame. */
	capture_store(path, file, len - n - 3);
	CU_ASSERT_EQUAL(read_stream(path, 64, &rc), 1000);
	CU_ASSERT_EQUAL(rc, -ENODATA);
}

static void gzip_members_are_one_stream(void)
{
	const char *path = capture_path("members");
	gzFile f = gzopen(path, "w");
	int rc;

	gzwrite(f, content, 1000);
	gzclose(f);
	f = gzopen(path, "a");
	gzwrite(f, content + 1000, 500);
	gzclose(f);
	CU_ASSERT_EQUAL(read_stream(path, 64, &rc), 1500);
	CU_ASSERT_EQUAL(rc, 0);
}

static void append(const char *path, const char *what, size_t n)
{
	FILE *f = fopen(path, "a");

	fwrite(what, 1, n, f);
	fclose(f);
}

static void padding_behind_gzip_is_allowed_and_garbage_told(void)
{
	const char *path = capture_path("padded");
	int rc;

	write_stream(path, SCAP_GZIP, 1000, 1000, true);
	append(path, "\0\0\0\0", 4);
	CU_ASSERT_EQUAL(read_stream(path, 64, &rc), 1000);
	CU_ASSERT_EQUAL(rc, 0);
	append(path, "garbage", 7);
	CU_ASSERT_EQUAL(read_stream(path, 64, &rc), 1000);
	CU_ASSERT_EQUAL(rc, -EBADMSG);
}

/* The checksum stands at the end of a frame or member: bytes may be wrong before it is reached. */
static void damage_is_found_and_what_is_before_it_given(void)
{
	static uint8_t buf[1u << 18];

	for (unsigned int i = 1; i < 3; i++) { /* plain has no checksum */
		const char *path = capture_path("damaged");
		size_t len, got = 0, good = 0;
		struct scap_in in;
		uint8_t *p;
		ssize_t n;

		write_stream(path, all[i], sizeof(content), 1u << 18, true);
		p = capture_load(path, &len);
		p[len / 2] ^= 0x10;
		capture_store(path, p, len);
		free(p);
		CU_ASSERT_EQUAL(scap_in_open(&in, path), 0);
		while ((n = scap_in_read(&in, buf, sizeof(buf))) > 0) {
			if (good == got && memcmp(buf, content + got, (size_t)n) == 0)
				good += (size_t)n;
			got += (size_t)n;
		}
		CU_ASSERT_EQUAL(n, -EBADMSG);
		CU_ASSERT(good > sizeof(content) / 3);
		CU_ASSERT_PTR_NOT_NULL(strstr(in.err.msg, "of the file: damaged"));
		scap_in_close(&in);
	}
}

static void empty_short_and_foreign_files_are_told_apart(void)
{
	const char *path = capture_path("short");
	struct scap_in in;

	capture_store(path, "", 0);
	CU_ASSERT_EQUAL(scap_in_open(&in, path), -ENODATA);
	CU_ASSERT_PTR_NOT_NULL(strstr(in.err.msg, "short: the file is empty"));
	scap_in_close(&in);
	capture_store(path, "\x0a\x0d", 2);
	CU_ASSERT_EQUAL(scap_in_open(&in, path), -EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(in.err.msg, "not a capture: only 2 bytes long"));
	scap_in_close(&in);
	capture_store(path,
		      "\x7f"
		      "ELF...",
		      7);
	CU_ASSERT_EQUAL(scap_in_open(&in, path), -EINVAL);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(in.err.msg, "not a capture: starts with the bytes 7f 45 4c 46"));
	scap_in_close(&in);
	CU_ASSERT_EQUAL(scap_in_open(&in, "/nonexistent/x"), -ENOENT);
	CU_ASSERT_STRING_EQUAL(in.err.msg, "/nonexistent/x: No such file or directory");
	scap_in_close(&in);
	CU_ASSERT_EQUAL(scap_in_open(&in, "/tmp"), -EISDIR);
	scap_in_close(&in);
}

/* A pipe gives a few bytes now and then; a reader must not wait for more than it needs. */
static void a_slow_pipe_is_read_as_it_comes(void)
{
	int saved = dup(STDIN_FILENO), fds[2], rc;
	const char *path = capture_path("piped");
	size_t len, i;
	uint8_t *p;
	pid_t pid;

	FOR_ALL(j)
	{
		write_stream(path, all[j], 300, 300, true);
		p = capture_load(path, &len);
		CU_ASSERT_EQUAL_FATAL(pipe(fds), 0);
		pid = fork();
		if (pid == 0) {
			for (i = 0; i < len; i++)
				if (write(fds[1], p + i, 1) != 1)
					_exit(1);
			_exit(0);
		}
		close(fds[1]);
		dup2(fds[0], STDIN_FILENO);
		close(fds[0]);
		CU_ASSERT_EQUAL(read_stream("-", 4096, &rc), 300);
		CU_ASSERT_EQUAL(rc, 0);
		waitpid(pid, NULL, 0);
		free(p);
	}
	dup2(saved, STDIN_FILENO);
	close(saved);
}

static void flushed_data_passes_a_pipe_at_once(void)
{
	int saved = dup(STDIN_FILENO), out = dup(STDOUT_FILENO), fds[2];

	fflush(stdout);
	FOR_ALL(j)
	{
		struct scap_out o;
		struct scap_in in;
		uint8_t buf[4096];
		size_t got = 0;
		ssize_t n;

		CU_ASSERT_EQUAL_FATAL(pipe(fds), 0);
		dup2(fds[0], STDIN_FILENO);
		dup2(fds[1], STDOUT_FILENO);
		CU_ASSERT_EQUAL(scap_out_open(&o, "-", all[j], 0), 0);
		CU_ASSERT_EQUAL(scap_out_write(&o, content, 1000), 0);
		CU_ASSERT_EQUAL(scap_out_flush(&o), 0);
		/* The write end is still open: waiting for more than is there would hang. */
		CU_ASSERT_EQUAL(scap_in_open(&in, "-"), 0);
		while (got < 1000 && (n = scap_in_read(&in, buf, sizeof(buf))) > 0)
			got += (size_t)n;
		CU_ASSERT_EQUAL(got, 1000);
		scap_in_close(&in);
		scap_out_close(&o);
		close(fds[0]);
		close(fds[1]);
		dup2(saved, STDIN_FILENO);
		dup2(out, STDOUT_FILENO);
	}
	close(saved);
	close(out);
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(what_goes_in_comes_out),
		TEST(what_was_flushed_is_readable_and_the_end_missed),
		TEST(zstd_files_have_a_seek_table),
		TEST(foreign_skippable_frames_are_passed_over),
		TEST(gzip_members_are_one_stream),
		TEST(padding_behind_gzip_is_allowed_and_garbage_told),
		TEST(damage_is_found_and_what_is_before_it_given),
		TEST(empty_short_and_foreign_files_are_told_apart),
		TEST(a_slow_pipe_is_read_as_it_comes),
		TEST(flushed_data_passes_a_pipe_at_once),
	};

	make_content();
	return suite_main("stream", tests, sizeof(tests) / sizeof(tests[0]));
}
