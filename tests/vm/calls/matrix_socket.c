/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of the matrix: calls on sockets with one buffer or one address. */
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "matrix.h"
#include "scap_event.h"

#define E(name) SCAP_EVT_SOCKET_##name
#define ROW(c)	.name = #c, .nr = SYS_##c

struct pair {
	int32_t a, b;
};

/* A path of 108 bytes, without an end. */
#define NINE "pathpath/"
#define FULL NINE NINE NINE NINE NINE NINE NINE NINE NINE NINE NINE NINE

static const unsigned char bytes[120] = "what is sent";
static const int on = 1, room = 128;
/* The room for an answer, as a call finds it and leaves it. */
static const struct matrix_arg answer_room[] = { { ARG_LEN, .size = 16, .width = 4 } },
			       option_room[] = { { ARG_LEN, .size = 4, .width = 4 } };
static const struct sockaddr_in6 nowhere6 = { .sin6_family = AF_INET6,
					      .sin6_port = 0x3930,
					      .sin6_addr = IN6ADDR_LOOPBACK_INIT };
static const struct sockaddr_un nowhere_un = { AF_UNIX, "nowhere/at/all" },
				hidden_un = { AF_UNIX, "\0hidden" }, full_un = { AF_UNIX, FULL };
static const struct sockaddr_in nowhere = { .sin_family = AF_INET,
					    .sin_port = 0x3930,
					    .sin_addr = { 0x0100007f } };

bool inet_at(const struct matrix_call *c, unsigned long p, unsigned int len, struct sockaddr_in *in)
{
	unsigned char all[128] = { 0 };

	if (len > sizeof(all))
		len = sizeof(all);
	if (!p || len < sizeof(*in) || !fetch(c, all, p, len))
		return false;
	memcpy(in, all, sizeof(*in));
	return in->sin_family == AF_INET;
}

static size_t put_end(unsigned char *out, const struct sockaddr_in *in)
{
	uint16_t port = ntohs(in->sin_port);

	memcpy(out, &in->sin_addr, 4);
	memcpy(out + 4, &port, 2);
	return 6;
}

size_t put_tuple(unsigned char *out, const struct sockaddr_in *from, const struct sockaddr_in *to)
{
	out[0] = AF_INET;
	put_end(out + 1, from);
	put_end(out + 7, to);
	return 13;
}

/* The address of bind and connect. */
static size_t address(const struct matrix_call *c, unsigned char *out)
{
	struct sockaddr_in in;

	if (!inet_at(c, c->arg[1], c->arg[2], &in))
		return 0;
	out[0] = AF_INET;
	return 1 + put_end(out + 1, &in);
}

/* The same of other families. The last member of an inet6 address came later. */
static size_t address6(const struct matrix_call *c, unsigned char *out)
{
	struct sockaddr_in6 in6 = { 0 };
	uint32_t len = c->arg[2];
	uint16_t port;

	if (!c->arg[1] || len < offsetof(struct sockaddr_in6, sin6_scope_id) ||
	    !there(c, c->arg[1], len < 128 ? len : 128))
		return 0;
	memcpy(&in6, (void *)c->arg[1], len < sizeof(in6) ? len : sizeof(in6));
	if (in6.sin6_family != AF_INET6)
		return 0;
	out[0] = AF_INET6;
	port = ntohs(in6.sin6_port);
	memcpy(out + 1, &in6.sin6_addr, 16);
	memcpy(out + 17, &port, 2);
	return 19;
}

/* A path ends at its NUL, or with the address; the NUL before an abstract one is left out. */
static size_t address_path(const struct matrix_call *c, unsigned char *out)
{
	const size_t head = offsetof(struct sockaddr_un, sun_path);
	struct sockaddr_un un = { 0 };
	uint32_t len = c->arg[2] & 0xffffffff;
	const char *path = un.sun_path;
	size_t max;

	if (!c->arg[1] || len <= head || !there(c, c->arg[1], len < 128 ? len : 128))
		return 0;
	memcpy(&un, (void *)c->arg[1], len < sizeof(un) ? len : sizeof(un));
	if (un.sun_family != AF_UNIX)
		return 0;
	max = (len < sizeof(un) ? len : sizeof(un)) - head;
	if (!*path)
		path++, max--;
	out[0] = AF_UNIX;
	max = strnlen(path, max);
	memcpy(out + 1, path, max);
	out[1 + max] = 0;
	return 2 + max;
}

