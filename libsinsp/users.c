/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of users and groups, sorted by id and searched by halves. */
#include "users.h"

#include <stdlib.h>

#define MAX_LISTS   4096u
#define MAX_ENTRIES 65536u /* a list; a capture must not use up the memory */

void users_init(struct users *u, struct intern *pool)
{
	*u = (struct users){ .pool = pool };
	STAILQ_INIT(&u->lists);
}

void users_clear(struct users *u)
{
	struct user_list *l;

	while ((l = STAILQ_FIRST(&u->lists))) {
		STAILQ_REMOVE_HEAD(&u->lists, link);
		free(l->users);
		free(l->groups);
		free(l);
	}
	u->host = NULL;
	u->n_lists = 0;
}

static struct user_list *list_find(const struct users *u, const char *container)
{
	struct user_list *l;

	if (!*container)
		return u->host;
	STAILQ_FOREACH (l, &u->lists, link)
		if (strcmp(l->container, container) == 0)
			return l;
	return NULL;
}

static struct user_list *list_get(struct users *u, const char *container)
{
	struct user_list *l = list_find(u, container);

	if (l || u->n_lists >= MAX_LISTS || !(l = calloc(1, sizeof(*l))))
		return l;
	l->container = intern_str(u->pool, container, strlen(container));
	STAILQ_INSERT_TAIL(&u->lists, l, link);
	u->n_lists++;
	if (!*container)
		u->host = l;
	return l;
}

/* Room for one more in an array that doubles at powers of two. */
static void *room(void *array, size_t n, size_t size)
{
	if (n >= MAX_ENTRIES)
		return NULL;
	if (n > 0 && (n & (n - 1)) != 0)
		return array;
	return realloc(array, (n ? n * 2 : 1) * size);
}

/* The first place whose id, the first member of every element, is not below @id. */
static size_t place(const void *array, size_t n, size_t size, uint32_t id)
{
	size_t lo = 0, hi = n, mid;
	uint32_t at;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		memcpy(&at, (const char *)array + mid * size, sizeof(at));
		if (at < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

_Static_assert(offsetof(struct scap_user, uid) == 0, "place() looks there");
_Static_assert(offsetof(struct scap_group, gid) == 0, "place() looks there");

static const char *keep(struct users *u, const char *s)
{
	return intern_str(u->pool, s, s ? strlen(s) : 0);
}

void users_add(struct users *u, const char *container, const struct scap_user *user)
{
	struct user_list *l = list_get(u, container);
	struct scap_user *users;
	size_t i;

	if (!l)
		return;
	i = place(l->users, l->n_users, sizeof(*users), user->uid);
	if (i == l->n_users || l->users[i].uid != user->uid) {
		users = room(l->users, l->n_users, sizeof(*users));
		if (!users)
			return;
		l->users = users;
		memmove(&users[i + 1], &users[i], (l->n_users++ - i) * sizeof(*users));
	}
	l->users[i] = (struct scap_user){
		.uid = user->uid,
		.gid = user->gid,
		.name = keep(u, user->name),
		.home = keep(u, user->home),
		.shell = keep(u, user->shell),
	};
}

void users_remove(struct users *u, const char *container, uint32_t uid)
{
	struct user_list *l = list_find(u, container);
	size_t i;

	if (!l)
		return;
	i = place(l->users, l->n_users, sizeof(l->users[0]), uid);
	if (i < l->n_users && l->users[i].uid == uid)
		memmove(&l->users[i], &l->users[i + 1], (--l->n_users - i) * sizeof(l->users[0]));
}

void groups_add(struct users *u, const char *container, const struct scap_group *group)
{
	struct user_list *l = list_get(u, container);
	struct scap_group *groups;
	size_t i;

	if (!l)
		return;
	i = place(l->groups, l->n_groups, sizeof(*groups), group->gid);
	if (i == l->n_groups || l->groups[i].gid != group->gid) {
		groups = room(l->groups, l->n_groups, sizeof(*groups));
		if (!groups)
			return;
		l->groups = groups;
		memmove(&groups[i + 1], &groups[i], (l->n_groups++ - i) * sizeof(*groups));
	}
	l->groups[i] = (struct scap_group){ .gid = group->gid, .name = keep(u, group->name) };
}

void groups_remove(struct users *u, const char *container, uint32_t gid)
{
	struct user_list *l = list_find(u, container);
	size_t i;

	if (!l)
		return;
	i = place(l->groups, l->n_groups, sizeof(l->groups[0]), gid);
	if (i < l->n_groups && l->groups[i].gid == gid)
		memmove(&l->groups[i], &l->groups[i + 1],
			(--l->n_groups - i) * sizeof(l->groups[0]));
}

void users_forget(struct users *u, const char *container)
{
	struct user_list *l = list_find(u, container);

	if (!l)
		return;
	STAILQ_REMOVE(&u->lists, l, user_list, link);
	u->n_lists--;
	free(l->users);
	free(l->groups);
	free(l);
}

void users_mark(const struct users *u)
{
	const struct user_list *l;
	size_t i;

	STAILQ_FOREACH (l, &u->lists, link) {
		intern_mark(u->pool, l->container);
		for (i = 0; i < l->n_users; i++) {
			intern_mark(u->pool, l->users[i].name);
			intern_mark(u->pool, l->users[i].home);
			intern_mark(u->pool, l->users[i].shell);
		}
		for (i = 0; i < l->n_groups; i++)
			intern_mark(u->pool, l->groups[i].name);
	}
}

void users_load(struct users *u, const struct scap_snapshot *snap)
{
	size_t i;

	for (i = 0; i < snap->n_users; i++)
		users_add(u, "", &snap->users[i]);
	for (i = 0; i < snap->n_groups; i++)
		groups_add(u, "", &snap->groups[i]);
}

const struct scap_user *users_find(const struct users *u, const char *container, uint32_t uid)
{
	const struct user_list *l = list_find(u, container);
	size_t i;

	if (!l)
		return NULL;
	i = place(l->users, l->n_users, sizeof(l->users[0]), uid);
	return i < l->n_users && l->users[i].uid == uid ? &l->users[i] : NULL;
}

const struct scap_group *groups_find(const struct users *u, const char *container, uint32_t gid)
{
	const struct user_list *l = list_find(u, container);
	size_t i;

	if (!l)
		return NULL;
	i = place(l->groups, l->n_groups, sizeof(l->groups[0]), gid);
	return i < l->n_groups && l->groups[i].gid == gid ? &l->groups[i] : NULL;
}
