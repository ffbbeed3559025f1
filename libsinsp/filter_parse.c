/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The grammar of filters:
 *
 *	or_expr   = and_expr { "or" and_expr }
 *	and_expr  = not_expr { "and" not_expr }
 *	not_expr  = { "not" } ( "(" or_expr ")" | check )
 *	check     = value operator [ right side ]
 *	value     = field [ "[" argument "]" ] | function "(" value { "," value } ")"
 *
 * One function a rule. Depth is counted, so that a filter cannot use up the stack.
 */
#include <errno.h>

#include "filter_ast.h"
#include "transform.h"

static const char *const op_names[OP_COUNT] = {
	[OP_EXISTS] = "exists",
	[OP_LE] = "<=",
	[OP_LT] = "<",
	[OP_GE] = ">=",
	[OP_GT] = ">",
	[OP_EQ] = "=",
	[OP_NE] = "!=",
	[OP_GLOB] = "glob",
	[OP_IGLOB] = "iglob",
	[OP_CONTAINS] = "contains",
	[OP_ICONTAINS] = "icontains",
	[OP_BCONTAINS] = "bcontains",
	[OP_STARTSWITH] = "startswith",
	[OP_BSTARTSWITH] = "bstartswith",
	[OP_ENDSWITH] = "endswith",
	[OP_REGEX] = "regex",
	[OP_IN] = "in",
	[OP_INTERSECTS] = "intersects",
	[OP_PMATCH] = "pmatch",
};

#define EXPECT_OP                                                                        \
	"expected an operator: one of 'exists', '<=', '<', '>=', '>', '==', '=', '!=', " \
	"'glob', 'iglob', 'contains', 'icontains', 'bcontains', 'startswith', "          \
	"'bstartswith', 'endswith', 'regex', 'in', 'intersects', 'pmatch'"
#define EXPECT_VALUE "expected a %s value or a field with a transformer: 'val', " TRANSFORM_NAMES

const char *filter_op_name(enum filter_op op)
{
	return op_names[op];
}

static int parse_or(struct lexer *lx, struct ast **out);
static int parse_call(struct lexer *lx, struct term **out);

static int enter(struct lexer *lx)
{
	if (++lx->depth > FILTER_MAX_DEPTH)
		return filter_fail(lx, -EINVAL, lx->pos,
				   "nested deeper than the recursion limit of %d",
				   FILTER_MAX_DEPTH);
	return 0;
}

static int no_memory(struct lexer *lx)
{
	return filter_fail(lx, -ENOMEM, lx->pos, "out of memory");
}

static struct ast *new_node(struct lexer *lx, enum ast_kind kind)
{
	struct ast *n = arena_alloc(lx->arena, sizeof(*n));

	if (n)
		n->kind = kind;
	return n;
}

static struct term *new_term(struct lexer *lx, const struct term *from)
{
	struct term *t = arena_alloc(lx->arena, sizeof(*t));

	if (t)
		*t = *from;
	return t;
}

/* ---- values ---- */

/* A name with "(" right behind it. */
static bool at_call(const struct lexer *lx)
{
	size_t n = lex_name_len(lx);

	return n && lx->pos + n < lx->len && lx->text[lx->pos + n] == '(';
}

static int parse_args(struct lexer *lx, struct term **list);

/* A field, a call, a string, a number, or a list of these. */
static int parse_arg(struct lexer *lx, struct term **out)
{
	struct term t = { .kind = TERM_LIST, .pos = lx->pos };
	int rc;

	if (lex_char(lx, '(')) {
		rc = parse_args(lx, &t.args);
	} else if (at_call(lx)) {
		return parse_call(lx, out);
	} else {
		rc = lex_field(lx, &t);
		if (rc == -ENOENT)
			rc = lex_quoted(lx, &t);
		if (rc == -ENOENT)
			rc = lex_number(lx, &t);
		if (rc == -ENOENT)
			rc = filter_fail(lx, -EINVAL, lx->pos,
					 "expected a field, a transformer, a quoted string, a "
					 "number or a list");
	}
	if (rc < 0)
		return rc;
	*out = new_term(lx, &t);
	return *out ? 0 : no_memory(lx);
}

/* Arguments up to the ")" that closes them; the "(" has been taken. */
static int parse_args(struct lexer *lx, struct term **list)
{
	int rc = enter(lx);

	while (rc == 0) {
		lex_skip_blanks(lx);
		rc = parse_arg(lx, list);
		if (rc < 0)
			return rc;
		list = &(*list)->next;
		lex_skip_blanks(lx);
		if (lex_char(lx, ',')) /* next */
			continue;
		if (!lex_char(lx, ')'))
			return filter_fail(lx, -EINVAL, lx->pos, "expected a ')' token");
		lx->depth--;
		return 0;
	}
	return rc;
}

