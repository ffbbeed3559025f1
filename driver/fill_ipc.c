/* SPDX-License-Identifier: GPL-2.0-only */
/* Waiting, descriptors that signal events, resource limits, semaphores. */
#include <linux/poll.h>
#include <linux/resource.h>
#include <linux/sem.h>
#include <linux/time64.h>
#include <linux/types.h>

#include "fill.h"
#include "flags.h"
#include "user.h"
#include "user_layout.h"

/* Descriptors of one poll that are looked at. */
#define POLL_MAX (REC_SCRATCH / sizeof(struct pollfd))

/* One entry of an FDLIST on the wire. */
struct fd_flags {
	s64 fd;
	u16 flags;
} __packed;

/* What was asked for is known to the caller's next line; what happened is in revents. */
static int rec_pollfds(struct rec *r)
{
	const struct pollfd *fds = (const struct pollfd *)r->scratch;
	u16 n = min_t(unsigned int, arg(r, 1), POLL_MAX);
	unsigned int i;
	int err;

	if (n && user_read(r->scratch, arg(r, 0), n * sizeof(*fds)))
		return rec_empty(r);
	err = rec_part_bytes(r, &n, sizeof(n));
	for (i = 0; i < n && !err; i++) {
		struct fd_flags f = { fds[i].fd, flags_poll(fds[i].revents) };

		err = rec_part_bytes(r, &f, sizeof(f));
	}
	return err ?: rec_part_end(r);
}

FILLER(poll)
{
	return rec_ret(r) ?: rec_pollfds(r) ?: rec_arg_int(r, 2);
}

/* A struct timespec as nanoseconds. */
static u64 timespec_ns(const struct rec *r, unsigned long p, u64 none)
{
	struct __kernel_timespec ts;

	if (!p || user_timespec(r, &ts, p))
		return none;
	return (u64)ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

FILLER(ppoll)
{
	u32 mask = 0;

	if (arg(r, 3) && user_read(&mask, arg(r, 3), sizeof(mask)))
		mask = 0;
	/* no timeout: for ever */
	return rec_ret(r) ?: rec_pollfds(r) ?: rec_int(r, timespec_ns(r, arg(r, 2), U64_MAX)) ?:
	       rec_int(r, mask);
}

FILLER(nanosleep)
{
	return rec_ret(r) ?: rec_int(r, timespec_ns(r, arg(r, 0), 0));
}

FILLER(epoll_wait)
{
	return rec_ret(r) ?: rec_arg_int(r, 2);
}

FILLER(epoll_create1)
{
	u32 flags = flags_new_fd(arg(r, 0));

	return rec_ret(r) ?: rec_int(r, flags & SCAP_O_CLOEXEC ? SCAP_EPOLL_CLOEXEC : 0);
}

FILLER(eventfd)
{
	return rec_ret(r) ?: rec_arg(r, 0) ?: rec_int(r, 0);
}

FILLER(eventfd2)
{
	return rec_ret(r) ?: rec_int(r, flags_new_fd(arg(r, 1))) ?: rec_arg(r, 0);
}

FILLER(inotify_init)
{
	return rec_ret(r) ?: rec_int(r, 0);
}

FILLER(inotify_init1)
{
	return rec_ret(r) ?: rec_int(r, flags_new_fd(arg(r, 0)));
}

/* The schema has a place for the mask that no driver fills. */
FILLER(signalfd)
{
	return rec_ret(r) ?: rec_arg_int(r, 0) ?: rec_int(r, 0) ?: rec_int(r, 0);
}

FILLER(signalfd4)
{
	return rec_ret(r) ?: rec_int(r, flags_new_fd(arg(r, 3))) ?: rec_arg_int(r, 0) ?:
	       rec_int(r, 0);
}

/* A struct rlimit; @none where there is none. */
static int rec_rlimit(struct rec *r, unsigned long p, u64 none)
{
	struct rlimit l;

	if (!p || user_rlimit(r, &l, p))
		l.rlim_cur = l.rlim_max = none;
	return rec_int(r, l.rlim_cur) ?: rec_int(r, l.rlim_max);
}

/* What the kernel was to write; -1 if the call failed. */
static int rec_old_rlimit(struct rec *r, unsigned long p)
{
	return r->ret < 0 ? rec_rlimit(r, 0, -1) : rec_rlimit(r, p, 0);
}

FILLER(getrlimit)
{
	return rec_ret(r) ?: rec_old_rlimit(r, arg(r, 1)) ?: rec_int(r, flags_rlimit(arg(r, 0)));
}

FILLER(setrlimit)
{
	return rec_ret(r) ?: rec_rlimit(r, arg(r, 1), 0) ?: rec_int(r, flags_rlimit(arg(r, 0)));
}

FILLER(prlimit)
{
	return rec_ret(r) ?: rec_rlimit(r, arg(r, 2), 0) ?: rec_old_rlimit(r, arg(r, 3)) ?:
	       rec_arg_int(r, 0) ?: rec_int(r, flags_rlimit(arg(r, 1)));
}

FILLER(semget)
{
	return rec_ret(r) ?: rec_arg(r, 0) ?: rec_arg(r, 1) ?: rec_int(r, flags_semget(arg(r, 2)));
}

static int rec_sembuf(struct rec *r, const struct sembuf *s)
{
	return rec_int(r, s->sem_num) ?: rec_int(r, s->sem_op) ?: rec_int(r, flags_semop(s->sem_flg));
}

/* The table has room for two operations. */
FILLER(semop)
{
	struct sembuf s[2] = {};
	size_t n = min_t(unsigned int, arg(r, 2), ARRAY_SIZE(s));

	if (n && user_read(s, arg(r, 1), n * sizeof(*s)))
		memset(s, 0, sizeof(s));
	return rec_ret(r) ?: rec_arg(r, 2) ?: rec_sembuf(r, &s[0]) ?: rec_sembuf(r, &s[1]) ?:
	       rec_arg(r, 0);
}

/* The fourth argument is a number for SETVAL only. */
FILLER(semctl)
{
	return rec_ret(r) ?: rec_arg(r, 0) ?: rec_arg(r, 1) ?:
	       rec_int(r, flags_semctl_cmd(arg(r, 2))) ?:
	       rec_int(r, (int)arg(r, 2) == SETVAL ? arg(r, 3) : 0);
}
