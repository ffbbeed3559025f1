/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Captures of machines that do something at random, but the same for the same seed: processes fork,
 * start programs, open, copy and close files, connect, have a CPU, move into containers and end.
 * Clocks go back at times, events are lost, and some of what happens makes no sense at all.
 */
#ifndef RANDOM_CAPTURE_H
#define RANDOM_CAPTURE_H

#include "capture.h"
#include "fake_capture.h"

#define RANDOM_TIDS 24

struct random_capture {
	uint64_t seed;
	struct fake f; /* where the records are made */
	int64_t tids[RANDOM_TIDS];
	int64_t next_tid;
};

static inline uint32_t random_number(struct random_capture *r, uint32_t below)
{
	r->seed = r->seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(r->seed >> 33) % below;
}

static inline int64_t random_tid(struct random_capture *r)
{
	return r->tids[random_number(r, RANDOM_TIDS)];
}

static inline const char *random_cgroup(struct random_capture *r)
{
	static const char *const cgroups[] = {
		"cpuset=/",
		"cpuset=/docker/aaaaaaaaaaaa0000000000000000000000000000000000000000000000000001",
		"cpuset=/docker/bbbbbbbbbbbb0000000000000000000000000000000000000000000000000002",
		"cpuset=/user.slice/session-3.scope",
	};

	return cgroups[random_number(r, 4)];
}

static inline const char *random_path(struct random_capture *r)
{
	static const char *const paths[] = { "/etc/passwd", "a/b", "../x", "/tmp/é", "/", "." };

	return paths[random_number(r, 6)];
}

static inline void random_fork(struct random_capture *r)
{
	int64_t parent = random_tid(r), child = ++r->next_tid;
	uint32_t flags = random_number(r, 3) ? 0 : SCAP_CLONE_THREAD | SCAP_CLONE_FILES;
	struct fake_clone c = { .tid = parent,
				.pid = random_number(r, 4) ? parent : random_tid(r),
				.ptid = random_tid(r),
				.res = child,
				.comm = random_number(r, 2) ? "sh" : "worker",
				.flags = flags,
				.cgroup = random_cgroup(r) };

	if (random_number(r, 8))
		fake_clone(&r->f, c);
	c.tid = child;
	c.pid = flags ? parent : child;
	c.ptid = parent;
	c.res = 0;
	if (random_number(r, 6) == 0) {
		c.vtid = 1 + random_number(r, 30);
		c.vpid = 1;
	}
	if (random_number(r, 8))
		fake_clone(&r->f, c);
	r->tids[random_number(r, RANDOM_TIDS)] = child;
}

static inline void random_socket(struct random_capture *r)
{
	static const char tuple[] = "\2\x0a\0\0\1\x10\x20\x0a\0\0\2\xbb\1";
	static const char server[] = "\2\x7f\0\0\1\x50\0";
	int64_t tid = random_tid(r), fd = 3 + random_number(r, 40);
	struct fake *f = &r->f;

	switch (random_number(r, 5)) {
	case 0:
		fake_add(f, SCAP_EVT_SOCKET_SOCKET_X, tid, "qddd", (long long)fd, 2ll,
			 (long long)(1 + random_number(r, 2)), 0ll);
		break;
	case 1:
		fake_add(f, SCAP_EVT_SOCKET_CONNECT_X, tid, "qbqb",
			 random_number(r, 2) ? 0ll : -115ll, tuple, 13, (long long)fd, server, 7);
		break;
	case 2:
		fake_add(f, SCAP_EVT_SOCKET_BIND_X, tid, "qbq", 0ll, server, 7, (long long)fd);
		break;
	case 3:
		fake_add(f, SCAP_EVT_SOCKET_ACCEPT4_6_X, tid, "qbcddd", (long long)fd, tuple, 13,
			 0ll, 0ll, 5ll, 0ll);
		break;
	default:
		fake_add(f, SCAP_EVT_SOCKET_SENDTO_X, tid, "qbqdb", 4ll, "data", 4, (long long)fd,
			 4ll, tuple, 13);
	}
}

static inline void random_state(struct random_capture *r)
{
	struct fake *f = &r->f;
	char json[256];

	switch (random_number(r, 4)) {
	case 0:
		snprintf(json, sizeof(json),
			 "{\"container\":{\"id\":\"%s\",\"type\":0,\"name\":\"name%u\",\"image\":"
			 "\"img:%u\",\"labels\":{\"a\":\"b%u\"}}}",
			 random_number(r, 2) ? "aaaaaaaaaaaa" : "cccccccccccc", random_number(r, 3),
			 random_number(r, 3), random_number(r, 3));
		fake_add(f, SCAP_EVT_CONTAINER_JSON_2_E, -1, "s", json);
		break;
	case 1:
		fake_add(f, SCAP_EVT_USER_ADDED_E, -1, "ddssss", (long long)random_number(r, 3),
			 5ll, random_number(r, 2) ? "alice" : "bob", "/home", "/bin/sh",
			 random_number(r, 2) ? "" : "aaaaaaaaaaaa");
		break;
	case 2:
		fake_add(f, SCAP_EVT_USER_DELETED_E, -1, "ddssss", (long long)random_number(r, 3),
			 5ll, "alice", "/home", "/bin/sh",
			 random_number(r, 2) ? "" : "aaaaaaaaaaaa");
		break;
	default:
		fake_add(f, SCAP_EVT_GROUP_ADDED_E, -1, "dss", (long long)random_number(r, 3),
			 "staff", "");
	}
}

