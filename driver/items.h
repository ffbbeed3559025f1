/* SPDX-License-Identifier: GPL-2.0-only */
/* Items behind the parameters of an event, for consumers that ask: latency, cgroup, namespaces. */
#ifndef SCAP_ITEMS_H
#define SCAP_ITEMS_H

#include <linux/jump_label.h>

struct consumer;
struct rec;

DECLARE_STATIC_KEY_FALSE(items_key); /* on while some consumer asks for any */

/* Adds what the consumer asks for and is known of this event. 0 or REC_FULL. */
int items_add(struct rec *r);

/* What @c wants, SCAP_ITEMS_*. Under consumers_lock. */
long items_set(struct consumer *c, unsigned long items);

#endif