static int parse_call(struct lexer *lx, struct term **out)
{
	size_t n = lex_name_len(lx);
	struct term t = { .kind = TERM_CALL, .pos = lx->pos, .text = lx->text + lx->pos, .len = n };
	int rc;

	if (!transform_find(t.text, n) && !(n == 3 && !memcmp(t.text, "val", 3)))
		return filter_fail(lx, -EINVAL, lx->pos,
				   "there is no transformer '%.*s', only 'val', " TRANSFORM_NAMES,
				   (int)(n < 40 ? n : 40), t.text);
	lx->pos += n;
	lex_char(lx, '(');
	rc = parse_args(lx, &t.args);
	if (rc == 0)
		rc = lex_bracket(lx, &t.key, &t.key_len);
	if (rc < 0 && rc != -ENOENT)
		return rc;
	*out = new_term(lx, &t);
	return *out ? 0 : no_memory(lx);
}

int filter_parse_term(struct lexer *lx, struct term **out)
{
	struct term t;
	int rc;

	if (at_call(lx))
		return parse_call(lx, out);
	rc = lex_field(lx, &t);
	if (rc < 0)
		return rc;
	*out = new_term(lx, &t);
	return *out ? 0 : no_memory(lx);
}

/* ---- right sides ---- */

static int parse_list(struct lexer *lx, struct term **out)
{
	struct term list = { .kind = TERM_LIST, .pos = lx->pos }, item, **tail = &list.args;
	int rc;

	if (!lex_char(lx, '('))
		return -ENOENT;
	lex_skip_blanks(lx);
	while (lex_peek(lx) != ')' || list.args) {
		rc = lex_string(lx, &item);
		if (rc == -ENOENT)
			return filter_fail(lx, -EINVAL, lx->pos, "expected a string value");
		if (rc < 0)
			return rc;
		*tail = new_term(lx, &item);
		if (!*tail)
			return no_memory(lx);
		tail = &(*tail)->next;
		lex_skip_blanks(lx);
		if (!lex_char(lx, ','))
			break;
		lex_skip_blanks(lx);
	}
	if (!lex_char(lx, ')'))
		return filter_fail(lx, -EINVAL, lx->pos, "expected a ')' token");
	*out = new_term(lx, &list);
	return *out ? 0 : no_memory(lx);
}

/* One name in the place of a list stands for a list of itself. */
static int parse_list_or_name(struct lexer *lx, struct term **out)
{
	struct term list = { .kind = TERM_LIST, .pos = lx->pos }, item;
	size_t n;
	int rc = parse_list(lx, out);

	if (rc != -ENOENT)
		return rc;
	n = lex_name_len(lx);
	if (!n)
		return -ENOENT;
	rc = lex_string(lx, &item);
	if (rc < 0)
		return rc;
	list.args = new_term(lx, &item);
	*out = list.args ? new_term(lx, &list) : NULL;
	return *out ? 0 : no_memory(lx);
}

static enum filter_modifier parse_modifier(struct lexer *lx)
{
	static const char *const names[] = {
		[MOD_ONEOF] = "oneof", [MOD_ANYOF] = "anyof", [MOD_ALLOF] = "allof"
	};
	size_t before = lx->pos, i;

	for (i = MOD_ONEOF; i <= MOD_ALLOF; i++) {
		if (!lex_word(lx, names[i]))
			continue;
		lex_skip_blanks(lx);
		if (lex_peek(lx) == '(')
			return (enum filter_modifier)i;
		lx->pos = before; /* an ordinary string */
	}
	return MOD_NONE;
}

static bool is_list_op(enum filter_op op)
{
	return op == OP_IN || op == OP_INTERSECTS || op == OP_PMATCH;
}

static bool is_number_op(enum filter_op op)
{
	return op >= OP_LE && op <= OP_GT;
}

static int parse_rhs(struct lexer *lx, struct ast *check)
{
	struct term t;
	int rc;

	lex_skip_blanks(lx);
	check->rhs_pos = lx->pos;
	if (!is_list_op(check->op) && !is_number_op(check->op)) {
		check->modifier = parse_modifier(lx);
		if (check->modifier != MOD_NONE)
			return parse_list(lx, &check->rhs);
	}
	if (at_call(lx))
		return parse_call(lx, &check->rhs);
	if (is_list_op(check->op)) {
		rc = parse_list_or_name(lx, &check->rhs);
		return rc == -ENOENT ? filter_fail(lx, -EINVAL, lx->pos, EXPECT_VALUE, "list") : rc;
	}
	rc = is_number_op(check->op) ? lex_number(lx, &t) : lex_string(lx, &t);
	if (rc == -ENOENT)
		return filter_fail(lx, -EINVAL, lx->pos, EXPECT_VALUE,
				   is_number_op(check->op) ? "number" : "string");
	if (rc < 0)
		return rc;
	check->rhs = new_term(lx, &t);
	return check->rhs ? 0 : no_memory(lx);
}

