/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking a filter about an event. Allocates nothing, hashes nothing; a check on evt.type is one
 * look into a table, and most events end there.
 */
#include <stdlib.h>

#include "filter.h"

/* ---- strings ---- */

static bool equal(const struct value_str *a, const struct value_str *b)
{
	return a->len == b->len && (!a->len || !memcmp(a->ptr, b->ptr, a->len));
}

static bool starts(const struct value_str *a, const struct value_str *b)
{
	return a->len >= b->len && (!b->len || !memcmp(a->ptr, b->ptr, b->len));
}

static bool ends(const struct value_str *a, const struct value_str *b)
{
	return a->len >= b->len && (!b->len || !memcmp(a->ptr + a->len - b->len, b->ptr, b->len));
}

static bool contains(const struct value_str *a, const struct value_str *b)
{
	return !b->len || (a->len && memmem(a->ptr, a->len, b->ptr, b->len));
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool icontains(const struct value_str *a, const struct value_str *b)
{
	size_t i, j;

	for (i = 0; i + b->len <= a->len; i++) {
		for (j = 0; j < b->len; j++)
			if (lower(a->ptr[i + j]) != lower(b->ptr[j]))
				break;
		if (j == b->len)
			return true;
	}
	return false;
}

/* The components of the constant are the first ones of the value; each may be a wildcard. */
static bool path_match(const struct value_str *a, const struct constant *k)
{
	const char *p = a->ptr, *end = a->ptr + a->len, *slash;
	size_t i;

	for (i = 0; i < k->n_parts; i++) {
		while (p < end && *p == '/')
			p++;
		if (p == end)
			return false;
		slash = memchr(p, '/', (size_t)(end - p));
		if (!slash)
			slash = end;
		if (!glob_match(k->parts[i].ptr, k->parts[i].len, p, (size_t)(slash - p), false))
			return false;
		p = slash;
	}
	return true;
}

static bool regex_match(const struct sinsp_filter *f, const struct check *ck,
			const struct value_str *a, const struct constant *k)
{
	return pcre2_match(k->re, (PCRE2_SPTR)a->ptr, a->len, 0, 0, ck->match, f->limits) >= 0;
}

static bool match_string(const struct sinsp_filter *f, const struct check *ck,
			 const struct value_str *a, const struct constant *k)
{
	const struct value_str *b = &k->v.str;

	switch (ck->op) {
	case OP_EQ:
	case OP_IN:
	case OP_INTERSECTS:
		return equal(a, b);
	case OP_NE:
		return !equal(a, b);
	case OP_CONTAINS:
	case OP_BCONTAINS:
		return contains(a, b);
	case OP_ICONTAINS:
		return icontains(a, b);
	case OP_STARTSWITH:
	case OP_BSTARTSWITH:
		return starts(a, b);
	case OP_ENDSWITH:
		return ends(a, b);
	case OP_GLOB:
	case OP_IGLOB:
		return glob_match(b->ptr, b->len, a->ptr, a->len, ck->op == OP_IGLOB);
	case OP_REGEX:
		return regex_match(f, ck, a, k);
	case OP_PMATCH:
		return path_match(a, k);
	default:
		return false;
	}
}

/* ---- numbers and addresses ---- */

/* @order: below, equal to or above 0, as the value is to the constant. */
static bool match_order(enum filter_op op, int order)
{
	switch (op) {
	case OP_EQ:
	case OP_IN:
	case OP_INTERSECTS:
		return order == 0;
	case OP_NE:
		return order != 0;
	case OP_LT:
		return order < 0;
	case OP_LE:
		return order <= 0;
	case OP_GT:
		return order > 0;
	case OP_GE:
		return order >= 0;
	default:
		return false;
	}
}

/* In the net, or the same address: nets of full length are addresses. */
static bool in_net(const struct value_ip *a, const struct value_ip *net)
{
	unsigned int bytes = net->bits / 8, rest = net->bits % 8;

	if (a->len != net->len || memcmp(a->addr, net->addr, bytes) != 0)
		return false;
	return !rest || (a->addr[bytes] ^ net->addr[bytes]) >> (8 - rest) == 0;
}

bool check_matches(const struct sinsp_filter *f, const struct check *ck, const struct value *v,
		   const struct constant *k)
{
	switch (v->kind) {
	case VALUE_STRING:
	case VALUE_BYTES:
		return match_string(f, ck, &v->str, k);
	case VALUE_INT:
		return match_order(ck->op, (v->i > k->v.i) - (v->i < k->v.i));
	case VALUE_UINT:
		return match_order(ck->op, (v->u > k->v.u) - (v->u < k->v.u));
	case VALUE_DOUBLE:
		return match_order(ck->op, (v->d > k->v.d) - (v->d < k->v.d));
	case VALUE_BOOL:
		return (v->b == k->v.b) == (ck->op != OP_NE);
	case VALUE_IP:
		return in_net(&v->ip, &k->v.ip) == (ck->op != OP_NE);
	default:
		return false;
	}
}

/* ---- one value against all constants ---- */

static bool in_set(const struct sinsp_filter *f, const struct check *ck, const struct value *v)
{
	struct constant key;
	size_t i;

	if (ck->sorted) {
		key.v = *v;
		return bsearch(&key, ck->consts, ck->n_consts, sizeof(key), constant_compare);
	}
	for (i = 0; i < ck->n_consts; i++)
		if (check_matches(f, ck, v, &ck->consts[i]))
			return true;
	return false;
}

static bool in_set_str(const struct sinsp_filter *f, const struct check *ck,
		       const struct value_str *s)
{
	struct value v;

	value_string(&v, s->ptr, s->len);
	return in_set(f, ck, &v);
}

/* Lists: all elements in the set, or one of them. */
static bool check_list(const struct sinsp_filter *f, const struct check *ck, const struct value *v)
{
	size_t i;

	for (i = 0; i < v->list.n; i++)
		if (in_set_str(f, ck, &v->list.items[i]) == (ck->op == OP_INTERSECTS))
			return ck->op == OP_INTERSECTS;
	return ck->op == OP_IN && v->list.n > 0;
}

bool check_value(const struct sinsp_filter *f, const struct check *ck, const struct value *v)
{
	size_t i, hits = 0;

	if (v->kind == VALUE_LIST)
		return check_list(f, ck, v);
	if (ck->op == OP_IN || ck->op == OP_INTERSECTS || ck->op == OP_PMATCH)
		return in_set(f, ck, v);
	if (ck->modifier == MOD_NONE)
		return check_matches(f, ck, v, &ck->consts[0]);
	for (i = 0; i < ck->n_consts; i++)
		hits += check_matches(f, ck, v, &ck->consts[i]);
	switch (ck->modifier) {
	case MOD_ONEOF:
		return hits == 1;
	case MOD_ANYOF:
		return hits > 0;
	default:
		return hits == ck->n_consts && hits > 0;
	}
}

/* ---- the right side from the event ---- */

static bool in_rhs_list(const struct check *ck, const struct value_str *s, const struct value *list)
{
	size_t i;

	(void)ck;
	for (i = 0; i < list->list.n; i++)
		if (equal(s, &list->list.items[i]))
			return true;
	return false;
}

static bool list_in_rhs(const struct check *ck, const struct value *v, const struct value *rhs)
{
	bool any = ck->op == OP_INTERSECTS, hit;
	size_t i;

	for (i = 0; i < v->list.n; i++) {
		hit = rhs->kind == VALUE_LIST ? in_rhs_list(ck, &v->list.items[i], rhs)
					      : equal(&v->list.items[i], &rhs->str);
		if (hit == any)
			return any;
	}
	return !any && v->list.n > 0;
}

static bool check_rhs(struct sinsp_filter *f, struct check *ck, const struct value *v)
{
	struct constant k = { .owned = NULL };

	if (!operand_get(&f->view, ck->rhs, &k.v))
		return false;
	if (k.v.kind == VALUE_IP)
		k.v.ip.bits = (uint8_t)(8 * k.v.ip.len);
	if (v->kind == VALUE_LIST)
		return list_in_rhs(ck, v, &k.v);
	if (k.v.kind == VALUE_LIST)
		return in_rhs_list(ck, &v->str, &k.v);
	return k.v.kind == v->kind && check_matches(f, ck, v, &k);
}

/* ---- checks ---- */

static bool check_once(struct sinsp_filter *f, struct check *ck)
{
	struct value v;

	if (!operand_get(&f->view, ck->lhs, &v))
		return false;
	if (ck->op == OP_EXISTS)
		return true;
	if (ck->rhs)
		return check_rhs(f, ck, &v);
	return check_value(f, ck, &v);
}

/* True if any ancestor, itself left out, satisfies the check. */
static bool check_ancestors(struct sinsp_filter *f, struct check *ck)
{
	const struct sinsp_thread *t = f->view.ev->thread;
	int n;

	for (n = 0; t && f->view.s && n < FIELDS_MAX_DEPTH; n++) {
		t = sinsp_thread_parent(f->view.s, t);
		ck->lhs->ref.ancestor = t;
		if (t && check_once(f, ck))
			return true;
	}
	return false;
}

/*
 * Either end of a connection; "not equal" must hold for both. A listening socket has one end, the
 * server's.
 */
static bool check_ends(struct sinsp_filter *f, struct check *ck)
{
	bool hit, all = true, any = false, present = false;
	struct value v;
	int i;

	for (i = 0; i < 2; i++) {
		ck->lhs->ref.server_end = i;
		if (!operand_get(&f->view, ck->lhs, &v))
			continue;
		present = true;
		hit = ck->op == OP_EXISTS || check_value(f, ck, &v);
		any |= hit;
		all &= hit;
	}
	return present && (ck->op == OP_NE ? all : any);
}

static bool run_check(struct sinsp_filter *f, struct check *ck)
{
	const struct scap_event *ev = &f->view.ev->raw;
	uint64_t call;

	if (ck->by_type && ev->hdr->type != SCAP_EVT_ASYNCEVENT_E) {
		if (!event_is_generic(ev->hdr->type))
			return ck->by_type[ev->hdr->type];
		call = scap_param_u64(ev, 0, 0);
		return ck->by_call[call < SCAP_SC_MAX ? call : 0];
	}
	if (ck->walk)
		return check_ancestors(f, ck);
	if (ck->ends)
		return check_ends(f, ck);
	return check_once(f, ck);
}

static bool run_node(struct sinsp_filter *f, const struct node *n)
{
	size_t i;

	switch (n->kind) {
	case NODE_CHECK:
		return run_check(f, n->check);
	case NODE_NOT:
		return !run_node(f, n->children[0]);
	case NODE_AND:
		for (i = 0; i < n->n; i++)
			if (!run_node(f, n->children[i]))
				return false;
		return true;
	default:
		for (i = 0; i < n->n; i++)
			if (run_node(f, n->children[i]))
				return true;
		return false;
	}
}

bool sinsp_filter_run(struct sinsp_filter *f, const struct sinsp_event *ev)
{
	if (!f->may_match[ev->raw.hdr->type])
		return false;
	f->view.ev = ev;
	return run_node(f, f->root);
}