static size_t connected(const struct matrix_call *c, unsigned char *out)
{
	struct sockaddr_in in;

	if (c->ret < 0 || !inet_at(c, c->arg[1], c->arg[2], &in))
		return 0;
	return put_tuple(out, &matrix_sender, &in);
}

static size_t sent_to(const struct matrix_call *c, unsigned char *out)
{
	struct sockaddr_in in;

	if (c->ret < 0 || !inet_at(c, c->arg[4], c->arg[5], &in))
		return 0;
	return put_tuple(out, &matrix_sender, &in);
}

static size_t received_from(const struct matrix_call *c, unsigned char *out)
{
	struct sockaddr_in in = { 0 };
	uint32_t len;

	if (c->ret < 0)
		return 0;
	if (!fetch(c, &len, c->arg[5], sizeof(len)))
		len = 0;
	if (!inet_at(c, c->arg[4], len, &in))
		memset(&in, 0, sizeof(in));
	return put_tuple(out, &in, &matrix_receiver);
}

/* The value of SO_KEEPALIVE, an int: index 2; shorter ones are bytes: index 0. */
static size_t option(const struct matrix_call *c, unsigned long p, uint32_t len, unsigned char *out)
{
	out[0] = len < 4 ? 0 : 2;
	if (len >= 4)
		return fetch(c, out + 1, p, 4) ? 5 : 1;
	return p && fetch(c, out + 1, p, len) ? 1 + len : 1;
}

static size_t option_set(const struct matrix_call *c, unsigned char *out)
{
	return option(c, c->arg[3], c->arg[4], out);
}

/* How long the value is that the call has left; 0 if none. */
static uint32_t left(const struct matrix_call *c)
{
	uint32_t len;

	return c->ret < 0 || !fetch(c, &len, c->arg[4], sizeof(len)) ? 0 : len;
}

static size_t option_got(const struct matrix_call *c, unsigned char *out)
{
	return option(c, left(c) ? c->arg[3] : 0, left(c), out);
}

static size_t option_len(const struct matrix_call *c, unsigned char *out)
{
	uint32_t len = left(c);

	memcpy(out, &len, 4);
	return 4;
}

/* An option whose value is bytes, whatever its length. */
static size_t option_bytes(const struct matrix_call *c, unsigned char *out)
{
	uint32_t len = c->arg[4];

	out[0] = 0;
	if (len > SCAP_MAX_PARAM_LEN - 1)
		len = SCAP_MAX_PARAM_LEN - 1;
	return c->arg[3] && fetch(c, out + 1, c->arg[3], len) ? 1 + len : 1;
}

#define KEEPALIVE CONST(8, 1), CONST(8, SCAP_SO_KEEPALIVE)