/* ---- checks and what joins them ---- */

static int parse_op(struct lexer *lx, enum filter_op *op)
{
	size_t i;

	lex_skip_blanks(lx);
	if (lex_word(lx, "==")) {
		*op = OP_EQ;
		return 0;
	}
	for (i = 0; i < OP_COUNT; i++) {
		if (!lex_word(lx, op_names[i]))
			continue;
		*op = (enum filter_op)i;
		return 0;
	}
	return filter_fail(lx, -EINVAL, lx->pos, EXPECT_OP);
}

static int parse_check(struct lexer *lx, struct ast **out)
{
	struct ast *check = new_node(lx, AST_CHECK);
	size_t n;
	int rc;

	if (!check)
		return no_memory(lx);
	rc = filter_parse_term(lx, &check->lhs);
	if (rc == -ENOENT) {
		n = lex_name_len(lx);
		if (n)
			return filter_fail(lx, -EINVAL, lx->pos, "unexpected identifier '%.*s'",
					   (int)(n < 80 ? n : 80), lx->text + lx->pos);
		return filter_fail(lx, -EINVAL, lx->pos,
				   "expected a field, a transformer, 'not' or '('");
	}
	if (rc == 0)
		rc = parse_op(lx, &check->op);
	if (rc == 0 && check->op != OP_EXISTS)
		rc = parse_rhs(lx, check);
	*out = check;
	return rc;
}

static int parse_primary(struct lexer *lx, struct ast **out)
{
	int rc;

	lex_skip_blanks(lx);
	if (!lex_char(lx, '('))
		return parse_check(lx, out);
	rc = enter(lx);
	if (rc == 0)
		rc = parse_or(lx, out);
	if (rc < 0)
		return rc;
	lex_skip_blanks(lx);
	if (!lex_char(lx, ')'))
		return filter_fail(lx, -EINVAL, lx->pos, "expected a ')' token");
	lx->depth--;
	return 0;
}

/* After a word that joins: a blank or a bracket. */
static int expect_gap(struct lexer *lx, const char *word)
{
	if (lex_is_blank(lex_peek(lx)) || lex_peek(lx) == '(')
		return 0;
	return filter_fail(lx, -EINVAL, lx->pos, "expected blank or '(' after '%s'", word);
}

static int parse_not(struct lexer *lx, struct ast **out)
{
	bool negate = false;
	struct ast *node;
	int rc = 0;

	for (lex_skip_blanks(lx); rc == 0 && lex_word(lx, "not"); lex_skip_blanks(lx)) {
		rc = expect_gap(lx, "not");
		negate = !negate;
	}
	if (rc == 0)
		rc = parse_primary(lx, out);
	if (rc < 0 || !negate)
		return rc;
	node = new_node(lx, AST_NOT);
	if (!node)
		return no_memory(lx);
	node->children = *out;
	*out = node;
	return 0;
}

/* A chain of the same word is one node with many children. */
static int parse_chain(struct lexer *lx, const char *word, enum ast_kind kind,
		       int (*parse)(struct lexer *, struct ast **), struct ast **out)
{
	struct ast *first, **tail, *node;
	int rc = parse(lx, &first);

	if (rc < 0)
		return rc;
	*out = first;
	tail = &first->next;
	for (lex_skip_blanks(lx); lex_word(lx, word); lex_skip_blanks(lx)) {
		rc = expect_gap(lx, word);
		if (rc == 0)
			rc = parse(lx, tail);
		if (rc < 0)
			return rc;
		tail = &(*tail)->next;
	}
	if (!first->next)
		return 0;
	node = new_node(lx, kind);
	if (!node)
		return no_memory(lx);
	node->children = first;
	*out = node;
	return 0;
}

static int parse_and(struct lexer *lx, struct ast **out)
{
	return parse_chain(lx, "and", AST_AND, parse_not, out);
}

static int parse_or(struct lexer *lx, struct ast **out)
{
	return parse_chain(lx, "or", AST_OR, parse_and, out);
}

struct ast *filter_parse(struct lexer *lx)
{
	struct ast *root;

	if (lx->len > FILTER_MAX_LEN) {
		filter_fail(lx, -EINVAL, 0, "the filter is longer than %u bytes", FILTER_MAX_LEN);
		return NULL;
	}
	lex_skip_blanks(lx);
	if (lx->pos == lx->len) {
		filter_fail(lx, -EINVAL, lx->pos, "the filter is empty");
		return NULL;
	}
	if (parse_or(lx, &root) < 0)
		return NULL;
	lex_skip_blanks(lx);
	if (lx->pos < lx->len) {
		filter_fail(lx, -EINVAL, lx->pos,
			    "unexpected token after '%.*s', expecting 'or', 'and'",
			    (int)(lx->last_len < 80 ? lx->last_len : 80), lx->text + lx->last_pos);
		return NULL;
	}
	return root;
}
