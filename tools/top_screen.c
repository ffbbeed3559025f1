/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Drawing, with ncurses. All text comes through one door, top_screen_put(), where it is made
 * printable: what is no character of the locale, a control character or one without a width of its
 * own becomes a point, so that nothing captured can move the cursor or the columns.
 */
#include <curses.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#include "top.h"

#define MAX_CELLS 8192

static const struct {
	short fg, bg;
	attr_t attr, without; /* where there are colours, and where not */
} colors[] = {
	[TOP_NORMAL] = { -1, -1, A_NORMAL, A_NORMAL },
	[TOP_HEAD] = { COLOR_CYAN, -1, A_NORMAL, A_NORMAL },
	[TOP_TITLE] = { COLOR_BLACK, COLOR_GREEN, A_NORMAL, A_REVERSE },
	[TOP_SELECTED] = { COLOR_BLACK, COLOR_CYAN, A_NORMAL, A_REVERSE },
	[TOP_KEY] = { COLOR_BLACK, COLOR_CYAN, A_NORMAL, A_REVERSE },
	[TOP_WARNING] = { COLOR_WHITE, COLOR_RED, A_BOLD, A_BOLD },
	[TOP_BOLD] = { -1, -1, A_BOLD, A_BOLD },
};

static attr_t attrs[sizeof(colors) / sizeof(colors[0])];

bool top_screen_open(void)
{
	size_t i;

	setlocale(LC_CTYPE, "");
	signal(SIGTSTP, SIG_IGN); /* in the sandbox nothing can be stopped */
	signal(SIGQUIT, SIG_IGN); /* it would leave the terminal as it is now: see Ctrl-C */
	if (!newterm(NULL, stdout, stdin))
		return false;
	cbreak();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	keypad(stdscr, TRUE);
	set_escdelay(50);
	if (has_colors()) {
		start_color();
		use_default_colors();
	}
	for (i = 0; i < sizeof(colors) / sizeof(colors[0]); i++) {
		attrs[i] = colors[i].without;
		if (has_colors() && init_pair((short)(i + 1), colors[i].fg, colors[i].bg) == OK)
			attrs[i] = colors[i].attr | (attr_t)COLOR_PAIR(i + 1);
	}
	return true;
}

void top_screen_close(void)
{
	endwin();
}

void top_screen_size(int *lines, int *columns)
{
	getmaxyx(stdscr, *lines, *columns);
}

void top_screen_clear(void)
{
	erase();
}

/* One wchar_t for each column; the second column of a wide character is 0. */
static size_t to_cells(const char *text, wchar_t *out, size_t max)
{
	size_t left = strlen(text), n = 0;
	mbstate_t state = { 0 };

	while (left && n + 1 < max) {
		wchar_t c;
		size_t len = mbrtowc(&c, text, left, &state);
		int width = 0;

		if (len == 0 || len > left) { /* no character: the byte counts */
			memset(&state, 0, sizeof(state));
			len = 1;
		} else if (iswprint((wint_t)c)) {
			width = wcwidth(c);
		}
		if (width != 1 && width != 2) {
			width = 1;
			c = L'.';
		}
		out[n++] = c;
		if (width == 2)
			out[n++] = 0;
		text += len;
		left -= len;
	}
	return n;
}

size_t top_screen_width(const char *text)
{
	static wchar_t cells[MAX_CELLS];

	return to_cells(text, cells, MAX_CELLS);
}

void top_screen_put(int y, int x, int width, enum top_color color, const char *text, size_t skip)
{
	static wchar_t cells[MAX_CELLS], out[MAX_CELLS + 1];
	size_t n, i, k = 0, want;
	int lines, columns;

	getmaxyx(stdscr, lines, columns);
	if (y < 0 || y >= lines || x < 0 || x >= columns)
		return;
	if (width > columns - x)
		width = columns - x;
	if (width <= 0 || width > MAX_CELLS)
		return;
	want = (size_t)width;
	n = to_cells(text, cells, MAX_CELLS);
	for (i = 0; i < want; i++) {
		size_t at = skip + i;
		bool half_before = i == 0 && at < n && !cells[at];
		bool half_behind = i + 1 == want && at + 1 < n && !cells[at + 1];

		if (at >= n || half_before || half_behind)
			out[k++] = L' ';
		else if (cells[at])
			out[k++] = cells[at];
	}
	attrset((int)attrs[color]);
	mvaddnwstr(y, x, out, (int)k);
	attrset(A_NORMAL);
}

void top_screen_cursor(int y, int x)
{
	curs_set(y >= 0);
	if (y >= 0)
		move(y, x);
}

void top_screen_show(void)
{
	refresh();
}
