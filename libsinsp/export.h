/* SPDX-License-Identifier: BSD-2-Clause */
/* The present state as a snapshot, for a capture that begins here. */
#ifndef SINSP_EXPORT_H
#define SINSP_EXPORT_H

#include "sinsp.h"

/* Arrays that are used again; strings stay where the state has them. */
struct export
{
	struct scap_snapshot snap;
	struct scap_fd *fds;
	size_t threads_cap, fds_cap, n_fds;
};

void export_free(struct export *e);

#endif
