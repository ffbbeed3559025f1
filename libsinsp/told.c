/* SPDX-License-Identifier: BSD-2-Clause */
/* Items that tell state: how they are written, and what becomes of them. */
#include "told.h"
#include "image.h"
#include "parse.h"

enum { TOLD_FRESH = 1, TOLD_OWN_FDS = 2, TOLD_AFTER = 4 };

struct thread_head {
	int64_t ptid;
	uint8_t flags;		 /* TOLD_* */
	uint64_t container_from; /* when its container was first seen, 0: none */
} __attribute__((packed));

struct fd_head {
	int64_t num;
} __attribute__((packed));

struct cpu_time {
	uint64_t ran, total;
} __attribute__((packed));

void told_put_thread(const struct told_thread *thread, struct sinsp_text *out)
{
	const struct sinsp_container *c = thread->t.pub.container;
	struct thread_head head = { .ptid = thread->t.pub.ptid,
				    .container_from = c ? c->first_ts : 0 };

	head.flags = (thread->fresh ? TOLD_FRESH : 0) | (thread->own_fds ? TOLD_OWN_FDS : 0) |
		     (thread->after ? TOLD_AFTER : 0);
	sinsp_text_add(out, (const char *)&head, sizeof(head));
	if (image_put_one(&image_thread, &thread->t, out) < 0)
		out->failed = true;
}

void told_put_fd(const struct sinsp_fd *fd, struct sinsp_text *out)
{
	struct fd_head head = { .num = fd->num };

	sinsp_text_add(out, (const char *)&head, sizeof(head));
	if (image_put_one(&image_fd, fd, out) < 0)
		out->failed = true;
}

void told_put_time(uint64_t ran, uint64_t total, struct sinsp_text *out)
{
	struct cpu_time time = { ran, total };

	sinsp_text_add(out, (const char *)&time, sizeof(time));
}

/* ---- the way back ---- */

/* The item of @kind in the form of @table, behind a head of @n bytes. */
static bool read_item(struct sinsp *s, uint16_t kind, void *head, size_t n,
		      const struct image_table *table, void *to)
{
	size_t len;
	const uint8_t *p = scap_event_item(&s->ev.raw, kind, &len);

	if (!p || len < n)
		return false;
	memcpy(head, p, n);
	return image_get_one(table, to, p + n, len - n, s->pool) == 0;
}

/* A thread that leads keeps its descriptors with it; others have those of their leader. */
static void link_process(struct sinsp *s, struct thread *t, int64_t pid, bool own_fds)
{
	struct thread *leader = pid == t->pub.tid ? t : sinsp_leader(s, pid);

	if (!leader)
		return;
	if (!own_fds) {
		sinsp_join(s, t, leader);
		return;
	}
	if (t != leader && t->pub.fds && t->pub.fds == leader->pub.fds) {
		fds_drop(t->pub.fds);
		t->pub.fds = NULL;
	}
	sinsp_own_fds(s, t);
	threads_set_leader(t, leader);
}

/* The values of @from; what links @t with others stays. */
static void set_values(struct thread *t, const struct thread *from)
{
	const struct sinsp_thread own = t->pub;

	t->pub = from->pub;
	t->born = from->born;
	t->by_child = from->by_child;
	t->pub.pid = own.pid;
	t->pub.ptid = own.ptid;
	t->pub.leader = own.leader;
	t->pub.fds = own.fds;
	t->pub.user = own.user;
	t->pub.nthreads = own.nthreads;
	if (!own.leader || own.dead == t->pub.dead)
		return;
	if (own.dead)
		own.leader->nthreads++;
	else if (own.leader->nthreads > 0)
		own.leader->nthreads--;
}

static bool read_thread(struct sinsp *s, struct thread_head *head, struct thread *from)
{
	int64_t tid = (int64_t)s->ev.raw.hdr->tid;
	size_t len;

	/* most events with items have another one */
	if (!scap_event_item(&s->ev.raw, SCAP_ITEM_THREAD, &len))
		return false;
	memset(from, 0, sizeof(*from));
	return read_item(s, SCAP_ITEM_THREAD, head, sizeof(*head), &image_thread, from) &&
	       from->pub.tid == tid && tid > 0;
}

static void set_thread(struct sinsp *s, struct thread *t, const struct thread_head *head,
		       const struct thread *from)
{
	struct sinsp_container *c;

	set_values(t, from);
	threads_set_parent(&s->threads, t, head->ptid);
	if (from->pub.pid > 0)
		link_process(s, t, from->pub.pid, head->flags & TOLD_OWN_FDS);
	t->pub.doubt = from->pub.doubt;
	sinsp_place_thread(s, t);
	c = t->pub.container;
	if (c && head->container_from)
		c->first_ts = head->container_from;
	s->ev.thread = &t->pub;
}

bool told_before(struct sinsp *s)
{
	struct thread_head head;
	struct thread from, *t;

	if (!read_thread(s, &head, &from) || (head.flags & TOLD_AFTER))
		return false;
	t = threads_find(&s->threads, from.pub.tid);
	if (!t || (head.flags & TOLD_FRESH))
		t = threads_add(&s->threads, from.pub.tid);
	if (!t)
		return false;
	set_thread(s, t, &head, &from);
	return true;
}

static void told_fd(struct sinsp *s)
{
	struct thread *t = s->ev.thread ? thread_of(s->ev.thread) : NULL;
	struct sinsp_fd from, *fd;
	struct fd_head head;

	memset(&from, 0, sizeof(from));
	if (!t || !read_item(s, SCAP_ITEM_FD, &head, sizeof(head), &image_fd, &from))
		return;
	fd = parse_add_fd(s, t, head.num);
	if (!fd)
		return;
	*fd = from;
	fd->num = head.num;
}

static void told_time(struct sinsp *s)
{
	struct cpu_time time;
	size_t len;
	const void *p = scap_event_item(&s->ev.raw, SCAP_ITEM_CPU_TIME, &len);

	if (!p || len < sizeof(time))
		return;
	memcpy(&time, p, sizeof(time));
	s->ev.cpu_ns = time.ran;
	if (s->ev.thread)
		s->ev.thread->cpu_ns = time.total;
}

void told_after(struct sinsp *s)
{
	struct thread_head head;
	struct thread from, *t;

	told_fd(s);
	told_time(s);
	if (!read_thread(s, &head, &from) || !(head.flags & TOLD_AFTER))
		return;
	t = threads_find(&s->threads, from.pub.tid);
	if (t)
		set_thread(s, t, &head, &from);
}
