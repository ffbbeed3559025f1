/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events added up to the rows of a view. Numbers are taken of each event. What describes a row is
 * text most of the time, and costs more than all else: it is taken of a row's first event, when
 * their number has doubled, and where the process becomes another one.
 */
#include <bsd/sys/tree.h>
#include <stdlib.h>
#include <string.h>

#include "top.h"

/* A forged capture could name any number of things, and long ones. */
#define MAX_ROWS 200000
#define MAX_TEXT 4096

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

static int by_key(const struct top_row *a, const struct top_row *b)
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

RB_GENERATE_INTERNAL(rows, top_row, link, by_key, static __attribute__((unused)))

/* ---- a view, and a capture ---- */

static bool is_on(const struct top_rows *r, const struct top_column *c)
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
		if (v->columns[i].group_key && is_on(r, &v->columns[i]))
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

static void free_all(struct rows *rows, size_t n_columns)
{
	struct top_row *row;

	while ((row = RB_MIN(rows, rows))) {
		RB_REMOVE(rows, rows, row);
		free_row(row, n_columns);
	}
}

void top_rows_clear(struct top_rows *r)
{
	free_all(&r->all, r->view->n_columns);
	free_all(&r->groups, r->view->n_columns);
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
		if (!is_on(r, &r->view->columns[i]))
			continue;
		r->fields[i] = top_field_new(s, &r->view->columns[i], &r->options->text, err);
		if (!r->fields[i])
			return err->code;
	}
	r->key_field = r->key ? r->fields[r->key - r->view->columns] : NULL;
	return 0;
}

/* ---- adding up ---- */

/* The row of a key, made if it is new: @pattern has the key in memory that is not its own. */
static struct top_row *row_of(struct top_rows *r, struct rows *rows, size_t *n,
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

static void set_text(struct top_cell *cell, const char *s, size_t len)
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

static void add_number(struct top_cell *cell, enum top_aggregation how, double v)
{
	if (how == TOP_LAST || (how == TOP_MIN && v < cell->sum) ||
	    (how == TOP_MAX && v > cell->sum) || cell->n == 0)
		cell->sum = v;
	else if (how != TOP_MIN && how != TOP_MAX)
		cell->sum += v;
	cell->n++;
}

static bool describes(const struct top_rows *r, size_t i)
{
	return r->view->columns[i].aggregation == TOP_LAST ||
	       top_field_unit(r->fields[i]) == TOP_TEXT;
}

static void take(struct top_cell *cell, enum top_aggregation how, const struct sinsp_answer *a)
{
	switch (a->kind) {
	case SINSP_ANSWER_TEXT:
	case SINSP_ANSWER_BYTES:
		set_text(cell, a->text.ptr, a->text.len);
		cell->n++;
		break;
	case SINSP_ANSWER_BOOL:
		set_text(cell, a->b ? "true" : "false", a->b ? 4 : 5);
		cell->n++;
		break;
	default:
		add_number(cell, how, number_of(a));
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
		if (!r->fields[i] || (!describe && describes(r, i)) || r->fields[i] == r->key_field)
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
	row = r->last && by_key(r->last, &pattern) == 0 ? r->last
							: row_of(r, &r->all, &r->n, &pattern);
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
	group = row_of(r, &r->groups, &r->n_groups, &pattern);
	for (i = 0; group && i < r->view->n_columns; i++) {
		const struct top_cell *from = &row->cells[i];
		struct top_cell *to = &group->cells[i];

		if (!from->n)
			continue;
		if (from->text && !to->text)
			set_text(to, from->text, strlen(from->text));
		if (from->text || (to->n && describes(r, i)))
			to->n++;
		else
			add_number(to, r->view->columns[i].group, from->value);
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
	return d ? d : by_key(a, b);
}

static void group_all(struct top_rows *r)
{
	struct top_row *row;
	size_t i;

	free_all(&r->groups, r->view->n_columns);
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
		if (r->view->columns[c].name && is_on(r, &r->view->columns[c]) && i-- == 0)
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
		if (r->view->columns[i].sorting && is_on(r, &r->view->columns[i]))
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
