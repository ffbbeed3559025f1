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
#include "ring.h"
#include "sampling.h"
#include "table.h"

/* Most events of one call, sendmmsg: the kernel's UIO_MAXIOV. */
#define EVENTS_MAX 1024

DEFINE_PER_CPU(unsigned long, emit_hits);

static DEFINE_PER_CPU(bool, busy);
static DEFINE_PER_CPU(u8 *, scratch);

void emit_reset_hits(void)
{
	int cpu;

	for_each_possible_cpu (cpu)
		per_cpu(emit_hits, cpu) = 0;
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
	if (unlikely(r->size < r->pos))
		return REC_FULL;
	r->types = row->types;
	r->next = 0;
	r->part = 0;
	err = row->fill(r);
	if (unlikely(err))
		return err;
	while (unlikely(r->next < r->nparams))
		rec_empty(r);
	hdr->ts = r->ts;
	hdr->tid = current->pid;
	hdr->len = r->pos;
	hdr->type = r->type;
	hdr->nparams = r->nparams;
	ring_commit(ring, r->pos);
	return 0;
}

static void count_loss(struct scap_ring_info *info, u16 type, int err)
{
	u8 counter = rec_rows[type].drop;

	if (err == REC_FAULT) {
		info->n_drops_pf++;
		return;
	}
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
	if (unlikely(err))
		count_loss(ring->info, r->type, err);
	return err;
}

/* An event of the driver's own, before the one that r describes. */
static int record_own(const struct rec *r, struct ring *ring, u16 type, unsigned long arg)
{
	struct rec own;

	rec_init(&own, type);
	own.consumer = r->consumer;
	own.ts = r->ts;
	own.tp_args[0] = arg;
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

static void emit_to(struct consumer *c, int cpu, struct rec *r)
{
	struct ring *ring = c->rings[cpu];

	if (unlikely(!ring)) {
		WRITE_ONCE(c->new_cpu, cpu);
		return;
	}
	if (!smp_load_acquire(&ring->open))
		return;
	if (r->ret < 0 && READ_ONCE(c->drop_failed))
		return;
	r->consumer = c;
	if (unlikely(cpu == 0 && READ_ONCE(c->new_cpu) >= 0)) {
		record_own(r, ring, SCAP_EVT_CPU_HOTPLUG_E, c->new_cpu);
		return;
	}
	if (unlikely(READ_ONCE(c->dropping)) && is_sampled_out(c, r, ring))
		return;
	r->snaplen = READ_ONCE(c->snaplen);
	r->index = 0;
	do {
		r->more = false;
		record(r, ring);
	} while (unlikely(r->more) && ++r->index < EVENTS_MAX);
}

static bool wants(const struct consumer *c, const struct rec *r, enum scap_tracepoint tp)
{
	if (!(READ_ONCE(c->tracepoints) & BIT(tp)))
		return false;
	return r->nr < 0 || test_bit(r->nr, c->calls);
}

/* An event that came while another one was made on this CPU: a fault, mostly, of its making. */
static void count_busy(const struct rec *r, enum scap_tracepoint tp, int cpu)
{
	struct consumer *c;

	list_for_each_entry_rcu (c, &consumers, list, rcu_read_lock_sched_held())
		if (c->rings[cpu] && wants(c, r, tp))
			c->rings[cpu]->info->n_preemptions++;
}

void emit(struct rec *r, enum scap_tracepoint tp)
{
	struct consumer *c;
	int cpu;

	preempt_disable_notrace();
	cpu = smp_processor_id();
	if (unlikely(__this_cpu_read(busy))) {
		count_busy(r, tp, cpu);
		goto out;
	}
	__this_cpu_write(busy, true);
	barrier();
	r->scratch = __this_cpu_read(scratch);
	r->ts = ktime_get_real_fast_ns();
	list_for_each_entry_rcu (c, &consumers, list, rcu_read_lock_sched_held())
		if (wants(c, r, tp))
			emit_to(c, cpu, r);
	barrier();
	__this_cpu_write(busy, false);
out:
	preempt_enable_notrace();
}

void emit_exit(void)
{
	int cpu;

	for_each_possible_cpu (cpu)
		free_page((unsigned long)per_cpu(scratch, cpu));
}

int emit_init(void)
{
	int cpu;

	BUILD_BUG_ON(REC_SCRATCH > PAGE_SIZE);
	for_each_possible_cpu (cpu) {
		per_cpu(scratch, cpu) = (u8 *)__get_free_page(GFP_KERNEL);
		if (!per_cpu(scratch, cpu)) {
			emit_exit();
			return -ENOMEM;
		}
	}
	return 0;
}
