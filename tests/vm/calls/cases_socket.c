/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets: making, naming, connecting, accepting, options. The truth is what getsockname says. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "calls.h"
#include "net.h"

#define E(name) SCAP_EVT_SOCKET_##name

/* ---- addresses as they are recorded (net.h) ---- */

size_t enc_addr(unsigned char *to, const void *addr)
{
	const struct sockaddr *sa = addr;
	const struct sockaddr_in *in = addr;
	const struct sockaddr_in6 *in6 = addr;
	const struct sockaddr_un *un = addr;
	uint16_t port;

	to[0] = sa->sa_family;
	switch (sa->sa_family) {
	case AF_INET:
		port = ntohs(in->sin_port);
		memcpy(to + 1, &in->sin_addr, 4), memcpy(to + 5, &port, 2);
		return 7;
	case AF_INET6:
		port = ntohs(in6->sin6_port);
		memcpy(to + 1, &in6->sin6_addr, 16), memcpy(to + 17, &port, 2);
		return 19;
	default:
		strcpy((char *)to + 1, un->sun_path[0] ? un->sun_path : un->sun_path + 1);
		return 2 + strlen((char *)to + 1);
	}
}

void w_addr(const void *addr)
{
	unsigned char b[128];

	w_bytes(b, enc_addr(b, addr));
}

void w_tuple(const void *source, const void *dest)
{
	unsigned char b[64], d[64];
	size_t n = enc_addr(b, source), m = enc_addr(d, dest);

	memcpy(b + n, d + 1, m - 1);
	w_bytes(b, n + m - 1);
}

void name_of(int fd, struct sockaddr_storage *a)
{
	socklen_t len = sizeof(*a);

	memset(a, 0, sizeof(*a));
	need(getsockname(fd, (struct sockaddr *)a, &len) == 0, "getsockname");
}

void peer_of(int fd, struct sockaddr_storage *a)
{
	socklen_t len = sizeof(*a);

	memset(a, 0, sizeof(*a));
	need(getpeername(fd, (struct sockaddr *)a, &len) == 0, "getpeername");
}

socklen_t loopback(int family, struct sockaddr_storage *a)
{
	struct sockaddr_in *in = (void *)a;
	struct sockaddr_in6 *in6 = (void *)a;

	memset(a, 0, sizeof(*a));
	a->ss_family = family;
	if (family == AF_INET) {
		in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return sizeof(*in);
	}
	in6->sin6_addr = in6addr_loopback;
	return sizeof(*in6);
}

socklen_t unix_name(struct sockaddr_un *a, const char *path)
{
	memset(a, 0, sizeof(*a));
	a->sun_family = AF_UNIX;
	if (*path == '@') /* abstract */
		strcpy(a->sun_path + 1, path + 1);
	else
		strcpy(a->sun_path, path);
	return offsetof(struct sockaddr_un, sun_path) + strlen(path) + (*path != '@');
}

/* ---- cases ---- */

void w_socket_flags(uint32_t flags)
{
	if (HAS(4, 4))
		w32(flags);
}

