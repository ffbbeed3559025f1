/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables with a title and a limit of rows. */
#include "story_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "story_units.h"

#define MAX_ROWS 40

void rows_start(struct rows *r, const struct story_view *v, const char *title,
		const char *const *heads, unsigned int n)
{
	unsigned int i;

	memset(r, 0, sizeof(*r));
	r->c.n = n;
	r->limit = v->all ? UINT64_MAX : MAX_ROWS;
	r->title = title;
	for (i = 0; i < n; i++)
		columns_cell(&r->c, "%s", heads[i]);
}

bool rows_room(struct rows *r)
{
	if (r->told >= r->limit) {
		r->left_out++;
		return false;
	}
	r->told++;
	return true;
}

void rows_end(struct rows *r, uint64_t more)
{
	if (r->told) {
		printf("\n  %s\n", r->title);
		columns_print(&r->c, "    ", stdout);
		if (r->left_out)
			printf("    ... and %" PRIu64 " more (--all)\n", r->left_out);
		if (more)
			printf("    ... and %" PRIu64 " that were not kept\n", more);
	}
	columns_free(&r->c);
}

void rows_time(struct columns *c, const struct story *st, uint64_t ts)
{
	struct unit_text a, b;

	columns_cell(c, "%s", unit_since(&a, st->first, ts));
	columns_cell(c, "%s", unit_clock(&b, ts));
}
