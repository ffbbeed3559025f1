/* SPDX-License-Identifier: BSD-2-Clause */
/* Files and descriptors: opened, closed, copied, and the working directory. */
#include "parse.h"
#include "path.h"

#include <errno.h>
#include <stdlib.h>

#define PATH_BYTES 8192

static int64_t result(const struct sinsp *s)
{
	return scap_param_s64(&s->ev.raw, 0, -1);
}

static void no_fd(struct sinsp *s)
{
	s->ev.fd = NULL;
	s->ev.fd_num = -1;
}

/* ---- open ---- */

static void keep_entry(struct entry_name *e, uint16_t type, const char *path, size_t len)
{
	char *p;

	if (len > e->cap) {
		p = realloc(e->path, len);
		if (!p)
			return;
		e->path = p;
		e->cap = (uint32_t)len;
	}
	memcpy(e->path, path, len);
	e->len = (uint32_t)len;
	e->type = type;
}

/*
 * The path at entry is what the caller asked for and the kernel checked; at exit another thread may
 * have put another one in its place. It is kept in a buffer of the thread that is reused.
 */
void parse_open_enter(struct sinsp *s, struct thread *t)
{
	uint16_t type = s->ev.raw.hdr->type;
	bool at = type == SCAP_EVT_SYSCALL_OPENAT_2_E || type == SCAP_EVT_SYSCALL_OPENAT2_E;
	static const char unread[] = "(NULL)"; /* old drivers: the page was not there yet */
	struct entry_name *e = &t->entry;
	const char *path;
	size_t len = 0;

	e->type = 0;
	path = scap_param_str(&s->ev.raw, at ? 1 : 0, &len);
	if (!path || len == 0 || len > PATH_BYTES)
		return;
	if (len == strlen(unread) && !memcmp(path, unread, len))
		return;
	keep_entry(e, type, path, len);
}

/* What execveat runs, which its exit does not tell: a path from a directory, or a descriptor's. */
void parse_execveat_enter(struct sinsp *s, struct thread *t)
{
	const struct scap_event *ev = &s->ev.raw;
	char path[PATH_BYTES];
	const char *name, *base;
	size_t len = 0;

	t->entry.type = 0;
	name = scap_param_str(ev, 1, &len);
	base = sinsp_dir_path(&t->pub, scap_param_s64(ev, 0, -1));
	if (!name || (!base && (len == 0 || name[0] != '/')))
		return;
	if (len == 0)
		keep_entry(&t->entry, ev->hdr->type, base, strlen(base));
	else
		keep_entry(&t->entry, ev->hdr->type, path,
			   sinsp_path_join(path, sizeof(path), base, base ? strlen(base) : 0, name,
					   len));
}

/* Where the parameters of an open are, -1: it has none. */
struct open_layout {
	uint16_t type;
	int8_t dirfd, name, flags, mode, dev;
};

static const struct open_layout open_layouts[] = {
	{ SCAP_EVT_SYSCALL_OPENAT_2_X, 1, 2, 3, 4, 5 },
	{ SCAP_EVT_SYSCALL_OPEN_X, -1, 1, 2, 3, 4 },
	{ SCAP_EVT_SYSCALL_OPENAT2_X, 1, 2, 3, 4, 6 },
	{ SCAP_EVT_SYSCALL_CREAT_X, -1, 1, -1, 2, 3 },
	{ SCAP_EVT_SYSCALL_OPEN_BY_HANDLE_AT_X, -1, 3, 2, -1, 4 },
};

static const struct open_layout *layout_of(uint16_t type)
{
	const struct open_layout *l = open_layouts;

	while (l->type != type)
		l++;
	return l;
}

/* The absolute path that was opened; @raw: as it was given. */
static const char *open_path(struct sinsp *s, struct thread *t, const struct open_layout *l,
			     const char **raw)
{
	char path[PATH_BYTES];
	const char *name, *base, *given, *full;
	int64_t dirfd = SCAP_AT_FDCWD;
	size_t len = 0, given_len;

	name = scap_param_str(&s->ev.raw, (unsigned int)l->name, &len);
	if (t->entry.type && t->entry.type + 1 == l->type) {
		name = t->entry.path;
		len = t->entry.len;
		s->before.entered = true;
	}
	*raw = "";
	if (!name)
		return s->unknown_name;
	given = name;
	given_len = len;
	if (l->dirfd >= 0)
		dirfd = scap_param_s64(&s->ev.raw, (unsigned int)l->dirfd, -1);
	base = sinsp_dir_path(&t->pub, dirfd);
	if (!base && (len == 0 || name[0] != '/'))
		len = sinsp_path_nowhere(path, sizeof(path), name, len);
	else
		len = sinsp_path_join(path, sizeof(path), base, base ? strlen(base) : 0, name, len);
	full = intern_str(s->pool, path, len);
	/* most are given as they are */
	*raw = given_len == len && !memcmp(given, path, len)
		       ? full
		       : intern_str(s->pool, given, given_len);
	return full;
}

