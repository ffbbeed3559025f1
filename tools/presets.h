/* SPDX-License-Identifier: BSD-2-Clause */
/* Ready formats of lines, plain and in the colours of a terminal. */
#ifndef TOOLS_PRESETS_H
#define TOOLS_PRESETS_H

#include <stdbool.h>

struct preset;

/* By what stands behind -p ("c", "container", ...); NULL: the default. NULL if there is none. */
const struct preset *preset_find(const char *name);
const char *preset_format(const struct preset *p, bool coloured);

#endif
