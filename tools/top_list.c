/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows as they are shown: what was added up made a number, grouped, sorted, and as text. */
#include <stdlib.h>
#include <string.h>

#include "top_rows.h"

/* ---- the list ---- */

static double finish(const struct top_rows *r, const struct top_cell *c, enum top_aggregation how,
		     double seconds)
{
	if (how == TOP_AVG)
		return c->n ? c->sum / (double)c->n : 0;
	if (how == TOP_TIME_AVG || (how == TOP_AMOUNT && r->options->n_files == 0))
		return seconds > 0 ? c->sum / seconds : 0;
	return c->sum;
}

static void finish_row(struct top_rows *r, struct top_row *row, double seconds)
{
	size_t i;

	for (i = 0; i < r->view->n_columns; i++)
		row->cells[i].value = finish(r, &row->cells[i], r->view->columns[i].aggregation,
					     seconds);
}

/* Adds a row that is finished to the one of its group. */
static void add_to_group(struct top_rows *r, const struct top_row *row)
{
	size_t at = (size_t)(r->group - r->view->columns), i;
	const struct top_cell *k = &row->cells[at];
	struct top_row pattern = { .kind = SINSP_ANSWER_INT, .number = (uint64_t)(int64_t)k->sum };
	struct top_row *group;

	if (top_field_unit(r->fields[at]) == TOP_TEXT) {
		pattern.kind = SINSP_ANSWER_TEXT;
		pattern.key = k->text ? k->text : (char *)(uintptr_t) "";
		pattern.len = strlen(pattern.key);
	}
	group = top_row_make(r, &r->groups, &r->n_groups, &pattern);
	for (i = 0; group && i < r->view->n_columns; i++) {
		const struct top_cell *from = &row->cells[i];
		struct top_cell *to = &group->cells[i];

		if (!from->n)
			continue;
		if (from->text && !to->text)
			top_cell_set(to, from->text, strlen(from->text));
		if (from->text || (to->n && top_rows_describes(r, i)))
			to->n++;
		else
			top_cell_add(to, r->view->columns[i].group, from->value);
	}
}

static int compare(const void *pa, const void *pb, void *arg)
{
	const struct top_rows *r = arg;
	const struct top_row *a = *(struct top_row *const *)pa, *b = *(struct top_row *const *)pb;
	const struct top_cell *ca = &a->cells[r->sort], *cb = &b->cells[r->sort];
	int d;

	if (r->sort_text)
		d = strcmp(ca->text ? ca->text : "", cb->text ? cb->text : "");
	else
		d = (ca->value > cb->value) - (ca->value < cb->value);
	if (r->descending)
		d = -d;
	return d ? d : top_row_compare(a, b);
}

static void group_all(struct top_rows *r)
{
	struct top_row *row;
	size_t i;

	top_rows_free_all(&r->groups, r->view->n_columns);
	r->n_groups = 0;
	RB_FOREACH (row, rows, &r->all)
		add_to_group(r, row);
	RB_FOREACH (row, rows, &r->groups)
		for (i = 0; i < r->view->n_columns; i++)
			row->cells[i].value = r->view->columns[i].group == TOP_AVG &&
							      row->cells[i].n
						      ? row->cells[i].sum / (double)row->cells[i].n
						      : row->cells[i].sum;
}

ssize_t top_rows_list(struct top_rows *r, double seconds, size_t sort, bool descending,
		      struct top_row ***list)
{
	struct rows *from = r->group ? &r->groups : &r->all;
	struct top_row *row, **more;
	size_t n = 0;

	RB_FOREACH (row, rows, &r->all)
		finish_row(r, row, seconds);
	if (r->group)
		group_all(r);
	n = r->group ? r->n_groups : r->n;
	if (n > r->list_room) {
		more = reallocarray(r->list, n, sizeof(struct top_row *));
		if (!more)
			return -1;
		r->list = more;
		r->list_room = n;
	}
	n = 0;
	RB_FOREACH (row, rows, from)
		r->list[n++] = row;
	r->sort = sort;
	r->descending = descending;
	if (sort < r->view->n_columns && r->fields[sort]) {
		r->sort_text = top_rows_is_text(r, sort);
		qsort_r(r->list, n, sizeof(struct top_row *), compare, r);
	}
	*list = r->list;
	return (ssize_t)n;
}

/* ---- one row ---- */

const struct top_cell *top_row_cell(const struct top_row *row, size_t column)
{
	return &row->cells[column];
}

