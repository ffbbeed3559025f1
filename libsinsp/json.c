/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values as JSON. Text is made printable first, as for a terminal, so that neither the line nor
 * what a program prints of it holds anything that a terminal obeys.
 */
#include "json.h"

#include <math.h>
#include <stdlib.h>

#include "put.h"
#include "wide.h"

/* ---- strings ---- */

#define ESCAPE_MAX 6u /* \u001b */

static size_t escaped_len(unsigned char c)
{
	if (c == '"' || c == '\\' || c == '\n' || c == '\t')
		return 2;
	return c < 0x20 || c == 0x7f ? ESCAPE_MAX : 1;
}

/* Writes the escape of @c so that it ends before @end; returns where it begins. */
static char *escape_before(char *end, unsigned char c)
{
	size_t n = escaped_len(c);
	char *p = end - n;

	if (n == 1) {
		*p = (char)c;
	} else if (n == 2) {
		p[0] = '\\';
		p[1] = c == '\n' ? 'n' : c == '\t' ? 't' : (char)c;
	} else {
		memcpy(p, "\\u00", 4);
		p[4] = "0123456789abcdef"[c >> 4];
		p[5] = "0123456789abcdef"[c & 15];
	}
	return p;
}

void json_escape(struct sinsp_text *t, size_t from)
{
	size_t len = t->len, i, more = 0;
	char *to;

	if (!wide_needs_escape(t->ptr + from, len - from))
		return;
	for (i = from; i < len; i++)
		more += escaped_len((unsigned char)t->ptr[i]) - 1;
	for (i = 0; i < more; i++)
		put_char(t, ' ');
	if (t->failed)
		return;
	to = t->ptr + t->len;
	for (i = len; to != t->ptr + i; i--)
		to = escape_before(to, (unsigned char)t->ptr[i - 1]);
}

/* A string of captured text. */
static void put_string(const char *s, size_t len, struct sinsp_text *out)
{
	size_t begin = out->len + 1;
	char *p = put_room(out, len + 2);

	if (!p)
		return;
	p[0] = '"';
	wide_copy_printable(p + 1, s, len);
	p[len + 1] = '"';
	if (!wide_needs_escape(p + 1, len)) {
		put_done(out, len + 2);
		return;
	}
	put_done(out, len + 1);
	json_escape(out, begin);
	put_char(out, '"');
}

static void end_string(struct sinsp_text *out, size_t begin)
{
	json_escape(out, begin);
	put_char(out, '"');
}

/* ---- values ---- */

/* The shortest decimal number that is read as @d again, with a point: it is no integer. */
static void put_number(struct sinsp_text *out, double d)
{
	static const char *const forms[] = { "%.15g", "%.16g", "%.17g" };
	size_t i = 0, begin = out->len;

	if (!isfinite(d)) {
		put_str(out, "null");
		return;
	}
	put_double(out, forms[0], d);
	while (!out->failed && strtod(out->ptr + begin, NULL) != d && ++i < 3) {
		put_back(out, begin);
		put_double(out, forms[i], d);
	}
	if (!out->failed && !out->ptr[begin + strspn(out->ptr + begin, "-0123456789")])
		put_str(out, ".0");
}

static void put_list(const struct value *v, struct sinsp_text *out)
{
	size_t i;

	put_char(out, '[');
	for (i = 0; i < v->list.n; i++) {
		if (i)
			put_char(out, ',');
		put_string(v->list.items[i].ptr, v->list.items[i].len, out);
	}
	put_char(out, ']');
}

/* Numbers that people see in another base are text, which says so. */
static bool is_decimal(uint8_t format)
{
	return format != PF_HEX && format != PF_OCT;
}

static void put_value(struct view *c, const struct value *v, uint8_t format, struct sinsp_text *out)
{
	size_t begin;

	switch (v->kind) {
	case VALUE_STRING:
		put_string(v->str.ptr, v->str.len, out);
		return;
	case VALUE_INT:
		if (is_decimal(format)) {
			put_i64(out, v->i);
			return;
		}
		break;
	case VALUE_UINT:
		if (is_decimal(format)) {
			put_u64(out, v->u);
			return;
		}
		break;
	case VALUE_BOOL:
		put_str(out, v->b ? "true" : "false");
		return;
	case VALUE_DOUBLE:
		put_number(out, v->d);
		return;
	case VALUE_LIST:
		put_list(v, out);
		return;
	default:
		break;
	}
	put_char(out, '"');
	begin = out->len;
	value_put(c, v, format, out);
	end_string(out, begin);
}

static bool put_text(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	size_t begin = out->len;

	put_char(out, '"');
	if (!r->field->put(c, r, out)) {
		put_back(out, begin);
		return false;
	}
	end_string(out, begin + 1);
	return true;
}

bool json_put(struct view *c, struct operand *o, struct sinsp_text *out)
{
	struct field_ref *r = &o->ref;
	struct value v;

	if (o->kind != OPERAND_FIELD) {
		if (!operand_get(c, o, &v))
			return false;
		put_value(c, &v, PF_DEC, out);
		return true;
	}
	if (r->field->flags & FIELD_TIME) {
		put_u64(out, c->ev->raw.hdr->ts);
		return true;
	}
	if (r->field->put)
		return put_text(c, r, out);
	if (!r->field->get(c, r, &v))
		return false;
	put_value(c, &v, r->format, out);
	return true;
}
