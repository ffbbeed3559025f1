/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The descriptors of a process.
 *
 * Descriptors live in chunks of FD_CHUNK; a chunk may belong to several tables and is copied when
 * one of them changes it. So a fork costs a few pointers however many files are open, and most
 * children exec or exit before they change any. A table itself is shared by the threads of a
 * process, and by processes that were cloned so.
 */
#ifndef SINSP_FDS_H
#define SINSP_FDS_H

#include "intern.h"
#include "sinsp.h"

/* What all tables together may hold: a capture must not be able to use up the memory. */
struct fd_budget {
	size_t chunks;
	uint64_t tables; /* made so far */
};

#define FD_CHUNK 16 /* descriptors that are copied together */

struct fd_chunk {
	uint32_t refs;
	uint16_t used; /* one bit per descriptor */
	struct sinsp_fd fd[FD_CHUNK];
};

struct sinsp_fd_table *fds_new(struct fd_budget *budget);
struct sinsp_fd_table *fds_share(struct sinsp_fd_table *t);
void fds_drop(struct sinsp_fd_table *t); /* NULL is fine */
bool fds_is_shared(const struct sinsp_fd_table *t);

/* An independent table with the same content, or NULL. */
struct sinsp_fd_table *fds_copy(const struct sinsp_fd_table *t);

/* NULL if it is not open. fds_edit() for writing: other tables keep what they have. */
const struct sinsp_fd *fds_find(const struct sinsp_fd_table *t, int64_t num);
struct sinsp_fd *fds_edit(struct sinsp_fd_table *t, int64_t num);

/* A zeroed entry with its number and the name "", in place of any other; NULL: no room. */
struct sinsp_fd *fds_add(struct sinsp_fd_table *t, int64_t num);

void fds_remove(struct sinsp_fd_table *t, int64_t first, int64_t last);
void fds_remove_cloexec(struct sinsp_fd_table *t);
void fds_set_cloexec(struct sinsp_fd_table *t, int64_t first, int64_t last);

/*
 * A number that changes by one with every change; a table of its own begins far from all others, a
 * copy where its original is. Tables of two inspectors that have the same content keep it as long
 * as the difference of their numbers stays.
 */
uint64_t fds_edits(const struct sinsp_fd_table *t);
size_t fds_count(const struct sinsp_fd_table *t);
void fds_each(const struct sinsp_fd_table *t, bool (*fn)(struct sinsp_fd *, void *), void *arg);

/*
 * The chunks of a table, by the numbers of their descriptors: those from index * FD_CHUNK on. With
 * them a table is made again as it was, shared chunks included. fds_append_chunk() takes a share;
 * it wants rising indexes and chunks with descriptors, and says false otherwise.
 */
size_t fds_n_chunks(const struct sinsp_fd_table *t);
struct fd_chunk *fds_chunk(const struct sinsp_fd_table *t, size_t i, uint32_t *index);
bool fds_append_chunk(struct sinsp_fd_table *t, uint32_t index, struct fd_chunk *c);
/* A copy of @from, or an empty one where that is NULL. NULL: no room. */
struct fd_chunk *fd_chunk_new(struct fd_budget *budget, const struct fd_chunk *from);
void fd_chunk_drop(struct fd_budget *budget, struct fd_chunk *c);

/* Marks the names; once per table and @round, however many threads share it. */
void fds_mark(struct sinsp_fd_table *t, struct intern *pool, uint32_t round);

#endif
