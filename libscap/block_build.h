/* SPDX-License-Identifier: BSD-2-Clause */
/* Building a block in memory: fields appended one by one, lengths filled in at the end. */
#ifndef SCAP_BLOCK_BUILD_H
#define SCAP_BLOCK_BUILD_H

#include "block.h"

struct scap_build {
	uint8_t *buf;
	size_t len, cap;
	size_t start; /* of the present block */
	bool failed;  /* no memory; checked once at the end */
};

void scap_build_begin(struct scap_build *b, uint32_t type);
/* Pads the block and fills in both its lengths. */
void scap_build_end(struct scap_build *b);
/* Room for @n more bytes; false: no memory. */
bool scap_build_reserve(struct scap_build *b, size_t n);
void scap_build_free(struct scap_build *b);

void scap_build_bytes(struct scap_build *b, const void *p, size_t n);
void scap_build_u8(struct scap_build *b, uint8_t v);
void scap_build_u16(struct scap_build *b, uint16_t v);
void scap_build_u32(struct scap_build *b, uint32_t v);
void scap_build_u64(struct scap_build *b, uint64_t v);
/* A string with its 16-bit length, without NUL, cut to @max bytes. */
void scap_build_str(struct scap_build *b, const char *s, size_t max);
/* A list of strings, cut to @max bytes; one that is cut ends with a NUL all the same. */
void scap_build_list(struct scap_build *b, struct scap_bytes s, size_t max);

/* An entry that begins with its length: begin gives its place, end fills it in. */
size_t scap_build_entry(struct scap_build *b);
void scap_build_entry_end(struct scap_build *b, size_t entry, bool inclusive);

#endif
