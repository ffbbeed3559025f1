/* SPDX-License-Identifier: BSD-2-Clause */
/* One line of a table of sockets: /proc/net/tcp, udp, raw, icmp (and those of IPv6), unix, netlink.
 */
#include "proc_scan.h"

#include <arpa/inet.h>
#include <stdlib.h>

#define FIELDS_MAX 12

/* Splits at blanks, in place. Returns the number of fields; what is behind the last one stays. */
static int split(char *line, char **field, int max)
{
	int n = 0;

	while (n < max) {
		line += strspn(line, " \t");
		if (*line == '\0')
			break;
		field[n++] = line;
		line += strcspn(line, " \t");
		if (*line)
			*line++ = '\0';
	}
	return n;
}

static bool number(const char *text, int base, uint64_t *out)
{
	char *end;

	if (*text == '-' || *text == '+' || *text == '\0')
		return false;
	*out = strtoull(text, &end, base);
	return *end == '\0';
}

/*
 * "ADDRESS:PORT" in hex. The address is printed as 32-bit words of the machine's own byte order;
 * the port in the order of numbers.
 */
static bool endpoint(const char *text, bool ipv6, uint8_t *addr, uint16_t *port)
{
	size_t words = ipv6 ? 4 : 1, i;
	char word[9];
	uint64_t v;
	uint32_t v32;

	if (strlen(text) != words * 8 + 5 || text[words * 8] != ':')
		return false;
	for (i = 0; i < words; i++) {
		memcpy(word, text + i * 8, 8);
		word[8] = '\0';
		if (!number(word, 16, &v))
			return false;
		v32 = (uint32_t)v;
		memcpy(addr + i * 4, &v32, sizeof(v32));
	}
	if (!number(text + words * 8 + 1, 16, &v))
		return false;
	*port = (uint16_t)v;
	return true;
}

static bool is_zero(const uint8_t *p, size_t n)
{
	while (n--)
		if (*p++)
			return false;
	return true;
}

static bool is_mapped(const uint8_t *addr)
{
	return is_zero(addr, 10) && addr[10] == 0xff && addr[11] == 0xff;
}

static void unmap(uint8_t *addr)
{
	memmove(addr, addr + 12, 4);
	memset(addr + 4, 0, 12);
}

/* "sl local remote st tx:rx tr:when retrnsmt uid timeout inode ..." */
static bool inet_line(enum proc_socket_table table, char *line, struct scap_fd *fd)
{
	static const uint8_t l4[] = { SCAP_L4_TCP, SCAP_L4_TCP, SCAP_L4_UDP,  SCAP_L4_UDP,
				      SCAP_L4_RAW, SCAP_L4_RAW, SCAP_L4_ICMP, SCAP_L4_ICMP };
	bool ipv6 = table & 1; /* every second one, see the enumeration */
	char *field[FIELDS_MAX];
	bool connected;

	if (split(line, field, FIELDS_MAX) < 10 || !endpoint(field[1], ipv6, fd->sip, &fd->sport) ||
	    !endpoint(field[2], ipv6, fd->dip, &fd->dport) || !number(field[9], 10, &fd->ino) ||
	    fd->ino == 0)
		return false;
	fd->l4proto = l4[table];
	connected = fd->dport != 0 || !is_zero(fd->dip, 16);
	if (ipv6 && connected && is_mapped(fd->sip) && is_mapped(fd->dip)) {
		unmap(fd->sip);
		unmap(fd->dip);
		ipv6 = false;
	}
	if (connected)
		fd->type = ipv6 ? SCAP_FD_IPV6_SOCK : SCAP_FD_IPV4_SOCK;
	else
		fd->type = ipv6 ? SCAP_FD_IPV6_SERVSOCK : SCAP_FD_IPV4_SERVSOCK;
	return true;
}

/* "Num: RefCount Protocol Flags Type St Inode Path"; the path may hold blanks, or be absent. */
static bool unix_line(char *line, struct scap_fd *fd)
{
	char *field[8], *path = NULL, *p = line;
	uint64_t ignored;
	int i;

	for (i = 0; i < 7; i++) {
		p += strspn(p, " ");
		if (*p == '\0')
			return false;
		field[i] = p;
		p += strcspn(p, " ");
		if (*p)
			*p++ = '\0';
		else if (i < 6)
			return false;
		path = p;
	}
	i = (int)strlen(field[0]);
	if (i < 2 || field[0][i - 1] != ':')
		return false;
	field[0][i - 1] = '\0';
	if (!number(field[0], 16, &fd->unix_src) || !number(field[1], 16, &ignored) ||
	    !number(field[4], 16, &ignored) || !number(field[6], 10, &fd->ino) || fd->ino == 0)
		return false;
	fd->type = SCAP_FD_UNIX_SOCK;
	fd->l4proto = SCAP_L4_NA;
	/* An abstract name begins with '@' here; events tell it without its leading NUL. */
	fd->name = *path == '@' ? path + 1 : path;
	return true;
}

/* "sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode" */
static bool netlink_line(char *line, struct scap_fd *fd)
{
	char *field[FIELDS_MAX];

	if (split(line, field, FIELDS_MAX) < 10 || !number(field[9], 10, &fd->ino) || fd->ino == 0)
		return false;
	fd->type = SCAP_FD_NETLINK;
	return true;
}

bool proc_parse_socket(enum proc_socket_table table, char *line, struct scap_fd *fd)
{
	memset(fd, 0, sizeof(*fd));
	fd->name = "";
	switch (table) {
	case PROC_UNIX:
		return unix_line(line, fd);
	case PROC_NETLINK:
		return netlink_line(line, fd);
	case PROC_SOCKET_TABLES:
		return false;
	default:
		return inet_line(table, line, fd);
	}
}
