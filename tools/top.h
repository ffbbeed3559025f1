/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scapula top: what its parts share. A view says how events become rows (top_views.c, or a Lua
 * file); rows add them up (top_rows.c); a source reads the events (top_source.c) and hands them to
 * the rows, or to lines of text (top_lines.c, top_echo.c); the full-screen program (top_ui.c) and
 * the plain output (top_raw.c) show them.
 */
#ifndef TOOLS_TOP_H
#define TOOLS_TOP_H

#include "options.h"
#include "sinsp.h"

#define TOP_SECOND 1000000000ull

/* ---- views ---- */

enum top_aggregation {
	TOP_LAST, /* describes the row: no sum of anything */
	TOP_SUM,
	TOP_AVG,
	TOP_TIME_AVG, /* a second */
	TOP_AMOUNT,   /* live: a second; of a capture: all */
	TOP_MIN,
	TOP_MAX,
};

enum top_unit {
	TOP_BY_FIELD, /* the field's type says */
	TOP_TEXT,
	TOP_PLAIN, /* a number that is a name: of a process, a port */
	TOP_COUNT,
	TOP_BYTES,
	TOP_TIME, /* nanoseconds */
	TOP_PERCENT,
};

struct top_column {
	const char *name;  /* NULL: not shown */
	const char *field; /* or one of those that are worked out here: top_fields.c */
	const char *doc;
	int width; /* 0: the rest of the line */
	enum top_unit unit;
	enum top_aggregation aggregation, group;
	bool key;	    /* one row for each value */
	bool group_key;	    /* rows of the same value become one */
	bool sorting;	    /* at first */
	bool containers;    /* only with -pc */
	const char *filter; /* a key: the field that a filter on a row asks for; NULL: the same */
};

struct top_view {
	const char *id, *name, *doc;
	const char *const *tips;    /* NULL ends the list; NULL: none */
	const char *filter;	    /* NULL: all events */
	const char *below;	    /* the view that a row is opened in; NULL: none */
	const char *const *applies; /* fields of rows that it can be opened from, "": from the
				     * beginning; NULL ends the list; NULL: from all */
	bool strict;		    /* an event that lacks a field is left out */
	bool list;		    /* each event is a row, in their order */
	bool forgetful;		    /* its filter does not hold in the views below */
	const struct top_column *columns;
	size_t n_columns;
	const char *path; /* the Lua file that it comes from, NULL: ours */
};

extern const struct top_view top_views[];
extern const size_t top_n_views;

/* A view of a Lua file, to be freed with top_view_free(). NULL and @why (malloc()ed) if it cannot
 * be used here, NULL and no @why if the file defines none. */
struct top_view *top_view_load(const char *path, char **why);
void top_view_free(struct top_view *v);

/* All there are: those of files take the place of ours with the same id. */
struct top_catalogue {
	const struct top_view **views;
	size_t n;
	struct top_view **loaded;
	size_t n_loaded;
	char **refused; /* "id: reason" */
	size_t n_refused;
};

/* Return 0, or the exit status after a complaint. */
int top_catalogue_fill(struct top_catalogue *c);
void top_catalogue_free(struct top_catalogue *c);
/* By id, or a file; NULL after a complaint. */
const struct top_view *top_catalogue_find(struct top_catalogue *c, const char *id);
const struct top_view *top_catalogue_get(const struct top_catalogue *c, const char *id);
int top_catalogue_print(const struct top_catalogue *c); /* --list-views */
/* Whether it can be opened from a row of @field (as filtered), "": from the beginning. */
bool top_view_applies(const struct top_view *v, const char *field);

/* The column that names the rows, or NULL: each event is one. */
const struct top_column *top_view_key(const struct top_view *v, bool containers);

/* ---- who has had a CPU, until now (top_cpu.c) ---- */

struct top_cpu;

struct top_cpu *top_cpu_new(void);
void top_cpu_free(struct top_cpu *cpu);
void top_cpu_begin(struct top_cpu *cpu, uint64_t ts); /* a sample; 0: of a whole capture */
void top_cpu_event(struct top_cpu *cpu, const struct sinsp_event *ev);

/* A thread as it is at the end of a sample, or of its life, as an event: rows take it too. */
struct top_state {
	struct sinsp_event ev;
	bool known; /* how long it had a CPU */
	double cpu_ns, percent;
};

