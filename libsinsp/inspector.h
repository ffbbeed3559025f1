/* SPDX-License-Identifier: BSD-2-Clause */
/* What an inspector consists of, for the files that change its state. */
#ifndef SINSP_INSPECTOR_H
#define SINSP_INSPECTOR_H

#include "containers.h"
#include "export.h"
#include "fds.h"
#include "forks.h"
#include "intern.h"
#include "range.h"
#include "sinsp.h"
#include "threads.h"
#include "users.h"

#define EXITS_KEPT 8192u /* a power of two */
#define CPUS_MAX   1024u /* whose switches are timed */

/* Descriptors that the event closes: gone at the next call, so that filters still see them. */
struct closing {
	struct sinsp_fd_table *fds; /* a share, NULL: none */
	int64_t first, last;
};

struct sinsp {
	struct scap *scap; /* NULL: it follows what a recorder writes */
	struct sinsp_options opts;
	char *host_root; /* copy of the option, or NULL */
	struct scap_error err;
	bool live;
	bool at_head; /* only events that tell of state have come so far */

	struct intern *pool; /* what threads and descriptors use; swept */
	struct intern *kept; /* what containers and users use */
	uint32_t sweeps;
	const char *unknown_name; /* "<NA>" in the pool */
	const char *unknown_cwd;  /* "./" in the pool: what starts there is of no known folder */
	struct threads threads;
	struct forks forks;
	struct containers containers;
	struct users users;
	struct scap_interface *interfaces; /* of the snapshot */
	size_t n_interfaces;
	uint8_t *listening; /* one bit a port: TCP ports that were listened on at the start */

	struct sinsp_event ev;	     /* the event that is being worked on */
	struct sinsp_event injected; /* made here, delivered before it */
	bool holding;		     /* ev is ready and waits for the injected ones */
	uint64_t num;
	uint64_t first_ts; /* of the first event shown */
	uint64_t start_ts; /* of the first event of all */
	uint32_t losses;   /* events that had a loss before them */
	struct export export;
	struct added_class *added; /* fields_added.c */
	size_t n_added;
	struct sinsp_text json;
	uint8_t *record; /* of injected */
	size_t record_size;

	/* For recorders, which see an event when its work is done. */
	struct {
		uint64_t fd_edits; /* fds_edits() of the event's thread, before the event */
		const struct sinsp_thread *leader; /* of that thread, perhaps gone now */
		uint32_t nthreads;		   /* of which it had so many */
		const struct sinsp_thread *moved;  /* leads the process that changed directories */
		const char *cwd, *root;		   /* what it had */
		const struct sinsp_thread *met;	   /* the event is the first that is heard of it */
		struct sinsp_fd fd; /* event's, where that is renamed; num -1: it was not known */
		uint32_t losses;
		bool entered; /* the path of an open was taken from its entry event */
	} before;
	uint64_t kin_changes; /* so often something changed that other threads may show */
	uint32_t recorders;   /* that were opened: each has a number */

	struct range range;
	struct closing closing;
	int64_t exited; /* thread to be removed at the next call, 0: none */
	struct {
		int64_t tid;
		uint64_t ts;
	} exits[EXITS_KEPT]; /* by the low bits of the id */

	uint64_t switched[CPUS_MAX]; /* time of the last switch by CPU, 0: none yet */

	struct scap_snapshot *found; /* where threads of /proc are read to */
	uint64_t lookup_second;
	unsigned int lookups;
	uint64_t purged; /* time of the last purge */

	int8_t fd_param[SCAP_EVT_MAX]; /* which parameter is the descriptor, -1 none */
	uint8_t kind[SCAP_EVT_MAX];    /* KIND_* */
};

enum { KIND_HIDDEN = 1, KIND_MAKES_THREAD = 2, KIND_HAS_FD = 4, KIND_STATE = 8, KIND_KIN = 16 };

