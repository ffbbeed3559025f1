/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The story's memory: an arena that only grows, up to a budget, and its strings, each kept once.
 * Trees rather than hashes: a hostile capture chooses the strings, and cannot make a tree slow.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "story.h"

#define BLOCK_BYTES (256u << 10)

struct block {
	struct block *next;
	size_t used, size;
	_Alignas(16) char bytes[];
};

struct string {
	RB_ENTRY(string) link;
	char text[];
};

RB_HEAD(strings, string);

struct story_arena {
	struct block *blocks;
	struct strings strings;
	size_t used, budget;
	bool full;
};

static int cmp_strings(const struct string *a, const struct string *b)
{
	return strcmp(a->text, b->text);
}

RB_GENERATE_INTERNAL(strings, string, link, cmp_strings, static __attribute__((unused)))

struct story_arena *story_arena_new(size_t budget)
{
	struct story_arena *a = calloc(1, sizeof(*a));

	if (a) {
		a->budget = budget;
		RB_INIT(&a->strings);
	}
	return a;
}

void story_arena_free(struct story_arena *a)
{
	struct block *b, *next;

	if (!a)
		return;
	for (b = a->blocks; b; b = next) {
		next = b->next;
		free(b);
	}
	free(a);
}

void *story_alloc(struct story *st, size_t size)
{
	struct story_arena *a = st->arena;
	struct block *b = a->blocks;
	size_t block;
	void *p;

	size = (size + 15) & ~(size_t)15;
	if (!b || b->size - b->used < size) {
		block = size > BLOCK_BYTES ? size : BLOCK_BYTES;
		if (a->used + block > a->budget || !(b = malloc(sizeof(*b) + block))) {
			a->full = true;
			return NULL;
		}
		a->used += block;
		b->size = block;
		b->used = 0;
		b->next = a->blocks;
		a->blocks = b;
	}
	p = b->bytes + b->used;
	b->used += size;
	return memset(p, 0, size);
}

const char *story_str(struct story *st, const char *s)
{
	struct strings *tree = &st->arena->strings;
	struct string *n = RB_ROOT(tree);
	size_t len;
	int c;

	if (!*s)
		return "";
	while (n) {
		c = strcmp(s, n->text);
		if (c == 0)
			return n->text;
		n = c < 0 ? RB_LEFT(n, link) : RB_RIGHT(n, link);
	}
	len = strlen(s) + 1;
	n = story_alloc(st, sizeof(*n) + len);
	if (!n)
		return "";
	memcpy(n->text, s, len);
	RB_INSERT(strings, tree, n);
	return n->text;
}

const char *story_printf(struct story *st, const char *fmt, ...)
{
	char buf[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	return story_str(st, buf);
}

bool story_is_full(const struct story *st)
{
	return st->arena->full;
}
