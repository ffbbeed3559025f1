/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the tree of a filter to what runs: fields are found, types checked, constants parsed, sets
 * sorted, patterns compiled. Everything that could be wrong with a filter is found here.
 */
#include <errno.h>
#include <stdlib.h>

#include "filter.h"
#include "near.h"

/* ---- which operators are there for which values ---- */

#define BIT(op)	   (1u << (op))
#define EQUALITY   (BIT(OP_EXISTS) | BIT(OP_EQ) | BIT(OP_NE) | BIT(OP_IN) | BIT(OP_INTERSECTS))
#define ORDER	   (BIT(OP_LT) | BIT(OP_LE) | BIT(OP_GT) | BIT(OP_GE))
#define PARTS	   (BIT(OP_CONTAINS) | BIT(OP_STARTSWITH) | BIT(OP_ENDSWITH))
#define BYTE_PARTS (BIT(OP_BCONTAINS) | BIT(OP_BSTARTSWITH))
#define PATTERNS   (BIT(OP_GLOB) | BIT(OP_IGLOB) | BIT(OP_REGEX) | BIT(OP_PMATCH))

static const struct {
	uint32_t ops;
	const char *name;
} kinds[] = {
	[VALUE_STRING] = { EQUALITY | PARTS | PATTERNS | BIT(OP_ICONTAINS), "string" },
	[VALUE_BYTES] = { EQUALITY | PARTS | BYTE_PARTS, "byte buffer" },
	[VALUE_INT] = { EQUALITY | ORDER, "numeric" },
	[VALUE_UINT] = { EQUALITY | ORDER, "numeric" },
	[VALUE_BOOL] = { EQUALITY, "boolean" },
	[VALUE_DOUBLE] = { EQUALITY | ORDER, "numeric" },
	[VALUE_IP] = { EQUALITY, "IP address" },
	[VALUE_LIST] = { BIT(OP_EXISTS) | BIT(OP_IN) | BIT(OP_INTERSECTS), "list" },
};

const char *filter_op_refused(enum filter_op op, enum value_kind kind, bool list)
{
	if (list)
		kind = VALUE_LIST;
	return kinds[kind].ops & BIT(op) ? NULL : kinds[kind].name;
}

/* ---- names of events ---- */

/* Names of event types, then of system calls; NULL where a number has none. */
static const char *nth_name(unsigned int i)
{
	const struct scap_event_info *info;

	if (i >= SCAP_EVT_MAX)
		return scap_syscall_name((uint16_t)(i - SCAP_EVT_MAX));
	info = scap_event_info((uint16_t)i);
	return info ? info->name : NULL;
}

#define N_NAMES (SCAP_EVT_MAX + SCAP_SC_MAX)

static int check_event_name(struct lexer *lx, const struct term *t)
{
	struct near near;
	char names[200];
	const char *name;
	unsigned int i;

	for (i = 0; i < N_NAMES; i++) {
		name = nth_name(i);
		if (name && strlen(name) == t->len && !memcmp(name, t->text, t->len))
			return 0;
	}
	near_init(&near, t->text, t->len);
	for (i = 0; i < N_NAMES; i++)
		if ((name = nth_name(i)))
			near_offer(&near, name);
	return filter_fail(lx, -EINVAL, t->pos, "unknown event type %.*s%s",
			   (int)(t->len < 80 ? t->len : 80), t->text,
			   near_text(&near, names, sizeof(names)));
}

static bool is_type_field(const struct operand *o)
{
	return o->kind == OPERAND_FIELD && o->ref.field->flags & FIELD_EVENT_NAME;
}

/* evt.type is compared with names of events only; syscall.type with any text. */
static bool wants_event_names(const struct operand *o)
{
	return is_type_field(o) && !strcmp(o->ref.field->name, "evt.type");
}

/* ---- types ---- */

static int check_types(struct lexer *lx, const struct check *ck, const struct ast *a)
{
	const char *refused = filter_op_refused(a->op, ck->kind, ck->lhs->is_list);
	const struct field *field = ck->lhs->kind == OPERAND_FIELD ? ck->lhs->ref.field : NULL;

	if (field && field->flags & FIELD_PRINT_ONLY)
		return filter_fail(lx, -EINVAL, a->lhs->pos, "field '%s' is for output only",
				   field->name);
	if (refused)
		return filter_fail(lx, -EINVAL, a->lhs->pos,
				   "'%s' operator not supported for %s filters",
				   filter_op_name(a->op), refused);
	return 0;
}

static const char *type_of(const struct operand *o)
{
	return o->is_list ? "LIST" : value_type_name(o->type);
}

static const char *name_of(const struct operand *o)
{
	return o->kind == OPERAND_FIELD ? o->ref.field->name : o->fn ? o->fn->name : "";
}

/* ---- right sides ---- */

