/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Environments above 4 KiB, live and if the user asks for them: the rest is read from /proc. The
 * process may have ended or run another program since, so what is read counts only if it begins
 * with what was recorded.
 */
#include "environ.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ENVIRON_MAX (128u << 10) /* as much as the kernel takes in one string */

static size_t read_whole(const struct sinsp *s, int64_t pid, char *buf)
{
	char path[PATH_MAX];
	size_t len = 0;
	ssize_t n;
	int fd;

	if (snprintf(path, sizeof(path), "%s/proc/%" PRId64 "/environ",
		     s->host_root ? s->host_root : "", pid) >= (int)sizeof(path))
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	while (len < ENVIRON_MAX && (n = read(fd, buf + len, ENVIRON_MAX - len)) > 0)
		len += (size_t)n;
	close(fd);
	return len;
}

struct scap_bytes environ_of(struct sinsp *s, int64_t pid, const char *cut, size_t len)
{
	struct scap_bytes whole = { .ptr = "" };
	size_t n;
	char *buf;

	/* the recorded end may be a NUL that was put in the place of something else */
	if (s->live && s->opts.large_environments && len >= ENVIRON_RECORDED - 1 &&
	    (buf = malloc(ENVIRON_MAX))) {
		n = read_whole(s, pid, buf);
		if (n > len && memcmp(buf, cut, len - 2) == 0)
			whole = intern_bytes(s->pool, buf, n);
		free(buf);
	}
	return whole.len ? whole : intern_bytes(s->pool, cut, len);
}

struct scap_bytes environ_recorded(struct scap_bytes env)
{
	const char *end;

	if (env.len <= ENVIRON_RECORDED)
		return env;
	end = memrchr(env.ptr, '\0', ENVIRON_RECORDED);
	env.len = end ? (uint32_t)(end - env.ptr) + 1 : ENVIRON_RECORDED;
	return env;
}
