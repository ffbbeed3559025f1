/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads of a snapshot by tid: open addressing, at most half full. A tid that occurs twice means
 * the later thread.
 */
#include "reader.h"

#include <errno.h>
#include <stdlib.h>

static size_t slot_of(const struct scap_tid_map *m, const struct scap_snapshot *s, uint64_t tid)
{
	/* Fibonacci hashing; the upper bits are the mixed ones. */
	size_t i = (size_t)((tid * 0x9E3779B97F4A7C15ull) >> 32) & (m->n_slots - 1);

	while (m->slots[i] && s->threads[m->slots[i] - 1].tid != tid)
		i = (i + 1) & (m->n_slots - 1);
	return i;
}

static int rebuild(struct scap_tid_map *m, const struct scap_snapshot *s, size_t n)
{
	size_t i, slots = 64;

	while (slots < n * 4)
		slots *= 2;
	free(m->slots);
	m->slots = calloc(slots, sizeof(*m->slots));
	m->n_slots = m->slots ? slots : 0;
	if (!m->slots)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		m->slots[slot_of(m, s, s->threads[i].tid)] = (uint32_t)i + 1;
	return 0;
}

int scap_tid_map_add(struct scap_tid_map *m, const struct scap_snapshot *s, size_t index)
{
	if ((index + 1) * 2 > m->n_slots)
		return rebuild(m, s, index + 1);
	m->slots[slot_of(m, s, s->threads[index].tid)] = (uint32_t)index + 1;
	return 0;
}

struct scap_thread *scap_tid_map_find(const struct scap_tid_map *m, const struct scap_snapshot *s,
				      uint64_t tid)
{
	uint32_t i;

	if (!m->n_slots)
		return NULL;
	i = m->slots[slot_of(m, s, tid)];
	return i ? &s->threads[i - 1] : NULL;
}

void scap_tid_map_free(struct scap_tid_map *m)
{
	free(m->slots);
	m->slots = NULL;
	m->n_slots = 0;
}