/* Calls @give for the thread that @ev ends, if it does; or for every thread there is. */
typedef void (*top_state_fn)(void *arg, const struct top_state *st);
void top_cpu_exit(struct top_cpu *cpu, const struct sinsp_event *ev, top_state_fn give, void *arg);
void top_cpu_all(struct top_cpu *cpu, struct sinsp *s, uint64_t ts, top_state_fn give, void *arg);

/* ---- fields (top_fields.c) ---- */

/* A column's field, asked of events: libsinsp's, or one that is worked out here. */
struct top_field;

/* @s NULL: only checks. NULL and @err. */
struct top_field *top_field_new(struct sinsp *s, const struct top_column *c,
				const struct sinsp_format_options *text, struct scap_error *err);
void top_field_free(struct top_field *f);
void top_field_unbind(struct top_field *f); /* the inspector goes, the unit stays known */
bool top_field_get(struct top_field *f, const struct sinsp_event *ev, const struct top_state *st,
		   struct sinsp_answer *a);
enum top_unit top_field_unit(const struct top_field *f);
/* A number where absent is not zero. */
bool top_field_is_cpu(const struct top_field *f);

/* ---- rows ---- */

struct top_cell {
	double sum;   /* as far as added up */
	double value; /* as shown */
	uint64_t n;   /* events that had it; 0: absent */
	char *text;
};

struct top_row;
struct top_rows;

struct top_rows *top_rows_new(const struct top_view *v, const struct options *o);
void top_rows_free(struct top_rows *r);
/* For the events of @s that match @filter (NULL: all). Returns 0 or fills @err. */
int top_rows_bind(struct top_rows *r, struct sinsp *s, const char *filter, struct scap_error *err);
void top_rows_unbind(struct top_rows *r);
void top_rows_clear(struct top_rows *r);
void top_rows_event(struct top_rows *r, const struct sinsp_event *ev, const struct top_state *st);
/*
 * Makes the list that is shown of what has been added up over @seconds, sorted by column @sort of
 * the view. Returns their number, or -1 without memory; good until the next call.
 */
ssize_t top_rows_list(struct top_rows *r, double seconds, size_t sort, bool descending,
		      struct top_row ***list);
uint64_t top_rows_left_out(const struct top_rows *r); /* events for which there was no room */
const struct top_cell *top_row_cell(const struct top_row *row, size_t column);
/* The condition that selects the events of @row: into @out. False: there is none. */
bool top_rows_condition(const struct top_rows *r, const struct top_row *row,
			struct sinsp_text *out);
/* The field that it asks for, or "". */
const char *top_rows_key_field(const struct top_rows *r);
/* To find it again in another list. */
void top_row_key(const struct top_row *row, struct sinsp_text *out);
bool top_row_is(const struct top_row *row, const struct sinsp_text *key);

/* Which columns are shown: a place in the view, or SIZE_MAX behind the last. */
size_t top_rows_column(const struct top_rows *r, size_t i);
size_t top_rows_sorting(const struct top_rows *r, bool *descending); /* at first */
bool top_rows_descends(const struct top_rows *r, size_t column);     /* the natural order */

/* Text of a cell, as bytes. */
const char *top_rows_text(const struct top_rows *r, const struct top_row *row, size_t column,
			  char *buf, size_t size);
bool top_rows_is_text(const struct top_rows *r, size_t column);
void top_rows_title(const struct top_rows *r, size_t column, char *buf, size_t size);

/* A number of @unit; @fraction: it may have one. (top_value.c) */
void top_value_text(enum top_unit unit, double v, bool fraction, char *buf, size_t size);

/* ---- lines ---- */

struct top_lines {
	char **line;
	size_t n, bytes;
	bool full;
};

/* Cut into lines at "\n". A text that is full takes no more; a live one (@roll) loses its
 * beginning. Returns the number of lines lost at the beginning. */
size_t top_lines_add(struct top_lines *l, const char *text, size_t len, bool roll);
void top_lines_clear(struct top_lines *l);

/* Events as lines (F6), or what was read and written (F5). */
struct top_echo;

enum top_echo_kind { TOP_ECHO_IO, TOP_ECHO_EVENTS };

