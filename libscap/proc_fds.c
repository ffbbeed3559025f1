/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The open descriptors of a process: /proc/PID/fd and fdinfo.
 *
 * The text of a link tells what a descriptor is. Files are looked at through the link without
 * opening them, and without asking a file server that may be dead.
 */
#include "proc_scan.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define FDS_MAX 65536u /* of one process */

/* The bits of x86-64. O_LARGEFILE is 0 for 64-bit programs, but stands in the kernel's flags. */
#define K_LARGEFILE 0100000u

uint32_t proc_open_flags(unsigned int flags)
{
	static const struct {
		unsigned int kernel;
		uint32_t portable;
	} map[] = {
		{ O_CREAT, SCAP_O_CREAT },	   { O_APPEND, SCAP_O_APPEND },
		{ O_DSYNC, SCAP_O_DSYNC },	   { O_EXCL, SCAP_O_EXCL },
		{ O_NONBLOCK, SCAP_O_NONBLOCK },   { O_SYNC, SCAP_O_SYNC },
		{ O_TRUNC, SCAP_O_TRUNC },	   { O_DIRECT, SCAP_O_DIRECT },
		{ O_DIRECTORY, SCAP_O_DIRECTORY }, { K_LARGEFILE, SCAP_O_LARGEFILE },
		{ O_CLOEXEC, SCAP_O_CLOEXEC },	   { O_TMPFILE, SCAP_O_TMPFILE },
	};
	static const uint32_t access[] = { SCAP_O_RDONLY, SCAP_O_WRONLY, SCAP_O_RDWR, SCAP_O_NONE };
	uint32_t out = access[flags & O_ACCMODE];
	size_t i;

	for (i = 0; i < sizeof(map) / sizeof(map[0]); i++)
		if ((flags & map[i].kernel) == map[i].kernel)
			out |= map[i].portable;
	return out;
}

static const struct {
	const char *text; /* of the link, or its beginning */
	uint8_t type;
} anonymous[] = {
	{ "pipe:", SCAP_FD_FIFO },
	{ "anon_inode:[eventfd]", SCAP_FD_EVENT },
	{ "anon_inode:[eventpoll]", SCAP_FD_EVENTPOLL },
	{ "anon_inode:[timerfd]", SCAP_FD_TIMERFD },
	{ "anon_inode:[signalfd]", SCAP_FD_SIGNALFD },
	{ "anon_inode:[inotify]", SCAP_FD_INOTIFY },
	{ "anon_inode:inotify", SCAP_FD_INOTIFY },
	{ "anon_inode:[io_uring]", SCAP_FD_IOURING },
	{ "anon_inode:[userfaultfd]", SCAP_FD_USERFAULTFD },
	{ "anon_inode:[pidfd]", SCAP_FD_PIDFD },
	{ "pidfd:", SCAP_FD_PIDFD },
	{ "anon_inode:bpf", SCAP_FD_BPF },
	{ "anon_inode:[bpf", SCAP_FD_BPF },
};

static uint8_t anonymous_type(const char *link)
{
	size_t i;

	for (i = 0; i < sizeof(anonymous) / sizeof(anonymous[0]); i++)
		if (strncmp(link, anonymous[i].text, strlen(anonymous[i].text)) == 0)
			return anonymous[i].type;
	return SCAP_FD_UNSUPPORTED;
}

/* The number in brackets of "socket:[123]", 0 if there is none. */
static uint64_t bracketed(const char *link)
{
	const char *p = strchr(link, '[');

	return p ? strtoull(p + 1, NULL, 10) : 0;
}

struct fd_info {
	unsigned int flags; /* open(2), with O_CLOEXEC */
	uint64_t ino;
	int64_t pid; /* pidfd: the process, else 0 */
};

static void read_fdinfo(struct proc_scan *s, int fdinfo, const char *name, struct fd_info *fi)
{
	char *text = s->buf, *line;

	*fi = (struct fd_info){ 0 };
	/* A few lines at its start are wanted, not the list that an epoll or inotify one has. */
	if (fdinfo < 0 || proc_read_file(fdinfo, name, s->buf, 512) <= 0)
		return;
	while ((line = proc_next_line(&text))) {
		if (strncmp(line, "flags:", 6) == 0)
			fi->flags = (unsigned int)strtoul(line + 6, NULL, 8);
		else if (strncmp(line, "ino:", 4) == 0)
			fi->ino = strtoull(line + 4, NULL, 10);
		else if (strncmp(line, "Pid:", 4) == 0)
			fi->pid = strtoll(line + 4, NULL, 10);
	}
}

