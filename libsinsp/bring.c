/* SPDX-License-Identifier: BSD-2-Clause */
/* What a recording must be told of containers, processes and their kin. */
#include "bring.h"
#include "image.h"
#include "parse.h"

#define ANCESTORS_MAX 64 /* a forged capture may have a circle of them */

/* ---- containers ---- */

static const struct user_list *users_of(const struct sinsp *s, const char *container)
{
	const struct user_list *l;

	STAILQ_FOREACH (l, &s->users.lists, link)
		if (strcmp(l->container, container) == 0)
			return l;
	return NULL;
}

static bool same_users(const struct user_list *a, const struct user_list *b)
{
	size_t i, k;

	if (!b || a->n_users != b->n_users || a->n_groups != b->n_groups)
		return false;
	for (i = 0; i < a->n_users; i++)
		for (k = 0; k < image_user.n; k++)
			if (!image_same(&image_user.fields[k], &a->users[i], &b->users[i]))
				return false;
	for (i = 0; i < a->n_groups; i++)
		for (k = 0; k < image_group.n; k++)
			if (!image_same(&image_group.fields[k], &a->groups[i], &b->groups[i]))
				return false;
	return true;
}

static void bring_container(struct sift *f, const struct sinsp_container *c)
{
	const struct user_list *users;
	const struct container *k;

	if (!c)
		return;
	k = containers_find(&f->kept->containers, c->id, strlen(c->id));
	if (c->json && !(k && k->pub.json && strcmp(k->pub.json, c->json) == 0))
		tell_container(&f->telling, c);
	users = users_of(f->live, c->id);
	if (users && !same_users(users, users_of(f->kept, c->id)))
		tell_users(&f->telling, users);
}

/* ---- threads ---- */

static void end_thread(struct sift *f, int64_t tid, int64_t reaper)
{
	tell_exit(&f->telling, tid, reaper);
	sinsp_finish_last(f->kept);
}

/* With all threads that it has in the recording: its main thread stays as long as they do. */
static void end_process(struct sift *f, int64_t tid, int64_t reaper)
{
	const struct thread *k = threads_find(&f->kept->threads, tid), *m;
	int64_t last = 0;

	f->kin_told++;
	while (k && (m = LIST_FIRST(&k->members)) && m->pub.tid != last) {
		last = m->pub.tid;
		end_thread(f, last, tid);
		k = threads_find(&f->kept->threads, tid);
	}
	if (k)
		end_thread(f, tid, reaper);
}

/* The number of the parent: that of its process, where it is the number of another thread. */
static int64_t parent_of(const struct sift *f, const struct sinsp_thread *t)
{
	const struct sinsp_thread *p = sinsp_thread_parent(f->live, t);

	return p ? p->tid : t->ptid;
}

/* @t as it was before the event, as far as the event cannot be applied twice. */
static void get_before(const struct sift *f, const struct thread *t, struct told_thread *to)
{
	const struct sinsp *s = f->live;
	const struct thread *leader = leader_of(t);

	*to = (struct told_thread){ .t = *t };
	to->t.pub.ptid = parent_of(f, &t->pub);
	to->t.pub.losses -= bring_lost(f);
	to->own_fds = t != leader && t->pub.fds && t->pub.fds != leader->pub.fds;
	if (t->pub.tid == s->exited)
		to->t.pub.dead = false;
	/* The recording begins at another time. */
	if (!t->born) {
		to->t.born = s->start_ts;
		to->t.by_child = true;
	}
	if (s->before.moved == &leader->pub) {
		to->t.pub.cwd = s->before.cwd;
		to->t.pub.root = s->before.root;
	}
}

/* What differs by nature, or is brought by bring_usage(). */
static bool is_compared(const struct image_field *field)
{
	switch (field->at) {
	case offsetof(struct thread, pub.last_ts):
	case offsetof(struct thread, pub.nthreads):
	case offsetof(struct thread, pub.pfmajor):
	case offsetof(struct thread, pub.pfminor):
	case offsetof(struct thread, pub.vmsize_kb):
	case offsetof(struct thread, pub.vmrss_kb):
	case offsetof(struct thread, pub.vmswap_kb):
	case offsetof(struct thread, pub.cpu_ns):
	case offsetof(struct thread, born):
	case offsetof(struct thread, by_child):
		return false;
	default:
		return true;
	}
}

