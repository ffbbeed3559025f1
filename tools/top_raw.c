/* SPDX-License-Identifier: BSD-2-Clause */
/* scapula top --raw and --json: the table as text, for programs; live, one table a sample. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "complain.h"
#include "sandbox.h"
#include "top_ui.h"

struct raw {
	const struct options *options;
	struct top_source source;
	struct top_level level;
	uint64_t samples;
};

/* ---- text ---- */

static void put_row(const struct raw *raw, const struct top_row *row, struct sinsp_text *out)
{
	const struct top_level *l = &raw->level;
	char buf[64];
	size_t i, c;

	for (i = 0; (c = top_rows_column(l->rows, i)) != SIZE_MAX; i++) {
		const char *text = top_rows_text(l->rows, row, c, buf, sizeof(buf));
		int width = l->view->columns[c].width;
		size_t before;

		if (i)
			sinsp_text_puts(out, " ");
		before = out->len;
		if (top_rows_is_text(l->rows, c)) {
			sinsp_text_add_printable(out, text, strlen(text));
			while (out->len < before + (size_t)width && !out->failed)
				sinsp_text_puts(out, " ");
		} else {
			sinsp_text_printf(out, "%*s", width, text);
		}
	}
	while (out->len && out->ptr[out->len - 1] == ' ')
		out->len--;
	sinsp_text_puts(out, "\n");
}

static int print_text(struct raw *raw)
{
	static const char line[] = "----------------------\n";
	struct top_level *l = &raw->level;
	struct sinsp_text out = { 0 };
	size_t i;

	if (raw->samples == 0)
		sinsp_text_puts(&out, line);
	for (i = 0; i < l->n; i++)
		put_row(raw, l->list[i], &out);
	sinsp_text_puts(&out, line);
	if (out.ptr)
		fwrite(out.ptr, 1, out.len, stdout);
	sinsp_text_free(&out);
	return 0;
}

/* ---- JSON ---- */

static json_t *printable(const char *s)
{
	struct sinsp_text t = { 0 };
	json_t *j;

	sinsp_text_add_printable(&t, s, strlen(s));
	j = json_string(t.ptr ? t.ptr : "");
	sinsp_text_free(&t);
	return j;
}

static json_t *value(const struct top_level *l, const struct top_row *row, size_t column)
{
	const struct top_cell *c = top_row_cell(row, column);
	char buf[64];

	if (c->text || top_rows_is_text(l->rows, column))
		return printable(top_rows_text(l->rows, row, column, buf, sizeof(buf)));
	if (!*top_rows_text(l->rows, row, column, buf, sizeof(buf)))
		return json_null();
	if (c->value == (double)(json_int_t)c->value)
		return json_integer((json_int_t)c->value);
	return json_real(c->value);
}

static json_t *row_json(const struct top_level *l, const struct top_row *row)
{
	struct sinsp_text key = { 0 };
	json_t *d = json_array(), *o;
	size_t i, c;

	for (i = 0; (c = top_rows_column(l->rows, i)) != SIZE_MAX; i++)
		json_array_append_new(d, value(l, row, c));
	top_row_key(row, &key);
	o = json_pack("{s:o,s:s}", "d", d, "k", key.ptr ? key.ptr : "");
	sinsp_text_free(&key);
	return o;
}

/* As --sortingcol counts; 0: by none that is shown. */
static size_t sorting_column(const struct top_level *l)
{
	size_t i, c;

	for (i = 0; (c = top_rows_column(l->rows, i)) != SIZE_MAX; i++)
		if (c == l->sort)
			return i + 1;
	return 0;
}

static json_t *legend(const struct top_level *l)
{
	json_t *a = json_array();
	char title[64];
	size_t i, c;

	for (i = 0; (c = top_rows_column(l->rows, i)) != SIZE_MAX; i++) {
		top_rows_title(l->rows, c, title, sizeof(title));
		json_array_append_new(a,
				      json_pack("{s:s,s:i,s:s}", "name", title, "size",
						l->view->columns[c].width, "type",
						top_rows_is_text(l->rows, c) ? "text" : "number"));
	}
	return a;
}

