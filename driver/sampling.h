/* SPDX-License-Identifier: GPL-2.0-only */
/* Dropping mode: which events are kept when only a part of each second is recorded. */
#ifndef SCAP_SAMPLING_H
#define SCAP_SAMPLING_H

#include "consumer.h"
#include "record.h"

enum sampling {
	SAMPLING_KEEP,	 /* whatever the time is */
	SAMPLING_DROP,	 /* whatever the time is */
	SAMPLING_OPEN,	 /* in the part of the second that is kept */
	SAMPLING_CLOSED, /* in the part that is left out */
};

enum sampling sampling_of(const struct consumer *c, const struct rec *r);

#endif
