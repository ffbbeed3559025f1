/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A consumer: a thread that opened devices, its rings, and what it wants to have recorded.
 *
 * Probes walk the list of consumers with preemption disabled, which is an RCU reader, and read the
 * settings without lock. Everything is changed under consumers_lock. A consumer leaves the list,
 * and its memory goes only after every probe that may have seen it is done.
 */
#ifndef SCAP_CONSUMER_H
#define SCAP_CONSUMER_H

#include <linux/bitops.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include "uapi/scap_abi.h"

struct pid;
struct ring;
struct scope;

struct consumer {
	struct list_head list;
	struct pid *owner; /* the thread that opened */
	unsigned int open; /* how many rings are open */

	/* settings, back to their defaults at every open */
	u32 snaplen;
	u32 ratio;    /* dropping mode: one part of this many is kept */
	u32 interval; /* and this long a second, in ns */
	bool dropping;
	bool dynamic_snaplen;
	bool drop_failed;
	u16 port_first, port_last; /* full capture; 0: none */
	u16 statsd_port;
	DECLARE_BITMAP(calls, SCAP_SYSCALL_TABLE_SIZE); /* by number */

	u32 items;		   /* SCAP_ITEMS_*, items.c */
	unsigned long *moved;	   /* identity: threads whose cgroup is to be told, by number */
	struct scope *scope;	   /* scope.c; NULL: all tasks are recorded */
	unsigned long *scope_tids; /* the threads in it, by number; NULL: all */
	u32 wake_bytes;		   /* wake.c; 0: poll() does not wait */
	unsigned long wake_jiffies;
	struct delayed_work wake_timer;

	atomic64_t no_ring;   /* events lost on CPUs without an open ring */
	u32 tracepoints;      /* bit n: enum scap_tracepoint */
	int new_cpu;	      /* a CPU that came after the rings were made, -1: none */
	int told_cpu;	      /* the one that the reader was told of; written on CPU 0 */
	struct ring *rings[]; /* nr_cpu_ids; NULL: CPU was offline when they were made */
};

extern struct mutex consumers_lock;
extern struct list_head consumers;

/*
 * Opens the ring of @cpu for the current thread; its first open makes the consumer. The caller
 * closes it with consumer_close(). -ENODEV: CPU offline, -EBUSY: open already or too many
 * consumers.
 */
int consumer_open(int cpu, struct consumer **consumer);
void consumer_close(struct consumer *c, int cpu);

/* Whether a call or a tracepoint is wanted. Negative: no such call, or attaching failed. */
int consumer_want_call(struct consumer *c, unsigned long nr, bool on);
int consumer_want_tracepoint(struct consumer *c, unsigned long tp, bool on);

/* Module parameters. */
extern unsigned long ring_bytes;
extern unsigned int max_consumers;

#endif
