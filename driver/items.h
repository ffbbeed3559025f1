/* SPDX-License-Identifier: GPL-2.0-only */
/* Items behind the parameters of an event, for consumers that ask: latency, cgroup, namespaces. */
#ifndef SCAP_ITEMS_H
#define SCAP_ITEMS_H

struct consumer;
struct rec;

/* Adds what r->items asks for and is known of this event. 0 or REC_FULL. */
int items_add(struct rec *r);

/* What @c wants, SCAP_ITEMS_*. Under consumers_lock. */
long items_set(struct consumer *c, unsigned long items);

#endif
