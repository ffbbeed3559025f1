/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of error numbers, signals and capabilities, as they are shown. */
#ifndef SINSP_NAMES_H
#define SINSP_NAMES_H

#include <stdint.h>

/* NULL where the number has no name. */
const char *name_of_errno(uint64_t nr);
const char *name_of_signal(uint64_t nr);
const char *name_of_capability(unsigned int bit);

#define NAMES_CAPABILITIES 41u

#endif
