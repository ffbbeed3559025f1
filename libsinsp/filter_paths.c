/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sets of paths, for pmatch: is the value one of them, or below one?
 *
 * A hash runs over the components of the value, and at the end of each the table is asked, so that
 * the number of paths does not matter. Those with wildcards are tried one after the other.
 */
#include "filter.h"

#include <stdlib.h>

struct paths {
	const struct constant **slots; /* by hash; at most half full */
	size_t mask;
	const struct constant **wild; /* with wildcards, or the root */
	size_t n_wild;
};

/* FNV-1a, over a component and the slash before it. */
static uint64_t hash_part(uint64_t h, const char *p, size_t len)
{
	size_t i;

	h = (h ^ '/') * 0x100000001b3u;
	for (i = 0; i < len; i++)
		h = (h ^ (uint8_t)p[i]) * 0x100000001b3u;
	return h;
}

#define HASH_START 0xcbf29ce484222325u

static uint64_t hash_of(const struct constant *k)
{
	uint64_t h = HASH_START;
	size_t i;

	for (i = 0; i < k->n_parts; i++)
		h = hash_part(h, k->parts[i].ptr, k->parts[i].len);
	return h;
}

static bool is_wild(const struct constant *k)
{
	size_t i, j;

	for (i = 0; i < k->n_parts; i++)
		for (j = 0; j < k->parts[i].len; j++)
			if (memchr("*?[\\", k->parts[i].ptr[j], 4))
				return true;
	return k->n_parts == 0;
}

/* The next component of what is left of a path; false: there is none. */
static bool next_part(const char **p, const char *end, struct value_str *part)
{
	const char *slash;

	while (*p < end && **p == '/')
		(*p)++;
	if (*p == end)
		return false;
	slash = memchr(*p, '/', (size_t)(end - *p));
	if (!slash)
		slash = end;
	*part = (struct value_str){ *p, (size_t)(slash - *p) };
	*p = slash;
	return true;
}

/* The components of the constant are the first ones of the value; each may be a wildcard. */
static bool is_below(const struct value_str *a, const struct constant *k)
{
	const char *p = a->ptr, *end = a->ptr + a->len;
	struct value_str part;
	size_t i;

	for (i = 0; i < k->n_parts; i++)
		if (!next_part(&p, end, &part) ||
		    !glob_match(k->parts[i].ptr, k->parts[i].len, part.ptr, part.len, false))
			return false;
	return true;
}

static void add(struct paths *s, const struct constant *k)
{
	size_t i;

	if (is_wild(k)) {
		s->wild[s->n_wild++] = k;
		return;
	}
	for (i = hash_of(k) & s->mask; s->slots[i]; i = (i + 1) & s->mask)
		;
	s->slots[i] = k;
}

struct paths *paths_new(const struct constant *k, size_t n)
{
	struct paths *s = calloc(1, sizeof(*s));
	size_t size = 4, i;

	if (!s)
		return NULL;
	while (size < 2 * n)
		size *= 2;
	s->mask = size - 1;
	s->slots = calloc(size, sizeof(*s->slots));
	s->wild = calloc(n ? n : 1, sizeof(*s->wild));
	if (!s->slots || !s->wild) {
		paths_free(s);
		return NULL;
	}
	for (i = 0; i < n; i++)
		add(s, &k[i]);
	return s;
}

bool paths_have(const struct paths *s, const struct value_str *v)
{
	const char *p = v->ptr, *end = v->ptr + v->len;
	uint64_t h = HASH_START;
	struct value_str part;
	size_t i;

	while (next_part(&p, end, &part)) {
		h = hash_part(h, part.ptr, part.len);
		for (i = h & s->mask; s->slots[i]; i = (i + 1) & s->mask)
			if (is_below(v, s->slots[i]))
				return true;
	}
	for (i = 0; i < s->n_wild; i++)
		if (is_below(v, s->wild[i]))
			return true;
	return false;
}

void paths_free(struct paths *s)
{
	if (!s)
		return;
	free(s->slots);
	free(s->wild);
	free(s);
}
