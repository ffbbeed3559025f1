/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strings that the state keeps: each content once, ended with a NUL, never changed.
 *
 * Nobody counts references: the owner marks what it still uses now and then, and the rest is freed
 * (intern_sweep()). A pool that is never swept keeps everything until intern_free(). None holds
 * more than a gigabyte, so that a capture cannot use up the memory.
 */
#ifndef SINSP_INTERN_H
#define SINSP_INTERN_H

#include "scap.h"

struct intern_node;

struct intern {
	struct intern_node **buckets;
	size_t n_buckets; /* power of two */
	size_t n_nodes;
	size_t size;	   /* bytes in nodes */
	size_t swept_size; /* what was left by the last sweep */
	uint32_t mark;	   /* of the present sweep */
	bool full;	   /* since the last sweep something had no room */
	bool due;	   /* so much was added since that sweeping pays */
	uint64_t seed;	   /* so that a capture cannot be made to collide */
};

struct intern *intern_new(void); /* NULL: no memory */
void intern_free(struct intern *in);

/* The string of @len bytes at @p, up to its first NUL. Never NULL: "" where there is no room. */
const char *intern_str(struct intern *in, const char *p, size_t len);

/* The same for bytes that may contain NULs. A NUL that is not counted stands behind them. */
struct scap_bytes intern_bytes(struct intern *in, const char *p, size_t len);

/* Bytes held, with what it costs to hold them. */
size_t intern_size(const struct intern *in);

/* True when so much was added since the last sweep that sweeping pays: asked before each event. */
static inline bool intern_sweep_due(const struct intern *in)
{
	return in->due;
}

/*
 * A sweep: intern_sweep_begin(), then intern_mark() for each string that came from this pool and is
 * still in use ("" may be passed), then intern_sweep(). Never pass strings from elsewhere.
 */
void intern_sweep_begin(struct intern *in);
void intern_mark(struct intern *in, const char *s);
void intern_mark_bytes(struct intern *in, struct scap_bytes b);
void intern_sweep(struct intern *in);

#endif
