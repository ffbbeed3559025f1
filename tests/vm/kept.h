/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests of single events in a guest: copies of what the rings held, so that they are given
 * back, the one event that is meant, and its parameters compared and noted as compared.
 */
#ifndef VM_KEPT_H
#define VM_KEPT_H

#include "coverage.h"
#include "report.h"
#include "ring.h"

#define MAX_KEPT 8192
static struct scap_event_hdr *kept[MAX_KEPT];
static unsigned int nkept;

/* All events since the last call. */
static inline void collect(struct rings *r)
{
	while (nkept)
		free(kept[--nkept]);
	for (unsigned int cpu = 0; cpu < r->n; cpu++) {
		struct ring_event e = { 0 };

		while (ring_next(r, cpu, &e) && nkept < MAX_KEPT) {
			if (!ring_event_ok(e.hdr)) {
				report(false, "events are whole", "type %u", e.hdr->type);
				continue;
			}
			coverage_event(e.hdr);
			kept[nkept] = malloc(e.hdr->len);
			memcpy(kept[nkept++], e.hdr, e.hdr->len);
		}
	}
}

/* An integer that is about to be compared with what is known from elsewhere. */
static inline int64_t known(const struct scap_event_hdr *e, unsigned int i)
{
	coverage_param(e, i);
	return ring_int(e, i);
}

/* The event of @type by @tid whose first parameter is @res; NULL: none, or more than one. */
static inline const struct scap_event_hdr *find(unsigned int type, long tid, long res)
{
	const struct scap_event_hdr *found = NULL;

	for (unsigned int i = 0; i < nkept; i++)
		if (kept[i]->type == type && (long)kept[i]->tid == tid &&
		    ring_int(kept[i], 0) == res) {
			if (found)
				return NULL;
			found = kept[i];
		}
	if (found)
		coverage_param(found, 0);
	return found;
}

static inline void check_bytes(const char *name, const struct scap_event_hdr *e, unsigned int i,
			       const void *want, size_t want_len)
{
	unsigned int len = 0;
	const uint8_t *p = ring_param(e, i, &len);

	coverage_param(e, i);
	report(p && len == want_len && !memcmp(p, want, len), name,
	       "got %u bytes '%.*s', expected %zu '%.*s'", len, (int)len, (const char *)p, want_len,
	       (int)want_len, (const char *)want);
}

static inline void check_str(const char *name, const struct scap_event_hdr *e, unsigned int i,
			     const char *want)
{
	check_bytes(name, e, i, want, strlen(want) + 1);
}

static inline void check_between(const char *name, const struct scap_event_hdr *e, unsigned int i,
				 long low, long high)
{
	long v = (long)known(e, i);

	report(low <= v && v <= high, name, "got %ld, expected %ld to %ld", v, low, high);
}

#endif
