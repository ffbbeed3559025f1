/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tags in the index of a frame (scap_writer_tag()): in which containers its events are. A tag has
 * the texts that filters ask for, as they are when the event is read, each with a NUL; none for the
 * host. Laid out in scapula-format(5).
 */
#ifndef SINSP_FRAME_TAGS_H
#define SINSP_FRAME_TAGS_H

#include "sinsp.h"

enum frame_tag_kind {
	FRAME_TAG_CONTAINER = 1,     /* texts, see frame_tags.c */
	FRAME_TAG_ANY_CONTAINER = 2, /* one of which the texts are too long: may be any */
};

#define FRAME_TAG_MAX 4096u

/* Writes the tag of @c (NULL: host) to @out, FRAME_TAG_MAX bytes. Returns its length, 0: too long.
 */
size_t frame_tag_container(uint8_t *out, const struct sinsp_container *c);

/*
 * The text of a tag for the member at offset @at of struct sinsp_container, "" where it has none.
 * NULL: tags do not have it. *@host: the tag stands for the host.
 */
const char *frame_tag_text(const struct scap_frame_tag *tag, size_t at, bool *host);
bool frame_tag_has(size_t at);

#endif
