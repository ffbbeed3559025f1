/* SPDX-License-Identifier: BSD-2-Clause */
/* The full-screen program: what keys do, and the loop that reads events, draws and waits for them.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "complain.h"
#include "sandbox.h"
#include "top_ui.h"

#define READ_MS 40  /* between two looks at the keyboard */
#define LIST_MS 400 /* between two lists while a capture is read */

static void say(struct top_ui *u, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void say(struct top_ui *u, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(u->message, sizeof(u->message), fmt, ap);
	va_end(ap);
	u->changed = true;
}

/* ---- going down and up ---- */

/* The level that is shown is read, if it is not all there. */
static void resume(struct top_ui *u)
{
	struct top_level *l = top_level_now(u);
	struct scap_error err = { 0 };

	if (top_is_live(u) || !l->complete) {
		if (top_level_read(u, l, &err) < 0)
			say(u, "%s", err.msg);
	}
	u->changed = true;
}

static void go_back(struct top_ui *u)
{
	if (u->n_texts) {
		bool echo = top_text_now(u)->echo;

		if (echo)
			top_source_release(&u->source);
		top_text_close(&u->text[--u->n_texts]);
		if (echo)
			resume(u);
		u->changed = true;
	} else if (u->depth) {
		top_source_release(&u->source);
		top_level_close(top_level_now(u));
		u->depth--;
		resume(u);
	}
}

static void open_level(struct top_ui *u, const struct top_view *v, const char *filter,
		       const char *label, const char *from_field)
{
	struct scap_error err = { 0 };

	u->depth++;
	if (top_level_open(u, v, filter, label, from_field, &err) == 0)
		return;
	say(u, "%s", err.msg);
	top_source_release(&u->source);
	top_level_close(top_level_now(u));
	u->depth--;
	top_level_now(u)->complete = false; /* what it was read from may be gone */
	resume(u);
}

static void drill_down(struct top_ui *u)
{
	struct top_level *l = top_level_now(u);
	const struct top_view *below = top_catalogue_get(u->catalogue, l->view->below);
	struct top_row *row = l->selected < l->n ? l->list[l->selected] : NULL;
	struct sinsp_text filter = { 0 }, condition = { 0 }, label = { 0 };

	if (!row)
		return;
	if (!below || !*top_rows_key_field(l->rows)) {
		say(u, "There is no view below this one: F6 shows events.");
	} else if (u->depth + 1 == TOP_MAX_LEVELS) {
		say(u, "This is deep enough: Backspace goes back.");
	} else if (top_level_filter(l, row, &filter) &&
		   top_rows_condition(l->rows, row, &condition)) {
		sinsp_text_printf(&label, "%s%s%s", l->label ? l->label : "",
				  l->label ? " and " : "", condition.ptr);
		open_level(u, below, filter.ptr, label.ptr, top_rows_key_field(l->rows));
	}
	sinsp_text_free(&filter);
	sinsp_text_free(&condition);
	sinsp_text_free(&label);
}

/* Another view, or another filter, of the same level. */
static void change_level(struct top_ui *u, const struct top_view *v, const char *filter)
{
	struct top_level *l = top_level_now(u), old = *l;
	struct scap_error err = { 0 };

	top_source_release(&u->source);
	if (top_level_open(u, v, filter, old.label, old.from_field, &err) == 0) {
		top_level_close(&old);
		return;
	}
	say(u, "%s", err.msg);
	top_source_release(&u->source);
	top_level_close(l);
	*l = old;
	l->complete = false;
	resume(u);
}

static void echo(struct top_ui *u, enum top_echo_kind kind)
{
	struct scap_error err = { 0 };

	if (top_level_now(u)->n == 0)
		return;
	if (top_text_echo(u, kind, &err) == 0)
		return;
	go_back(u);
	say(u, "%s", err.msg);
}

/* ---- menus ---- */

static void menu_put(struct top_menu *m, size_t place, bool selected)
{
	if (m->n == sizeof(m->place) / sizeof(m->place[0]))
		return;
	if (selected)
		m->selected = m->n;
	m->place[m->n++] = place;
}

static void open_menu(struct top_ui *u, enum top_menu_kind kind)
{
	struct top_level *l = top_level_now(u);
	struct top_menu *m = &u->menu;
	size_t i, c;

	memset(m, 0, sizeof(*m));
	m->kind = kind;
	if (kind == TOP_MENU_SORT) {
		for (i = 0; (c = top_rows_column(l->rows, i)) != SIZE_MAX; i++)
			menu_put(m, c, c == l->sort);
		return;
	}
	for (i = 0; i < u->catalogue->n; i++)
		if (top_view_applies(u->catalogue->views[i], l->from_field))
			menu_put(m, i, u->catalogue->views[i] == l->view);
}

static void menu_move(struct top_ui *u, size_t to)
{
	struct top_menu *m = &u->menu;
	size_t lines = top_body_lines(u);

	if (to >= m->n)
		to = m->n ? m->n - 1 : 0;
	m->selected = to;
	if (m->first > to)
		m->first = to;
	if (lines && to >= m->first + lines)
		m->first = to - lines + 1;
}

static void menu_choose(struct top_ui *u)
{
	enum top_menu_kind kind = u->menu.kind;
	size_t place = u->menu.n ? u->menu.place[u->menu.selected] : 0;
	struct top_level *l = top_level_now(u);
	char *filter;

	u->menu.kind = TOP_NO_MENU;
	if (!u->menu.n)
		return;
	if (kind == TOP_MENU_SORT) {
		top_level_sort(u, l, place);
	} else if (u->catalogue->views[place] != l->view) {
		filter = l->filter ? strdup(l->filter) : NULL;
		change_level(u, u->catalogue->views[place], filter);
		free(filter);
	}
}

static void menu_key(struct top_ui *u, const struct top_key *k)
{
	struct top_menu *m = &u->menu;
	size_t page = top_body_lines(u), at = m->selected;

	switch (k->action) {
	case TOP_UP:
		menu_move(u, at ? at - 1 : 0);
		break;
	case TOP_DOWN:
		menu_move(u, at + 1);
		break;
	case TOP_PAGE_UP:
		menu_move(u, at > page ? at - page : 0);
		break;
	case TOP_PAGE_DOWN:
		menu_move(u, at + page);
		break;
	case TOP_HOME:
		menu_move(u, 0);
		break;
	case TOP_END:
		menu_move(u, m->n);
		break;
	case TOP_ENTER:
		menu_choose(u);
		break;
	case TOP_QUIT:
		u->quit = true;
		break;
	case TOP_NOTHING:
	case TOP_RESIZE:
		break;
	default:
		m->kind = TOP_NO_MENU;
	}
}

/* ---- what is typed ---- */

static void search(struct top_ui *u, bool next)
{
	struct top_text *t = top_text_now(u);
	bool found;

	if (!u->search[0])
		return;
	found = t ? top_text_search(t, u->search, next)
		  : top_level_search(u, top_level_now(u), u->search, next);
	if (!found)
		say(u, "Not found: %s", u->search);
	u->changed = true;
}

static void open_prompt(struct top_ui *u, enum top_prompt_kind kind, const char *text)
{
	u->prompt.kind = kind;
	snprintf(u->prompt.text, sizeof(u->prompt.text), "%s", text ? text : "");
}

static void take_filter(struct top_ui *u)
{
	struct scap_error err = { 0 };
	struct sinsp_filter *f = NULL;
	const char *text = u->prompt.text;

	if (*text && !(f = sinsp_filter_new(NULL, text, &err))) {
		say(u, "%s", err.msg);
		return;
	}
	sinsp_filter_free(f);
	u->prompt.kind = TOP_NO_PROMPT;
	change_level(u, top_level_now(u)->view, *text ? text : NULL);
}

static void go_to_line(struct top_ui *u)
{
	struct top_text *t = top_text_now(u);
	unsigned long long n = strtoull(u->prompt.text, NULL, 10);

	u->prompt.kind = TOP_NO_PROMPT;
	if (t && t->lines.n && n)
		t->first = n <= t->lines.n ? (size_t)n - 1 : t->lines.n - 1;
}

static void prompt_enter(struct top_ui *u)
{
	if (u->prompt.kind == TOP_PROMPT_FILTER)
		take_filter(u);
	else if (u->prompt.kind == TOP_PROMPT_GOTO)
		go_to_line(u);
	else
		u->prompt.kind = TOP_NO_PROMPT;
}

static void prompt_key(struct top_ui *u, const struct top_key *k)
{
	char *text = u->prompt.text;
	size_t len = strlen(text);

	switch (k->action) {
	case TOP_CHAR:
		if (len + strlen(k->bytes) < sizeof(u->prompt.text))
			strcpy(text + len, k->bytes);
		break;
	case TOP_BACK:
		while (len && ((unsigned char)text[--len] & 0xc0) == 0x80)
			;
		text[len] = '\0';
		break;
	case TOP_CLEAR:
		text[0] = '\0';
		break;
	case TOP_ENTER:
		prompt_enter(u);
		return;
	case TOP_ESCAPE:
		u->prompt.kind = TOP_NO_PROMPT;
		return;
	default:
		return;
	}
	if (u->prompt.kind != TOP_PROMPT_SEARCH)
		return;
	snprintf(u->search, sizeof(u->search), "%s", text);
	search(u, false);
}

/* ---- keys of tables and texts ---- */

static void clear(struct top_ui *u)
{
	struct top_level *l = top_level_now(u);
	struct top_text *t = top_text_now(u);

	if (t && t->echo) {
		top_lines_clear(&t->lines);
		t->first = 0;
	} else if (!t && l->view->list) {
		top_rows_clear(l->rows);
		l->n = l->selected = l->first = 0;
	} else {
		say(u, "Only lists and texts of events can be cleared.");
	}
}

static void change_form(struct top_ui *u)
{
	struct top_text *t = top_text_now(u);
	struct scap_error err = { 0 };

	if (!t->echo)
		return;
	top_echo_next_form(t->echo);
	if (top_text_read(u, t, &err) < 0)
		say(u, "%s", err.msg);
	else
		say(u, "Buffers: %s", top_echo_form(t->echo));
}

static void text_key(struct top_ui *u, const struct top_key *k)
{
	struct top_text *t = top_text_now(u);
	size_t page = top_body_lines(u), last = t->lines.n > page ? t->lines.n - page : 0;
	size_t to = t->first;

	switch (k->action) {
	case TOP_UP:
		to -= to > 0;
		break;
	case TOP_DOWN:
		to++;
		break;
	case TOP_PAGE_UP:
		to -= to < page ? to : page;
		break;
	case TOP_PAGE_DOWN:
		to += page;
		break;
	case TOP_HOME:
		to = t->skip = 0;
		break;
	case TOP_END:
		to = last;
		break;
	case TOP_VIEWS:
		change_form(u);
		return;
	case TOP_GOTO:
		open_prompt(u, TOP_PROMPT_GOTO, NULL);
		return;
	case TOP_ENTER:
	default:
		return;
	}
	t->first = to < last ? to : to > t->first ? (t->first > last ? t->first : last) : to;
}

static void table_key(struct top_ui *u, const struct top_key *k)
{
	struct top_level *l = top_level_now(u);
	size_t page = top_body_lines(u), at = l->selected;

	switch (k->action) {
	case TOP_UP:
		top_level_select(u, l, at ? at - 1 : 0);
		break;
	case TOP_DOWN:
		top_level_select(u, l, at + 1);
		break;
	case TOP_PAGE_UP:
		top_level_select(u, l, at > page ? at - page : 0);
		break;
	case TOP_PAGE_DOWN:
		top_level_select(u, l, at + page);
		break;
	case TOP_HOME:
		top_level_select(u, l, 0);
		l->skip = 0;
		break;
	case TOP_END:
		top_level_select(u, l, l->n);
		break;
	case TOP_ENTER:
		drill_down(u);
		break;
	case TOP_VIEWS:
		open_menu(u, TOP_MENU_VIEWS);
		break;
	case TOP_SORT:
		open_menu(u, TOP_MENU_SORT);
		break;
	case TOP_SORT_N:
		top_level_sort(u, l, top_rows_column(l->rows, (size_t)k->n));
		break;
	case TOP_FILTER:
		open_prompt(u, TOP_PROMPT_FILTER, l->filter);
		break;
	case TOP_ECHO:
		echo(u, TOP_ECHO_IO);
		break;
	case TOP_DIG:
		echo(u, TOP_ECHO_EVENTS);
		break;
	case TOP_LEGEND:
		top_text_legend(u);
		break;
	case TOP_ACTIONS:
		say(u, "csysdig's actions are shell commands: scapula top starts none.");
		break;
	default:
		break;
	}
}

/* The same in both: returns whether it was one of them. */
static bool common_key(struct top_ui *u, const struct top_key *k)
{
	struct top_text *t = top_text_now(u);
	size_t *skip = t ? &t->skip : &top_level_now(u)->skip;

	switch (k->action) {
	case TOP_LEFT:
		*skip -= *skip < 8 ? *skip : 8;
		return true;
	case TOP_RIGHT:
		*skip += *skip < 4096 ? 8 : 0;
		return true;
	case TOP_HELP:
		if (!t || t->echo)
			top_text_help(u);
		return true;
	case TOP_BACK:
	case TOP_ESCAPE:
		if (k->action == TOP_BACK || t)
			go_back(u);
		return true;
	case TOP_SEARCH:
		open_prompt(u, TOP_PROMPT_SEARCH, NULL);
		return true;
	case TOP_SEARCH_NEXT:
		search(u, true);
		return true;
	case TOP_PAUSE:
		u->paused = !u->paused;
		return true;
	case TOP_CLEAR:
		clear(u);
		return true;
	case TOP_QUIT:
		u->quit = true;
		return true;
	default:
		return k->action == TOP_RESIZE;
	}
}

static void resized(struct top_ui *u)
{
	top_screen_size(&u->lines, &u->columns);
	top_level_select(u, top_level_now(u), top_level_now(u)->selected);
	if (u->menu.kind)
		menu_move(u, u->menu.selected);
}

static void handle_key(struct top_ui *u, const struct top_key *k)
{
	if (k->action == TOP_NOTHING)
		return;
	u->message[0] = '\0';
	u->changed = true;
	if (k->action == TOP_RESIZE)
		resized(u);
	else if (u->prompt.kind)
		prompt_key(u, k);
	else if (u->menu.kind)
		menu_key(u, k);
	else if (common_key(u, k))
		return;
	else if (top_text_now(u))
		text_key(u, k);
	else
		table_key(u, k);
}

/* ---- the loop ---- */

static bool shows_events(const struct top_ui *u)
{
	size_t i;

	for (i = 0; i < u->n_texts; i++)
		if (u->text[i].echo)
			return true;
	return false;
}

/* Makes the list when it is time; of a capture less often if that takes long. */
static void renew_list(struct top_ui *u)
{
	struct top_level *l = top_level_now(u);
	uint64_t now = top_clock_ms(), took;
	bool finished = !top_is_live(u) && u->source.ended && !l->complete;

	if (shows_events(u) || l->complete || (!finished && now < u->next_list))
		return;
	if (u->paused && top_is_live(u)) {
		/* what happens in between is not added to what comes after */
		if (l->filling != l->rows)
			top_rows_clear(l->filling);
		top_source_next_sample(&u->source);
	} else {
		if (top_is_live(u))
			top_source_sample(&u->source);
		top_level_list(u, l);
		if (top_is_live(u))
			top_source_next_sample(&u->source);
	}
	l->complete = finished;
	l->events = u->source.events;
	took = top_clock_ms() - now;
	u->next_list = now + took +
		       (top_is_live(u)	     ? u->options->delay_ms
			: took * 4 > LIST_MS ? took * 4
					     : LIST_MS);
	u->changed = true;
}

static unsigned int patience(const struct top_ui *u)
{
	if (top_is_live(u))
		return 0;
	return u->source.ended || u->paused ? 250 : 0;
}

static void loop(struct top_ui *u)
{
	struct top_key k;

	while (!u->quit && !capture_interrupted()) {
		if (!u->paused || top_is_live(u)) {
			top_source_step(&u->source, READ_MS);
			renew_list(u);
		}
		if (top_is_live(u) && u->source.ended) {
			u->quit = true;
			break;
		}
		if (u->changed)
			top_draw(u);
		u->changed = !top_is_live(u) && !u->source.ended && !u->paused;
		k = top_key_read(patience(u), u->prompt.kind, top_text_now(u));
		handle_key(u, &k);
	}
}

static int end(struct top_ui *u)
{
	bool damaged = u->source.trouble[0];
	char trouble[sizeof(u->source.trouble)];

	memcpy(trouble, u->source.trouble, sizeof(trouble));
	top_source_release(&u->source);
	while (u->n_texts)
		top_text_close(&u->text[--u->n_texts]);
	top_source_close(&u->source);
	do
		top_level_close(&u->level[u->depth]);
	while (u->depth--);
	if (!damaged)
		return EXIT_SUCCESS;
	if (u->source.file)
		complain_file(u->source.file, trouble);
	else
		complain("%s", trouble);
	return u->options->tolerate ? EXIT_SUCCESS : EXIT_FAILURE;
}

int top_run(const struct options *o, struct top_catalogue *c, const struct top_view *v)
{
	struct top_ui *u = calloc(1, sizeof(*u));
	struct scap_error err = { 0 };
	int rc;

	if (!u)
		return complain("out of memory");
	u->options = o;
	u->catalogue = c;
	u->source.options = o;
	u->source.file = o->n_files ? o->files[0] : NULL;
	capture_catch_signals();
	/* Opened before the screen is taken: what is wrong is told as other verbs tell it. */
	rc = top_source_open(&u->source, &err);
	if (rc == 0)
		rc = top_level_open(u, v, o->filter, o->filter, "", &err);
	if (rc < 0) {
		rc = u->source.file ? complain_file(u->source.file, err.msg)
				    : complain("%s", err.msg);
	} else if (!top_screen_open()) {
		rc = complain("top: this terminal (TERM) is not known");
	} else {
		if (u->source.file)
			sandbox_enter_terminal();
		if (o->sort_column)
			u->level[0].sort = top_rows_column(u->level[0].rows, o->sort_column - 1);
		u->changed = true;
		top_screen_size(&u->lines, &u->columns);
		loop(u);
		top_screen_close();
		rc = EXIT_SUCCESS;
	}
	if (end(u) != EXIT_SUCCESS && rc == EXIT_SUCCESS)
		rc = EXIT_FAILURE;
	free(u);
	return rc;
}
