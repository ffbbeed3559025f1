/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Output formats: "%evt.num %10proc.name (%thread.tid)". Compiled once to a list of literals and
 * operands; printing an event then walks the list and appends, without allocation once the line's
 * buffer has grown.
 */
#include <errno.h>
#include <stdlib.h>

#include "json.h"
#include "put.h"

#define MAX_WIDTH 65535u
#define ABSENT	  "<NA>"

/*
 * An operand, and the text in front of it; at the end there may be text alone. In JSON the text is
 * the key, with what stands around it.
 */
struct token {
	char *literal; /* of WIDE bytes at least, or NULL */
	size_t literal_len;
	struct operand *operand; /* or NULL */
	uint32_t width;		 /* 0: as it comes */
};

struct sinsp_format {
	struct view view;
	struct token *tokens;
	size_t n, cap;
	bool print_absent; /* the format begins with '*' */
};

/* ---- compiling ---- */

static struct token *add_token(struct sinsp_format *f)
{
	struct token *t;
	size_t cap = f->cap ? 2 * f->cap : 16;

	if (f->n == f->cap) {
		t = realloc(f->tokens, cap * sizeof(*t));
		if (!t)
			return NULL;
		f->tokens = t;
		f->cap = cap;
	}
	t = &f->tokens[f->n++];
	*t = (struct token){ 0 };
	return t;
}

static int set_literal(struct token *t, const char *text, size_t len, struct scap_error *err)
{
	if (!len)
		return 0;
	t->literal = calloc(1, len < WIDE ? WIDE : len);
	if (!t->literal)
		return scap_fail(err, -ENOMEM, "out of memory");
	memcpy(t->literal, text, len);
	t->literal_len = len;
	return 0;
}

/* Digits between '%' and the name. Returns their number. */
static size_t parse_width(const char *p, uint32_t *width)
{
	size_t n = 0;

	for (*width = 0; p[n] >= '0' && p[n] <= '9'; n++)
		if (*width < MAX_WIDTH)
			*width = *width * 10 + (uint32_t)(p[n] - '0');
	if (*width > MAX_WIDTH)
		*width = MAX_WIDTH;
	return n;
}

/* A transformer's name and an open bracket. */
static bool is_call(const char *p)
{
	size_t n = strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789");

	return p[n] == '(' && transform_find(p, n);
}

/* A field or call at @p into @t; returns its length or an error. */
static int parse_term(const struct sinsp *s, const char *p, struct token *t, struct scap_error *err)
{
	struct arena arena = { NULL };
	struct scap_error inner = { 0 };
	struct lexer lx = { .text = p, .len = strlen(p), .arena = &arena, .err = err, .s = s };
	struct term *call, field = { .kind = TERM_FIELD, .text = p };
	const char *near;
	int rc;

	if (is_call(p)) {
		rc = filter_parse_term(&lx, &call);
		if (rc == 0) {
			t->operand = operand_new(&lx, call);
			rc = t->operand ? (int)lx.pos : -EINVAL;
		}
		arena_free(&arena);
		return rc;
	}
	t->operand = calloc(1, sizeof(*t->operand));
	if (!t->operand)
		return scap_fail(err, -ENOMEM, "out of memory");
	rc = field_parse(s, &t->operand->ref, p, lx.len, &inner);
	near = rc == -ENOENT ? strstr(inner.msg, "; did you mean ") : NULL;
	if (rc < 0)
		return scap_fail(err, rc, "invalid formatting token '%%%.60s': %s%s", field.text,
				 rc == -ENOENT ? "no such field" : inner.msg, near ? near : "");
	t->operand->type = t->operand->ref.type;
	if (t->operand->ref.field->flags & FIELD_FILTER_ONLY)
		return scap_fail(err, -EINVAL,
				 "invalid formatting token '%%%s': this field is for filters only",
				 t->operand->ref.field->name);
	return rc;
}

/* The same, perhaps in brackets, which set it apart from the text behind it. */
static int parse_operand(const struct sinsp *s, const char *p, struct token *t,
			 struct scap_error *err)
{
	bool bracket = *p == '(';
	int rc = parse_term(s, p + bracket, t, err);

	if (rc < 0 || !bracket)
		return rc;
	if (p[1 + rc] != ')')
		return scap_fail(err, -EINVAL,
				 "invalid formatting token '%%%.60s': no ')' behind it", p);
	return rc + 2;
}

/* What stands in front of the value of an object's member; the first one's comma becomes '{'. */
static int set_key(struct token *t, const char *p, int len, struct scap_error *err)
{
	struct sinsp_text key = { 0 };
	size_t bracket = *p == '(';

	put_str(&key, ",\"");
	put_mem(&key, p + bracket, (size_t)len - 2 * bracket);
	json_escape(&key, 2);
	put_str(&key, "\":");
	if (key.failed) {
		sinsp_text_free(&key);
		return scap_fail(err, -ENOMEM, "out of memory");
	}
	free(t->literal);
	t->literal = key.ptr; /* of WIDE bytes at least, as all buffers */
	t->literal_len = key.len;
	return len;
}

