/* SPDX-License-Identifier: BSD-2-Clause */
/* Operands: made of the terms of a filter, and evaluated. */
#include <errno.h>
#include <stdlib.h>

#include "transform.h"

static int make_field(struct lexer *lx, struct operand *o, const struct term *t)
{
	struct scap_error err = { 0 };
	int n = field_parse(lx->s, &o->ref, t->text, t->len, &err);

	if (n < 0)
		return filter_fail(lx, n, t->pos, "%s", err.msg);
	if ((size_t)n != t->len) {
		field_ref_free(&o->ref);
		n = field_unknown(lx->s, t->text, t->len, &err);
		return filter_fail(lx, n, t->pos, "%s", err.msg);
	}
	o->kind = OPERAND_FIELD;
	o->get = o->ref.field->get;
	o->type = o->ref.type;
	o->is_list = o->ref.field->flags & FIELD_LIST;
	return 0;
}

static int make_const(struct lexer *lx, struct operand *o, const struct term *t)
{
	o->owned = malloc(t->len + 1);
	if (!o->owned)
		return filter_fail(lx, -ENOMEM, t->pos, "out of memory");
	if (t->len)
		memcpy(o->owned, t->text, t->len);
	o->owned[t->len] = '\0';
	o->kind = OPERAND_CONST;
	o->type = PT_CHARBUF;
	value_string(&o->constant, o->owned, t->len);
	return 0;
}

static int make_args(struct lexer *lx, struct operand *o, const struct term *t)
{
	const struct term *a;
	size_t n = 0;

	for (a = t->args; a; a = a->next)
		n++;
	o->args = calloc(n ? n : 1, sizeof(struct operand *));
	if (!o->args)
		return filter_fail(lx, -ENOMEM, t->pos, "out of memory");
	for (a = t->args; a; a = a->next) {
		o->args[o->n_args] = operand_new(lx, a);
		if (!o->args[o->n_args])
			return -EINVAL;
		o->n_args++;
	}
	o->kind = OPERAND_LIST;
	o->type = PT_CHARBUF;
	o->is_list = true;
	return 0;
}

static int make_call(struct lexer *lx, struct operand *o, const struct term *t)
{
	const struct transform *fn = transform_find(t->text, t->len);
	const char *wrong;
	size_t i;
	int rc = make_args(lx, o, t);

	if (rc < 0)
		return rc;
	o->kind = OPERAND_CALL;
	o->fn = fn;
	if (o->n_args < fn->min_args || o->n_args > fn->max_args)
		return filter_fail(lx, -EINVAL, t->pos, "%s() has a wrong number of arguments: %zu",
				   fn->name, o->n_args);
	for (i = 0; i < o->n_args; i++)
		if (o->args[i]->kind == OPERAND_FIELD &&
		    o->args[i]->ref.field->flags & FIELD_NO_TRANSFORM)
			return filter_fail(lx, -EINVAL, t->pos,
					   "field '%s' does not support transformers",
					   o->args[i]->ref.field->name);
	if (t->key) {
		o->key = strndup(t->key, t->key_len);
		if (!o->key)
			return filter_fail(lx, -ENOMEM, t->pos, "out of memory");
	}
	o->is_list = fn->list_result;
	o->type = PT_CHARBUF;
	wrong = fn->check(o);
	return wrong ? filter_fail(lx, -EINVAL, t->pos, "%s() %s", fn->name, wrong) : 0;
}

/* val(field): the field, where a bare name would be a string. */
static int make_val(struct lexer *lx, struct operand *o, const struct term *t)
{
	if (!t->args || t->args->next || t->args->kind != TERM_FIELD || t->key)
		return filter_fail(lx, -EINVAL, t->pos, "val() takes one field");
	return make_field(lx, o, t->args);
}

static int make(struct lexer *lx, struct operand *o, const struct term *t)
{
	switch (t->kind) {
	case TERM_FIELD:
		return make_field(lx, o, t);
	case TERM_CALL:
		return t->len == 3 && !memcmp(t->text, "val", 3) ? make_val(lx, o, t)
								 : make_call(lx, o, t);
	case TERM_LIST:
		return make_args(lx, o, t);
	default:
		return make_const(lx, o, t);
	}
}

struct operand *operand_new(struct lexer *lx, const struct term *t)
{
	struct operand *o = calloc(1, sizeof(*o));

	if (!o) {
		filter_fail(lx, -ENOMEM, t->pos, "out of memory");
		return NULL;
	}
	if (make(lx, o, t) < 0) {
		operand_free(o);
		return NULL;
	}
	return o;
}

void operand_free(struct operand *o)
{
	size_t i;

	if (!o)
		return;
	for (i = 0; i < o->n_args; i++)
		operand_free(o->args[i]);
	free(o->args);
	free(o->owned);
	free(o->key);
	field_ref_free(&o->ref);
	sinsp_text_free(&o->text);
	sinsp_text_free(&o->list);
	free(o);
}

/* All items, each a string; an absent one makes the whole list absent. */
static bool get_list(struct view *c, struct operand *o, struct value *v)
{
	struct value item;
	size_t i;

	sinsp_text_clear(&o->list);
	for (i = 0; i < o->n_args; i++) {
		if (!operand_get(c, o->args[i], &item))
			return false;
		if (item.kind != VALUE_STRING && item.kind != VALUE_BYTES) {
			struct sinsp_text *t = &o->args[i]->text;

			sinsp_text_clear(t);
			value_put(c, &item, PF_DEC, t);
			value_string(&item, t->ptr ? t->ptr : "", t->len);
		}
		sinsp_text_add(&o->list, (const char *)&item.str, sizeof(item.str));
	}
	v->kind = VALUE_LIST;
	v->list.items = (const struct value_str *)o->list.ptr;
	v->list.n = o->n_args;
	return !o->list.failed;
}

bool operand_get(struct view *c, struct operand *o, struct value *v)
{
	switch (o->kind) {
	case OPERAND_FIELD:
		return field_get(c, &o->ref, v);
	case OPERAND_CONST:
		*v = o->constant;
		return true;
	case OPERAND_LIST:
		return get_list(c, o, v);
	default:
		return o->fn->run(c, o, v);
	}
}

bool operand_has(const struct operand *o, uint16_t flags)
{
	size_t i;

	if (o && o->kind == OPERAND_FIELD)
		return o->ref.field->flags & flags;
	for (i = 0; o && i < o->n_args; i++)
		if (operand_has(o->args[i], flags))
			return true;
	return false;
}
