/* SPDX-License-Identifier: BSD-2-Clause */
/* Tells the timeline of a box. */
#include "story_rows.h"

#define MAX_KEY_ROWS	 80
#define MAX_FLAGGED_ROWS 200

void story_tell_keys(struct story *st, struct story_box *b, const struct story_view *v)
{
	static const char *const heads[] = { "when", "clock", "", "what", "who", "what exactly" };
	struct rows r;
	struct story_key *k;
	uint64_t limit;

	rows_start(&r, v, "The story (! marks what is suspicious)", heads, 6);
	r.c.limit[4] = 44;
	STAILQ_FOREACH (k, &b->keys, link) {
		limit = v->all ? UINT64_MAX : k->flagged ? MAX_FLAGGED_ROWS : MAX_KEY_ROWS;
		if (r.told >= limit) {
			r.left_out++;
			continue;
		}
		r.told++;
		rows_time(&r.c, st, k->ts);
		columns_cell(&r.c, "%s", k->flagged ? "!" : "");
		columns_cell(&r.c, "%s", k->what);
		columns_cell(&r.c, "%s", k->who);
		columns_cell(&r.c, "%s", k->detail);
	}
	rows_end(&r, b->n_keys_over);
}
