/* SPDX-License-Identifier: BSD-2-Clause */
/* The transformers: functions of values, one row each. */
#include "transform.h"

#include "put.h"

static bool is_text(const struct operand *o)
{
	return !o->is_list && value_kind_of(o->type) == VALUE_STRING;
}

static bool is_bytes(const struct operand *o)
{
	return !o->is_list && value_kind_of(o->type) == VALUE_BYTES;
}

/* ---- one string ---- */

static const char *check_text(struct operand *o)
{
	return is_text(o->args[0]) ? NULL : "takes a string";
}

/* Case of ASCII letters: @from is 'A' or 'a'. */
static bool change_case(struct view *c, struct operand *o, char from, struct value *v)
{
	size_t i;

	if (!operand_get(c, o->args[0], v))
		return false;
	sinsp_text_clear(&o->text);
	put_mem(&o->text, v->str.ptr, v->str.len);
	for (i = 0; i < o->text.len; i++)
		if (o->text.ptr[i] >= from && o->text.ptr[i] <= from + 25)
			o->text.ptr[i] ^= 0x20;
	return value_string(v, o->text.ptr, o->text.len);
}

static bool run_tolower(struct view *c, struct operand *o, struct value *v)
{
	return change_case(c, o, 'A', v);
}

static bool run_toupper(struct view *c, struct operand *o, struct value *v)
{
	return change_case(c, o, 'a', v);
}

static bool run_basename(struct view *c, struct operand *o, struct value *v)
{
	const char *slash;

	if (!operand_get(c, o->args[0], v))
		return false;
	slash = memrchr(v->str.ptr, '/', v->str.len);
	if (slash)
		return value_string(v, slash + 1, v->str.len - (size_t)(slash + 1 - v->str.ptr));
	return true;
}

/* ---- base64 ---- */

static const char *check_b64(struct operand *o)
{
	o->type = o->args[0]->type;
	return is_text(o->args[0]) || is_bytes(o->args[0]) ? NULL : "takes a string or bytes";
}

static int b64_digit(char ch)
{
	if (ch >= 'A' && ch <= 'Z')
		return ch - 'A';
	if (ch >= 'a' && ch <= 'z')
		return ch - 'a' + 26;
	if (ch >= '0' && ch <= '9')
		return ch - '0' + 52;
	return ch == '+' ? 62 : ch == '/' ? 63 : -1;
}

static bool run_b64(struct view *c, struct operand *o, struct value *v)
{
	uint32_t bits = 0;
	size_t i, n;
	int digit;

	if (!operand_get(c, o->args[0], v))
		return false;
	for (n = v->str.len; n && v->str.ptr[n - 1] == '='; n--)
		;
	if (v->str.len - n > 2 || n % 4 == 1)
		return false;
	sinsp_text_clear(&o->text);
	for (i = 0; i < n; i++) {
		digit = b64_digit(v->str.ptr[i]);
		if (digit < 0)
			return false;
		bits = bits << 6 | (uint32_t)digit;
		/* Digits 2, 3 and 4 of each group complete a byte. */
		if (i % 4)
			put_char(&o->text, (char)(bits >> (6 - 2 * (i % 4))));
	}
	v->str.ptr = o->text.ptr ? o->text.ptr : "";
	v->str.len = o->text.len;
	return true;
}

/* ---- len ---- */

static const char *check_len(struct operand *o)
{
	o->type = PT_UINT64;
	return o->args[0]->is_list || is_text(o->args[0]) || is_bytes(o->args[0])
		       ? NULL
		       : "takes a string, bytes or a list";
}

static bool run_len(struct view *c, struct operand *o, struct value *v)
{
	return operand_get(c, o->args[0], v) &&
	       value_u64(v, v->kind == VALUE_LIST ? v->list.n : v->str.len);
}

/* ---- several strings ---- */

static const char *check_join(struct operand *o)
{
	if (!is_text(o->args[0]))
		return "takes a string to put in between, then a list";
	return o->args[1]->is_list ? NULL : "second argument must be a list";
}

static bool run_join(struct view *c, struct operand *o, struct value *v)
{
	struct value sep, list;
	size_t i;

	if (!operand_get(c, o->args[0], &sep) || !operand_get(c, o->args[1], &list))
		return false;
	sinsp_text_clear(&o->text);
	for (i = 0; i < list.list.n; i++) {
		if (i)
			put_mem(&o->text, sep.str.ptr, sep.str.len);
		put_mem(&o->text, list.list.items[i].ptr, list.list.items[i].len);
	}
	return value_string(v, o->text.ptr ? o->text.ptr : "", o->text.len);
}

