/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is on the screen: two lines on what is shown and of what, the titles, the rows, and the
 * keys. On a screen with few lines the rows come first.
 */
#include <string.h>

#include "top_ui.h"

#define MENU_WIDTH 24

/* A text has no titles. */
static int body_top(const struct top_ui *u)
{
	if (u->lines < 7)
		return u->lines >= 3;
	return u->n_texts ? 2 : 3;
}

static int body_bottom(const struct top_ui *u)
{
	return u->lines >= 4 || u->prompt.kind ? u->lines - 1 : u->lines;
}

size_t top_body_lines(const struct top_ui *u)
{
	int n = body_bottom(u) - body_top(u);

	return n > 0 ? (size_t)n : 0;
}

/* ---- the head ---- */

static void put_label(struct top_ui *u, int y, int *x, enum top_color color, const char *text)
{
	size_t width = top_screen_width(text);

	if (*x < u->columns)
		top_screen_put(y, *x, width < 4096 ? (int)width : 4096, color, text, 0);
	*x += (int)(width < 4096 ? width : 4096);
}

static void put_pair(struct top_ui *u, int y, int *x, const char *name, const char *value)
{
	put_label(u, y, x, TOP_HEAD, name);
	put_label(u, y, x, TOP_BOLD, value);
}

/* What makes the numbers less than the truth, at the right end of the first line. */
static void draw_warnings(struct top_ui *u)
{
	struct sinsp_text t = { 0 };
	struct scap_stats st = { 0 };
	uint64_t left_out = top_rows_left_out(top_level_now(u)->rows);
	int width;

	if (u->source.scap)
		scap_stats(u->source.scap, &st);
	if (u->source.trouble[0])
		sinsp_text_puts(&t, u->source.gaps ? " damaged " : " ended by an error ");
	if (st.lost)
		sinsp_text_printf(&t, " %llu events lost ", (unsigned long long)st.lost);
	if (left_out)
		sinsp_text_printf(&t, " too many rows: %llu events left out ",
				  (unsigned long long)left_out);
	width = (int)t.len;
	if (width && u->columns > width + 20)
		top_screen_put(0, u->columns - width, width, TOP_WARNING, t.ptr, 0);
	sinsp_text_free(&t);
}

static void draw_head(struct top_ui *u)
{
	struct top_level *l = top_level_now(u);
	struct top_text *text = top_text_now(u);
	struct sinsp_text t = { 0 };
	char numbers[128];
	int x = 0, y = 0;

	if (u->lines < 3)
		return;
	put_pair(u, y, &x, "Viewing: ", text ? text->title : l->view->name);
	put_pair(u, y, &x, " For: ", l->label ? l->label : "whole machine");
	if (text && text->echo && l->selected < l->n) {
		sinsp_text_puts(&t, l->label ? " and " : ": ");
		if (top_rows_condition(l->rows, l->list[l->selected], &t))
			put_label(u, y, &x, TOP_BOLD, t.ptr);
	}
	draw_warnings(u);
	if (u->lines < 7)
		goto out;
	x = 0;
	y = 1;
	put_pair(u, y, &x, "Source: ", u->source.file ? u->source.file : "live system");
	if (!u->source.file)
		snprintf(numbers, sizeof(numbers), "%s", u->paused ? " (paused)" : "");
	else if (l->complete)
		snprintf(numbers, sizeof(numbers), " (%llu evts, %.2fs)",
			 (unsigned long long)l->events, l->seconds);
	else
		snprintf(numbers, sizeof(numbers), " (%s %u%%)",
			 u->paused ? "paused at" : "reading", top_source_percent(&u->source));
	put_label(u, y, &x, TOP_BOLD, numbers);
	put_pair(u, y, &x, " Filter: ", l->view->filter ? l->view->filter : "");
out:
	sinsp_text_free(&t);
}

/* ---- a table ---- */

/* A piece of a line that begins at column @at of the table. */
static void put_cell(const struct top_level *l, int y, int left, size_t at, size_t width,
		     enum top_color color, const char *text)
{
	size_t end = at + width, skip = l->skip;

	if (end <= skip)
		return;
	if (at >= skip)
		top_screen_put(y, left + (int)(at - skip), (int)width, color, text, 0);
	else
		top_screen_put(y, left, (int)(end - skip), color, text, skip - at);
}

