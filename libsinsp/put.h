/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Appending to a struct sinsp_text on the hot path: numbers without printf, and no call where there
 * is room already. Printing one line of the default format does this about forty times.
 */
#ifndef SINSP_PUT_H
#define SINSP_PUT_H

#include "sinsp.h"
#include "wide.h"

/* Makes room for @more bytes and a NUL; false: there is no memory, and the text has failed. */
bool put_reserve(struct sinsp_text *t, size_t more);

/* Where the next @n bytes go, or NULL; put_done() says how many they have become. */
static inline char *put_room(struct sinsp_text *t, size_t n)
{
	if (__builtin_expect(n >= t->cap - t->len, 0) && !put_reserve(t, n))
		return NULL;
	return t->ptr + t->len;
}

static inline void put_done(struct sinsp_text *t, size_t n)
{
	t->len += n;
	t->ptr[t->len] = '\0';
}

static inline void put_mem(struct sinsp_text *t, const char *s, size_t n)
{
	char *p = put_room(t, n);

	if (!p)
		return;
	wide_copy(p, s, n);
	put_done(t, n);
}

static inline void put_str(struct sinsp_text *t, const char *s)
{
	put_mem(t, s, strlen(s));
}

static inline void put_char(struct sinsp_text *t, char c)
{
	char *p = put_room(t, 1);

	if (!p)
		return;
	*p = c;
	put_done(t, 1);
}

/* Cuts @t back to an earlier length. */
static inline void put_back(struct sinsp_text *t, size_t len)
{
	if (len < t->len) {
		t->len = len;
		t->ptr[len] = '\0';
	}
}

#define PUT_NUMBER_MAX 24u /* digits of any 64-bit number in base 8, with a sign */

void put_u64(struct sinsp_text *t, uint64_t v);
void put_i64(struct sinsp_text *t, int64_t v);
void put_hex(struct sinsp_text *t, uint64_t v); /* lower case, no prefix */
void put_hex_upper(struct sinsp_text *t, uint64_t v);
void put_oct(struct sinsp_text *t, uint64_t v);	      /* a leading 0, one 0 for zero */
void put_nanos(struct sinsp_text *t, uint32_t nanos); /* of one second: nine digits */

/* By an enum scap_print_format. */
void put_u64_as(struct sinsp_text *t, uint64_t v, uint8_t format);
void put_i64_as(struct sinsp_text *t, int64_t v, uint8_t format);

/* Locale or not, the decimal separator is a point. @fmt is for one double. */
void put_double(struct sinsp_text *t, const char *fmt, double v)
	__attribute__((format(printf, 2, 0)));

#endif
