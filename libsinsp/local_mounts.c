/* SPDX-License-Identifier: BSD-2-Clause */
/* /proc/self/mountinfo as a table. */
#include "local_mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIST_MIN 65536u
#define LIST_MAX (64u << 20) /* some hundred thousand mounts */
#define DEEP_MAX 64u	     /* mounts on top of each other */

struct local_mounts {
	int fd;
	char *text;
	size_t size;
	struct local_mount *rows;
	size_t n, room;
};

/*
 * File systems that only the kernel answers for. Others may be fine; what they hold can be asked of
 * the runtimes. overlay is as good as its layers, which root chose.
 */
static const char *const local_types[] = {
	"bcachefs", "btrfs", "erofs", "exfat", "ext2",	 "ext3",     "ext4",  "f2fs",	"iso9660",
	"jfs",	    "msdos", "ntfs3", "ntfs",  "nilfs2", "overlay",  "ramfs", "rootfs", "squashfs",
	"tmpfs",    "ubifs", "udf",   "vfat",  "xfs",	 "reiserfs", "zfs",
};

static bool is_local(const char *type)
{
	size_t i;

	for (i = 0; i < sizeof(local_types) / sizeof(local_types[0]); i++)
		if (strcmp(local_types[i], type) == 0)
			return true;
	return false;
}

static bool is_octal(const char *s)
{
	size_t i;

	for (i = 0; i < 3; i++)
		if (s[i] < '0' || s[i] > '7')
			return false;
	return true;
}

/* Blanks and the like stand as "\040". */
static void unescape(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (*s == '\\' && is_octal(s + 1)) {
			*to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
}

/* "ID PARENT MAJOR:MINOR ROOT POINT OPTIONS [FIELD...] - TYPE SOURCE OPTIONS" */
bool local_mounts_parse(char *line, struct local_mount *row)
{
	char *word, *save = line;
	unsigned int i;
	char *type;

	*row = (struct local_mount){ .point = NULL };
	for (i = 0; i < 6; i++) {
		word = strsep(&save, " ");
		if (!word || !*word)
			return false;
		if (i == 0)
			row->id = strtoull(word, NULL, 10);
		else if (i == 1)
			row->parent = strtoull(word, NULL, 10);
		else if (i == 4)
			row->point = word;
	}
	while ((word = strsep(&save, " ")) && strcmp(word, "-") != 0)
		;
	type = strsep(&save, " ");
	if (!type)
		return false;
	unescape((char *)(uintptr_t)row->point);
	row->local = is_local(type);
	return true;
}

static bool read_list(struct local_mounts *m, size_t *len)
{
	ssize_t n;
	char *more;

	*len = 0;
	if (lseek(m->fd, 0, SEEK_SET) < 0)
		return false;
	for (;;) {
		if (m->size - *len < LIST_MIN / 2) {
			if (m->size >= LIST_MAX)
				return false;
			more = realloc(m->text, m->size ? 2 * m->size : LIST_MIN);
			if (!more)
				return false;
			m->text = more;
			m->size = m->size ? 2 * m->size : LIST_MIN;
		}
		n = read(m->fd, m->text + *len, m->size - *len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		if (n == 0)
			break;
		*len += (size_t)n;
	}
	m->text[*len] = '\0';
	return true;
}

/* What cannot be read in whole is no list: nothing of it is taken for local. */
static void read_again(struct local_mounts *m)
{
	struct local_mount *more;
	char *next, *line;
	size_t len;

	m->n = 0;
	if (!read_list(m, &len))
		return;
	next = m->text;
	while ((line = strsep(&next, "\n")) && *line) {
		if (m->n == m->room) {
			more = reallocarray(m->rows, m->room ? 2 * m->room : 64, sizeof(*m->rows));
			if (!more) {
				m->n = 0;
				return;
			}
			m->rows = more;
			m->room = m->room ? 2 * m->room : 64;
		}
		m->n += local_mounts_parse(line, &m->rows[m->n]);
	}
}

/* The kernel tells a change once, to whoever polls. */
static bool has_changed(struct local_mounts *m)
{
	struct pollfd p = { .fd = m->fd, .events = POLLPRI };

	return poll(&p, 1, 0) != 0;
}

struct local_mounts *local_mounts_new(void)
{
	struct local_mounts *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	if (m->fd < 0) {
		free(m);
		return NULL;
	}
	read_again(m);
	return m;
}

void local_mounts_free(struct local_mounts *m)
{
	if (!m)
		return;
	close(m->fd);
	free(m->text);
	free(m->rows);
	free(m);
}

static const struct local_mount *row_on(const struct local_mounts *m, uint64_t parent,
					const char *path)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		if (m->rows[i].parent == parent && strcmp(m->rows[i].point, path) == 0)
			return &m->rows[i];
	return NULL;
}

bool local_mounts_find(struct local_mounts *m, uint64_t parent, const char *path, uint64_t *id)
{
	const struct local_mount *row, *top = NULL;
	unsigned int i;

	if (has_changed(m))
		read_again(m);
	for (i = 0; i < DEEP_MAX && (row = row_on(m, parent, path)); i++) {
		top = row;
		parent = row->id;
	}
	if (i == DEEP_MAX || !top || !top->local)
		return false;
	*id = top->id;
	return true;
}