const struct matrix_row matrix_socket_rows[] = {
	{ ROW(bind), .arg = { FD(FREE), MEM(nowhere), LEN(1) }, .exit = E(BIND_X),
	  .param = { RES, FN(address), INT(0) } },
	{ ROW(sendto), .arg = { FD(UDP), MEM(bytes), LEN(1), NUM(0), MEM(matrix_receiver), LEN(4) },
	  .exit = E(SENDTO_X), .param = { RES, SENT(1, 2), INT(0), ARG(2, 32), FN(sent_to) } },
	{ ROW(recvfrom), .arg = { FD(RECEIVER), ROOM(80), LEN(1), NUM(0), ROOM(16), MEM(room) },
	  .exit = E(RECVFROM_X), .param = { RES, GOT(1), FN(received_from), INT(0), ARG(2, 32) } },
	{ ROW(connect), .arg = { FD(UDP), MEM(nowhere), LEN(1) }, .exit = E(CONNECT_X),
	  .param = { RES, FN(connected), INT(0), FN(address) }, .enter = E(CONNECT_E),
	  .at_enter = { INT(0), FN(address) } },
	{ ROW(accept), .arg = { FD(LISTEN), ROOM(16), MEM(room) }, .exit = E(ACCEPT_5_X),
	  .param = { RES, NOTHING, CONST(8, 0), CONST(32, 0), CONST(32, 5) } },
	{ ROW(accept4), .arg = { FD(LISTEN), ROOM(16), MEM(room), NUM(0) }, .exit = E(ACCEPT4_6_X),
	  .param = { RES, NOTHING, CONST(8, 0), CONST(32, 0), CONST(32, 5), CONST(32, 0) } },
/* on a socket of another family: refused */
#define OTHER_FAMILY(what, from, encode)                                              \
	{ .name = "bind, " what,                                                      \
	  .nr = SYS_bind,                                                             \
	  .arg = { FD(FREE), MEM(from), LEN(1) },                                     \
	  .exit = E(BIND_X),                                                          \
	  .param = { RES, FN(encode), INT(0) } },                                     \
	{                                                                             \
		.name = "connect, " what, .nr = SYS_connect,                          \
		.arg = { FD(FREE), MEM(from), LEN(1) }, .exit = E(CONNECT_X),         \
		.param = { RES, NOTHING, INT(0), FN(encode) }, .enter = E(CONNECT_E), \
		.at_enter = {                                                         \
			INT(0),                                                       \
			FN(encode)                                                    \
		}                                                                     \
	}
	OTHER_FAMILY("v6", nowhere6, address6),
	OTHER_FAMILY("a path", nowhere_un, address_path),
	OTHER_FAMILY("an abstract name", hidden_un, address_path),
	OTHER_FAMILY("a path without an end", full_un, address_path),
	{ .name = "recvfrom, the room for the address",
	  .nr = SYS_recvfrom,
	  .arg = { FD(RECEIVER), ROOM(80), LEN(1), NUM(MSG_PEEK), ROOM(16),
		   NEST(room, answer_room) },
	  .exit = E(RECVFROM_X),
	  .param = { RES, GOT(1), FN(received_from), INT(0), ARG(2, 32) } },
	{ .name = "getsockopt, the room for the value",
	  .nr = SYS_getsockopt,
	  .arg = { FD(UDP), NUM(SOL_SOCKET), NUM(SO_KEEPALIVE), ROOM(4), NEST(on, option_room) },
	  .exit = E(GETSOCKOPT_X),
	  .param = { RES, INT(0), KEEPALIVE, FN(option_got), FN(option_len) } },
	{ ROW(getsockname), .arg = { FD(UDP), ROOM(16), MEM(room) }, .exit = E(GETSOCKNAME_X) },
	{ ROW(getpeername), .arg = { FD(UDP), ROOM(16), MEM(room) }, .exit = E(GETPEERNAME_X) },
	{ ROW(setsockopt), .arg = { FD(UDP), NUM(SOL_SOCKET), NUM(SO_KEEPALIVE), MEM(on), LEN(3) },
	  .exit = E(SETSOCKOPT_X),
	  .param = { RES, INT(0), KEEPALIVE, FN(option_set), ARG(4, 32) } },
	{ .name = "setsockopt of bytes",
	  .nr = SYS_setsockopt,
	  .arg = { FD(UDP), NUM(SOL_SOCKET), NUM(SO_BINDTODEVICE), MEM(bytes), LEN(3) },
	  .exit = E(SETSOCKOPT_X),
	  .param = { RES, INT(0), CONST(8, 1), ANY(8), FN(option_bytes), ARG(4, 32) } },
	{ ROW(getsockopt), .arg = { FD(UDP), NUM(SOL_SOCKET), NUM(SO_KEEPALIVE), ROOM(4), MEM(on) },
	  .exit = E(GETSOCKOPT_X),
	  .param = { RES, INT(0), KEEPALIVE, FN(option_got), FN(option_len) } },
	{ ROW(socketpair), .arg = { NUM(AF_UNIX), NUM(SOCK_STREAM), NUM(0), ROOM(8) },
	  .exit = E(SOCKETPAIR_X),
	  .param = { RES, LEFT(3, struct pair, a, 64, -1, -1), LEFT(3, struct pair, b, 64, -1, -1),
		     IF_OK(64), IF_OK(64), CONST(32, AF_UNIX), CONST(32, SOCK_STREAM),
		     CONST(32, 0) } },
};
const size_t matrix_socket_rows_count = sizeof(matrix_socket_rows) / sizeof(*matrix_socket_rows);
