/* SPDX-License-Identifier: BSD-2-Clause */
/* The way through the full-screen program: down into a row, to another view or filter, and back. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "top_ui.h"

void top_say(struct top_ui *u, const char *fmt, ...)
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
			top_say(u, "%s", err.msg);
	}
	u->changed = true;
}

void top_go_back(struct top_ui *u)
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
	top_say(u, "%s", err.msg);
	top_source_release(&u->source);
	top_level_close(top_level_now(u));
	u->depth--;
	top_level_now(u)->complete = false; /* what it was read from may be gone */
	resume(u);
}

void top_drill_down(struct top_ui *u)
{
	struct top_level *l = top_level_now(u);
	const struct top_view *below = top_catalogue_get(u->catalogue, l->view->below);
	struct top_row *row = l->selected < l->n ? l->list[l->selected] : NULL;
	struct sinsp_text filter = { 0 }, condition = { 0 }, label = { 0 };

	if (!row)
		return;
	if (!below || !*top_rows_key_field(l->rows)) {
		top_say(u, "There is no view below this one: F6 shows events.");
	} else if (u->depth + 1 == TOP_MAX_LEVELS) {
		top_say(u, "This is deep enough: Backspace goes back.");
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

/* Another view, or another filter, of the same level; @label says of what. */
void top_change_level(struct top_ui *u, const struct top_view *v, const char *filter,
		      const char *label)
{
	struct top_level *l = top_level_now(u), old = *l;
	struct scap_error err = { 0 };

	top_source_release(&u->source);
	if (top_level_open(u, v, filter, label, old.from_field, &err) == 0) {
		top_level_close(&old);
		return;
	}
	top_say(u, "%s", err.msg);
	top_source_release(&u->source);
	top_level_close(l);
	*l = old;
	l->complete = false;
	resume(u);
}

void top_open_echo(struct top_ui *u, enum top_echo_kind kind)
{
	struct scap_error err = { 0 };

	if (top_level_now(u)->n == 0)
		return;
	if (top_text_echo(u, kind, &err) == 0)
		return;
	top_go_back(u);
	top_say(u, "%s", err.msg);
}
