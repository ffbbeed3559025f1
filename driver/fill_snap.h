/* SPDX-License-Identifier: GPL-2.0-only */
/* The dynamic snap length: how much of a socket's data is kept. */
#ifndef SCAP_FILL_SNAP_H
#define SCAP_FILL_SNAP_H

#include "consumer.h"
#include "record.h"
#include "ring.h"

void snap_look(struct rec *r, unsigned long data, size_t len, unsigned long addr,
	       unsigned long addr_len);

/*
 * Sets r->snaplen for the call on the descriptor in argument 0, before its data is added: @len
 * bytes of it lie at @data; @addr is the address that the call names, or 0.
 */
static inline void snap_set(struct rec *r, unsigned long data, size_t len, unsigned long addr,
			    unsigned long addr_len)
{
	const struct consumer *c = r->ring->consumer;

	r->snaplen = READ_ONCE(c->snaplen);
	if (unlikely(READ_ONCE(c->dynamic_snaplen)))
		snap_look(r, data, len, addr, addr_len);
}

#endif
