/* SPDX-License-Identifier: BSD-2-Clause */
/* The state at the start: threads and descriptors of a snapshot. */
#ifndef SINSP_LOAD_H
#define SINSP_LOAD_H

#include "inspector.h"

/* Fills a thread and its descriptors. Its leader and container are not set. */
void sinsp_load_thread(struct sinsp *s, struct thread *t, const struct scap_thread *from);

/* Enters one descriptor. NULL: no room. */
struct sinsp_fd *sinsp_load_fd(struct sinsp *s, struct sinsp_fd_table *fds,
			       const struct scap_fd *from);

/* Fills an inspector whose tables are empty. */
void sinsp_load_snapshot(struct sinsp *s, const struct scap_snapshot *snap);

#endif
