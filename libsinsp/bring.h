/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a recording with a filter must be told so that its reader knows what the one who records
 * knows: the state of both is compared, and the difference told. The live state is that behind the
 * present event, the other one that before it; what the event does may be told before it does it
 * (get_before() takes back what must not be done twice).
 */
#ifndef SINSP_BRING_H
#define SINSP_BRING_H

#include "sift.h"

#define NO_LEAD UINT64_MAX /* thread.fd_lead: to be compared in any case */

static inline struct thread *leader_of(const struct thread *t)
{
	return t->pub.leader ? thread_of(t->pub.leader) : (struct thread *)(uintptr_t)t;
}

static inline bool is_inside(const struct sift *f, const struct thread *t)
{
	return leader_of(t)->kept_by == f->number;
}

/* Losses that the recording does not know of: those before its beginning. */
static inline uint32_t bring_lost(const struct sift *f)
{
	return f->live->before.losses - f->kept->losses;
}

/* A process that comes into the recording, with its threads, descriptors and ancestors. */
void bring_process(struct sift *f, struct thread *leader);

/* A thread that was not there when its process came in. */
void bring_joined(struct sift *f, struct thread *t, const struct thread *leader);

/*
 * What others may have done to @t, or what may have become of those that it is asked about.
 * @executes: the event is about to tell what the thread is from now on, but for its parent.
 */
void bring_kin(struct sift *f, struct thread *t, struct thread *leader, bool executes);

/* The item for the event, that @t is as it is when the event has done its work. */
void bring_item(struct sift *f, const struct thread *t);

/* That thread @tid is gone, if it is: only the recording has it still. */
void bring_gone(struct sift *f, int64_t tid);

/*
 * Thread @tid, which an event of @t names as its parent: whose thread it is must be known, and that
 * it is nobody's.
 */
void bring_parent_thread(struct sift *f, const struct thread *t, int64_t tid);

/*
 * The CPU time of @t; where @counters its page faults, too, and the memory of its process where
 * @of_process.
 */
void bring_usage(struct sift *f, const struct thread *t, bool counters, bool of_process);

/* Whether a reader would work out other times of the switch @ev than were worked out here. */
bool bring_is_time_other(const struct sift *f, const struct sinsp_event *ev);

/* The descriptors of @t. */
void bring_fds(struct sift *f, const struct thread *t);

/* Those that its parent has and @t has not: others believe that it inherited them. */
void bring_inherited(struct sift *f, const struct thread *t);

/* The path that an open is known by may be that of an entry which is not in the recording. */
void bring_entry(struct sift *f, const struct thread *t, const struct scap_event *ev);

/* The table of @t as the recording knows it, or NULL. */
const struct sinsp_fd_table *bring_kept_fds(const struct sift *f, const struct thread *t);

/* By how many changes the descriptors of @t are ahead of those in the recording (fds_edits()). */
uint64_t bring_fd_lead(const struct sift *f, const struct thread *t);

#endif