static int print_json(struct raw *raw)
{
	struct top_level *l = &raw->level;
	json_t *data = json_array(), *o;
	size_t i;
	int rc;

	for (i = 0; i < l->n; i++)
		json_array_append_new(data, row_json(l, l->list[i]));
	o = json_pack("{s:[{s:i,s:o,s:I,s:{s:s,s:b,s:s,s:s,s:o,s:I}}]}", "slices", "progress", 100,
		      "data", data, "count", (json_int_t)l->n, "info", "view", l->view->id,
		      "canDrillDown", l->view->below != NULL, "drillDownKeyField",
		      top_rows_key_field(l->rows), "filter", l->view->filter ? l->view->filter : "",
		      "legend", legend(l), "sortingCol", (json_int_t)sorting_column(l));
	rc = o ? json_dumpf(o, stdout, JSON_COMPACT | JSON_ENSURE_ASCII) : -1;
	json_decref(o);
	printf("\n");
	return rc < 0 ? complain("out of memory") : 0;
}

/* ---- samples ---- */

static int bind(void *arg, struct sinsp *s, struct scap_error *err)
{
	struct raw *raw = arg;
	struct sinsp_text filter = { 0 };
	int rc;

	top_level_filter(&raw->level, NULL, &filter);
	rc = top_rows_bind(raw->level.rows, s, filter.ptr, err);
	sinsp_text_free(&filter);
	return rc;
}

static void unbind(void *arg)
{
	struct raw *raw = arg;

	top_rows_unbind(raw->level.rows);
}

static void event(void *arg, const struct sinsp_event *ev, const struct top_state *st)
{
	struct raw *raw = arg;

	top_rows_event(raw->level.rows, ev, st);
}

static bool enough(void *arg)
{
	const struct raw *raw = arg;

	return capture_interrupted() ||
	       (raw->options->max_events && raw->source.events >= raw->options->max_events);
}

static int print_sample(struct raw *raw)
{
	struct top_level *l = &raw->level;
	ssize_t n;

	l->seconds = top_source_seconds(&raw->source);
	n = top_rows_list(l->rows, l->seconds, l->sort, l->descending, &l->list);
	if (n < 0)
		return complain("out of memory");
	l->n = (size_t)n;
	if (top_rows_left_out(l->rows))
		complain("top: too many rows: %llu events are in none",
			 (unsigned long long)top_rows_left_out(l->rows));
	if (raw->options->text.json ? print_json(raw) : print_text(raw))
		return EXIT_FAILURE;
	raw->samples++;
	return fflush(stdout) ? EXIT_FAILURE : 0;
}

static int samples(struct raw *raw)
{
	uint64_t next = top_clock_ms() + raw->options->delay_ms;
	int rc = 0;

	while (!raw->source.ended && !rc) {
		top_source_step(&raw->source, 100);
		if (raw->source.file || (top_clock_ms() < next && !raw->source.ended))
			continue;
		next += raw->options->delay_ms;
		top_source_sample(&raw->source);
		rc = print_sample(raw);
		top_rows_clear(raw->level.rows);
		top_source_next_sample(&raw->source);
	}
	if (raw->source.file && !rc)
		rc = print_sample(raw);
	return rc;
}

int top_raw(const struct options *o, const struct top_view *v)
{
	struct raw raw = {
		.options = o,
		.source = { .options = o, .file = o->n_files ? o->files[0] : NULL },
		.level = { .view = v, .filter = o->filter, .from_field = "" },
	};
	struct top_sink sink = {
		.bind = bind, .unbind = unbind, .event = event, .full = enough, .arg = &raw
	};
	struct scap_error err = { 0 };
	int rc;

	capture_catch_signals();
	raw.level.rows = raw.level.filling = top_rows_new(v, o);
	if (!raw.level.rows)
		return complain("out of memory");
	if (raw.source.file)
		sandbox_enter();
	rc = top_source_aim(&raw.source, &sink, &err);
	if (rc < 0) {
		rc = raw.source.file ? complain_file(raw.source.file, err.msg)
				     : complain("%s", err.msg);
	} else {
		raw.level.sort = top_rows_sorting(raw.level.rows, &raw.level.descending);
		if (o->sort_column)
			top_level_sort_at_first(&raw.level, o->sort_column);
		rc = samples(&raw);
		if (raw.source.trouble[0]) {
			complain_file(raw.source.file ? raw.source.file : "top",
				      raw.source.trouble);
			rc = o->tolerate ? rc : EXIT_FAILURE;
		}
	}
	top_source_close(&raw.source);
	top_rows_free(raw.level.rows);
	return rc;
}
