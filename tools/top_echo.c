/* SPDX-License-Identifier: BSD-2-Clause */
/* The events of a row as text: one line each, or what was read and written. */
#include <stdlib.h>
#include <string.h>

#include "presets.h"
#include "top.h"

static const struct {
	enum sinsp_buffer_mode mode;
	const char *name;
} forms[] = {
	{ SINSP_BUF_DOTTED, "dotted" },
	{ SINSP_BUF_ASCII, "text" },
	{ SINSP_BUF_HEXASCII, "hexadecimal" },
};
#define N_FORMS (sizeof(forms) / sizeof(forms[0]))

struct top_echo {
	enum top_echo_kind kind;
	struct sinsp_format_options text;
	const char *line;
	size_t form;
	struct sinsp_filter *filter;
	struct sinsp_format *format, *data;
	struct sinsp_text piece;
};

#define ECHO_LINE "*--- %evt.time %proc.name(%thread.tid) %evt.type %evt.rawres B %fd.name"
#define ECHO_ONLY "evt.is_io = true and evt.rawres > 0"

struct top_echo *top_echo_new(enum top_echo_kind kind, const struct options *o)
{
	struct top_echo *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->kind = kind;
	e->text = o->text;
	e->text.verbose = kind == TOP_ECHO_IO;
	e->line = kind == TOP_ECHO_IO
			  ? ECHO_LINE
			  : preset_format(o->preset ? o->preset : preset_find(NULL), false);
	while (e->form + 1 < N_FORMS && forms[e->form].mode != o->text.buffer)
		e->form++;
	return e;
}

void top_echo_unbind(struct top_echo *e)
{
	sinsp_filter_free(e->filter);
	sinsp_format_free(e->format);
	sinsp_format_free(e->data);
	e->filter = NULL;
	e->format = e->data = NULL;
}

void top_echo_free(struct top_echo *e)
{
	if (!e)
		return;
	top_echo_unbind(e);
	sinsp_text_free(&e->piece);
	free(e);
}

int top_echo_bind(struct top_echo *e, struct sinsp *s, const char *filter, struct scap_error *err)
{
	struct sinsp_text t = { 0 };
	bool all = !filter || !*filter;

	top_echo_unbind(e);
	e->text.buffer = forms[e->form].mode;
	if (e->kind == TOP_ECHO_IO)
		sinsp_text_printf(&t, all ? "%s%s" : "(%s) and (%s)", ECHO_ONLY, all ? "" : filter);
	else
		sinsp_text_puts(&t, all ? "" : filter);
	if (t.len)
		e->filter = sinsp_filter_new(s, t.ptr, err);
	if (e->filter || !t.len)
		e->format = sinsp_format_new(s, e->line, &e->text, err);
	if (e->format && e->kind == TOP_ECHO_IO)
		e->data = sinsp_format_new(s, "*%evt.buffer", &e->text, err);
	sinsp_text_free(&t);
	return e->format && (e->data || e->kind != TOP_ECHO_IO) ? 0 : err->code;
}

void top_echo_event(struct top_echo *e, const struct sinsp_event *ev, struct sinsp_text *out)
{
	if (e->filter && !sinsp_filter_run(e->filter, ev))
		return;
	if (!sinsp_format_event(e->format, ev, out))
		return;
	sinsp_text_add(out, "\n", 1);
	if (!e->data)
		return;
	sinsp_text_clear(&e->piece);
	if (!sinsp_format_event(e->data, ev, &e->piece) || !e->piece.len)
		return;
	sinsp_text_add(out, e->piece.ptr, e->piece.len);
	sinsp_text_add(out, "\n", 1);
}

void top_echo_next_form(struct top_echo *e)
{
	e->form = (e->form + 1) % N_FORMS;
}

const char *top_echo_form(const struct top_echo *e)
{
	return forms[e->form].name;
}
