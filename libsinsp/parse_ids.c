/* SPDX-License-Identifier: BSD-2-Clause */
/* User, group, capabilities, session and process group of a thread. */
#include "parse.h"

static bool worked(const struct sinsp *s)
{
	return scap_param_s64(&s->ev.raw, 0, -1) == 0;
}

/* Parameter @i, where it is an id: all ones leaves things as they are. */
static void set_id(const struct sinsp *s, uint32_t *id, unsigned int i)
{
	uint32_t v = (uint32_t)scap_param_u64(&s->ev.raw, i, UINT32_MAX);

	if (v != UINT32_MAX)
		*id = v;
}

void parse_setuid(struct sinsp *s, struct thread *t)
{
	if (worked(s))
		set_id(s, &t->pub.uid, 1);
}

void parse_setgid(struct sinsp *s, struct thread *t)
{
	if (worked(s))
		set_id(s, &t->pub.gid, 1);
}

/* setresuid and setreuid: what counts is the effective id, the second one. */
void parse_setresuid(struct sinsp *s, struct thread *t)
{
	if (worked(s))
		set_id(s, &t->pub.uid, 2);
}

void parse_setresgid(struct sinsp *s, struct thread *t)
{
	if (worked(s))
		set_id(s, &t->pub.gid, 2);
}

void parse_capset(struct sinsp *s, struct thread *t)
{
	const struct scap_event *ev = &s->ev.raw;

	if (!worked(s))
		return;
	t->pub.cap_inheritable = scap_param_u64(ev, 1, t->pub.cap_inheritable);
	t->pub.cap_permitted = scap_param_u64(ev, 2, t->pub.cap_permitted);
	t->pub.cap_effective = scap_param_u64(ev, 3, t->pub.cap_effective);
}

/* Sessions and groups belong to the process: calls fn's changes on the main thread too. */
static struct sinsp_thread *main_thread(struct thread *t)
{
	return t->pub.leader ? t->pub.leader : &t->pub;
}

static void set_group(struct sinsp_thread *p, int64_t vpgid, int64_t pgid)
{
	p->vpgid = vpgid;
	p->pgid = pgid;
}

void parse_setsid(struct sinsp *s, struct thread *t)
{
	int64_t sid = scap_param_s64(&s->ev.raw, 0, -1);
	struct sinsp_thread *m = main_thread(t);

	if (sid <= 0)
		return;
	t->pub.sid = m->sid = sid;
	t->pub.tty = m->tty = 0;
	set_group(&t->pub, sid, m->tid);
	set_group(m, sid, m->tid);
}

void parse_setpgid(struct sinsp *s, struct thread *t)
{
	int64_t pid = scap_param_s64(&s->ev.raw, 1, -1);
	int64_t group = scap_param_s64(&s->ev.raw, 2, -1);
	struct sinsp_thread *m = main_thread(t);
	bool init_ns = m->vpid == m->pid;
	struct thread *other;

	if (!worked(s) || pid < 0 || group < 0)
		return;
	if (pid != 0 && pid != m->vpid) {
		/* A child; its number is ours only in the first pid namespace. */
		other = init_ns ? threads_find(&s->threads, pid) : NULL;
		if (!other)
			return;
		m = &other->pub;
	}
	if (group == 0 || group == m->vpid)
		set_group(m, m->vpid, m->tid);
	else
		set_group(m, group, init_ns ? group : -1);
	if (m == t->pub.leader)
		set_group(&t->pub, m->vpgid, m->pgid);
}
