/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sets of constants.
 *
 * Strings: a table of hashes, at most half full. The hash looks at the length and at most 16 bytes,
 * the first and the last ones, so that a long value costs no more than a short one; whoever makes
 * many strings that agree in these has a list, not a table.
 * Numbers: a bit each where they lie close together, else a sorted list.
 * Addresses and nets: sorted lists, one for each length of prefix; a search in each.
 */
#include <stdlib.h>

#include "filter.h"

#define SPAN_MAX 4096u /* of numbers that are kept as bits */

struct slot {
	uint32_t hash;
	uint32_t len;
	const char *ptr; /* NULL: free */
};

/* Nets of the same length of prefix; bits 8 * len: addresses. */
struct nets {
	uint8_t len, bits;
	size_t first, n;
};

struct set {
	enum value_kind kind;
	size_t n;
	struct slot *slots; /* strings */
	size_t mask;
	uint64_t low, span; /* numbers; span 0: sorted, not bits */
	uint64_t *numbers;
	struct value_ip *ips;
	struct nets *nets;
	size_t n_nets;
};

/* ---- strings ---- */

static uint64_t load(const char *p, size_t n)
{
	uint64_t v = 0;

	memcpy(&v, p, n);
	return v;
}

static uint32_t hash(const char *p, size_t len)
{
	uint64_t a = 0, b = 0;

	if (len >= 8) {
		a = load(p, 8);
		b = load(p + len - 8, 8);
	} else if (len >= 4) {
		a = load(p, 4) | load(p + len - 4, 4) << 32;
	} else if (len) {
		a = (uint8_t)p[0] | (uint64_t)(uint8_t)p[len / 2] << 8 |
		    (uint64_t)(uint8_t)p[len - 1] << 16;
	}
	a = (a ^ len) * 0x9e3779b97f4a7c15u;
	b = (b ^ a >> 29 ^ a) * 0xbf58476d1ce4e5b9u;
	return (uint32_t)(b >> 32);
}

static bool same(const struct slot *s, uint32_t h, const struct value_str *v)
{
	return s->hash == h && s->len == v->len && (!v->len || !memcmp(s->ptr, v->ptr, v->len));
}

static bool add_string(struct set *s, const struct value_str *v)
{
	uint32_t h = hash(v->ptr, v->len);
	size_t i = h & s->mask;

	for (; s->slots[i].ptr; i = (i + 1) & s->mask)
		if (same(&s->slots[i], h, v))
			return false;
	s->slots[i] = (struct slot){ h, (uint32_t)v->len, v->ptr };
	return true;
}

static bool fill_strings(struct set *s, const struct constant *k, size_t n)
{
	size_t size = 4, i;

	while (size < 2 * n)
		size *= 2;
	s->slots = calloc(size, sizeof(*s->slots));
	s->mask = size - 1;
	for (i = 0; s->slots && i < n; i++)
		add_string(s, &k[i].v.str);
	return s->slots;
}

static bool has_string(const struct set *s, const struct value_str *v)
{
	uint32_t h = hash(v->ptr, v->len);
	size_t i = h & s->mask;

	for (; s->slots[i].ptr; i = (i + 1) & s->mask)
		if (same(&s->slots[i], h, v))
			return true;
	return false;
}

/* ---- numbers ---- */

/* In the order of the values, signed or not. */
static uint64_t number_of(const struct value *v)
{
	return v->kind == VALUE_INT ? (uint64_t)v->i ^ 1ull << 63 : v->u;
}

