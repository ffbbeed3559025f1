/* SPDX-License-Identifier: BSD-2-Clause */
/* Keyframes as they stand in a file: a head, the state compressed, a checksum. */
#ifndef SCAP_KEYFRAME_H
#define SCAP_KEYFRAME_H

#include "aside.h"
#include "block_build.h"

/*
 * Lays out in @out (emptied first) the keyframe of a state of @len bytes that holds after @events
 * events, before the frame that begins at @content_at of the plain stream. Returns 0, -EMSGSIZE or
 * -ENOMEM.
 */
int keyframe_pack(struct scap_build *out, const void *state, size_t len, uint64_t events,
		  uint64_t content_at);

/*
 * The state in the keyframe of @n bytes at @p, whose sums and lengths are checked here, into a new
 * allocation. Returns 0, -EBADMSG or -ENOMEM.
 */
int keyframe_unpack(const uint8_t *p, size_t n, struct keyframe_head *head, void **state,
		    size_t *len);

#endif
