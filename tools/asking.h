/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking the daemons of container runtimes while recording. That is done by scapula-ask, a process
 * of its own: this side writes lines to it and reads lines from it, and waits for neither.
 */
#ifndef TOOLS_ASKING_H
#define TOOLS_ASKING_H

#include <jansson.h>

#include "options.h"
#include "sinsp.h"

#define ASKING_CAUSES 12

struct asking {
	const struct options *options; /* NULL: nobody is asked */
	int fd;			       /* of the process, -1: it does not run */
	int pid;
	struct sinsp_text text; /* a line that is not whole yet */
	json_t *notes;		/* what cannot be had at all, see asking_notes.h */
	uint64_t asked, answered, failed[ASKING_CAUSES];
	uint64_t under_way;   /* asked, and nothing heard since */
	uint64_t not_started; /* so many could not be asked for: scapula-ask is not there */
	uint64_t ended;	      /* it ended by itself: so many answers did not come */
	unsigned int starts;
};

/*
 * What the metadata service of the cloud says, as lines for scap_live_options.facts, to be freed;
 * NULL, and has complained: nothing. Waits for it.
 */
char *asking_cloud(void);

void asking_begin(struct asking *a, const struct options *o);

/* @ev tells of a container that has come to light. */
void asking_container(struct asking *a, const struct sinsp_event *ev);

/* Hands the answers that are there to @s. */
void asking_take(struct asking *a, struct sinsp *s);

/* The same, and waits for those that are under way, at most @ms. */
void asking_wait(struct asking *a, struct sinsp *s, int ms);

/* Ends the process. Says what was not answered; with @all what was, too. */
void asking_end(struct asking *a, bool all);

#endif
