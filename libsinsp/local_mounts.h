/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which file systems are mounted where, as the kernel lists them: to ask one of them can take for
 * ever where another host or some process answers for it. The list is read again when it changed.
 */
#ifndef SINSP_LOCAL_MOUNTS_H
#define SINSP_LOCAL_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct local_mounts;

/* NULL: no list, or no memory. */
struct local_mounts *local_mounts_new(void);
void local_mounts_free(struct local_mounts *m);

/*
 * The mount on folder or file @path, which is in mount @parent and has no symbolic link in it.
 * False: there is none, or this machine is not the only one to answer for it.
 */
bool local_mounts_find(struct local_mounts *m, uint64_t parent, const char *path, uint64_t *id);

/* ---- for tests ---- */

/* The same of one line of /proc/self/mountinfo, which is changed. False: it is of another form. */
struct local_mount {
	uint64_t id, parent;
	const char *point;
	bool local;
};
bool local_mounts_parse(char *line, struct local_mount *row);

#endif
