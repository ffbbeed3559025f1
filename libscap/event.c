/* SPDX-License-Identifier: BSD-2-Clause */
/* One record: checking and viewing it in place, building one, and the items behind it. */
#include "table.h"

#include <errno.h>

static uint32_t load16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint32_t load32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/*
 * Offsets of the parameters. Those that the type does not know (of a newer schema) stand behind
 * ours; they are checked, not shown. False: they are longer than the @room that there is for them.
 */
static bool short_lengths(struct scap_event *ev, const uint8_t *lens, uint32_t n, uint32_t known,
			  uint32_t room)
{
	uint32_t off = 0, i;

	/* At most 65535 lengths of at most 65535: the sum cannot wrap. */
	for (i = 0; i < known; i++) {
		off += load16(lens + 2 * i);
		ev->off[i + 1] = off;
	}
	for (; i < n; i++)
		off += load16(lens + 2 * i);
	return off <= room;
}

static bool long_lengths(struct scap_event *ev, const uint8_t *lens, uint32_t n, uint32_t known,
			 uint32_t room)
{
	uint64_t off = 0;
	uint32_t i;

	for (i = 0; i < n; i++) {
		off += load32(lens + 4 * i);
		if (off > room)
			return false;
		if (i < known)
			ev->off[i + 1] = (uint32_t)off;
	}
	return true;
}

int scap_event_decode(struct scap_event *ev, const void *rec, size_t avail)
{
	const struct scap_event_hdr *hdr = rec;
	const struct scap_event_info *info;
	const uint8_t *lens = (const uint8_t *)(hdr + 1);
	uint32_t room, n, known;
	unsigned int width;

	ev->cpu = 0;
	ev->flags = 0;
	ev->items = NULL;
	ev->items_len = 0;
	if (avail < sizeof(*hdr) || hdr->len < sizeof(*hdr) || hdr->len > avail)
		return -EBADMSG;
	ev->hdr = hdr;
	ev->nparams = 0;
	ev->data = lens;
	ev->off[0] = 0;
	info = event_row(hdr->type);
	ev->info = info;
	if (!info)
		return -ENOENT;
	room = hdr->len - (uint32_t)sizeof(*hdr);
	width = info->flags & EF_LARGE_PAYLOAD ? 4 : 2;
	n = hdr->nparams;
	if (n > UINT16_MAX || n * width > room)
		return -EBADMSG;
	room -= n * width;
	known = n < info->nparams ? n : info->nparams;
	if (width == 2 ? !short_lengths(ev, lens, n, known, room)
		       : !long_lengths(ev, lens, n, known, room))
		return -EBADMSG;
	ev->data = lens + n * width;
	ev->nparams = (uint16_t)known;
	return 0;
}

int64_t scap_event_result(const struct scap_event *ev, int64_t missing)
{
	if (scap_event_is_enter(ev->hdr->type) || ev->nparams == 0)
		return missing;
	switch (ev->info->params[0].type) {
	case PT_ERRNO:
	case PT_FD:
	case PT_PID:
	case PT_INT64:
		return scap_param_s64(ev, 0, missing);
	default:
		return missing;
	}
}

const void *scap_event_item(const struct scap_event *ev, uint16_t kind, size_t *len)
{
	const uint8_t *p = ev->items;
	size_t left = ev->items_len, n;
	struct scap_item_hdr h;

	while (p && left >= sizeof(h)) {
		memcpy(&h, p, sizeof(h));
		n = h.len;
		p += sizeof(h);
		left -= sizeof(h);
		if (n > left)
			return NULL;
		if (h.kind == kind) {
			*len = n;
			return p;
		}
		p += n;
		left -= n;
	}
	return NULL;
}

int64_t scap_event_encode(void *buf, size_t size, uint16_t type, uint64_t ts, uint64_t tid,
			  const struct scap_param *params, uint32_t nparams)
{
	const struct scap_event_info *info = scap_event_info(type);
	struct scap_event_hdr hdr;
	unsigned int width;
	uint8_t *lens, *data;
	uint64_t total;
	uint32_t i;

	if (!info || nparams > info->nparams)
		return -EINVAL;
	width = info->flags & EF_LARGE_PAYLOAD ? 4 : 2;
	total = sizeof(hdr) + (uint64_t)nparams * width;
	for (i = 0; i < nparams; i++) {
		if (width == 2 && params[i].len > UINT16_MAX)
			return -EINVAL;
		total += params[i].len;
	}
	if (total > size || total > UINT32_MAX)
		return -ENOSPC;

	hdr = (struct scap_event_hdr){
		.ts = ts, .tid = tid, .len = (uint32_t)total, .type = type, .nparams = nparams
	};
	memcpy(buf, &hdr, sizeof(hdr));
	lens = (uint8_t *)buf + sizeof(hdr);
	data = lens + nparams * width;
	for (i = 0; i < nparams; i++) {
		uint16_t n16 = (uint16_t)params[i].len;

		memcpy(lens + i * width, width == 2 ? (void *)&n16 : (const void *)&params[i].len,
		       width);
		if (params[i].len)
			memcpy(data, params[i].ptr, params[i].len);
		data += params[i].len;
	}
	return (int64_t)total;
}
