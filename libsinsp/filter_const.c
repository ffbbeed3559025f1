/* SPDX-License-Identifier: BSD-2-Clause */
/* Constants of filters: text on the right side becomes what the operator compares with. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>

#include "filter.h"

#define SHOWN(t) (int)((t)->len < 80 ? (t)->len : 80), (t)->text

static int bad(struct lexer *lx, const struct term *t, const char *what)
{
	return filter_fail(lx, -EINVAL, t->pos, "%s %.*s", what, SHOWN(t));
}

/* ---- numbers ---- */

static int not_a_number(struct lexer *lx, const struct term *t)
{
	return filter_fail(lx, -EINVAL, t->pos, "%.*s is not a valid number", SHOWN(t));
}

/* Base 10 with a sign, nothing else around it. */
static bool parse_number(const struct term *t, bool *negative, uint64_t *v)
{
	size_t i = 0;

	while (i < t->len && t->text[i] == ' ')
		i++;
	*negative = i < t->len && t->text[i] == '-';
	if (i < t->len && (t->text[i] == '-' || t->text[i] == '+'))
		i++;
	if (i == t->len)
		return false;
	for (*v = 0; i < t->len; i++) {
		if (t->text[i] < '0' || t->text[i] > '9' || __builtin_mul_overflow(*v, 10, v) ||
		    __builtin_add_overflow(*v, (uint64_t)(t->text[i] - '0'), v))
			return false;
	}
	return true;
}

static int make_int(struct lexer *lx, const struct term *t, struct constant *k)
{
	bool negative;
	uint64_t v;

	if (!parse_number(t, &negative, &v) || v > (uint64_t)INT64_MAX + negative)
		return not_a_number(lx, t);
	value_i64(&k->v, (int64_t)(negative ? -v : v));
	return 0;
}

/* Negative numbers stand for what they are in the type's width: user.uid=-1. */
static uint64_t width_mask(uint8_t type)
{
	switch (type) {
	case PT_UINT8:
	case PT_FLAGS8:
	case PT_ENUMFLAGS8:
		return UINT8_MAX;
	case PT_UINT16:
	case PT_FLAGS16:
	case PT_ENUMFLAGS16:
		return UINT16_MAX;
	case PT_UINT32:
	case PT_FLAGS32:
	case PT_ENUMFLAGS32:
	case PT_UID:
	case PT_GID:
	case PT_MODE:
		return UINT32_MAX;
	default:
		return UINT64_MAX;
	}
}

static int make_uint(struct lexer *lx, const struct check *ck, const struct term *t,
		     struct constant *k)
{
	bool negative;
	uint64_t v;

	if (!parse_number(t, &negative, &v))
		return not_a_number(lx, t);
	value_u64(&k->v, negative ? -v & width_mask(ck->lhs->type) : v);
	return 0;
}

static int make_port(struct lexer *lx, const struct term *t, struct constant *k)
{
	struct servent *s;
	bool negative;
	char name[64];
	uint64_t v;

	if (parse_number(t, &negative, &v)) {
		if (negative || v > UINT16_MAX)
			return bad(lx, t, "no port has the number");
		value_u64(&k->v, v);
		return 0;
	}
	if (t->len >= sizeof(name))
		return bad(lx, t, "unrecognized protocol");
	memcpy(name, t->text, t->len);
	name[t->len] = '\0';
	s = getservbyname(name, NULL);
	if (!s)
		return bad(lx, t, "unrecognized protocol");
	value_u64(&k->v, ntohs((uint16_t)s->s_port));
	return 0;
}

static int make_double(struct lexer *lx, const struct term *t, struct constant *k)
{
	char buf[64], *end;

	if (!t->len || t->len >= sizeof(buf))
		return not_a_number(lx, t);
	memcpy(buf, t->text, t->len);
	buf[t->len] = '\0';
	k->v.kind = VALUE_DOUBLE;
	k->v.d = strtod(buf, &end);
	return *end ? not_a_number(lx, t) : 0;
}

static int make_bool(struct lexer *lx, const struct term *t, struct constant *k)
{
	bool yes = t->len == 4 && !memcmp(t->text, "true", 4);

	if (!yes && !(t->len == 5 && !memcmp(t->text, "false", 5)))
		return bad(lx, t, "unrecognized boolean value");
	value_bool(&k->v, yes);
	return 0;
}

/* ---- addresses ---- */

static bool parse_ip(const char *text, size_t len, struct value_ip *ip)
{
	char buf[INET6_ADDRSTRLEN + 1];
	bool v4 = memchr(text, '.', len) && !memchr(text, ':', len);

	if (!len || len >= sizeof(buf))
		return false;
	memcpy(buf, text, len);
	buf[len] = '\0';
	*ip = (struct value_ip){ .len = v4 ? 4 : 16 };
	ip->bits = (uint8_t)(8 * ip->len);
	return inet_pton(v4 ? AF_INET : AF_INET6, buf, ip->addr) == 1;
}

