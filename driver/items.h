/* SPDX-License-Identifier: GPL-2.0-only */
/* Items behind the parameters of an event, for consumers that ask: latency, cgroup, namespaces. */
#ifndef SCAP_ITEMS_H
#define SCAP_ITEMS_H

#include <linux/jump_label.h>
#include <linux/string.h>
#include "consumer.h"
#include "ring.h"

DECLARE_STATIC_KEY_FALSE(items_key); /* on while some consumer asks for any */

static __always_inline int item_add(struct rec *r, u16 kind, const void *value, u16 len)
{
	struct scap_item_hdr hdr = { .kind = kind, .len = len };

	if (unlikely(r->limit - r->at < (long)sizeof(hdr) + len))
		return REC_FULL;
	memcpy(r->at, &hdr, sizeof(hdr));
	memcpy(r->at + sizeof(hdr), value, len);
	r->at += sizeof(hdr) + len;
	return 0;
}

/* Cgroup and namespaces, where they may be new to the reader. 0 or REC_FULL. */
int items_add_identity(struct rec *r);

/* Adds what the consumer asks for, @items, and is known of this event. 0 or REC_FULL. */
static __always_inline int items_add(struct rec *r, u32 items)
{
	if (items & SCAP_ITEMS_LATENCY && r->latency &&
	    item_add(r, SCAP_ITEM_LATENCY, &r->latency, sizeof(r->latency)))
		return REC_FULL;
	return items & SCAP_ITEMS_IDENTITY ? items_add_identity(r) : 0;
}

/* What @c wants, SCAP_ITEMS_*. Under consumers_lock. */
long items_set(struct consumer *c, unsigned long items);

#endif
