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
#include "uapi/scap_abi.h"
#include "wake.h"

struct ring {
	u8 *data;		     /* size bytes, mapped twice */
	struct scap_ring_info *info; /* one page, shared with the reader who may write all of it */
	u32 size;		     /* a power of two, see ring_size_ok() */
	u32 head;	  /* where the next event goes; info->head is but its publication */
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
struct ring *ring_alloc(int cpu, u32 size);
void ring_free(struct ring *ring);
/* Empties a ring that nobody writes to: offsets and counters become 0. */
void ring_reset(struct ring *ring);
/* Maps the information page or the data, by the length that is asked for. */
int ring_mmap(struct ring *ring, struct vm_area_struct *vma);

/*
 * Bytes that may be written at head. The reader can put anything into tail: what is no offset makes
 * the ring full.
 */
static inline u32 ring_room(const struct ring *ring)
{
	u32 tail = smp_load_acquire(&ring->info->tail);

	if (unlikely(tail >= ring->size))
		return 0;
	return tail > ring->head ? tail - ring->head - 1 : ring->size + tail - ring->head - 1;
}

/* Publishes @len bytes of @room at head, and has a sleeping reader woken. Pairs with the reader's
 * load of head. */
static inline void ring_commit(struct ring *ring, u32 len, u32 room)
{
	ring->head = (ring->head + len) & (ring->size - 1);
	smp_store_release(&ring->info->head, ring->head);
	if (unlikely(room - len < READ_ONCE(ring->wake_room)))
		wake_queue(ring);
}

#endif