static void makes(void)
{
	int fds[2];
	long a, b, ret;

	begin("socket");
	a = CALL(socket, AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
	b = CALL(socket, AF_INET6, SOCK_DGRAM, 0);
	CALL(socket, 99, 1, 2);
	end();
	want(E(SOCKET_X)), w64(a), w32(AF_INET), w32(SOCK_STREAM | 04000 | 02000000), w32(6);
	w_socket_flags(SCAP_O_NONBLOCK | SCAP_O_CLOEXEC);
	want(E(SOCKET_X)), w64(b), w32(AF_INET6), w32(SOCK_DGRAM), w32(0);
	w_socket_flags(0);
	want(E(SOCKET_X)), w64(-EAFNOSUPPORT), w32(99), w32(1), w32(2);
	w_socket_flags(0);
	close(a), close(b);

	begin("socketpair");
	ret = CALL(socketpair, AF_UNIX, SOCK_STREAM, 0, fds);
	CALL(socketpair, AF_UNIX, SOCK_DGRAM, 0, BAD);
	end();
	need(ret == 0, "socketpair");
	want(E(SOCKETPAIR_X)), w64(0), w64(fds[0]), w64(fds[1]), w_ptr(new_var()), w_ptr(new_var());
	w32(AF_UNIX), w32(SOCK_STREAM), w32(0);
	want(E(SOCKETPAIR_X)), w64(-EFAULT), w64(-1), w64(-1), w64(0), w64(0);
	w32(AF_UNIX), w32(SOCK_DGRAM), w32(0);
	close(fds[0]), close(fds[1]);
}

/* A listener, a connection to it and its other end, over TCP. */
static void tcp(int family)
{
	struct sockaddr_storage at, listener, local, peer, answer;
	socklen_t len = loopback(family, &at), alen = sizeof(answer);
	int l = socket(family, SOCK_STREAM, 0), c = socket(family, SOCK_STREAM, 0);
	char name[100];
	long ret, s;

	snprintf(name, sizeof(name), "bind and listen, %s", family == AF_INET ? "v4" : "v6");
	begin(name);
	ret = CALL(bind, l, &at, len);
	CALL(listen, l, 3);
	CALL(bind, l, BAD, len);
	CALL(bind, -1, &at, 1);
	end();
	need(ret == 0, "bind");
	want(E(BIND_X)), w64(0), w_addr(&at), w64(l);
	want(E(LISTEN_X)), w64(0), w64(l), w32(3);
	want(E(BIND_X)), w64(-EFAULT), w_empty(), w64(l);
	want(E(BIND_X)), w64(-EBADF), w_empty(), w64(-1);

	name_of(l, &listener);
	snprintf(name, sizeof(name), "connect and accept, %s", family == AF_INET ? "v4" : "v6");
	begin(name);
	ret = CALL(connect, c, &listener, len);
	s = CALL(accept, l, &answer, &alen);
	end();
	need(ret == 0 && s >= 0, "connect and accept");
	name_of(c, &local), peer_of(c, &peer);
	want(E(CONNECT_E)), w64(c), w_addr(&listener);
	want(E(CONNECT_X)), w64(0), w_tuple(&local, &peer), w64(c), w_addr(&listener);
	want(E(ACCEPT_5_X)), w64(s), w_tuple(&local, &peer), w8(0), w32(0), w32(3);
	close(s), close(c);

	/* two more wait in the queue of three */
	c = socket(family, SOCK_STREAM, 0);
	need(connect(c, (void *)&listener, len) == 0, "connect");
	ret = socket(family, SOCK_STREAM, 0);
	need(connect(ret, (void *)&listener, len) == 0, "connect");
	snprintf(name, sizeof(name), "accept4, with one left in the queue, %s",
		 family == AF_INET ? "v4" : "v6");
	begin(name);
	s = CALL(accept4, l, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	CALL(accept4, c, NULL, NULL, 0);
	end();
	name_of(c, &local), peer_of(c, &peer);
	want(E(ACCEPT4_6_X)), w64(s), w_tuple(&local, &peer), w8(33), w32(1), w32(3);
	w32(SCAP_O_CLOEXEC | SCAP_O_NONBLOCK);
	want(E(ACCEPT4_6_X)), w64(-EINVAL), w_empty(), w_any(1), w_any(4), w_any(4), w32(0);

	snprintf(name, sizeof(name), "shutdown, getsockname, getpeername, %s",
		 family == AF_INET ? "v4" : "v6");
	begin(name);
	CALL(shutdown, c, SHUT_RDWR);
	CALL(getsockname, c, BAD, BAD);
	CALL(getpeername, c, &answer, &alen);
	end();
	want(E(SHUTDOWN_X)), w64(0), w64(c), w8(2);
	want(E(GETSOCKNAME_X));
	want(E(GETPEERNAME_X));
	close(s), close(c), close(ret), close(l);

	c = socket(family, SOCK_STREAM, 0);
	snprintf(name, sizeof(name), "connect that is refused, %s",
		 family == AF_INET ? "v4" : "v6");
	begin(name);
	CALL(connect, c, &listener, len);
	CALL(connect, c, BAD, len);
	CALL(connect, c, NULL, 0);
	end();
	want(E(CONNECT_E)), w64(c), w_addr(&listener);
	want(E(CONNECT_X)), w64(-ECONNREFUSED), w_empty(), w64(c), w_addr(&listener);
	want(E(CONNECT_E)), w64(c), w_empty();
	want(E(CONNECT_X)), w64(-EFAULT), w_empty(), w64(c), w_empty();
	want(E(CONNECT_E)), w64(c), w_empty();
	want(E(CONNECT_X)), w64(-EINVAL), w_empty(), w64(c), w_empty();
	close(c);
}

static void unix_sockets(const char *path)
{
	struct sockaddr_un at, longest;
	socklen_t len = unix_name(&at, path);
	int l = socket(AF_UNIX, SOCK_STREAM, 0), c = socket(AF_UNIX, SOCK_STREAM, 0);
	const char *shown = *path == '@' ? path + 1 : path;
	int server = new_var(), client = new_var();
	char name[100];
	long s;

	snprintf(name, sizeof(name), "unix sockets at %s", path);
	begin(name);
	CALL(bind, l, &at, len);
	CALL(listen, l, 5);
	CALL(connect, c, &at, len);
	s = CALL(accept, l, NULL, NULL);
	end();
	need(s >= 0, "a unix connection");
	want(E(BIND_X)), w64(0), w_addr(&at), w64(l);
	want(E(LISTEN_X)), w64(0), w64(l), w32(5);
	want(E(CONNECT_E)), w64(c), w_addr(&at);
	want(E(CONNECT_X)), w64(0), w_unix(server, client, shown), w64(c), w_addr(&at);
	want(E(ACCEPT_5_X)), w64(s), w_unix(server, client, shown), w8(0), w32(0), w32(5);
	close(s), close(c), close(l);
	unlink(path);

	memset(&longest, 'p', sizeof(longest));
	longest.sun_family = AF_UNIX;
	c = socket(AF_UNIX, SOCK_STREAM, 0);
	begin("a unix path without an end");
	CALL(connect, c, &longest, sizeof(longest));
	end();
	{
		unsigned char b[110] = { AF_UNIX };

		memset(b + 1, 'p', 108);
		want(E(CONNECT_E)), w64(c), w_bytes(b, 110);
		want(E(CONNECT_X)), w64(-ENOENT), w_empty(), w64(c), w_bytes(b, 110);
	}
	close(c);
}

static void options(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), v = 1, buf = 0;
	struct timeval tv = { 3, 250000 };
	uint64_t ns = 3250000000ull;
	struct linger ling = { 1, 9 };
	socklen_t len = sizeof(buf);
	int64_t err = 0;

	begin("setsockopt");
	CALL(setsockopt, fd, SOL_SOCKET, SO_REUSEADDR, &v, sizeof(v));
	CALL(setsockopt, fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	CALL(setsockopt, fd, SOL_SOCKET, SO_LINGER, &ling, sizeof(ling));
	CALL(setsockopt, fd, IPPROTO_TCP, TCP_NODELAY, &v, sizeof(v));
	CALL(setsockopt, fd, IPPROTO_IP, 1, &v, sizeof(v));
	CALL(setsockopt, fd, SOL_SOCKET, SO_DEBUG, &v, 1);
	CALL(setsockopt, fd, SOL_SOCKET, SO_KEEPALIVE, BAD, 4);
	end();
	want(E(SETSOCKOPT_X)), w64(0), w64(fd), w8(1), w8(SCAP_SO_REUSEADDR), w_dyn(2, &v, 4),
		w32(4);
	want(E(SETSOCKOPT_X)), w64(0), w64(fd), w8(1), w8(SCAP_SO_RCVTIMEO), w_dyn(4, &ns, 8);
	w32(16);
	want(E(SETSOCKOPT_X)), w64(0), w64(fd), w8(1), w8(SCAP_SO_LINGER), w_dyn(0, &ling, 8);
	w32(8);
	want(E(SETSOCKOPT_X)), w64(0), w64(fd), w8(2), w8(0), w_dyn(0, &v, 4), w32(4);
	want(E(SETSOCKOPT_X)), w64(0), w64(fd), w8(0), w8(0), w_dyn(0, &v, 4), w32(4);
	want(E(SETSOCKOPT_X)), w64(-EINVAL), w64(fd), w8(1), w8(SCAP_SO_DEBUG), w_dyn(0, &v, 1);
	w32(1);
	want(E(SETSOCKOPT_X)), w64(-EFAULT), w64(fd), w8(1), w8(SCAP_SO_KEEPALIVE), w_dyn(2, "", 0);
	w32(4);

	begin("getsockopt");
	CALL(getsockopt, fd, SOL_SOCKET, SO_TYPE, &buf, &len);
	CALL(getsockopt, fd, SOL_SOCKET, SO_ERROR, &buf, &len);
	CALL(getsockopt, -1, SOL_SOCKET, SO_TYPE, &buf, &len);
	end();
	v = SOCK_STREAM;
	want(E(GETSOCKOPT_X)), w64(0), w64(fd), w8(1), w8(SCAP_SO_TYPE), w_dyn(2, &v, 4), w32(4);
	want(E(GETSOCKOPT_X)), w64(0), w64(fd), w8(1), w8(SCAP_SO_ERROR), w_dyn(1, &err, 8), w32(4);
	want(E(GETSOCKOPT_X)), w64(-EBADF), w64(-1), w8(1), w8(SCAP_SO_TYPE), w_dyn(0, "", 0);
	w32(0);
	close(fd);
}

/* A call of the 32-bit table, which a 64-bit program can make too; pointers fit into 32 bits. */
static long call32(long nr, long b, const void *c)
{
	long ret;

	__asm__ volatile("int $0x80"
			 : "=a"(ret)
			 : "a"(nr), "b"(b), "c"(c), "d"(0), "S"(0), "D"(0)
			 : "memory", "r8", "r9", "r10", "r11");
	return (int)ret;
}

/* send and recv have no number of their own in the 64-bit table. */
static void socketcalls(void)
{
	struct {
		uint32_t args[4][4];
		char out[8], in[8];
	} *m = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1,
		    0);
	int fds[2], a = new_var(), b = new_var();

	need(m != MAP_FAILED && !socketpair(AF_UNIX, SOCK_STREAM, 0, fds), "sockets");
	strcpy(m->out, "hello");
	for (int i = 0; i < 4; i++) {
		m->args[i][0] = i == 0 ? fds[0] : i == 1 ? fds[1] : -1;
		m->args[i][1] = (uint32_t)(uintptr_t)(i & 1 ? m->in : m->out);
		m->args[i][2] = 5;
	}
	begin("send and recv through socketcall");
	call32(102, 9, m->args[0]);
	call32(102, 10, m->args[1]);
	call32(102, 9, m->args[2]);
	call32(102, 10, m->args[3]);
	end();
	want(E(SEND_X)), w64(5), w_bytes("hello", 5), w64(fds[0]), w32(5), w_unix(b, a, "");
	want(E(RECV_X)), w64(5), w_bytes("hello", 5), w64(fds[1]), w32(5), w_unix(b, a, "");
	want(E(SEND_X)), w64(-EBADF), w_bytes("hello", 5), w64(-1), w32(5), w_empty();
	want(E(RECV_X)), w64(-EBADF), w_empty(), w64(-1), w32(5), w_empty();
	close(fds[0]), close(fds[1]);
	munmap(m, 4096);
}

void cases_socket(void)
{
	socketcalls();
	makes();
	tcp(AF_INET);
	tcp(AF_INET6);
	unix_sockets("sock");
	unix_sockets("@hidden");
	options();
}
