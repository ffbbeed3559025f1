// SPDX-License-Identifier: GPL-2.0-only
/* The values of one event: written into the ring within the room that is there. */
#include "record.h"
#include <linux/kernel.h>
#include <linux/string.h>
#include "user.h"

/* Closes the parameter whose value ends at @end. */
static void finish(struct rec *r, const u8 *start, u8 *end)
{
	put_unaligned((u16)(end - start), (u16 *)r->lens);
	r->lens += sizeof(u16);
	r->at = end;
}

/* Of the parameter that comes next. */
static unsigned int width(const struct rec *r)
{
	return r->row->widths[(r->lens - r->base - sizeof(struct scap_event_hdr)) / sizeof(u16)];
}

int rec_int(struct rec *r, s64 v)
{
	u8 *p = r->at;

	if (unlikely(rec_is_whole(r)))
		return 0;
	/* what the type does not have is written over, or lies in the slack */
	put_unaligned(v, (s64 *)p);
	finish(r, p, p + width(r));
	return 0;
}

int rec_empty(struct rec *r)
{
	if (!rec_is_whole(r))
		finish(r, r->at, r->at);
	return 0;
}

int rec_bytes(struct rec *r, const void *p, size_t len)
{
	if (p == r->at && len <= SCAP_MAX_PARAM_LEN && !rec_is_whole(r)) {
		finish(r, r->at, r->at + len);
		return 0;
	}
	return rec_part_bytes(r, p, p ? len : 0) ?: rec_part_end(r);
}

int rec_str(struct rec *r, const char *s, size_t len)
{
	if (!s)
		return rec_empty(r);
	len = strnlen(s, min_t(size_t, len, REC_STR_MAX - 1));
	return rec_part_bytes(r, s, len) ?: rec_part_bytes(r, "", 1) ?: rec_part_end(r);
}

/*
 * The length is not known before, so a string that ends beyond the room is told from one that fits
 * by what was copied.
 */
int rec_user_str_at(struct rec *r, u8 *to, unsigned long p)
{
	long room = r->limit - to;
	int n;

	if (!p)
		return 0;
	if (unlikely(room < REC_STR_MAX)) {
		if (room <= 0)
			return REC_FULL;
		n = user_read_str(to, p, room);
		return n == room ? REC_FULL : max(n, 0);
	}
	n = user_read_str(to, p, REC_STR_MAX);
	return max(n, 0);
}

int rec_user_str(struct rec *r, unsigned long p)
{
	int len;

	if (rec_is_whole(r))
		return 0;
	len = rec_user_str_at(r, r->at, p);
	if (len < 0)
		return len;
	finish(r, r->at, r->at + len);
	return 0;
}

int rec_user_bytes(struct rec *r, unsigned long p, size_t len)
{
	int err = rec_part_user(r, p, len);

	if (err == REC_FAULT)
		rec_part_undo(r);
	else if (err)
		return err;
	return rec_part_end(r);
}

int rec_dyn(struct rec *r, u8 index, s64 v, u8 width)
{
	u8 *p = r->at;

	if (rec_is_whole(r))
		return 0;
	if (r->limit - p < 1 + (long)sizeof(v))
		return REC_FULL;
	*p = index;
	put_unaligned(v, (s64 *)(p + 1));
	finish(r, p, p + 1 + width);
	return 0;
}

/*
 * Room for a piece of @len bytes: cuts it to the largest parameter and opens the parameter. NULL if
 * the ring has no room. Parameters that the reported schema lacks get no room: *len becomes 0.
 */
static u8 *piece(struct rec *r, size_t *len)
{
	u8 *start = r->part ? r->part : r->at;

	if (rec_is_whole(r))
		*len = 0;
	*len = min_t(size_t, *len, SCAP_MAX_PARAM_LEN - (r->at - start));
	if (r->limit - r->at < (long)*len)
		return NULL;
	r->part = start;
	return r->at;
}

int rec_part_bytes(struct rec *r, const void *p, size_t len)
{
	u8 *to = piece(r, &len);

	if (!to)
		return REC_FULL;
	memcpy(to, p, len);
	r->at += len;
	return 0;
}

int rec_part_user(struct rec *r, unsigned long p, size_t len)
{
	u8 *to = piece(r, &len);

	if (!to)
		return REC_FULL;
	if (len && user_read(to, p, len))
		return REC_FAULT;
	r->at += len;
	return 0;
}

int rec_part_user_str(struct rec *r, unsigned long p, size_t max)
{
	u8 *start = r->part ? r->part : r->at;
	long room = r->limit - r->at;
	size_t want, len;
	int n;

	r->part = start;
	if (!p)
		return REC_FAULT;
	if (rec_is_whole(r))
		return 0;
	want = min_t(size_t, min_t(size_t, max, REC_STR_MAX), SCAP_MAX_PARAM_LEN - (r->at - start));
	if (!want)
		return 0;
	if (room <= 0)
		return REC_FULL;
	len = min_t(size_t, want, room);
	n = user_read_str(r->at, p, len);
	if (n < 0)
		return REC_FAULT;
	if (n == len && len < want)
		return REC_FULL; /* cut by the ring's end of room, not by the limit */
	r->at += n;
	return 0;
}

void rec_part_undo(struct rec *r)
{
	if (r->part)
		r->at = r->part;
	r->part = NULL;
}

int rec_part_end(struct rec *r)
{
	if (!rec_is_whole(r))
		finish(r, r->part ? r->part : r->at, r->at);
	r->part = NULL;
	return 0;
}
