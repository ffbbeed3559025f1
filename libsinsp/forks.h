/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Forks whose child is only known by its own event, between the caller's event and that.
 *
 * In a pid namespace the caller gets a number that is not the child's here; with CLONE_PARENT the
 * child's parent is not the caller. By the time of its event the caller may have closed what the
 * child inherited: a server that forks for each connection does; or it has ended, as the steps do
 * by which a container begins. What the caller was and had open waits here.
 */
#ifndef SINSP_FORKS_H
#define SINSP_FORKS_H

#include "fds.h"

#define FORKS_KEPT 64u /* a child is seldom more than a few events behind */

struct fork {
	int64_t parent;		  /* process that is the child's parent; 0: free */
	int64_t child;		  /* as the caller was told */
	struct sinsp_thread from; /* thread that forked, its descriptors copied; no pointers else */
};

struct forks {
	struct fork kept[FORKS_KEPT];
	unsigned int next; /* the oldest */
};

/* Takes over the descriptors of @k (without any it is not kept), in place of the oldest. */
void forks_keep(struct forks *f, struct fork k);

/*
 * The fork of @parent's child, whose descriptors the caller must drop; false: none is kept. The
 * child is known by its number here or in its own namespace.
 */
bool forks_take(struct forks *f, int64_t parent, int64_t tid, int64_t vtid, struct fork *out);

void forks_clear(struct forks *f);

#endif
