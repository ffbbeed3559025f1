// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the probe to the rings: who wants the event, its header and parameters, its commit or the
 * count of its loss. Runs with preemption disabled and never twice at a time on one CPU.
 */
#include "emit.h"
#include <linux/gfp.h>
#include <linux/rculist.h>
#include <linux/timekeeping.h>
#include "consumer.h"
#include "items.h"
#include "latency.h"
#include "sampling.h"

/* Most events of one call, sendmmsg: the kernel's UIO_MAXIOV. */
#define EVENTS_MAX 1024

DEFINE_PER_CPU(struct emit_cpu, emit_cpu);

void emit_reset_hits(void)
{
	int cpu;

	for_each_possible_cpu (cpu)
		per_cpu(emit_cpu.hits, cpu) = 0;
}

void emit_forget_latency(void)
{
	int cpu;

	for_each_possible_cpu (cpu)
		per_cpu(emit_cpu.rec.latency, cpu) = 0;
}

/* Starts the event at the ring's head, where there is room for it. */
static __always_inline void begin(struct rec *r, struct ring *ring, const struct rec_row *row)
{
	u8 *base = ring->data + ring->head;
	struct scap_event_hdr *hdr = (struct scap_event_hdr *)base;

	r->ring = ring;
	r->row = row;
	r->base = base;
	r->lens = base + sizeof(*hdr);
	r->at = base + row->head;
	r->limit = base + ring->room - row->fixed;
	/* six bytes; the other two are the first length's, which comes later */
	put_unaligned(row->type_nparams, (u64 *)&hdr->type);
}

/* Ends and commits the event that a filler has filled. */
static __always_inline int finish(struct rec *r, struct ring *ring, const struct rec_row *row)
{
	u8 *base = r->base;
	struct scap_event_hdr *hdr = (struct scap_event_hdr *)base;
	u32 len;

	while (unlikely(r->lens != base + row->head))
		rec_empty(r);
	if (static_branch_unlikely(&items_key)) {
		int err = items_add(r, ring->items);

		if (err)
			return err;
	}
	len = r->at - base;
	hdr->ts = r->ts;
	hdr->tid = current->pid;
	hdr->len = len;
	ring_commit(ring, len);
	return 0;
}

static noinline void count_loss(struct rec *r, struct ring *ring, int err)
{
	struct scap_ring_info *info = ring->info;

	r->part = NULL;
	if (err == REC_FAULT) {
		ring->lost.fault++;
		info->n_drops_pf++;
		return;
	}
	if (ring->room == ring->mask)
		ring->lost.too_large++;
	else
		ring->lost.full++;
	info->n_drops_buffer++;
	ring_count(info, r->row->drop);
}

/* Commits and counts what a filler has left; whether the call has another event. */
static noinline bool conclude(struct rec *r, struct ring *ring, const struct rec_row *row, int err)
{
	if (err >= 0)
		err = finish(r, ring, row) ?: err;
	ring->info->n_evts++;
	if (err < 0)
		count_loss(r, ring, err);
	/* a filler that found no room could not say so */
	return err == REC_MORE || (err && row->is_many && r->index + 1 < r->ret);
}

/* Makes one event and counts it; whether its call has another one. */
static bool record(struct rec *r, struct ring *ring, const struct rec_row *row)
{
	int err = REC_FULL;

	if (likely(ring_room(ring) >= row->need)) {
		begin(r, ring, row);
		err = row->fill(r);
	} else {
		r->row = row;
	}
	if (row->type == SCAP_EVT_SCHEDSWITCH_6_E)
		ring->info->n_context_switches++;
	return conclude(r, ring, row, err);
}

/* The other events of a call that has made one. */
static noinline void record_rest(struct rec *r, struct ring *ring, const struct rec_row *row)
{
	while (++r->index < EVENTS_MAX && record(r, ring, row))
		;
	r->index = 0;
}

/* All events of what r tells. */
static void record_all(struct rec *r, struct ring *ring, const struct rec_row *row)
{
	r->spent = 0;
	if (unlikely(record(r, ring, row)))
		record_rest(r, ring, row);
}

/* An event of the driver's own, before the one that r describes; whether there was room for it. */
static bool record_own(struct rec *r, struct ring *ring, u16 type, unsigned long arg)
{
	struct rec own = { .ts = r->ts, .tp_args = { arg } };
	u32 head = ring->head;

	record(&own, ring, &rec_rows[type]);
	return ring->head != head;
}

/*
 * Dropping mode: whether this event is left out. The reader is told when a part that is left out
 * begins and ends; when the ring has no room for that, the next event tries again.
 */
static bool is_sampled_out(const struct consumer *c, struct rec *r, struct ring *ring)
{
	enum sampling s = sampling_of(c, r);
	bool closed = s == SAMPLING_CLOSED;

	if (s == SAMPLING_KEEP || s == SAMPLING_DROP)
		return s == SAMPLING_DROP;
	if (closed != ring->sampled_out &&
	    record_own(r, ring, closed ? SCAP_EVT_DROP_E : SCAP_EVT_DROP_X, READ_ONCE(c->ratio)))
		ring->sampled_out = closed;
	return closed;
}