void parse_open(struct sinsp *s, struct thread *t)
{
	const struct scap_event *ev = &s->ev.raw;
	const struct open_layout *l = layout_of(ev->hdr->type);
	int64_t num = result(s);
	const char *path, *raw;
	struct sinsp_fd *fd;

	no_fd(s);
	if (num < 0) {
		t->entry.type = 0;
		return;
	}
	path = open_path(s, t, l, &raw);
	t->entry.type = 0;
	fd = parse_add_fd(s, t, num);
	if (!fd)
		return;
	fd->open_flags = l->flags < 0 ? SCAP_O_CREAT | SCAP_O_TRUNC | SCAP_O_WRONLY
				      : (uint32_t)scap_param_u64(ev, (unsigned int)l->flags, 0);
	fd->type = fd->open_flags & SCAP_O_DIRECTORY ? SCAP_FD_DIRECTORY : SCAP_FD_FILE_V2;
	fd->cloexec = fd->open_flags & SCAP_O_CLOEXEC;
	if (l->mode >= 0)
		fd->mode = (uint32_t)scap_param_u64(ev, (unsigned int)l->mode, 0);
	fd->dev = (uint32_t)scap_param_u64(ev, (unsigned int)l->dev, 0);
	fd->ino = scap_param_u64(ev, (unsigned int)l->dev + 1u, 0);
	fd->name = path;
	fd->name_raw = raw;
}

/* ---- close ---- */

static void close_later(struct sinsp *s, struct thread *t, int64_t first, int64_t last)
{
	s->closing.fds = fds_share(t->pub.fds);
	s->closing.first = first;
	s->closing.last = last;
}

/* It has not been open: its end was lost. */
static void never_was(struct sinsp *s, struct thread *t)
{
	if (result(s) != -EBADF || !s->ev.fd)
		return;
	fds_remove(t->pub.fds, s->ev.fd_num, s->ev.fd_num);
	s->ev.fd = NULL;
}

void parse_close(struct sinsp *s, struct thread *t)
{
	if (result(s) >= 0 && s->ev.fd)
		close_later(s, t, s->ev.fd_num, s->ev.fd_num);
	else
		never_was(s, t);
}

static bool unshare_fds(struct thread *t)
{
	struct sinsp_fd_table *own;

	if (!fds_is_shared(t->pub.fds))
		return true;
	own = fds_copy(t->pub.fds);
	if (!own)
		return false;
	fds_drop(t->pub.fds);
	t->pub.fds = own;
	return true;
}

void parse_close_range(struct sinsp *s, struct thread *t)
{
	int64_t first = (int64_t)scap_param_u64(&s->ev.raw, 1, UINT32_MAX);
	int64_t last = (int64_t)scap_param_u64(&s->ev.raw, 2, 0);
	uint64_t flags = scap_param_u64(&s->ev.raw, 3, 0);

	if (result(s) < 0 || !t->pub.fds || first > last || first < 0)
		return;
	if ((flags & SCAP_CLOSE_RANGE_UNSHARE) && !unshare_fds(t))
		return;
	if (flags & SCAP_CLOSE_RANGE_CLOEXEC)
		fds_set_cloexec(t->pub.fds, first, last);
	else
		close_later(s, t, first, last);
}

/* ---- copies ---- */

/* Standard input or output that is a pipe: the process is part of a pipeline. */
static void note_pipeline(struct thread *t, const struct sinsp_fd *fd)
{
	struct sinsp_thread *m = t->pub.leader ? t->pub.leader : &t->pub;

	if (fd->type == SCAP_FD_FIFO && fd->num == 0)
		m->flags |= FLAG_PIPE_DST; /* the end of a pipe */
	else if (fd->type == SCAP_FD_FIFO && fd->num == 1)
		m->flags |= FLAG_PIPE_SRC; /* the beginning of one */
}

