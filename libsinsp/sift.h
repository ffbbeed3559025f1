/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a recording with a filter keeps. A process belongs to it from its first event on that passes
 * the filter: in front of that event it is told as it is then, with its threads and descriptors,
 * and from there on its own events that change state are kept, hidden. Of other processes its
 * ancestors are told, by number, parent, name and program, and nothing else of anybody.
 *
 * What a process shows can be changed by others: they exit and give it another parent, put it into
 * another process group, open files in a table that it shares. So at each event that passes, the
 * state of the one who records is compared with that of a reader of the recording, where anything
 * of the kind has happened, and the difference is told.
 */
#ifndef SINSP_SIFT_H
#define SINSP_SIFT_H

#include "tell.h"

struct sift {
	struct sinsp *live; /* gives the events */
	struct sinsp *kept; /* follows the recording */
	uint32_t number;    /* of this recording among those of live */
	bool lean;	    /* keep nothing of what does not pass */
	uint64_t kin_told;  /* so often something was told that other threads may show */
	struct telling telling;
};

/* Before an event that passed is written. Returns 0 or a negative error. */
int sift_before(struct sift *f, const struct sinsp_event *ev);
/* Before one that is kept, hidden. */
int sift_before_hidden(struct sift *f, const struct sinsp_event *ev);
/* Behind it. */
void sift_after(struct sift *f, const struct sinsp_event *ev);

/* Whether an event that did not pass is kept, hidden. */
bool sift_keeps(const struct sift *f, const struct sinsp_event *ev);

#endif
