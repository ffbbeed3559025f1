/* SPDX-License-Identifier: BSD-2-Clause */
/* The file or pipe below a stream: opening, finding the codec, read() and write() with their
 * errors. */
#include "stream.h"
#include "engine.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define IN_BYTES       (128u << 10)
#define EXPANSION_MAX  500u
#define EXPANSION_FROM (64u << 20)

static const struct scap_codec *const codecs[] = { &scap_codec_plain, &scap_codec_gzip,
						   &scap_codec_zstd };

/* ---- reading ---- */

bool scap_in_ready(const struct scap_in *in)
{
	struct pollfd p = { .fd = in->fd, .events = POLLIN };

	return in->size || in->eof || poll(&p, 1, 0) != 0;
}

/* Until there is something to read, or whoever reads ahead shall stop. */
static bool wait_or_stop(const struct scap_in *in)
{
	struct pollfd p[] = { { .fd = in->fd, .events = POLLIN },
			      { .fd = in->wake, .events = POLLIN } };

	while (poll(p, 2, -1) < 0 && errno == EINTR)
		;
	return !(p[1].revents & POLLIN);
}

ssize_t scap_in_direct(struct scap_in *in, uint8_t *buf, size_t size)
{
	ssize_t n;

	if (in->eof)
		return 0;
	if (in->wake >= 0 && !wait_or_stop(in))
		return -ECANCELED;
	do
		n = read(in->fd, buf, size);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return scap_fail(&in->err, -errno, "%s: read at byte %llu: %s", in->name,
				 (unsigned long long)in->taken, strerror(errno));
	if (n == 0)
		in->eof = true;
	in->taken += (uint64_t)n;
	return n;
}

ssize_t scap_in_fill(struct scap_in *in)
{
	ssize_t n = scap_in_direct(in, in->buf, IN_BYTES);

	if (n < 0)
		return n;
	in->pos = 0;
	in->len = (size_t)n;
	return n;
}

/* The first four bytes decide; a pipe may give them one by one. */
static int find_codec(struct scap_in *in)
{
	const uint8_t *b = in->buf;
	size_t i;

	while (in->len < 4) {
		ssize_t n = scap_in_direct(in, in->buf + in->len, IN_BYTES - in->len);

		if (n < 0)
			return (int)n;
		if (n == 0)
			break;
		in->len += (size_t)n;
	}
	if (in->len == 0)
		return scap_fail(&in->err, -ENODATA, "%s: the file is empty", in->name);
	if (in->len < 4)
		return scap_fail(&in->err, -EINVAL, "%s: not a capture: only %zu bytes long",
				 in->name, in->len);
	for (i = 0; i < sizeof(codecs) / sizeof(codecs[0]); i++) {
		if (codecs[i]->matches(b)) {
			in->codec = codecs[i];
			return 0;
		}
	}
	return scap_fail(&in->err, -EINVAL,
			 "%s: not a capture: starts with the bytes %02x %02x %02x %02x", in->name,
			 b[0], b[1], b[2], b[3]);
}

int scap_in_open(struct scap_in *in, const char *path)
{
	bool std = strcmp(path, "-") == 0;
	struct stat st;
	int rc;

	memset(in, 0, sizeof(*in));
	in->fd = in->wake = -1;
	in->path = strdup(path);
	in->buf = malloc(IN_BYTES);
	if (!in->path || !in->buf)
		return scap_fail(&in->err, -ENOMEM, "%s: no memory", path);
	in->name = std ? "standard input" : in->path;
	in->fd = std ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (in->fd < 0)
		return scap_fail(&in->err, -errno, "%s: %s", in->name, strerror(errno));
	if (fstat(in->fd, &st) == 0 && S_ISREG(st.st_mode))
		in->size = (uint64_t)st.st_size;
	rc = find_codec(in);
	if (rc < 0) {
		in->codec = NULL;
		return rc;
	}
	rc = in->codec->read_open(in);
	if (rc < 0)
		in->codec = NULL;
	return rc;
}

void scap_in_close(struct scap_in *in)
{
	if (in->codec)
		in->codec->read_close(in);
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	free(in->buf);
	free(in->path);
}

/*
 * Captures become ten, at most a hundred times smaller. A file that goes on expanding is there to
 * keep its reader busy for ever.
 */
static int expands_without_end(struct scap_in *in)
{
	return in->pending = scap_fail(&in->err, -EBADMSG,
				       "%s: byte %llu of the file: the %s data expands more than "
				       "%u times",
				       in->name, (unsigned long long)scap_in_offset(in),
				       in->codec->name, EXPANSION_MAX);
}