/* "/memfd:NAME (deleted)" as memfd_create() named it; others as they are. */
static const char *memfd_name(struct proc_scan *s, const char *link, size_t len)
{
	static const char tail[] = " (deleted)";
	size_t n = sizeof(tail) - 1;

	link += 7;
	len -= 7;
	if (len >= n && memcmp(link + len - n, tail, n) == 0)
		len -= n;
	return scap_snapshot_str(s->snap, link, len);
}

/* A descriptor with a path: file, folder, named pipe, device. */
static void path_fd(struct proc_scan *s, int fds, const char *name, const char *link, size_t len,
		    const struct fd_info *fi, struct scap_fd *fd)
{
	struct statx st;

	fd->open_flags = proc_open_flags(fi->flags);
	if (strncmp(link, "/memfd:", 7) == 0) {
		fd->type = SCAP_FD_MEMFD;
		fd->name = memfd_name(s, link, len);
		return;
	}
	fd->type = SCAP_FD_FILE_V2;
	fd->name = scap_snapshot_str(s->snap, link, len);
	if (statx(fds, name, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_TYPE | STATX_INO, &st) < 0)
		return;
	fd->ino = st.stx_ino;
	fd->dev = (uint32_t)makedev(st.stx_dev_major, st.stx_dev_minor);
	if (S_ISDIR(st.stx_mode))
		fd->type = SCAP_FD_DIRECTORY;
	else if (S_ISFIFO(st.stx_mode))
		fd->type = SCAP_FD_FIFO;
}

static void socket_fd(struct proc_scan *s, int process, const char *link, size_t len,
		      struct scap_fd *fd)
{
	fd->ino = bracketed(link);
	if (fd->ino && proc_find_socket(s, process, fd->ino, fd))
		return;
	/* Neither bound nor connected, or of a family without a table. */
	fd->type = SCAP_FD_UNSUPPORTED;
	fd->name = scap_snapshot_str(s->snap, link, len);
}

static void anonymous_fd(struct proc_scan *s, const char *link, size_t len,
			 const struct fd_info *fi, struct scap_fd *fd)
{
	char name[64];
	int n;

	fd->type = anonymous_type(link);
	fd->ino = fi->ino ? fi->ino : bracketed(link);
	fd->open_flags = proc_open_flags(fi->flags);
	if (fd->type == SCAP_FD_PIDFD && fi->pid > 0) {
		n = snprintf(name, sizeof(name), "pidfd[%lld]", (long long)fi->pid);
		link = name;
		len = (size_t)n;
	}
	fd->name = scap_snapshot_str(s->snap, link, len);
}

static void read_fd(struct proc_scan *s, int process, int fds, int fdinfo, const char *name,
		    struct scap_thread *t)
{
	char link[PROC_PATH_MAX];
	struct scap_fd *fd;
	struct fd_info fi;
	uint64_t num;
	int64_t n;

	if (!proc_number(name, &num))
		return;
	n = proc_read_link(fds, name, link, sizeof(link));
	if (n <= 0)
		return;
	fd = scap_snapshot_fd(s->snap, t);
	if (!fd)
		return;
	fd->fd = (int64_t)num;
	read_fdinfo(s, fdinfo, name, &fi);
	if (link[0] == '/')
		path_fd(s, fds, name, link, (size_t)n, &fi, fd);
	else if (strncmp(link, "socket:", 7) == 0)
		socket_fd(s, process, link, (size_t)n, fd);
	else
		anonymous_fd(s, link, (size_t)n, &fi, fd);
}

void proc_read_fds(struct proc_scan *s, int process, struct scap_thread *t)
{
	int fds = openat(process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int fdinfo = openat(process, "fdinfo", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fds >= 0 ? fdopendir(fds) : NULL;
	unsigned int n = 0;
	struct dirent *e;

	if (d) {
		while (n++ < FDS_MAX && (e = readdir(d)))
			read_fd(s, process, dirfd(d), fdinfo, e->d_name, t);
		closedir(d);
	} else if (fds >= 0) {
		close(fds);
	}
	if (fdinfo >= 0)
		close(fdinfo);
}