/* A value of the event, instead of constants. */
static int make_rhs(struct lexer *lx, struct check *ck, const struct ast *a)
{
	bool list_op = ck->op == OP_IN || ck->op == OP_INTERSECTS;

	ck->rhs = operand_new(lx, a->rhs);
	if (!ck->rhs)
		return -EINVAL;
	if (ck->op == OP_PMATCH || ck->op == OP_REGEX || ck->op == OP_BCONTAINS ||
	    ck->op == OP_BSTARTSWITH || ck->lhs->type == PT_IPNET ||
	    (ck->lhs->kind == OPERAND_FIELD && ck->lhs->ref.field->flags & FIELD_NO_RHS))
		return filter_fail(lx, -EINVAL, a->rhs_pos,
				   "'%s' of '%s' takes no field on the right side",
				   filter_op_name(ck->op), name_of(ck->lhs));
	if (ck->rhs->kind == OPERAND_FIELD && ck->rhs->ref.field->flags & FIELD_NO_RHS)
		return filter_fail(lx, -EINVAL, a->rhs_pos,
				   "field '%s' cannot stand on the right side", name_of(ck->rhs));
	if (value_kind_of(ck->lhs->type) != value_kind_of(ck->rhs->type) ||
	    ck->rhs->type == PT_IPNET || (ck->rhs->is_list && !list_op))
		return filter_fail(lx, -EINVAL, a->rhs_pos,
				   "field '%s' has type '%s' while the right-hand side field '%s' "
				   "has incompatible type '%s'",
				   name_of(ck->lhs), type_of(ck->lhs), name_of(ck->rhs),
				   type_of(ck->rhs));
	return 0;
}

