/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose a container is. All that is known of one hangs on the name of its cgroup, and everybody
 * gives the cgroups that he makes the names that he likes: the id of somebody else's container,
 * too. So a container is an id and an owner (struct cgroup_match). Of two with the same id the
 * host's has it alone, else the one that was first; the other's is told as "ID@OWNER", and nothing
 * that is known of the one is said of the other.
 *
 * What this does not tell apart: two cgroups of one owner, and what a service was given to manage
 * that runs as a user and not as root (Delegate= and User=), which is the host's here.
 */
#ifndef SINSP_CONTAINER_OWNER_H
#define SINSP_CONTAINER_OWNER_H

#include "cgroup.h"
#include "containers.h"

#define CONTAINER_ID_BYTES (CGROUP_ID_MAX + CGROUP_OWNER_MAX + 2)

/* Known, and not the host. */
bool container_owner_is_other(const char *owner);

/* That of a new container of @m. */
const char *container_owner_of(const struct containers *cs, const struct cgroup_match *m);

/* That of a container which a runtime of root's is about to make. */
const char *container_owner_expected(const struct containers *cs, bool by_hand);

/* "ID@OWNER" */
void container_owner_id(char id[CONTAINER_ID_BYTES], const char *full_id, size_t shown,
			const char *owner);

/* Whether what runc's and crun's files say of container @m.id is meant of this cgroup. */
bool container_owner_by_hand(struct containers *cs, const struct cgroup_match *m);

/* Takes the id away from @c, which is no container of the host's. */
void container_owner_set_apart(struct containers *cs, struct container *c);

/* The container of @m, of whose id @shown bytes are told. NULL: there is none, and it is to be
 * called @id. */
struct container *container_owner_find(struct containers *cs, const struct cgroup_match *m,
				       size_t shown, char id[CONTAINER_ID_BYTES]);

/* The container that an event tells of; NULL: it is the first to do so. */
struct container *container_owner_find_told(struct containers *cs,
					    const struct sinsp_container *told);

#endif
