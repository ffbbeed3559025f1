/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of threads: found by id; the members of a process hang on their leader, children are
 * found by the id of their parent, so that a parent that is unknown (yet) is no special case.
 */
#ifndef SINSP_THREADS_H
#define SINSP_THREADS_H

#include <bsd/sys/queue.h>

#include "fds.h"
#include "sinsp.h"

#define THREADS_MAX 262144u

LIST_HEAD(thread_list, thread);

/*
 * What an entry event said, until its exit event: the path as it was before anyone could swap it.
 */
struct entry_name {
	uint16_t type; /* of the entry event, 0: none */
	uint32_t len;
	uint32_t cap;
	char *path;
};

struct thread {
	struct sinsp_thread pub; /* first: a pointer to one is a pointer to the other */
	LIST_ENTRY(thread) by_tid;
	LIST_ENTRY(thread) by_ptid;
	LIST_ENTRY(thread) member;  /* of its leader's members */
	TAILQ_ENTRY(thread) all;    /* in the order of creation */
	struct thread_list members; /* leaders: the other threads */
	struct entry_name entry;
	uint64_t born; /* time of its entry in the table, 0: from the snapshot */
	bool by_child; /* made from the child's own event */
	bool is_member;
	uint32_t tagged; /* record.c: the round in which the index was told of it, and as what */
	const struct sinsp_container *tagged_as;
	/* sift.c: of the thread's process, and of how it stands in the recording */
	uint32_t kept_by;  /* number of the recorder that has it, 0: none */
	uint64_t kept_kin; /* sinsp.kin_changes when it was compared last */
	uint64_t fd_lead;  /* so many changes of its descriptors are not in the recording */
};

TAILQ_HEAD(thread_queue, thread);

struct threads {
	struct thread_list *tids, *ptids; /* n_buckets each, a power of two */
	size_t n_buckets, n;
	struct thread_queue all;
	struct thread *last; /* found last: the next event is its own very often */
	struct fd_budget fd_budget;
	uint64_t refused; /* not entered: the table was full */
};

bool threads_init(struct threads *ts);
void threads_clear(struct threads *ts); /* empties and frees it */

struct thread *threads_find(struct threads *ts, int64_t tid);

/*
 * A new entry with everything unknown and no leader, in place of any with the same id. NULL: the
 * table is full, or no memory.
 */
struct thread *threads_add(struct threads *ts, int64_t tid);

/*
 * With its members, if it is a leader: nothing would find their descriptors any more. Children that
 * it still has are nobody's then.
 */
void threads_remove(struct threads *ts, struct thread *t);

void threads_set_parent(struct threads *ts, struct thread *t, int64_t ptid);

/* Makes @t a thread of @leader's process (of its own, if they are the same). */
void threads_set_leader(struct thread *t, struct thread *leader);

/* Removes all threads of @leader's process but itself: it has called execve. */
void threads_remove_members(struct threads *ts, struct thread *leader);

/* A living thread of the process, or NULL. */
struct thread *threads_alive_in(struct thread *leader, const struct thread *but);

/* Gives the children of @from to @to (0: nobody); @told: by the kernel, not by what is known here.
 */
void threads_give_children(struct threads *ts, int64_t from, int64_t to, bool told);

/*
 * Removes threads that have had no event since @before: those that do not exist any more, or where
 * @exists is NULL, those that came after the beginning. Who has threads or children stays.
 */
void threads_purge(struct threads *ts, uint64_t before, bool (*exists)(int64_t tid, void *),
		   void *arg);

static inline struct thread *thread_of(const struct sinsp_thread *t)
{
	return (struct thread *)(uintptr_t)t;
}

#endif
