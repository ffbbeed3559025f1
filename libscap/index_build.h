/* SPDX-License-Identifier: BSD-2-Clause */
/* What a writer gathers of each frame while it fills it, for the frame's index. */
#ifndef SCAP_INDEX_BUILD_H
#define SCAP_INDEX_BUILD_H

#include "aside.h"
#include "block_build.h"

struct index_build {
	uint32_t counts[SCAP_EVT_MAX];
	uint16_t types[SCAP_EVT_MAX]; /* those that were counted */
	unsigned int n_types;
	uint64_t *slots; /* set of threads: number + 1, 0: free; a power of two of them */
	size_t n_slots, n_threads;
	uint64_t last_tid;
	bool no_thread; /* an event without thread, whose number would be that of a free slot */
	struct scap_build tags;
	uint64_t events;
	uint64_t ts_low, ts_high;
	bool has_loss;
	struct scap_loss loss;
	bool failed; /* no memory: this frame gets no index */
};

int index_build_init(struct index_build *b);
void index_build_free(struct index_build *b);

/* Cost: a counter, two comparisons, and a look into the set where the thread is not the last one.
 */
void index_build_event(struct index_build *b, const struct scap_event *ev);

/* Something that stands for events of this frame; the same one is kept once. */
void index_build_tag(struct index_build *b, uint8_t kind, const void *p, size_t n);

/*
 * Completes @head with what was gathered and lays out the index in @out (emptied first, with its
 * checksum), then starts anew. Returns 0, or -ENOMEM: then there is none.
 */
int index_build_finish(struct index_build *b, struct index_head *head, struct scap_build *out);

#endif
