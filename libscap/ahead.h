/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading and decompressing ahead, of files and pipes: a thread fills a few buffers with what comes
 * next in a stream while the events of another one are worked on. Memory is bounded by their
 * number.
 *
 * In front of the data of each buffer there is room for the beginning of a block whose end is in
 * it, so that blocks need not be put together in a third place.
 */
#ifndef SCAP_AHEAD_H
#define SCAP_AHEAD_H

#include "stream.h"

#define AHEAD_ROOM  (72u << 10) /* more than the longest ordinary block */
#define AHEAD_BYTES (1u << 20)

struct ahead;

struct ahead_chunk {
	uint8_t *data;	/* AHEAD_ROOM bytes before it may be written to */
	ssize_t n;	/* 0: the end; negative: an error, in the stream's err */
	uint64_t taken; /* bytes of the file that were read for it and all before */
};

/* Starts the thread. Nobody else may use @in until ahead_stop(). NULL: none, go on without. */
struct ahead *ahead_start(struct scap_in *in);

/*
 * The next chunk, which is the caller's until the next call. After an end or an error the thread is
 * at rest, and the same comes again.
 */
void ahead_next(struct ahead *a, struct ahead_chunk *c);

/* Ends the thread and frees the buffers. The stream stands behind what was read ahead. */
void ahead_stop(struct ahead *a);

#endif