static int make_constants(struct lexer *lx, struct check *ck, const struct term *first, size_t n)
{
	const struct term *t;
	int rc;

	ck->consts = calloc(n ? n : 1, sizeof(*ck->consts));
	if (!ck->consts)
		return filter_fail(lx, -ENOMEM, lx->pos, "out of memory");
	for (t = first; t && ck->n_consts < n; t = t->next) {
		rc = constant_make(lx, ck, t, &ck->consts[ck->n_consts]);
		if (rc < 0) {
			constant_free(&ck->consts[ck->n_consts]);
			return rc;
		}
		ck->n_consts++;
		rc = wants_event_names(ck->lhs) ? check_event_name(lx, t) : 0;
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int make_values(struct lexer *lx, struct check *ck, const struct ast *a)
{
	const struct term *t;
	size_t n = 0;
	int rc;

	if (a->rhs->kind == TERM_CALL || a->rhs->kind == TERM_FIELD)
		return make_rhs(lx, ck, a);
	if (a->rhs->kind != TERM_LIST)
		return make_constants(lx, ck, a->rhs, 1);
	for (t = a->rhs->args; t; t = t->next)
		n++;
	rc = make_constants(lx, ck, a->rhs->args, n);
	if (rc == 0 && ck->op == OP_PMATCH) {
		ck->paths = paths_new(ck->consts, n);
		return ck->paths ? 0 : filter_fail(lx, -ENOMEM, a->rhs_pos, "out of memory");
	}
	if (rc < 0 || (ck->op != OP_IN && ck->op != OP_INTERSECTS) || ck->kind == VALUE_BOOL ||
	    ck->kind == VALUE_DOUBLE)
		return rc;
	if (n == 1 && !ck->lhs->is_list) {
		ck->op = OP_EQ;
		return 0;
	}
	ck->set = set_new(ck->kind, ck->consts, n);
	return ck->set ? 0 : filter_fail(lx, -ENOMEM, a->rhs_pos, "out of memory");
}

/* ---- left sides ---- */

#define SHARED_MAX 64 /* different ones that are looked through */

static bool same_field(const struct operand *a, const struct operand *b)
{
	const struct field_ref *x = &a->ref, *y = &b->ref;

	return a->kind == OPERAND_FIELD && b->kind == OPERAND_FIELD && x->field == y->field &&
	       x->arg == y->arg && x->index == y->index && x->key_len == y->key_len &&
	       (!x->key_len || !memcmp(x->key, y->key, x->key_len)) &&
	       !operand_has(a, FIELD_PREVIOUS);
}

/* The operand that @t is: that of an earlier check, if it is the same field. NULL: an error. */
static struct operand *make_lhs(struct lexer *lx, struct sinsp_filter *f, const struct term *t)
{
	struct operand *o = operand_new(lx, t), **list;
	size_t i, n = f->n_operands;

	if (!o)
		return NULL;
	for (i = n > SHARED_MAX ? n - SHARED_MAX : 0; i < n; i++) {
		if (!same_field(f->operands[i], o))
			continue;
		operand_free(o);
		f->operands[i]->shared = true;
		return f->operands[i];
	}
	if ((n & (n - 1)) == 0) { /* full: the room doubles */
		list = realloc(f->operands, (n ? 2 * n : 1) * sizeof(*list));
		if (!list) {
			operand_free(o);
			filter_fail(lx, -ENOMEM, t->pos, "out of memory");
			return NULL;
		}
		f->operands = list;
	}
	f->operands[f->n_operands++] = o;
	return o;
}

/* ---- one check ---- */

static int make_check(struct lexer *lx, struct sinsp_filter *f, struct check *ck,
		      const struct ast *a)
{
	const struct field_ref *ref;
	int rc;

	ck->op = a->op;
	ck->modifier = a->modifier;
	ck->lhs = make_lhs(lx, f, a->lhs);
	if (!ck->lhs)
		return -EINVAL;
	ck->kind = value_kind_of(ck->lhs->type);
	rc = check_types(lx, ck, a);
	if (rc < 0)
		return rc;
	if (ck->lhs->kind == OPERAND_FIELD) {
		ref = &ck->lhs->ref;
		ck->walk = ref->field->flags & FIELD_WALK && ref->arg == ARG_NONE;
		ck->ends = ref->field->flags & FIELD_ENDS;
		if (ref->field->flags & FIELD_WITHIN && ck->op == OP_EQ)
			ck->op = OP_LE;
	}
	if (ck->op != OP_EXISTS)
		rc = make_values(lx, ck, a);
	if (rc < 0)
		return rc;
	check_choose(ck);
	if (operand_has(ck->lhs, FIELD_PREVIOUS) || operand_has(ck->rhs, FIELD_PREVIOUS))
		f->sequential = true;
	if (operand_has(ck->lhs, FIELD_COUNTS) || operand_has(ck->rhs, FIELD_COUNTS))
		f->counting = true;
	rc = check_fill_types(f, ck);
	return rc < 0 ? filter_fail(lx, rc, a->lhs->pos, "out of memory") : 0;
}

/* ---- the tree ---- */

static void check_free(struct check *ck)
{
	size_t i;

	if (!ck)
		return;
	for (i = 0; i < ck->n_consts; i++)
		constant_free(&ck->consts[i]);
	free(ck->consts);
	set_free(ck->set);
	paths_free(ck->paths);
	operand_free(ck->rhs);
	free(ck->by_type);
	free(ck->by_call);
	free(ck);
}

/* As deep as the filter's text was allowed to nest. */
static void node_free(struct node *n)
{
	size_t i;

	if (!n)
		return;
	for (i = 0; i < n->n; i++)
		node_free(n->children[i]);
	free(n->children);
	check_free(n->check);
	free(n);
}

static int make_node(struct lexer *lx, struct sinsp_filter *f, const struct ast *a,
		     struct node **out)
{
	static const enum node_kind kind_of[] = { [AST_AND] = NODE_AND,
						  [AST_OR] = NODE_OR,
						  [AST_NOT] = NODE_NOT,
						  [AST_CHECK] = NODE_CHECK };
	struct node *n = calloc(1, sizeof(*n));
	const struct ast *child;
	size_t count = 0;
	int rc;

	*out = n;
	if (!n)
		return filter_fail(lx, -ENOMEM, 0, "out of memory");
	n->kind = kind_of[a->kind];
	if (a->kind == AST_CHECK) {
		n->check = calloc(1, sizeof(*n->check));
		if (!n->check)
			return filter_fail(lx, -ENOMEM, 0, "out of memory");
		return make_check(lx, f, n->check, a);
	}
	for (child = a->children; child; child = a->kind == AST_NOT ? NULL : child->next)
		count++;
	n->children = calloc(count, sizeof(struct node *));
	if (!n->children)
		return filter_fail(lx, -ENOMEM, 0, "out of memory");
	for (child = a->children; n->n < count; child = child->next) {
		rc = make_node(lx, f, child, &n->children[n->n]);
		n->n++;
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int compile(struct sinsp_filter *f, struct lexer *lx)
{
	struct ast *root = filter_parse(lx);
	int rc;

	if (!root)
		return -EINVAL;
	filter_fold(lx, root);
	rc = make_node(lx, f, root, &f->root);
	if (rc < 0)
		return rc;
	if (!f->sequential)
		filter_sort(f->root);
	rc = filter_write(f);
	return rc < 0 ? filter_fail(lx, rc, 0, "out of memory") : 0;
}

struct sinsp_filter *sinsp_filter_new(struct sinsp *s, const char *text, struct scap_error *err)
{
	struct sinsp_filter *f = calloc(1, sizeof(*f));
	struct arena arena = { NULL };
	struct lexer lx = {
		.text = text, .len = strlen(text), .arena = &arena, .err = err, .s = s
	};
	int rc;

	if (!f) {
		scap_fail(err, -ENOMEM, "out of memory");
		return NULL;
	}
	f->view.s = s;
	f->view.opts.verbose = true;
	rc = compile(f, &lx);
	arena_free(&arena);
	if (rc < 0) {
		sinsp_filter_free(f);
		return NULL;
	}
	return f;
}

void sinsp_filter_free(struct sinsp_filter *f)
{
	size_t i;

	if (!f)
		return;
	node_free(f->root);
	for (i = 0; i < f->n_operands; i++)
		operand_free(f->operands[i]);
	free(f->operands);
	free(f->steps);
	free(f);
}
