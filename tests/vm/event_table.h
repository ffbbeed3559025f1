/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of events for programs in a guest, as the module reports it: in the schema it says. */
#ifndef VM_EVENT_TABLE_H
#define VM_EVENT_TABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include "scap_abi.h"

static const struct table_row {
	const char *name, *filler;
	unsigned int since;
	struct {
		unsigned int since; /* 0: no more parameters */
		uint8_t type;
		const char *name;
	} params[SCAP_MAX_PARAMS + 1];
} table[] = {
#define P(n, t, f)            \
	{                     \
		1, PT_##t, #n \
	}
#define P_FLAGS(n, t, f, tab) \
	{                     \
		1, PT_##t, #n \
	}
#define P_DYN(n, f, tab)      \
	{                     \
		1, PT_DYN, #n \
	}
#define P_AT(n, d)                  \
	{                           \
		1, PT_FSRELPATH, #n \
	}
#define P_SINCE(s, n, t, f)   \
	{                     \
		s, PT_##t, #n \
	}
#define P_FLAGS_SINCE(s, n, t, f, tab) \
	{                              \
		s, PT_##t, #n          \
	}
#define EVENT(nr, e, n, c, fl, since, filler, ...) [nr] = { #e, #filler, since, { __VA_ARGS__ } },
#define EVENT0(nr, e, n, c, fl, since, filler)	   [nr] = { #e, #filler, since, { { 0, 0, 0 } } },
#include "events.def"
};

/* The schema that the module behind @fd reports, as SCHEMA() makes it; 0: it does not say. */
static inline unsigned int reported_schema(int fd)
{
	uint64_t v = 0;

	if (ioctl(fd, SCAP_IOCTL_GET_SCHEMA_VERSION, &v))
		return 0;
	return SCAP_VERSION_SCHEMA(v);
}

static inline unsigned int table_params(unsigned int type, unsigned int schema)
{
	unsigned int n = 0;

	while (table[type].params[n].since && table[type].params[n].since <= schema)
		n++;
	return n;
}

/* Whether the driver makes this event in @schema. */
static inline bool table_is_made(unsigned int type, unsigned int schema)
{
	const struct table_row *row = &table[type];

	if (!row->name || row->since > schema || !strcmp(row->filler, "none"))
		return false;
	return strcmp(row->filler, "generic") || type == SCAP_EVT_GENERIC_X;
}

#endif
