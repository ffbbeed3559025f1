/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptor tables: a sorted array of slots, each with the index of a chunk and the chunk.
 *
 * Descriptors are dense almost always, so that slot i holds chunk i and a look-up is one access; a
 * table with holes falls back to a binary search. Every slot has at least one descriptor in use.
 */
#include "fds.h"

#include <stdlib.h>

#define MAX_CHUNKS (256u << 10) /* of all tables; about half a gigabyte */
#define MAX_NUM	   INT32_MAX

_Static_assert(FD_CHUNK == 16, "used has a bit for each descriptor of a chunk");

struct slot {
	uint32_t index;
	struct fd_chunk *chunk;
};

struct sinsp_fd_table {
	uint32_t refs;
	uint32_t marked; /* round of the last sweep */
	uint32_t n, cap;
	size_t count;
	uint64_t edits;
	struct slot *slots;
	struct fd_budget *budget;
};

struct sinsp_fd_table *fds_new(struct fd_budget *budget)
{
	struct sinsp_fd_table *t = calloc(1, sizeof(*t));

	if (t) {
		t->refs = 1;
		t->budget = budget;
		t->edits = ++budget->tables << 32;
	}
	return t;
}

struct sinsp_fd_table *fds_share(struct sinsp_fd_table *t)
{
	t->refs++;
	return t;
}

bool fds_is_shared(const struct sinsp_fd_table *t)
{
	return t->refs > 1;
}

void fd_chunk_drop(struct fd_budget *budget, struct fd_chunk *c)
{
	if (--c->refs > 0)
		return;
	budget->chunks--;
	free(c);
}

void fds_drop(struct sinsp_fd_table *t)
{
	uint32_t i;

	if (!t || --t->refs > 0)
		return;
	for (i = 0; i < t->n; i++)
		fd_chunk_drop(t->budget, t->slots[i].chunk);
	free(t->slots);
	free(t);
}

struct sinsp_fd_table *fds_copy(const struct sinsp_fd_table *t)
{
	struct sinsp_fd_table *copy = fds_new(t->budget);
	uint32_t i;

	if (copy)
		copy->edits = t->edits;
	if (!copy || t->n == 0)
		return copy;
	copy->slots = malloc(t->n * sizeof(copy->slots[0]));
	if (!copy->slots) {
		free(copy);
		return NULL;
	}
	memcpy(copy->slots, t->slots, t->n * sizeof(copy->slots[0]));
	for (i = 0; i < t->n; i++)
		copy->slots[i].chunk->refs++;
	copy->n = copy->cap = t->n;
	copy->count = t->count;
	return copy;
}

