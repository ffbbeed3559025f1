/* SPDX-License-Identifier: BSD-2-Clause */
/* The keys: one row of the table a key; the help is made of the rows. */
#include <curses.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "top.h"

#define CTRL(c)	  ((c)&0x1f)
#define ESCAPE	  0x1b
#define NO_LETTER 0

enum where { EVERYWHERE, TABLE, LINES_ONLY };

static const struct {
	wint_t key[4];
	enum top_action action;
	enum where where;
	const char *keys, *help; /* NULL: told by the row before */
} rows[] = {
	{ { KEY_UP },
	  TOP_UP,
	  EVERYWHERE,
	  "arrows, PgUp ... End",
	  "move; left and right: to the ends of long lines" },
	{ { KEY_DOWN }, TOP_DOWN, EVERYWHERE, NULL, NULL },
	{ { KEY_LEFT }, TOP_LEFT, EVERYWHERE, NULL, NULL },
	{ { KEY_RIGHT }, TOP_RIGHT, EVERYWHERE, NULL, NULL },
	{ { KEY_PPAGE }, TOP_PAGE_UP, EVERYWHERE, NULL, NULL },
	{ { KEY_NPAGE }, TOP_PAGE_DOWN, EVERYWHERE, NULL, NULL },
	{ { KEY_HOME, KEY_FIND }, TOP_HOME, EVERYWHERE, NULL, NULL },
	{ { KEY_END, KEY_SELECT }, TOP_END, EVERYWHERE, NULL, NULL },
	{ { '\r', '\n', KEY_ENTER },
	  TOP_ENTER,
	  EVERYWHERE,
	  "Enter",
	  "open the row: the same events in the view below" },
	{ { KEY_BACKSPACE, 0x7f, CTRL('H') }, TOP_BACK, EVERYWHERE, "Backspace", "go back" },
	{ { ESCAPE }, TOP_ESCAPE, EVERYWHERE, NULL, NULL },
	{ { KEY_F(1), 'h', '?' }, TOP_HELP, EVERYWHERE, "F1, h, ?", "this help" },
	{ { KEY_F(2) },
	  TOP_VIEWS,
	  EVERYWHERE,
	  "F2",
	  "choose a view for the same events; of I/O: its form" },
	{ { CTRL('F'), '/' }, TOP_SEARCH, EVERYWHERE, "Ctrl-F, /", "search" },
	{ { KEY_F(3), 'n' }, TOP_SEARCH_NEXT, EVERYWHERE, "F3, n", "search on" },
	{ { KEY_F(4), '\\' }, TOP_FILTER, TABLE, "F4, \\", "change the filter" },
	{ { KEY_F(5), 'e' }, TOP_ECHO, TABLE, "F5, e", "what the row reads and writes" },
	{ { KEY_F(6), 'd' }, TOP_DIG, TABLE, "F6, d", "the events of the row" },
	{ { KEY_F(7) }, TOP_LEGEND, TABLE, "F7", "what this view and its columns show" },
	{ { KEY_F(8) }, TOP_ACTIONS, TABLE, "F8", "actions of csysdig's views: not run here" },
	{ { KEY_F(9), '>' }, TOP_SORT, TABLE, "F9, >", "choose the column to sort by" },
	{ { NO_LETTER },
	  TOP_SORT_N,
	  TABLE,
	  "Shift-1 to Shift-9",
	  "sort by that column; again: turn round" },
	{ { CTRL('G') }, TOP_GOTO, LINES_ONLY, "Ctrl-G", "go to a line of a text" },
	{ { 'p' }, TOP_PAUSE, EVERYWHERE, "p", "pause, and go on" },
	{ { KEY_DC, 'c' }, TOP_CLEAR, EVERYWHERE, "Del, c", "clear a list or a text" },
	{ { KEY_F(10), 'q' }, TOP_QUIT, EVERYWHERE, "F10, q", "quit" },
	{ { KEY_RESIZE }, TOP_RESIZE, EVERYWHERE, NULL, NULL },
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static bool is_letter(wint_t key, int rc)
{
	return rc == OK && key >= 0x20 && key != 0x7f;
}

static struct top_key typed(wint_t key)
{
	struct top_key k = { .action = TOP_CHAR };
	mbstate_t state = { 0 };
	size_t n = wcrtomb(k.bytes, (wchar_t)key, &state);

	if (n == (size_t)-1 || n >= sizeof(k.bytes))
		k.action = TOP_NOTHING;
	else
		k.bytes[n] = '\0';
	return k;
}

/* A character and a key of the keyboard have numbers of their own. */
static bool is_key(wint_t want, wint_t key, int rc)
{
	return want && want == key && (want >= KEY_MIN) == (rc == KEY_CODE_YES);
}

/* Who is told nothing of that, as under nohup, would wait for keys of a terminal that is gone. */
static bool is_hung_up(void)
{
	struct pollfd p = { .fd = STDIN_FILENO };

	return poll(&p, 1, 0) > 0 && p.revents & (POLLHUP | POLLERR | POLLNVAL);
}

struct top_key top_key_read(unsigned int ms, bool typing, bool lines)
{
	static const char shifted[] = "!@#$%^&*(";
	struct top_key k = { .action = TOP_NOTHING };
	const char *p;
	size_t i, j;
	wint_t key;
	int rc;

	timeout((int)ms);
	rc = get_wch(&key);
	if (rc == ERR) {
		k.action = is_hung_up() ? TOP_QUIT : TOP_NOTHING;
		return k;
	}
	if (typing && is_letter(key, rc))
		return typed(key);
	p = rc == OK && key > 0 && key < 0x7f ? strchr(shifted, (int)key) : NULL;
	if (p && !lines) {
		k.action = TOP_SORT_N;
		k.n = (int)(p - shifted);
		return k;
	}
	for (i = 0; i < N_ROWS; i++)
		for (j = 0; j < 4; j++)
			if (is_key(rows[i].key[j], key, rc) &&
			    rows[i].where != (lines ? TABLE : LINES_ONLY))
				k.action = rows[i].action;
	return k;
}

void top_keys_help(struct top_lines *out)
{
	struct sinsp_text t = { 0 };
	size_t i;

	for (i = 0; i < N_ROWS; i++)
		if (rows[i].keys)
			sinsp_text_printf(&t, "  %-24s%s\n", rows[i].keys, rows[i].help);
	if (t.ptr)
		top_lines_add(out, t.ptr, t.len, false);
	sinsp_text_free(&t);
}
