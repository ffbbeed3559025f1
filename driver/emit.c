// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the probe to the rings: who wants the event, its header and parameters, its commit or the
 * count of its loss. Runs with preemption disabled and never twice at a time on one CPU.
 */
#include "emit.h"
#include <linux/gfp.h>
#include <linux/rculist.h>
#include <linux/timekeeping.h>
#include "compat.h"
#include "consumer.h"
#include "items.h"
#include "ring.h"
#include "sampling.h"
#include "table.h"

/* Most events of one call, sendmmsg: the kernel's UIO_MAXIOV. */
#define EVENTS_MAX 1024

DEFINE_PER_CPU(unsigned long, emit_hits);

static DEFINE_PER_CPU(bool, busy);
static DEFINE_PER_CPU(struct rec, recs);

void emit_reset_hits(void)
{
	int cpu;

	for_each_possible_cpu (cpu)
		per_cpu(emit_hits, cpu) = 0;
}

/* Whether a call of several events has more of them, where no filler could say so. */
static bool has_more(const struct rec *r)
{
	if (r->type != SCAP_EVT_SOCKET_SENDMMSG_X && r->type != SCAP_EVT_SOCKET_RECVMMSG_X)
		return false;
	return r->index + 1 < min_t(long, r->ret, EVENTS_MAX);
}

/* Makes the event at the ring's head. 0: committed. */
static int build(struct rec *r, struct ring *ring)
{
	const struct rec_row *row = &rec_rows[r->type];
	struct scap_event_hdr *hdr = (struct scap_event_hdr *)(ring->data + ring->head);
	int err;

	r->base = (u8 *)hdr;
	r->size = ring_room(ring);
	r->nparams = row->nparams;
	r->pos = sizeof(*hdr) + 2 * r->nparams;
	if (unlikely(r->size < r->pos)) {
		r->more = has_more(r);
		return REC_FULL;
	}
	r->types = row->types;
	r->next = 0;
	r->part = 0;
	err = row->fill(r);
	if (unlikely(err))
		return err;
	while (unlikely(r->next < r->nparams))
		rec_empty(r);
	if (unlikely(r->items)) {
		err = items_add(r);
		if (err)
			return err;
	}
	hdr->ts = r->ts;
	hdr->tid = current->pid;
	hdr->len = r->pos;
	hdr->type = r->type;
	hdr->nparams = r->nparams;
	ring_commit(ring, r->pos, r->size);
	return 0;
}

static void count_loss(const struct rec *r, struct ring *ring, int err)
{
	struct scap_ring_info *info = ring->info;
	u8 counter = rec_rows[r->type].drop;

	if (err == REC_FAULT) {
		ring->lost.fault++;
		info->n_drops_pf++;
		return;
	}
	if (r->size == ring->size - 1)
		ring->lost.too_large++;
	else
		ring->lost.full++;
	info->n_drops_buffer++;
	if (counter)
		((u64 *)info)[counter]++;
}

/* Makes one event and counts it. */
static int record(struct rec *r, struct ring *ring)
{
	int err = build(r, ring);

	if (err == REC_SKIP)
		return err;
	ring->info->n_evts++;
	if (r->type == SCAP_EVT_SCHEDSWITCH_6_E)
		ring->info->n_context_switches++;
	if (unlikely(err))
		count_loss(r, ring, err);
	return err;
}

/* An event of the driver's own, before the one that r describes. */
static int record_own(const struct rec *r, struct ring *ring, u16 type, unsigned long arg)
{
	struct rec own = { .type = type, .nr = -1, .ts = r->ts, .tp_args = { arg } };

	return record(&own, ring);
}

/*
 * Dropping mode: whether this event is left out. The reader is told when a part that is left out
 * begins and ends; when the ring has no room for that, the next event tries again.
 */
static bool is_sampled_out(const struct consumer *c, const struct rec *r, struct ring *ring)
{
	enum sampling s = sampling_of(c, r);
	bool closed = s == SAMPLING_CLOSED;

	if (s == SAMPLING_KEEP || s == SAMPLING_DROP)
		return s == SAMPLING_DROP;
	if (closed != ring->sampled_out &&
	    !record_own(r, ring, closed ? SCAP_EVT_DROP_E : SCAP_EVT_DROP_X, READ_ONCE(c->ratio)))
		ring->sampled_out = closed;
	return closed;
}

/*
 * A CPU that came after the rings were made has none, and its events are lost. The reader learns it
 * once, on CPU 0, and has to start anew to see them.
 */
