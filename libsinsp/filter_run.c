/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking a filter about an event: walks the steps that its program has for events of the type.
 * Allocates nothing but the buffers of text that grow at first. What a check does is chosen when it
 * is compiled: a test for one constant, a match for all of them, and how the value is got.
 */
#include "filter.h"

/* ---- one value, one constant ---- */

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

#define STRING_TEST(name, what)                                                  \
	static bool test_##name(const struct value *v, const struct constant *k) \
	{                                                                        \
		const struct value_str *a = &v->str, *b = &k->v.str;             \
                                                                                 \
		return what;                                                     \
	}

STRING_TEST(equal, equal(a, b))
STRING_TEST(differs, !equal(a, b))
STRING_TEST(contains, contains(a, b))
STRING_TEST(icontains, icontains(a, b))
STRING_TEST(starts, starts(a, b))
STRING_TEST(ends, ends(a, b))
STRING_TEST(glob, glob_match(b->ptr, b->len, a->ptr, a->len, false))
STRING_TEST(iglob, glob_match(b->ptr, b->len, a->ptr, a->len, true))

static bool test_regex(const struct value *v, const struct constant *k)
{
	return regex_match(k->re, v->str.ptr, v->str.len);
}

static const test_fn string_tests[OP_COUNT] = {
	[OP_EQ] = test_equal,
	[OP_IN] = test_equal,
	[OP_INTERSECTS] = test_equal,
	[OP_NE] = test_differs,
	[OP_CONTAINS] = test_contains,
	[OP_BCONTAINS] = test_contains,
	[OP_ICONTAINS] = test_icontains,
	[OP_STARTSWITH] = test_starts,
	[OP_BSTARTSWITH] = test_starts,
	[OP_ENDSWITH] = test_ends,
	[OP_GLOB] = test_glob,
	[OP_IGLOB] = test_iglob,
	[OP_REGEX] = test_regex,
};

/* The six comparisons of numbers that are in member @m of a value. */
#define ORDER_TEST(name, m, op)                                                        \
	static bool test_##name##_##m(const struct value *v, const struct constant *k) \
	{                                                                              \
		return v->m op k->v.m;                                                 \
	}
#define ORDER_TESTS(m)                                                                       \
	ORDER_TEST(eq, m, ==)                                                                \
	ORDER_TEST(ne, m, !=)                                                                \
	ORDER_TEST(lt, m, <)                                                                 \
	ORDER_TEST(le, m, <=)                                                                \
	ORDER_TEST(gt, m, >)                                                                 \
	ORDER_TEST(ge, m, >=)                                                                \
	static const test_fn order_tests_##m[OP_COUNT] = {                                   \
		[OP_EQ] = test_eq_##m, [OP_IN] = test_eq_##m, [OP_INTERSECTS] = test_eq_##m, \
		[OP_NE] = test_ne_##m, [OP_LT] = test_lt_##m, [OP_LE] = test_le_##m,         \
		[OP_GT] = test_gt_##m, [OP_GE] = test_ge_##m,                                \
	};

ORDER_TESTS(i)
ORDER_TESTS(u)
ORDER_TESTS(d)
ORDER_TESTS(b)

/* In the net, or the same address: nets of full length are addresses. */
static bool test_net(const struct value *v, const struct constant *k)
{
	const struct value_ip *a = &v->ip, *net = &k->v.ip;
	unsigned int bytes = net->bits / 8, rest = net->bits % 8;

	if (a->len != net->len || memcmp(a->addr, net->addr, bytes) != 0)
		return false;
	return !rest || (a->addr[bytes] ^ net->addr[bytes]) >> (8 - rest) == 0;
}

static bool test_not_net(const struct value *v, const struct constant *k)
{
	return !test_net(v, k);
}

static const test_fn net_tests[OP_COUNT] = {
	[OP_EQ] = test_net,
	[OP_IN] = test_net,
	[OP_INTERSECTS] = test_net,
	[OP_NE] = test_not_net,
};

static const test_fn *const tests[] = {
	[VALUE_STRING] = string_tests, [VALUE_BYTES] = string_tests, [VALUE_INT] = order_tests_i,
	[VALUE_UINT] = order_tests_u,  [VALUE_BOOL] = order_tests_b, [VALUE_DOUBLE] = order_tests_d,
	[VALUE_IP] = net_tests,	       [VALUE_LIST] = string_tests,
};

/* ---- one value, all constants ---- */

static bool match_one(const struct check *ck, const struct value *v)
{
	return ck->test(v, &ck->consts[0]);
}

static bool match_set(const struct check *ck, const struct value *v)
{
	return set_has(ck->set, v);
}

static bool match_paths(const struct check *ck, const struct value *v)
{
	return paths_have(ck->paths, &v->str);
}

/* Counts no further than @enough. */
static size_t count(const struct check *ck, const struct value *v, size_t enough)
{
	size_t i, hits = 0;

	for (i = 0; i < ck->n_consts && hits < enough; i++)
		hits += ck->test(v, &ck->consts[i]);
	return hits;
}

static bool match_any(const struct check *ck, const struct value *v)
{
	return count(ck, v, 1);
}

static bool match_exactly_one(const struct check *ck, const struct value *v)
{
	return count(ck, v, 2) == 1;
}

