/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Users and groups: one list for the host and one for each container that has told its own, sorted
 * by id.
 */
#ifndef SINSP_USERS_H
#define SINSP_USERS_H

#include <bsd/sys/queue.h>

#include "intern.h"
#include "sinsp.h"

struct user_list {
	STAILQ_ENTRY(user_list) link;
	const char *container; /* its shown id, "" for the host */
	struct scap_user *users;
	size_t n_users;
	struct scap_group *groups;
	size_t n_groups;
};

struct users {
	STAILQ_HEAD(user_queue, user_list) lists;
	struct user_list *host; /* one of lists, or NULL */
	size_t n_lists;
	struct intern *pool;
};

void users_init(struct users *u, struct intern *pool);
void users_clear(struct users *u);

/* An entry with the same id is replaced. @container as in struct user_list. */
void users_add(struct users *u, const char *container, const struct scap_user *user);
void users_remove(struct users *u, const char *container, uint32_t uid);
void groups_add(struct users *u, const char *container, const struct scap_group *group);
void groups_remove(struct users *u, const char *container, uint32_t gid);

/* Forgets both lists of a container. */
void users_forget(struct users *u, const char *container);
/* Marks the strings, for a sweep of the pool. */
void users_mark(const struct users *u);

/* Takes over the lists of the snapshot as those of the host. */
void users_load(struct users *u, const struct scap_snapshot *snap);

const struct scap_user *users_find(const struct users *u, const char *container, uint32_t uid);
const struct scap_group *groups_find(const struct users *u, const char *container, uint32_t gid);

#endif
