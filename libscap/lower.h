/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events in an older schema: parameters that came later are left out, and a call whose event came
 * later becomes a generic one. Readers of that schema give up on anything longer.
 */
#ifndef SCAP_LOWER_H
#define SCAP_LOWER_H

#include "scap.h"

#define LOWER_ALL -1 /* of no schema that old: another event stands for it */

struct lower {
	int8_t params[SCAP_EVT_MAX]; /* of each type that the schema has, or LOWER_ALL */
	struct scap_event ev;	     /* the last one that was made */
	uint8_t *buf;
	size_t cap;
};

/* Returns 0, or -EINVAL for a schema that this version does not write. */
int lower_init(struct lower *l, uint32_t schema);
void lower_free(struct lower *l);

/* For lower_event(). */
const struct scap_event *lower_anew(struct lower *l, const struct scap_event *ev);

/*
 * @ev itself, as nearly always, or what stands for it, good until the next call. NULL: no memory.
 */
static inline const struct scap_event *lower_event(struct lower *l, const struct scap_event *ev)
{
	if ((int64_t)ev->hdr->nparams <= l->params[ev->hdr->type])
		return ev;
	return lower_anew(l, ev);
}

#endif