/* When its container was first seen may have been with another thread. */
static bool same_container(const struct sinsp_container *a, const struct sinsp_container *b)
{
	return a && b ? a->first_ts == b->first_ts : a == b;
}

static bool same_thread(const struct thread *a, const struct thread *b)
{
	size_t i;

	if (a->pub.ptid != b->pub.ptid || !same_container(a->pub.container, b->pub.container))
		return false;
	for (i = 0; i < image_thread.n; i++)
		if (is_compared(&image_thread.fields[i]) &&
		    !image_same(&image_thread.fields[i], a, b))
			return false;
	return true;
}

/*
 * What the recording knows of @tid, when its parent is @ptid. A parent that is gone is told as
 * gone, which gives its children away.
 */
static struct thread *with_parent(struct sift *f, int64_t tid, int64_t ptid)
{
	struct thread *k = threads_find(&f->kept->threads, tid);
	const struct thread *old = k ? threads_find(&f->kept->threads, k->pub.ptid) : NULL;

	if (!old || old == k || threads_find(&f->live->threads, old->pub.tid))
		return k;
	end_process(f, old->pub.tid, ptid == old->pub.tid ? 0 : ptid);
	return threads_find(&f->kept->threads, tid);
}

void bring_item(struct sift *f, const struct thread *t)
{
	struct told_thread told;

	get_before(f, t, &told);
	told.after = true;
	tell_thread_item(&f->telling, &told);
}

/* A thread that the event will make known: to the recording too, if that knows nothing of it. */
static void expect_to_meet(struct sift *f, struct thread *t)
{
	const struct thread *k = threads_find(&f->kept->threads, t->pub.tid);

	if (k && !k->pub.placeholder)
		end_process(f, t->pub.tid, 0);
	t->kept_by = f->number;
}

/* Whether the recording has this thread, perhaps otherwise, and not an earlier one. */
static bool same_one(const struct thread *k, const struct thread *t)
{
	return k->pub.clone_ts == t->pub.clone_ts && !k->pub.leader == !t->pub.leader &&
	       (k->pub.leader == &k->pub) == (t->pub.leader == &t->pub);
}

/* True if it was told as one that begins. */
static bool bring_thread(struct sift *f, struct thread *t)
{
	struct told_thread told;
	const struct thread *k;
	enum tell_how how = TELL_AGAIN;

	if (f->live->before.met == &t->pub) {
		expect_to_meet(f, t);
		return false;
	}
	get_before(f, t, &told);
	k = with_parent(f, t->pub.tid, told.t.pub.ptid);
	if (!k || !same_thread(k, &told.t)) {
		told.fresh = !k || !same_one(k, t);
		if (k && told.fresh)
			end_process(f, t->pub.tid, 0);
		/* Who is known by its number alone is so to any reader of the next event. */
		if (told.fresh && !t->pub.placeholder)
			how = TELL_NEW;
		else if (t->kept_by != f->number && t->pub.leader == &t->pub)
			how = TELL_PROGRAM;
		bring_container(f, t->pub.container);
		f->kin_told++;
		tell_thread(&f->telling, &told, how);
		t->fd_lead = NO_LEAD;
	}
	t->kept_by = f->number;
	return how == TELL_NEW;
}

#define NOT_SHARED (-2) /* other than unknown, which may be that of two */

/* @id, of an ancestor, if it is that of its descendant, @own, or is known already. */
static int64_t shared(int64_t id, int64_t own, int64_t known)
{
	return id == own || id == known ? id : NOT_SHARED;
}

/*
 * What is told of process @p, an ancestor of @of that is not inside. That it is in the same session
 * or group is, for @of, part of the name of those.
 */
static void get_name(const struct sift *f, const struct sinsp_thread *p,
		     const struct sinsp_thread *of, const struct thread *k,
		     struct told_thread *told)
{
	struct sinsp_thread *to = &told->t.pub;

