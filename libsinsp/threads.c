/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of threads: chained hash tables over the thread's and over its parent's id. */
#include "threads.h"

#include <stdlib.h>

#define MIN_BUCKETS 1024u

static size_t bucket(const struct threads *ts, int64_t id)
{
	return (size_t)(((uint64_t)id * 0x9e3779b97f4a7c15u) >> 32) & (ts->n_buckets - 1);
}

static bool alloc_buckets(struct threads *ts, size_t n)
{
	struct thread_list *tids = calloc(n, sizeof(tids[0]));
	struct thread_list *ptids = calloc(n, sizeof(ptids[0]));

	if (!tids || !ptids) {
		free(tids);
		free(ptids);
		return false;
	}
	free(ts->tids);
	free(ts->ptids);
	ts->tids = tids;
	ts->ptids = ptids;
	ts->n_buckets = n;
	return true;
}

bool threads_init(struct threads *ts)
{
	*ts = (struct threads){ 0 };
	TAILQ_INIT(&ts->all);
	return alloc_buckets(ts, MIN_BUCKETS);
}

static void thread_free(struct thread *t)
{
	fds_drop(t->pub.fds);
	free(t->entry.path);
	free(t);
}

void threads_clear(struct threads *ts)
{
	struct thread *t;

	while ((t = TAILQ_FIRST(&ts->all))) {
		TAILQ_REMOVE(&ts->all, t, all);
		thread_free(t);
	}
	free(ts->tids);
	free(ts->ptids);
	*ts = (struct threads){ 0 };
}

static void grow(struct threads *ts)
{
	struct thread *t;

	if (!alloc_buckets(ts, ts->n_buckets * 2))
		return; /* longer chains, still right */
	TAILQ_FOREACH (t, &ts->all, all) {
		LIST_INSERT_HEAD(&ts->tids[bucket(ts, t->pub.tid)], t, by_tid);
		LIST_INSERT_HEAD(&ts->ptids[bucket(ts, t->pub.ptid)], t, by_ptid);
	}
}

struct thread *threads_find(struct threads *ts, int64_t tid)
{
	struct thread *t;

	if (ts->last && ts->last->pub.tid == tid)
		return ts->last;
	LIST_FOREACH(t, &ts->tids[bucket(ts, tid)], by_tid)
	{
		if (t->pub.tid == tid) {
			ts->last = t;
			return t;
		}
	}
	return NULL;
}

struct thread *threads_add(struct threads *ts, int64_t tid)
{
	struct thread *t = threads_find(ts, tid);

	if (t)
		threads_remove(ts, t);
	if (ts->n >= THREADS_MAX || !(t = calloc(1, sizeof(*t)))) {
		ts->refused++;
		return NULL;
	}
	t->pub.tid = tid;
	t->pub.pid = t->pub.ptid = -1;
	t->pub.vtid = t->pub.vpid = t->pub.sid = t->pub.pgid = t->pub.vpgid = -1;
	t->pub.comm = t->pub.exe = t->pub.exepath = t->pub.cwd = t->pub.root = "";
	t->pub.args.ptr = t->pub.env.ptr = t->pub.cgroups.ptr = "";
	t->pub.uid = t->pub.gid = t->pub.loginuid = UINT32_MAX;
	LIST_INIT(&t->members);
	if (ts->n >= ts->n_buckets)
		grow(ts);
	ts->n++;
	TAILQ_INSERT_TAIL(&ts->all, t, all);
	LIST_INSERT_HEAD(&ts->tids[bucket(ts, tid)], t, by_tid);
	LIST_INSERT_HEAD(&ts->ptids[bucket(ts, t->pub.ptid)], t, by_ptid);
	return t;
}

static void leave(struct thread *t)
{
	struct sinsp_thread *leader = t->pub.leader;

	if (t->is_member)
		LIST_REMOVE(t, member);
	t->is_member = false;
	if (leader && !t->pub.dead && leader->nthreads > 0)
		leader->nthreads--;
	t->pub.leader = NULL;
}

void threads_remove_members(struct threads *ts, struct thread *leader)
{
	struct thread *t;

	while ((t = LIST_FIRST(&leader->members))) {
		threads_give_children(ts, t->pub.tid, leader->pub.tid, true);
		threads_remove(ts, t);
	}
}

void threads_remove(struct threads *ts, struct thread *t)
{
	threads_remove_members(ts, t);
	threads_give_children(ts, t->pub.tid, 0,
			      false); /* or they would get who has the number next */
	leave(t);
	if (ts->last == t)
		ts->last = NULL;
	LIST_REMOVE(t, by_tid);
	LIST_REMOVE(t, by_ptid);
	TAILQ_REMOVE(&ts->all, t, all);
	ts->n--;
	thread_free(t);
}

void threads_set_parent(struct threads *ts, struct thread *t, int64_t ptid)
{
	t->pub.doubt &= (uint8_t)~SINSP_DOUBT_PARENT;
	if (t->pub.ptid == ptid)
		return;
	LIST_REMOVE(t, by_ptid);
	t->pub.ptid = ptid;
	LIST_INSERT_HEAD(&ts->ptids[bucket(ts, ptid)], t, by_ptid);
}

void threads_set_leader(struct thread *t, struct thread *leader)
{
	if (t->pub.leader == &leader->pub)
		return;
	leave(t);
	t->pub.leader = &leader->pub;
	t->pub.pid = leader->pub.tid;
	if (!t->pub.dead)
		leader->pub.nthreads++;
	if (t != leader) {
		LIST_INSERT_HEAD(&leader->members, t, member);
		t->is_member = true;
	}
}

struct thread *threads_alive_in(struct thread *leader, const struct thread *but)
{
	struct thread *t;

	if (leader != but && !leader->pub.dead)
		return leader;
	LIST_FOREACH(t, &leader->members, member)
	if (t != but && !t->pub.dead)
		return t;
	return NULL;
}

void threads_give_children(struct threads *ts, int64_t from, int64_t to, bool told)
{
	struct thread *t, *next;

	if (from <= 0 || from == to)
		return;
	LIST_FOREACH_SAFE(t, &ts->ptids[bucket(ts, from)], by_ptid, next)
	{
		if (t->pub.ptid != from)
			continue;
		threads_set_parent(ts, t, t->pub.tid == to ? 0 : to);
		if (!told)
			t->pub.doubt |= SINSP_DOUBT_PARENT;
	}
}

static bool has_children(const struct threads *ts, const struct thread *t)
{
	const struct thread *c;

	LIST_FOREACH(c, &ts->ptids[bucket(ts, t->pub.tid)], by_ptid)
	if (c->pub.ptid == t->pub.tid)
		return true;
	return false;
}

void threads_purge(struct threads *ts, uint64_t before, bool (*exists)(int64_t tid, void *),
		   void *arg)
{
	struct thread *t, *next;

	for (t = TAILQ_FIRST(&ts->all); t; t = next) {
		next = TAILQ_NEXT(t, all);
		if (t->pub.last_ts >= before || t->born >= before || !LIST_EMPTY(&t->members) ||
		    has_children(ts, t) || (exists ? exists(t->pub.tid, arg) : !t->born))
			continue;
		threads_remove(ts, t);
	}
}
