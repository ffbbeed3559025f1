/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One event to everybody who wants it.
 *
 * Mostly that is one consumer who has no special wishes. Then each CPU knows its ring at once, the
 * probes have already found that the event is wanted, and nothing else is looked at: the plain way.
 * Else all consumers are asked.
 */
#ifndef SCAP_EMIT_H
#define SCAP_EMIT_H

#include <linux/percpu.h>
#include <linux/preempt.h>
#include "record.h"
#include "ring.h"
#include "table.h"
#include "uapi/scap_abi.h"

struct pt_regs;

struct emit_cpu {
	struct rec rec;	    /* first: its address is that of the whole */
	unsigned long hits; /* how often probes were called */
	struct ring *plain; /* the only one to write to; NULL: ask all consumers */
	bool busy;	    /* the record is in use */
};
DECLARE_PER_CPU(struct emit_cpu, emit_cpu);

static inline void emit_hit(void)
{
	this_cpu_inc(emit_cpu.hits);
}
void emit_reset_hits(void);

/* Nobody measures any more, and no probe is at work: what it measured last is not told again. */
void emit_forget_latency(void);

/* Consumers, their rings or their settings have changed. Under consumers_lock. */
void emit_update(void);

/*
 * Starts an event of the kind @row, of @call (NULL: none): the record of this CPU, where the probe
 * says what it knows, and emit_end(), which records it in the ring of this CPU of every consumer
 * who wants it. NULL if an event is being made on this CPU already: then this one is counted as
 * lost. Preemption is disabled in between. From any context but NMI.
 *
 * There is one record per CPU, and none on the stack: kernels that clear their stack would clear it
 * for every call.
 */
struct rec *emit_begin(enum scap_tracepoint tp, const struct rec_row *row,
		       const struct call_row *call);
void emit_end(struct rec *r, enum scap_tracepoint tp);

/*
 * The parts of emit_call(), which is entered with preemption disabled and, but for the first two,
 * with the record taken. They enable preemption and give the record back. All have their arguments
 * where the probes have theirs.
 */
void emit_to_all(void *none, const struct pt_regs *regs, long ret, const struct call_row *call,
		 const struct rec_row *row);
void emit_busy(void *none, const struct pt_regs *regs, long ret, const struct call_row *call,
	       const struct rec_row *row);
void emit_tight(struct ring *ring, const struct pt_regs *regs, long ret,
		const struct call_row *call, const struct rec_row *row);
void emit_plain(struct ring *ring, const struct pt_regs *regs, long ret,
		const struct call_row *call, const struct rec_row *row);

/*
 * All of the above in one, for the entry of a call (@ret 0) or its exit, with the arguments in
 * @regs. A full ring is found with no register saved.
 */
static __always_inline void emit_call(const struct pt_regs *regs, long ret,
				      const struct call_row *call, const struct rec_row *row)
{
	struct ring *ring;

	preempt_disable_notrace();
	ring = __this_cpu_read(emit_cpu.plain);
	if (unlikely(!ring)) {
		emit_to_all(NULL, regs, ret, call, row);
		return;
	}
	if (unlikely(__this_cpu_read(emit_cpu.busy))) {
		emit_busy(NULL, regs, ret, call, row);
		return;
	}
	__this_cpu_write(emit_cpu.busy, true);
	barrier();
	if (likely(ring->room >= REC_EVENT_MAX))
		emit_plain(ring, regs, ret, call, row);
	else
		emit_tight(ring, regs, ret, call, row);
}

int emit_init(void);
void emit_exit(void);

#endif
