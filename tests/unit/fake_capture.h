/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A source of events that a test writes by hand: records in memory behind a struct scap_engine, and
 * an inspector on it. Each event is one line; the clock goes on by a microsecond with each.
 */
#ifndef FAKE_CAPTURE_H
#define FAKE_CAPTURE_H

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "engine.h"
#include "sinsp.h"
#include "snapshot.h"

#define FAKE_START 1600000000000000000ull

struct fake {
	struct scap *scap;
	struct sinsp *s;
	const struct sinsp_event *ev; /* the last one, NULL at the end */
	uint8_t *buf;
	size_t len, cap, pos;
	uint64_t ts;
	uint32_t exec_uid;     /* of whom programs are run */
	int64_t parents[1024]; /* by the low bits of a process's id, as its clone event had it */
};

static inline int fake_next(struct scap *h, struct scap_event *ev)
{
	struct fake *f = h->priv;

	if (f->pos == f->len)
		return SCAP_END;
	if (scap_event_decode(ev, f->buf + f->pos, f->len - f->pos) < 0)
		return -EBADMSG;
	f->pos += ev->hdr->len;
	return SCAP_EVENT;
}

static const struct scap_engine fake_engine = { .name = "fake", .next = fake_next };
static const struct scap_engine fake_live_engine = { .name = "fake live",
						     .live = true,
						     .next = fake_next };

/* An empty capture; its snapshot (f->scap->snap) may be filled before fake_open(). */
static inline void fake_init(struct fake *f)
{
	memset(f, 0, sizeof(*f));
	f->scap = calloc(1, sizeof(*f->scap));
	f->scap->engine = &fake_engine;
	f->scap->priv = f;
	f->scap->snap = scap_snapshot_new();
	f->ts = FAKE_START;
}

static inline void fake_open(struct fake *f, const struct sinsp_options *opts)
{
	struct scap_error err;

	f->s = sinsp_open(f->scap, opts, &err);
}

static inline void fake_free(struct fake *f)
{
	sinsp_close(f->s);
	scap_close(f->scap);
	free(f->buf);
}

static inline void fake_add_record(struct fake *f, const void *rec, size_t len)
{
	if (f->len + len > f->cap) {
		f->cap = (f->len + len) * 2;
		f->buf = realloc(f->buf, f->cap);
	}
	memcpy(f->buf + f->len, rec, len);
	f->len += len;
	f->ts += 1000;
}

/*
 * Appends an event. @fmt has a letter a parameter: q 8 bytes, d 4, w 2, c 1 (all integers), s a
 * string (NULL: empty), b bytes and their length, - an empty one. Integers are passed as long long.
 */
static inline void fake_add(struct fake *f, uint16_t type, int64_t tid, const char *fmt, ...)
{
	struct scap_param p[SCAP_MAX_PARAMS];
	long long v[SCAP_MAX_PARAMS];
	uint8_t rec[65536];
	unsigned int n;
	int64_t len;
	va_list ap;

	va_start(ap, fmt);
	for (n = 0; fmt[n]; n++) {
		p[n] = (struct scap_param){ .ptr = "", .len = 0 };
		switch (fmt[n]) {
		case 's':
			p[n].ptr = va_arg(ap, const char *);
			p[n].len = p[n].ptr ? (uint32_t)strlen(p[n].ptr) + 1 : 0;
			break;
		case 'b':
			p[n].ptr = va_arg(ap, const char *);
			p[n].len = (uint32_t)va_arg(ap, int);
			break;
		case '-':
			break;
		default:
			v[n] = va_arg(ap, long long);
			p[n].ptr = &v[n];
			p[n].len = fmt[n] == 'q' ? 8 : fmt[n] == 'd' ? 4 : fmt[n] == 'w' ? 2 : 1;
		}
	}
	va_end(ap);
	len = scap_event_encode(rec, sizeof(rec), type, f->ts, (uint64_t)tid, p, n);
	if (len < 0)
		abort();
	fake_add_record(f, rec, (size_t)len);
}

/* A clone, seen by thread @tid of process @pid: @res is 0 in the child. */
struct fake_clone {
	int64_t tid, pid, ptid, res;
	const char *comm;
	uint32_t flags;
	int64_t vtid, vpid; /* 0: as tid and pid */
	const char *cgroup; /* NULL: "cpuset=/" */
	uint16_t type;	    /* 0: clone */
	uint32_t uid;
};

