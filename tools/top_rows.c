/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events added up to the rows of a view. Numbers are taken of each event. What describes a row is
 * text most of the time, and costs more than all else: it is taken of a row's first event, when
 * their number has doubled, and where the process becomes another one.
 */
#include <stdlib.h>
#include <string.h>

#include "top_rows.h"

/* A forged capture could name any number of things, and long ones. */
#define MAX_ROWS 200000
#define MAX_TEXT 4096

int top_row_compare(const struct top_row *a, const struct top_row *b)
{
	size_t n;
	int d;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind == SINSP_ANSWER_INT)
		return ((int64_t)a->number > (int64_t)b->number) -
		       ((int64_t)a->number < (int64_t)b->number);
	if (a->kind != SINSP_ANSWER_TEXT)
		return (a->number > b->number) - (a->number < b->number);
	n = a->len < b->len ? a->len : b->len;
	d = memcmp(a->key, b->key, n);
	return d ? d : (a->len > b->len) - (a->len < b->len);
}

RB_GENERATE(rows, top_row, link, top_row_compare)

/* ---- a view, and a capture ---- */

bool top_rows_shows(const struct top_rows *r, const struct top_column *c)
{
	return r->containers || !c->containers;
}

const struct top_column *top_view_key(const struct top_view *v, bool containers)
{
	const struct top_column *key = NULL;
	size_t i;

	for (i = 0; i < v->n_columns; i++)
		if (v->columns[i].key && (containers || !v->columns[i].containers))
			key = &v->columns[i];
	return key;
}

struct top_rows *top_rows_new(const struct top_view *v, const struct options *o)
{
	struct top_rows *r = calloc(1, sizeof(*r));
	size_t i;

	if (!r || !(r->fields = calloc(v->n_columns + 1, sizeof(struct top_field *)))) {
		free(r);
		return NULL;
	}
	r->view = v;
	r->options = o;
	r->containers = o->containers;
	r->key = top_view_key(v, r->containers);
	for (i = 0; i < v->n_columns; i++)
		if (v->columns[i].group_key && top_rows_shows(r, &v->columns[i]))
			r->group = &v->columns[i];
	RB_INIT(&r->all);
	RB_INIT(&r->groups);
	return r;
}

static void free_row(struct top_row *row, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		free(row->cells[i].text);
	free(row->key);
	free(row);
}

void top_rows_free_all(struct rows *rows, size_t n_columns)
{
	struct top_row *row;

	while ((row = RB_MIN(rows, rows))) {
		RB_REMOVE(rows, rows, row);
		free_row(row, n_columns);
	}
}

void top_rows_clear(struct top_rows *r)
{
	top_rows_free_all(&r->all, r->view->n_columns);
	top_rows_free_all(&r->groups, r->view->n_columns);
	r->last = NULL;
	r->n = r->n_groups = 0;
	r->left_out = 0;
}

static void free_fields(struct top_rows *r)
{
	size_t i;

	for (i = 0; i <= r->view->n_columns; i++) {
		top_field_free(r->fields[i]);
		r->fields[i] = NULL;
	}
}

void top_rows_unbind(struct top_rows *r)
{
	size_t i;

	sinsp_filter_free(r->filter);
	r->filter = NULL;
	for (i = 0; i < r->view->n_columns; i++)
		if (r->fields[i])
			top_field_unbind(r->fields[i]);
}

void top_rows_free(struct top_rows *r)
{
	if (!r)
		return;
	top_rows_clear(r);
	sinsp_filter_free(r->filter);
	free_fields(r);
	free(r->fields);
	free(r->list);
	free(r);
}

int top_rows_bind(struct top_rows *r, struct sinsp *s, const char *filter, struct scap_error *err)
{
	size_t i;

	top_rows_unbind(r);
	free_fields(r);
	if (filter && *filter && !(r->filter = sinsp_filter_new(s, filter, err)))
		return err->code;
	for (i = 0; i < r->view->n_columns; i++) {
		if (!top_rows_shows(r, &r->view->columns[i]))
			continue;
		r->fields[i] = top_field_new(s, &r->view->columns[i], &r->options->text, err);
		if (!r->fields[i])
			return err->code;
	}
	r->key_field = r->key ? r->fields[r->key - r->view->columns] : NULL;
	return 0;
}

/* ---- adding up ---- */

struct top_row *top_row_make(struct top_rows *r, struct rows *rows, size_t *n,
			     const struct top_row *pattern)
{
	struct top_row *row = RB_FIND(rows, rows, (struct top_row *)(uintptr_t)pattern);

	if (row || *n >= MAX_ROWS)
		return row;
	row = calloc(1, sizeof(*row) + r->view->n_columns * sizeof(row->cells[0]));
	if (!row)
		return NULL;
	row->kind = pattern->kind;
	row->number = pattern->number;
	if (row->kind == SINSP_ANSWER_TEXT) {
		row->key = malloc(pattern->len + 1);
		if (!row->key) {
			free(row);
			return NULL;
		}
		memcpy(row->key, pattern->key, pattern->len);
		row->key[pattern->len] = '\0';
		row->len = pattern->len;
	}
	RB_INSERT(rows, rows, row);
	++*n;
	return row;
}