static const char *check_concat(struct operand *o)
{
	size_t i;

	for (i = 0; i < o->n_args; i++)
		if (!is_text(o->args[i]))
			return "takes strings";
	return NULL;
}

static bool run_concat(struct view *c, struct operand *o, struct value *v)
{
	size_t i;

	sinsp_text_clear(&o->text);
	for (i = 0; i < o->n_args; i++) {
		if (!operand_get(c, o->args[i], v))
			return false;
		put_mem(&o->text, v->str.ptr, v->str.len);
	}
	return value_string(v, o->text.ptr, o->text.len);
}

/* ---- getopt ---- */

static const char *check_getopt(struct operand *o)
{
	if (!o->args[0]->is_list)
		return "first argument must be a list";
	if (!is_text(o->args[1]))
		return "second argument must be a string of options";
	if (o->key && strlen(o->key) != 1)
		return "is asked for one option: [c]";
	o->is_list = !o->key;
	return NULL;
}

/* What getopt(3) finds, one call at a time. */
struct options {
	const struct value_str *args;
	size_t n, i, at; /* at: place in a cluster like -lpe, 0: at a new word */
	struct value_str known;
};

/* The next option into @opt, its value into @val (ptr NULL: none). */
static bool next_option(struct options *s, char *opt, struct value_str *val)
{
	const struct value_str *word;
	const char *k;

	*val = (struct value_str){ NULL, 0 };
	for (; s->i < s->n && s->at == 0; s->i++) {
		word = &s->args[s->i];
		if (word->len < 2 || word->ptr[0] != '-')
			continue;
		if (word->ptr[1] != '-') {
			s->at = 1;
			break;
		}
		if (word->len == 2) /* "--" ends the options; long ones are passed over */
			s->i = s->n - 1;
	}
	if (s->i >= s->n)
		return false;
	word = &s->args[s->i];
	*opt = word->ptr[s->at++];
	k = *opt == ':' || !s->known.len ? NULL : memchr(s->known.ptr, *opt, s->known.len);
	if (!k)
		*opt = '?';
	if (k && k + 1 < s->known.ptr + s->known.len && k[1] == ':') {
		if (s->at < word->len)
			*val = (struct value_str){ word->ptr + s->at, word->len - s->at };
		else if (s->i + 1 < s->n)
			*val = s->args[++s->i];
		s->at = word->len;
	}
	if (s->at >= word->len) {
		s->at = 0;
		s->i++;
	}
	return true;
}

static bool run_getopt(struct view *c, struct operand *o, struct value *v)
{
	static const char letters[] =
		"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz?";
	struct options s = { .n = 0 };
	struct value list, known;
	struct value_str val, item;
	const char *l;
	bool found = false;
	char opt;

	if (!operand_get(c, o->args[0], &list) || !operand_get(c, o->args[1], &known))
		return false;
	s.args = list.list.items;
	s.n = list.list.n;
	s.known = known.str;
	sinsp_text_clear(&o->list);
	while (next_option(&s, &opt, &val)) {
		if (o->key) {
			if (opt != o->key[0])
				continue;
			found = value_string(v, val.ptr ? val.ptr : "", val.len);
			continue;
		}
		l = memchr(letters, opt, sizeof(letters) - 1);
		item = (struct value_str){ l ? l : "?", 1 };
		sinsp_text_add(&o->list, (const char *)&item, sizeof(item));
		if (val.ptr)
			sinsp_text_add(&o->list, (const char *)&val, sizeof(val));
	}
	if (o->key)
		return found;
	v->kind = VALUE_LIST;
	v->list.items = (const struct value_str *)o->list.ptr;
	v->list.n = o->list.len / sizeof(item);
	return !o->list.failed;
}

/* ---- the table ---- */

#define ANY_NUMBER 64u

static const struct transform table[] = {
	{ "tolower", 1, 1, false, check_text, run_tolower },
	{ "toupper", 1, 1, false, check_text, run_toupper },
	{ "b64", 1, 1, false, check_b64, run_b64 },
	{ "basename", 1, 1, false, check_text, run_basename },
	{ "len", 1, 1, false, check_len, run_len },
	{ "join", 2, 2, false, check_join, run_join },
	{ "concat", 2, ANY_NUMBER, false, check_concat, run_concat },
	{ "getopt", 2, 2, true, check_getopt, run_getopt },
};

const struct transform *transform_find(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strlen(table[i].name) == len && !memcmp(table[i].name, name, len))
			return &table[i];
	return NULL;
}
