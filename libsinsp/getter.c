/* SPDX-License-Identifier: BSD-2-Clause */
/* A field by itself, for programs that compute with its values. */
#include <errno.h>
#include <stdlib.h>

#include "fields.h"

struct sinsp_getter {
	struct view view;
	struct field_ref ref;
	bool arg; /* an argument, */
	bool raw; /* whose bytes are given as they are */
	bool as_is;
	struct sinsp_text text;
};

/* Is the argument a buffer in any event? */
static bool may_be_buffer(const struct field_ref *r)
{
	const struct scap_event_info *info;
	unsigned int type;

	if (r->arg == ARG_INDEX)
		return true;
	for (type = 0; type < SCAP_EVT_MAX; type++) {
		info = r->param_of[type] == FIELD_NO_PARAM ? NULL : scap_event_info((uint16_t)type);
		if (info && value_kind_of(info->params[r->param_of[type]].type) == VALUE_BYTES)
			return true;
	}
	return false;
}

struct sinsp_getter *sinsp_getter_new(struct sinsp *s, const char *text,
				      const struct sinsp_format_options *opts,
				      struct scap_error *err)
{
	struct sinsp_getter *f = calloc(1, sizeof(*f));
	int n;

	if (!f) {
		scap_fail(err, -ENOMEM, "out of memory");
		return NULL;
	}
	view_for_people(&f->view, s, opts);
	f->as_is = opts && opts->as_is;
	n = field_parse(s, &f->ref, text, strlen(text), err);
	if (n >= 0 && text[n] == '\0' && !(f->ref.field->flags & FIELD_FILTER_ONLY)) {
		f->raw = !strcmp(f->ref.field->name, "evt.rawarg");
		f->arg = (f->raw || !strcmp(f->ref.field->name, "evt.arg")) &&
			 may_be_buffer(&f->ref);
		return f;
	}
	if (n >= 0 && text[n] == '\0')
		scap_fail(err, -EINVAL, "%s is for filters only", text);
	else if (n >= 0)
		scap_fail(err, -ENOENT, "no such field: %.80s", text);
	sinsp_getter_free(f);
	return NULL;
}

void sinsp_getter_free(struct sinsp_getter *f)
{
	if (!f)
		return;
	field_ref_free(&f->ref);
	sinsp_text_free(&f->text);
	free(f);
}

static bool is_printable(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)s[i] < 0x20 || (unsigned char)s[i] > 0x7e)
			return false;
	return true;
}

static bool set_text(struct sinsp_answer *v, const char *s, size_t len)
{
	v->kind = SINSP_ANSWER_TEXT;
	v->text.ptr = s;
	v->text.len = len;
	return true;
}

static bool built_text(struct sinsp_getter *f, struct sinsp_answer *v)
{
	return set_text(v, f->text.ptr ? f->text.ptr : "", f->text.len);
}

bool sinsp_getter_run(struct sinsp_getter *f, const struct sinsp_event *ev, struct sinsp_answer *v)
{
	struct value_str buf;
	struct value got;

	f->view.ev = ev;
	sinsp_text_clear(&f->text);
	/* Of an empty one a person reads "NULL"; a program wants what there is: nothing. */
	if (f->arg && fields_args_buffer(&f->view, &f->ref, &buf) && (f->raw || !buf.len)) {
		v->kind = SINSP_ANSWER_BYTES;
		v->text.ptr = buf.ptr;
		v->text.len = buf.len;
		return true;
	}
	if (f->ref.field->put)
		return f->ref.field->put(&f->view, &f->ref, &f->text) && built_text(f, v);
	if (!f->ref.field->get(&f->view, &f->ref, &got))
		return false;
	switch (got.kind) {
	case VALUE_INT:
		v->kind = SINSP_ANSWER_INT;
		v->i = got.i;
		return true;
	case VALUE_UINT:
		v->kind = SINSP_ANSWER_UINT;
		v->u = got.u;
		return true;
	case VALUE_BOOL:
		v->kind = SINSP_ANSWER_BOOL;
		v->b = got.b;
		return true;
	case VALUE_DOUBLE:
		v->kind = SINSP_ANSWER_DOUBLE;
		v->d = got.d;
		return true;
	case VALUE_STRING:
		/* Most text can stay where it is. */
		if (f->as_is || is_printable(got.str.ptr, got.str.len))
			return set_text(v, got.str.ptr, got.str.len);
		break;
	default:
		break;
	}
	value_put(&f->view, &got, f->ref.format, &f->text);
	return built_text(f, v);
}
