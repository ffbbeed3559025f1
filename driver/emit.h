/* SPDX-License-Identifier: GPL-2.0-only */
/* One event to everybody who wants it. */
#ifndef SCAP_EMIT_H
#define SCAP_EMIT_H

#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/thread_info.h>
#include "record.h"
#include "uapi/scap_abi.h"

/* How often probes were called on each CPU. */
DECLARE_PER_CPU(unsigned long, emit_hits);
void emit_reset_hits(void);

/*
 * Starts an event of @type, of call @nr (-1: none): the record of this CPU, where the probe says
 * what it knows, and emit_end(), which records it in the ring of this CPU of every consumer who
 * wants it. NULL if an event is being made on this CPU already: then this one is counted as lost.
 * Preemption is disabled in between. From any context but NMI.
 *
 * There is one record per CPU, and none on the stack: kernels that clear their stack would clear it
 * for every call.
 */
struct rec *emit_begin(enum scap_tracepoint tp, u16 type, int nr);
void emit_end(struct rec *r, enum scap_tracepoint tp);

int emit_init(void);
void emit_exit(void);

#endif
