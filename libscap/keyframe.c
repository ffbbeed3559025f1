/* SPDX-License-Identifier: BSD-2-Clause */
/* Packs and unpacks keyframes. What the state consists of is its maker's business. */
#include "keyframe.h"

#include <errno.h>
#include <stdlib.h>
#include <zstd.h>

#define KEYFRAME_LEVEL 1 /* it is mostly text: higher levels gain little here */

int keyframe_pack(struct scap_build *out, const void *state, size_t len, uint64_t events,
		  uint64_t content_at)
{
	struct keyframe_head head = {
		.magic = KEYFRAME_MAGIC,
		.version = KEYFRAME_VERSION,
		.head_bytes = sizeof(head),
		.events = events,
		.content_at = content_at,
		.raw_bytes = (uint32_t)len,
	};
	size_t n;

	if (len > KEYFRAME_BYTES_MAX)
		return -EMSGSIZE;
	out->len = 0;
	scap_build_bytes(out, &head, sizeof(head));
	if (!scap_build_reserve(out, ZSTD_compressBound(len) + sizeof(uint32_t)))
		return -ENOMEM;
	n = ZSTD_compress(out->buf + out->len, out->cap - out->len, state, len, KEYFRAME_LEVEL);
	if (ZSTD_isError(n))
		return -ENOMEM;
	out->len += n;
	scap_build_u32(out, aside_crc(out->buf, out->len));
	return out->failed ? -ENOMEM : 0;
}

/* The size is the writer's word: no more is ever made of the data than that. */
int keyframe_unpack(const uint8_t *p, size_t n, struct keyframe_head *head, void **state,
		    size_t *len)
{
	const size_t sum = sizeof(uint32_t);
	size_t got;

	if (n < sizeof(*head) + sum || !aside_crc_good(p, n))
		return -EBADMSG;
	memcpy(head, p, sizeof(*head));
	if (head->magic != KEYFRAME_MAGIC || head->version != KEYFRAME_VERSION ||
	    head->head_bytes < sizeof(*head) || head->head_bytes > n - sum ||
	    head->raw_bytes > KEYFRAME_BYTES_MAX)
		return -EBADMSG;
	*state = malloc(head->raw_bytes ? head->raw_bytes : 1);
	if (!*state)
		return -ENOMEM;
	got = ZSTD_decompress(*state, head->raw_bytes, p + head->head_bytes,
			      n - sum - head->head_bytes);
	if (ZSTD_isError(got) || got != head->raw_bytes) {
		free(*state);
		*state = NULL;
		return -EBADMSG;
	}
	*len = got;
	return 0;
}
