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
#include <linux/sched.h>
#include <linux/timekeeping.h>
#include <linux/types.h>
#include "record.h"
#include "table.h"

#define LATENCY_WAYS 4
#define LATENCY_BUCKETS \
	32768u /* the kernel's own pid_max; where it is raised, threads may share one */

struct latency_slot {
	u32 tid;  /* owner, 0: free */
	u32 call; /* which call is measured: latency_call(), 0: none */
	u64 start;
};

struct latency_bucket {
	struct latency_slot way[LATENCY_WAYS];
};

extern struct latency_bucket *latency_table; /* NULL: nobody asks */
extern u32 latency_epoch;
DECLARE_STATIC_KEY_FALSE(latency_key); /* on while somebody asks */

/* A call whose exit nobody wanted for a while cannot be told from the same one before that. */
static inline u32 latency_call(unsigned int nr)
{
	return READ_ONCE(latency_epoch) + nr;
}

static inline struct latency_slot *latency_slot(struct latency_bucket *table, u32 tid)
{
	struct latency_slot *s = table[tid & (LATENCY_BUCKETS - 1)].way;

	if (likely(READ_ONCE(s[0].tid) == tid))
		return &s[0];
	if (READ_ONCE(s[1].tid) == tid)
		return &s[1];
	if (READ_ONCE(s[2].tid) == tid)
		return &s[2];
	if (READ_ONCE(s[3].tid) == tid)
		return &s[3];
	return NULL;
}

struct latency_slot *latency_take_slot(struct latency_bucket *table, u32 tid);

static inline bool latency_is_asked(void)
{
	return static_branch_unlikely(&latency_key);
}

/* The current thread enters call @nr. */
static inline void latency_start(unsigned int nr)
{
	struct latency_bucket *table = READ_ONCE(latency_table);
	struct latency_slot *s;

	if (!table)
		return;
	s = latency_slot(table, current->pid);
	if (unlikely(!s)) {
		s = latency_take_slot(table, current->pid);
		if (!s)
			return;
	}
	s->start = ktime_get_mono_fast_ns();
	WRITE_ONCE(s->call, latency_call(nr));
}

/* Ends what the slot measures, @now: ns. */
static inline u64 latency_take(struct latency_slot *s, u64 now)
{
	u64 ns = now - s->start;

	WRITE_ONCE(s->call, 0);
	return ns + !ns;
}

/* Thread @tid, the current one, leaves call @nr: how long it took in ns, 0 unknown. */
static inline u64 latency_end_at(unsigned int nr, u32 tid, u64 now)
{
	struct latency_bucket *table = READ_ONCE(latency_table);
	struct latency_slot *s;

	if (!table)
		return 0;
	s = latency_slot(table, tid);
	return s && READ_ONCE(s->call) == latency_call(nr) ? latency_take(s, now) : 0;
}

static inline u64 latency_end(unsigned int nr, u32 tid)
{
	return latency_is_asked() ? latency_end_at(nr, tid, ktime_get_mono_fast_ns()) : 0;
}

/*
 * Sets the time of an event of a call, and at its end how long it took: one look at the clock does
 * for both.
 */
void latency_take_time(struct rec *r, bool ends);

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
