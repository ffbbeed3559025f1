/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A snapshot's memory: strings in an arena of chunks that is freed as a whole, arrays that double.
 * The capacity of an array follows from its length (the next power of two, at least eight), so that
 * the public structures need no field for it.
 */
#include "snapshot.h"

#include <stdlib.h>

#define CHUNK_BYTES 65536u
#define ARRAY_MIN   8u

struct chunk {
	struct chunk *next;
	size_t used, size;
	char data[];
};

struct arena {
	struct chunk *chunks;
	bool failed;
};

struct scap_snapshot *scap_snapshot_new(void)
{
	struct scap_snapshot *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->arena = calloc(1, sizeof(struct arena));
	if (!s->arena) {
		free(s);
		return NULL;
	}
	return s;
}

void scap_snapshot_free(struct scap_snapshot *s)
{
	struct arena *a;
	struct chunk *c;
	size_t i;

	if (!s)
		return;
	a = s->arena;
	while ((c = a->chunks)) {
		a->chunks = c->next;
		free(c);
	}
	free(a);
	for (i = 0; i < s->n_threads; i++)
		free(s->threads[i].fds);
	free(s->threads);
	free(s->interfaces);
	free(s->users);
	free(s->groups);
	free(s);
}

static char *arena_alloc(struct arena *a, size_t n)
{
	struct chunk *c = a->chunks;

	if (!c || c->size - c->used < n) {
		size_t size = n > CHUNK_BYTES ? n : CHUNK_BYTES;

		c = malloc(sizeof(*c) + size);
		if (!c) {
			a->failed = true;
			return NULL;
		}
		c->used = 0;
		c->size = size;
		c->next = a->chunks;
		a->chunks = c;
	}
	c->used += n;
	return c->data + c->used - n;
}

static const char *arena_copy(struct arena *a, const char *p, size_t len)
{
	char *q = len ? arena_alloc(a, len + 1) : NULL;

	if (!q)
		return NULL;
	memcpy(q, p, len);
	q[len] = '\0';
	return q;
}

const char *scap_snapshot_str(struct scap_snapshot *s, const char *p, size_t len)
{
	const char *q = arena_copy(s->arena, p, len);

	return q ? q : "";
}

struct scap_bytes scap_snapshot_bytes(struct scap_snapshot *s, const char *p, size_t len)
{
	const char *q = arena_copy(s->arena, p, len);
	struct scap_bytes b = { q ? q : "", q ? (uint32_t)len : 0 };

	return b;
}

bool scap_snapshot_failed(const struct scap_snapshot *s)
{
	return ((const struct arena *)s->arena)->failed;
}

/* Makes room for one more element and zeroes it. */
static void *append(struct scap_snapshot *s, void **array, size_t *n, size_t size)
{
	void *p;

	if (*n == 0 || (*n >= ARRAY_MIN && (*n & (*n - 1)) == 0)) {
		p = reallocarray(*array, *n ? *n * 2 : ARRAY_MIN, size);
		if (!p) {
			((struct arena *)s->arena)->failed = true;
			return NULL;
		}
		*array = p;
	}
	p = (char *)*array + *n * size;
	memset(p, 0, size);
	++*n;
	return p;
}

#define APPEND(s, array, n, type)                                       \
	({                                                              \
		void *array_ = (array);                                 \
		type *elem_ = append((s), &array_, &(n), sizeof(type)); \
		(array) = array_;                                       \
		elem_;                                                  \
	})

struct scap_thread *scap_snapshot_thread(struct scap_snapshot *s)
{
	struct scap_thread *t = APPEND(s, s->threads, s->n_threads, struct scap_thread);

	if (!t)
		return NULL;
	t->sid = t->vpgid = t->pgid = t->vtid = t->vpid = -1;
	t->fdlimit = -1;
	t->loginuid = UINT32_MAX;
	t->comm = t->exe = t->exepath = t->cwd = t->root = "";
	t->args.ptr = t->env.ptr = t->cgroups.ptr = "";
	return t;
}

struct scap_fd *scap_snapshot_fd(struct scap_snapshot *s, struct scap_thread *t)
{
	struct scap_fd *fd = APPEND(s, t->fds, t->n_fds, struct scap_fd);

	if (fd)
		fd->name = "";
	return fd;
}

struct scap_interface *scap_snapshot_interface(struct scap_snapshot *s)
{
	struct scap_interface *i = APPEND(s, s->interfaces, s->n_interfaces, struct scap_interface);

	if (i)
		i->name = "";
	return i;
}

struct scap_user *scap_snapshot_user(struct scap_snapshot *s)
{
	struct scap_user *u = APPEND(s, s->users, s->n_users, struct scap_user);

	if (u)
		u->name = u->home = u->shell = "";
	return u;
}

struct scap_group *scap_snapshot_group(struct scap_snapshot *s)
{
	struct scap_group *g = APPEND(s, s->groups, s->n_groups, struct scap_group);

	if (g)
		g->name = "";
	return g;
}

void scap_snapshot_clear_interfaces(struct scap_snapshot *s)
{
	free(s->interfaces);
	s->interfaces = NULL;
	s->n_interfaces = 0;
}

void scap_snapshot_clear_users(struct scap_snapshot *s)
{
	free(s->users);
	free(s->groups);
	s->users = NULL;
	s->groups = NULL;
	s->n_users = 0;
	s->n_groups = 0;
}
