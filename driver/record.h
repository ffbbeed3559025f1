/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Building one event in a ring. A filler is called with a struct rec that knows the call (its
 * arguments, its result) and where the event goes; it adds one value per declared parameter, in the
 * order of the table, and returns the first error.
 *
 * Values go through rec_*(): they check the room that is left, write the value with the width of
 * the parameter's type and set its length. A filler never writes into the ring itself, never
 * sleeps, never allocates and never follows a user pointer except through rec_user_*() and
 * user_read(). Fillers run with preemption disabled.
 *
 * A filler adds every parameter of the table; what the reported schema does not have is left out
 * here. Parameters that a filler does not add are empty.
 *
 * A parameter that is made of pieces: rec_part_*() adds pieces, rec_part_end() closes it, and
 * rec_part_undo() takes the pieces back (then close it, empty, or start again).
 *
 * A call that stands for several events (sendmmsg) sets r->more: the event is committed and the
 * filler called again for the next one, with r->index one higher. A filler that then finds nothing
 * to say returns REC_SKIP.
 */
#ifndef SCAP_RECORD_H
#define SCAP_RECORD_H

#include <linux/types.h>
#include "uapi/scap_event.h"

struct consumer;
struct pt_regs;
struct rec_row;
struct task_struct;

/* Why an event did not come to be. Negative, so that fillers can return what rec_*() returned. */
enum rec_error {
	REC_FULL = -1,	/* the ring has no room: counted as a drop by category */
	REC_FAULT = -2, /* user memory was not there: counted as a page fault drop */
	REC_SKIP = -3,	/* not wanted: nothing is counted */
};

/* Most bytes of a string: the kernel itself takes no longer path. */
#define REC_STR_MAX 4096
#define REC_SCRATCH 4096

struct rec {
	u8 *base;	 /* the event's header in the ring */
	u32 size;	 /* room from base on */
	u32 pos;	 /* bytes written */
	u32 part;	 /* where the parameter that is being made of pieces starts, 0: none */
	u16 type;	 /* enum scap_event_type */
	u16 nparams;	 /* as many as the reported schema has */
	u16 next;	 /* index of the parameter to be added */
	u16 code;	 /* portable code of the call */
	const u8 *types; /* of the parameters, enum scap_param_type */
	u64 ts;
	u64 latency; /* of the call in ns, 0: unknown */
	u32 items;   /* that the consumer wants, SCAP_ITEMS_* */
	long ret;    /* result of the call; at its entry 0 */
	int nr;	     /* number of the call, -1: none */
	unsigned long args[6];
	u32 snaplen;		   /* bytes of I/O data that are kept */
	struct consumer *consumer; /* its other settings */
	u8 *scratch;		   /* REC_SCRATCH bytes of this CPU, for the filler alone */
	unsigned int index;	   /* which event of this call */
	u32 spent;		   /* work that the events of this call have cost, fill_message.c */
	bool more;		   /* set by the filler: call me again for the next one */
	u8 layout;		   /* of the caller's structures: USER_* bits, 0: native */
	/* tracepoints that are not system calls */
	struct task_struct *task; /* the task it is about (exit, switch), else current */
	const void *tp;		  /* what the tracepoint passed: linux_binprm, siginfo ... */
	unsigned long tp_args[3]; /* signal number; fault address, error code ... */
};

/* One row per event type, made from events.def. */
struct rec_row {
	int (*fill)(struct rec *r); /* NULL: the driver never makes this event */
	u16 type;		    /* what is recorded: itself, or GENERIC_X */
	u8 nparams;		    /* of the reported schema, set at load */
	u8 drop;		    /* which counter of scap_ring_info counts its loss, 0: none */
	u8 types[SCAP_MAX_PARAMS];  /* enum scap_param_type */
};
extern struct rec_row rec_rows[SCAP_EVT_MAX];

/* An integer, written with the width of the parameter's type. */
int rec_int(struct rec *r, s64 v);
/* A descriptor as the caller passed it: 32 bits, signed. */
static inline int rec_fd(struct rec *r, unsigned long arg)
{
	return rec_int(r, (s32)arg);
}
/* A parameter without value. */
int rec_empty(struct rec *r);
/* A kernel string with its NUL (NULL: empty); @len bytes at most, the NUL not counted. */
int rec_str(struct rec *r, const char *s, size_t len);
/* Kernel bytes. */
int rec_bytes(struct rec *r, const void *p, size_t len);
/* A string in user memory; empty when @p is NULL or cannot be read. */
int rec_user_str(struct rec *r, unsigned long p);
/* Bytes in user memory; empty when they cannot be read. Not cut to the snap length. */
int rec_user_bytes(struct rec *r, unsigned long p, size_t len);
/* A dynamic parameter: index into its table, then an integer of @width bytes (0: none). */
int rec_dyn(struct rec *r, u8 index, s64 v, u8 width);

/* Pieces of one parameter; what exceeds SCAP_MAX_PARAM_LEN is cut. User memory: 0 or REC_FAULT. */
int rec_part_bytes(struct rec *r, const void *p, size_t len);
int rec_part_user(struct rec *r, unsigned long p, size_t len);
int rec_part_user_str(struct rec *r, unsigned long p, size_t max);
static inline u32 rec_part_len(const struct rec *r)
{
	return r->part ? r->pos - r->part : 0;
}
void rec_part_undo(struct rec *r);
int rec_part_end(struct rec *r);

/* Copies user memory without faulting; 0 or -EFAULT. */
int user_read(void *to, unsigned long from, size_t len);
/* A user string with its NUL into @to, cut to @size; its length with the NUL, or -EFAULT. */
int user_read_str(char *to, unsigned long from, size_t size);

/* Declared and defined in one: every filler is known to the table alone. */
#define FILLER(name)                    \
	int fill_##name(struct rec *r); \
	int fill_##name(struct rec *r)

#endif