/*
 * A CPU that came after the rings were made has none, and its events are lost. The reader learns it
 * of the first such CPU, once, on CPU 0, and has to start anew to see them.
 */
static void tell_new_cpu(struct consumer *c, struct rec *r, struct ring *ring)
{
	int cpu = READ_ONCE(c->new_cpu);

	if (record_own(r, ring, SCAP_EVT_CPU_HOTPLUG_E, cpu))
		c->told_cpu = cpu;
}

/* CPU 0 has to look at more than its ring from now on. */
static void note_new_cpu(struct consumer *c, int cpu)
{
	if (READ_ONCE(c->new_cpu) >= 0)
		return;
	WRITE_ONCE(c->new_cpu, cpu);
	smp_mb(); /* pairs with emit_update() */
	WRITE_ONCE(per_cpu(emit_cpu.plain, 0), NULL);
}

static void emit_to(struct consumer *c, int cpu, struct rec *r)
{
	struct ring *ring = c->rings[cpu];

	if (unlikely(!ring)) {
		note_new_cpu(c, cpu);
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
	if (unlikely(cpu == 0 && READ_ONCE(c->new_cpu) != c->told_cpu))
		tell_new_cpu(c, r, ring);
	if (unlikely(READ_ONCE(c->dropping)) && is_sampled_out(c, r, ring)) {
		ring->lost.sampled_out++;
		return;
	}
	record_all(r, ring, r->row);
}

static bool wants(const struct consumer *c, enum scap_tracepoint tp, const struct call_row *call)
{
	if (!(READ_ONCE(c->tracepoints) & BIT(tp)))
		return false;
	return !call || test_bit(call->nr, c->calls);
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
	return in_scope(c, r->task) ||
	       (r->row->type == SCAP_EVT_SCHEDSWITCH_6_E && in_scope(c, r->tp));
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
static noinline void count_busy(enum scap_tracepoint tp, const struct call_row *call)
{
	int cpu = smp_processor_id();
	struct consumer *c;

	list_for_each_entry_rcu (c, &consumers, list, rcu_read_lock_sched_held())
		if (wants(c, tp, call) && in_scope(c, current))
			count_busy_of(c, c->rings[cpu]);
}

/* The record of this CPU, or NULL. Preemption is disabled. */
static struct rec *take_rec(enum scap_tracepoint tp, const struct rec_row *row,
			    const struct call_row *call)
{
	struct rec *r;

	if (unlikely(__this_cpu_read(emit_cpu.busy))) {
		count_busy(tp, call);
		return NULL;
	}
	__this_cpu_write(emit_cpu.busy, true);
	barrier();
	r = this_cpu_ptr(&emit_cpu.rec);
	r->row = row;
	r->call = call;
	r->ret = 0;
	r->latency = 0; /* emit_plain() leaves its own */
	r->task = current;
	return r;
}

static void give_rec(struct rec *r)
{
	r->tp = NULL;
	r->layout = 0;
	barrier();
	__this_cpu_write(emit_cpu.busy, false);
}

struct rec *emit_begin(enum scap_tracepoint tp, const struct rec_row *row,
		       const struct call_row *call)
{
	struct rec *r;

	preempt_disable_notrace();
	r = take_rec(tp, row, call);
	if (!r)
		preempt_enable_notrace();
	return r;
}

static void ask_all(struct rec *r, enum scap_tracepoint tp)
{
	int cpu = smp_processor_id();
	struct consumer *c;

	list_for_each_entry_rcu (c, &consumers, list, rcu_read_lock_sched_held())
		if (wants(c, tp, r->call) && is_in_scope(c, r))
			emit_to(c, cpu, r);
}

void emit_end(struct rec *r, enum scap_tracepoint tp)
{
	struct ring *ring = __this_cpu_read(emit_cpu.plain);

	r->ts = ktime_get_real_fast_ns();
	if (likely(ring))
		record_all(r, ring, r->row);
	else
		ask_all(r, tp);
	give_rec(r);
	preempt_enable_notrace();
}

/* Entries have even numbers. */
static enum scap_tracepoint tracepoint_of(const struct rec_row *row)
{
	return row->type & 1 ? SCAP_TP_SYS_EXIT : SCAP_TP_SYS_ENTER;
}

/* What time it is, and how long the call took, if it ends now. */
static __always_inline void take_time(struct rec *r, const struct call_row *call,
				      const struct rec_row *row)
{
	if (latency_is_asked())
		r->latency = row->type & 1 ? latency_end(call->nr) : 0;
	r->ts = ktime_get_real_fast_ns();
}

/*
 * The event is lost. A call that was begun has ended all the same: else its start would be taken
 * for that of a later one that has none, as a call has that a filter denies before its entry.
 */
static __always_inline void end_latency(const struct call_row *call, const struct rec_row *row)
{
	if (latency_is_asked() && row->type & 1)
		latency_end_slowly(call->nr);
}

void emit_to_all(void *none, const struct pt_regs *regs, long ret, const struct call_row *call,
		 const struct rec_row *row)
{
	struct rec *r = take_rec(tracepoint_of(row), row, call);

	if (r) {
		r->regs = regs;
		r->ret = ret;
		take_time(r, call, row);
		ask_all(r, tracepoint_of(row));
		give_rec(r);
	} else {
		end_latency(call, row);
	}
	preempt_enable_notrace();
}

void emit_busy(void *none, const struct pt_regs *regs, long ret, const struct call_row *call,
	       const struct rec_row *row)
{
	count_busy(tracepoint_of(row), call);
	end_latency(call, row);
	preempt_enable_notrace();
}

/* Several events, for each of which there may be room or not. */
static noinline void emit_many(struct ring *ring, const struct pt_regs *regs, long ret,
			       const struct call_row *call, const struct rec_row *row)
{
	struct rec *r = this_cpu_ptr(&emit_cpu.rec);

	r->call = call;
	r->regs = regs;
	r->ret = ret;
	take_time(r, call, row);
	record_all(r, ring, row);
	give_rec(r);
	preempt_enable_notrace();
}

/* The fewest instructions for a loss: while a ring is full, every call comes here. */
void emit_tight(struct ring *ring, const struct pt_regs *regs, long ret,
		const struct call_row *call, const struct rec_row *row)
{
	struct scap_ring_info *info = ring->info;

	ring_look(ring);
	if (ring->room >= row->need) {
		emit_plain(ring, regs, ret, call, row);
		return;
	}
	if (unlikely(row->is_many)) {
		emit_many(ring, regs, ret, call, row);
		return;
	}
	ring->lost.full++;
	info->n_evts++;
	info->n_drops_buffer++;
	ring_count(info, row->drop);
	end_latency(call, row);
	barrier();
	__this_cpu_write(emit_cpu.busy, false);
	preempt_enable_notrace();
}

/* The event is lost, or there are more of them. */
static noinline void end_odd(struct rec *r, struct ring *ring, const struct rec_row *row, int err)
{
	if (conclude(r, ring, row, err))
		record_rest(r, ring, row);
}

void emit_plain(struct ring *ring, const struct pt_regs *regs, long ret,
		const struct call_row *call, const struct rec_row *row)
{
	struct rec *r = this_cpu_ptr(&emit_cpu.rec);
	int err;

	OPTIMIZER_HIDE_VAR(r); /* one register, not two */
	r->call = call;
	r->regs = regs;
	r->ret = ret;
	r->spent = 0;
	take_time(r, call, row);
	begin(r, ring, row);
	err = row->fill(r);
	if (likely(!err))
		err = finish(r, ring, row);
	if (likely(!err))
		ring->info->n_evts++;
	else
		end_odd(r, ring, row, err);
	barrier();
	__this_cpu_write(emit_cpu.busy, false);
	preempt_enable_notrace();
}

/* Latency attaches the tracepoints of calls without their events being wanted. */
static bool is_traced_for_latency(const struct consumer *c)
{
	const u32 both = BIT(SCAP_TP_SYS_ENTER) | BIT(SCAP_TP_SYS_EXIT);

	return c->items & SCAP_ITEMS_LATENCY && (c->tracepoints & both) != both;
}

/* Who has no wishes that the plain way does not look at. */
static bool is_plain(const struct consumer *c)
{
	return !READ_ONCE(c->dropping) && !READ_ONCE(c->drop_failed) && !is_traced_for_latency(c);
}

void emit_update(void)
{
	struct consumer *only = NULL;
	int cpu;

	if (list_is_singular(&consumers)) {
		only = list_first_entry(&consumers, struct consumer, list);
		if (!is_plain(only))
			only = NULL;
	}
	for_each_possible_cpu (cpu) {
		struct ring *ring = only ? only->rings[cpu] : NULL;

		/* what the ring was set to is seen by the probe that finds it */
		smp_store_release(&per_cpu(emit_cpu.plain, cpu), ring && ring->open ? ring : NULL);
	}
	smp_mb(); /* pairs with note_new_cpu() */
	if (only && READ_ONCE(only->new_cpu) != READ_ONCE(only->told_cpu))
		WRITE_ONCE(per_cpu(emit_cpu.plain, 0), NULL);
}

void emit_exit(void)
{
	int cpu;

	for_each_possible_cpu (cpu)
		free_page((unsigned long)per_cpu(emit_cpu.rec.scratch, cpu));
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
		per_cpu(emit_cpu.rec.scratch, cpu) = page;
	}
	return 0;
}