static void tell_new_cpu(struct consumer *c, const struct rec *r, struct ring *ring)
{
	int cpu = READ_ONCE(c->new_cpu);

	if (!record_own(r, ring, SCAP_EVT_CPU_HOTPLUG_E, cpu))
		c->told_cpu = cpu;
}

static void emit_to(struct consumer *c, int cpu, struct rec *r)
{
	struct ring *ring = c->rings[cpu];

	if (unlikely(!ring)) {
		WRITE_ONCE(c->new_cpu, cpu);
		atomic64_inc(&c->no_ring);
		return;
	}
	if (unlikely(!smp_load_acquire(&ring->open))) {
		atomic64_inc(&c->no_ring);
		return;
	}
	if (r->ret < 0 && READ_ONCE(c->drop_failed)) {
		ring->lost.drop_failed++;
		return;
	}
	r->consumer = c;
	if (unlikely(cpu == 0 && READ_ONCE(c->new_cpu) != c->told_cpu))
		tell_new_cpu(c, r, ring);
	if (unlikely(READ_ONCE(c->dropping)) && is_sampled_out(c, r, ring)) {
		ring->lost.sampled_out++;
		return;
	}
	r->items = READ_ONCE(c->items);
	r->snaplen = READ_ONCE(c->snaplen);
	r->index = 0;
	r->spent = 0;
	do {
		r->more = false;
		record(r, ring);
	} while (unlikely(r->more) && ++r->index < EVENTS_MAX);
}

static bool wants(const struct consumer *c, enum scap_tracepoint tp, int nr)
{
	if (!(READ_ONCE(c->tracepoints) & BIT(tp)))
		return false;
	return nr < 0 || test_bit(nr, c->calls);
}

/* Whether @c records what happens to @task. */
static bool in_scope(const struct consumer *c, const struct task_struct *task)
{
	const unsigned long *tids = READ_ONCE(c->scope_tids);

	return likely(!tids) || test_bit(task->pid, tids);
}

/* A switch is of two tasks. */
static bool is_in_scope(const struct consumer *c, const struct rec *r)
{
	return in_scope(c, r->task) || (r->type == SCAP_EVT_SCHEDSWITCH_6_E && in_scope(c, r->tp));
}

/* Only faults come while an event is made, which dropping mode leaves out. */
static void count_busy_of(struct consumer *c, struct ring *ring)
{
	if (!ring || !READ_ONCE(ring->open)) {
		atomic64_inc(&c->no_ring);
	} else if (READ_ONCE(c->dropping)) {
		ring->lost.sampled_out++;
	} else {
		ring->lost.busy++;
		ring->info->n_preemptions++;
	}
}

/* An event that came while another one was made on this CPU: a fault, mostly, of its making. */
static void count_busy(enum scap_tracepoint tp, int nr)
{
	int cpu = smp_processor_id();
	struct consumer *c;

	list_for_each_entry_rcu (c, &consumers, list, rcu_read_lock_sched_held())
		if (wants(c, tp, nr) && in_scope(c, current))
			count_busy_of(c, c->rings[cpu]);
}

struct rec *emit_begin(enum scap_tracepoint tp, u16 type, int nr)
{
	struct rec *r;

	preempt_disable_notrace();
	if (unlikely(__this_cpu_read(busy))) {
		count_busy(tp, nr);
		preempt_enable_notrace();
		return NULL;
	}
	__this_cpu_write(busy, true);
	barrier();
	r = this_cpu_ptr(&recs);
	r->type = type;
	r->nr = nr;
	r->ret = 0;
	r->latency = 0;
	r->task = current;
	r->tp = NULL;
	return r;
}

void emit_end(struct rec *r, enum scap_tracepoint tp)
{
	int cpu = smp_processor_id();
	struct consumer *c;

	r->ts = ktime_get_real_fast_ns();
	list_for_each_entry_rcu (c, &consumers, list, rcu_read_lock_sched_held())
		if (wants(c, tp, r->nr) && is_in_scope(c, r))
			emit_to(c, cpu, r);
	barrier();
	__this_cpu_write(busy, false);
	preempt_enable_notrace();
}

void emit_exit(void)
{
	int cpu;

	for_each_possible_cpu (cpu)
		free_page((unsigned long)per_cpu(recs, cpu).scratch);
}

int emit_init(void)
{
	int cpu;

	BUILD_BUG_ON(REC_SCRATCH > PAGE_SIZE);
	for_each_possible_cpu (cpu) {
		u8 *page = (u8 *)__get_free_page(GFP_KERNEL);

		if (!page) {
			emit_exit();
			return -ENOMEM;
		}
		per_cpu(recs, cpu).scratch = page;
	}
	return 0;
}