/*
 * The thread @tid; unknown ones are looked for in /proc while recording, else an entry is made that
 * knows nothing but its id. NULL: the table is full, or no id.
 */
struct thread *sinsp_get_thread(struct sinsp *s, int64_t tid);

/*
 * An inspector without a source, in the state of @snap (may be NULL), which is the caller's and
 * must stay as long; sinsp_follow() gives it the events. NULL: no memory.
 */
struct sinsp *sinsp_open_follower(const struct scap_snapshot *snap);
const struct sinsp_event *sinsp_follow(struct sinsp *s, const struct scap_event *ev);

/* Frees what sinsp_add_fields() made. */
void fields_added_free(struct sinsp *s);

/* Takes away what the last event ended: the next one is about to come. */
void sinsp_finish_last(struct sinsp *s);

/* upkeep.c: when intern_sweep_due() says so of the pool, and of that of what is kept. */
void sinsp_sweep(struct sinsp *s);
void sinsp_sweep_kept(struct sinsp *s);
/* Forgets threads that have been idle for long and are gone; now and then only. */
void sinsp_purge(struct sinsp *s, uint64_t ts);
/* As threads_add(), with room made where the table is full. */
struct thread *sinsp_add_thread(struct sinsp *s, int64_t tid, uint64_t ts);
/* When there are more than containers.limit. */
void sinsp_drop_containers(struct sinsp *s);

/* Empties all tables, so that another state can be filled in. False: no memory. */
bool sinsp_clear(struct sinsp *s);

/*
 * Thread @tid as /proc tells it now, a main thread with its descriptors, good until the next call.
 * NULL: not while recording, it is gone, or too many have been asked for in this second.
 */
const struct scap_thread *sinsp_read_proc(struct sinsp *s, int64_t tid, uint64_t ts);

/* The thread that @t knows as @vtid: its number in the pid namespace of @t. NULL unknown. */
struct thread *sinsp_find_as(struct sinsp *s, const struct thread *t, int64_t vtid);

/* In a pid namespace that is not the first one. */
static inline bool sinsp_in_namespace(const struct sinsp_thread *t)
{
	return t->vpid > 0 && t->vpid != t->pid;
}

/* In the same pid namespace, as far as is known. */
bool sinsp_same_namespace(const struct sinsp_thread *a, const struct sinsp_thread *b);

/* The main thread of process @pid, a placeholder where it is unknown; NULL: no room. */
struct thread *sinsp_leader(struct sinsp *s, int64_t pid);

/* Makes @t a thread of @leader's process, with the descriptors of it. */
void sinsp_join(struct sinsp *s, struct thread *t, struct thread *leader);

/* Finds out which container @t is in, from its cgroups. */
void sinsp_place_thread(struct sinsp *s, struct thread *t);

/* The descriptor table of @t, made if there is none yet; NULL: no memory. */
/* @t, which may be in a container, is the first of its pid namespace. */
void sinsp_begin_in_container(struct sinsp *s, const struct sinsp_thread *t);
/* @t, which may be in a container, has ended with the present event. */
void sinsp_end_in_container(struct sinsp *s, const struct sinsp_thread *t);
/* Live: if @t has just become a container runtime, its container is made ready to be told of. */
/* @caller: the user before the program was started. */
void sinsp_expect_container(struct sinsp *s, const struct sinsp_thread *t, uint32_t caller);
/* Live: the container that @t is in may have a name that its runtime's command line tells. */
void sinsp_name_container(struct sinsp *s, const struct sinsp_thread *t);
struct sinsp_fd_table *sinsp_own_fds(struct sinsp *s, struct thread *t);

/* True if @port was listened on at the start (TCP). */
bool sinsp_listens(const struct sinsp *s, uint16_t port);

/* The directory that paths relative to @dirfd start from; NULL unknown. */
const char *sinsp_dir_path(const struct sinsp_thread *t, int64_t dirfd);

#endif
