/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the tree of a filter to steps: each one a check, and where to go when it is true and when it
 * is false. What the type of an event decides is left out; so there is a program for each set of
 * types that answer alike, a handful in all. "not" costs nothing: it turns the two places around.
 */
#include <errno.h>
#include <stdlib.h>

#include "filter.h"

#define STEPS_MAX (1u << 18) /* of all programs; beyond, one program does for all types */

/* ---- what costs how much ---- */

static uint32_t operand_cost(const struct operand *o)
{
	uint32_t cost = 2;
	size_t i;

	switch (o->kind) {
	case OPERAND_FIELD:
		return o->ref.field->get ? 2 : 20; /* else text has to be made */
	case OPERAND_CONST:
		return 1;
	default:
		for (i = 0; i < o->n_args; i++)
			cost += operand_cost(o->args[i]);
		return cost + 5;
	}
}

static uint32_t check_cost(const struct check *ck)
{
	static const uint8_t costs[OP_COUNT] = {
		[OP_CONTAINS] = 4, [OP_ICONTAINS] = 10, [OP_BCONTAINS] = 4, [OP_GLOB] = 8,
		[OP_IGLOB] = 8,	   [OP_PMATCH] = 8,	[OP_REGEX] = 40,    [OP_IN] = 2,
	};
	uint32_t cost = operand_cost(ck->lhs);
	uint32_t n = ck->set || ck->paths ? 1 : (uint32_t)ck->n_consts;

	if (ck->rhs)
		cost += operand_cost(ck->rhs);
	cost += (costs[ck->op] + 1u) * (n && n < 1000 ? n : 1);
	return ck->walk ? 8 * cost : ck->ends ? 2 * cost : cost;
}

static int compare_costs(const void *a, const void *b)
{
	const struct node *x = *(struct node *const *)a, *y = *(struct node *const *)b;

	if (x->cost != y->cost)
		return x->cost > y->cost ? 1 : -1;
	return (x->order > y->order) - (x->order < y->order);
}

void filter_sort(struct node *n)
{
	size_t i;

	if (n->kind == NODE_CHECK) {
		n->cost = check_cost(n->check);
		return;
	}
	for (i = 0; i < n->n; i++) {
		filter_sort(n->children[i]);
		n->children[i]->order = (uint32_t)i;
		if (__builtin_add_overflow(n->cost, n->children[i]->cost, &n->cost))
			n->cost = UINT32_MAX;
	}
	if (n->kind != NODE_NOT)
		qsort(n->children, n->n, sizeof(struct node *), compare_costs);
}

/* ---- steps ---- */

static int add_step(struct sinsp_filter *f, struct check *ck, uint32_t yes, uint32_t no,
		    uint32_t *at)
{
	uint32_t cap = f->cap_steps ? 2 * f->cap_steps : 8;
	struct step *steps;

	if (f->n_steps == f->cap_steps) {
		steps = realloc(f->steps, cap * sizeof(*steps));
		if (!steps)
			return -ENOMEM;
		f->steps = steps;
		f->cap_steps = cap;
	}
	*at = f->n_steps;
	f->steps[f->n_steps++] = (struct step){ ck, yes, no };
	return 0;
}

/*
 * Steps for events of @type, or of any type where it is SCAP_EVT_MAX. From the last to the first,
 * so that it is known where to go on. @at gets the first.
 */
static int write_node(struct sinsp_filter *f, const struct node *n, unsigned int type, uint32_t yes,
		      uint32_t no, uint32_t *at)
{
	struct known k = { .type = (uint16_t)type };
	enum answer a = type < SCAP_EVT_MAX ? filter_answer(n, &k) : OPEN;
	size_t i;
	int rc = 0;

	if (a != OPEN) {
		*at = a == YES ? yes : no;
		return 0;
	}
	switch (n->kind) {
	case NODE_CHECK:
		return add_step(f, n->check, yes, no, at);
	case NODE_NOT:
		return write_node(f, n->children[0], type, no, yes, at);
	default:
		*at = n->kind == NODE_AND ? yes : no;
		for (i = n->n; i > 0 && rc == 0; i--)
			rc = n->kind == NODE_AND
				     ? write_node(f, n->children[i - 1], type, *at, no, at)
				     : write_node(f, n->children[i - 1], type, yes, *at, at);
		return rc;
	}
}

/* ---- types that answer alike ---- */

static bool same_answers(const struct node *n, unsigned int a, unsigned int b)
{
	size_t i;

	if (n->kind == NODE_CHECK)
		return !n->check->by_type || n->check->by_type[a] == n->check->by_type[b];
	for (i = 0; i < n->n; i++)
		if (!same_answers(n->children[i], a, b))
			return false;
	return true;
}

/* Counts the checks, and makes a sum of the answers for each type: few are compared in full. */
static size_t sum_answers(const struct node *n, uint32_t *sums)
{
	size_t i, count = 0;

	if (n->kind != NODE_CHECK) {
		for (i = 0; i < n->n; i++)
			count += sum_answers(n->children[i], sums);
		return count;
	}
	for (i = 0; n->check->by_type && i < SCAP_EVT_MAX; i++)
		sums[i] = 33 * sums[i] + n->check->by_type[i];
	return 1;
}

int filter_write(struct sinsp_filter *f)
{
	uint32_t sums[SCAP_EVT_MAX] = { 0 }, any;
	size_t size = sum_answers(f->root, sums), n = 0, i;
	uint16_t types[SCAP_EVT_MAX]; /* one of each kind */
	unsigned int type;
	int rc = write_node(f, f->root, SCAP_EVT_MAX, STEP_YES, STEP_NO, &any);

	for (type = 0; rc == 0 && type < SCAP_EVT_MAX; type++) {
		f->entry[type] = any;
		if (size * (n + 1) > STEPS_MAX)
			continue;
		for (i = 0; i < n; i++)
			if (sums[types[i]] == sums[type] && same_answers(f->root, types[i], type))
				break;
		if (i < n) {
			f->entry[type] = f->entry[types[i]];
			continue;
		}
		types[n++] = (uint16_t)type;
		rc = write_node(f, f->root, type, STEP_YES, STEP_NO, &f->entry[type]);
	}
	return rc;
}
