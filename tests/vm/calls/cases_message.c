/* SPDX-License-Identifier: BSD-2-Clause */
/* Data over sockets: who sent it to whom, its size, its first bytes. */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "calls.h"
#include "net.h"

#define E(name) SCAP_EVT_SOCKET_##name

static char text[3000], buf[4000];

/* Two datagram sockets that do not know each other: all addresses come with the calls. */
static void udp(int family)
{
	struct sockaddr_storage sa, ra, from;
	socklen_t len = loopback(family, &ra), flen = sizeof(from);
	int s = socket(family, SOCK_DGRAM, 0), r = socket(family, SOCK_DGRAM, 0);
	char name[100];

	need(!bind(r, (void *)&ra, len), "bind");
	name_of(r, &ra);
	loopback(family, &sa);
	need(!bind(s, (void *)&sa, len), "bind");
	name_of(s, &sa);
	snprintf(name, sizeof(name), "sendto and recvfrom, %s", family == AF_INET ? "v4" : "v6");
	begin(name);
	CALL(sendto, s, text, 300, 0, &ra, len);
	CALL(recvfrom, r, buf, 1000, 0, &from, &flen);
	CALL(sendto, s, text, 0, 0, &ra, len);
	CALL(recvfrom, r, buf, 1000, 0, NULL, NULL);
	CALL(recvfrom, r, buf, 1000, MSG_DONTWAIT, NULL, NULL);
	CALL(sendto, -1, text, 5, 0, &ra, len);
	CALL(sendto, s, BAD, 5, 0, BAD, len);
	end();
	want(E(SENDTO_X)), w64(300), w_bytes(text, SNAPLEN), w64(s), w32(300), w_tuple(&sa, &ra);
	want(E(RECVFROM_X)), w64(300), w_bytes(text, SNAPLEN), w_tuple(&sa, &ra), w64(r), w32(1000);
	want(E(SENDTO_X)), w64(0), w_empty(), w64(s), w32(0), w_tuple(&sa, &ra);
	want(E(RECVFROM_X)), w64(0), w_empty();
	{
		struct sockaddr_storage nobody = { .ss_family = family };

		/* nobody asked who sent it */
		w_tuple(&nobody, &ra), w64(r), w32(1000);
	}
	want(E(RECVFROM_X)), w64(-EAGAIN), w_empty(), w_empty(), w64(r), w32(1000);
	want(E(SENDTO_X)), w64(-EBADF), w_bytes(text, 5), w64(-1), w32(5), w_empty();
	want(E(SENDTO_X)), w64(-EFAULT), w_empty(), w64(s), w32(5), w_empty();

	need(!connect(s, (void *)&ra, len), "connect");
	snprintf(name, sizeof(name), "sendto over a connected socket, %s",
		 family == AF_INET ? "v4" : "v6");
	begin(name);
	CALL(sendto, s, text, 4, 0, NULL, 0);
	end();
	want(E(SENDTO_X)), w64(4), w_bytes(text, 4), w64(s), w32(4), w_tuple(&sa, &ra);
	close(s), close(r);
}

static void messages(int family)
{
	struct sockaddr_storage sa, ra, from;
	socklen_t len = loopback(family, &ra);
	int s = socket(family, SOCK_DGRAM, 0), r = socket(family, SOCK_DGRAM, 0), on = 1;
	struct iovec out[2] = { { text, 100 }, { text + 500, 150 } }, in = { buf, 1000 };
	struct msghdr m = { .msg_name = &ra, .msg_namelen = len, .msg_iov = out, .msg_iovlen = 2 };
	unsigned char control[200];
	struct msghdr g = { .msg_name = &from,
			    .msg_namelen = sizeof(from),
			    .msg_iov = &in,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control) };
	char both[SNAPLEN], name[100];
	long got;

	need(!bind(r, (void *)&ra, len), "bind");
	name_of(r, &ra);
	loopback(family, &sa);
	need(!bind(s, (void *)&sa, len), "bind");
	name_of(s, &sa);
	need(!setsockopt(r, SOL_SOCKET, SO_TIMESTAMP, &on, sizeof(on)), "SO_TIMESTAMP");
	memcpy(both, text, 100), memcpy(both + 100, text + 500, SNAPLEN - 100);

	snprintf(name, sizeof(name), "sendmsg and recvmsg, %s", family == AF_INET ? "v4" : "v6");
	begin(name);
	CALL(sendmsg, s, &m, 0);
	got = CALL(recvmsg, r, &g, 0);
	CALL(recvmsg, r, &g, MSG_DONTWAIT);
	CALL(sendmsg, s, BAD, 0);
	CALL(recvmsg, r, BAD, 0);
	end();
	need(got == 250, "recvmsg");
	want(E(SENDMSG_X)), w64(250), w_bytes(both, SNAPLEN), w64(s), w32(250), w_tuple(&sa, &ra);
	want(E(RECVMSG_X)), w64(250), w32(250), w_bytes(both, SNAPLEN), w_tuple(&sa, &ra);
	w_bytes(control, CMSG_SPACE(sizeof(struct timeval))), w64(r);
	want(E(RECVMSG_X)), w64(-EAGAIN), w32(0), w_empty(), w_empty(), w_empty(), w64(r);
	want(E(SENDMSG_X)), w64(-EFAULT), w_empty(), w64(s), w_empty(), w_empty();
	want(E(RECVMSG_X)), w64(-EFAULT), w32(0), w_empty(), w_empty(), w_empty(), w64(r);
	close(s), close(r);
}

