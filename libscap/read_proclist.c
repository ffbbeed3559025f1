/* SPDX-License-Identifier: BSD-2-Clause */
/* Process list blocks, all versions: one entry a thread. */
#include "reader.h"

#include <errno.h>

#define NAME_MAX_BYTES 1024
#define LIST_MAX_BYTES 4096

/* Version 9 grew a tail of fields that are there if the entry is long enough. */
#define TAIL_WITHOUT_TTY 29

static uint64_t tail(struct scap_cursor *c, size_t n, uint64_t missing)
{
	uint64_t v = 0;

	if (scap_cursor_left(c) < n)
		return missing;
	scap_cursor_copy(c, &v, n);
	return v;
}

static void read_tail(struct scap_thread *t, struct scap_cursor *c)
{
	/* These two were put into the middle: shorter tails do not have them. */
	if (scap_cursor_left(c) > TAIL_WITHOUT_TTY) {
		t->pidns_init_start_ts = tail(c, 8, 0);
		t->tty = (uint32_t)tail(c, 4, 0);
	}
	t->loginuid = (uint32_t)tail(c, 4, UINT32_MAX);
	t->exe_writable = tail(c, 1, 0);
	t->cap_inheritable = tail(c, 8, 0);
	t->cap_permitted = tail(c, 8, 0);
	t->cap_effective = tail(c, 8, 0);
	t->exe_upper_layer = tail(c, 1, 0);
	t->exe_ino = tail(c, 8, 0);
	t->exe_ino_ctime = tail(c, 8, 0);
	t->exe_ino_mtime = tail(c, 8, 0);
	t->exe_from_memfd = tail(c, 1, 0);
	t->exe_lower_layer = tail(c, 1, 0);
	t->pgid = (int64_t)tail(c, 8, (uint64_t)-1);
}

/* The fields in their order, each from the version that brought it. */
static void read_thread(struct scap_reader *r, struct scap_thread *t, struct scap_cursor *c,
			unsigned int version)
{
	t->tid = scap_cursor_u64(c);
	t->pid = scap_cursor_u64(c);
	t->ptid = scap_cursor_u64(c);
	if (version >= 6)
		t->sid = (int64_t)scap_cursor_u64(c);
	if (version >= 8)
		t->vpgid = (int64_t)scap_cursor_u64(c);
	t->comm = scap_read_str(r, c, NAME_MAX_BYTES);
	t->exe = scap_read_str(r, c, NAME_MAX_BYTES);
	if (version >= 7)
		t->exepath = scap_read_str(r, c, NAME_MAX_BYTES);
	t->args = scap_read_bytes(r, c, LIST_MAX_BYTES);
	t->cwd = scap_read_str(r, c, NAME_MAX_BYTES);
	t->fdlimit = (int64_t)scap_cursor_u64(c);
	t->flags = scap_cursor_u32(c);
	t->uid = scap_cursor_u32(c);
	t->gid = scap_cursor_u32(c);
	if (version >= 2) {
		t->vmsize_kb = scap_cursor_u32(c);
		t->vmrss_kb = scap_cursor_u32(c);
		t->vmswap_kb = scap_cursor_u32(c);
		t->pfmajor = scap_cursor_u64(c);
		t->pfminor = scap_cursor_u64(c);
	}
	if (version >= 3)
		t->env = scap_read_bytes(r, c, LIST_MAX_BYTES);
	if (version >= 4) {
		t->vtid = (int64_t)scap_cursor_u64(c);
		t->vpid = (int64_t)scap_cursor_u64(c);
		t->cgroups = scap_read_bytes(r, c, LIST_MAX_BYTES);
	}
	if (version >= 5)
		t->root = scap_read_str(r, c, NAME_MAX_BYTES);
	if (version >= 9 && !c->bad)
		read_tail(t, c);
}

int scap_read_threads(struct scap_reader *r, const struct scap_block *blk)
{
	struct scap_cursor c = { blk->body, blk->body + blk->body_len, false }, entry;
	bool sized = blk->t.version >= 9;
	int rc;

	while (scap_read_entry(&c, &entry, sized, true)) {
		struct scap_thread *t = scap_snapshot_thread(r->snap);

		if (t)
			read_thread(r, t, &entry, blk->t.version);
		rc = scap_read_entry_end(r, blk, &c, &entry, sized);
		if (rc == 0 && scap_tid_map_add(&r->tids, r->snap, r->snap->n_threads - 1) < 0)
			rc = scap_blocks_fail(&r->blocks, -ENOMEM, "no memory for the threads");
		if (rc < 0)
			return rc;
	}
	return 0;
}
