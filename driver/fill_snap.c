/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The dynamic snap length: more is kept of the data of sockets that speak a protocol of which more
 * is worth having. Asked for by a consumer; nobody else pays for it.
 */
#include <linux/minmax.h>
#include <linux/string.h>
#include <asm/byteorder.h>

#include "compat.h"
#include "consumer.h"
#include "fill_address.h"
#include "fill_snap.h"
#include "record.h"
#include "user.h"

#define SNAP_FULL_RANGE 16000
#define SNAP_PROTOCOL	2000
#define SNAP_DNS	512

#define PORT_DNS      53
#define PORT_MYSQL    3306
#define PORT_POSTGRES 5432
#define PORT_MONGODB  27017

/* The first bytes of the data, and how many there are. */
#define HEAD_MAX 16

static bool is_mysql(const u8 *p)
{
	return p[0] == 3 || p[1] == 3 || p[2] == 3 || p[3] == 3 || p[4] == 3 ||
	       (p[2] == 0 && p[3] == 0);
}

static bool is_postgres(const u8 *p)
{
	return (strchr("QPE", p[0]) && p[0] && !p[1]) || (p[4] == 0 && p[5] == 3 && p[6] == 0);
}

static bool is_mongodb(const u8 *p)
{
	u32 op = get_unaligned_le32(p + 12);

	return op == 1 || (op >= 2001 && op <= 2007);
}

static bool is_http(const u8 *p)
{
	static const char starts[][5] = { "GET ", "POST", "PUT ", "DELE", "TRAC", "CONN", "OPTI" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(starts); i++)
		if (!memcmp(p, starts[i], 4))
			return true;
	return !memcmp(p, "HTTP/", 5);
}

static u32 protocol_snaplen(u16 local, u16 remote, const u8 *head, size_t len)
{
	if ((local == PORT_MYSQL || remote == PORT_MYSQL) && len >= 5)
		return is_mysql(head) ? SNAP_PROTOCOL : 0;
	if ((local == PORT_POSTGRES || remote == PORT_POSTGRES) && len >= 7)
		return is_postgres(head) ? SNAP_PROTOCOL : 0;
	if (local == PORT_MONGODB || remote == PORT_MONGODB || (len >= 16 && is_mongodb(head)))
		return SNAP_PROTOCOL;
	return len >= 5 && is_http(head) ? SNAP_PROTOCOL : 0;
}

static u32 socket_snaplen(const struct consumer *c, u16 local, u16 remote, const u8 *head,
			  size_t len)
{
	u16 first = READ_ONCE(c->port_first), last = READ_ONCE(c->port_last);

	if (first && ((local >= first && local <= last) || (remote >= first && remote <= last)))
		return SNAP_FULL_RANGE;
	if (remote && remote == READ_ONCE(c->statsd_port))
		return SNAP_PROTOCOL;
	if (remote == PORT_DNS)
		return SNAP_DNS;
	return protocol_snaplen(local, remote, head, len);
}

void snap_look(struct rec *r, unsigned long data, size_t len, unsigned long addr,
	       unsigned long addr_len)
{
	const struct consumer *c = r->ring->consumer;
	u32 base = READ_ONCE(c->snaplen);
	u8 head[HEAD_MAX] = {};
	u16 local, remote;

	if (!socket_ports(r, arg_int(r, 0), addr, addr_len, &local, &remote))
		return;
	len = min_t(size_t, len, sizeof(head));
	if (user_read(head, data, len))
		len = 0;
	r->snaplen = max(base, socket_snaplen(c, local, remote, head, len));
}
