/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of events, for those who look into it once an event. */
#ifndef SCAP_TABLE_H
#define SCAP_TABLE_H

#include "scap.h"

extern const struct scap_event_info scap_events[SCAP_EVT_MAX];

/* scap_event_info() without the call. */
static inline const struct scap_event_info *event_row(uint16_t type)
{
	return type < SCAP_EVT_MAX && scap_events[type].name ? &scap_events[type] : NULL;
}

#endif