static int make_ip(struct lexer *lx, const struct term *t, struct constant *k)
{
	k->v.kind = VALUE_IP;
	if (parse_ip(t->text, t->len, &k->v.ip))
		return 0;
	return bad(lx, t,
		   memchr(t->text, '.', t->len) ? "unrecognized IPv4 address"
						: "unrecognized IPv6 address");
}

static int make_net(struct lexer *lx, const struct term *t, struct constant *k)
{
	const char *slash = memchr(t->text, '/', t->len);
	struct term bits = { .pos = t->pos };
	bool negative;
	uint64_t n;

	k->v.kind = VALUE_IP;
	if (!slash || !parse_ip(t->text, (size_t)(slash - t->text), &k->v.ip))
		return bad(lx, t, "unrecognized IP network");
	bits.text = slash + 1;
	bits.len = t->len - (size_t)(slash + 1 - t->text);
	if (!parse_number(&bits, &negative, &n) || negative || n > 8u * k->v.ip.len)
		return bad(lx, &bits, "invalid netmask");
	k->v.ip.bits = (uint8_t)n;
	return 0;
}

/* ---- strings and bytes ---- */

static int make_string(struct lexer *lx, const struct check *ck, const struct term *t,
		       struct constant *k)
{
	k->owned = malloc(t->len + 1);
	if (!k->owned)
		return filter_fail(lx, -ENOMEM, t->pos, "out of memory");
	if (t->len)
		memcpy(k->owned, t->text, t->len);
	k->owned[t->len] = '\0';
	value_string(&k->v, k->owned, t->len);
	k->v.kind = ck->kind;
	return 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int make_hex(struct lexer *lx, const struct check *ck, const struct term *t,
		    struct constant *k)
{
	size_t i;
	int hi, lo;

	if (t->len % 2 || !t->len)
		return bad(lx, t, "expected an even number of hexadecimal digits, not");
	if (make_string(lx, ck, t, k) < 0)
		return -ENOMEM;
	for (i = 0; i < t->len / 2; i++) {
		hi = hex_digit(t->text[2 * i]);
		lo = hex_digit(t->text[2 * i + 1]);
		if (hi < 0 || lo < 0)
			return bad(lx, t, "expected hexadecimal digits, not");
		k->owned[i] = (char)(hi << 4 | lo);
	}
	k->v.str.len = t->len / 2;
	return 0;
}

/* Splits a path at '/', leaving out what is empty. */
static int make_path(struct lexer *lx, const struct check *ck, const struct term *t,
		     struct constant *k)
{
	const char *p, *end, *slash;
	int rc = make_string(lx, ck, t, k);

	if (rc < 0)
		return rc;
	k->parts = calloc(t->len / 2 + 1, sizeof(*k->parts));
	if (!k->parts)
		return filter_fail(lx, -ENOMEM, t->pos, "out of memory");
	end = k->owned + t->len;
	for (p = k->owned; p < end; p = slash + 1) {
		slash = memchr(p, '/', (size_t)(end - p));
		if (!slash)
			slash = end;
		if (slash > p)
			k->parts[k->n_parts++] = (struct value_str){ p, (size_t)(slash - p) };
	}
	return 0;
}

static int make_text(struct lexer *lx, const struct check *ck, const struct term *t,
		     struct constant *k)
{
	switch (ck->op) {
	case OP_REGEX:
		return regex_new(lx, t, &k->re);
	case OP_PMATCH:
		return make_path(lx, ck, t, k);
	case OP_BCONTAINS:
	case OP_BSTARTSWITH:
		return make_hex(lx, ck, t, k);
	default:
		return make_string(lx, ck, t, k);
	}
}

int constant_make(struct lexer *lx, const struct check *ck, const struct term *t,
		  struct constant *k)
{
	*k = (struct constant){ 0 };
	switch (ck->kind) {
	case VALUE_INT:
		return make_int(lx, t, k);
	case VALUE_UINT:
		return ck->lhs->type == PT_PORT ? make_port(lx, t, k) : make_uint(lx, ck, t, k);
	case VALUE_BOOL:
		return make_bool(lx, t, k);
	case VALUE_DOUBLE:
		return make_double(lx, t, k);
	case VALUE_IP:
		return ck->lhs->type == PT_IPNET ? make_net(lx, t, k) : make_ip(lx, t, k);
	default:
		return make_text(lx, ck, t, k);
	}
}

void constant_free(struct constant *k)
{
	free(k->owned);
	free(k->parts);
	regex_free(k->re);
	*k = (struct constant){ 0 };
}
