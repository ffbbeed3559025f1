/* SPDX-License-Identifier: BSD-2-Clause */
/* Building a snapshot: its arrays grow, its strings live in one arena. */
#ifndef SCAP_SNAPSHOT_H
#define SCAP_SNAPSHOT_H

#include "scap.h"

/*
 * Copy @len bytes into the arena and end them with a NUL. "" (never NULL) when there is nothing to
 * copy or no memory; a lack of memory is kept and reported by scap_snapshot_failed().
 */
const char *scap_snapshot_str(struct scap_snapshot *s, const char *p, size_t len);
struct scap_bytes scap_snapshot_bytes(struct scap_snapshot *s, const char *p, size_t len);
bool scap_snapshot_failed(const struct scap_snapshot *s);

/* Append a zeroed element (threads: with the defaults of unknown values); NULL: no memory. The
 * pointer is good until the next append to the same array. */
struct scap_thread *scap_snapshot_thread(struct scap_snapshot *s);
struct scap_fd *scap_snapshot_fd(struct scap_snapshot *s, struct scap_thread *t);
struct scap_interface *scap_snapshot_interface(struct scap_snapshot *s);
struct scap_user *scap_snapshot_user(struct scap_snapshot *s);
struct scap_group *scap_snapshot_group(struct scap_snapshot *s);

/* Empty one list again (a capture may repeat a list, which replaces the earlier one). */
void scap_snapshot_clear_interfaces(struct scap_snapshot *s);
void scap_snapshot_clear_users(struct scap_snapshot *s);

#endif
