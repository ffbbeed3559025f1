/* SPDX-License-Identifier: BSD-2-Clause */
/* Times, durations, sizes and numbers as a person reads them. Each writes into the caller's buffer
 * and returns it. */
#ifndef TOOLS_STORY_UNITS_H
#define TOOLS_STORY_UNITS_H

#include <stdint.h>

struct unit_text {
	char s[64];
};

const char *unit_clock(struct unit_text *t, uint64_t ts); /* 18:15:46.870 */
const char *unit_date(struct unit_text *t, uint64_t ts);  /* 2020-09-13 12:26:40.123 UTC */
const char *unit_since(struct unit_text *t, uint64_t from, uint64_t ts); /* +12.345 */
const char *unit_duration(struct unit_text *t, uint64_t ns);		 /* 12.345 s, 2 min 3 s */
const char *unit_bytes(struct unit_text *t, uint64_t n);		 /* 532 B, 1.2 MiB */
const char *unit_count(struct unit_text *t, uint64_t n);		 /* 64,876 */

#endif