static void batches(void)
{
	struct sockaddr_storage sa, ra, from[3];
	socklen_t len = loopback(AF_INET, &ra);
	int s = socket(AF_INET, SOCK_DGRAM, 0), r = socket(AF_INET, SOCK_DGRAM, 0), i;
	struct iovec out[3] = { { text, 10 }, { text + 10, 20 }, { text + 30, 400 } }, in[3];
	struct mmsghdr m[3] = { 0 }, g[3] = { 0 };
	long got;

	need(!bind(r, (void *)&ra, len), "bind");
	name_of(r, &ra);
	loopback(AF_INET, &sa);
	need(!bind(s, (void *)&sa, len), "bind");
	name_of(s, &sa);
	for (i = 0; i < 3; i++) {
		m[i].msg_hdr = (struct msghdr){
			.msg_iov = &out[i], .msg_iovlen = 1, .msg_name = &ra, .msg_namelen = len
		};
		in[i] = (struct iovec){ buf + 1000 * i, 1000 };
		g[i].msg_hdr = (struct msghdr){ .msg_iov = &in[i],
						.msg_iovlen = 1,
						.msg_name = &from[i],
						.msg_namelen = sizeof(from[i]) };
	}
	begin("sendmmsg and recvmmsg are one event a message");
	CALL(sendmmsg, s, m, 3, 0);
	got = CALL(recvmmsg, r, g, 3, 0, NULL);
	CALL(sendmmsg, -1, m, 3, 0);
	CALL(recvmmsg, r, g, 3, MSG_DONTWAIT, NULL);
	end();
	need(got == 3, "recvmmsg");
	for (i = 0; i < 3; i++) {
		size_t n = out[i].iov_len;

		want(E(SENDMMSG_X)), w64(n), w64(s), w32(n);
		w_bytes(out[i].iov_base, n < SNAPLEN ? n : SNAPLEN), w_tuple(&sa, &ra);
	}
	for (i = 0; i < 3; i++) {
		size_t n = out[i].iov_len;

		want(E(RECVMMSG_X)), w64(n), w64(r), w32(n);
		w_bytes(out[i].iov_base, n < SNAPLEN ? n : SNAPLEN), w_tuple(&sa, &ra), w_empty();
	}
	want(E(SENDMMSG_X)), w64(-EBADF), w64(-1), w32(0), w_empty(), w_empty();
	want(E(RECVMMSG_X)), w64(-EAGAIN), w64(r), w32(0), w_empty(), w_empty(), w_empty();
	close(s), close(r);
}

/* The pointers must be the same ones on both sides. */
static void pairs(int type)
{
	int a = new_var(), b = new_var(), fds[2];
	struct iovec in = { buf, 100 };
	struct msghdr g = { .msg_iov = &in, .msg_iovlen = 1 };
	char name[100];
	long ret;

	snprintf(name, sizeof(name), "a socketpair of type %d names its ends", type);
	begin(name);
	ret = CALL(socketpair, AF_UNIX, type, 0, fds);
	CALL(sendto, fds[0], text, 9, 0, NULL, 0);
	CALL(recvmsg, fds[1], &g, 0);
	CALL(write, fds[1], text, 3);
	CALL(recvfrom, fds[0], buf, 50, 0, NULL, NULL);
	CALL(write, fds[1], text, 3);
	CALL(recvfrom, fds[0], buf, 2, MSG_TRUNC, NULL, NULL);
	end();
	need(ret == 0, "socketpair");
	want(E(SOCKETPAIR_X)), w64(0), w64(fds[0]), w64(fds[1]), w_ptr(a), w_ptr(b), w32(AF_UNIX);
	w32(type), w32(0);
	want(E(SENDTO_X)), w64(9), w_bytes(text, 9), w64(fds[0]), w32(9), w_unix(b, a, "");
	want(E(RECVMSG_X)), w64(9), w32(9), w_bytes(text, 9), w_unix(b, a, ""), w_empty();
	w64(fds[1]);
	want(SCAP_EVT_SYSCALL_WRITE_X), w64(3), w_bytes(text, 3), w64(fds[1]), w32(3);
	want(E(RECVFROM_X)), w64(3), w_bytes(text, 3), w_unix(a, b, ""), w64(fds[0]), w32(50);
	want(SCAP_EVT_SYSCALL_WRITE_X), w64(3), w_bytes(text, 3), w64(fds[1]), w32(3);
	/* a message that does not fit tells how long it is, and fills no more than the buffer */
	want(E(RECVFROM_X)), w64((type & 15) == SOCK_STREAM ? 2 : 3), w_bytes(text, 2);
	w_unix(a, b, ""), w64(fds[0]), w32(2);
	close(fds[0]), close(fds[1]);
}