static void copy_fd(struct sinsp *s, struct thread *t, int64_t from, int64_t to, bool cloexec)
{
	const struct sinsp_fd *old = fds_find(t->pub.fds, from);
	struct sinsp_fd copy, *fd;

	s->ev.fd_num = to;
	if (!old) {
		fds_remove(t->pub.fds, to, to);
		s->ev.fd = NULL;
		return;
	}
	if (from == to) {
		s->ev.fd = sinsp_thread_fd(&t->pub, to);
		return;
	}
	copy = *old;
	fd = parse_add_fd(s, t, to);
	if (!fd)
		return;
	*fd = copy;
	fd->num = to;
	fd->cloexec = cloexec;
	note_pipeline(t, fd);
}

void parse_dup(struct sinsp *s, struct thread *t)
{
	uint64_t flags = 0;

	if (result(s) < 0) {
		if (s->ev.raw.hdr->type == SCAP_EVT_SYSCALL_DUP_1_X)
			never_was(s, t); /* of the others the new number may be the bad one */
		return;
	}
	if (s->ev.raw.hdr->type == SCAP_EVT_SYSCALL_DUP3_X)
		flags = scap_param_u64(&s->ev.raw, 3, 0);
	copy_fd(s, t, s->ev.fd_num, result(s), flags & SCAP_O_CLOEXEC);
}

void parse_fcntl(struct sinsp *s, struct thread *t)
{
	uint64_t cmd = scap_param_u64(&s->ev.raw, 2, 0);
	struct sinsp_fd *fd;

	if (result(s) < 0) {
		/* Some commands are refused for a descriptor of O_PATH. */
		if (cmd == SCAP_F_GETFD || cmd == SCAP_F_SETFD || cmd == SCAP_F_DUPFD_CLOEXEC)
			never_was(s, t);
		return;
	}
	if (cmd == SCAP_F_DUPFD || cmd == SCAP_F_DUPFD_CLOEXEC) {
		copy_fd(s, t, s->ev.fd_num, result(s), cmd == SCAP_F_DUPFD_CLOEXEC);
	} else if (cmd == SCAP_F_SETFD && scap_param_len(&s->ev.raw, 3) > 0) {
		/* Before 4.2 there is no argument: then nothing is known, and nothing changes. */
		fd = fds_edit(t->pub.fds, s->ev.fd_num);
		if (fd)
			fd->cloexec = scap_param_u64(&s->ev.raw, 3, 0) & 1;
	}
}

/* ---- descriptors of other kinds ---- */

static struct sinsp_fd *add_pipe_end(struct sinsp *s, struct thread *t, unsigned int i,
				     uint32_t access)
{
	struct sinsp_fd *fd = parse_add_fd(s, t, scap_param_s64(&s->ev.raw, i, -1));

	if (!fd)
		return NULL;
	fd->type = SCAP_FD_FIFO;
	fd->ino = scap_param_u64(&s->ev.raw, 3, 0);
	fd->open_flags = (uint32_t)scap_param_u64(&s->ev.raw, 4, 0);
	/* the kernel takes no such flag: tell_fd() says which end it is */
	if (!(fd->open_flags & SCAP_O_RDWR))
		fd->open_flags |= access;
	fd->cloexec = fd->open_flags & SCAP_O_CLOEXEC;
	return fd;
}

void parse_pipe(struct sinsp *s, struct thread *t)
{
	if (result(s) < 0)
		return;
	add_pipe_end(s, t, 1, SCAP_O_RDONLY);
	add_pipe_end(s, t, 2, SCAP_O_WRONLY);
}

/* Calls whose result is a descriptor of one kind. */
struct new_fd {
	uint16_t type; /* of the event */
	uint8_t fd_type;
	int8_t flags; /* parameter with the flags, -1: always closed on exec */
	uint32_t cloexec;
};

