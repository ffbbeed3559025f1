/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: any text as the files of /proc and /etc that a snapshot is made of. Those that are
 * read by their names lie in a folder in memory.
 */
#include "driver.h"
#include "proc_scan.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const names[] = { "stat", "status", "limits" };
#define N_NAMES (sizeof(names) / sizeof(names[0]))

static char path[64];
static int dir = -1;

static void clean(void)
{
	size_t i;

	for (i = 0; i < N_NAMES; i++)
		unlinkat(dir, names[i], 0);
	rmdir(path);
}

static void fill_folder(const uint8_t *data, size_t size)
{
	size_t i;
	int fd;

	if (dir < 0) {
		strcpy(path, "/dev/shm/scapula-fuzz-XXXXXX");
		if (!mkdtemp(path))
			abort();
		dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		atexit(clean);
	}
	for (i = 0; i < N_NAMES; i++) {
		fd = openat(dir, names[i], O_WRONLY | O_CREAT | O_TRUNC, 0600);
		if (fd < 0 || write(fd, data, size) != (ssize_t)size)
			abort();
		close(fd);
	}
}

static char *text_of(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		exit(1);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

static void read_lines(const uint8_t *data, size_t size)
{
	struct scap_fd fd;
	char *text, *p, *line;
	int table;

	for (table = 0; table < PROC_SOCKET_TABLES; table++) {
		text = p = text_of(data, size);
		while ((line = proc_next_line(&p)))
			proc_parse_socket((enum proc_socket_table)table, line, &fd);
		free(text);
	}
}

static int one_text(const uint8_t *data, size_t size)
{
	static struct proc_scan scan;
	struct scap_thread *t;
	char *text;

	scan.snap = scap_snapshot_new();
	if (!scan.snap)
		return 0;
	fill_folder(data, size);
	t = scap_snapshot_thread(scan.snap);
	if (t) {
		proc_read_stat(&scan, dir, t);
		proc_read_status(&scan, dir, t);
		proc_read_limits(&scan, dir, t);
	}
	read_lines(data, size);
	text = text_of(data, size);
	proc_parse_passwd(scan.snap, text);
	free(text);
	text = text_of(data, size);
	proc_parse_group(scan.snap, text);
	free(text);
	scap_snapshot_free(scan.snap);
	return 0;
}

FUZZ("proc", one_text)
