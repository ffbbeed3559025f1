/* SPDX-License-Identifier: BSD-2-Clause */
/* A small ring of forks whose child has not been heard of. */
#include "forks.h"

#include <string.h>

static void forget(struct fork *k)
{
	fds_drop(k->from.fds);
	memset(k, 0, sizeof(*k));
}

void forks_keep(struct forks *f, struct fork new)
{
	struct fork *k = &f->kept[f->next];

	if (!new.from.fds)
		return;
	f->next = (f->next + 1) % FORKS_KEPT;
	forget(k);
	*k = new;
}

bool forks_take(struct forks *f, int64_t parent, int64_t tid, int64_t vtid, struct fork *out)
{
	unsigned int i, n;

	/* the latest first: numbers come again */
	for (n = 1; n <= FORKS_KEPT; n++) {
		struct fork *k;

		i = (f->next + FORKS_KEPT - n) % FORKS_KEPT;
		k = &f->kept[i];
		if (!k->parent || k->parent != parent || (k->child != tid && k->child != vtid))
			continue;
		*out = *k;
		memset(k, 0, sizeof(*k));
		return true;
	}
	return false;
}

void forks_clear(struct forks *f)
{
	unsigned int i;

	for (i = 0; i < FORKS_KEPT; i++)
		forget(&f->kept[i]);
	f->next = 0;
}
