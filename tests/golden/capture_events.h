/* SPDX-License-Identifier: BSD-2-Clause */
/* Events in a few words, for the makers of captures: what processes do, told through libscap's
 * writer. Time goes on by a millisecond an event unless said. */
#ifndef TESTS_GOLDEN_CAPTURE_EVENTS_H
#define TESTS_GOLDEN_CAPTURE_EVENTS_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scap.h"

#define START 1700000000000000000ull
#define MS    1000000ull

static struct scap_writer *writer;
static uint64_t clock_ns = START;
static uint16_t on_cpu;
static struct scap_loss loss; /* before the next event; to 0: none */
static uint64_t duration;     /* of the next event's call in nanoseconds; 0: not told */

static void die(const char *what)
{
	fprintf(stderr, "%s: %s\n", program_invocation_short_name, what);
	exit(1);
}

/* ---- one event: its parameters as a list of values, encoded by the table's types ---- */

struct value {
	const void *ptr; /* NULL: the number */
	uint32_t len;
	uint64_t n;
};

#define N(x)  ((struct value){ NULL, 0, (uint64_t)(int64_t)(x) })
#define S(s)  ((struct value){ (s), (uint32_t)strlen(s) + 1, 0 })
#define B(s)  ((struct value){ (s), sizeof(s) - 1, 0 }) /* bytes of a literal */
#define L(s)  ((struct value){ (s), sizeof(s), 0 })	/* list of strings: the last NUL too */
#define EMPTY ((struct value){ "", 0, 0 })

static uint32_t width(uint8_t type)
{
	switch (type) {
	case PT_INT8:
	case PT_UINT8:
	case PT_FLAGS8:
	case PT_ENUMFLAGS8:
	case PT_SIGTYPE:
	case PT_L4PROTO:
		return 1;
	case PT_INT16:
	case PT_UINT16:
	case PT_FLAGS16:
	case PT_ENUMFLAGS16:
	case PT_SYSCALLID:
	case PT_PORT:
		return 2;
	case PT_INT32:
	case PT_UINT32:
	case PT_FLAGS32:
	case PT_ENUMFLAGS32:
	case PT_UID:
	case PT_GID:
	case PT_MODE:
		return 4;
	default:
		return 8;
	}
}

/* An item behind an event. */
static size_t add_item(uint8_t *to, uint16_t kind, const void *value, uint16_t len)
{
	struct scap_item_hdr hdr = { kind, len };

	memcpy(to, &hdr, sizeof(hdr));
	memcpy(to + sizeof(hdr), value, len);
	return sizeof(hdr) + len;
}

static void emit(uint16_t type, uint64_t tid, const struct value *values, uint32_t n)
{
	static uint8_t record[65536];
	uint8_t items[2 * sizeof(struct scap_item_hdr) + sizeof(loss) + sizeof(duration)];
	const struct scap_event_info *info = scap_event_info(type);
	struct scap_param params[SCAP_MAX_PARAMS];
	struct scap_event ev;
	int64_t len;
	uint32_t i;

	for (i = 0; i < n; i++) {
		params[i].ptr = values[i].ptr ? values[i].ptr : &values[i].n;
		params[i].len = values[i].ptr ? values[i].len : width(info->params[i].type);
	}
	clock_ns += MS;
	len = scap_event_encode(record, sizeof(record), type, clock_ns, tid, params, n);
	if (len < 0 || scap_event_decode(&ev, record, (size_t)len) < 0)
		die("an event cannot be encoded");
	ev.cpu = on_cpu;
	ev.items = items;
	ev.items_len = 0;
	if (duration)
		ev.items_len += add_item(items, SCAP_ITEM_LATENCY, &duration, sizeof(duration));
	if (loss.to)
		ev.items_len += add_item(items + ev.items_len, SCAP_ITEM_LOSS, &loss, sizeof(loss));
	duration = loss.to = 0;
	if (scap_writer_event(writer, &ev) < 0)
		die("an event cannot be written");
}

#define EV(type, tid, ...)                                                  \
	do {                                                                \
		const struct value v_[] = { __VA_ARGS__ };                  \
		emit(SCAP_EVT_##type, tid, v_, sizeof(v_) / sizeof(v_[0])); \
	} while (0)

/* ---- what processes do ---- */

struct proc {
	int64_t pid, vpid, ptid;
	const char *comm, *exe, *exepath;
	struct value args, cgroups;
	uint32_t uid, flags;
	uint64_t ino;
	uint64_t caps; /* permitted and effective */
};

#define PROC(pid, vpid, ptid, comm, exe, path, args, group, uid, flags, ino)                     \
	{                                                                                        \
		pid, vpid, ptid, comm, exe, path, args, { group, sizeof(group), 0 }, uid, flags, \
			ino, 0                                                                   \
	}

static void forks(const struct proc *parent, const struct proc *child)
{
	/* The child of another pid namespace is only known by its own event. */
	const struct value both[] = {
		N(0),		S(parent->exe),	 parent->args,
		N(child->pid),	N(child->pid),	 N(parent->pid),
		S("/"),		N(1024),	 N(0),
		N(0),		N(1000),	 N(100),
		N(0),		S(parent->comm), child->cgroups,
		N(0),		N(parent->uid),	 N(parent->uid),
		N(child->vpid), N(child->vpid),	 N(0),
	};
	struct value v[21];

	memcpy(v, both, sizeof(both));
	emit(SCAP_EVT_SYSCALL_CLONE_20_X, (uint64_t)child->pid, v, 21);
	v[0] = N(parent->vpid == parent->pid ? child->pid : child->vpid);
	v[3] = v[4] = N(parent->pid);
	v[5] = N(parent->ptid);
	v[14] = parent->cgroups;
	v[15] = N(parent->vpid != parent->pid ? SCAP_CLONE_CHILD_IN_PIDNS : 0);
	v[18] = v[19] = N(parent->vpid);
	emit(SCAP_EVT_SYSCALL_CLONE_20_X, (uint64_t)parent->pid, v, 21);
}

/* Of the programs that are run from here on. */
static struct value environment = { "PATH=/bin", sizeof("PATH=/bin"), 0 };

static void runs(const struct proc *p)
{
	EV(SYSCALL_EXECVE_19_X, (uint64_t)p->pid, N(0), S(p->exe), p->args, N(p->pid), N(p->pid),
	   N(p->ptid), S("/"), N(1024), N(0), N(0), N(1000), N(100), N(0), S(p->comm), p->cgroups,
	   environment, N(0), N(p->vpid), N(0xffffffffu), N(p->flags), N(0), N(p->caps), N(p->caps),
	   N(p->ino), N(START), N(START), N(p->uid), S(p->exepath), N(p->pid), N(p->uid),
	   S(p->exepath));
}

static void ends(int64_t pid, unsigned int status, unsigned int sig)
{
	EV(PROCEXIT_1_E, (uint64_t)pid, N(status << 8 | sig), N(status), N(sig), N(0), N(0));
}

static void opens(int64_t pid, int64_t fd, const char *name, uint32_t flags, uint64_t ino)
{
	EV(SYSCALL_OPENAT_2_E, (uint64_t)pid, N(-100), S(name), N(flags), N(0644));
	EV(SYSCALL_OPENAT_2_X, (uint64_t)pid, N(fd), N(-100), S(name), N(flags), N(0644), N(0x29),
	   N(ino));
}

static void closes(int64_t pid, int64_t fd)
{
	EV(SYSCALL_CLOSE_X, (uint64_t)pid, N(0), N(fd));
}

#endif