static int compile(struct sinsp_format *f, const char *text, struct scap_error *err)
{
	const char *p = text, *percent;
	struct token *t;
	uint32_t width;
	int rc = 0;

	if (*p == '*') {
		f->print_absent = true;
		p++;
	}
	if (!*p)
		return scap_fail(err, -EINVAL, "empty formatting token");
	for (; *p; p += rc) {
		percent = strchrnul(p, '%');
		t = add_token(f);
		if (!t)
			return scap_fail(err, -ENOMEM, "out of memory");
		rc = set_literal(t, p, (size_t)(percent - p), err);
		if (rc < 0)
			return rc;
		if (!*percent)
			break;
		p = percent + 1;
		if (!*p)
			return scap_fail(err, -EINVAL,
					 "invalid formatting syntax: formatting "
					 "cannot end with a %%");
		p += parse_width(p, &width);
		if (!*p)
			return scap_fail(err, -EINVAL,
					 "invalid formatting syntax: formatting "
					 "cannot end with a number");
		t->width = width;
		rc = parse_operand(f->view.s, p, t, err);
		if (rc >= 0 && f->view.opts.json)
			rc = set_key(t, p, rc, err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int by_key(const void *a, const void *b)
{
	const struct token *x = a, *y = b;
	int d = memcmp(x->literal, y->literal,
		       x->literal_len < y->literal_len ? x->literal_len : y->literal_len);

	return d ? d : (x->literal_len > y->literal_len) - (x->literal_len < y->literal_len);
}

static void free_token(struct token *t)
{
	free(t->literal);
	operand_free(t->operand);
}

/* The fields alone, in the order of their names, each once. */
static void arrange(struct sinsp_format *f)
{
	size_t i, n = 0;

	for (i = 0; i < f->n; i++) {
		if (f->tokens[i].operand)
			f->tokens[n++] = f->tokens[i];
		else
			free_token(&f->tokens[i]);
	}
	qsort(f->tokens, n, sizeof(f->tokens[0]), by_key);
	for (i = f->n = 0; i < n; i++) {
		if (f->n && by_key(&f->tokens[f->n - 1], &f->tokens[i]) == 0)
			free_token(&f->tokens[i]);
		else
			f->tokens[f->n++] = f->tokens[i];
	}
	if (f->n)
		f->tokens[0].literal[0] = '{';
}

struct sinsp_format *sinsp_format_new(struct sinsp *s, const char *text,
				      const struct sinsp_format_options *opts,
				      struct scap_error *err)
{
	struct sinsp_format *f = calloc(1, sizeof(*f));
	size_t i;

	if (!f) {
		scap_fail(err, -ENOMEM, "out of memory");
		return NULL;
	}
	view_for_people(&f->view, s, opts);
	if (compile(f, text, err) < 0) {
		for (i = 0; err && err->msg[i]; i++)
			if ((unsigned char)err->msg[i] < 0x20 || (unsigned char)err->msg[i] > 0x7e)
				err->msg[i] = '.';
		sinsp_format_free(f);
		return NULL;
	}
	if (f->view.opts.json)
		arrange(f);
	return f;
}

void sinsp_format_free(struct sinsp_format *f)
{
	size_t i;

	if (!f)
		return;
	for (i = 0; i < f->n; i++)
		free_token(&f->tokens[i]);
	free(f->tokens);
	free(f);
}

/* ---- printing ---- */

static void put_value(struct view *c, const struct value *v, uint8_t format, struct sinsp_text *out)
{
	if (v->kind == VALUE_STRING)
		sinsp_text_add_printable(out, v->str.ptr, v->str.len);
	else if (v->kind == VALUE_INT && format != PF_HEX && format != PF_OCT)
		put_i64(out, v->i);
	else
		value_put(c, v, format, out);
}

static inline bool put_operand(struct view *c, struct operand *o, struct sinsp_text *out)
{
	const struct field *f = o->ref.field;
	struct value v;

	if (o->kind != OPERAND_FIELD) {
		if (!operand_get(c, o, &v))
			return false;
		value_put(c, &v, PF_DEC, out);
		return true;
	}
	if (f->put)
		return f->put(c, &o->ref, out);
	if (!f->get(c, &o->ref, &v))
		return false;
	put_value(c, &v, o->ref.format, out);
	return true;
}

/* In front of a field there are few characters mostly: they come with what lies behind them. */
static inline void put_literal(const struct token *t, struct sinsp_text *out)
{
	size_t n = t->literal_len;
	char *p = put_room(out, n < WIDE ? WIDE : n);

	if (!p || !n)
		return;
	if (n <= WIDE)
		memcpy(p, t->literal, WIDE);
	else
		memcpy(p, t->literal, n);
	put_done(out, n);
}

/* Exactly @width characters from @begin on. */
static void set_width(struct sinsp_text *out, size_t begin, size_t width)
{
	if (out->len - begin > width)
		put_back(out, begin + width);
	while (!out->failed && out->len - begin < width)
		put_char(out, ' ');
}

static bool put_line(struct sinsp_format *f, struct sinsp_text *out)
{
	size_t begin = out->len, mark, i;

	for (i = 0; i < f->n; i++) {
		struct token *t = &f->tokens[i];

		put_literal(t, out);
		if (!t->operand)
			continue;
		mark = out->len;
		if (!put_operand(&f->view, t->operand, out)) {
			put_back(out, mark);
			if (!f->print_absent) {
				put_back(out, begin);
				return false;
			}
			put_str(out, ABSENT);
		}
		if (t->width)
			set_width(out, mark, t->width);
	}
	return true;
}

static bool put_object(struct sinsp_format *f, struct sinsp_text *out)
{
	size_t begin = out->len, i;

	if (!f->n)
		put_char(out, '{');
	for (i = 0; i < f->n; i++) {
		struct token *t = &f->tokens[i];

		put_literal(t, out);
		if (json_put(&f->view, t->operand, out))
			continue;
		if (!f->print_absent) {
			put_back(out, begin);
			return false;
		}
		put_str(out, "null");
	}
	put_char(out, '}');
	return true;
}

bool sinsp_format_event(struct sinsp_format *f, const struct sinsp_event *ev,
			struct sinsp_text *out)
{
	f->view.ev = ev;
	if (!(f->view.opts.json ? put_object(f, out) : put_line(f, out)))
		return false;
	f->view.shown = ev->raw.hdr->ts;
	return true;
}