/* Descriptors that travel are in the control data. */
static void ancillary(void)
{
	union {
		struct cmsghdr h;
		unsigned char room[CMSG_SPACE(sizeof(int))];
	} out = { 0 }, in = { 0 };
	struct iovec iov = { text, 1 }, iov2 = { buf, 10 };
	struct msghdr m = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &out, .msg_controllen = sizeof(out)
	};
	struct msghdr g = {
		.msg_iov = &iov2, .msg_iovlen = 1, .msg_control = &in, .msg_controllen = sizeof(in)
	};
	int a = new_var(), b = new_var(), fds[2], fd;

	need(!socketpair(AF_UNIX, SOCK_STREAM, 0, fds), "socketpair");
	out.h = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)),
				  .cmsg_level = SOL_SOCKET,
				  .cmsg_type = SCM_RIGHTS };
	memcpy(CMSG_DATA(&out.h), &fds[0], sizeof(int));
	begin("a descriptor that is passed on");
	CALL(sendmsg, fds[0], &m, 0);
	CALL(recvmsg, fds[1], &g, 0);
	end();
	memcpy(&fd, CMSG_DATA(&in.h), sizeof(int));
	need(fd > 2, "the descriptor");
	want(E(SENDMSG_X)), w64(1), w_bytes(text, 1), w64(fds[0]), w32(1), w_unix(b, a, "");
	want(E(RECVMSG_X)), w64(1), w32(1), w_bytes(text, 1), w_unix(b, a, "");
	w_bytes(&in, g.msg_controllen), w64(fds[1]);
	close(fd), close(fds[0]), close(fds[1]);
}

static void unix_datagrams(void)
{
	struct sockaddr_un at, here;
	int r = socket(AF_UNIX, SOCK_DGRAM, 0), s = socket(AF_UNIX, SOCK_DGRAM, 0);
	socklen_t len = unix_name(&at, "@receiver"), hlen = unix_name(&here, "@sender");
	int rv = new_var(), sv = new_var();

	need(!bind(r, (void *)&at, len) && !bind(s, (void *)&here, hlen), "bind");
	need(!connect(s, (void *)&at, len), "connect");
	begin("a datagram to a connected unix socket");
	CALL(sendto, s, text, 6, 0, NULL, 0);
	end();
	want(E(SENDTO_X)), w64(6), w_bytes(text, 6), w64(s), w32(6), w_unix(rv, sv, "receiver");
	close(s), close(r);
}

/*
 * There is an end to the work of one call, not of all of them: 70 messages into 64 buffers each are
 * more than one call may have.
 */
static void own_work(void)
{
	struct iovec many[64];
	struct msghdr g = { .msg_iov = many, .msg_iovlen = 64 };
	int fds[2], a = new_var(), b = new_var();

	need(!socketpair(AF_UNIX, SOCK_DGRAM, 0, fds), "socketpair");
	for (unsigned int i = 0; i < 64; i++)
		many[i] = (struct iovec){ buf + i, 1 };
	begin("each call has its own share of work");
	for (unsigned int i = 0; i < 70; i++) {
		CALL(sendto, fds[0], text, 2, 0, NULL, 0);
		CALL(recvmsg, fds[1], &g, 0);
	}
	end();
	for (unsigned int i = 0; i < 70; i++) {
		want(E(SENDTO_X)), w64(2), w_bytes(text, 2), w64(fds[0]), w32(2), w_unix(b, a, "");
		want(E(RECVMSG_X)), w64(2), w32(2), w_bytes(text, 2), w_unix(b, a, ""), w_empty();
		w64(fds[1]);
	}
	close(fds[0]), close(fds[1]);
}

void cases_message(void)
{
	size_t i;

	for (i = 0; i < sizeof(text); i++)
		text[i] = 'A' + i % 26;
	udp(AF_INET);
	udp(AF_INET6);
	messages(AF_INET);
	messages(AF_INET6);
	batches();
	pairs(SOCK_STREAM);
	pairs(SOCK_DGRAM);
	pairs(SOCK_SEQPACKET);
	ancillary();
	own_work();
	unix_datagrams();
}
