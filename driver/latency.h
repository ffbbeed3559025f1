/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long calls take, for consumers that ask: the start of a call is kept from its entry to its
 * exit in a table that belongs to no CPU, so that it survives migration and other tasks' calls.
 *
 * A thread owns one slot from its first measured call until it ends: only the thread itself, in its
 * probes, writes a slot that has its number, so that no atomic operation is needed but to take a
 * free one. A slot's bucket is chosen by the low bits of the thread's number. Where more threads
 * than there are slots in a bucket share these bits, the later ones are not measured.
 */
#ifndef SCAP_LATENCY_H
#define SCAP_LATENCY_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/jump_label.h>
#include <linux/math64.h>
#include <linux/sched.h>
#include <linux/timex.h>
#include <linux/types.h>

#define LATENCY_WAYS 4
#define LATENCY_BUCKETS \
	32768u /* the kernel's own pid_max; where it is raised, threads may share one */

struct latency_slot {
	u32 tid;   /* owner, 0: free */
	u32 call;  /* which call is measured: latency_call(), 0: none */
	u64 start; /* ticks, or ns */
};

struct latency_bucket {
	struct latency_slot way[LATENCY_WAYS];
};

extern struct latency_bucket *latency_table; /* NULL: nobody asks */
extern struct latency_bucket *latency_quick; /* the same; NULL too where the CPU has no counter */
extern u32 latency_epoch;
DECLARE_STATIC_KEY_FALSE(latency_key); /* on while somebody asks */

/* Ticks of the CPU's counter in ns, or 0: then ns are counted at once. */
extern u32 latency_mult;
#define LATENCY_SHIFT 30

/* A call whose exit nobody wanted for a while cannot be told from the same one before that. */
static inline u32 latency_call(unsigned int nr)
{
	return READ_ONCE(latency_epoch) + nr;
}

static inline struct latency_slot *latency_first_slot(struct latency_bucket *table, u32 tid)
{
	return table[tid & (LATENCY_BUCKETS - 1)].way;
}

static inline bool latency_is_asked(void)
{
	return static_branch_unlikely(&latency_key);
}

/*
 * The current thread enters call @nr. Nearly always the thread has the first slot of its bucket and
 * the CPU has a counter; if not, false: then it is latency_start_slowly() that does it.
 */
static __always_inline bool latency_start_quickly(unsigned int nr)
{
	struct latency_bucket *table = READ_ONCE(latency_quick);
	u32 tid = current->pid;
	struct latency_slot *s;

	if (unlikely(!table))
		return false;
	s = latency_first_slot(table, tid);
	if (unlikely(READ_ONCE(s->tid) != tid))
		return false;
	s->start = get_cycles();
	WRITE_ONCE(s->call, latency_call(nr));
	return true;
}
void latency_start_slowly(unsigned int nr);

static inline void latency_start(unsigned int nr)
{
	if (latency_is_asked() && !latency_start_quickly(nr))
		latency_start_slowly(nr);
}

/*
 * The current thread leaves call @nr: how long it took in ns, 0 unknown. What takes more than 32
 * bits of ticks, some seconds, is worked out slowly.
 */
u64 latency_end_slowly(unsigned int nr);
static __always_inline u64 latency_end(unsigned int nr)
{
	struct latency_bucket *table = READ_ONCE(latency_quick);
	u32 tid = current->pid;
	struct latency_slot *s;
	u64 ticks;

	if (unlikely(!table))
		return latency_end_slowly(nr);
	s = latency_first_slot(table, tid);
	if (unlikely(READ_ONCE(s->tid) != tid))
		return latency_end_slowly(nr);
	if (unlikely(READ_ONCE(s->call) != latency_call(nr)))
		return 0;
	ticks = get_cycles() - s->start;
	if (unlikely(ticks > U32_MAX))
		return latency_end_slowly(nr);
	WRITE_ONCE(s->call, 0);
	return (ticks * latency_mult >> LATENCY_SHIFT) + 1;
}

/* The same when it has started a program, whichever call did; it had number @tid before. */
u64 latency_end_exec(u32 tid);

/* The call that thread @tid is in is not measured. From any CPU. */
void latency_forget(u32 tid);
/* Calls that are under way are not measured: which ones are wanted has changed. */
void latency_forget_all(void);

/*
 * The first consumer who asks brings the table, the last one takes it away. get makes it,
 * latency_publish() lets the probes use it when those at entry and exit are attached, and put waits
 * for them. Under consumers_lock.
 */
int latency_get(void);
void latency_publish(void);
void latency_put(void);

#endif
