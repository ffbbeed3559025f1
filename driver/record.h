/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Building one event in a ring. A filler is called with a struct rec that knows the call (its
 * arguments, its result) and where the event goes; it adds one value per declared parameter, in the
 * order of the table, and returns the first error.
 *
 * Before a filler is called there is room for all values of fixed width that the event has, so
 * adding one of them never fails; values of varying length are checked against what is left beyond
 * that. A filler never sleeps, never allocates and never follows a user pointer except through
 * rec_user_*() and user_read*(). Fillers run with preemption disabled.
 *
 * rec_*() gives a value the width of the parameter's type. A filler adds every parameter of the
 * table; what the reported schema does not have is left out here. Parameters that a filler does not
 * add are empty. Fillers of what programs do all the time use a cursor instead (cursor.h).
 *
 * A parameter that is made of pieces: rec_part_*() adds pieces, rec_part_end() closes it, and
 * rec_part_undo() takes the pieces back (then close it, empty, or start again).
 *
 * The filler of a call that stands for several events (sendmmsg) returns REC_MORE: the event is
 * committed and the filler called again for the next one, with r->index one higher.
 */
#ifndef SCAP_RECORD_H
#define SCAP_RECORD_H

#include <linux/ptrace.h>
#include <linux/socket.h>
#include <linux/types.h>
#include "compat.h"
#include "uapi/scap_event.h"

struct call_row;
struct rec;
struct ring;
struct task_struct;

/* Why an event did not come to be, or that it is not the last. Negative, so that fillers can return
 * what rec_*() returned. */
enum rec_error {
	REC_FULL = -1,	/* the ring has no room: counted as a drop by category */
	REC_FAULT = -2, /* user memory was not there: counted as a page fault drop */
	REC_MORE = 1,	/* all is well, and the call has one more event to tell */
};

/* Most bytes of a string: the kernel itself takes no longer path. */
#define REC_STR_MAX 4096
#define REC_SCRATCH 4096

/* More than any event takes: a few parameters of SCAP_MAX_PARAM_LEN and some strings. */
#define REC_EVENT_MAX (1u << 18)

/* Values are stored eight bytes at a time, whatever their width: the last one may reach over. */
#define REC_SLACK 8

/* One row per event type, made from events.def and cut to the reported schema. */
struct rec_row {
	int (*fill)(struct rec *r); /* NULL: the driver never makes this event */
	u64 type_nparams;	    /* as they stand in the header, from the type on */
	u32 need;		    /* bytes of room without which the event is not begun */
	u16 head;		    /* bytes of header and lengths */
	u16 fixed;		    /* bytes of all values of fixed width, and REC_SLACK */
	u16 type;		    /* what is recorded: itself, or GENERIC_X */
	bool is_many;		    /* one call may make several of these */
	u8 drop;		    /* which word of scap_ring_info counts its loss */
	u8 types[SCAP_MAX_PARAMS];  /* enum scap_param_type */
	u8 widths[SCAP_MAX_PARAMS]; /* 0: varying */
};
extern struct rec_row rec_rows[SCAP_EVT_MAX];

struct rec {
	/* where the event is written */
	u8 *base;		   /* its header in the ring */
	u8 *lens;		   /* the length of the next parameter */
	u8 *at;			   /* its value */
	u8 *limit;		   /* where values of varying length end */
	u8 *part;		   /* start of the parameter that is made of pieces, NULL: none */
	const struct rec_row *row; /* what kind of event it is */
	/* what it tells */
	const struct call_row *call; /* NULL: no call */
	const struct pt_regs *regs;  /* with the call's arguments: arg() */
	long ret;		     /* result of the call; at its entry 0 */
	u64 ts;
	const struct ring *ring; /* where it is written, and so for whom */
	u32 snaplen;		 /* bytes of I/O data that are kept, see snap_set() */
	u32 spent;		 /* work that this call has cost, see CALL_BUDGET */
	u8 layout;		 /* of the caller's structures: USER_* bits, 0: native */
	/* index, latency, layout, part and tp are 0 but where they are needed; the others may be
	 * old */
	unsigned int index;	  /* which event of this call */
	u64 latency;		  /* of the call in ns, 0: unknown */
	struct task_struct *task; /* the task it is about (exit, switch) */
	const void *tp;		  /* what the tracepoint passed: linux_binprm, siginfo ... */
	unsigned long tp_args[3]; /* signal number; fault address, error code ... */
	/* memory of this CPU, for the filler alone */
	u8 *scratch;			 /* REC_SCRATCH bytes */
	struct sockaddr_storage address; /* fill_address.c */
	struct pt_regs own_regs;	 /* for regs, if the caller's do not hold the arguments */
};

/* Argument @n of the call; arg_int(): as the kernel takes a descriptor or an int. */
static __always_inline unsigned long arg(const struct rec *r, unsigned int n)
{
	return compat_arg(r->regs, n);
}

static __always_inline s64 arg_int(const struct rec *r, unsigned int n)
{
	return (s32)arg(r, n);
}

/* Whether the schema has no parameter behind those that are there. */
static inline bool rec_is_whole(const struct rec *r)
{
	return r->lens == r->base + r->row->head;
}

/* An integer, written with the width of the parameter's type. */
int rec_int(struct rec *r, s64 v);
/* A parameter without value. */
int rec_empty(struct rec *r);
/* A kernel string with its NUL (NULL: empty); @len bytes at most, the NUL not counted. */
int rec_str(struct rec *r, const char *s, size_t len);
/* Kernel bytes. */
int rec_bytes(struct rec *r, const void *p, size_t len);
/*
 * REC_SCRATCH bytes to make the next values in: where they go, if there is room, and rec_bytes()
 * has nothing to copy.
 */
static inline u8 *rec_place(const struct rec *r)
{
	return likely(r->limit - r->at >= REC_SCRATCH) ? r->at : r->scratch;
}
/* A string in user memory; empty when @p is NULL or cannot be read. */
int rec_user_str(struct rec *r, unsigned long p);
/* The same without closing the parameter, at @to: its length with the NUL, or REC_FULL. */
int rec_user_str_at(struct rec *r, u8 *to, unsigned long p);
/* Bytes in user memory; empty when they cannot be read. Not cut to the snap length. */
int rec_user_bytes(struct rec *r, unsigned long p, size_t len);
/* A dynamic parameter: index into its table, then an integer of @width bytes (0: none). */
int rec_dyn(struct rec *r, u8 index, s64 v, u8 width);

/* Pieces of one parameter; what exceeds SCAP_MAX_PARAM_LEN is cut. User memory: 0 or REC_FAULT. */
int rec_part_bytes(struct rec *r, const void *p, size_t len);
int rec_part_user(struct rec *r, unsigned long p, size_t len);
int rec_part_user_str(struct rec *r, unsigned long p, size_t max);
void rec_part_undo(struct rec *r);
int rec_part_end(struct rec *r);

/* Declared and defined in one: every filler is known to the table alone. */
#define FILLER(name)                    \
	int fill_##name(struct rec *r); \
	int fill_##name(struct rec *r)

#endif
