/* SPDX-License-Identifier: BSD-2-Clause */
/* Socket addresses in tests: made, asked of the kernel, and as events must have them. */
#ifndef NET_H
#define NET_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

/* An address as a SOCKADDR parameter; its length. */
size_t enc_addr(unsigned char *to, const void *addr);
void w_addr(const void *addr);
/* A tuple of two inet or inet6 addresses. */
void w_tuple(const void *source, const void *dest);

/* The flags of a new socket, where the schema has them. */
void w_socket_flags(uint32_t flags);

void name_of(int fd, struct sockaddr_storage *a);
void peer_of(int fd, struct sockaddr_storage *a);
socklen_t loopback(int family, struct sockaddr_storage *a);
/* A name that starts with @ is abstract. */
socklen_t unix_name(struct sockaddr_un *a, const char *path);

#endif
