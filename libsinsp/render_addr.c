/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses, ports, connections and descriptors as text. */
#include "render.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>

#include "put.h"

#define PORTS 65536u

void render_ip(const uint8_t *addr, size_t len, struct sinsp_text *out)
{
	char buf[INET6_ADDRSTRLEN];
	size_t i;

	if (len == 4) {
		for (i = 0; i < 4; i++) {
			if (i)
				put_char(out, '.');
			put_u64(out, addr[i]);
		}
		return;
	}
	if (inet_ntop(AF_INET6, addr, buf, sizeof(buf)))
		put_str(out, buf);
}

const char *const *render_services(void)
{
	static char **names;
	struct servent *s;
	uint16_t port;

	if (names)
		return (const char *const *)names;
	names = calloc(PORTS, sizeof(*names));
	if (!names)
		return NULL;
	setservent(1);
	while ((s = getservent())) {
		port = ntohs((uint16_t)s->s_port);
		if (!names[port])
			names[port] = strdup(s->s_name);
	}
	endservent();
	return (const char *const *)names;
}

void render_port(struct view *c, uint16_t port, struct sinsp_text *out)
{
	if (c->services && c->services[port])
		put_str(out, c->services[port]);
	else
		put_u64(out, port);
}

static uint16_t load16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint64_t load64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static void put_unix_path(struct view *c, const uint8_t *p, size_t len, struct sinsp_text *out)
{
	render_text(c, (const char *)p, strnlen((const char *)p, len), out);
}

/* Address and port behind it: @n is the length of the address. */
static void put_end(struct view *c, const uint8_t *p, size_t n, struct sinsp_text *out)
{
	render_ip(p, n, out);
	put_char(out, ':');
	render_port(c, load16(p + n), out);
}

static size_t ip_len(uint8_t family)
{
	return family == SCAP_FAMILY_INET ? 4 : family == SCAP_FAMILY_INET6 ? 16 : 0;
}

void render_sockaddr(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	size_t n = ip_len(a->ptr[0]);

	if (n && a->len >= 1 + n + 2)
		put_end(c, a->ptr + 1, n, out);
	else if (a->ptr[0] == SCAP_FAMILY_UNIX)
		put_unix_path(c, a->ptr + 1, a->len - 1, out);
	else
		sinsp_text_printf(out, "family %u", a->ptr[0]);
}

/* An IPv4 address in an IPv6 socket. */
static bool is_mapped(const uint8_t *addr)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };

	return memcmp(addr, prefix, sizeof(prefix)) == 0;
}

#define UNIX_TUPLE 17u /* family and two kernel addresses */

void render_socktuple(struct view *c, const struct arg *a, struct sinsp_text *out)
{
	size_t n = ip_len(a->ptr[0]);
	const uint8_t *src = a->ptr + 1, *dst = src + n + 2;

	if (n && a->len >= 1 + 2 * (n + 2)) {
		if (n == 16 && is_mapped(src) && is_mapped(dst)) {
			n = 4;
			src += 12;
			dst += 12;
		}
		put_end(c, src, n, out);
		put_str(out, "->");
		put_end(c, dst, n, out);
	} else if (a->ptr[0] == SCAP_FAMILY_UNIX && a->len >= UNIX_TUPLE) {
		put_hex(out, load64(a->ptr + 1));
		put_str(out, "->");
		put_hex(out, load64(a->ptr + 9));
		put_char(out, ' ');
		put_unix_path(c, a->ptr + UNIX_TUPLE, a->len - UNIX_TUPLE, out);
	} else {
		sinsp_text_printf(out, "family %u", a->ptr[0]);
	}
}

/* ---- descriptors ---- */

char render_fd_letter(uint8_t type)
{
	static const char letters[SCAP_FD_TYPE_MAX] = {
		[SCAP_FD_UNKNOWN] = 'o',     [SCAP_FD_FILE] = 'f',
		[SCAP_FD_FILE_V2] = 'f',     [SCAP_FD_DIRECTORY] = 'd',
		[SCAP_FD_IPV4_SOCK] = '4',   [SCAP_FD_IPV4_SERVSOCK] = '4',
		[SCAP_FD_IPV6_SOCK] = '6',   [SCAP_FD_IPV6_SERVSOCK] = '6',
		[SCAP_FD_FIFO] = 'p',	     [SCAP_FD_UNIX_SOCK] = 'u',
		[SCAP_FD_EVENT] = 'e',	     [SCAP_FD_UNSUPPORTED] = 'X',
		[SCAP_FD_SIGNALFD] = 's',    [SCAP_FD_EVENTPOLL] = 'l',
		[SCAP_FD_INOTIFY] = 'i',     [SCAP_FD_TIMERFD] = 't',
		[SCAP_FD_NETLINK] = 'n',     [SCAP_FD_BPF] = 'b',
		[SCAP_FD_USERFAULTFD] = 'u', [SCAP_FD_IOURING] = 'r',
		[SCAP_FD_MEMFD] = 'm',	     [SCAP_FD_PIDFD] = 'P',
	};

	return type < SCAP_FD_TYPE_MAX ? letters[type] : 'o';
}

const struct sinsp_fd *render_find_fd(const struct view *c, int64_t num)
{
	if (c->ev->fd && c->ev->fd->num == num)
		return c->ev->fd;
	return c->ev->thread ? sinsp_thread_fd(c->ev->thread, num) : NULL;
}

static bool is_ip(uint8_t type)
{
	return type == SCAP_FD_IPV4_SOCK || type == SCAP_FD_IPV6_SOCK ||
	       type == SCAP_FD_IPV4_SERVSOCK || type == SCAP_FD_IPV6_SERVSOCK;
}

static bool is_connection(uint8_t type)
{
	return type == SCAP_FD_IPV4_SOCK || type == SCAP_FD_IPV6_SOCK;
}

static char proto_letter(const struct sinsp_fd *fd)
{
	if (!is_ip(fd->type))
		return '\0';
	switch (fd->l4proto) {
	case SCAP_L4_TCP:
		return 't';
	case SCAP_L4_UDP:
		return 'u';
	case SCAP_L4_ICMP:
		return 'i';
	case SCAP_L4_RAW:
		return 'r';
	default:
		return '\0';
	}
}

/* With names for the ports the stored text does not do: it is made again from the addresses. */
static void put_fd_ports(struct view *c, const struct sinsp_fd *fd, struct sinsp_text *out)
{
	bool v6 = fd->type == SCAP_FD_IPV6_SOCK || fd->type == SCAP_FD_IPV6_SERVSOCK;

	render_ip(fd->sip, v6 ? 16 : 4, out);
	put_char(out, ':');
	render_port(c, fd->sport, out);
	if (!is_connection(fd->type))
		return;
	put_str(out, "->");
	render_ip(fd->dip, v6 ? 16 : 4, out);
	put_char(out, ':');
	render_port(c, fd->dport, out);
}

void render_fd(struct view *c, const struct sinsp_fd *fd, struct sinsp_text *out)
{
	char proto = proto_letter(fd);

	put_char(out, '<');
	put_char(out, render_fd_letter(fd->type));
	if (proto)
		put_char(out, proto);
	put_char(out, '>');
	if (c->services && is_ip(fd->type) && fd->l4proto != SCAP_L4_RAW && *fd->name)
		put_fd_ports(c, fd, out);
	else
		render_text(c, fd->name, strlen(fd->name), out);
}
