/* SPDX-License-Identifier: BSD-2-Clause */
/* Damaged captures: all that is whole is read, and what is missing is told. */
#ifndef TOOLS_DAMAGE_H
#define TOOLS_DAMAGE_H

#include "sinsp.h"

struct damage {
	const char *file;
	unsigned int gaps;
	bool open; /* the time of its end is not known yet */
	struct scap_gap gap;
	char msg[512];	 /* what was found there */
	char first[512]; /* the same of the first one */
	char told[1024]; /* the last line */
	bool unwritten;	 /* it does not stand in the recording yet */
};

/*
 * After sinsp_next() said -EBADMSG: looks for what is behind, and complains, in one line, now or
 * when the next event has come. Returns 1 if there is something, 0 if that was the end.
 */
int damage_pass(struct damage *d, struct sinsp *s);

/* The next event, after a gap. */
void damage_next(struct damage *d, uint64_t ts);

#endif
