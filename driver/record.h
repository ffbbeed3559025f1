/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Building one event in a ring. A filler is called with a struct rec that knows the call (its
 * arguments, its result) and where the event goes; it adds one value per declared parameter, in the
 * order of the table, and returns the first error.
 *
 * Values go through rec_*(): they check the room that is left, write the value with the width of
 * the parameter's type and set its length. A filler never writes into the ring itself, never
 * sleeps, never allocates and never follows a user pointer except through rec_user_*().
 */
#ifndef SCAP_RECORD_H
#define SCAP_RECORD_H

#include <linux/types.h>
#include "uapi/scap_event.h"

struct consumer;
struct pt_regs;
struct task_struct;

/* Why an event did not come to be. Negative, so that fillers can return what rec_*() returned. */
enum rec_error {
	REC_FULL = -1,	/* the ring has no room: counted as a drop by category */
	REC_FAULT = -2, /* user memory was not there: counted as a page fault drop */
	REC_SKIP = -3,	/* not wanted: nothing is counted */
};

struct rec {
	u8 *base;		/* the event's header in the ring */
	u32 size;		/* room from base on */
	u32 pos;		/* bytes written */
	u16 type;		/* enum scap_event_type */
	u16 nparams;		/* as many as the reported schema has */
	u16 next;		/* index of the parameter to be added */
	u64 ts;
	long ret;		/* result of the call */
	int nr;			/* number of the call, -1: none */
	u16 code;		/* its portable code */
	unsigned long args[6];
	struct consumer *consumer; /* its settings: snap length ... */
	u8 *scratch;		/* one page of this CPU, for the filler alone */
	/* tracepoints that are not system calls */
	struct task_struct *task; /* the task it is about (exit, fork), else current */
	const void *tp;		/* what the tracepoint passed: linux_binprm, siginfo ... */
	int sig;
};

/* One row per event type, made from events.def. */
struct rec_row {
	int (*fill)(struct rec *r);
	u8 nparams;	      /* of the reported schema, set at load */
	u8 nparams_table;     /* of the table */
	u8 types[SCAP_MAX_PARAMS]; /* enum scap_param_type */
};
extern struct rec_row rec_rows[SCAP_EVT_MAX];

/* An integer, written with the width of the parameter's type. */
int rec_int(struct rec *r, s64 v);
/* A parameter without value. */
int rec_empty(struct rec *r);
/* A kernel string with its NUL (NULL: empty); @len bytes at most. */
int rec_str(struct rec *r, const char *s, size_t len);
/* Kernel bytes. */
int rec_bytes(struct rec *r, const void *p, size_t len);
/* A string in user memory; empty when @p is NULL or cannot be read. */
int rec_user_str(struct rec *r, unsigned long p);
/* Bytes in user memory; empty when they cannot be read. */
int rec_user_bytes(struct rec *r, unsigned long p, size_t len);
/* A dynamic parameter: index into its table, then an integer of @width bytes (0: none). */
int rec_dyn(struct rec *r, u8 index, s64 v, u8 width);

/* Copies user memory without faulting; 0 or -EFAULT. */
int user_read(void *to, unsigned long from, size_t len);

#define FILLER(name) int fill_##name(struct rec *r)

#endif
