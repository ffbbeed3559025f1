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

/* What a probe sets of an event, but for the type, before it adds what it knows. */
static inline void rec_init(struct rec *r, u16 type)
{
	r->type = type;
	r->code = 0;
	r->ret = 0;
	r->nr = -1;
	r->task = current;
	r->tp = NULL;
}

/* Records the event in the ring of this CPU of every consumer who wants it. From any context. */
void emit(struct rec *r, enum scap_tracepoint tp);

int emit_init(void);
void emit_exit(void);

#endif
