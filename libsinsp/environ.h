/* SPDX-License-Identifier: BSD-2-Clause */
/* Environments that are longer than what events and captures hold of them. */
#ifndef SINSP_ENVIRON_H
#define SINSP_ENVIRON_H

#include "inspector.h"

#define ENVIRON_RECORDED 4096u

/*
 * The environment of process @pid, of which @cut was recorded: whole, if it is asked for, was cut
 * and can still be read; else what was recorded.
 */
struct scap_bytes environ_of(struct sinsp *s, int64_t pid, const char *cut, size_t len);

/* The part of @env that can be recorded: whole strings. */
struct scap_bytes environ_recorded(struct scap_bytes env);

#endif
