/* SPDX-License-Identifier: BSD-2-Clause */
/* The full-screen program: what keys do, and the loop that reads events, draws and waits for them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "complain.h"
#include "sandbox.h"
#include "top_ui.h"

#define READ_MS 40  /* between two looks at the keyboard */
#define LIST_MS 400 /* between two lists while a capture is read */

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
		top_say(u, "Only lists and texts of events can be cleared.");
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
		top_say(u, "%s", err.msg);
	else
		top_say(u, "Buffers: %s", top_echo_form(t->echo));
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
		top_open_prompt(u, TOP_PROMPT_GOTO, NULL);
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
		top_drill_down(u);
		break;
	case TOP_VIEWS:
		top_open_menu(u, TOP_MENU_VIEWS);
		break;
	case TOP_SORT:
		top_open_menu(u, TOP_MENU_SORT);
		break;
	case TOP_SORT_N:
		top_level_sort(u, l, top_rows_column(l->rows, (size_t)k->n));
		break;
	case TOP_FILTER:
		top_open_prompt(u, TOP_PROMPT_FILTER, l->filter);
		break;
	case TOP_ECHO:
		top_open_echo(u, TOP_ECHO_IO);
		break;
	case TOP_DIG:
		top_open_echo(u, TOP_ECHO_EVENTS);
		break;
	case TOP_LEGEND:
		top_text_legend(u);
		break;
	case TOP_ACTIONS:
		top_say(u, "csysdig's actions are shell commands: scapula top starts none.");
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
			top_go_back(u);
		return true;
	case TOP_SEARCH:
		top_open_prompt(u, TOP_PROMPT_SEARCH, NULL);
		return true;
	case TOP_SEARCH_NEXT:
		top_search(u, true);
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
		top_menu_move(u, u->menu.selected);
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
		top_prompt_key(u, k);
	else if (u->menu.kind)
		top_menu_key(u, k);
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
		top_source_sample(&u->source);
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
			top_level_sort_at_first(&u->level[0], o->sort_column);
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