static const struct new_fd new_fds[] = {
	{ SCAP_EVT_SYSCALL_EVENTFD2_X, SCAP_FD_EVENT, 1, SCAP_O_CLOEXEC },
	{ SCAP_EVT_SYSCALL_EVENTFD_X, SCAP_FD_EVENT, 1, 0 },
	{ SCAP_EVT_SYSCALL_EPOLL_CREATE1_X, SCAP_FD_EVENTPOLL, 1, SCAP_EPOLL_CLOEXEC },
	{ SCAP_EVT_SYSCALL_EPOLL_CREATE_X, SCAP_FD_EVENTPOLL, 1, 0 },
	{ SCAP_EVT_SYSCALL_SIGNALFD4_X, SCAP_FD_SIGNALFD, 1, SCAP_O_CLOEXEC },
	{ SCAP_EVT_SYSCALL_SIGNALFD_X, SCAP_FD_SIGNALFD, 1, 0 },
	{ SCAP_EVT_SYSCALL_TIMERFD_CREATE_X, SCAP_FD_TIMERFD, 2, 0 },
	{ SCAP_EVT_SYSCALL_INOTIFY_INIT1_X, SCAP_FD_INOTIFY, 1, SCAP_O_CLOEXEC },
	{ SCAP_EVT_SYSCALL_INOTIFY_INIT_X, SCAP_FD_INOTIFY, 1, 0 },
	{ SCAP_EVT_SYSCALL_MEMFD_CREATE_X, SCAP_FD_MEMFD, 2, SCAP_MFD_CLOEXEC },
	{ SCAP_EVT_SYSCALL_PIDFD_OPEN_X, SCAP_FD_PIDFD, -1, 0 },
	{ SCAP_EVT_SYSCALL_BPF_2_X, SCAP_FD_BPF, -1, 0 },
	{ SCAP_EVT_SYSCALL_IO_URING_SETUP_X, SCAP_FD_IOURING, -1, 0 },
	{ SCAP_EVT_SYSCALL_USERFAULTFD_X, SCAP_FD_USERFAULTFD, 1, SCAP_O_CLOEXEC },
};

/* bpf() is many calls; the result of the others is no descriptor. */
static bool bpf_makes_fd(uint64_t cmd)
{
	switch (cmd) {
	case SCAP_BPF_MAP_CREATE:
	case SCAP_BPF_PROG_LOAD:
	case SCAP_BPF_OBJ_GET:
	case SCAP_BPF_PROG_GET_FD_BY_ID:
	case SCAP_BPF_MAP_GET_FD_BY_ID:
	case SCAP_BPF_RAW_TRACEPOINT_OPEN:
	case SCAP_BPF_BTF_LOAD:
	case SCAP_BPF_BTF_GET_FD_BY_ID:
	case SCAP_BPF_LINK_CREATE:
	case SCAP_BPF_LINK_GET_FD_BY_ID:
	case SCAP_BPF_ENABLE_STATS:
	case SCAP_BPF_ITER_CREATE:
		return true;
	default:
		return false;
	}
}

static const char *new_fd_name(struct sinsp *s, uint16_t type)
{
	char name[40];
	int n;

	if (type == SCAP_EVT_SYSCALL_MEMFD_CREATE_X)
		return parse_str(s, 1);
	if (type != SCAP_EVT_SYSCALL_PIDFD_OPEN_X)
		return "";
	n = snprintf(name, sizeof(name), "/proc/%lld",
		     (long long)scap_param_s64(&s->ev.raw, 1, -1));
	return intern_str(s->pool, name, (size_t)n);
}

void parse_new_fd(struct sinsp *s, struct thread *t)
{
	uint16_t type = s->ev.raw.hdr->type;
	const struct new_fd *n = new_fds;
	const char *name;
	struct sinsp_fd *fd;

	no_fd(s);
	if (result(s) < 0)
		return;
	if (type == SCAP_EVT_SYSCALL_BPF_2_X && !bpf_makes_fd(scap_param_u64(&s->ev.raw, 1, 1))) {
		s->ev.has_fd = false;
		return;
	}
	while (n->type != type)
		n++;
	name = new_fd_name(s, type);
	fd = parse_add_fd(s, t, result(s));
	if (!fd)
		return;
	fd->type = n->fd_type;
	fd->name = name;
	fd->cloexec = n->flags < 0 ||
		      (scap_param_u64(&s->ev.raw, (unsigned int)n->flags, 0) & n->cloexec);
}