static bool match_all(const struct check *ck, const struct value *v)
{
	return ck->n_consts && count(ck, v, ck->n_consts) == ck->n_consts;
}

/* Lists: all elements in the set, of which there may be none; or one of them. */
static bool match_list(const struct check *ck, const struct value *v)
{
	bool any = ck->op == OP_INTERSECTS;
	struct value item;
	size_t i;

	for (i = 0; i < v->list.n; i++) {
		value_string(&item, v->list.items[i].ptr, v->list.items[i].len);
		if (set_has(ck->set, &item) == any)
			return any;
	}
	return !any;
}

/* ---- the right side from the event ---- */

static bool in_rhs_list(const struct value_str *s, const struct value *list)
{
	size_t i;

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
		hit = rhs->kind == VALUE_LIST ? in_rhs_list(&v->list.items[i], rhs)
					      : equal(&v->list.items[i], &rhs->str);
		if (hit == any)
			return any;
	}
	return !any;
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
		return in_rhs_list(&v->str, &k.v);
	return k.v.kind == v->kind && ck->test(v, &k);
}

/* ---- checks ---- */

/* The value on the left; NULL: absent. */
static const struct value *get_lhs(struct sinsp_filter *f, const struct check *ck)
{
	struct operand *o = ck->lhs;

	if (!o->shared || o->run != f->run || ck->walk || ck->ends) {
		o->run = f->run;
		o->present = o->get ? o->get(&f->view, &o->ref, &o->last)
				    : operand_get(&f->view, o, &o->last);
	}
	return o->present ? &o->last : NULL;
}

static bool run_exists(struct sinsp_filter *f, struct check *ck)
{
	return get_lhs(f, ck);
}

static bool run_constants(struct sinsp_filter *f, struct check *ck)
{
	const struct value *v = get_lhs(f, ck);

	return v && ck->match(ck, v);
}

static bool run_rhs(struct sinsp_filter *f, struct check *ck)
{
	const struct value *v = get_lhs(f, ck);

	return v && check_rhs(f, ck, v);
}

static bool run_once(struct sinsp_filter *f, struct check *ck)
{
	return ck->op == OP_EXISTS ? run_exists(f, ck)
	       : ck->rhs	   ? run_rhs(f, ck)
				   : run_constants(f, ck);
}

/* True if any ancestor, itself left out, satisfies the check. */
static bool run_ancestors(struct sinsp_filter *f, struct check *ck)
{
	const struct sinsp_thread *t = f->view.ev->thread;
	int n;

	for (n = 0; t && f->view.s && n < FIELDS_MAX_DEPTH; n++) {
		t = sinsp_thread_parent(f->view.s, t);
		ck->lhs->ref.ancestor = t;
		if (t && run_once(f, ck))
			return true;
	}
	return false;
}

/*
 * Either end of a connection; "not equal" must hold for both. A listening socket has one end, the
 * server's.
 */
static bool run_ends(struct sinsp_filter *f, struct check *ck)
{
	bool hit, all = true, any = false, present = false;
	const struct value *v;
	int i;

	for (i = 0; i < 2; i++) {
		ck->lhs->ref.server_end = i;
		v = get_lhs(f, ck);
		if (!v)
			continue;
		present = true;
		hit = ck->op == OP_EXISTS || ck->match(ck, v);
		any |= hit;
		all &= hit;
	}
	return present && (ck->op == OP_NE ? all : any);
}

static bool run_by_call(struct sinsp_filter *f, struct check *ck)
{
	const struct scap_event *ev = &f->view.ev->raw;
	uint64_t call;

	if (ev->hdr->type != SCAP_EVT_GENERIC_X)
		return ck->run_other(f, ck);
	call = scap_param_u64(ev, 0, 0);
	return ck->by_call[call < SCAP_SC_MAX ? call : 0];
}

void check_choose(struct check *ck)
{
	static const match_fn by_modifier[] = { [MOD_NONE] = match_one,
						[MOD_ONEOF] = match_exactly_one,
						[MOD_ANYOF] = match_any,
						[MOD_ALLOF] = match_all };

	ck->test = tests[ck->kind][ck->op];
	if (ck->lhs->is_list)
		ck->match = match_list;
	else if (ck->set)
		ck->match = match_set;
	else if (ck->paths)
		ck->match = match_paths;
	else if (ck->op == OP_IN || ck->op == OP_INTERSECTS)
		ck->match = match_any;
	else
		ck->match = by_modifier[ck->modifier];
	if (ck->walk)
		ck->run = run_ancestors;
	else if (ck->ends)
		ck->run = run_ends;
	else if (ck->op == OP_EXISTS)
		ck->run = run_exists;
	else
		ck->run = ck->rhs ? run_rhs : run_constants;
}

void check_choose_call(struct check *ck)
{
	ck->run_other = ck->run;
	ck->run = run_by_call;
}

/* ---- the program ---- */

bool sinsp_filter_run(struct sinsp_filter *f, const struct sinsp_event *ev)
{
	uint32_t at = f->entry[ev->raw.hdr->type];
	const struct step *s;

	f->view.ev = ev;
	f->run++;
	while (at < STEP_YES) {
		s = &f->steps[at];
		at = s->check->run(f, s->check) ? s->yes : s->no;
	}
	return at == STEP_YES;
}
