// SPDX-License-Identifier: GPL-2.0-only
/* Consumers: made by the first open of a thread, gone with the last close. */
#include "consumer.h"
#include <linux/bitmap.h>
#include <linux/cpu.h>
#include <linux/pid.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/tracepoint.h>
#include "emit.h"
#include "items.h"
#include "probes.h"
#include "ring.h"
#include "scope.h"

DEFINE_MUTEX(consumers_lock);
LIST_HEAD(consumers);

static void reset_settings(struct consumer *c)
{
	WRITE_ONCE(c->snaplen, SCAP_SNAPLEN_DEFAULT);
	WRITE_ONCE(c->dropping, false);
	WRITE_ONCE(c->ratio, 1);
	WRITE_ONCE(c->interval, NSEC_PER_SEC);
	WRITE_ONCE(c->dynamic_snaplen, false);
	WRITE_ONCE(c->drop_failed, false);
	WRITE_ONCE(c->port_first, 0);
	WRITE_ONCE(c->port_last, 0);
	WRITE_ONCE(c->statsd_port, 8125);
	bitmap_zero(c->calls, SCAP_SYSCALL_TABLE_SIZE);
	items_set(c, 0);
	scope_clear(c);
	WRITE_ONCE(c->wake_bytes, 0);
	atomic64_set(&c->no_ring, 0);
}

static void consumer_free(struct consumer *c)
{
	int cpu;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		ring_free(c->rings[cpu]);
	put_pid(c->owner);
	kfree(c);
}

static struct consumer *consumer_alloc(void)
{
	struct consumer *c = kzalloc(struct_size(c, rings, nr_cpu_ids), GFP_KERNEL);
	unsigned long size = READ_ONCE(ring_bytes);
	int cpu;

	if (!c)
		return NULL;
	c->owner = get_pid(task_pid(current));
	c->new_cpu = -1;
	c->told_cpu = -1;
	wake_timer_init(c);
	cpus_read_lock();
	for_each_online_cpu (cpu) {
		c->rings[cpu] = ring_alloc(c, cpu, size);
		if (!c->rings[cpu])
			break;
	}
	cpus_read_unlock();
	if (cpu < nr_cpu_ids) {
		consumer_free(c);
		return NULL;
	}
	return c;
}

static struct consumer *find_mine(unsigned int *count)
{
	struct consumer *c, *mine = NULL;

	*count = 0;
	list_for_each_entry (c, &consumers, list) {
		(*count)++;
		if (c->owner == task_pid(current))
			mine = c;
	}
	return mine;
}

/* The consumer that the current thread is, made if it is none yet. */
static int get_mine(struct consumer **consumer)
{
	unsigned int count;
	struct consumer *c = find_mine(&count);

	if (!c) {
		if (count >= max_consumers)
			return -EBUSY;
		c = consumer_alloc();
		if (!c)
			return -ENOMEM;
		list_add_tail_rcu(&c->list, &consumers);
		emit_update();
		scope_update(); /* a newcomer records everything */
	}
	*consumer = c;
	return 0;
}

static int open_ring(struct consumer *c, struct ring *ring)
{
	if (!ring)
		return -ENODEV; /* the CPU came after the rings were made */
	if (ring->open)
		return -EBUSY;
	if (ring->used)
		tracepoint_synchronize_unregister(); /* a probe may still write its last event */
	ring_reset(ring);
	reset_settings(c);
	probes_update();
	c->open++;
	ring->used = true;
	smp_store_release(&ring->open, true); /* after the reset; pairs with emit_to() */
	emit_update();
	return 0;
}

/* Takes a consumer without open rings away. */
static void put_locked(struct consumer *c)
{
	if (c->open)
		return;
	wake_timer_end(c);
	items_set(c, 0);
	list_del_rcu(&c->list);
	scope_clear(c);
	scope_update();
	probes_update();
	tracepoint_synchronize_unregister();
	/* only now: probes that know its wishes do not find the ring of another who is left alone
	 */
	emit_update();
	consumer_free(c);
}

int consumer_open(int cpu, struct consumer **consumer)
{
	int err;

	if (!cpu_online(cpu))
		return -ENODEV;
	mutex_lock(&consumers_lock);
	err = get_mine(consumer);
	if (!err) {
		err = open_ring(*consumer, (*consumer)->rings[cpu]);
		put_locked(*consumer);
	}
	mutex_unlock(&consumers_lock);
	return err;
}

void consumer_close(struct consumer *c, int cpu)
{
	mutex_lock(&consumers_lock);
	WRITE_ONCE(c->rings[cpu]->open, false);
	c->open--;
	emit_update();
	put_locked(c);
	mutex_unlock(&consumers_lock);
}

int consumer_want_call(struct consumer *c, unsigned long nr, bool on)
{
	if (nr >= SCAP_SYSCALL_TABLE_SIZE)
		return -EINVAL;
	if (on)
		set_bit(nr, c->calls);
	else
		clear_bit(nr, c->calls);
	return probes_update();
}

int consumer_want_tracepoint(struct consumer *c, unsigned long tp, bool on)
{
	int err;

	if (tp >= SCAP_TP_MAX)
		return -EINVAL;
	if (!on) {
		WRITE_ONCE(c->tracepoints, c->tracepoints & ~BIT(tp));
		return probes_update();
	}
	WRITE_ONCE(c->tracepoints, c->tracepoints | BIT(tp));
	err = probes_update();
	if (err) {
		WRITE_ONCE(c->tracepoints, c->tracepoints & ~BIT(tp));
		probes_update();
	}
	return err;
}
