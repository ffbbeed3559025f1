/* SPDX-License-Identifier: BSD-2-Clause */
/* The timeline: the few events of a box that carry its story. */
#include "story.h"

#define MAX_KEYS	 4000 /* of a box */
#define MAX_KEYS_FLAGGED 8000

struct story_key *story_key_add(struct story *st, struct story_proc *p, uint64_t ts, bool flagged,
				const char *what, const char *detail)
{
	struct story_box *b = p->box;
	struct story_key *k = NULL;

	if (b->n_keys < (flagged ? MAX_KEYS_FLAGGED : MAX_KEYS))
		k = story_alloc(st, sizeof(*k));
	if (!k) {
		b->n_keys_over++;
		return NULL;
	}
	k->ts = ts;
	k->flagged = flagged;
	k->what = what;
	k->who = story_printf(st, "%s %s", story_who(st, p), p->user);
	k->detail = story_str(st, detail);
	p->kept = true;
	STAILQ_INSERT_TAIL(&b->keys, k, link);
	b->n_keys++;
	return k;
}
