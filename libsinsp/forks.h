/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Forks in pid namespaces, between the parent's event and the child's.
 *
 * There the parent gets a number that is not the child's here, so the child is only known by its
 * own event. By then the parent may have closed what the child inherited: a server that forks for
 * each connection does. What was open at the fork waits here.
 */
#ifndef SINSP_FORKS_H
#define SINSP_FORKS_H

#include "fds.h"

#define FORKS_KEPT 64u /* a child is seldom more than a few events behind */

struct fork {
	int64_t parent; /* thread that forked; 0: free */
	int64_t child;	/* as the parent was told */
	struct sinsp_fd_table *fds;
};

struct forks {
	struct fork kept[FORKS_KEPT];
	unsigned int next; /* the oldest */
};

/* Takes over @fds (NULL is fine), in place of the oldest. */
void forks_keep(struct forks *f, int64_t parent, int64_t child, struct sinsp_fd_table *fds);

/*
 * What @parent's child had when it began, now the caller's; NULL: nothing is kept. The child is
 * known by its number here or in its own namespace.
 */
struct sinsp_fd_table *forks_take(struct forks *f, int64_t parent, int64_t tid, int64_t vtid);

void forks_mark(struct forks *f, struct intern *pool, uint32_t round);
void forks_clear(struct forks *f);

#endif
