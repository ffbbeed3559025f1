/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * poll(): a reader sleeps until its ring holds so many bytes, or until what it holds has waited so
 * long. Probes never wake anybody: they may hold any lock. They compare the room that is left with
 * ring->wake_room, which is 0 while nobody sleeps, and leave the waking to an irq_work.
 */
#ifndef SCAP_WAKE_H
#define SCAP_WAKE_H

#include <linux/irq_work.h>
#include <linux/poll.h>
#include <linux/types.h>
#include <linux/wait.h>

struct consumer;
struct file;
struct ring;
struct scap_wake;

/* Part of a ring. */
struct wake {
	wait_queue_head_t wait;
	struct irq_work work;
	bool due;     /* what is there has waited long enough */
	u32 due_tail; /* as long as the reader has taken nothing since */
};

void wake_init(struct wake *w);
/* Waits for a wake that is under way; no probe may queue another one. */
void wake_end(struct wake *w);

/* Somebody sleeps and the ring is full enough. From a probe. */
void wake_queue(struct ring *ring);

/* Part of a consumer: its settings and its timer. */
void wake_timer_init(struct consumer *c);
void wake_timer_end(struct consumer *c);
long wake_set(struct consumer *c, const struct scap_wake __user *arg);
__poll_t wake_poll(struct consumer *c, struct ring *ring, struct file *file, poll_table *table);

#endif
