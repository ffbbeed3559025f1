/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes trees of filters smaller before they are compiled: "a = 1 or a = 2 or a in (3, 4)" asks the
 * field once and looks into one set.
 */
#include "filter.h"

#define LOOK_BACK 32 /* different fields of one "or" that are remembered */

/* What a set can hold instead: constants that the field may be equal to. */
static bool is_member(const struct ast *n)
{
	if (n->kind != AST_CHECK || n->lhs->kind != TERM_FIELD || n->modifier != MOD_NONE)
		return false;
	if (n->op == OP_EQ)
		return n->rhs->kind == TERM_STRING || n->rhs->kind == TERM_NUMBER;
	return n->op == OP_IN && n->rhs->kind == TERM_LIST && n->rhs->args;
}

/* Fields for which "in" is not "equal to one of": elements of lists, what is near a time. */
static bool is_other(const struct lexer *lx, const struct term *t)
{
	struct field_ref ref;
	struct scap_error err;
	bool other;

	if (field_parse(lx->s, &ref, t->text, t->len, &err) < 0)
		return true; /* compiling will tell */
	other = ref.field->flags & (FIELD_LIST | FIELD_WITHIN | FIELD_PREVIOUS);
	field_ref_free(&ref);
	return other;
}

static bool same_field(const struct ast *a, const struct ast *b)
{
	return a->lhs->len == b->lhs->len && !memcmp(a->lhs->text, b->lhs->text, a->lhs->len);
}

/* "field = x" as "field in (x)". False: no memory, and nothing has changed. */
static bool make_list(struct arena *a, struct ast *n)
{
	struct term *list;

	if (n->rhs->kind == TERM_LIST)
		return true;
	list = arena_alloc(a, sizeof(*list));
	if (!list)
		return false;
	*list = (struct term){ .kind = TERM_LIST, .pos = n->rhs->pos, .args = n->rhs };
	n->rhs = list;
	n->op = OP_IN;
	return true;
}

/* Moves the constants of @from behind those of @to, whose last one is @tail. */
static bool merge(struct arena *a, struct ast *to, struct term **tail, const struct ast *from)
{
	if (!make_list(a, to))
		return false;
	if (!*tail)
		*tail = to->rhs->args;
	while ((*tail)->next)
		*tail = (*tail)->next;
	(*tail)->next = from->rhs->kind == TERM_LIST ? from->rhs->args : from->rhs;
	return true;
}

static void fold_or(struct lexer *lx, struct ast *n)
{
	struct {
		struct ast *check;
		struct term *tail;
	} seen[LOOK_BACK];
	struct ast **link = &n->children, *c;
	int n_seen = 0, i;

	while ((c = *link)) {
		for (i = 0; is_member(c) && i < n_seen; i++)
			if (same_field(seen[i].check, c))
				break;
		if (is_member(c) && i < n_seen &&
		    merge(lx->arena, seen[i].check, &seen[i].tail, c)) {
			*link = c->next;
			continue;
		}
		if (is_member(c) && i == n_seen && n_seen < LOOK_BACK && !is_other(lx, c->lhs)) {
			seen[n_seen].check = c;
			seen[n_seen++].tail = NULL;
		}
		link = &c->next;
	}
}

void filter_fold(struct lexer *lx, struct ast *n)
{
	struct ast *c;

	if (n->kind == AST_CHECK)
		return;
	for (c = n->children; c; c = n->kind == AST_NOT ? NULL : c->next)
		filter_fold(lx, c);
	if (n->kind != AST_OR)
		return;
	fold_or(lx, n);
}
