/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entries of calls that wait for their exits, one a thread. Of bounded size: of more threads than
 * there is room for, the ones that have waited longest are forgotten.
 */
#ifndef SCAP_PENDING_H
#define SCAP_PENDING_H

#include "scap.h"

#define PENDING_INLINE 104

struct pending {
	uint64_t ts;
	uint16_t type; /* of the entry */
	bool far;      /* the record is in an allocation of its own */
	uint32_t len;  /* of the record; 0: only the time was kept */
	union {
		uint8_t *ptr;
		uint8_t here[PENDING_INLINE];
	} rec;
};

struct pending_table {
	uint64_t *keys; /* thread + 1, 0: free; apart from the slots: a set is in one cache line */
	struct pending *slots;
	size_t far_bytes;
};

/* A table is empty when it is all zero, and after this. */
void pending_done(struct pending_table *t);

/*
 * Keeps the entry that @ev is for its thread, in place of what waits there; its parameters only if
 * @whole. What does not fit is kept without them.
 */
void pending_put(struct pending_table *t, const struct scap_event *ev, bool whole);

/* What waits for thread @tid, or NULL. Good until the next pending_put(). */
struct pending *pending_find(const struct pending_table *t, uint64_t tid);
/* Its exit has come. */
void pending_take(struct pending_table *t, struct pending *p);

/* The entry as an event. False if its parameters were not kept. */
bool pending_event(const struct pending *p, struct scap_event *ev);

#endif