static inline void fake_clone(struct fake *f, struct fake_clone c)
{
	const char *cgroup = c.cgroup ? c.cgroup : "cpuset=/";
	const char *comm = c.comm ? c.comm : "sh";

	if (c.res > 0 && !(c.flags & (SCAP_CLONE_THREAD | SCAP_CLONE_PARENT)))
		f->parents[c.res % 1024] = c.pid;
	else if (c.res == 0 && c.tid == c.pid && c.tid > 0)
		f->parents[c.tid % 1024] = c.ptid;
	fake_add(f, c.type ? c.type : SCAP_EVT_SYSCALL_CLONE_20_X, c.tid, "qsbqqqsqqqdddsbdddqqq",
		 (long long)c.res, "/bin/sh", "-c\0true", 8, (long long)c.tid, (long long)c.pid,
		 (long long)c.ptid, NULL, 1024ll, 0ll, 1ll, 100ll, 10ll, 0ll, comm, cgroup,
		 (int)strlen(cgroup) + 1, (long long)c.flags, (long long)c.uid, 0ll,
		 (long long)(c.vtid ? c.vtid : c.tid), (long long)(c.vpid ? c.vpid : c.pid), 7ll);
}

/* A successful execve of process @pid, a child of 1 unless it was cloned before. */
static inline void fake_exec_all(struct fake *f, int64_t pid, const char *comm, const char *path,
				 const char *cgroup, const char *args, int args_len,
				 const char *env, int env_len)
{
	int64_t ptid = f->parents[pid % 1024] ? f->parents[pid % 1024] : 1;

	if (!cgroup)
		cgroup = "cpuset=/";
	fake_add(f, SCAP_EVT_SYSCALL_EXECVE_19_X, pid, "qsbqqqsqqqdddsbbdqddqqqqqqdsqds", 0ll, comm,
		 args, args_len, (long long)pid, (long long)pid, (long long)ptid, NULL, 1024ll, 0ll,
		 1ll, 200ll, 20ll, 0ll, comm, cgroup, (int)strlen(cgroup) + 1, env, env_len, 0ll,
		 1ll, 1000ll, 1ll, 0ll, 3ll, 3ll, 77ll, 1ll, 2ll, (long long)f->exec_uid, path, 1ll,
		 0ll, path);
}

static inline void fake_exec_env(struct fake *f, int64_t pid, const char *comm, const char *path,
				 const char *cgroup, const char *env, int env_len)
{
	fake_exec_all(f, pid, comm, path, cgroup, "-l\0a b", 7, env, env_len);
}

static inline void fake_exec(struct fake *f, int64_t pid, const char *comm, const char *path,
			     const char *cgroup)
{
	fake_exec_env(f, pid, comm, path, cgroup, "HOME=/root", 11);
}

static inline void fake_exit(struct fake *f, int64_t tid, int64_t reaper)
{
	fake_add(f, SCAP_EVT_PROCEXIT_1_E, tid, "qqccq", 0ll, 0ll, 0ll, 0ll, (long long)reaper);
}

static inline void fake_openat(struct fake *f, int64_t tid, int64_t fd, const char *path,
			       uint32_t flags)
{
	fake_add(f, SCAP_EVT_SYSCALL_OPENAT_2_X, tid, "qqsdddq", (long long)fd, -100ll, path,
		 (long long)flags, 0ll, 5ll, (long long)(1000 + fd));
}

static inline void fake_close(struct fake *f, int64_t tid, int64_t fd)
{
	fake_add(f, SCAP_EVT_SYSCALL_CLOSE_X, tid, "qq", 0ll, (long long)fd);
}

static inline void fake_fstat(struct fake *f, int64_t tid, int64_t fd)
{
	fake_add(f, SCAP_EVT_SYSCALL_FSTAT_X, tid, "qq", 0ll, (long long)fd);
}

/* Takes @n events; the last one is f->ev. */
static inline const struct sinsp_event *fake_step(struct fake *f, unsigned int n)
{
	while (n-- > 0)
		if (sinsp_next(f->s, &f->ev) != SCAP_EVENT)
			return f->ev = NULL;
	return f->ev;
}

/* Takes all that is left; the state is as it is after the last one. */
static inline void fake_run(struct fake *f)
{
	do {
		fake_step(f, 1);
	} while (f->ev);
}

static inline const char *fake_fd_name(struct fake *f, int64_t tid, int64_t num)
{
	struct sinsp_thread *t = sinsp_find_thread(f->s, tid);
	struct sinsp_fd *fd = t ? sinsp_thread_fd(t, num) : NULL;

	return fd ? fd->name : NULL;
}

#endif