static inline void random_file(struct random_capture *r)
{
	int64_t tid = random_tid(r), fd = 3 + random_number(r, 40), to = 3 + random_number(r, 40);
	struct fake *f = &r->f;

	switch (random_number(r, 8)) {
	case 0:
		fake_openat(f, tid, fd, random_path(r), random_number(r, 2) ? SCAP_O_CLOEXEC : 0);
		break;
	case 1: /* an entry, perhaps without its exit */
		fake_add(f, SCAP_EVT_SYSCALL_OPENAT_2_E, tid, "qsdd", -100ll, random_path(r), 0ll,
			 0ll);
		break;
	case 2:
		fake_close(f, tid, fd);
		break;
	case 3:
		fake_add(f, SCAP_EVT_SYSCALL_DUP2_X, tid, "qqq", (long long)to, (long long)fd,
			 (long long)to);
		break;
	case 4:
		fake_add(f, SCAP_EVT_SYSCALL_CHDIR_X, tid, "qs", 0ll, random_path(r));
		break;
	case 5:
		fake_add(f, SCAP_EVT_SYSCALL_PIPE_X, tid, "qqqq", 0ll, (long long)fd, (long long)to,
			 77ll);
		break;
	case 6:
		fake_add(f, SCAP_EVT_SYSCALL_SETUID_X, tid, "qd", 0ll,
			 (long long)random_number(r, 3));
		break;
	default:
		fake_add(f, SCAP_EVT_SYSCALL_READ_X, tid, "qbqd", 4ll, "data", 4, (long long)fd,
			 4096ll);
	}
}

/* Of somebody who is known, or of the idle one. */
static inline void random_switch(struct random_capture *r)
{
	fake_add(&r->f, SCAP_EVT_SCHEDSWITCH_6_E, random_number(r, 4) ? random_tid(r) : 0, "qqqddd",
		 (long long)random_tid(r), (long long)random_number(r, 3),
		 (long long)random_number(r, 3), (long long)random_number(r, 3),
		 (long long)random_number(r, 3), 0ll);
}

static inline void random_event(struct random_capture *r)
{
	struct fake *f = &r->f;
	int64_t tid;

	if (random_number(r, 200) == 0)
		f->ts -= 3000000000u;
	else if (random_number(r, 50) == 0)
		f->ts += 50000000u;
	switch (random_number(r, 30)) {
	case 0:
		random_fork(r);
		break;
	case 1:
		tid = random_tid(r);
		fake_exec(f, tid, random_number(r, 2) ? "cat" : "nginx", "/bin/x",
			  random_cgroup(r));
		break;
	case 2:
		if (random_number(r, 2))
			fake_exit(f, random_tid(r), random_number(r, 2) ? 1 : -1);
		break;
	case 3:
		if (random_number(r, 10) == 0)
			random_state(r);
		break;
	case 4:
		random_switch(r);
		break;
	case 5:
	case 6:
	case 7:
	case 8:
		random_socket(r);
		break;
	default:
		random_file(r);
	}
}

/* Fills @r with @n events at least; they lie in r->f.buf. */
static inline void random_capture(struct random_capture *r, uint64_t seed, unsigned int n)
{
	unsigned int i;

	memset(r, 0, sizeof(*r));
	fake_init(&r->f);
	r->seed = seed;
	r->next_tid = 1000;
	for (i = 0; i < RANDOM_TIDS; i++)
		r->tids[i] = 1 + i * 3;
	for (i = 0; i < n; i++)
		random_event(r);
}

/* The records one by one; false at the end. Some carry a loss. */
static inline bool random_next(struct random_capture *r, struct scap_event *ev)
{
	static struct {
		struct scap_item_hdr hdr;
		struct scap_loss loss;
	} __attribute__((packed))
	item = { { SCAP_ITEM_LOSS, sizeof(struct scap_loss) }, { 3, 2, 1, 5, 6 } };

	if (fake_next(r->f.scap, ev) != SCAP_EVENT)
		return false;
	if (random_number(r, 3000) == 0) {
		ev->items = (const uint8_t *)&item;
		ev->items_len = sizeof(item);
	}
	return true;
}

static inline void random_free(struct random_capture *r)
{
	scap_close(r->f.scap);
	free(r->f.buf);
}

#endif
