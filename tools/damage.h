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
	char first[512]; /* the message of the first one */
};

/*
 * After sinsp_next() said -EBADMSG: complains, and looks for what is behind. Returns 1 if there is
 * something, 0 if that was the end.
 */
int damage_pass(struct damage *d, struct sinsp *s);

/* The next event, after a gap; *@text, if not NULL, gets the line that was told. */
void damage_next(struct damage *d, uint64_t ts, struct sinsp_text *text);

#endif
