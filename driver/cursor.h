/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Adding values of a known width, for the fillers that run all the time: a cursor that the compiler
 * keeps in registers, so that a value costs two stores. The widths are the caller's word: they must
 * be those of the event's parameters, all of which every reported schema must have.
 */
#ifndef SCAP_CURSOR_H
#define SCAP_CURSOR_H

#include "record.h"
#include "user.h"

struct cursor {
	u8 *lens;
	u8 *at;
};

static __always_inline struct cursor cursor_begin(const struct rec *r)
{
	return (struct cursor){ r->lens, r->at };
}

static __always_inline void cursor_end(struct rec *r, struct cursor c)
{
	r->lens = c.lens;
	r->at = c.at;
}

/* Closes a parameter of @len bytes, which are there. */
static __always_inline void put_len(struct cursor *c, u16 len)
{
	put_unaligned(len, (u16 *)c->lens);
	c->lens += sizeof(u16);
	c->at += len;
}

static __always_inline void put64(struct cursor *c, u64 v)
{
	put_unaligned(v, (u64 *)c->at);
	put_len(c, sizeof(v));
}

static __always_inline void put32(struct cursor *c, u32 v)
{
	put_unaligned(v, (u32 *)c->at);
	put_len(c, sizeof(v));
}

static __always_inline void put16(struct cursor *c, u16 v)
{
	put_unaligned(v, (u16 *)c->at);
	put_len(c, sizeof(v));
}

static __always_inline void put8(struct cursor *c, u8 v)
{
	*c->at = v;
	put_len(c, sizeof(v));
}

/*
 * Bytes in user memory, empty when they cannot be read: 0, or REC_FULL. For less than
 * SCAP_MAX_PARAM_LEN.
 */
static __always_inline int put_user_bytes(struct cursor *c, const struct rec *r, unsigned long p,
					  size_t len)
{
	if (unlikely(r->limit - c->at < (long)len))
		return REC_FULL;
	if (len && unlikely(user_read(c->at, p, len)))
		len = 0;
	put_len(c, len);
	return 0;
}

/* A string in user memory; empty when it is NULL or cannot be read. 0 or REC_FULL. */
static __always_inline int put_user_str(struct cursor *c, struct rec *r, unsigned long p)
{
	int len = rec_user_str_at(r, c->at, p);

	if (unlikely(len < 0))
		return len;
	put_len(c, len);
	return 0;
}

#endif
