/* SPDX-License-Identifier: GPL-2.0-only */
/* Socket addresses and tuples as parameters. */
#ifndef SCAP_FILL_ADDRESS_H
#define SCAP_FILL_ADDRESS_H

#include <linux/types.h>

struct rec;
struct sock;

/* Which end is the source: a call that sends has its own, one that receives or accepts the peer. */
enum tuple_direction { TUPLE_OUTBOUND, TUPLE_INBOUND };

/* The caller's struct sockaddr at @addr; empty if it cannot be read or is of another family. */
int rec_sockaddr(struct rec *r, unsigned long addr, unsigned long len);

/*
 * Both ends of the socket behind @fd. @addr (0: none) is the address in the caller's memory, for
 * sockets that do not know their peer. Empty for what is no inet, inet6 or unix socket.
 */
int rec_tuple(struct rec *r, s64 fd, enum tuple_direction dir, unsigned long addr,
	      unsigned long len);

/*
 * Ports of the socket behind @fd in host order, 0 where there is none; a remote port the socket
 * does not know comes from the caller's address. False: no socket.
 */
bool socket_ports(s64 fd, unsigned long addr, unsigned long len, u16 *local, u16 *remote);

/*
 * The peer of a unix socket, to be given back with sock_put(); NULL if there is none. The caller
 * holds the socket's file.
 */
struct sock *unix_peer_hold(struct sock *sk);

#endif
