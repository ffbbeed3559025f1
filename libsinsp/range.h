/* SPDX-License-Identifier: BSD-2-Clause */
/* Which part of a capture is wanted, and how much of the rest must be read for it. */
#ifndef SINSP_RANGE_H
#define SINSP_RANGE_H

#include "sinsp.h"

struct range {
	bool on;
	bool resolved; /* bounds that count from the first event are known */
	struct sinsp_bound from, to;
	uint64_t ts_low, ts_high, first, last; /* times and numbers, all included */
	const struct sinsp_filter *hint;
	bool planned;  /* for frame */
	size_t frame;  /* the one that events come from */
	size_t needed; /* the first one from there on that may have a wanted event */
};

/*
 * Before the next event is taken: goes to the keyframe nearest to the next frame that is needed.
 * Returns 0, SCAP_END (nothing more is wanted) or an error (s->err).
 */
int range_advance(struct sinsp *s);

/* Whether the event is inside. */
bool range_has(struct sinsp *s, const struct sinsp_event *ev);

#endif
