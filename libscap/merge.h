/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Merging the rings of several CPUs into one stream in the order of time, in place.
 *
 * The caller describes each ring by pointers (struct merge_ring), so that a test can use arrays of
 * its own in place of mapped memory.
 */
#ifndef SCAP_MERGE_H
#define SCAP_MERGE_H

#include "scap.h"

/* What a ring has lost, by cause, as its writer counts it. */
struct merge_lost {
	uint64_t buffer, fault, busy;
};

/* Bytes of items behind an event in a ring; the module makes fewer than half of these. */
#define MERGE_ITEMS_MAX 256
/* Longest event that items are taken off; longer ones are for no file either. */
#define MERGE_SPLIT_MAX (128u << 10)

struct merge_ring {
	/* Set by the caller. */
	const uint8_t *data; /* 2 * size bytes: the ring, and the ring again */
	uint32_t size;	     /* power of two */
	uint16_t cpu;
	const uint32_t *head; /* written by the module */
	uint32_t *tail;	      /* written here */
	const uint64_t *lost_buffer, *lost_fault, *lost_busy;

	/* Kept by merge.c: offsets count all bytes ever read and do not wrap at the ring's size. */
	uint64_t pos;		       /* next byte to deliver */
	uint64_t released;	       /* *tail */
	uint64_t due;		       /* the head at the look before the last one */
	uint64_t seen;		       /* the head at the last look */
	uint64_t last_ts;	       /* of the last event delivered, 0 none */
	struct merge_lost lost;	       /* taken into account */
	struct merge_lost lost_before; /* when the recording began */
	struct merge_lost fresh;       /* to be told at the first event at or behind fresh_pos */
	uint64_t fresh_pos;
	uint64_t fresh_from;
	uint64_t risen_from; /* last event before losses that are not in fresh yet */
	bool has_fresh, risen;
};

struct merge {
	struct merge_ring *rings;
	uint64_t *keys; /* time of each ring's next event, UINT64_MAX none */
	unsigned int n;
	unsigned int cur;   /* ring of the last event */
	uint64_t limit;	    /* cur may go on up to this time */
	unsigned int n_due; /* rings with events below their due mark */
	bool holding;	    /* the last event has not been stepped over yet */
	uint32_t hold_len;
	uint64_t delivered;
	uint64_t unknown;     /* events of a type that is not in the table, skipped */
	uint64_t damaged;     /* blocks that were skipped up to their end */
	uint16_t damaged_cpu; /* CPU of the last one */
	struct {
		struct scap_item_hdr hdr;
		struct scap_loss loss;
		uint8_t more[MERGE_ITEMS_MAX]; /* the event's own items */
	} __attribute__((packed)) item;	       /* what ev->items points to */
	uint8_t *split; /* the last event without its items; NULL: events have none */
};

/* Takes over the array (the caller frees it after merge_done()). Returns 0 or -ENOMEM. */
int merge_init(struct merge *m, struct merge_ring *rings, unsigned int n);
void merge_done(struct merge *m);

/*
 * Events of these rings may have items behind their parameters: they are moved to ev->items, and
 * the event is delivered without them, as a copy. Returns 0 or -ENOMEM.
 */
int merge_split_items(struct merge *m);

/*
 * Looks at the heads and loss counters of all rings. What was there at the look before can be
 * delivered now, since whatever is older has arrived meanwhile. Call it when merge_next() returned
 * 0. Returns the largest number of bytes that wait in one ring, or -EIO for a head outside a ring.
 */
int64_t merge_look(struct merge *m);

/*
 * The next event into @ev, which stays good until the next call for this merge. Returns 1, or 0
 * when another look is needed first.
 */
int merge_next(struct merge *m, struct scap_event *ev);

/* Drops what is in the rings now and takes the loss counters as they are as zero. */
int merge_discard(struct merge *m);

/* All that was lost since then, told already or not. */
struct merge_lost merge_lost_total(const struct merge *m);

#endif
