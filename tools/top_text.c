/* SPDX-License-Identifier: BSD-2-Clause */
/* The windows with text: help, legend, the events of a row, and what was read and written. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "top_ui.h"

static struct top_text *push(struct top_ui *u, const char *title)
{
	struct top_text *t;

	if (u->n_texts == sizeof(u->text) / sizeof(u->text[0]))
		top_text_close(&u->text[--u->n_texts]);
	t = &u->text[u->n_texts++];
	memset(t, 0, sizeof(*t));
	snprintf(t->title, sizeof(t->title), "%s", title);
	u->changed = true;
	return t;
}

void top_text_close(struct top_text *t)
{
	top_lines_clear(&t->lines);
	top_echo_free(t->echo);
	sinsp_text_free(&t->piece);
	memset(t, 0, sizeof(*t));
}

static void add(struct top_text *t, const char *s)
{
	top_lines_add(&t->lines, s, strlen(s), false);
}

/* ---- help ---- */

int top_text_help(struct top_ui *u)
{
	struct top_text *t = push(u, "Help");

	add(t, "scapula top shows what happens, or happened in a capture, as tables.\n"
	       " \n"
	       "A table is a view of the events: a row for each process, file, container ...\n"
	       "Enter opens a row in the view below: its events alone are added up there. F2\n"
	       "then shows the same events in other views: a container, its processes, the\n"
	       "files of one of them. Backspace goes back, to the row and the order that it was\n"
	       "left in.\n"
	       " \n"
	       "Live, a table shows what happened in the last moments, amounts as amounts a\n"
	       "second. Of a capture it shows all of it, or the part from --from to --to.\n"
	       " \n"
	       "A filter (F4) is one of scapula(1): proc.name = nginx and evt.failed = true.\n"
	       "It holds beside the view's own.\n"
	       " \n"
	       "Keys\n");
	top_keys_help(&t->lines);
	add(t, " \nscapula top changes nothing and starts no program: csysdig's actions (F8) are\n"
	       "not there. scapula-top(1) tells more.\n");
	return 0;
}

/* ---- legend ---- */

/* Broken at blanks to lines of at most @width, but for the first @indent of each. */
static void add_wrapped(struct top_lines *out, const char *text, size_t width, size_t indent)
{
	struct sinsp_text t = { 0 };
	size_t n, at = 0;

	for (; *text; text += n) {
		text += strspn(text, " \n\t");
		n = strcspn(text, " \n\t");
		if (at && at + 1 + n > width) {
			sinsp_text_printf(&t, "\n%*s", (int)indent, "");
			at = indent;
		} else if (at && n) {
			sinsp_text_puts(&t, " ");
			at++;
		}
		sinsp_text_add(&t, text, n);
		at += n;
	}
	if (t.ptr)
		top_lines_add(out, t.ptr, t.len, false);
	sinsp_text_free(&t);
}

void top_legend_add(const struct top_view *v, bool containers, size_t width, struct top_lines *out)
{
	struct sinsp_text t = { 0 };
	size_t i;

	add_wrapped(out, v->doc, width, 0);
	for (i = 0; v->tips && v->tips[i]; i++) {
		top_lines_add(out, " ", 1, false);
		add_wrapped(out, v->tips[i], width, 0);
	}
	top_lines_add(out, " \nColumns", 9, false);
	for (i = 0; i < v->n_columns; i++) {
		const struct top_column *c = &v->columns[i];

		if (!c->name || (c->containers && !containers))
			continue;
		sinsp_text_clear(&t);
		sinsp_text_printf(&t, "%s: %s", c->name, c->doc ? c->doc : c->field);
		if (!t.failed)
			add_wrapped(out, t.ptr, width, 2);
	}
	sinsp_text_clear(&t);
	sinsp_text_printf(&t, " \nId: %s\nFilter: %s\n", v->id, v->filter ? v->filter : "none");
	if (v->path)
		sinsp_text_printf(&t, "File: %s\n", v->path);
	if (!t.failed)
		top_lines_add(out, t.ptr, t.len, false);
	sinsp_text_free(&t);
}

int top_text_legend(struct top_ui *u)
{
	const struct top_view *v = top_level_now(u)->view;
	struct top_text *t = push(u, "Legend");

	add(t, v->name);
	add(t, " \n");
	top_legend_add(v, u->options->containers, u->columns > 20 ? (size_t)u->columns - 1 : 20,
		       &t->lines);
	return 0;
}

/* ---- events ---- */

static int bind(void *arg, struct sinsp *s, struct scap_error *err)
{
	struct top_ui *u = arg;
	struct top_level *l = top_level_now(u);
	struct top_row *row = l->selected < l->n ? l->list[l->selected] : NULL;
	struct sinsp_text filter = { 0 };
	int rc;

	/* Where rows have no name the events of all of them are told. */
	if (!top_level_filter(l, row, &filter)) {
		sinsp_text_clear(&filter);
		top_level_filter(l, NULL, &filter);
	}
	rc = top_echo_bind(top_text_now(u)->echo, s, filter.ptr, err);
	sinsp_text_free(&filter);
	return rc;
}

static void unbind(void *arg)
{
	struct top_ui *u = arg;
	size_t i;

	for (i = 0; i < u->n_texts; i++)
		if (u->text[i].echo)
			top_echo_unbind(u->text[i].echo);
}

static struct top_text *echoing(struct top_ui *u)
{
	size_t i;

	for (i = 0; i < u->n_texts; i++)
		if (u->text[i].echo)
			return &u->text[i];
	return NULL;
}

static void event(void *arg, const struct sinsp_event *ev, const struct top_state *st)
{
	struct top_ui *u = arg;
	struct top_text *t = echoing(u);
	size_t lines = top_body_lines(u), lost;
	bool at_end;

	if (st || !t || (u->paused && top_is_live(u)))
		return;
	sinsp_text_clear(&t->piece);
	top_echo_event(t->echo, ev, &t->piece);
	if (!t->piece.len)
		return;
	at_end = t->first + lines >= t->lines.n;
	lost = top_lines_add(&t->lines, t->piece.ptr, t->piece.len, top_is_live(u));
	t->first = t->first > lost ? t->first - lost : 0;
	if (top_is_live(u) && at_end)
		t->first = t->lines.n > lines ? t->lines.n - lines : 0;
	u->changed = true;
}

static bool full(void *arg)
{
	const struct top_text *t = echoing(arg);

	return t && t->lines.full;
}

int top_text_read(struct top_ui *u, struct top_text *t, struct scap_error *err)
{
	struct top_sink sink = {
		.bind = bind, .unbind = unbind, .event = event, .full = full, .arg = u
	};

	top_lines_clear(&t->lines);
	t->first = 0;
	return top_source_aim(&u->source, &sink, err);
}

int top_text_echo(struct top_ui *u, enum top_echo_kind kind, struct scap_error *err)
{
	struct top_text *t = push(u, kind == TOP_ECHO_IO ? "I/O" : "Events");

	t->echo = top_echo_new(kind, u->options);
	if (!t->echo)
		return scap_fail(err, -ENOMEM, "out of memory");
	return top_text_read(u, t, err);
}

bool top_text_search(struct top_text *t, const char *what, bool next)
{
	size_t i, at;

	for (i = next; i < t->lines.n + next; i++) {
		at = (t->first + i) % t->lines.n;
		if (strcasestr(t->lines.line[at], what)) {
			t->first = t->found = at;
			return true;
		}
	}
	return false;
}
