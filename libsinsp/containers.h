/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of containers. What ended stays for a while, as it is asked for after its end, too; but
 * a machine that starts one for each job has thousands in a day, and only the latest are kept.
 */
#ifndef SINSP_CONTAINERS_H
#define SINSP_CONTAINERS_H

#include <bsd/sys/queue.h>

#include "cgroup.h"
#include "intern.h"
#include "runtime.h"
#include "sinsp.h"

struct runtime_call;
struct sinsp_thread;

struct container {
	struct sinsp_container pub; /* first */
	TAILQ_ENTRY(container) link;
	SLIST_ENTRY(container) by_id;
	STAILQ_ENTRY(container) waiting;
	bool is_waiting;    /* for its event to be made */
	int64_t tid;	    /* thread that its event is made for */
	unsigned int tries; /* look-ups of its metadata on this machine */
	uint64_t tried;	    /* time of the last one */
	bool in_use;	    /* containers_drop(): it must stay */
	int64_t init;	    /* the first process of its pid namespace, 0 not seen */
};

#define CONTAINER_BUCKETS  1024u /* a power of two */
#define CONTAINERS_UNKNOWN 64u	 /* names that were found to be no container, kept a second */
#define CONTAINERS_ENDED   256u	 /* kept without threads; up to twice as many in between */

struct containers {
	TAILQ_HEAD(, container) all;
	SLIST_HEAD(, container) ids[CONTAINER_BUCKETS];
	STAILQ_HEAD(, container) waiting;
	size_t n;
	uint64_t limit; /* with more than so many it is time for containers_drop() */
	struct intern *pool;
	bool live; /* look for metadata on this machine, and announce what is new */
	/* Live: paths of cgroups are told in two ways, from the root or from a folder of it on, so
	 * that nothing follows from what they begin with. */
	bool two_roots;
	struct runtime_files from;
	struct runtime_kept kept[RUNTIME_LISTS]; /* from.kept */
	struct local_files local;		 /* from.local */
	const char *cached;			 /* cgroups of the last answer ... */
	struct container *cached_answer;
	struct {
		char name[CGROUP_ID_MAX + CGROUP_OWNER_MAX + 2];
		uint64_t ts;
	} unknown[CONTAINERS_UNKNOWN];
	unsigned int next_unknown;
};

void containers_init(struct containers *cs, struct intern *pool, bool live,
		     const struct runtime_files *from);
void containers_clear(struct containers *cs);

struct container *containers_find(const struct containers *cs, const char *id, size_t len);

/*
 * The container that cgroups @cgroups belong to, or NULL for the host. @cgroups.ptr must be an
 * interned string (an equal pointer is an equal answer until containers_forget()). Live, a new one
 * is looked up and put in line for its event, to be made for thread @tid.
 */
struct container *containers_of(struct containers *cs, struct scap_bytes cgroups, uint64_t ts,
				int64_t tid);
/* Enters @from, whose strings are in the pool already; its labels become the table's. NULL: there
 * is one of that id, or no memory. */
struct container *containers_restore(struct containers *cs, const struct container *from);
void containers_forget(struct containers *cs);

/*
 * Drops the oldest that are not in_use but CONTAINERS_ENDED, calling @gone for each before, and
 * clears the marks. Those that wait for their event stay.
 */
void containers_drop(struct containers *cs, void (*gone)(const struct container *, void *),
		     void *arg);

/* Takes in the text of a container event. Returns the container, or NULL if it says nothing. */
struct container *containers_learn(struct containers *cs, const char *json, size_t len);

/*
 * Live: a runtime has been called to make a container, whose files are read now. Nothing is told of
 * it before its first process shows. @bundle: folder of its config.json, or "".
 */
void containers_expect(struct containers *cs, const struct runtime_call *call, const char *bundle);

/* Live: whoever made @c calls it so. */
void containers_name(struct containers *cs, struct container *c, const char *name, int64_t tid);

/* Another id for a container of the table; none has it yet. */
void containers_give_id(struct containers *cs, struct container *c, const char *id);

/* A container of which nothing is known. */
void containers_init_one(struct sinsp_container *c);

/* Puts @c in line for an event, to be made for thread @tid. */
void containers_announce(struct containers *cs, struct container *c, int64_t tid);

/* The next container in line for its event, taken out of it; NULL none. */
struct container *containers_next_waiting(struct containers *cs);

/* The text of the event of @c into @out. Returns 0 or a negative error. */
int containers_describe(struct containers *cs, struct container *c, struct sinsp_text *out);

#endif
