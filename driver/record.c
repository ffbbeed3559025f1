// SPDX-License-Identifier: GPL-2.0-only
/* The values of one event: written into the ring within the room that is there. */
#include "record.h"
#include "compat.h"
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/uaccess.h>

/* Bytes of the types that have a fixed width. */
static const u8 widths[PT_MAX] = { SCAP_TYPE_WIDTHS };

static void put_width(u8 *p, s64 v, u8 width)
{
	switch (width) {
	case 8:
		put_unaligned((u64)v, (u64 *)p);
		break;
	case 4:
		put_unaligned((u32)v, (u32 *)p);
		break;
	case 2:
		put_unaligned((u16)v, (u16 *)p);
		break;
	case 1:
		*p = v;
		break;
	}
}

/* Closes the parameter that lies from @start to @end. */
static void finish(struct rec *r, u32 start, u32 end)
{
	put_unaligned((u16)(end - start),
		      (u16 *)(r->base + sizeof(struct scap_event_hdr) + 2 * r->next));
	r->pos = end;
	r->next++;
	r->part = 0;
}

int rec_int(struct rec *r, s64 v)
{
	u8 *p = r->base + r->pos;
	u8 width;

	if (r->next >= r->nparams)
		return 0;
	width = widths[r->types[r->next]];
	if (r->size - r->pos < width)
		return REC_FULL;
	put_width(p, v, width);
	finish(r, r->pos, r->pos + width);
	return 0;
}

int rec_empty(struct rec *r)
{
	if (r->next < r->nparams)
		finish(r, r->pos, r->pos);
	return 0;
}

int rec_bytes(struct rec *r, const void *p, size_t len)
{
	return rec_part_bytes(r, p, p ? len : 0) ?: rec_part_end(r);
}

int rec_str(struct rec *r, const char *s, size_t len)
{
	if (!s)
		return rec_empty(r);
	len = strnlen(s, min_t(size_t, len, REC_STR_MAX - 1));
	return rec_part_bytes(r, s, len) ?: rec_part_bytes(r, "", 1) ?: rec_part_end(r);
}

int rec_user_str(struct rec *r, unsigned long p)
{
	int err = rec_part_user_str(r, p, REC_STR_MAX);

	if (err == REC_FAULT)
		rec_part_undo(r);
	else if (err)
		return err;
	return rec_part_end(r);
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
	u8 *p = r->base + r->pos;

	if (r->next >= r->nparams)
		return 0;
	if (r->size - r->pos < 1u + width)
		return REC_FULL;
	p[0] = index;
	put_width(p + 1, v, width);
	finish(r, r->pos, r->pos + 1 + width);
	return 0;
}

/*
 * Room for a piece of @len bytes: cuts it to the largest parameter and opens the parameter. NULL if
 * the ring has no room. Parameters that the reported schema lacks get no room: *len becomes 0.
 */
static u8 *piece(struct rec *r, size_t *len)
{
	u32 start = r->part ? r->part : r->pos;

	if (r->next >= r->nparams)
		*len = 0;
	*len = min_t(size_t, *len, SCAP_MAX_PARAM_LEN - (r->pos - start));
	if (r->size - r->pos < *len)
		return NULL;
	r->part = start;
	return r->base + r->pos;
}

int rec_part_bytes(struct rec *r, const void *p, size_t len)
{
	u8 *to = piece(r, &len);

	if (!to)
		return REC_FULL;
	memcpy(to, p, len);
	r->pos += len;
	return 0;
}

int rec_part_user(struct rec *r, unsigned long p, size_t len)
{
	u8 *to = piece(r, &len);

	if (!to)
		return REC_FULL;
	if (len && user_read(to, p, len))
		return REC_FAULT;
	r->pos += len;
	return 0;
}

/*
 * The length is not known before, so a string that ends beyond the room is told from one that fits
 * by what was copied.
 */
int rec_part_user_str(struct rec *r, unsigned long p, size_t max)
{
	size_t len = 0, want;
	u8 *to = piece(r, &len);
	int n;

	if (!p)
		return REC_FAULT;
	if (r->next >= r->nparams)
		return 0;
	want = min_t(size_t, min_t(size_t, max, REC_STR_MAX),
		     SCAP_MAX_PARAM_LEN - (r->pos - r->part));
	len = min_t(size_t, want, r->size - r->pos);
	if (!want)
		return 0;
	if (!len)
		return REC_FULL;
	n = user_read_str((char *)to, p, len);
	if (n < 0)
		return REC_FAULT;
	if (n == len && len < want)
		return REC_FULL; /* cut by the ring's end of room, not by the limit */
	r->pos += n;
	return 0;
}

void rec_part_undo(struct rec *r)
{
	if (r->part)
		r->pos = r->part;
	r->part = 0;
}

int rec_part_end(struct rec *r)
{
	if (r->next < r->nparams)
		finish(r, r->part ? r->part : r->pos, r->pos);
	r->part = 0;
	return 0;
}

int user_read(void *to, unsigned long from, size_t len)
{
	return copy_from_user_nofault(to, (const void __user *)from, len);
}

/* No kernel exports strncpy_from_user_nofault(): this is what it does. */
int user_read_str(char *to, unsigned long from, size_t size)
{
	long n;

	if (!size)
		return 0;
	pagefault_disable();
	n = strncpy_from_user(to, (const char __user *)from, size);
	pagefault_enable();
	if (n < 0)
		return -EFAULT;
	if (n >= size)
		n = size - 1;
	to[n] = 0;
	return n + 1;
}