struct top_echo *top_echo_new(enum top_echo_kind kind, const struct options *o);
void top_echo_free(struct top_echo *e);
int top_echo_bind(struct top_echo *e, struct sinsp *s, const char *filter, struct scap_error *err);
void top_echo_unbind(struct top_echo *e);
/* Appends to @out; nothing if the event is none of them. */
void top_echo_event(struct top_echo *e, const struct sinsp_event *ev, struct sinsp_text *out);
void top_echo_next_form(struct top_echo *e); /* another form of buffers, after the next bind */
const char *top_echo_form(const struct top_echo *e);

/* ---- the source ---- */

/* Who gets the events of a source. */
struct top_sink {
	int (*bind)(void *arg, struct sinsp *s, struct scap_error *err);
	void (*unbind)(void *arg);
	void (*event)(void *arg, const struct sinsp_event *ev, const struct top_state *st);
	bool (*full)(void *arg); /* NULL: never */
	void *arg;
};

struct top_source {
	const struct options *options;
	const char *file; /* NULL: live */
	struct scap *scap;
	struct sinsp *sinsp;
	struct top_cpu *cpu;
	struct top_sink sink;
	bool bound, ended;
	bool idle; /* live: all that there is has been read */
	uint64_t events;
	uint64_t begin, first_ts, last_ts; /* of the sample, of its events */
	unsigned int gaps;
	char trouble[512]; /* damage, or the error that ended it; "": none */
	bool failed;
};

void top_source_close(struct top_source *src);
/* Changes who gets the events, and opens the source; a capture is read from its beginning. */
int top_source_aim(struct top_source *src, const struct top_sink *sink, struct scap_error *err);
/* Nobody gets them any more. */
void top_source_release(struct top_source *src);
/* Reads for at most @ms milliseconds. Returns whether anything may have changed. */
bool top_source_step(struct top_source *src, unsigned int ms);
/* Tells the sink the state of all threads, at the end of a sample. */
void top_source_sample(struct top_source *src);
double top_source_seconds(const struct top_source *src); /* the sample's length so far */
void top_source_next_sample(struct top_source *src);	 /* live */
unsigned int top_source_percent(const struct top_source *src);
uint64_t top_clock_ms(void);

/* ---- the screen ---- */

enum top_color { TOP_NORMAL, TOP_HEAD, TOP_TITLE, TOP_SELECTED, TOP_KEY, TOP_WARNING, TOP_BOLD };

bool top_screen_open(void);
void top_screen_close(void);
void top_screen_size(int *lines, int *columns);
void top_screen_clear(void);
/* The text, made printable, from its column @skip on, filled up with blanks to @width. */
void top_screen_put(int y, int x, int width, enum top_color color, const char *text, size_t skip);
void top_screen_cursor(int y, int x); /* y -1: none */
void top_screen_show(void);
/* Columns that it takes. */
size_t top_screen_width(const char *text);

/* ---- keys ---- */

enum top_action {
	TOP_NOTHING,
	TOP_RESIZE,
	TOP_CHAR, /* of a text that is typed */
	TOP_UP,
	TOP_DOWN,
	TOP_LEFT,
	TOP_RIGHT,
	TOP_PAGE_UP,
	TOP_PAGE_DOWN,
	TOP_HOME,
	TOP_END,
	TOP_ENTER,
	TOP_BACK,
	TOP_ESCAPE,
	TOP_HELP,
	TOP_VIEWS,
	TOP_FILTER,
	TOP_ECHO,
	TOP_DIG,
	TOP_LEGEND,
	TOP_ACTIONS,
	TOP_SORT,
	TOP_SORT_N,
	TOP_SEARCH,
	TOP_SEARCH_NEXT,
	TOP_GOTO,
	TOP_PAUSE,
	TOP_CLEAR,
	TOP_QUIT,
};

struct top_key {
	enum top_action action;
	int n;	       /* TOP_SORT_N: which column, from 0 */
	char bytes[8]; /* TOP_CHAR */
};

/* Waits for a key for at most @ms milliseconds. @typing: letters are text. @lines: of a window
 * with text, where F2 and F3 mean something else. */
struct top_key top_key_read(unsigned int ms, bool typing, bool lines);
/* Lines that tell the keys. */
void top_keys_help(struct top_lines *out);

/* ---- all of it ---- */

/* Joins conditions: "(a) and (b)"; "" and NULL are none. */
void top_join(struct sinsp_text *out, const char *a, const char *b);

/* Return the exit status. */
int top_run(const struct options *o, struct top_catalogue *c, const struct top_view *v);
int top_raw(const struct options *o, const struct top_view *v);

#endif