	*told = (struct told_thread){ .fresh = !k || !k->pub.leader != !p->leader };
	to->tid = p->tid;
	to->pid = p->pid;
	to->ptid = parent_of(f, p);
	to->placeholder = p->placeholder;
	to->comm = p->comm;
	to->exe = p->exe;
	to->sid = shared(p->sid, of->sid, k ? k->pub.sid : NOT_SHARED);
	to->pgid = shared(p->pgid, of->pgid, k ? k->pub.pgid : NOT_SHARED);
	to->vpgid = shared(p->vpgid, of->vpgid, k ? k->pub.vpgid : NOT_SHARED);
	to->vtid = to->vpid = -1;
	to->exepath = to->cwd = to->root = "";
	to->args.ptr = to->env.ptr = to->cgroups.ptr = "";
	to->uid = to->gid = to->loginuid = UINT32_MAX;
}

static bool same_name(const struct sinsp_thread *a, const struct sinsp_thread *b)
{
	return strcmp(a->comm, b->comm) == 0 && strcmp(a->exe, b->exe) == 0 && a->sid == b->sid &&
	       a->pgid == b->pgid && a->vpgid == b->vpgid && a->pid == b->pid &&
	       a->ptid == b->ptid && a->placeholder == b->placeholder;
}

static void bring_ancestor(struct sift *f, struct sinsp_thread *p, const struct sinsp_thread *of)
{
	enum tell_how how = TELL_NAME;
	const struct thread *k;
	struct told_thread told;

	if (is_inside(f, thread_of(p))) {
		if (!f->lean)
			bring_thread(f, thread_of(p));
		return;
	}
	k = with_parent(f, p->tid, parent_of(f, p));
	get_name(f, p, of, k, &told);
	if (k && same_name(&k->pub, &told.t.pub))
		return;
	/* Calls of a thread change its whole process: TELL_PROGRAM is for main threads only. */
	if (p->placeholder)
		how = TELL_AGAIN;
	else if (k && p->tid == p->pid)
		how = TELL_PROGRAM;
	f->kin_told++;
	tell_thread(&f->telling, &told, how);
}

void bring_gone(struct sift *f, int64_t tid)
{
	if (tid > 0 && !threads_find(&f->live->threads, tid) &&
	    threads_find(&f->kept->threads, tid))
		end_process(f, tid, 0);
}

void bring_parent_thread(struct sift *f, const struct thread *t, int64_t tid)
{
	struct thread *now = threads_find(&f->live->threads, tid);

	if (!now)
		bring_gone(f, tid);
	else if (leader_of(now) != now)
		bring_ancestor(f, &now->pub, &t->pub);
}

/* From the oldest one on, so that each has its parent when it is told. */
static void bring_ancestors(struct sift *f, const struct thread *t)
{
	struct sinsp_thread *chain[ANCESTORS_MAX], *p = sinsp_thread_parent(f->live, &t->pub);
	size_t n = 0;

	for (; p && n < ANCESTORS_MAX; p = sinsp_thread_parent(f->live, p))
		chain[n++] = p;
	while (n > 0)
		bring_ancestor(f, chain[--n], &t->pub);
}

/* A thread that is of @k's process in the recording only; 0: none. */
static int64_t find_ghost(const struct sift *f, const struct thread *k)
{
	const struct thread *m, *now;

	LIST_FOREACH(m, &k->members, member)
	{
		now = threads_find(&f->live->threads, m->pub.tid);
		if (m->pub.tid == f->live->exited)
			continue;
		if (!now || (now->pub.dead && !m->pub.dead) || now->pub.pid != m->pub.pid)
			return m->pub.tid;
	}
	return 0;
}

/* How many threads the process of @leader had before the event. */
static uint32_t nthreads_before(const struct sift *f, const struct thread *leader)
{
	const struct sinsp *s = f->live;
	const struct sinsp_thread *met = s->before.met;

	if (s->before.leader == &leader->pub)
		return s->before.nthreads;
	return leader->pub.nthreads - (met && met != &leader->pub && met->leader == &leader->pub);
}

/* Threads come and go with events that are seldom others' than theirs. */
static void bring_members(struct sift *f, const struct thread *leader)
{
	const struct thread *k;
	struct thread *m;
	int64_t ghost;

	for (;;) {
		k = threads_find(&f->kept->threads, leader->pub.tid);
		if (!k || k->pub.nthreads == nthreads_before(f, leader) || f->telling.rc)
			return;
		ghost = find_ghost(f, k);
		if (!ghost)
			break;
		end_process(f, ghost, 0);
	}
	LIST_FOREACH(m, &leader->members, member)
	bring_thread(f, m);
}