static void put_quoted(struct sinsp_text *out, const char *s, size_t len)
{
	size_t i;

	sinsp_text_puts(out, "\"");
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '"' || c == '\\')
			sinsp_text_printf(out, "\\%c", c);
		else if (c < 0x20 || c > 0x7e)
			sinsp_text_printf(out, "\\x%02x", c);
		else
			sinsp_text_add(out, (const char *)&c, 1);
	}
	sinsp_text_puts(out, "\"");
}

void top_row_key(const struct top_row *row, struct sinsp_text *out)
{
	if (row->kind == SINSP_ANSWER_TEXT)
		put_quoted(out, row->key, row->len);
	else if (row->kind == SINSP_ANSWER_INT)
		sinsp_text_printf(out, "%lld", (long long)row->number);
	else
		sinsp_text_printf(out, "%llu", (unsigned long long)row->number);
}

bool top_row_is(const struct top_row *row, const struct sinsp_text *key)
{
	struct sinsp_text own = { 0 };
	bool same;

	top_row_key(row, &own);
	same = own.len == key->len && own.len && !memcmp(own.ptr, key->ptr, own.len);
	sinsp_text_free(&own);
	return same;
}

const char *top_rows_key_field(const struct top_rows *r)
{
	const struct top_column *key = r->group ? r->group : r->key;

	if (!key || strcmp(key->field, "util.cnt") == 0)
		return "";
	return key->filter ? key->filter : key->field;
}

bool top_rows_condition(const struct top_rows *r, const struct top_row *row, struct sinsp_text *out)
{
	const char *field = top_rows_key_field(r);

	if (!*field)
		return false;
	sinsp_text_printf(out, "%s=", field);
	top_row_key(row, out);
	return !out->failed;
}

/* ---- columns ---- */

size_t top_rows_column(const struct top_rows *r, size_t i)
{
	size_t c;

	for (c = 0; c < r->view->n_columns; c++)
		if (r->view->columns[c].name && top_rows_shows(r, &r->view->columns[c]) && i-- == 0)
			return c;
	return SIZE_MAX;
}

bool top_rows_is_text(const struct top_rows *r, size_t column)
{
	return r->fields[column] && top_field_unit(r->fields[column]) == TOP_TEXT;
}

bool top_rows_descends(const struct top_rows *r, size_t column)
{
	const struct top_column *c = &r->view->columns[column];

	return !top_rows_is_text(r, column) && (c->aggregation != TOP_LAST || c->unit == TOP_TIME);
}

size_t top_rows_sorting(const struct top_rows *r, bool *descending)
{
	size_t i, first = top_rows_column(r, 0);

	*descending = false;
	if (r->view->list || !r->key)
		return SIZE_MAX;
	for (i = 0; i < r->view->n_columns; i++)
		if (r->view->columns[i].sorting && top_rows_shows(r, &r->view->columns[i]))
			first = i;
	if (first != SIZE_MAX)
		*descending = r->view->columns[first].sorting && !top_rows_is_text(r, first)
				      ? true
				      : top_rows_descends(r, first);
	return first;
}

static bool is_rate(const struct top_rows *r, size_t column)
{
	enum top_aggregation how = r->view->columns[column].aggregation;

	return how == TOP_AMOUNT && r->options->n_files == 0;
}

void top_rows_title(const struct top_rows *r, size_t column, char *buf, size_t size)
{
	snprintf(buf, size, "%s%s", r->view->columns[column].name, is_rate(r, column) ? "/s" : "");
}

const char *top_rows_text(const struct top_rows *r, const struct top_row *row, size_t column,
			  char *buf, size_t size)
{
	const struct top_column *col = &r->view->columns[column];
	const struct top_cell *c = &row->cells[column];
	bool fraction = col->aggregation == TOP_TIME_AVG || col->aggregation == TOP_AVG ||
			is_rate(r, column);

	buf[0] = '\0';
	if (!r->fields[column])
		return buf;
	if (c->text || top_rows_is_text(r, column))
		return c->text ? c->text : "";
	/* No calls are none; but that nothing was measured says nothing. */
	if (!c->n && (col->aggregation == TOP_LAST || top_field_is_cpu(r->fields[column]) ||
		      top_field_unit(r->fields[column]) == TOP_TIME))
		return buf;
	top_value_text(top_field_unit(r->fields[column]), c->value, fraction, buf, size);
	return buf;
}
