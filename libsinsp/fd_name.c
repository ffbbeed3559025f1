/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of sockets. */
#include "fd_name.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>

static bool is_ipv6(const struct sinsp_fd *fd)
{
	return fd->type == SCAP_FD_IPV6_SOCK || fd->type == SCAP_FD_IPV6_SERVSOCK;
}

static int put_end(char *out, size_t size, const struct sinsp_fd *fd, const uint8_t *addr,
		   uint16_t port)
{
	char text[INET6_ADDRSTRLEN];

	if (!inet_ntop(is_ipv6(fd) ? AF_INET6 : AF_INET, addr, text, sizeof(text)))
		text[0] = '\0';
	if (fd->l4proto == SCAP_L4_RAW || fd->l4proto == SCAP_L4_ICMP) /* no ports */
		return snprintf(out, size, "%s", text);
	return snprintf(out, size, "%s:%u", text, (unsigned int)port);
}

void fd_name_inet(struct sinsp_fd *fd, struct intern *pool)
{
	char name[2 * (INET6_ADDRSTRLEN + 8)];
	int n = put_end(name, sizeof(name), fd, fd->sip, fd->sport);

	if (fd->type == SCAP_FD_IPV4_SOCK || fd->type == SCAP_FD_IPV6_SOCK) {
		name[n++] = '-';
		name[n++] = '>';
		n += put_end(name + n, sizeof(name) - (size_t)n, fd, fd->dip, fd->dport);
	}
	fd->name = intern_str(pool, name, (size_t)n);
}

void fd_name_unix(struct sinsp_fd *fd, struct intern *pool, const char *path, size_t len)
{
	char name[40 + 128];
	int n = snprintf(name, sizeof(name), "%" PRIx64 "->%" PRIx64 " ", fd->unix_src,
			 fd->unix_dst);

	if (len > sizeof(name) - (size_t)n)
		len = sizeof(name) - (size_t)n;
	if (len > 0)
		memcpy(name + n, path, len);
	fd->name = intern_str(pool, name, (size_t)n + len);
}

bool fd_name_unix_same(const struct sinsp_fd *fd, uint64_t src, uint64_t dst, const char *path,
		       size_t len)
{
	const char *known = strchr(fd->name, ' ');

	if (!known || fd->unix_src != src || fd->unix_dst != dst)
		return false;
	return strncmp(known + 1, path ? path : "", len) == 0 && known[1 + len] == '\0';
}

bool fd_unmap_ipv4(uint8_t addr[16])
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };

	if (memcmp(addr, prefix, sizeof(prefix)) != 0)
		return false;
	memmove(addr, addr + 12, 4);
	memset(addr + 4, 0, 12);
	return true;
}
