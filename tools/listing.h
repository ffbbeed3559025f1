/* SPDX-License-Identifier: BSD-2-Clause */
/* The lists of what there is: fields (-l) and events (-L), on standard output. */
#ifndef TOOLS_LISTING_H
#define TOOLS_LISTING_H

#include <stdbool.h>

void listing_fields(bool with_types);
void listing_markdown(void); /* fields with their types, one table a class */
void listing_events(void);

#endif
