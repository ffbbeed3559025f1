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

struct scap_cursor {
	const uint8_t *p, *end;
	bool bad;
};

static inline size_t scap_cursor_left(const struct scap_cursor *c)
{
	return (size_t)(c->end - c->p);
}

/* The next @n bytes, or NULL. */
static inline const uint8_t *scap_cursor_take(struct scap_cursor *c, size_t n)
{
	const uint8_t *p = c->p;

	if (n > scap_cursor_left(c)) {
		c->bad = true;
		c->p = c->end;
		return NULL;
	}
	c->p += n;
	return p;
}

static inline void scap_cursor_copy(struct scap_cursor *c, void *to, size_t n)
{
	const uint8_t *p = scap_cursor_take(c, n);

	if (p)
		memcpy(to, p, n);
	else
		memset(to, 0, n);
}

#define CURSOR_INT(name, type)                                       \
	static inline type scap_cursor_##name(struct scap_cursor *c) \
	{                                                            \
		type v;                                              \
                                                                     \
		scap_cursor_copy(c, &v, sizeof(v));                  \
		return v;                                            \
	}
CURSOR_INT(u8, uint8_t)
CURSOR_INT(u16, uint16_t)
CURSOR_INT(u32, uint32_t)
CURSOR_INT(u64, uint64_t)
#undef CURSOR_INT

#endif
