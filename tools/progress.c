/* SPDX-License-Identifier: BSD-2-Clause */
/* The line is written over itself four times a second. */
#include "progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define NSEC	      1000000000ull
#define PROGRESS_NSEC (NSEC / 4)

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
	return (uint64_t)ts.tv_sec * NSEC + (uint64_t)ts.tv_nsec;
}

void progress_begin(struct progress *p, bool asked)
{
	*p = (struct progress){ .on = asked || isatty(STDERR_FILENO),
				.asked = asked,
				.last = now() };
}

void progress_show(struct progress *p, const struct scap *scap)
{
	struct scap_stats st;
	uint64_t t = now();

	if (t - p->last < PROGRESS_NSEC)
		return;
	p->last = t;
	scap_stats(scap, &st);
	if (!st.bytes_total)
		return;
	fprintf(stderr, "\r%6.2f", 100.0 * (double)st.bytes_read / (double)st.bytes_total);
	p->shown = true;
}

void progress_end(struct progress *p)
{
	if (p->asked)
		fprintf(stderr, "\r%6.2f\n", 100.0);
	else if (p->shown)
		fprintf(stderr, "\r      \r");
	p->on = false;
}
