/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interned strings: a hash table of chains whose nodes hold the bytes.
 *
 * Processes come and go by the thousand with the same few executables, folders, environments and
 * cgroups, so each is stored once. Marking and sweeping keeps the reference counts out of every
 * line of the parsers; the size doubles between two sweeps at most, so that its cost per string
 * added is constant.
 */
#include "intern.h"

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#define MIN_BUCKETS    1024u
#define SWEEP_AT_LEAST (256u << 10)
#define POOL_MAX       (1u << 30) /* of a hostile capture: the rest is "" */

struct intern_node {
	struct intern_node *next;
	uint32_t hash;
	uint32_t len;
	uint32_t mark;
	char bytes[];
};

struct intern *intern_new(void)
{
	struct intern *in = calloc(1, sizeof(*in));

	if (!in)
		return NULL;
	in->buckets = calloc(MIN_BUCKETS, sizeof(in->buckets[0]));
	if (!in->buckets) {
		free(in);
		return NULL;
	}
	in->n_buckets = MIN_BUCKETS;
	if (getrandom(&in->seed, sizeof(in->seed), GRND_NONBLOCK) != sizeof(in->seed))
		in->seed = (uint64_t)time(NULL) ^ (uintptr_t)in;
	return in;
}

void intern_free(struct intern *in)
{
	struct intern_node *n, *next;
	size_t i;

	if (!in)
		return;
	for (i = 0; i < in->n_buckets; i++) {
		for (n = in->buckets[i]; n; n = next) {
			next = n->next;
			free(n);
		}
	}
	free(in->buckets);
	free(in);
}

static uint64_t mix(uint64_t h, uint64_t v)
{
	unsigned __int128 m = (unsigned __int128)(h ^ v) * 0x9e3779b97f4a7c15u;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

/* Eight bytes at a time: environments are up to 4 KiB and come with every execve. */
static uint32_t hash_bytes(const struct intern *in, const char *p, size_t len)
{
	uint64_t h = in->seed ^ len, v;

	for (; len >= sizeof(v); p += sizeof(v), len -= sizeof(v)) {
		memcpy(&v, p, sizeof(v));
		h = mix(h, v) + in->seed;
	}
	v = 0;
	memcpy(&v, p, len);
	h = mix(h, v);
	return (uint32_t)(h ^ (h >> 32));
}

static void grow(struct intern *in)
{
	size_t i, n = in->n_buckets * 2;
	struct intern_node **buckets = calloc(n, sizeof(buckets[0]));
	struct intern_node *node, *next;

	if (!buckets)
		return; /* longer chains, still right */
	for (i = 0; i < in->n_buckets; i++) {
		for (node = in->buckets[i]; node; node = next) {
			next = node->next;
			node->next = buckets[node->hash & (n - 1)];
			buckets[node->hash & (n - 1)] = node;
		}
	}
	free(in->buckets);
	in->buckets = buckets;
	in->n_buckets = n;
}

/* So much was added since the last sweep that sweeping pays. */
static bool is_due(const struct intern *in)
{
	size_t grown = in->size - in->swept_size;

	return grown > SWEEP_AT_LEAST && (grown > in->swept_size + SWEEP_AT_LEAST || in->full);
}

static const char *lookup(struct intern *in, const char *p, size_t len)
{
	uint32_t h = hash_bytes(in, p, len);
	struct intern_node **b = &in->buckets[h & (in->n_buckets - 1)];
	struct intern_node *n;

	for (n = *b; n; n = n->next)
		if (n->hash == h && n->len == len && memcmp(n->bytes, p, len) == 0)
			return n->bytes;
	if (in->size + len > POOL_MAX) {
		in->full = true;
		in->due = is_due(in);
		return NULL;
	}
	n = malloc(sizeof(*n) + len + 1);
	if (!n)
		return NULL;
	n->hash = h;
	n->len = (uint32_t)len;
	n->mark = in->mark;
	memcpy(n->bytes, p, len);
	n->bytes[len] = '\0';
	n->next = *b;
	*b = n;
	in->size += sizeof(*n) + len + 1;
	in->due = is_due(in);
	if (++in->n_nodes > in->n_buckets)
		grow(in);
	return n->bytes;
}

const char *intern_str(struct intern *in, const char *p, size_t len)
{
	const char *s = NULL;

	len = p ? strnlen(p, len) : 0;
	if (len > 0 && len < UINT32_MAX)
		s = lookup(in, p, len);
	return s ? s : "";
}

struct scap_bytes intern_bytes(struct intern *in, const char *p, size_t len)
{
	struct scap_bytes b = { "", 0 };
	const char *s = NULL;

	if (p && len > 0 && len < UINT32_MAX)
		s = lookup(in, p, len);
	if (s) {
		b.ptr = s;
		b.len = (uint32_t)len;
	}
	return b;
}

size_t intern_size(const struct intern *in)
{
	return in->size;
}

void intern_sweep_begin(struct intern *in)
{
	in->mark++;
}

static void mark_node(struct intern *in, const char *bytes)
{
	struct intern_node *n =
		(struct intern_node *)(uintptr_t)(bytes - offsetof(struct intern_node, bytes));

	n->mark = in->mark;
}

void intern_mark(struct intern *in, const char *s)
{
	if (s && *s)
		mark_node(in, s);
}

void intern_mark_bytes(struct intern *in, struct scap_bytes b)
{
	if (b.len > 0)
		mark_node(in, b.ptr);
}

void intern_sweep(struct intern *in)
{
	struct intern_node **p, *n;
	size_t i;

	for (i = 0; i < in->n_buckets; i++) {
		for (p = &in->buckets[i]; (n = *p);) {
			if (n->mark == in->mark) {
				p = &n->next;
				continue;
			}
			*p = n->next;
			in->size -= sizeof(*n) + n->len + 1;
			in->n_nodes--;
			free(n);
		}
	}
	in->swept_size = in->size;
	in->full = in->due = false;
}
