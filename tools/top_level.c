/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables of the full-screen program: opening, listing, sorting, selecting. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "top_ui.h"

void top_join(struct sinsp_text *out, const char *a, const char *b)
{
	bool has_a = a && *a, has_b = b && *b;

	if (has_a && has_b)
		sinsp_text_printf(out, "(%s) and (%s)", a, b);
	else
		sinsp_text_puts(out, has_a ? a : has_b ? b : "");
}

bool top_level_filter(const struct top_level *l, const struct top_row *row, struct sinsp_text *out)
{
	struct sinsp_text all = { 0 }, one = { 0 };
	bool ok = true;

	top_join(&all, l->view->forgetful && row ? NULL : l->view->filter, l->filter);
	if (row)
		ok = top_rows_condition(l->rows, row, &one);
	top_join(out, all.ptr, one.ptr);
	sinsp_text_free(&all);
	sinsp_text_free(&one);
	return ok && !out->failed;
}

/* ---- reading ---- */

static int bind(void *arg, struct sinsp *s, struct scap_error *err)
{
	struct top_level *l = arg;
	struct sinsp_text filter = { 0 };
	int rc;

	top_level_filter(l, NULL, &filter);
	rc = top_rows_bind(l->filling, s, filter.ptr, err);
	if (rc == 0 && l->rows != l->filling)
		rc = top_rows_bind(l->rows, s, filter.ptr, err);
	sinsp_text_free(&filter);
	return rc;
}

static void unbind(void *arg)
{
	struct top_level *l = arg;

	top_rows_unbind(l->rows);
	if (l->filling != l->rows)
		top_rows_unbind(l->filling);
}

static void event(void *arg, const struct sinsp_event *ev, const struct top_state *st)
{
	struct top_level *l = arg;

	top_rows_event(l->filling, ev, st);
}

int top_level_read(struct top_ui *u, struct top_level *l, struct scap_error *err)
{
	struct top_sink sink = { .bind = bind, .unbind = unbind, .event = event, .arg = l };

	l->complete = false;
	l->n = 0;
	top_rows_clear(l->rows);
	if (l->filling != l->rows)
		top_rows_clear(l->filling);
	u->next_list = top_clock_ms() + 200;
	u->changed = true;
	return top_source_aim(&u->source, &sink, err);
}

void top_level_close(struct top_level *l)
{
	if (l->filling != l->rows)
		top_rows_free(l->filling);
	top_rows_free(l->rows);
	free(l->filter);
	free(l->label);
	memset(l, 0, sizeof(*l));
}

int top_level_open(struct top_ui *u, const struct top_view *v, const char *filter,
		   const char *label, const char *from_field, struct scap_error *err)
{
	struct top_level *l = top_level_now(u);
	bool two = top_is_live(u) && !v->list;
	int rc;

	memset(l, 0, sizeof(*l));
	l->view = v;
	l->from_field = from_field;
	l->filter = filter ? strdup(filter) : NULL;
	l->label = label ? strdup(label) : NULL;
	l->rows = top_rows_new(v, u->options);
	l->filling = two ? top_rows_new(v, u->options) : l->rows;
	if (!l->rows || !l->filling || (filter && !l->filter) || (label && !l->label))
		rc = scap_fail(err, -ENOMEM, "out of memory");
	else
		rc = top_level_read(u, l, err);
	if (rc == 0)
		l->sort = top_rows_sorting(l->rows, &l->descending);
	return rc;
}

/* ---- the list ---- */

void top_level_select(struct top_ui *u, struct top_level *l, size_t row)
{
	size_t lines = top_body_lines(u);

	if (row >= l->n)
		row = l->n ? l->n - 1 : 0;
	l->selected = row;
	if (l->first > row)
		l->first = row;
	if (lines && row >= l->first + lines)
		l->first = row - lines + 1;
	u->changed = true;
}

static size_t find(const struct top_level *l, const struct sinsp_text *key)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (top_row_is(l->list[i], key))
			return i;
	return l->selected;
}

/* Live, the rows that have been added up are shown now, and others are begun. */
static void swap(struct top_level *l)
{
	struct top_rows *shown = l->rows;

	l->rows = l->filling;
	l->filling = shown;
}

static void list(struct top_ui *u, struct top_level *l, bool renew)
{
	struct sinsp_text key = { 0 };
	size_t below = l->selected - l->first;
	bool follow = l->view->list && top_is_live(u) && l->selected + 1 >= l->n;
	ssize_t n;

	/* Who has not moved stays at the first row, whichever that is. */
	if (l->selected && l->selected < l->n)
		top_row_key(l->list[l->selected], &key);
	if (renew) {
		l->seconds = top_source_seconds(&u->source);
		if (l->filling != l->rows)
			swap(l);
	}
	n = top_rows_list(l->rows, l->seconds, l->sort, l->descending, &l->list);
	l->n = n > 0 ? (size_t)n : 0;
	if (renew && l->filling != l->rows)
		top_rows_clear(l->filling);
	if (key.len) {
		l->selected = find(l, &key);
		l->first = l->selected > below ? l->selected - below : 0;
	}
	top_level_select(u, l, follow ? l->n : l->selected);
	sinsp_text_free(&key);
}

void top_level_list(struct top_ui *u, struct top_level *l)
{
	list(u, l, true);
}

void top_level_sort(struct top_ui *u, struct top_level *l, size_t column)
{
	if (column == SIZE_MAX)
		return;
	l->descending = l->sort == column ? !l->descending : top_rows_descends(l->rows, column);
	l->sort = column;
	list(u, l, false);
	top_level_select(u, l, 0);
}

void top_level_sort_at_first(struct top_level *l, uint64_t column)
{
	l->sort = top_rows_column(l->rows, column - 1);
	if (l->sort != SIZE_MAX)
		l->descending = top_rows_descends(l->rows, l->sort);
}

/* ---- searching ---- */

static bool row_has(const struct top_level *l, size_t row, const char *what)
{
	char buf[64];
	size_t i, c;

	for (i = 0; (c = top_rows_column(l->rows, i)) != SIZE_MAX; i++)
		if (strcasestr(top_rows_text(l->rows, l->list[row], c, buf, sizeof(buf)), what))
			return true;
	return false;
}

bool top_level_search(struct top_ui *u, struct top_level *l, const char *what, bool next)
{
	size_t i, row;

	for (i = next; i < l->n + next; i++) {
		row = (l->selected + i) % l->n;
		if (row_has(l, row, what)) {
			top_level_select(u, l, row);
			return true;
		}
	}
	return false;
}
