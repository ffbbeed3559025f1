/* SPDX-License-Identifier: BSD-2-Clause */
/* How much of a file has been read, in percent, on standard error. */
#ifndef TOOLS_PROGRESS_H
#define TOOLS_PROGRESS_H

#include "scap.h"

struct progress {
	bool on;
	bool asked; /* by an option; else it is gone in the end, and not there if reading is short
		     */
	bool shown;
	unsigned int events; /* so far */
	uint64_t last;	     /* monotonic nanoseconds */
};

/* Not asked: shows something only if standard error is a terminal. */
void progress_begin(struct progress *p, bool asked);
void progress_show(struct progress *p, const struct scap *scap);
void progress_end(struct progress *p);

/* For each event: now and then it looks at the clock. */
static inline void progress_event(struct progress *p, const struct scap *scap)
{
	if (p->on && ++p->events % 256 == 0)
		progress_show(p, scap);
}

#endif
