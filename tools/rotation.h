/* SPDX-License-Identifier: BSD-2-Clause */
/* Recording into one file after the other (-C, -G, -e, -W): when the next begins, and its name. */
#ifndef TOOLS_ROTATION_H
#define TOOLS_ROTATION_H

#include "options.h"

struct rotation {
	const struct options *options;
	char **names;	   /* written so far, the latest limit of them; NULL: not yet */
	uint64_t n;	   /* files begun */
	uint64_t base;	   /* number of the first file */
	uint64_t began;	   /* time of the first event of this file */
	uint64_t n_events; /* that match, in this file */
};

bool rotation_wanted(const struct options *o);

/*
 * The name of the next file, whose first event is of time @ts. With -W the file that is one too
 * many is removed. No file that was there before this run is ever named. NULL: has complained.
 */
const char *rotation_next(struct rotation *r, uint64_t ts);

/* Whether an event of time @ts begins another file, @bytes being in this one. */
bool rotation_due(const struct rotation *r, uint64_t bytes, uint64_t ts);

void rotation_free(struct rotation *r);

#endif
