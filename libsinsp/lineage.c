/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who belongs to whom: processes, reapers and pid namespaces, and threads whose number is used
 * again after their end was lost.
 */
#include "lineage.h"

#define MAX_PARENTS 128	     /* steps to the nearest reaper; parents may form a circle */
#define YOUNGER_NS  1000000u /* CPUs' clocks differ by less */

int64_t lineage_process(struct sinsp *s, int64_t tid)
{
	struct thread *t = tid > 0 ? threads_find(&s->threads, tid) : NULL;

	return t && t->pub.pid > 0 ? t->pub.pid : tid;
}

/* The first process of @t's pid namespace, which need not be an ancestor: "exec" in a container. */
static int64_t namespace_init(struct sinsp *s, const struct sinsp_thread *t)
{
	int64_t init = t->container ? ((const struct container *)t->container)->init : 0;
	const struct thread *p = init ? threads_find(&s->threads, init) : NULL;

	if (!p || p->pub.dead || &p->pub == t || p->pub.vpid != 1 ||
	    !sinsp_same_namespace(&p->pub, t))
		return 0;
	return init;
}

int64_t lineage_reaper(struct sinsp *s, const struct sinsp_thread *t)
{
	const struct sinsp_thread *p = t;
	int i;

	for (i = 0; i < MAX_PARENTS; i++) {
		p = sinsp_thread_parent(s, p);
		if (!p || p == t || !sinsp_same_namespace(p, t))
			break;
		if (!p->dead && (p->reaper || p->pid == 1 || p->vpid == 1))
			return p->tid;
	}
	return sinsp_in_namespace(t) ? namespace_init(s, t) : 0;
}

/*
 * The event says that its thread is not the one in the table, whose end was lost: its process is
 * another one, or its parent is younger than it.
 */
static bool is_another(struct sinsp *s, const struct thread *t)
{
	const struct scap_event *ev = &s->ev.raw;
	int64_t pid = scap_param_s64(ev, P_PID, -1);
	uint64_t known = t->born ? t->born : s->start_ts;
	const struct thread *by;
	const struct sinsp_thread *parent;

	if (t->pub.placeholder || t->pub.pid <= 0)
		return false;
	if (pid > 0 && pid != t->pub.pid)
		return true;
	/* The thread that forked may have ended: any other of its process is the parent then. */
	by = threads_find(&s->threads, scap_param_s64(ev, P_PTID, -1));
	parent = by ? by->pub.leader : NULL;
	return parent && parent != &t->pub && t->pub.pid == t->pub.tid && !parent->placeholder &&
	       parent->clone_ts > known + YOUNGER_NS;
}

struct thread *lineage_check_thread(struct sinsp *s, struct thread *t)
{
	int64_t tid = t->pub.tid;

	if (!is_another(s, t))
		return t;
	threads_give_children(&s->threads, tid, lineage_reaper(s, &t->pub), false);
	threads_remove(&s->threads, t);
	t = sinsp_get_thread(s, tid);
	s->before.met = t ? &t->pub : NULL;
	s->ev.thread = t ? &t->pub : NULL;
	s->ev.fd = NULL;
	if (t)
		t->pub.last_ts = s->ev.raw.hdr->ts;
	return t;
}

void lineage_check_parent(struct sinsp *s, struct thread *t)
{
	struct thread *parent = threads_find(&s->threads, scap_param_s64(&s->ev.raw, P_PTID, -1));
	struct thread *leader = t->pub.leader ? thread_of(t->pub.leader) : t, *m;
	int64_t ptid;

	if (!parent || parent->pub.pid <= 0 || parent->pub.pid == leader->pub.tid)
		return;
	ptid = parent->pub.pid;
	if (leader->pub.ptid == ptid && !(leader->pub.doubt & SINSP_DOUBT_PARENT))
		return;
	threads_set_parent(&s->threads, leader, ptid);
	LIST_FOREACH(m, &leader->members, member)
	threads_set_parent(&s->threads, m, ptid);
}
