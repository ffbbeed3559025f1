/* SPDX-License-Identifier: GPL-2.0-only */
/* Which versions of the device API and of the event schema the module reports. */
#ifndef SCAP_PAIR_H
#define SCAP_PAIR_H

#include <linux/types.h>

/*
 * The two go together: readers know a schema by the API that it came with. Chosen at load by the
 * parameter "schema" and the same until unload; records follow it (table_init()).
 */
struct pair {
	const char *name; /* the schema, as the parameter has it */
	const char *api_name;
	u64 api, schema; /* SCAP_VERSION() */
};
const struct pair *pair_reported(void);

#endif
