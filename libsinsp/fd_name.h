/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of sockets, as fd.name shows them. Made when a socket changes, not for each event. */
#ifndef SINSP_FD_NAME_H
#define SINSP_FD_NAME_H

#include "intern.h"
#include "sinsp.h"

/* Names an IPv4 or IPv6 socket after its type, role and addresses: "a:p->b:p", or "a:p". */
void fd_name_inet(struct sinsp_fd *fd, struct intern *pool);

/* Names a unix socket after its kernel addresses: "hex->hex path". */
void fd_name_unix(struct sinsp_fd *fd, struct intern *pool, const char *path, size_t len);

/* True if fd_name_unix() would not change @fd. Cost: a comparison, nothing is formatted. */
bool fd_name_unix_same(const struct sinsp_fd *fd, uint64_t src, uint64_t dst, const char *path,
		       size_t len);

/* Turns IPv4 addresses mapped into IPv6 (::ffff:a.b.c.d) into plain ones; false if they are not. */
bool fd_unmap_ipv4(uint8_t addr[16]);

#endif
