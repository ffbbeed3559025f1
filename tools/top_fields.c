/* SPDX-License-Identifier: BSD-2-Clause */
/* The fields of columns: libsinsp's, and those that only somebody who adds events up can give. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "top.h"

enum source { GETTER, COMMAND, CPU_TIME, CPU_SHARE, NO_SPLIT, PROCESS, THREAD, OPEN, COUNTER };

/* Percent of a second are what a time average of CPU_TIME is in. */
static const struct {
	const char *name;
	enum source source;
	enum top_unit unit;
} own[] = {
	{ "top.command", COMMAND, TOP_TEXT },
	{ "top.cpu", CPU_TIME, TOP_PERCENT },
	{ "top.opens", OPEN, TOP_COUNT },
	{ "thread.cpu", CPU_SHARE, TOP_PERCENT },
	{ "thread.cpu.user", NO_SPLIT, TOP_PERCENT },
	{ "thread.cpu.system", NO_SPLIT, TOP_PERCENT },
	{ "evt.count.procinfo", PROCESS, TOP_COUNT },
	{ "evt.count.threadinfo", THREAD, TOP_COUNT },
	{ "util.cnt", COUNTER, TOP_PLAIN },
};

struct top_field {
	enum source source;
	enum top_unit unit;
	struct sinsp_getter *getter;
	struct sinsp_getter *name; /* COMMAND: of who has no command line, like kernel threads */
	struct sinsp_text text;
	uint64_t counter;
};

struct lookup {
	const char *name;
	size_t len;
	char type[16];
};

static void look(const struct sinsp_field_doc *d, void *arg)
{
	struct lookup *l = arg;

	if (strlen(d->name) == l->len && !memcmp(d->name, l->name, l->len))
		snprintf(l->type, sizeof(l->type), "%s", d->type);
}

/* How its values are shown; @adds: sums of them. */
static enum top_unit unit_of(const char *field, bool adds)
{
	struct lookup l = { .name = field, .len = strcspn(field, "[") };

	/* some of these are not listed */
	if (strncmp(field, "evt.buflen", strlen("evt.buflen")) == 0 ||
	    strncmp(field, "thread.vm", strlen("thread.vm")) == 0)
		return TOP_BYTES;
	sinsp_each_field(look, &l);
	if (strcmp(l.type, "CHARBUF") == 0 || strcmp(l.type, "BOOL") == 0 || !l.type[0])
		return TOP_TEXT;
	if (strcmp(l.type, "RELTIME") == 0)
		return TOP_TIME;
	if (strcmp(l.type, "DOUBLE") == 0)
		return TOP_PERCENT;
	return adds ? TOP_COUNT : TOP_PLAIN;
}

struct top_field *top_field_new(struct sinsp *s, const struct top_column *c,
				const struct sinsp_format_options *text, struct scap_error *err)
{
	struct sinsp_format_options as_is = text ? *text : (struct sinsp_format_options){ 0 };
	struct top_field *f = calloc(1, sizeof(*f));
	size_t i;

	/* Rows and the filters that are made of them must not mix names that look alike. */
	as_is.as_is = true;

	if (!f) {
		scap_fail(err, -ENOMEM, "out of memory");
		return NULL;
	}
	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		if (strcmp(own[i].name, c->field) == 0) {
			f->source = own[i].source;
			f->unit = own[i].unit;
			if (f->source != COMMAND)
				return f;
			f->getter = sinsp_getter_new(s, "proc.exeline", text, err);
			f->name = sinsp_getter_new(s, "proc.name", text, err);
			if (f->getter && f->name)
				return f;
			top_field_free(f);
			return NULL;
		}
	}
	f->unit = c->unit ? c->unit : unit_of(c->field, c->aggregation != TOP_LAST);
	f->getter = sinsp_getter_new(s, c->field, &as_is, err);
	if (f->getter)
		return f;
	free(f);
	return NULL;
}

void top_field_unbind(struct top_field *f)
{
	sinsp_getter_free(f->getter);
	sinsp_getter_free(f->name);
	f->getter = f->name = NULL;
}

void top_field_free(struct top_field *f)
{
	if (!f)
		return;
	top_field_unbind(f);
	sinsp_text_free(&f->text);
	free(f);
}

static bool give_double(struct sinsp_answer *a, double d)
{
	a->kind = SINSP_ANSWER_DOUBLE;
	a->d = d;
	return true;
}

static bool is_blank(const struct sinsp_answer *a)
{
	size_t i;

	for (i = 0; i < a->text.len; i++)
		if (a->text.ptr[i] != ' ')
			return false;
	return true;
}

/* The command line, or the name in brackets, as ps shows it. */
static bool give_command(struct top_field *f, const struct sinsp_event *ev, struct sinsp_answer *a)
{
	if (!f->getter)
		return false;
	if (sinsp_getter_run(f->getter, ev, a) && !is_blank(a))
		return true;
	if (!sinsp_getter_run(f->name, ev, a))
		return false;
	sinsp_text_clear(&f->text);
	sinsp_text_printf(&f->text, "[%.*s]", (int)a->text.len, a->text.ptr);
	a->text.ptr = f->text.ptr ? f->text.ptr : "";
	a->text.len = f->text.len;
	return true;
}

static bool is_open(const struct sinsp_event *ev)
{
	switch (ev->raw.hdr->type) {
	case SCAP_EVT_SYSCALL_OPEN_X:
	case SCAP_EVT_SYSCALL_OPENAT_2_X:
	case SCAP_EVT_SYSCALL_OPENAT2_X:
	case SCAP_EVT_SYSCALL_CREAT_X:
	case SCAP_EVT_SYSCALL_OPEN_BY_HANDLE_AT_X:
		return true;
	default:
		return false;
	}
}

bool top_field_get(struct top_field *f, const struct sinsp_event *ev, const struct top_state *st,
		   struct sinsp_answer *a)
{
	switch (f->source) {
	case GETTER:
		return f->getter && sinsp_getter_run(f->getter, ev, a);
	case COMMAND:
		return give_command(f, ev, a);
	case CPU_TIME: /* nanoseconds to hundredths of a second */
		return st && st->known && give_double(a, st->cpu_ns / 1e7);
	case CPU_SHARE:
		return st && st->known && give_double(a, st->percent);
	case NO_SPLIT: /* switches do not tell it */
		return false;
	case PROCESS:
		return st && sinsp_thread_is_main(ev->thread) && give_double(a, 1);
	case THREAD:
		return st && give_double(a, 1);
	case OPEN:
		return is_open(ev) && give_double(a, 1);
	case COUNTER:
		a->kind = SINSP_ANSWER_UINT;
		a->u = ++f->counter;
		return true;
	}
	return false;
}

enum top_unit top_field_unit(const struct top_field *f)
{
	return f->unit;
}

bool top_field_is_cpu(const struct top_field *f)
{
	return f->source == CPU_TIME || f->source == CPU_SHARE || f->source == NO_SPLIT;
}
