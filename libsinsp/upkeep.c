/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What keeps the memory flat: strings that nobody uses, containers that ended, and threads whose
 * end was lost. Each is looked for when so much has been added that looking costs little beside it.
 */
#include "image.h"
#include "inspector.h"

#include <unistd.h>

#define SECOND	      1000000000ull
#define IDLE_NS	      (1800 * SECOND) /* without events for so long: may be forgotten */
#define PURGE_NS      (1200 * SECOND)
#define FULL_PURGE_NS (10 * SECOND)

/* So many threads a machine may well have, and in a capture one that sleeps for hours is there. */
#define THREADS_MANY 16384u

/* ---- threads ---- */

static bool still_exists(int64_t tid, void *arg)
{
	struct sinsp *s = arg;
	char path[512];

	snprintf(path, sizeof(path), "%s/proc/%lld", s->host_root ? s->host_root : "",
		 (long long)tid);
	return access(path, F_OK) == 0;
}

void sinsp_purge(struct sinsp *s, uint64_t ts)
{
	uint64_t wait = s->threads.n >= THREADS_MAX ? FULL_PURGE_NS : PURGE_NS;

	if (!s->purged)
		s->purged = ts;
	if (ts < s->purged + wait || ts < IDLE_NS)
		return;
	s->purged = ts;
	threads_purge(&s->threads, ts - IDLE_NS, s->live ? still_exists : NULL, s);
}

struct thread *sinsp_add_thread(struct sinsp *s, int64_t tid, uint64_t ts)
{
	struct thread *t;

	if (s->threads.n >= THREADS_MANY)
		sinsp_purge(s, ts);
	t = threads_add(&s->threads, tid);
	if (t)
		t->born = ts;
	return t;
}

/* ---- strings ---- */

static void mark_thread(struct sinsp *s, const struct sinsp_thread *t)
{
	intern_mark(s->pool, t->comm);
	intern_mark(s->pool, t->exe);
	intern_mark(s->pool, t->exepath);
	intern_mark(s->pool, t->cwd);
	intern_mark(s->pool, t->root);
	intern_mark_bytes(s->pool, t->args);
	intern_mark_bytes(s->pool, t->env);
	intern_mark_bytes(s->pool, t->cgroups);
	fds_mark(t->fds, s->pool, s->sweeps);
}

void sinsp_sweep(struct sinsp *s)
{
	struct thread *t;
	unsigned int i;

	s->sweeps++;
	containers_forget(&s->containers); /* it knows a string by its address */
	intern_sweep_begin(s->pool);
	intern_mark(s->pool, s->unknown_name);
	intern_mark(s->pool, s->unknown_cwd);
	TAILQ_FOREACH (t, &s->threads.all, all)
		mark_thread(s, &t->pub);
	for (i = 0; i < FORKS_KEPT; i++)
		if (s->forks.kept[i].parent)
			mark_thread(s, &s->forks.kept[i].from);
	intern_sweep(s->pool);
}

static void mark_container(struct intern *pool, const struct container *c)
{
	const char *str;
	size_t i;

	for (i = 0; i < image_container.n; i++) {
		if (image_container.fields[i].kind != IMAGE_STR)
			continue;
		memcpy(&str, (const uint8_t *)c + image_container.fields[i].at, sizeof(str));
		intern_mark(pool, str);
	}
	intern_mark(pool, c->pub.json);
	for (i = 0; i < c->pub.n_labels; i++) {
		intern_mark(pool, c->pub.labels[i].key);
		intern_mark(pool, c->pub.labels[i].value);
	}
}

void sinsp_sweep_kept(struct sinsp *s)
{
	const struct container *c;

	intern_sweep_begin(s->kept);
	TAILQ_FOREACH (c, &s->containers.all, link)
		mark_container(s->kept, c);
	users_mark(&s->users);
	intern_sweep(s->kept);
}

/* ---- containers ---- */

static void forget_users(const struct container *c, void *s)
{
	users_forget(&((struct sinsp *)s)->users, c->pub.id);
}

void sinsp_drop_containers(struct sinsp *s)
{
	struct thread *t;

	TAILQ_FOREACH (t, &s->threads.all, all) {
		/* An index entry of a container that is gone must not be taken for one of another.
		 */
		t->tagged = 0;
		if (t->pub.container)
			((struct container *)t->pub.container)->in_use = true;
	}
	containers_drop(&s->containers, forget_users, s);
	sinsp_sweep_kept(s);
}
