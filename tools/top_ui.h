/* SPDX-License-Identifier: BSD-2-Clause */
/* The full-screen program: what is on the screen, as its parts share it. */
#ifndef TOOLS_TOP_UI_H
#define TOOLS_TOP_UI_H

#include "top.h"

#define TOP_MAX_LEVELS 32

/* A table: a view of the events that match a filter. The one below is opened from a row of it. */
struct top_level {
	const struct top_view *view;
	char *filter;		  /* beside the view's own; NULL: none */
	char *label;		  /* which row it was opened from; NULL: the beginning */
	const char *from_field;	  /* that selects it, "" */
	struct top_rows *rows;	  /* that are shown */
	struct top_rows *filling; /* live: that are being added up; else the same */
	bool complete;		  /* all of the capture is in it */
	double seconds;
	uint64_t events;
	size_t sort;
	bool descending;
	struct top_row **list;
	size_t n, selected, first;
	size_t skip; /* columns that are left of the screen */
};

struct top_text {
	char title[64];
	struct top_lines lines;
	size_t first, skip, found;
	struct top_echo *echo; /* NULL: help */
	struct sinsp_text piece;
};

enum top_menu_kind { TOP_NO_MENU, TOP_MENU_VIEWS, TOP_MENU_SORT };

struct top_menu {
	enum top_menu_kind kind;
	size_t place[256]; /* in the catalogue, or of columns */
	size_t n, selected, first;
};

enum top_prompt_kind { TOP_NO_PROMPT, TOP_PROMPT_FILTER, TOP_PROMPT_SEARCH, TOP_PROMPT_GOTO };

struct top_prompt {
	enum top_prompt_kind kind;
	char text[4096];
};

struct top_ui {
	const struct options *options;
	struct top_catalogue *catalogue;
	struct top_source source;
	struct top_level level[TOP_MAX_LEVELS];
	size_t depth; /* the last one is level[depth] */
	struct top_text text[2];
	size_t n_texts;
	struct top_menu menu;
	struct top_prompt prompt;
	char search[256];
	char message[600]; /* instead of the keys, until the next key */
	bool paused, quit, changed;
	int lines, columns; /* of the screen */
	uint64_t next_list; /* when the list is to be made again */
};

static inline struct top_level *top_level_now(struct top_ui *u)
{
	return &u->level[u->depth];
}

static inline struct top_text *top_text_now(struct top_ui *u)
{
	return u->n_texts ? &u->text[u->n_texts - 1] : NULL;
}

static inline bool top_is_live(const struct top_ui *u)
{
	return !u->source.file;
}

/* ---- top_draw.c ---- */

void top_draw(struct top_ui *u);
/* Lines of a table, a menu, a text. */
size_t top_body_lines(const struct top_ui *u);

/* ---- top_level.c: tables ---- */

/* The filter of a row's events, or of all of the level's (@row NULL). False: there is none. */
bool top_level_filter(const struct top_level *l, const struct top_row *row, struct sinsp_text *out);
int top_level_open(struct top_ui *u, const struct top_view *v, const char *filter,
		   const char *label, const char *from_field, struct scap_error *err);
/* Its events are read (again). */
int top_level_read(struct top_ui *u, struct top_level *l, struct scap_error *err);
void top_level_close(struct top_level *l);
void top_level_list(struct top_ui *u, struct top_level *l);
void top_level_sort(struct top_ui *u, struct top_level *l, size_t column);
/* By the column that --sortingcol names. */
void top_level_sort_at_first(struct top_level *l, uint64_t column);
void top_level_select(struct top_ui *u, struct top_level *l, size_t row);
bool top_level_search(struct top_ui *u, struct top_level *l, const char *what, bool next);

/* ---- top_text.c: texts ---- */

int top_text_help(struct top_ui *u);
int top_text_legend(struct top_ui *u);
int top_text_echo(struct top_ui *u, enum top_echo_kind kind, struct scap_error *err);
int top_text_read(struct top_ui *u, struct top_text *t, struct scap_error *err);
void top_text_close(struct top_text *t);
bool top_text_search(struct top_text *t, const char *what, bool next);

/* Two columns of one word each, "NAME: meaning", broken to @width. */
void top_legend_add(const struct top_view *v, bool containers, size_t width, struct top_lines *out);

/* ---- top_move.c ---- */

/* A line at the foot, until the next key. */
void top_say(struct top_ui *u, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void top_drill_down(struct top_ui *u);
void top_go_back(struct top_ui *u);
/* Another view, or another filter, of the same level; @label says of what. */
void top_change_level(struct top_ui *u, const struct top_view *v, const char *filter,
		      const char *label);
void top_open_echo(struct top_ui *u, enum top_echo_kind kind);

/* ---- top_menu.c ---- */

void top_open_menu(struct top_ui *u, enum top_menu_kind kind);
void top_menu_key(struct top_ui *u, const struct top_key *k);
void top_menu_move(struct top_ui *u, size_t to);
void top_open_prompt(struct top_ui *u, enum top_prompt_kind kind, const char *text);
void top_prompt_key(struct top_ui *u, const struct top_key *k);
void top_search(struct top_ui *u, bool next);

#endif
