/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One ring: what one CPU records for one consumer. The CPU is the only writer, with preemption
 * disabled; the reader is a process that maps the ring.
 *
 * The kernel maps the ring's pages twice in a row, as the reader does, so that an event lies in one
 * piece wherever it starts and the last bytes of the ring need no treatment of their own.
 */
#ifndef SCAP_RING_H
#define SCAP_RING_H

#include <linux/compiler.h>
#include <linux/mm_types.h>
#include <asm/barrier.h>
#include "record.h"
#include "uapi/scap_abi.h"
#include "wake.h"

struct ring {
	u8 *data;		     /* size bytes, mapped twice */
	struct scap_ring_info *info; /* one page, shared with the reader who may write all of it */
	struct consumer *consumer;   /* whose it is */
	u32 size;		     /* a power of two, see ring_size_ok() */
	u32 mask;		     /* size - 1 */
	u32 head;	  /* where the next event goes; info->head is but its publication */
	u32 room;	  /* bytes that may be written at head, at least: see ring_room() */
	u32 items;	  /* what its consumer asks for, SCAP_ITEMS_* */
	u32 wake_room;	  /* a reader sleeps until less room than this is left, 0: none does */
	bool open;	  /* events are taken; written by open and release */
	bool used;	  /* was open before */
	bool sampled_out; /* dropping mode: in the part of the second that is left out */
	struct scap_losses lost; /* no_ring is not here */
	struct wake wake;
	struct page **pages; /* of the data, twice */
};

/* Whether rings may have @bytes. */
bool ring_size_ok(unsigned long bytes);
/* A closed ring with its memory near @cpu; NULL if there is none. ring_free() gives it back. */
struct ring *ring_alloc(struct consumer *c, int cpu, u32 size);
void ring_free(struct ring *ring);
/* Empties a ring that nobody writes to: offsets and counters become 0. */
void ring_reset(struct ring *ring);
/* Maps the information page or the data, by the length that is asked for. */
int ring_mmap(struct ring *ring, struct vm_area_struct *vma);

/* The reader can put anything into tail: what is no offset makes the ring full. */
static inline void ring_look(struct ring *ring)
{
	u32 tail = smp_load_acquire(&ring->info->tail);

	ring->room = likely(tail < ring->size) ? (tail - ring->head - 1) & ring->mask : 0;
}

/*
 * Bytes that may be written at head. Where the reader is matters only when what was left at the
 * last look may be too little for an event.
 */
static inline u32 ring_room(struct ring *ring)
{
	if (unlikely(ring->room < REC_EVENT_MAX))
		ring_look(ring);
	return ring->room;
}

/* What one CPU counts in the shared page; the last one takes what no counter is for. */
#define RING_NO_COUNTER (sizeof(struct scap_ring_info) / sizeof(u64))

static inline void ring_count(struct scap_ring_info *info, unsigned int counter)
{
	((u64 *)info)[counter]++;
}

/* Publishes @len bytes at head and has a sleeping reader woken. Pairs with its load of head. */
static inline void ring_commit(struct ring *ring, u32 len)
{
	u32 head = (ring->head + len) & ring->mask;

	ring->head = head;
	ring->room -= len;
	smp_store_release(&ring->info->head, head);
	if (unlikely(ring->room < READ_ONCE(ring->wake_room))) {
		ring_look(ring);
		if (ring->room < READ_ONCE(ring->wake_room))
			wake_queue(ring);
	}
}

#endif
