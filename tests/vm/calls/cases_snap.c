/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The dynamic snap length: how much is kept of the data of sockets, by ports and by what the data
 * begins with. A row of the table is one kind of message; it goes from one socket to another one by
 * every call that sends and every call that receives.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "calls.h"
#include "net.h"
#include "scap_abi.h"

#define E(name) SCAP_EVT_SYSCALL_##name
#define S(name) SCAP_EVT_SOCKET_##name

#define SIZE 20000 /* of a message */

#define STATSD	    8125
#define RANGE_FIRST 20000
#define RANGE_LAST  20010

/* What is kept of a message. */
#define NO_MORE	 SNAPLEN
#define DNS	 512
#define PROTOCOL 2000
#define RANGE	 16000

static const struct row {
	const char *name;
	uint16_t from, to; /* ports; 0: any */
	const char *head;
	size_t head_len;
	unsigned int sent, got; /* bytes kept of it where it is sent, and where it is received */
	int family;
} rows[] = {
#define ROW4(name, from, to, head, sent, got)                              \
	{                                                                  \
		name, from, to, head, sizeof(head) - 1, sent, got, AF_INET \
	}
#define ROW6(name, from, to, head, sent, got)                               \
	{                                                                   \
		name, from, to, head, sizeof(head) - 1, sent, got, AF_INET6 \
	}
	ROW4("nothing known", 0, 0, "", NO_MORE, NO_MORE),
	ROW6("nothing known, v6", 0, 0, "", NO_MORE, NO_MORE),

	/* the other end's port counts alone: of a query where it is sent, of an answer where it
	   comes */
	ROW4("a DNS query", 0, 53, "", DNS, NO_MORE),
	ROW6("a DNS query, v6", 0, 53, "", DNS, NO_MORE),
	ROW4("a DNS answer", 53, 0, "", NO_MORE, DNS),
	ROW4("what is next to DNS", 54, 52, "", NO_MORE, NO_MORE),
	ROW4("HTTP to the port of DNS", 0, 53, "GET / HTTP/1.1", DNS, PROTOCOL),
	ROW4("statsd", 0, STATSD, "", PROTOCOL, NO_MORE),
	ROW6("statsd, v6", 0, STATSD, "", PROTOCOL, NO_MORE),
	ROW4("an answer of statsd", STATSD, 0, "", NO_MORE, PROTOCOL),
	ROW4("what is next to statsd", STATSD - 1, STATSD + 1, "", NO_MORE, NO_MORE),

	ROW4("below the range of ports", 0, RANGE_FIRST - 1, "", NO_MORE, NO_MORE),
	ROW4("to the first port of the range", 0, RANGE_FIRST, "", RANGE, RANGE),
	ROW6("to the first port of the range, v6", 0, RANGE_FIRST, "", RANGE, RANGE),
	ROW4("from the first port of the range", RANGE_FIRST, 0, "", RANGE, RANGE),
	ROW4("to the last port of the range", 0, RANGE_LAST, "", RANGE, RANGE),
	ROW4("from the last port of the range", RANGE_LAST, 0, "", RANGE, RANGE),
	ROW4("above the range of ports", RANGE_LAST + 1, 0, "", NO_MORE, NO_MORE),
	ROW4("the range goes before DNS", RANGE_FIRST, 53, "", RANGE, RANGE),
	ROW4("statsd goes before MySQL", 3306, STATSD, "abcde", PROTOCOL, NO_MORE),

	ROW4("MySQL, 3 first", 0, 3306, "\3bcde", PROTOCOL, PROTOCOL),
	ROW4("MySQL, 3 second", 3306, 0, "a\3cde", PROTOCOL, PROTOCOL),
	ROW4("MySQL, 3 third", 0, 3306, "ab\3de", PROTOCOL, PROTOCOL),
	ROW4("MySQL, 3 fourth", 3306, 0, "abc\3e", PROTOCOL, PROTOCOL),
	ROW4("MySQL, 3 fifth", 0, 3306, "abcd\3", PROTOCOL, PROTOCOL),
	ROW4("MySQL, a short length", 3306, 0, "ab\0\0e", PROTOCOL, PROTOCOL),
	ROW4("MySQL, 3 too late", 0, 3306, "abcde\3", NO_MORE, NO_MORE),
	ROW4("MySQL, half a short length", 3306, 0, "ab\0de", NO_MORE, NO_MORE),
	ROW4("HTTP on the port of MySQL", 0, 3306, "GET / HTTP/1.1", NO_MORE, NO_MORE),
	ROW4("MySQL on another port", 0, 3307, "\3bcde", NO_MORE, NO_MORE),

	ROW4("PostgreSQL, Q", 0, 5432, "Q\0cdefg", PROTOCOL, PROTOCOL),
	ROW4("PostgreSQL, P", 5432, 0, "P\0cdefg", PROTOCOL, PROTOCOL),
	ROW4("PostgreSQL, E", 0, 5432, "E\0cdefg", PROTOCOL, PROTOCOL),
	ROW4("PostgreSQL, its version", 5432, 0, "abcd\0\3\0", PROTOCOL, PROTOCOL),
	ROW4("PostgreSQL, another version", 5432, 0, "abcd\0\2\0", NO_MORE, NO_MORE),
	ROW4("PostgreSQL, Q and more", 0, 5432, "QQcdefg", NO_MORE, NO_MORE),
	ROW4("PostgreSQL, another letter", 0, 5432, "q\0cdefg", NO_MORE, NO_MORE),
	ROW4("PostgreSQL, no letter", 0, 5432, "\0\0cdefg", NO_MORE, NO_MORE),
	ROW4("HTTP on the port of PostgreSQL", 5432, 0, "POST /", NO_MORE, NO_MORE),
	ROW4("PostgreSQL on another port", 0, 5433, "Q\0cdefg", NO_MORE, NO_MORE),

	ROW4("MongoDB by the port", 0, 27017, "", PROTOCOL, PROTOCOL),
	ROW4("MongoDB by its own port", 27017, 0, "", PROTOCOL, PROTOCOL),
	ROW4("next to MongoDB", 27016, 27018, "", NO_MORE, NO_MORE),
#define MONGO(op) "lengthidto-;" op
	ROW4("MongoDB, operation 1", 0, 0, MONGO("\1\0\0\0"), PROTOCOL, PROTOCOL),
	ROW4("MongoDB, operation 2001", 0, 0, MONGO("\xd1\7\0\0"), PROTOCOL, PROTOCOL),
	ROW4("MongoDB, operation 2007", 0, 0, MONGO("\xd7\7\0\0"), PROTOCOL, PROTOCOL),
	ROW4("MongoDB, operation 0", 0, 0, MONGO("\0\0\0\0"), NO_MORE, NO_MORE),
	ROW4("MongoDB, operation 2", 0, 0, MONGO("\2\0\0\0"), NO_MORE, NO_MORE),
	ROW4("MongoDB, operation 2000", 0, 0, MONGO("\xd0\7\0\0"), NO_MORE, NO_MORE),
	ROW4("MongoDB, operation 2008", 0, 0, MONGO("\xd8\7\0\0"), NO_MORE, NO_MORE),
	ROW4("MongoDB, operation 1 of more bits", 0, 0, MONGO("\1\0\0\1"), NO_MORE, NO_MORE),

	ROW4("HTTP, GET", 0, 0, "GET /", PROTOCOL, PROTOCOL),
	ROW6("HTTP, GET, v6", 0, 0, "GET /", PROTOCOL, PROTOCOL),
	ROW4("HTTP, POST", 0, 0, "POST /", PROTOCOL, PROTOCOL),
	ROW4("HTTP, PUT", 0, 0, "PUT /", PROTOCOL, PROTOCOL),
	ROW4("HTTP, DELETE", 0, 0, "DELETE /", PROTOCOL, PROTOCOL),
	ROW4("HTTP, TRACE", 0, 0, "TRACE /", PROTOCOL, PROTOCOL),
	ROW4("HTTP, CONNECT", 0, 0, "CONNECT h:1", PROTOCOL, PROTOCOL),
	ROW4("HTTP, OPTIONS", 0, 0, "OPTIONS /", PROTOCOL, PROTOCOL),
	ROW4("HTTP, an answer", 0, 0, "HTTP/1.1 200", PROTOCOL, PROTOCOL),
	ROW4("HTTP, no answer", 0, 0, "HTTP 1.1 200", NO_MORE, NO_MORE),
	ROW4("HTTP, small letters", 0, 0, "get /", NO_MORE, NO_MORE),
	ROW4("HTTP, no space", 0, 0, "GET/ ", NO_MORE, NO_MORE),
	ROW4("HTTP, no space either", 0, 0, "PUTS /", NO_MORE, NO_MORE),
	ROW4("HTTP, too late", 0, 0, " GET /", NO_MORE, NO_MORE),
};

