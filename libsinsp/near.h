/* SPDX-License-Identifier: BSD-2-Clause */
/* Names that a misspelt one was perhaps meant to be. */
#ifndef SINSP_NEAR_H
#define SINSP_NEAR_H

#include <stddef.h>

#define NEAR_MAX 3

struct near {
	const char *text; /* as it was written */
	size_t len;
	unsigned int limit; /* changes that are too many */
	size_t n;
	const char *names[NEAR_MAX]; /* the nearest first */
	unsigned int far[NEAR_MAX];
};

void near_init(struct near *m, const char *text, size_t len);
/* @name must stay as long as @m. */
void near_offer(struct near *m, const char *name);
/* "; did you mean a, b or c?" into @out, "" where nothing is near. Returns @out. */
const char *near_text(const struct near *m, char *out, size_t size);

#endif
