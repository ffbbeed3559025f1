/* SPDX-License-Identifier: BSD-2-Clause */
/* The texts of a container in the tag of a frame: a row each, in their order. */
#include "frame_tags.h"

static const size_t texts[] = {
	offsetof(struct sinsp_container, id),
	offsetof(struct sinsp_container, full_id),
	offsetof(struct sinsp_container, name),
	offsetof(struct sinsp_container, image),
	offsetof(struct sinsp_container, image_repo),
	offsetof(struct sinsp_container, pod_name),
	offsetof(struct sinsp_container, pod_namespace),
	offsetof(struct sinsp_container, pod_uid),
};
#define N_TEXTS (sizeof(texts) / sizeof(texts[0]))

static size_t row_of(size_t at)
{
	size_t i = 0;

	while (i < N_TEXTS && texts[i] != at)
		i++;
	return i;
}

size_t frame_tag_container(uint8_t *out, const struct sinsp_container *c)
{
	size_t i, len, n = 0;

	if (!c) {
		out[0] = 0; /* an id is never empty */
		return 1;
	}
	for (i = 0; i < N_TEXTS; i++) {
		const char *s;

		memcpy(&s, (const char *)c + texts[i], sizeof(s));
		len = strlen(s) + 1;
		if (len > FRAME_TAG_MAX - n)
			return 0;
		memcpy(out + n, s, len);
		n += len;
	}
	return n;
}

bool frame_tag_has(size_t at)
{
	return row_of(at) < N_TEXTS;
}

const char *frame_tag_text(const struct scap_frame_tag *tag, size_t at, bool *host)
{
	const char *p = (const char *)tag->ptr, *end = p + tag->len;
	size_t row = row_of(at), i;

	*host = tag->len == 1 && *p == '\0';
	if (row == N_TEXTS)
		return NULL;
	for (i = 0; p < end; i++) {
		size_t len = strnlen(p, (size_t)(end - p));

		if (len == (size_t)(end - p))
			break; /* no NUL: damaged */
		if (i == row)
			return p;
		p += len + 1;
	}
	return *host ? "" : NULL;
}