/*
 * Who leads a session or group is looked up by number: where the recording has somebody of that
 * number who is not who it is now, nobody is better.
 */
static void forget_other(struct sift *f, int64_t id)
{
	const struct thread *k = id > 0 ? threads_find(&f->kept->threads, id) : NULL;
	const struct thread *t = k ? threads_find(&f->live->threads, id) : NULL;

	if (k && !(t && is_inside(f, t)) &&
	    (!t || strcmp(k->pub.comm, t->pub.comm) || strcmp(k->pub.exe, t->pub.exe)))
		end_process(f, id, 0);
}

static bool same_memory(const struct sinsp_thread *a, const struct sinsp_thread *b)
{
	return a->vmsize_kb == b->vmsize_kb && a->vmrss_kb == b->vmrss_kb &&
	       a->vmswap_kb == b->vmswap_kb;
}

void bring_usage(struct sift *f, const struct thread *t, bool counters, bool of_process)
{
	const struct sinsp_thread *now = &leader_of(t)->pub;
	const struct thread *k = threads_find(&f->kept->threads, t->pub.tid);

	if (k &&
	    (k->pub.cpu_ns != t->pub.cpu_ns ||
	     (counters && (k->pub.pfmajor != t->pub.pfmajor || k->pub.pfminor != t->pub.pfminor)) ||
	     (of_process && !same_memory(&leader_of(k)->pub, now))))
		tell_usage(&f->telling, &t->pub, now);
}

bool bring_is_time_other(const struct sift *f, const struct sinsp_event *ev)
{
	const struct sinsp_thread *t = ev->thread;
	const struct thread *k = t ? threads_find(&f->kept->threads, t->tid) : NULL;
	uint64_t ran = parse_ran(f->kept, &ev->raw);

	return ran != ev->cpu_ns || (t && (k ? k->pub.cpu_ns : 0) + ran != t->cpu_ns);
}

/* ---- processes ---- */

void bring_process(struct sift *f, struct thread *leader)
{
	struct thread *m;

	bring_ancestors(f, leader);
	bring_container(f, leader->pub.container);
	/* To other readers a process that began has all that its parent has. */
	if (bring_thread(f, leader))
		bring_inherited(f, leader);
	LIST_FOREACH(m, &leader->members, member)
	bring_thread(f, m);
	bring_fds(f, leader);
	LIST_FOREACH(m, &leader->members, member)
	{
		if (m->pub.fds != leader->pub.fds)
			bring_fds(f, m);
		m->fd_lead = bring_fd_lead(f, m);
	}
}

void bring_joined(struct sift *f, struct thread *t, const struct thread *leader)
{
	if (t->pub.ptid != leader->pub.ptid)
		bring_ancestors(f, t);
	bring_container(f, t->pub.container);
	bring_thread(f, t);
	bring_fds(f, t);
}

/* Of what an execve does not tell. */
static bool same_place(const struct sift *f, const struct thread *k, const struct thread *t)
{
	return k->pub.ptid == parent_of(f, &t->pub) && strcmp(k->pub.cwd, t->pub.cwd) == 0 &&
	       strcmp(k->pub.root, t->pub.root) == 0 &&
	       same_container(k->pub.container, t->pub.container);
}

void bring_kin(struct sift *f, struct thread *t, struct thread *leader, bool executes)
{
	const struct thread *k;

	bring_ancestors(f, leader);
	if (t->pub.ptid != leader->pub.ptid)
		bring_ancestors(f, t);
	bring_container(f, t->pub.container);
	k = with_parent(f, leader->pub.tid, parent_of(f, &leader->pub));
	if (!executes || !k || !same_one(k, leader) || !same_place(f, k, leader)) {
		bring_thread(f, leader);
		if (t != leader)
			bring_thread(f, t);
	}
	bring_members(f, leader);
	forget_other(f, leader->pub.sid);
	forget_other(f, leader->pub.pgid);
	forget_other(f, leader->pub.vpgid);
}
