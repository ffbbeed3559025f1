/* SPDX-License-Identifier: BSD-2-Clause */
/* What the two halves of rows share: adding up (top_rows.c) and showing (top_list.c). */
#ifndef TOOLS_TOP_ROWS_H
#define TOOLS_TOP_ROWS_H

#include <bsd/sys/tree.h>

#include "top.h"

struct top_row {
	RB_ENTRY(top_row) link;
	enum sinsp_answer_kind kind; /* of the key: TEXT, INT, UINT or DOUBLE */
	uint64_t number;
	char *key;
	size_t len;
	uint64_t events, describe_at;
	struct top_cell cells[];
};

RB_HEAD(rows, top_row);

struct top_rows {
	const struct top_view *view;
	const struct options *options;
	bool containers;
	const struct top_column *key, *group; /* NULL: none */
	struct top_field **fields;	      /* of the columns; NULL: not in use */
	struct top_field *key_field;
	struct sinsp_filter *filter;
	struct rows all, groups;
	struct top_row *last; /* most events belong where the one before did */
	size_t n, n_groups;
	uint64_t left_out, counter;
	struct top_row **list;
	size_t list_room;
	size_t sort;
	bool sort_text, descending;
};

/* Of keys: of a kind, numbers by size, text by bytes. */
int top_row_compare(const struct top_row *a, const struct top_row *b);
RB_PROTOTYPE(rows, top_row, link, top_row_compare)

/* The row of a key, made if it is new: @pattern has the key in memory that is not its own. NULL:
 * there are too many, or no memory. */
struct top_row *top_row_make(struct top_rows *r, struct rows *rows, size_t *n,
			     const struct top_row *pattern);
void top_rows_free_all(struct rows *rows, size_t n_columns);
void top_cell_add(struct top_cell *cell, enum top_aggregation how, double v);
void top_cell_set(struct top_cell *cell, const char *s, size_t len);
/* The column tells what the row is, and adds nothing up. */
bool top_rows_describes(const struct top_rows *r, size_t column);
bool top_rows_shows(const struct top_rows *r, const struct top_column *c); /* -pc */

#endif
