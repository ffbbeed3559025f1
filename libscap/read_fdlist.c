/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptor list blocks, versions 1 and 2: one block a thread. */
#include "reader.h"

#include <errno.h>

#define NAME_MAX_BYTES 1023

static void read_pair(struct scap_fd *fd, struct scap_cursor *c, size_t addr)
{
	scap_cursor_copy(c, fd->sip, addr);
	scap_cursor_copy(c, fd->dip, addr);
	fd->sport = scap_cursor_u16(c);
	fd->dport = scap_cursor_u16(c);
	fd->l4proto = scap_cursor_u8(c);
}

static void read_server(struct scap_fd *fd, struct scap_cursor *c, size_t addr)
{
	scap_cursor_copy(c, fd->sip, addr);
	fd->sport = scap_cursor_u16(c);
	fd->l4proto = scap_cursor_u8(c);
}

/* A unix socket's name; older writers took the end of its line in /proc/net/unix for a part of it.
 */
static const char *read_socket_name(struct scap_reader *r, struct scap_cursor *c)
{
	struct scap_bytes b = scap_read_bytes(r, c, NAME_MAX_BYTES);

	if (b.len && b.ptr[b.len - 1] == '\n')
		b.len--;
	return scap_snapshot_str(r->snap, b.ptr, b.len);
}

static void read_fd(struct scap_reader *r, struct scap_fd *fd, struct scap_cursor *c, bool sized)
{
	fd->fd = (int64_t)scap_cursor_u64(c);
	fd->ino = scap_cursor_u64(c);
	fd->type = scap_cursor_u8(c);
	switch (fd->type) {
	case SCAP_FD_UNKNOWN:
		return;
	case SCAP_FD_IPV4_SOCK:
		read_pair(fd, c, 4);
		return;
	case SCAP_FD_IPV6_SOCK:
		read_pair(fd, c, 16);
		return;
	case SCAP_FD_IPV4_SERVSOCK:
		read_server(fd, c, 4);
		return;
	case SCAP_FD_IPV6_SERVSOCK:
		read_server(fd, c, 16);
		return;
	case SCAP_FD_UNIX_SOCK:
		fd->unix_src = scap_cursor_u64(c);
		fd->unix_dst = scap_cursor_u64(c);
		fd->name = read_socket_name(r, c);
		return;
	case SCAP_FD_FILE_V2:
		fd->open_flags = scap_cursor_u32(c);
		break;
	default:
		if (fd->type < SCAP_FD_TYPE_MAX)
			break;
		/* A type of the future: its length says how to pass over it, if it has one. */
		fd->type = SCAP_FD_UNSUPPORTED;
		c->bad = c->bad || !sized;
		return;
	}
	fd->name = scap_read_str(r, c, NAME_MAX_BYTES);
	if (fd->type == SCAP_FD_FILE_V2 && sized && scap_cursor_left(c) >= 4)
		fd->dev = scap_cursor_u32(c);
}

int scap_read_fds(struct scap_reader *r, const struct scap_block *blk)
{
	struct scap_cursor c = { blk->body, blk->body + blk->body_len, false }, entry;
	bool sized = blk->t.version >= 2;
	struct scap_thread *t;
	struct scap_fd *fd, nobody;
	int rc;

	t = scap_tid_map_find(&r->tids, r->snap, scap_cursor_u64(&c));
	if (c.bad)
		return scap_read_entry_end(r, blk, &c, &c, true);
	while (scap_read_entry(&c, &entry, sized, true)) {
		/* The list of a thread that is in no process list is checked and left out. */
		fd = t ? scap_snapshot_fd(r->snap, t) : &nobody;
		if (fd)
			read_fd(r, fd, &entry, sized);
		rc = scap_read_entry_end(r, blk, &c, &entry, sized);
		if (rc < 0)
			return rc;
	}
	return 0;
}
