/* SPDX-License-Identifier: BSD-2-Clause */
/* Containers that are called like another one. */
#include "container_owner.h"

#define NEXT "?" /* the owner of the first process will be it */

static bool is_host(const char *owner)
{
	return strcmp(owner, CGROUP_OWNER_HOST) == 0;
}

bool container_owner_is_other(const char *owner)
{
	return *owner && strcmp(owner, NEXT) != 0 && !is_host(owner);
}

const char *container_owner_of(const struct containers *cs, const struct cgroup_match *m)
{
	return cs->two_roots ? "" : intern_str(cs->pool, m->owner, strlen(m->owner));
}

/* runc by hand stays in the cgroup from where it is called, which may be one of a user's session.
 */
const char *container_owner_expected(const struct containers *cs, bool by_hand)
{
	const char *owner = by_hand ? NEXT : CGROUP_OWNER_HOST;

	return cs->two_roots ? "" : intern_str(cs->pool, owner, strlen(owner));
}

void container_owner_id(char id[CONTAINER_ID_BYTES], const char *full_id, size_t shown,
			const char *owner)
{
	snprintf(id, CONTAINER_ID_BYTES, "%.*s@%s", (int)shown, full_id, owner);
}

bool container_owner_by_hand(struct containers *cs, const struct cgroup_match *m)
{
	enum runtime_place p;

	if (cs->two_roots || memmem(m->home, m->home_len, "/..", 3))
		return true;
	p = runtime_place(&cs->from, m->id, m->home, m->home_len);
	return p == RUNTIME_HERE || (p == RUNTIME_NOT_TOLD && is_host(m->owner));
}

void container_owner_set_apart(struct containers *cs, struct container *c)
{
	char id[CONTAINER_ID_BYTES];

	container_owner_id(id, c->pub.full_id, strlen(c->pub.id), c->pub.owner);
	if (containers_find(cs, id, strlen(id)))
		return;
	containers_give_id(cs, c, id);
	if (cs->live)
		containers_announce(cs, c, c->tid);
}

static bool is_of(struct containers *cs, struct container *c, const struct cgroup_match *m)
{
	if (cs->two_roots || !*c->pub.owner || strcmp(c->pub.owner, m->owner) == 0)
		return true;
	if (strcmp(c->pub.owner, NEXT) != 0 ||
	    (!is_host(m->owner) && !container_owner_by_hand(cs, m)))
		return false;
	c->pub.owner = container_owner_of(cs, m);
	return true;
}

struct container *container_owner_find(struct containers *cs, const struct cgroup_match *m,
				       size_t shown, char id[CONTAINER_ID_BYTES])
{
	struct container *c = containers_find(cs, m->id, shown), *other;

	if (c && is_of(cs, c, m))
		return c;
	if (c && is_host(m->owner) && container_owner_is_other(c->pub.owner)) {
		container_owner_set_apart(cs, c);
		c = NULL;
	}
	container_owner_id(id, m->id, shown, m->owner);
	other = containers_find(cs, id, strlen(id));
	if (!c && !other)
		snprintf(id, CONTAINER_ID_BYTES, "%.*s", (int)shown, m->id);
	return other;
}

struct container *container_owner_find_told(struct containers *cs,
					    const struct sinsp_container *told)
{
	struct container *c = containers_find(cs, told->id, strlen(told->id));

	if (c && is_host(told->owner) && container_owner_is_other(c->pub.owner)) {
		container_owner_set_apart(cs, c);
		return NULL;
	}
	if (c || !container_owner_is_other(told->owner))
		return c;
	/* it was told before the host's took its id */
	c = containers_find(cs, told->full_id, cgroup_short_id(told->full_id));
	if (!c || strcmp(c->pub.owner, told->owner) != 0)
		return NULL;
	containers_give_id(cs, c, told->id);
	return c;
}
