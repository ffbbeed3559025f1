/* SPDX-License-Identifier: BSD-2-Clause */
/* What the metadata service of a cloud says of the instance that we run in. */
#ifndef TOOLS_ASK_CLOUD_H
#define TOOLS_ASK_CLOUD_H

#include "ask_wire.h"

#define ASK_CLOUD_BASE "http://169.254.169.254" /* the same in all of them */
#define ASK_CLOUD_MS   1000

/*
 * Asks the services of AWS, Google and Azure at @base in turn. Lines of "key\tvalue": cloud,
 * instance, region, zone, account; NULL: none has answered. The caller frees it.
 */
char *ask_cloud(const char *base, long timeout_ms);

#endif
