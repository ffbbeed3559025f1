/* SPDX-License-Identifier: GPL-2.0-only */
/* Socket addresses and tuples as parameters. */
#ifndef SCAP_FILL_ADDRESS_H
#define SCAP_FILL_ADDRESS_H

#include <linux/types.h>
#include "cursor.h"

struct sock;

/* Which end is the source: a call that sends has its own, one that receives or accepts the peer. */
enum tuple_direction { TUPLE_OUTBOUND, TUPLE_INBOUND };

/*
 * Reads the caller's struct sockaddr of @len bytes at @addr into r->address. How many bytes are
 * there; 0: none. It stays for the rest of the event.
 */
unsigned int address_read(struct rec *r, unsigned long addr, unsigned long len);

/*
 * These write at @p and return where what they have written ends, or NULL where the ring has no
 * room.
 */
u8 *write_sockaddr(u8 *p, const struct rec *r, unsigned int n);
u8 *write_tuple(u8 *p, const struct rec *r, s64 fd, enum tuple_direction dir, unsigned int n);

static __always_inline int put_to(struct cursor *c, const u8 *end)
{
	if (unlikely(!end))
		return REC_FULL;
	put_len(c, end - c->at);
	return 0;
}

/* The address that was read, @n bytes; empty if it is of another family. 0 or REC_FULL. */
static __always_inline int put_sockaddr(struct cursor *c, const struct rec *r, unsigned int n)
{
	return put_to(c, n ? write_sockaddr(c->at, r, n) : c->at);
}

/*
 * Both ends of the socket behind @fd; -1: empty. The address that was read, @n bytes, is for
 * sockets that do not know their peer. Empty for what is no inet, inet6 or unix socket. 0 or
 * REC_FULL.
 */
static __always_inline int put_tuple(struct cursor *c, const struct rec *r, s64 fd,
				     enum tuple_direction dir, unsigned int n)
{
	return put_to(c, fd >= 0 ? write_tuple(c->at, r, fd, dir, n) : c->at);
}

/* The same without a cursor, with the address at @addr (0: none). */
static inline int rec_tuple(struct rec *r, s64 fd, enum tuple_direction dir, unsigned long addr,
			    unsigned long len)
{
	struct cursor c = cursor_begin(r);
	int err = put_tuple(&c, r, fd, dir, fd >= 0 ? address_read(r, addr, len) : 0);

	cursor_end(r, c);
	return err;
}

/*
 * Ports of the socket behind @fd in host order, 0 where there is none; a remote port the socket
 * does not know comes from the caller's address. False: no socket.
 */
bool socket_ports(struct rec *r, s64 fd, unsigned long addr, unsigned long len, u16 *local,
		  u16 *remote);

/*
 * The peer of a unix socket, to be given back with sock_put(); NULL if there is none. The caller
 * holds the socket's file.
 */
struct sock *unix_peer_hold(struct sock *sk);

#endif
