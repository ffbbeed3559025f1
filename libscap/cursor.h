/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading packed fields from a body of known length. Whoever reads past the end gets zeros and sets
 * `bad`, which is looked at once an entry instead of at every field.
 */
#ifndef SCAP_CURSOR_H
#define SCAP_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct cursor {
	const uint8_t *p, *end;
	bool bad;
};

static inline size_t cursor_left(const struct cursor *c)
{
	return (size_t)(c->end - c->p);
}

/* The next @n bytes, or NULL. */
static inline const uint8_t *cursor_take(struct cursor *c, size_t n)
{
	const uint8_t *p = c->p;

	if (n > cursor_left(c)) {
		c->bad = true;
		c->p = c->end;
		return NULL;
	}
	c->p += n;
	return p;
}

static inline void cursor_copy(struct cursor *c, void *to, size_t n)
{
	const uint8_t *p = cursor_take(c, n);

	if (p)
		memcpy(to, p, n);
	else
		memset(to, 0, n);
}

#define CURSOR_INT(name, type)                             \
	static inline type cursor_##name(struct cursor *c) \
	{                                                  \
		type v;                                    \
                                                           \
		cursor_copy(c, &v, sizeof(v));             \
		return v;                                  \
	}
CURSOR_INT(u8, uint8_t)
CURSOR_INT(u16, uint16_t)
CURSOR_INT(u32, uint32_t)
CURSOR_INT(u64, uint64_t)
#undef CURSOR_INT

#endif
