/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The frames of a zstd file and what its writer says is in them. All of it is another's word: what
 * does not fit to what is there is as good as not said, and a frame of which nothing is said is
 * simply read.
 */
#ifndef SCAP_FRAMES_H
#define SCAP_FRAMES_H

#include "aside.h"

struct frames {
	struct scap_frame *list;
	size_t n;
	bool has_table; /* the writer has finished the file */
	/* of the last scap_frame_detail() */
	struct scap_frame_detail detail;
	uint32_t *counts;
	uint64_t *tids;
	struct scap_frame_tag *tags;
	uint8_t *raw;
	size_t tids_cap, tags_cap, raw_cap;
	/* of the last scap_frame_state() */
	void *state;
};

/*
 * Finds the frames of the file @fd of @size bytes. Returns 0, -ENOENT: no usable index is in it, or
 * -ENOMEM. Afterwards frames_free() in every case.
 */
int frames_load(struct frames *f, int fd, uint64_t size);
void frames_free(struct frames *f);

/* Reads the whole index of frame @i. Returns 0, -EBADMSG or -ENOMEM. */
int frames_detail(struct frames *f, int fd, size_t i);

/* The state of the keyframe before frame @i, into f->state. Returns 0, -EBADMSG or -ENOMEM. */
int frames_state(struct frames *f, int fd, size_t i, size_t *len);

/* @n bytes at @at, all of them. */
bool frames_pread(int fd, void *buf, size_t n, uint64_t at);

/* frames_walk.c */

/*
 * Calls @fn for each frame and skippable frame of the file in their order, until it returns other
 * than 0, which is returned then. The sizes are those of the seek table, or where there is none,
 * those of the blocks that the frames consist of. What is cut or damaged there comes as if it were
 * one frame.
 */
typedef int (*frames_fn)(void *arg, uint64_t at, uint64_t bytes, bool skippable);
int frames_walk(int fd, uint64_t size, frames_fn fn, void *arg);

/* Whether a seek table that fits stands at the end. */
bool frames_have_table(int fd, uint64_t size);

#endif
