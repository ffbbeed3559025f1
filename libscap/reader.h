/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of a capture before its events: state blocks read into a snapshot. */
#ifndef SCAP_READER_H
#define SCAP_READER_H

#include "block.h"
#include "cursor.h"
#include "snapshot.h"

/* Where threads are in the snapshot, by tid: descriptor lists name their thread. */
struct scap_tid_map {
	uint32_t *slots; /* index + 1 in snapshot->threads; 0: free */
	size_t n_slots;	 /* a power of two */
};

struct scap_reader {
	struct scap_blocks blocks;
	struct scap_snapshot *snap; /* being read */
	struct scap_tid_map tids;
	uint64_t state_bytes; /* in state blocks of this section */
};

/*
 * Reads one section's state: from behind its header up to its first event. Returns 1 if an event
 * block (or a new section) follows, which scap_blocks_next() then gives; 0 at the end of the
 * capture; or an error (in r->blocks.err). @r->snap is the snapshot and the caller's from then on.
 */
/*
 * Finds the items of @ev, which stands behind the first @head bytes of a block's body. pcapng
 * options stand behind the event; ours is one of them, everyone else's are passed over.
 */
bool scap_find_items(struct scap_event *ev, const uint8_t *body, uint32_t body_len, uint32_t head);

int scap_reader_section(struct scap_reader *r);

/* One kind of block each. Return 0, or an error. */
int scap_read_threads(struct scap_reader *r, const struct scap_block *blk);
int scap_read_fds(struct scap_reader *r, const struct scap_block *blk);
int scap_read_interfaces(struct scap_reader *r, const struct scap_block *blk);
int scap_read_users(struct scap_reader *r, const struct scap_block *blk);

/* A string of 16-bit length, at most @max bytes, into the snapshot. Longer ones set c->bad. */
const char *scap_read_str(struct scap_reader *r, struct scap_cursor *c, size_t max);
struct scap_bytes scap_read_bytes(struct scap_reader *r, struct scap_cursor *c, size_t max);

/*
 * The next entry of the list @c: @entry gets its bytes. A @sized entry begins with its length,
 * which counts itself if it is @inclusive; another one is as long as what is read of it, which
 * scap_read_entry_end() then takes off the list. Returns false at the end of the list.
 */
bool scap_read_entry(struct scap_cursor *c, struct scap_cursor *entry, bool sized, bool inclusive);
int scap_read_entry_end(struct scap_reader *r, const struct scap_block *blk, struct scap_cursor *c,
			const struct scap_cursor *entry, bool sized);

/* Index of a thread by its tid. */
int scap_tid_map_add(struct scap_tid_map *m, const struct scap_snapshot *s, size_t index);
struct scap_thread *scap_tid_map_find(const struct scap_tid_map *m, const struct scap_snapshot *s,
				      uint64_t tid);
void scap_tid_map_free(struct scap_tid_map *m);

#endif