static size_t cell_width(const struct top_ui *u, const struct top_level *l, size_t column,
			 size_t at)
{
	int width = l->view->columns[column].width;
	size_t rest = (size_t)u->columns + l->skip;

	if (width)
		return (size_t)width;
	return rest > at ? rest - at : 1;
}

/* Numbers to the right, text to the left. */
static void draw_line(struct top_ui *u, struct top_level *l, int y, int left,
		      const struct top_row *row, enum top_color color)
{
	char buf[64], padded[128];
	size_t i, c, at = 0, width, len;
	const char *text;

	top_screen_put(y, left, u->columns, color, "", 0);
	for (i = 0; (c = top_rows_column(l->rows, i)) != SIZE_MAX; i++) {
		width = cell_width(u, l, c, at);
		if (row)
			text = top_rows_text(l->rows, row, c, buf, sizeof(buf));
		else
			top_rows_title(l->rows, c, buf, sizeof(buf)), text = buf;
		len = strlen(text);
		if (!top_rows_is_text(l->rows, c) && len < width && width < sizeof(padded)) {
			snprintf(padded, sizeof(padded), "%*s", (int)width, text);
			text = padded;
		}
		put_cell(l, y, left, at, width, !row && c == l->sort ? TOP_SELECTED : color, text);
		at += width + 1;
	}
}

static void draw_table(struct top_ui *u, int left)
{
	struct top_level *l = top_level_now(u);
	size_t i, lines = top_body_lines(u);
	int y = body_top(u);

	if (u->lines >= 7)
		draw_line(u, l, 2, left, NULL, TOP_TITLE);
	for (i = 0; i < lines && l->first + i < l->n; i++)
		draw_line(u, l, y + (int)i, left, l->list[l->first + i],
			  l->first + i == l->selected && !u->menu.kind ? TOP_SELECTED : TOP_NORMAL);
	if (l->n == 0 && l->complete && lines)
		top_screen_put(y, left, u->columns, TOP_NORMAL,
			       l->view->filter && strstr(l->view->filter, "evt.latency")
				       ? "Nothing: calls took less, or latencies were not recorded."
				       : "Nothing in this capture matches the filter.",
			       0);
}

/* ---- a menu ---- */

static const char *menu_name(struct top_ui *u, size_t i)
{
	if (u->menu.kind == TOP_MENU_VIEWS)
		return u->catalogue->views[u->menu.place[i]]->name;
	return top_level_now(u)->view->columns[u->menu.place[i]].name;
}

static void draw_beside(struct top_ui *u)
{
	const struct top_view *v = u->catalogue->views[u->menu.place[u->menu.selected]];
	struct top_lines out = { 0 };
	size_t i, lines = top_body_lines(u);
	int x = MENU_WIDTH + 1, width = u->columns - x;

	if (width < 8)
		return;
	top_legend_add(v, u->options->containers, (size_t)width, &out);
	top_screen_put(2, x, width, TOP_BOLD, v->name, 0);
	for (i = 0; i < lines && i < out.n; i++)
		top_screen_put(body_top(u) + (int)i, x, width, TOP_NORMAL, out.line[i], 0);
	top_lines_clear(&out);
}

static void draw_menu(struct top_ui *u)
{
	size_t i, lines = top_body_lines(u);
	bool views = u->menu.kind == TOP_MENU_VIEWS;

	if (u->lines >= 7)
		top_screen_put(2, 0, MENU_WIDTH, TOP_TITLE,
			       views ? "Select view" : "Select sort column", 0);
	for (i = 0; i < lines; i++) {
		size_t at = u->menu.first + i;

		top_screen_put(body_top(u) + (int)i, 0, MENU_WIDTH,
			       at == u->menu.selected ? TOP_SELECTED : TOP_NORMAL,
			       at < u->menu.n ? menu_name(u, at) : "", 0);
	}
	if (views && u->menu.n)
		draw_beside(u);
}

/* ---- a text ---- */

