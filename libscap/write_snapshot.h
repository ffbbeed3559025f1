/* SPDX-License-Identifier: BSD-2-Clause */
/* A section's header and state as blocks. */
#ifndef SCAP_WRITE_SNAPSHOT_H
#define SCAP_WRITE_SNAPSHOT_H

#include "block_build.h"

/*
 * Writes the section header and the state (@snap may be NULL) to @out. Returns 0 or an error
 * (out->err).
 */
int scap_write_snapshot(struct scap_out *out, const struct scap_snapshot *snap);

/* Appends the same to @b. Returns 0 or -ENOMEM. */
int scap_build_snapshot(struct scap_build *b, const struct scap_snapshot *snap);

#endif