static void set(unsigned long request, unsigned long arg)
{
	need(ioctl(control(), request, arg) == 0, "a setting");
}

static int bound(int family, uint16_t port, struct sockaddr_storage *a)
{
	socklen_t len = loopback(family, a);
	int fd = socket(family, SOCK_DGRAM, 0), on = 1;

	if (family == AF_INET)
		((struct sockaddr_in *)a)->sin_port = htons(port);
	else
		((struct sockaddr_in6 *)a)->sin6_port = htons(port);
	need(!setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), "SO_REUSEADDR");
	need(fd >= 0 && !bind(fd, (void *)a, len), "a socket at a port");
	name_of(fd, a);
	return fd;
}

/* One row: sent by five calls and received by as many; addresses come with the calls, or not. */
static void message(const struct row *row)
{
	static char out[SIZE], in[SIZE + 100];
	int family = row->family;
	struct sockaddr_storage sa, ra, from;
	int s = bound(family, row->from, &sa), r = bound(family, row->to, &ra);
	socklen_t len = loopback(family, &from), flen = sizeof(from);
	/* what is looked at is in the first element that has something */
	struct iovec ov[3] = { { out, 0 }, { out, 100 }, { out + 100, SIZE - 100 } };
	struct iovec iv[2] = { { in, 100 }, { in + 100, SIZE } };
	struct mmsghdr om = { .msg_hdr = { &ra, len, ov, 3, NULL, 0, 0 } };
	struct mmsghdr im = { .msg_hdr = { &from, sizeof(from), iv, 2, NULL, 0, 0 } };
	struct msghdr im2 = im.msg_hdr;
	char name[120];

	memset(out, 'x', SIZE);
	memcpy(out, row->head, row->head_len);
	snprintf(name, sizeof(name), "the dynamic snap length: %s", row->name);
	begin(name);
	CALL(sendto, s, out, SIZE, 0, &ra, len);
	CALL(recvfrom, r, in, sizeof(in), 0, &from, &flen);
	CALL(sendmsg, s, &om, 0);
	CALL(recvmsg, r, &im2, 0);
	CALL(sendmmsg, s, &om, 1, 0);
	CALL(recvmmsg, r, &im, 1, 0, NULL);
	CALL(connect, s, &ra, len);
	CALL(connect, r, &sa, len);
	CALL(write, s, out, SIZE);
	CALL(read, r, in, sizeof(in));
	CALL(writev, s, ov, 3);
	CALL(readv, r, iv, 2);
	end();
	want(S(SENDTO_X)), w64(SIZE), w_bytes(out, row->sent), w64(s), w32(SIZE);
	w_tuple(&sa, &ra);
	want(S(RECVFROM_X)), w64(SIZE), w_bytes(out, row->got), w_tuple(&sa, &ra), w64(r);
	w32(sizeof(in));
	want(S(SENDMSG_X)), w64(SIZE), w_bytes(out, row->sent), w64(s), w32(SIZE);
	w_tuple(&sa, &ra);
	want(S(RECVMSG_X)), w64(SIZE), w32(SIZE), w_bytes(out, row->got), w_tuple(&sa, &ra);
	w_empty(), w64(r);
	want(S(SENDMMSG_X)), w64(SIZE), w64(s), w32(SIZE), w_bytes(out, row->sent);
	w_tuple(&sa, &ra);
	want(S(RECVMMSG_X)), w64(SIZE), w64(r), w32(SIZE), w_bytes(out, row->got);
	w_tuple(&sa, &ra), w_empty();
	for (int i = 0; i < 2; i++) {
		want(S(CONNECT_E)), w64(i ? r : s), w_addr(i ? &sa : &ra);
		want(S(CONNECT_X)), w64(0), w_tuple(i ? &ra : &sa, i ? &sa : &ra);
		w64(i ? r : s), w_addr(i ? &sa : &ra);
	}
	want(E(WRITE_X)), w64(SIZE), w_bytes(out, row->sent), w64(s), w32(SIZE);
	want(E(READ_X)), w64(SIZE), w_bytes(out, row->got), w64(r), w32(sizeof(in));
	want(E(WRITEV_X)), w64(SIZE), w_bytes(out, row->sent), w64(s), w32(SIZE);
	want(E(READV_X)), w64(SIZE), w32(SIZE), w_bytes(out, row->got), w64(r);
	close(s), close(r);
}

