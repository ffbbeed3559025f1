/* SPDX-License-Identifier: BSD-2-Clause */
/* What is chosen and typed in the full-screen program: views, columns, filters, words. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "top_ui.h"

/* ---- menus ---- */

static void menu_put(struct top_menu *m, size_t place, bool selected)
{
	if (m->n == sizeof(m->place) / sizeof(m->place[0]))
		return;
	if (selected)
		m->selected = m->n;
	m->place[m->n++] = place;
}

void top_open_menu(struct top_ui *u, enum top_menu_kind kind)
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

void top_menu_move(struct top_ui *u, size_t to)
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

	u->menu.kind = TOP_NO_MENU;
	if (!u->menu.n)
		return;
	if (kind == TOP_MENU_SORT) {
		top_level_sort(u, l, place);
	} else if (u->catalogue->views[place] != l->view) {
		top_change_level(u, u->catalogue->views[place], l->filter, l->label);
	}
}

void top_menu_key(struct top_ui *u, const struct top_key *k)
{
	struct top_menu *m = &u->menu;
	size_t page = top_body_lines(u), at = m->selected;

	switch (k->action) {
	case TOP_UP:
		top_menu_move(u, at ? at - 1 : 0);
		break;
	case TOP_DOWN:
		top_menu_move(u, at + 1);
		break;
	case TOP_PAGE_UP:
		top_menu_move(u, at > page ? at - page : 0);
		break;
	case TOP_PAGE_DOWN:
		top_menu_move(u, at + page);
		break;
	case TOP_HOME:
		top_menu_move(u, 0);
		break;
	case TOP_END:
		top_menu_move(u, m->n);
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

void top_search(struct top_ui *u, bool next)
{
	struct top_text *t = top_text_now(u);
	bool found;

	if (!u->search[0])
		return;
	found = t ? top_text_search(t, u->search, next)
		  : top_level_search(u, top_level_now(u), u->search, next);
	if (!found)
		top_say(u, "Not found: %s", u->search);
	u->changed = true;
}

void top_open_prompt(struct top_ui *u, enum top_prompt_kind kind, const char *text)
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
		top_say(u, "%s", err.msg);
		return;
	}
	sinsp_filter_free(f);
	u->prompt.kind = TOP_NO_PROMPT;
	text = *text ? text : NULL;
	top_change_level(u, top_level_now(u)->view, text, text);
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

void top_prompt_key(struct top_ui *u, const struct top_key *k)
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
	top_search(u, false);
}
