/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * State told by events: made here, for whoever reads them as if they had happened. What no event
 * has a place for stands in an item behind one of them, which libsinsp alone understands (told.c).
 */
#ifndef SINSP_TELL_H
#define SINSP_TELL_H

#include "told.h"
#include "users.h"

/* Whom it is told, until the first call that returns other than 0: that is rc. */
struct telling {
	uint64_t ts;
	uint16_t cpu;
	uint32_t flags; /* of the blocks */
	int (*fn)(const struct scap_event *ev, void *arg);
	void *arg;
	struct sinsp_text item; /* for the next event */
	int rc;
};

/* A string as a parameter, with its NUL. */
struct scap_param tell_text(const char *s);

/* One event, with the item that waits for it. */
void tell_event(struct telling *t, uint16_t type, uint64_t tid, const struct scap_param *params,
		uint32_t n);

void tell_container(struct telling *t, const struct sinsp_container *c);
void tell_users(struct telling *t, const struct user_list *l);

/* How much others know of a thread that is told. */
enum tell_how {
	TELL_NEW,     /* nothing: it is as if it began, and executed its program */
	TELL_NAME,    /* nothing, and its name will do: as if it began */
	TELL_PROGRAM, /* an earlier program of it: as if it executed another */
	TELL_AGAIN,   /* all that an event can tell: the item says what else has changed */
};

void tell_thread(struct telling *t, const struct told_thread *thread, enum tell_how how);

/* That process @tid is gone, and its children are @reaper's. */
void tell_exit(struct telling *t, int64_t tid, int64_t reaper);

/* The page faults and CPU time of @thread, and the memory of its process, which is @leader's. */
void tell_usage(struct telling *t, const struct sinsp_thread *thread,
		const struct sinsp_thread *leader);

/* The entry of the open @exit, at which the path was @path (NULL: as at the exit). */
void tell_entry(struct telling *t, const struct scap_event *exit, const char *path, size_t len);

/* A descriptor of thread @tid; tell_closed(): it is none any more. */
void tell_fd(struct telling *t, int64_t tid, const struct sinsp_fd *fd);
void tell_closed(struct telling *t, int64_t tid, int64_t num);

/* The items that say what @fd is, or @thread, or told_put_time(), for events that do not say it. */
void tell_fd_item(struct telling *t, const struct sinsp_fd *fd);
void tell_thread_item(struct telling *t, const struct told_thread *thread);
void tell_time_item(struct telling *t, uint64_t ran, uint64_t total);

void tell_free(struct telling *t);

#endif
