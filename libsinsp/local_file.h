/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files that are read while events wait. Nobody may hold that up: no server of files that is down,
 * and no user who mounts a file system that never answers.
 */
#ifndef SINSP_LOCAL_FILE_H
#define SINSP_LOCAL_FILE_H

#include <stdbool.h>

#include "local_mounts.h"

/* What is kept from one file to the next: {} at first. */
struct local_files {
	struct local_mounts *mounts;
	uint64_t refused; /* files that were not opened, as they are not local */
};

void local_files_clear(struct local_files *l);

/*
 * Opens the regular file or, if @folder, the folder @path as it is for a process whose root folder
 * is @root ("": this process's own): symbolic links do not lead out of it, and the last part of the
 * path is none. No file system is asked that is not in local memory or on a local device, but for
 * the one that @root itself lies on. @l may be NULL. Returns a descriptor, or -1 with errno: EXDEV
 * for a file system that may not be asked.
 */
int local_open(struct local_files *l, const char *root, const char *path, bool folder);

#endif
