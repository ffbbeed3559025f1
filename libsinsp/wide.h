/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text looked at and changed in pieces of sixteen bytes, by the compiler's vectors: nearly all that
 * is printed goes through here. Shorter text is taken as two halves that overlap.
 */
#ifndef SINSP_WIDE_H
#define SINSP_WIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t wide __attribute__((vector_size(16)));

#define WIDE sizeof(wide)

static inline wide wide_load(const char *p)
{
	wide v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* @n bytes, 4 to 15. */
static inline wide wide_load_short(const char *p, size_t n)
{
	uint64_t halves[2] = { 0, 0 };
	wide v;

	if (n < 8) {
		memcpy(&halves[0], p, 4);
		memcpy(&halves[1], p + n - 4, 4);
	} else {
		memcpy(&halves[0], p, 8);
		memcpy(&halves[1], p + n - 8, 8);
	}
	memcpy(&v, halves, sizeof(v));
	return v;
}

static inline void wide_store_short(char *p, size_t n, wide v)
{
	uint64_t halves[2];

	memcpy(halves, &v, sizeof(v));
	if (n < 8) {
		memcpy(p, &halves[0], 4);
		memcpy(p + n - 4, &halves[1], 4);
	} else {
		memcpy(p, &halves[0], 8);
		memcpy(p + n - 8, &halves[1], 8);
	}
}

static inline bool wide_any(wide v)
{
	uint64_t halves[2];

	memcpy(halves, &v, sizeof(v));
	return halves[0] | halves[1];
}

/* Short text, as most of it is, without a call. */
static inline void wide_copy(char *to, const char *from, size_t n)
{
	size_t i;

	if (n > WIDE)
		memcpy(to, from, n);
	else if (n == WIDE)
		memcpy(to, from, WIDE);
	else if (n >= 4)
		wide_store_short(to, n, wide_load_short(from, n));
	else
		for (i = 0; i < n; i++)
			to[i] = from[i];
}

/* ---- printable text ---- */

static inline wide wide_dotted(wide v)
{
	wide odd = (wide)(v - 0x20 > 0x5e);

	return (v & ~odd) | (odd & '.');
}

/* Copies @n bytes, those outside 0x20..0x7e as dots. */
static inline void wide_copy_printable(char *to, const char *from, size_t n)
{
	wide v;
	size_t i;

	if (n >= WIDE) {
		for (i = 0; i + WIDE < n; i += WIDE) {
			v = wide_dotted(wide_load(from + i));
			memcpy(to + i, &v, WIDE);
		}
		v = wide_dotted(wide_load(from + n - WIDE));
		memcpy(to + n - WIDE, &v, WIDE);
	} else if (n >= 4) {
		wide_store_short(to, n, wide_dotted(wide_load_short(from, n)));
	} else {
		for (i = 0; i < n; i++)
			to[i] = from[i] >= 0x20 && from[i] <= 0x7e ? from[i] : '.';
	}
}

/* ---- JSON strings ---- */

static inline wide wide_escaped(wide v)
{
	return (wide)(v < 0x20) | (wide)(v == '"') | (wide)(v == '\\') | (wide)(v == 0x7f);
}

/* Whether a byte of these has to be escaped. */
static inline bool wide_needs_escape(const char *p, size_t n)
{
	wide any = { 0 };
	size_t i;

	if (n >= WIDE) {
		for (i = 0; i + WIDE < n; i += WIDE)
			any |= wide_escaped(wide_load(p + i));
		return wide_any(any | wide_escaped(wide_load(p + n - WIDE)));
	}
	if (n >= 8)
		return wide_any(wide_escaped(wide_load_short(p, n)));
	for (i = 0; i < n; i++)
		if ((uint8_t)p[i] < 0x20 || p[i] == '"' || p[i] == '\\' || p[i] == 0x7f)
			return true;
	return false;
}

#endif
