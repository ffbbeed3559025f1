/* SPDX-License-Identifier: BSD-2-Clause */
/* Small files, links and names of procfs. */
#include "proc_scan.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* One read: these files are made whole at the first one, and asking for their end costs as much. */
int64_t proc_read_file(int dir, const char *name, char *buf, size_t size)
{
	ssize_t n;
	int fd;

	buf[0] = '\0';
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
	if (fd < 0)
		return -errno;
	n = read(fd, buf, size - 1);
	if (n < 0)
		n = -errno;
	close(fd);
	buf[n < 0 ? 0 : n] = '\0';
	return n;
}

int64_t proc_read_link(int dir, const char *name, char *buf, size_t size)
{
	ssize_t n = readlinkat(dir, name, buf, size - 1);

	buf[n < 0 ? 0 : n] = '\0';
	return n < 0 ? -errno : n;
}

bool proc_number(const char *name, uint64_t *out)
{
	uint64_t v = 0;
	size_t i;

	for (i = 0; name[i] >= '0' && name[i] <= '9' && i < 18; i++)
		v = v * 10 + (uint64_t)(name[i] - '0');
	*out = v;
	return i > 0 && name[i] == '\0';
}

char *proc_next_line(char **text)
{
	char *line = *text, *end;

	if (*line == '\0')
		return NULL;
	end = strchrnul(line, '\n');
	*text = *end ? end + 1 : end;
	*end = '\0';
	return line;
}
