/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls of the 32-bit table on sockets: each part of socketcall, messages, control messages. */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "ia32.h"
#include "net.h"

#define E(name) SCAP_EVT_SOCKET_##name

static char text[3000], buf[4000];

/* socketcall takes its arguments from memory; 0xeeeeeeee shows if too many are read. */
static uint32_t block[6];
#define SOCKETCALL(nr, ...)                                                               \
	(memset(block, 0xee, sizeof(block)),                                              \
	 memcpy(block, (uint32_t[]){ __VA_ARGS__ }, sizeof((uint32_t[]){ __VA_ARGS__ })), \
	 CALL32(socketcall, nr, block))

/* A stream: part numbers 1 to 8, 13 and 18. */
static void stream(void)
{
	static struct sockaddr_storage at, local, peer, from;
	static socklen_t len, flen = sizeof(from);
	static int pair[2];
	int a = new_var(), b = new_var();
	long l, c, s, s2, c2;

	len = loopback(AF_INET, &at);
	begin("socketcall: socket, bind, listen");
	l = SOCKETCALL(1, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	SOCKETCALL(2, l, ptr32(&at), len);
	SOCKETCALL(4, l, 3);
	SOCKETCALL(2, l, BAD32, len);
	end();
	need(l > 0, "socket");
	want(E(SOCKET_X)), w64(l), w32(AF_INET), w32(SOCK_STREAM | SOCK_CLOEXEC), w32(0);
	w_socket_flags(SCAP_O_CLOEXEC);
	want(E(BIND_X)), w64(0), w_addr(&at), w64(l);
	want(E(LISTEN_X)), w64(0), w64(l), w32(3);
	want(E(BIND_X)), w64(-EFAULT), w_empty(), w64(l);

	name_of(l, &at);
	c = socket(AF_INET, SOCK_STREAM, 0), c2 = socket(AF_INET, SOCK_STREAM, 0);
	begin("socketcall: connect has its entry too, accept, getsockname, shutdown");
	SOCKETCALL(3, c, ptr32(&at), len);
	s = SOCKETCALL(5, l, ptr32(&from), ptr32(&flen));
	SOCKETCALL(6, c, ptr32(&from), ptr32(&flen));
	SOCKETCALL(7, c, ptr32(&from), ptr32(&flen));
	SOCKETCALL(3, c2, BAD32, len);
	SOCKETCALL(13, c, 2);
	end();
	need(s > 0, "accept");
	name_of(s, &local), peer_of(s, &peer);
	want(E(CONNECT_E)), w64(c), w_addr(&at);
	want(E(CONNECT_X)), w64(0), w_tuple(&peer, &local), w64(c), w_addr(&at);
	want(E(ACCEPT_5_X)), w64(s), w_tuple(&peer, &local), w8(0), w32(0), w32(3);
	want(E(GETSOCKNAME_X));
	want(E(GETPEERNAME_X));
	want(E(CONNECT_E)), w64(c2), w_empty();
	want(E(CONNECT_X)), w64(-EFAULT), w_empty(), w64(c2), w_empty();
	want(E(SHUTDOWN_X)), w64(0), w64(c), w8(2);

	begin("32-bit connect without socketcall; accept4");
	CALL32(connect, c2, &at, len);
	s2 = SOCKETCALL(18, l, 0, 0, SOCK_NONBLOCK);
	end();
	need(s2 > 0, "accept4");
	name_of(s2, &local), peer_of(s2, &peer);
	want(E(CONNECT_E)), w64(c2), w_addr(&at);
	want(E(CONNECT_X)), w64(0), w_tuple(&peer, &local), w64(c2), w_addr(&at);
	want(E(ACCEPT4_6_X)), w64(s2), w_tuple(&peer, &local), w8(0), w32(0), w32(3);
	w32(SCAP_O_NONBLOCK);

	begin("socketcall: socketpair, send, recv, sendto, recvfrom");
	SOCKETCALL(8, AF_UNIX, SOCK_STREAM, 0, ptr32(pair));
	SOCKETCALL(9, pair[0], ptr32(text), 9, 0);
	SOCKETCALL(10, pair[1], ptr32(buf), 50, 0);
	SOCKETCALL(11, pair[1], ptr32(text), 4, 0, 0, 0);
	SOCKETCALL(12, pair[0], ptr32(buf), 60, 0, 0, 0);
	SOCKETCALL(9, -1, ptr32(text), 5, 0);
	SOCKETCALL(10, pair[0], BAD32, 5, MSG_DONTWAIT);
	end();
	want(E(SOCKETPAIR_X)), w64(0), w64(pair[0]), w64(pair[1]), w_ptr(a), w_ptr(b);
	w32(AF_UNIX), w32(SOCK_STREAM), w32(0);
	want(E(SEND_X)), w64(9), w_bytes(text, 9), w64(pair[0]), w32(9), w_unix(b, a, "");
	want(E(RECV_X)), w64(9), w_bytes(text, 9), w64(pair[1]), w32(50), w_unix(b, a, "");
	want(E(SENDTO_X)), w64(4), w_bytes(text, 4), w64(pair[1]), w32(4), w_unix(a, b, "");
	want(E(RECVFROM_X)), w64(4), w_bytes(text, 4), w_unix(a, b, ""), w64(pair[0]), w32(60);
	want(E(SEND_X)), w64(-EBADF), w_bytes(text, 5), w64(-1), w32(5), w_empty();
	want(E(RECV_X)), w64(-EAGAIN), w_empty(), w64(pair[0]), w32(5), w_empty();
	close(pair[0]), close(pair[1]), close(c), close(c2), close(s), close(s2), close(l);
}

static void hostile_blocks(void)
{
	begin("socketcall that cannot be taken apart is told as itself");
	CALL32(socketcall, 1, BAD32);
	CALL32(socketcall, 3, NULL);
	CALL32(socketcall, 0, block);
	CALL32(socketcall, 21, block);
	CALL32(socketcall, -1, block);
	end();
	for (int i = 0; i < 5; i++) {
		int nr = i == 0 || i > 1 ? SYS_socket : SYS_connect;

		want(SCAP_EVT_GENERIC_X), w16(SCAP_SC_socketcall), w16(nr);
	}
}

static void options(void)
{
	static int v = 1;
	static int32_t tv[2] = { 2, 500000 };
	static int64_t wide[2] = { 3, 250000 };
	static socklen_t len;
	long fd = socket(AF_INET, SOCK_STREAM, 0);
	uint64_t ns = 2500000000, wide_ns = 3250000000;

	begin("socketcall: setsockopt and getsockopt, with times of both widths");
	SOCKETCALL(14, fd, SOL_SOCKET, SO_REUSEADDR, ptr32(&v), sizeof(v));
	SOCKETCALL(14, fd, SOL_SOCKET, 20, ptr32(tv), sizeof(tv));
	len = sizeof(tv);
	SOCKETCALL(15, fd, SOL_SOCKET, 20, ptr32(tv), ptr32(&len));
	SOCKETCALL(14, fd, SOL_SOCKET, 66, ptr32(wide), sizeof(wide));
	SOCKETCALL(14, fd, SOL_SOCKET, 20, BAD32, sizeof(tv));
	end();
	want(E(SETSOCKOPT_X)), w64(0), w64(fd), w8(1), w8(SCAP_SO_REUSEADDR), w_dyn(2, &v, 4);
	w32(4);
	want(E(SETSOCKOPT_X)), w64(0), w64(fd), w8(1), w8(SCAP_SO_RCVTIMEO), w_dyn(4, &ns, 8);
	w32(8);
	want(E(GETSOCKOPT_X)), w64(0), w64(fd), w8(1), w8(SCAP_SO_RCVTIMEO), w_dyn(4, &ns, 8);
	w32(8);
	want(E(SETSOCKOPT_X)), w64(0), w64(fd), w8(1), w8(SCAP_SO_RCVTIMEO), w_dyn(4, &wide_ns, 8);
	w32(16);
	want(E(SETSOCKOPT_X)), w64(-EFAULT), w64(fd), w8(1), w8(SCAP_SO_RCVTIMEO), w_dyn(4, "", 0);
	w32(8);
	close(fd);
}

static void messages(void)
{
	static struct sockaddr_storage sa, ra, from;
	static struct iovec32 out[2], in[1];
	static struct msghdr32 m, g;
	static struct mmsghdr32 mm[2], gg[2];
	static char both[SNAPLEN];
	socklen_t len = loopback(AF_INET, &ra);
	int s = socket(AF_INET, SOCK_DGRAM, 0), r = socket(AF_INET, SOCK_DGRAM, 0), i;
	long got;

	need(!bind(r, (void *)&ra, len), "bind");
	name_of(r, &ra);
	loopback(AF_INET, &sa);
	need(!bind(s, (void *)&sa, len), "bind");
	name_of(s, &sa);
	out[0] = (struct iovec32){ ptr32(text), 100 };
	out[1] = (struct iovec32){ ptr32(text + 500), 150 };
	in[0] = (struct iovec32){ ptr32(buf), 1000 };
	m = (struct msghdr32){ .name = ptr32(&ra), .namelen = len, .iov = ptr32(out), .iovlen = 2 };
	g = (struct msghdr32){
		.name = ptr32(&from), .namelen = sizeof(from), .iov = ptr32(in), .iovlen = 1
	};
	for (i = 0; i < 2; i++) {
		mm[i].hdr = m, mm[i].hdr.iovlen = i + 1;
		gg[i].hdr = g;
	}
	memcpy(both, text, 100), memcpy(both + 100, text + 500, SNAPLEN - 100);
	begin("32-bit sendmsg and recvmsg, in socketcall and by themselves");
	SOCKETCALL(16, s, ptr32(&m), 0);
	SOCKETCALL(17, r, ptr32(&g), 0);
	CALL32(sendmsg, s, &m, 0);
	CALL32(recvmsg, r, &g, 0);
	CALL32(sendmsg, s, BAD32, 0);
	SOCKETCALL(17, r, ptr32(&g), MSG_DONTWAIT);
	end();
	for (i = 0; i < 2; i++) {
		want(E(SENDMSG_X)), w64(250), w_bytes(both, SNAPLEN), w64(s), w32(250);
		w_tuple(&sa, &ra);
		want(E(RECVMSG_X)), w64(250), w32(250), w_bytes(both, SNAPLEN), w_tuple(&sa, &ra);
		w_empty(), w64(r);
	}
	want(E(SENDMSG_X)), w64(-EFAULT), w_empty(), w64(s), w_empty(), w_empty();
	want(E(RECVMSG_X)), w64(-EAGAIN), w32(0), w_empty(), w_empty(), w_empty(), w64(r);

	begin("32-bit sendmmsg and recvmmsg, in socketcall and by themselves");
	SOCKETCALL(20, s, ptr32(mm), 2, 0);
	got = SOCKETCALL(19, r, ptr32(gg), 2, 0, 0);
	CALL32(sendmmsg, s, mm, 2, 0);
	CALL32(recvmmsg, r, gg, 2, 0, 0);
	CALL32(sendmmsg, -1, mm, 2, 0);
	end();
	need(got == 2, "recvmmsg");
	for (i = 0; i < 8; i++) {
		bool one = i % 2 == 0;

		want(i / 2 % 2 ? E(RECVMMSG_X) : E(SENDMMSG_X)), w64(one ? 100 : 250);
		w64(i / 2 % 2 ? r : s), w32(one ? 100 : 250);
		w_bytes(both, one ? 100 : SNAPLEN), w_tuple(&sa, &ra);
		if (i / 2 % 2)
			w_empty();
	}
	want(E(SENDMMSG_X)), w64(-EBADF), w64(-1), w32(0), w_empty(), w_empty();
	close(s), close(r);
}

/* What a 64-bit program would have received: the reader cannot tell who it was. */
static void descriptors(void)
{
	static struct {
		struct cmsghdr32 h;
		int fds[3];
	} out, in[3];
	static struct iovec32 iov, iov2;
	static struct msghdr32 m, g;
	struct {
		struct cmsghdr h;
		int fds[4];
	} wide = { 0 };
	int a = new_var(), b = new_var(), pair[2], i;

	need(!socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
	iov = (struct iovec32){ ptr32(text), 1 };
	iov2 = (struct iovec32){ ptr32(buf), 10 };
	out.h = (struct cmsghdr32){ sizeof(out), SOL_SOCKET, SCM_RIGHTS };
	for (i = 0; i < 3; i++)
		out.fds[i] = pair[0];
	m = (struct msghdr32){
		.iov = ptr32(&iov), .iovlen = 1, .control = ptr32(&out), .controllen = sizeof(out)
	};
	g = (struct msghdr32){
		.iov = ptr32(&iov2), .iovlen = 1, .control = ptr32(in), .controllen = sizeof(in)
	};
	begin("descriptors that a 32-bit program receives lie as those of a 64-bit one");
	CALL32(sendmsg, pair[0], &m, 0);
	CALL32(recvmsg, pair[1], &g, 0);
	end();
	need(g.controllen >= sizeof(out) && in[0].fds[2] > 2, "the descriptors");
	wide.h = (struct cmsghdr){ CMSG_LEN(12), SOL_SOCKET, SCM_RIGHTS };
	memcpy(wide.fds, in[0].fds, 12);
	want(E(SENDMSG_X)), w64(1), w_bytes(text, 1), w64(pair[0]), w32(1), w_unix(b, a, "");
	want(E(RECVMSG_X)), w64(1), w32(1), w_bytes(text, 1), w_unix(b, a, "");
	w_bytes(&wide, CMSG_SPACE(12)), w64(pair[1]);
	for (i = 0; i < 3; i++)
		close(in[0].fds[i]);
	close(pair[0]), close(pair[1]);
}

void cases_ia32_net(void)
{
	size_t i;

	for (i = 0; i < sizeof(text); i++)
		text[i] = 'A' + i % 26;
	stream();
	hostile_blocks();
	options();
	messages();
	descriptors();
}
