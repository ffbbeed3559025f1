// SPDX-License-Identifier: GPL-2.0-only
/*
 * poll(): waking readers by the fill of a ring and by time.
 *
 * A probe that commits reads wake_room after it has published the head, with no barrier in between,
 * since a full one would cost every event; poll() sets wake_room, then reads the head. Both may
 * miss each other once. So there is always a timer: while somebody sleeps it looks at the rings
 * every timeout_ms, and nothing stays unseen for longer than two of these.
 */
#include "wake.h"
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>
#include "consumer.h"
#include "ring.h"

#define TIMEOUT_MAX_MS 60000

static void wake_sleepers(struct irq_work *work)
{
	struct wake *w = container_of(work, struct wake, work);

	wake_up_interruptible_poll(&w->wait, EPOLLIN | EPOLLRDNORM);
}

void wake_init(struct wake *w)
{
	init_waitqueue_head(&w->wait);
	init_irq_work(&w->work, wake_sleepers);
}

void wake_end(struct wake *w)
{
	irq_work_sync(&w->work);
}

void wake_queue(struct ring *ring)
{
	WRITE_ONCE(ring->wake_room, 0);
	irq_work_queue(&ring->wake.work);
}

/* Bytes that wait for the reader; the reader can write anything into tail. */
static u32 fill_of(const struct ring *ring, u32 *tail)
{
	*tail = READ_ONCE(ring->info->tail);
	if (*tail >= ring->size)
		return ring->size;
	return (READ_ONCE(ring->head) - *tail) & (ring->size - 1);
}

static bool is_readable(struct ring *ring, u32 bytes)
{
	u32 tail, fill = fill_of(ring, &tail);

	if (fill >= min(bytes, ring->size - 1))
		return true;
	if (!READ_ONCE(ring->wake.due))
		return false;
	if (fill && tail == READ_ONCE(ring->wake.due_tail))
		return true;
	WRITE_ONCE(ring->wake.due, false);
	return false;
}

__poll_t wake_poll(struct consumer *c, struct ring *ring, struct file *file, poll_table *table)
{
	u32 bytes = READ_ONCE(c->wake_bytes);

	/* first: epoll asks for the queue once, and that may be before the first SET_WAKE */
	poll_wait(file, &ring->wake.wait, table);
	if (!bytes)
		return DEFAULT_POLLMASK;
	if (is_readable(ring, bytes))
		return EPOLLIN | EPOLLRDNORM;
	WRITE_ONCE(ring->wake_room, ring->size - min(bytes, ring->size - 1));
	smp_mb(); /* before the head is read again */
	if (is_readable(ring, bytes))
		return EPOLLIN | EPOLLRDNORM;
	schedule_delayed_work(&c->wake_timer, c->wake_jiffies);
	return 0;
}

/* What is there when the time is over wakes; with sleepers left, the next look is due later. */
static void look(struct work_struct *work)
{
	struct consumer *c = container_of(to_delayed_work(work), struct consumer, wake_timer);
	bool sleepers = false;
	unsigned int cpu;
	u32 tail;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		struct ring *ring = c->rings[cpu];

		if (!ring || !wq_has_sleeper(&ring->wake.wait))
			continue;
		sleepers = true;
		if (!fill_of(ring, &tail))
			continue;
		WRITE_ONCE(ring->wake.due_tail, tail);
		smp_store_release(&ring->wake.due, true);
		wake_up_interruptible_poll(&ring->wake.wait, EPOLLIN | EPOLLRDNORM);
	}
	if (sleepers && READ_ONCE(c->wake_bytes))
		schedule_delayed_work(&c->wake_timer, READ_ONCE(c->wake_jiffies));
}

void wake_timer_init(struct consumer *c)
{
	INIT_DELAYED_WORK(&c->wake_timer, look);
}

/* Nobody polls any more: no device of the consumer is open. */
void wake_timer_end(struct consumer *c)
{
	WRITE_ONCE(c->wake_bytes, 0);
	cancel_delayed_work_sync(&c->wake_timer);
}

long wake_set(struct consumer *c, const struct scap_wake __user *arg)
{
	struct scap_wake wake;

	if (copy_from_user(&wake, arg, sizeof(wake)))
		return -EINVAL;
	if (wake.bytes && (!wake.timeout_ms || wake.timeout_ms > TIMEOUT_MAX_MS))
		return -EINVAL;
	WRITE_ONCE(c->wake_jiffies, max(msecs_to_jiffies(wake.timeout_ms), 1ul));
	WRITE_ONCE(c->wake_bytes, wake.bytes);
	/* who sleeps already is woken by the new time, not by the old one */
	cancel_delayed_work(&c->wake_timer);
	if (wake.bytes)
		schedule_delayed_work(&c->wake_timer, c->wake_jiffies);
	return 0;
}