/* The first slot whose index is not below @index. */
static uint32_t lower_bound(const struct sinsp_fd_table *t, uint32_t index)
{
	uint32_t lo = 0, hi = t->n, mid;

	if (index < t->n && t->slots[index].index == index)
		return index;
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (t->slots[mid].index < index)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static struct slot *slot_of(const struct sinsp_fd_table *t, int64_t num)
{
	uint32_t index, i;

	if (num < 0 || num > MAX_NUM)
		return NULL;
	index = (uint32_t)num / FD_CHUNK;
	i = lower_bound(t, index);
	return i < t->n && t->slots[i].index == index ? &t->slots[i] : NULL;
}

static uint16_t bit_of(int64_t num)
{
	return (uint16_t)(1u << (num % FD_CHUNK));
}

const struct sinsp_fd *fds_find(const struct sinsp_fd_table *t, int64_t num)
{
	const struct slot *s = t ? slot_of(t, num) : NULL;

	return s && (s->chunk->used & bit_of(num)) ? &s->chunk->fd[num % FD_CHUNK] : NULL;
}

struct fd_chunk *fd_chunk_new(struct fd_budget *budget, const struct fd_chunk *from)
{
	struct fd_chunk *c;

	if (budget->chunks >= MAX_CHUNKS)
		return NULL;
	c = malloc(sizeof(*c));
	if (!c)
		return NULL;
	if (from)
		memcpy(c, from, sizeof(*c));
	else
		c->used = 0;
	c->refs = 1;
	budget->chunks++;
	return c;
}

/* Makes the chunk of @s this table's own, for a change. */
static bool unshare(struct sinsp_fd_table *t, struct slot *s)
{
	struct fd_chunk *c;

	t->edits++;
	if (s->chunk->refs == 1)
		return true;
	c = fd_chunk_new(t->budget, s->chunk);
	if (!c)
		return false;
	s->chunk->refs--;
	s->chunk = c;
	return true;
}

struct sinsp_fd *fds_edit(struct sinsp_fd_table *t, int64_t num)
{
	struct slot *s = t ? slot_of(t, num) : NULL;

	if (!s || !(s->chunk->used & bit_of(num)) || !unshare(t, s))
		return NULL;
	return &s->chunk->fd[num % FD_CHUNK];
}

static struct slot *slot_add(struct sinsp_fd_table *t, uint32_t index)
{
	uint32_t i, cap;
	struct slot *slots;
	struct fd_chunk *c;

	if (t->n == t->cap) {
		cap = t->cap ? t->cap * 2 : 2;
		slots = realloc(t->slots, cap * sizeof(slots[0]));
		if (!slots)
			return NULL;
		t->slots = slots;
		t->cap = cap;
	}
	c = fd_chunk_new(t->budget, NULL);
	if (!c)
		return NULL;
	i = lower_bound(t, index);
	memmove(&t->slots[i + 1], &t->slots[i], (t->n - i) * sizeof(t->slots[0]));
	t->slots[i] = (struct slot){ .index = index, .chunk = c };
	t->n++;
	return &t->slots[i];
}

struct sinsp_fd *fds_add(struct sinsp_fd_table *t, int64_t num)
{
	struct slot *s;
	struct sinsp_fd *fd;

	if (!t || num < 0 || num > MAX_NUM)
		return NULL;
	s = slot_of(t, num);
	if (!s)
		s = slot_add(t, (uint32_t)num / FD_CHUNK);
	if (!s || !unshare(t, s))
		return NULL;
	if (!(s->chunk->used & bit_of(num)))
		t->count++;
	s->chunk->used |= bit_of(num);
	fd = &s->chunk->fd[num % FD_CHUNK];
	*fd = (struct sinsp_fd){ .num = num, .name = "", .name_raw = "" };
	return fd;
}

/* Clears the descriptors of @mask in slot @i; true if that emptied the slot, which is gone then. */
static bool clear(struct sinsp_fd_table *t, uint32_t i, uint16_t mask)
{
	struct slot *s = &t->slots[i];
	uint16_t gone = s->chunk->used & mask;
	bool empty = gone == s->chunk->used;

	if (!gone)
		return false;
	if (empty) {
		t->edits++;
		fd_chunk_drop(t->budget, s->chunk);
		memmove(s, s + 1, (t->n - i - 1) * sizeof(*s));
		t->n--;
	} else {
		if (!unshare(t, s))
			return false;
		s->chunk->used &= (uint16_t)~gone;
	}
	t->count -= (size_t)__builtin_popcount(gone);
	return empty;
}

void fds_remove(struct sinsp_fd_table *t, int64_t first, int64_t last)
{
	uint32_t i;
	int64_t base;
	uint16_t mask;

	if (!t || last < 0 || first > MAX_NUM)
		return;
	if (first < 0)
		first = 0;
	i = lower_bound(t, (uint32_t)(first / FD_CHUNK));
	while (i < t->n && (base = (int64_t)t->slots[i].index * FD_CHUNK) <= last) {
		mask = UINT16_MAX;
		if (first > base)
			mask &= (uint16_t)(UINT16_MAX << (first - base));
		if (last < base + FD_CHUNK - 1)
			mask &= (uint16_t)(UINT16_MAX >> (base + FD_CHUNK - 1 - last));
		if (!clear(t, i, mask))
			i++;
	}
}

void fds_remove_cloexec(struct sinsp_fd_table *t)
{
	uint32_t i = 0, j;
	uint16_t mask;

	while (t && i < t->n) {
		mask = 0;
		for (j = 0; j < FD_CHUNK; j++)
			if ((t->slots[i].chunk->used & (1u << j)) &&
			    t->slots[i].chunk->fd[j].cloexec)
				mask |= (uint16_t)(1u << j);
		if (!clear(t, i, mask))
			i++;
	}
}

void fds_set_cloexec(struct sinsp_fd_table *t, int64_t first, int64_t last)
{
	uint32_t i, j;
	int64_t num;

	for (i = 0; t && i < t->n; i++) {
		for (j = 0; j < FD_CHUNK; j++) {
			num = (int64_t)t->slots[i].index * FD_CHUNK + j;
			if (num < first || num > last || !(t->slots[i].chunk->used & (1u << j)) ||
			    !unshare(t, &t->slots[i]))
				continue;
			t->slots[i].chunk->fd[j].cloexec = true;
		}
	}
}

uint64_t fds_edits(const struct sinsp_fd_table *t)
{
	return t ? t->edits : 0;
}

size_t fds_count(const struct sinsp_fd_table *t)
{
	return t ? t->count : 0;
}

void fds_each(const struct sinsp_fd_table *t, bool (*fn)(struct sinsp_fd *, void *), void *arg)
{
	uint32_t i, j;

	for (i = 0; t && i < t->n; i++)
		for (j = 0; j < FD_CHUNK; j++)
			if ((t->slots[i].chunk->used & (1u << j)) &&
			    !fn(&t->slots[i].chunk->fd[j], arg))
				return;
}

static bool mark_name(struct sinsp_fd *fd, void *pool)
{
	intern_mark(pool, fd->name);
	intern_mark(pool, fd->name_raw);
	return true;
}

void fds_mark(struct sinsp_fd_table *t, struct intern *pool, uint32_t round)
{
	if (!t || t->marked == round)
		return;
	t->marked = round;
	fds_each(t, mark_name, pool);
}

/* ---- as they are in memory ---- */

size_t fds_n_chunks(const struct sinsp_fd_table *t)
{
	return t->n;
}

struct fd_chunk *fds_chunk(const struct sinsp_fd_table *t, size_t i, uint32_t *index)
{
	*index = t->slots[i].index;
	return t->slots[i].chunk;
}

bool fds_append_chunk(struct sinsp_fd_table *t, uint32_t index, struct fd_chunk *c)
{
	struct slot *slots;

	if (index > MAX_NUM / FD_CHUNK || !c->used || (t->n && t->slots[t->n - 1].index >= index))
		return false;
	if (t->n == t->cap) {
		slots = realloc(t->slots, (t->cap ? t->cap * 2 : 2) * sizeof(slots[0]));
		if (!slots)
			return false;
		t->slots = slots;
		t->cap = t->cap ? t->cap * 2 : 2;
	}
	c->refs++;
	t->slots[t->n++] = (struct slot){ .index = index, .chunk = c };
	t->count += (size_t)__builtin_popcount(c->used);
	return true;
}
