/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts of events by type and direction: option -S. */
#ifndef TOOLS_SUMMARY_H
#define TOOLS_SUMMARY_H

#include <stdint.h>
#include <stdio.h>

#include "scap.h"

struct summary {
	uint64_t events[SCAP_EVT_MAX];
	uint64_t calls[SCAP_SC_MAX][2]; /* generic ones, by code; entries and exits */
	struct scap_loss lost;		/* sums */
};

struct summary_line {
	char direction; /* '>' entry, '<' exit */
	const char *name;
	uint64_t count;
};

/* All that were counted, most frequent first; free() it. NULL: no memory. */
struct summary_line *summary_lines(const struct summary *s, size_t *n);

void summary_count(struct summary *s, const struct scap_event *ev);
void summary_loss(struct summary *s, const struct scap_loss *loss);
/* Prints the 100 most frequent, most frequent first. */
void summary_print(const struct summary *s, FILE *out);

#endif
