/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What stands beside the data in a zstd file, in skippable frames: the index of each frame, and
 * keyframes. Laid out in scapula-format(5). All integers are little-endian. Each ends with the
 * CRC-32 of what is before it: to pass over data because of a flipped bit would be a silent loss.
 */
#ifndef SCAP_ASIDE_H
#define SCAP_ASIDE_H

#include <assert.h>

#include "scap.h"

#define ZSTD_SKIPPABLE	    0x184D2A50u /* the low four bits are free: */
#define ZSTD_SKIPPABLE_MASK 0xfffffff0u
enum aside_kind {
	ASIDE_INDEX = 1,
	ASIDE_KEYFRAME = 2,
	ASIDE_TABLE = 14, /* of the seekable format: sizes of all frames */
};
#define ZSTD_SKIPPABLE_HEAD 8u /* magic and length */

#define INDEX_MAGIC	 0x78496373u /* "scIx" */
#define INDEX_VERSION	 1u
#define INDEX_BYTES_MAX	 (4u << 20)
#define INDEX_HAS_LOSS	 1u /* an event of the frame carries a loss item */
#define INDEX_IS_SECTION 2u /* a section header stands in the frame */

struct index_head {
	uint32_t magic;
	uint16_t version;
	uint16_t head_bytes;
	uint64_t frame_at;    /* in the file */
	uint32_t frame_bytes; /* there */
	uint32_t flags;	      /* INDEX_* */
	uint64_t content_at;  /* in the plain stream */
	uint64_t content_bytes;
	uint64_t first; /* number of its first event in the file, from 1 */
	uint64_t events;
	uint64_t ts_low, ts_high; /* both 0 without events */
} __attribute__((packed));
static_assert(sizeof(struct index_head) == 72, "as specified");

enum index_section {
	INDEX_TYPES = 1,   /* struct index_type each */
	INDEX_THREADS = 2, /* numbers in rising order, each less the one before it, as LEB128 */
	INDEX_TAGS = 3,	   /* struct index_tag and bytes, each */
	INDEX_LOSS = 4,	   /* struct scap_loss: sums, and the whole span */
};

struct index_section_head {
	uint16_t kind;
	uint16_t reserved;
	uint32_t bytes;
} __attribute__((packed));

struct index_type {
	uint16_t type;
	uint32_t count;
} __attribute__((packed));

struct index_tag {
	uint8_t kind;
	uint16_t bytes;
} __attribute__((packed));

#define KEYFRAME_MAGIC	   0x794b6373u /* "scKy" */
#define KEYFRAME_VERSION   1u
#define KEYFRAME_BYTES_MAX (64u << 20)

struct keyframe_head { /* then the state as one zstd frame */
	uint32_t magic;
	uint16_t version;
	uint16_t head_bytes;
	uint64_t events;     /* of the file before it */
	uint64_t content_at; /* in the plain stream, of the frame that follows */
	uint32_t raw_bytes;  /* of the state, decompressed */
	uint32_t reserved;
} __attribute__((packed));
static_assert(sizeof(struct keyframe_head) == 32, "as specified");

/* CRC-32 as gzip has it. */
uint32_t aside_crc(const void *p, size_t n);
/* Whether the last four of @n bytes are the CRC of the others. */
bool aside_crc_good(const uint8_t *p, size_t n);

#endif