ssize_t scap_in_read(struct scap_in *in, uint8_t *buf, size_t size)
{
	ssize_t n;

	if (in->pending)
		return in->pending;
	n = in->codec->read(in, buf, size);
	if (n > 0)
		in->made += (uint64_t)n;
	if (in->made > EXPANSION_FROM && in->made / EXPANSION_MAX > in->taken)
		return expands_without_end(in);
	return n;
}

int scap_in_seek(struct scap_in *in, uint64_t at)
{
	if (!in->codec->seek || lseek(in->fd, (off_t)at, SEEK_SET) < 0)
		return scap_fail(&in->err, -ESPIPE, "%s: cannot be read from byte %llu on",
				 in->name, (unsigned long long)at);
	in->pos = in->len = 0;
	in->eof = false;
	in->pending = 0;
	in->taken = at;
	return in->codec->seek(in, at);
}

/* ---- writing ---- */

int scap_out_fail(struct scap_out *out, int code, const char *what)
{
	if (out->err.code == 0)
		scap_fail(&out->err, code, "%s: %s", out->name, what);
	return out->err.code;
}

int scap_out_put(struct scap_out *out, const void *buf, size_t size)
{
	const char *p = buf;

	if (out->err.code)
		return out->err.code;
	while (size) {
		ssize_t n = write(out->fd, p, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return scap_out_fail(out, -errno, strerror(errno));
		out->bytes += (uint64_t)n;
		p += n;
		size -= (size_t)n;
	}
	return 0;
}

/* As /proc/self/fd/1 is, which leads to files that have no name, too. */
static bool is_link(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

int scap_out_open(struct scap_out *out, const char *path, enum scap_compression compression,
		  int level)
{
	static const struct scap_codec *const by_compression[] = {
		[SCAP_PLAIN] = &scap_codec_plain,
		[SCAP_ZSTD] = &scap_codec_zstd,
		[SCAP_GZIP] = &scap_codec_gzip,
	};
	bool std = strcmp(path, "-") == 0;
	struct stat st;
	int rc;

	memset(out, 0, sizeof(*out));
	out->fd = -1;
	out->name = "capture";
	if ((unsigned int)compression >= sizeof(by_compression) / sizeof(by_compression[0]))
		return scap_out_fail(out, -EINVAL, "no such compression");
	out->path = strdup(path);
	if (!out->path)
		return scap_out_fail(out, -ENOMEM, "no memory");
	out->name = std ? "standard output" : out->path;
	/* The codec first: a wrong level must not cost an existing file its content. */
	rc = by_compression[compression]->write_open(out, level);
	if (rc < 0)
		return rc;
	out->codec = by_compression[compression];
	out->fd = STDOUT_FILENO;
	/* A capture holds what the machine's users typed and sent: it is for its owner alone. */
	if (!std)
		out->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (out->fd < 0)
		return scap_out_fail(out, -errno, strerror(errno));
	out->named = fstat(out->fd, &st) == 0 && S_ISREG(st.st_mode) &&
		     (st.st_nlink || !is_link(path));
	return 0;
}

int scap_out_write(struct scap_out *out, const uint8_t *buf, size_t size)
{
	out->content += size;
	return out->err.code ? out->err.code : out->codec->write(out, buf, size);
}

/* What is written to a file that somebody deletes is gone with it. */
static int check_name(struct scap_out *out)
{
	struct stat st;

	if (out->named && fstat(out->fd, &st) == 0 && st.st_nlink == 0)
		return scap_out_fail(out, -ENOENT, "it was deleted while it was written");
	return 0;
}

int scap_out_flush(struct scap_out *out)
{
	int rc = out->err.code ? out->err.code : out->codec->flush(out);

	return rc < 0 ? rc : check_name(out);
}

int scap_out_finish(struct scap_out *out)
{
	int rc = out->err.code ? out->err.code : out->codec->finish(out);

	return rc < 0 ? rc : check_name(out);
}

int scap_out_close(struct scap_out *out)
{
	int rc = 0;

	if (out->codec)
		out->codec->write_close(out);
	if (out->fd > STDERR_FILENO && close(out->fd) < 0)
		rc = scap_out_fail(out, -errno, strerror(errno));
	free(out->path);
	out->path = NULL;
	out->fd = -1;
	return rc;
}
