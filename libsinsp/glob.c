/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Wildcards over a whole value: '*' any characters ('/' too), '?' one, '[a-z]' and '[!a-z]' one of
 * a set, '\' takes the next as it is.
 *
 * Only the last '*' is ever gone back to, which is enough: the time is at most length of pattern
 * times length of value, whoever wrote either.
 */
#include "filter.h"

static char fold(char c, bool ignore_case)
{
	return ignore_case && c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* A set at @p, behind its '['. Returns what stands behind its ']', or NULL if it has none. */
static const char *match_set(const char *p, const char *end, char c, bool ignore_case, bool *hit)
{
	bool negate = p < end && (*p == '!' || *p == '^');
	const char *first;
	char lo, hi;

	*hit = false;
	p += negate;
	for (first = p; p < end && (*p != ']' || p == first); p++) {
		if (*p == '\\' && p + 1 < end)
			p++;
		lo = hi = fold(*p, ignore_case);
		if (end - p > 2 && p[1] == '-' && p[2] != ']') {
			hi = fold(p[2], ignore_case);
			p += 2;
		}
		if ((unsigned char)c >= (unsigned char)lo && (unsigned char)c <= (unsigned char)hi)
			*hit = true;
	}
	if (p >= end)
		return NULL;
	*hit ^= negate;
	return p + 1;
}

/* One character of the pattern, not '*'. Returns what is behind it, or NULL: it does not match. */
static const char *match_one(const char *p, const char *end, char c, bool ignore_case)
{
	const char *behind;
	bool hit;

	c = fold(c, ignore_case);
	if (*p == '?')
		return p + 1;
	if (*p == '[') {
		behind = match_set(p + 1, end, c, ignore_case, &hit);
		if (behind)
			return hit ? behind : NULL;
	}
	if (*p == '\\' && p + 1 < end)
		p++;
	return fold(*p, ignore_case) == c ? p + 1 : NULL;
}

bool glob_match(const char *pattern, size_t plen, const char *s, size_t len, bool ignore_case)
{
	const char *p = pattern, *pend = pattern + plen, *send = s + len;
	const char *star = NULL, *retry = NULL, *next;

	while (s < send) {
		if (p < pend && *p == '*') {
			star = ++p;
			retry = s;
			continue;
		}
		next = p < pend ? match_one(p, pend, *s, ignore_case) : NULL;
		if (next) {
			p = next;
			s++;
		} else if (star) {
			p = star;
			s = ++retry;
		} else {
			return false;
		}
	}
	while (p < pend && *p == '*')
		p++;
	return p == pend;
}