static void draw_text(struct top_ui *u, const struct top_text *t)
{
	size_t i, lines = top_body_lines(u);

	for (i = 0; i < lines && t->first + i < t->lines.n; i++) {
		bool found = u->search[0] && t->first + i == t->found && t->found;

		top_screen_put(body_top(u) + (int)i, 0, u->columns,
			       found ? TOP_SELECTED : TOP_NORMAL, t->lines.line[t->first + i],
			       t->skip);
	}
	if (t->lines.full && t->first + lines >= t->lines.n && i < lines)
		top_screen_put(body_top(u) + (int)i, 0, u->columns, TOP_WARNING,
			       "There is more: --from and --to choose a part, F4 a filter.", 0);
	if (t->echo && !t->lines.n && u->source.ended)
		top_screen_put(body_top(u), 0, u->columns, TOP_NORMAL, "No events.", 0);
}

/* ---- the last line ---- */

struct hint {
	const char *key, *name;
};

static void draw_hints(int y, const struct hint *h)
{
	int x = 0;

	for (; h->key; h++) {
		top_screen_put(y, x, (int)strlen(h->key), TOP_NORMAL, h->key, 0);
		x += (int)strlen(h->key);
		top_screen_put(y, x, (int)strlen(h->name), TOP_KEY, h->name, 0);
		x += (int)strlen(h->name);
	}
}

static void draw_position(struct top_ui *u, int y)
{
	const struct top_level *l = top_level_now(u);
	const struct top_text *t = top_text_now(u);
	size_t at = t ? t->first : l->selected, n = t ? t->lines.n : l->n;
	char buf[64];
	int width;

	width = snprintf(buf, sizeof(buf), " %zu/%zu(%.1f%%)", n ? at + 1 : 0, n,
			 n ? 100.0 * (double)(at + 1) / (double)n : 0.0);
	if (u->columns > width)
		top_screen_put(y, u->columns - width, width, TOP_NORMAL, buf, 0);
}

static void draw_prompt(struct top_ui *u, int y)
{
	static const char *const names[] = {
		[TOP_PROMPT_FILTER] = "Filter: ",
		[TOP_PROMPT_SEARCH] = "Search: ",
		[TOP_PROMPT_GOTO] = "Line: ",
	};
	const char *name = names[u->prompt.kind];
	int left = (int)strlen(name), room = u->columns - left - 1;
	size_t len = top_screen_width(u->prompt.text);
	size_t skip = room > 0 && len > (size_t)room ? len - (size_t)room : 0;

	top_screen_put(y, 0, left, TOP_HEAD, name, 0);
	top_screen_put(y, left, u->columns, TOP_NORMAL, u->prompt.text, skip);
	if (u->message[0] && y > 0)
		top_screen_put(y - 1, 0, u->columns, TOP_WARNING, u->message, 0);
	top_screen_cursor(y, left + (int)(len - skip));
}

static void draw_foot(struct top_ui *u)
{
	static const struct hint table[] = {
		{ "F1", "Help  " }, { "F2", "Views " }, { "F4", "Filter" }, { "F5", "Echo  " },
		{ "F6", "Dig   " }, { "F7", "Legend" }, { "F9", "Sort  " }, { NULL, NULL },
	};
	static const struct hint text[] = {
		{ "F1", "Help  " }, { "F2", "Form  " },	 { "F3", "Next " }, { "^F", "Search" },
		{ "^G", "Line " },  { "Bksp", "Back " }, { NULL, NULL },
	};
	static const struct hint menu[] = {
		{ "Enter", "Choose" },
		{ "Esc", "Back" },
		{ NULL, NULL },
	};
	int y = u->lines - 1;

	if (y < 0 || body_bottom(u) == u->lines)
		return;
	if (u->prompt.kind) {
		draw_prompt(u, y);
	} else if (u->message[0]) {
		top_screen_put(y, 0, u->columns, TOP_WARNING, u->message, 0);
	} else {
		draw_hints(y, u->menu.kind ? menu : top_text_now(u) ? text : table);
		draw_position(u, y);
	}
}

void top_draw(struct top_ui *u)
{
	struct top_text *t = top_text_now(u);

	top_screen_size(&u->lines, &u->columns);
	top_screen_clear();
	top_screen_cursor(-1, 0);
	draw_head(u);
	if (t)
		draw_text(u, t);
	else if (u->menu.kind == TOP_MENU_VIEWS)
		draw_menu(u);
	else
		draw_table(u, u->menu.kind ? MENU_WIDTH : 0);
	if (!t && u->menu.kind == TOP_MENU_SORT)
		draw_menu(u);
	draw_foot(u);
	top_screen_show();
}
