/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Users and groups of the host, from /etc/passwd and /etc/group. Name services are not asked: they
 * may be slow, have a hundred thousand entries, or be what is under attack.
 */
#include "proc_scan.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILE_MAX_BYTES (16u << 20)
#define NAME_BYTES     256u /* longer ones do not fit a capture */
#define LIST_MAX       65536u

/* Links below the root of another machine's files mean its own. */
static int open_below(const char *root, const char *path)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	int dir = open(root && *root ? root : "/", O_PATH | O_DIRECTORY | O_CLOEXEC), fd;

	if (dir < 0)
		return -1;
	fd = (int)syscall(SYS_openat2, dir, path, &how, sizeof(how));
	close(dir);
	return fd;
}

/* The whole of a regular file, ended with a NUL; NULL if it cannot be read. */
static char *read_whole(const char *root, const char *path)
{
	struct stat st;
	char *text = NULL;
	ssize_t n;
	size_t len = 0;
	int fd = open_below(root, path);

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= (off_t)FILE_MAX_BYTES)
		text = malloc((size_t)st.st_size + 1);
	while (text && len < (size_t)st.st_size) {
		n = read(fd, text + len, (size_t)st.st_size - len);
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	if (text)
		text[len] = '\0';
	close(fd);
	return text;
}

/* Splits a line at its colons. Returns the number of fields found. */
static int fields_of(char *line, char **field, int max)
{
	int n = 0;

	while (n < max && line)
		field[n++] = strsep(&line, ":");
	return n;
}

static bool id_of(const char *text, uint32_t *id)
{
	char *end;
	unsigned long v;

	if (*text < '0' || *text > '9')
		return false;
	v = strtoul(text, &end, 10);
	*id = (uint32_t)v;
	return *end == '\0' && v <= UINT32_MAX;
}

static const char *keep(struct scap_snapshot *snap, const char *text)
{
	return scap_snapshot_str(snap, text, strnlen(text, NAME_BYTES - 1));
}

void proc_parse_passwd(struct scap_snapshot *snap, char *text)
{
	char *line, *f[7];
	uint32_t uid, gid;
	struct scap_user *u;

	while (snap->n_users < LIST_MAX && (line = proc_next_line(&text))) {
		if (fields_of(line, f, 7) < 7 || !*f[0] || !id_of(f[2], &uid) || !id_of(f[3], &gid))
			continue;
		u = scap_snapshot_user(snap);
		if (!u)
			return;
		u->uid = uid;
		u->gid = gid;
		u->name = keep(snap, f[0]);
		u->home = keep(snap, f[5]);
		u->shell = keep(snap, f[6]);
	}
}

void proc_parse_group(struct scap_snapshot *snap, char *text)
{
	char *line, *f[4];
	struct scap_group *g;
	uint32_t gid;

	while (snap->n_groups < LIST_MAX && (line = proc_next_line(&text))) {
		if (fields_of(line, f, 4) < 3 || !*f[0] || !id_of(f[2], &gid))
			continue;
		g = scap_snapshot_group(snap);
		if (!g)
			return;
		g->gid = gid;
		g->name = keep(snap, f[0]);
	}
}

void proc_read_users(struct scap_snapshot *snap, const char *host_root)
{
	char *text;

	text = read_whole(host_root, "/etc/passwd");
	if (text)
		proc_parse_passwd(snap, text);
	free(text);
	text = read_whole(host_root, "/etc/group");
	if (text)
		proc_parse_group(snap, text);
	free(text);
}