static const char http[2500] = "GET / HTTP/1.1\r\n";

/* Sockets without ports, what is no socket, and what has a hole where it would be looked at. */
static void others(void)
{
	int fds[2], p[2], a = new_var(), b = new_var(), file = open("snap", O_RDWR | O_CREAT, 0600);

	need(!socketpair(AF_UNIX, SOCK_STREAM, 0, fds) && !pipe(p) && file >= 0, "descriptors");
	begin("the dynamic snap length: unix sockets, pipes, files");
	CALL(write, fds[0], http, sizeof(http));
	CALL(write, p[1], http, sizeof(http));
	CALL(write, file, http, sizeof(http));
	CALL(write, -1, http, sizeof(http));
	CALL(write, fds[0], BAD, sizeof(http));
	CALL(write, fds[0], http, 4);
	end();
	want(E(WRITE_X)), w64(2500), w_bytes(http, 2000), w64(fds[0]), w32(2500);
	want(E(WRITE_X)), w64(2500), w_bytes(http, SNAPLEN), w64(p[1]), w32(2500);
	want(E(WRITE_X)), w64(2500), w_bytes(http, SNAPLEN), w64(file), w32(2500);
	want(E(WRITE_X)), w64(-EBADF), w_bytes(http, SNAPLEN), w64(-1), w32(2500);
	want(E(WRITE_X)), w64(-EFAULT), w_empty(), w64(fds[0]), w32(2500);
	want(E(WRITE_X)), w64(4), w_bytes(http, 4), w64(fds[0]), w32(4);

	set(SCAP_IOCTL_SET_SNAPLEN, 2200);
	begin("the dynamic snap length keeps no less than the snap length");
	CALL(write, fds[0], http, sizeof(http));
	end();
	set(SCAP_IOCTL_SET_SNAPLEN, SNAPLEN);
	want(E(WRITE_X)), w64(2500), w_bytes(http, 2200), w64(fds[0]), w32(2500);

	set(SCAP_IOCTL_DISABLE_DYNAMIC_SNAPLEN, 0);
	begin("the dynamic snap length is off again");
	CALL(sendto, fds[1], http, sizeof(http), 0, NULL, 0);
	end();
	want(S(SENDTO_X)), w64(2500), w_bytes(http, SNAPLEN), w64(fds[1]), w32(2500);
	w_unix(a, b, "");
	close(fds[0]), close(fds[1]), close(p[0]), close(p[1]), close(file);
}

/* Ports that say something only once they are set. */
static void ports(void)
{
	static const struct row before[] = {
		ROW4("no port of statsd yet", 0, STATSD, "", NO_MORE, NO_MORE),
		ROW4("no range yet", RANGE_FIRST, RANGE_LAST, "", NO_MORE, NO_MORE),
	};

	message(&before[0]);
	message(&before[1]);
}

void cases_snap(void)
{
	set(SCAP_IOCTL_ENABLE_DYNAMIC_SNAPLEN, 0);
	set(SCAP_IOCTL_SET_STATSD_PORT, 0);
	set(SCAP_IOCTL_SET_FULLCAPTURE_PORT_RANGE, 0);
	ports();
	set(SCAP_IOCTL_SET_STATSD_PORT, STATSD);
	set(SCAP_IOCTL_SET_FULLCAPTURE_PORT_RANGE, RANGE_LAST << 16 | RANGE_FIRST);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		message(&rows[i]);
	set(SCAP_IOCTL_SET_FULLCAPTURE_PORT_RANGE, 0);
	others();
}