static int compare_numbers(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool fill_numbers(struct set *s, const struct constant *k, size_t n)
{
	uint64_t *bits, span, at;
	size_t i;

	s->numbers = calloc(n ? n : 1, sizeof(*s->numbers));
	if (!s->numbers)
		return false;
	for (i = 0; i < n; i++)
		s->numbers[i] = number_of(&k[i].v);
	qsort(s->numbers, n, sizeof(*s->numbers), compare_numbers);
	if (n == 0 || s->numbers[n - 1] - s->numbers[0] >= SPAN_MAX)
		return true;
	s->low = s->numbers[0];
	span = s->numbers[n - 1] - s->low + 1;
	bits = calloc((span + 63) / 64, sizeof(*bits));
	if (!bits)
		return false;
	for (i = 0; i < n; i++) {
		at = s->numbers[i] - s->low;
		bits[at / 64] |= 1ull << at % 64;
	}
	free(s->numbers);
	s->numbers = bits;
	s->span = span;
	return true;
}

static bool has_number(const struct set *s, uint64_t v)
{
	if (s->span) {
		v -= s->low;
		return v < s->span && s->numbers[v / 64] >> v % 64 & 1;
	}
	return bsearch(&v, s->numbers, s->n, sizeof(v), compare_numbers);
}

/* ---- addresses and nets ---- */

static void cut(struct value_ip *ip, uint8_t bits)
{
	size_t i;

	ip->bits = bits;
	for (i = bits / 8; i < ip->len; i++)
		ip->addr[i] &= i == bits / 8u ? (uint8_t)(0xff00 >> bits % 8) : 0;
}

static int compare_ips(const void *a, const void *b)
{
	const struct value_ip *x = a, *y = b;

	if (x->len != y->len)
		return x->len - y->len;
	return x->bits != y->bits ? x->bits - y->bits : memcmp(x->addr, y->addr, x->len);
}

static bool fill_ips(struct set *s, const struct constant *k, size_t n)
{
	size_t i;

	s->ips = calloc(n ? n : 1, sizeof(*s->ips));
	s->nets = calloc(33 + 129, sizeof(*s->nets));
	if (!s->ips || !s->nets)
		return false;
	for (i = 0; i < n; i++) {
		s->ips[i] = k[i].v.ip;
		cut(&s->ips[i], s->ips[i].bits);
	}
	qsort(s->ips, n, sizeof(*s->ips), compare_ips);
	for (i = 0; i < n; i++) {
		const struct value_ip *ip = &s->ips[i];
		struct nets *last = s->n_nets ? &s->nets[s->n_nets - 1] : NULL;

		if (last && last->len == ip->len && last->bits == ip->bits)
			last->n++;
		else
			s->nets[s->n_nets++] = (struct nets){ ip->len, ip->bits, i, 1 };
	}
	return true;
}

static bool has_ip(const struct set *s, const struct value_ip *ip)
{
	struct value_ip key = *ip;
	size_t i;

	/* From the longest prefix on: each is a cut of the one before. */
	for (i = s->n_nets; i > 0; i--) {
		const struct nets *g = &s->nets[i - 1];

		if (g->len != ip->len)
			continue;
		cut(&key, g->bits);
		if (bsearch(&key, s->ips + g->first, g->n, sizeof(key), compare_ips))
			return true;
	}
	return false;
}

/* ---- all ---- */

struct set *set_new(enum value_kind kind, const struct constant *k, size_t n)
{
	struct set *s = calloc(1, sizeof(*s));
	bool ok;

	if (!s)
		return NULL;
	s->kind = kind;
	s->n = n;
	if (kind == VALUE_STRING || kind == VALUE_BYTES)
		ok = fill_strings(s, k, n);
	else if (kind == VALUE_IP)
		ok = fill_ips(s, k, n);
	else
		ok = fill_numbers(s, k, n);
	if (ok)
		return s;
	set_free(s);
	return NULL;
}

bool set_has(const struct set *s, const struct value *v)
{
	if (s->kind == VALUE_STRING || s->kind == VALUE_BYTES)
		return has_string(s, &v->str);
	if (s->kind == VALUE_IP)
		return has_ip(s, &v->ip);
	return has_number(s, number_of(v));
}

void set_free(struct set *s)
{
	if (!s)
		return;
	free(s->slots);
	free(s->numbers);
	free(s->ips);
	free(s->nets);
	free(s);
}
