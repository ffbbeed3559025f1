/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of interfaces, users and groups. A list that comes again replaces the earlier one. */
#include "reader.h"

#include <errno.h>

#define INTERFACE_NAME_MAX 1023
#define USER_NAME_MAX	   255

enum { IPV4 = 1, IPV6 = 2, IPV4_NO_SPEED = 3, IPV6_NO_SPEED = 4 };

static void read_interface(struct scap_reader *r, struct scap_interface *i, struct scap_cursor *c)
{
	unsigned int type = scap_cursor_u16(c);
	size_t name_len = scap_cursor_u16(c);
	size_t addr = type == IPV4 || type == IPV4_NO_SPEED ? 4 : 16;
	const uint8_t *name;

	if (type < IPV4 || type > IPV6_NO_SPEED || name_len > INTERFACE_NAME_MAX) {
		c->bad = true;
		return;
	}
	i->ipv6 = addr == 16;
	scap_cursor_copy(c, i->addr, addr);
	scap_cursor_copy(c, i->netmask, addr);
	scap_cursor_copy(c, i->broadcast, addr);
	if (type <= IPV6)
		scap_cursor_u64(c); /* link speed: no writer fills it */
	name = scap_cursor_take(c, name_len);
	if (name)
		i->name = scap_snapshot_str(r->snap, (const char *)name, name_len);
}

int scap_read_interfaces(struct scap_reader *r, const struct scap_block *blk)
{
	struct scap_cursor c = { blk->body, blk->body + blk->body_len, false }, entry;
	bool sized = blk->t.version >= 2;
	int rc;

	scap_snapshot_clear_interfaces(r->snap);
	while (scap_read_entry(&c, &entry, sized, false)) {
		struct scap_interface *i = scap_snapshot_interface(r->snap);

		if (i)
			read_interface(r, i, &entry);
		rc = scap_read_entry_end(r, blk, &c, &entry, sized);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static void read_user(struct scap_reader *r, struct scap_cursor *c)
{
	struct scap_user *u;
	struct scap_group *g;

	if (scap_cursor_u8(c) == 0) {
		u = scap_snapshot_user(r->snap);
		if (!u)
			return;
		u->uid = scap_cursor_u32(c);
		u->gid = scap_cursor_u32(c);
		u->name = scap_read_str(r, c, USER_NAME_MAX);
		u->home = scap_read_str(r, c, USER_NAME_MAX);
		u->shell = scap_read_str(r, c, USER_NAME_MAX);
	} else {
		g = scap_snapshot_group(r->snap);
		if (!g)
			return;
		g->gid = scap_cursor_u32(c);
		g->name = scap_read_str(r, c, USER_NAME_MAX);
	}
}

int scap_read_users(struct scap_reader *r, const struct scap_block *blk)
{
	struct scap_cursor c = { blk->body, blk->body + blk->body_len, false }, entry;
	bool sized = blk->t.version >= 2;
	int rc;

	scap_snapshot_clear_users(r->snap);
	while (scap_read_entry(&c, &entry, sized, true)) {
		read_user(r, &entry);
		rc = scap_read_entry_end(r, blk, &c, &entry, sized);
		if (rc < 0)
			return rc;
	}
	return 0;
}