/* The process that a pidfd is of, by its name: as a call gave it, or as /proc shows it. */
static struct thread *pidfd_target(struct sinsp *s, const struct thread *t,
				   const struct sinsp_fd *pidfd)
{
	static const char given[] = "/proc/", shown[] = "pidfd[";
	const char *name;

	if (!pidfd || pidfd->type != SCAP_FD_PIDFD)
		return NULL;
	name = pidfd->name;
	if (strncmp(name, given, strlen(given)) == 0)
		return sinsp_find_as(s, t, strtoll(name + strlen(given), NULL, 10));
	if (strncmp(name, shown, strlen(shown)) == 0)
		return threads_find(&s->threads, strtoll(name + strlen(shown), NULL, 10));
	return NULL;
}

/* A descriptor of another process, given by a descriptor of that process. */
void parse_pidfd_getfd(struct sinsp *s, struct thread *t)
{
	const struct sinsp_fd *pidfd = fds_find(t->pub.fds, scap_param_s64(&s->ev.raw, 1, -1));
	struct thread *other;
	const struct sinsp_fd *theirs = NULL;
	struct sinsp_fd copy, *fd;

	no_fd(s);
	if (result(s) < 0)
		return;
	other = pidfd_target(s, t, pidfd);
	if (other)
		theirs = fds_find(other->pub.fds, scap_param_s64(&s->ev.raw, 2, -1));
	if (!theirs) {
		s->ev.fd_num = result(s);
		fds_remove(t->pub.fds, result(s), result(s));
		return;
	}
	copy = *theirs;
	fd = parse_add_fd(s, t, result(s));
	if (!fd)
		return;
	*fd = copy;
	fd->num = result(s);
	fd->cloexec = true;
}

/* ---- directories ---- */

/* What it was: a capture that begins with this event does it once more. */
static void note_move(struct sinsp *s, const struct thread *t, const struct thread *leader)
{
	s->before.moved = &leader->pub;
	s->before.cwd = t->pub.cwd;
	s->before.root = t->pub.root;
}

/* The working directory belongs to the process: all of its threads have it. */
static void share_cwd(struct sinsp *s, struct thread *t, const char *cwd)
{
	struct thread *leader = t->pub.leader ? thread_of(t->pub.leader) : t;
	struct thread *m;

	note_move(s, t, leader);
	t->pub.cwd = cwd;
	leader->pub.cwd = cwd;
	LIST_FOREACH(m, &leader->members, member)
	m->pub.cwd = cwd;
}

/* Kept with a slash at its end. */
static void set_cwd(struct sinsp *s, struct thread *t, const char *path, size_t len)
{
	char buf[PATH_BYTES];

	len = sinsp_path_join(buf, sizeof(buf) - 1, t->pub.cwd, strlen(t->pub.cwd), path, len);
	if (len == 0 || buf[len - 1] != '/')
		buf[len++] = '/';
	share_cwd(s, t, intern_str(s->pool, buf, len));
}

/* Where it has gone is not known: where it was before is wrong in any case. */
static void forget_cwd(struct sinsp *s, struct thread *t)
{
	share_cwd(s, t, s->unknown_cwd);
}

void parse_chdir(struct sinsp *s, struct thread *t)
{
	size_t len = 0;
	const char *path = scap_param_str(&s->ev.raw, 1, &len);

	if (result(s) != 0)
		return;
	if (path && len > 0)
		set_cwd(s, t, path, len);
	else
		forget_cwd(s, t);
}

void parse_fchdir(struct sinsp *s, struct thread *t)
{
	if (result(s) != 0)
		return;
	if (s->ev.fd && *s->ev.fd->name)
		set_cwd(s, t, s->ev.fd->name, strlen(s->ev.fd->name));
	else
		forget_cwd(s, t);
}

void parse_getcwd(struct sinsp *s, struct thread *t)
{
	size_t len = 0;
	const char *path = scap_param_str(&s->ev.raw, 1, &len);

	if (result(s) >= 0 && path && len > 0 && path[0] == '/')
		set_cwd(s, t, path, len);
}

void parse_chroot(struct sinsp *s, struct thread *t)
{
	size_t len = 0;
	const char *path = scap_param_str(&s->ev.raw, 1, &len);
	char buf[PATH_BYTES];

	if (result(s) != 0 || !path)
		return;
	note_move(s, t, t->pub.leader ? thread_of(t->pub.leader) : t);
	len = sinsp_path_join(buf, sizeof(buf), t->pub.cwd, strlen(t->pub.cwd), path, len);
	t->pub.root = intern_str(s->pool, buf, len);
	if (t->pub.leader)
		t->pub.leader->root = t->pub.root;
}