static void key_from(struct top_row *pattern, const struct sinsp_answer *a)
{
	pattern->kind = a->kind;
	switch (a->kind) {
	case SINSP_ANSWER_BYTES:
		pattern->kind = SINSP_ANSWER_TEXT;
		/* fall through */
	case SINSP_ANSWER_TEXT:
		pattern->key = (char *)(uintptr_t)a->text.ptr;
		pattern->len = a->text.len;
		break;
	case SINSP_ANSWER_BOOL:
		pattern->kind = SINSP_ANSWER_TEXT;
		pattern->key = (char *)(uintptr_t)(a->b ? "true" : "false");
		pattern->len = strlen(pattern->key);
		break;
	case SINSP_ANSWER_DOUBLE:
		pattern->kind = SINSP_ANSWER_INT;
		pattern->number = (uint64_t)(int64_t)a->d;
		break;
	default:
		pattern->number = a->u;
	}
}

static double number_of(const struct sinsp_answer *a)
{
	switch (a->kind) {
	case SINSP_ANSWER_INT:
		return (double)a->i;
	case SINSP_ANSWER_UINT:
		return (double)a->u;
	case SINSP_ANSWER_BOOL:
		return a->b;
	case SINSP_ANSWER_DOUBLE:
		return a->d;
	default:
		return 0;
	}
}

void top_cell_set(struct top_cell *cell, const char *s, size_t len)
{
	char *text;

	if (len > MAX_TEXT)
		len = MAX_TEXT;
	if (len == 0 || (cell->text && strlen(cell->text) == len && !memcmp(cell->text, s, len)))
		return;
	text = strndup(s, len);
	if (!text)
		return;
	free(cell->text);
	cell->text = text;
}

void top_cell_add(struct top_cell *cell, enum top_aggregation how, double v)
{
	if (how == TOP_LAST || (how == TOP_MIN && v < cell->sum) ||
	    (how == TOP_MAX && v > cell->sum) || cell->n == 0)
		cell->sum = v;
	else if (how != TOP_MIN && how != TOP_MAX)
		cell->sum += v;
	cell->n++;
}

bool top_rows_describes(const struct top_rows *r, size_t i)
{
	return r->view->columns[i].aggregation == TOP_LAST ||
	       top_field_unit(r->fields[i]) == TOP_TEXT;
}

static void take(struct top_cell *cell, enum top_aggregation how, const struct sinsp_answer *a)
{
	switch (a->kind) {
	case SINSP_ANSWER_TEXT:
	case SINSP_ANSWER_BYTES:
		top_cell_set(cell, a->text.ptr, a->text.len);
		cell->n++;
		break;
	case SINSP_ANSWER_BOOL:
		top_cell_set(cell, a->b ? "true" : "false", a->b ? 4 : 5);
		cell->n++;
		break;
	default:
		top_cell_add(cell, how, number_of(a));
	}
}

static void fill_row(struct top_rows *r, struct top_row *row, const struct sinsp_event *ev,
		     const struct top_state *st)
{
	bool describe = row->events >= row->describe_at ||
			(ev->raw.info->category & EC_PROCESS && !st);
	struct sinsp_answer a;
	size_t i;

	for (i = 0; i < r->view->n_columns; i++) {
		if (!r->fields[i] || (!describe && top_rows_describes(r, i)) ||
		    r->fields[i] == r->key_field)
			continue;
		if (top_field_get(r->fields[i], ev, st, &a))
			take(&row->cells[i], r->view->columns[i].aggregation, &a);
	}
	row->events++;
	if (describe)
		row->describe_at = 2 * row->events;
}

/* A strict view leaves out events that lack anything. */
static bool has_all(struct top_rows *r, const struct sinsp_event *ev, const struct top_state *st)
{
	struct sinsp_answer a;
	size_t i;

	for (i = 0; i < r->view->n_columns; i++)
		if (r->fields[i] && !top_field_get(r->fields[i], ev, st, &a))
			return false;
	return true;
}

void top_rows_event(struct top_rows *r, const struct sinsp_event *ev, const struct top_state *st)
{
	struct top_row pattern = { .kind = SINSP_ANSWER_UINT };
	struct sinsp_answer a;
	struct top_row *row;

	if (r->filter && !sinsp_filter_run(r->filter, ev))
		return;
	if (r->view->strict && !has_all(r, ev, st))
		return;
	if (!r->key) {
		pattern.number = ++r->counter;
	} else {
		if (!top_field_get(r->key_field, ev, st, &a))
			return;
		key_from(&pattern, &a);
	}
	row = r->last && top_row_compare(r->last, &pattern) == 0
		      ? r->last
		      : top_row_make(r, &r->all, &r->n, &pattern);
	if (!row) {
		r->left_out++;
		return;
	}
	if (r->key && row->events == 0)
		take(&row->cells[r->key - r->view->columns], TOP_LAST, &a);
	fill_row(r, row, ev, st);
	r->last = row;
}

uint64_t top_rows_left_out(const struct top_rows *r)
{
	return r->left_out;
}
