/* SPDX-License-Identifier: BSD-2-Clause */
/* A titled table of the story with a limit of rows. */
#ifndef TOOLS_STORY_ROWS_H
#define TOOLS_STORY_ROWS_H

#include "columns.h"
#include "story.h"

struct rows {
	struct columns c;
	uint64_t told, left_out, limit;
	const char *title;
};

void rows_start(struct rows *r, const struct story_view *v, const char *title,
		const char *const *heads, unsigned int n);
/* Is there room for one more row? Counts it either way. */
bool rows_room(struct rows *r);
/* Prints the table, unless it is empty. @more: rows that were never kept. */
void rows_end(struct rows *r, uint64_t more);
/* Two cells: the time since the capture began, and the clock. */
void rows_time(struct columns *c, const struct story *st, uint64_t ts);

#endif
