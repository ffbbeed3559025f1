/* SPDX-License-Identifier: BSD-2-Clause */
/* A table of text with aligned columns; what is captured becomes printable on its way in. */
#ifndef TOOLS_COLUMNS_H
#define TOOLS_COLUMNS_H

#include <stdio.h>

#include "sinsp.h"

#define COLUMNS_MAX 10

struct columns {
	unsigned int n;	     /* columns */
	unsigned int column; /* of the next cell */
	size_t width[COLUMNS_MAX];
	size_t limit[COLUMNS_MAX]; /* a wider cell does not widen its column; 0: no limit */
	struct sinsp_text cells;   /* each with its NUL */
};

/* A row is started by itself when the one before is full. Takes a format. */
void columns_cell(struct columns *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void columns_print(const struct columns *c, const char *indent, FILE *out);
void columns_free(struct columns *c);

#endif
