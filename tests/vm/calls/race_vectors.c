/* SPDX-License-Identifier: BSD-2-Clause */
/* Races for vectors, messages and the addresses in them. */
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "net.h"
#include "race.h"
#include "ring.h"

#define E(name) SCAP_EVT_SYSCALL_##name
#define S(name) SCAP_EVT_SOCKET_##name

static enum version either(bool first, bool second)
{
	return first && second ? VERSION_BOTH
	       : first	       ? VERSION_FIRST
	       : second	       ? VERSION_SECOND
			       : VERSION_NONE;
}

/*
 * Two buffers, and as many lengths. Where addresses are exchanged they differ in one byte: a copy
 * that is made byte by byte makes none that was not written.
 */
#define SHORT 10
#define LONG  150
static struct {
	char first[256], second[256];
} bufs __attribute__((aligned(512)));
static struct iovec vecs[2]
	__attribute__((aligned(64))) = { { bufs.first, SHORT }, { bufs.second, LONG } };
static struct sockaddr_in to[2] __attribute__((aligned(64)));

/* What other versions of the buffers are: themselves, so that what was read into them goes again.
 */
static char all_p[LONG], all_q[LONG];

/* Which parameters tell the size and the data, and whether the size is what came. */
struct shape {
	unsigned int size, data;
	bool reads;
};

/* What was asked for, which is the one or the other, or what came of it. */
static enum version size_version(const struct scap_event_hdr *e, unsigned int i, const void *known)
{
	const struct shape *s = known;
	long res = ring_int(e, 0), size = (uint32_t)ring_int(e, i);

	if (s->reads && size == res && res >= 0 && res <= LONG)
		return VERSION_BOTH;
	return either(size == SHORT, size == LONG);
}

/* As long as the size and the result say, and of one buffer, to which something may have come. */
static enum version data_version(const struct scap_event_hdr *e, unsigned int i, const void *known)
{
	const struct shape *s = known;
	long res = ring_int(e, 0), want = (uint32_t)ring_int(e, s->size);
	unsigned int len = 0, ps = 0, qs = 0, came = 0;
	const uint8_t *p = ring_param(e, i, &len);

	if ((res > 0 || s->reads) && res < want)
		want = res > 0 ? res : 0;
	if (len != want)
		return VERSION_NONE;
	for (unsigned int k = 0; k < len; k++) {
		ps += p[k] == 'P';
		qs += p[k] == 'Q';
		came += s->reads && p[k] == 't';
	}
	if (ps + qs + came != len || (ps && qs))
		return VERSION_NONE;
	return came || !len ? VERSION_BOTH : either(ps, qs);
}

/* As they were, also where something was read into them last. */
static void fill_bufs(void)
{
	memcpy(bufs.first, all_p, LONG);
	memcpy(bufs.second, all_q, LONG);
}

static void vectors(void)
{
	static struct iovec vec;
	const struct exchange x[4] = { SWAP_OBJECT(vec, vecs[0], vecs[1]),
				       { bufs.first, all_p, all_p, LONG },
				       { bufs.second, all_q, all_q, LONG } };
	const struct shape out = { 3, 1, false }, in = { 1, 2, true };
	int fd = open("raced", O_RDWR | O_CREAT | O_TRUNC, 0600),
	    ts = open("came", O_RDWR | O_CREAT | O_TRUNC, 0600);
	struct race r[] = {
		{ "the vector of writev",
		  SYS_writev,
		  { fd, A(&vec), 1 },
		  .exit = E(WRITEV_X),
		  .param = { RES, OF(data_version, out), CONST(64, fd), OF(size_version, out) } },
		{ "the vector of pwritev",
		  SYS_pwritev,
		  { fd, A(&vec), 1, 5 },
		  .exit = E(PWRITEV_X),
		  .param = { RES, OF(data_version, out), CONST(64, fd), OF(size_version, out),
			     CONST(64, 5) } },
		{ "the vector of a write that fails",
		  SYS_writev,
		  { -1, A(&vec), 1 },
		  .exit = E(WRITEV_X),
		  .param = { RES, OF(data_version, out), CONST(64, -1), OF(size_version, out) } },
		{ "the vector of preadv",
		  SYS_preadv,
		  { ts, A(&vec), 1, 0 },
		  .written = true,
		  .exit = E(PREADV_X),
		  .param = { RES, OF(size_version, in), OF(data_version, in), CONST(64, ts),
			     CONST(64, 0) } },
	};
	char t[LONG];

	memset(t, 't', sizeof(t));
	need(fd >= 0 && write(ts, t, sizeof(t)) == sizeof(t), "files");
	for (size_t i = 0; i < sizeof(r) / sizeof(r[0]); i++) {
		memcpy(r[i].x, x, sizeof(x));
		race(&r[i]);
	}
	close(fd), close(ts);
}

static int bound(struct sockaddr_storage *a)
{
	socklen_t len = loopback(AF_INET, a);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	need(fd >= 0 && !bind(fd, (void *)a, len), "a socket");
	name_of(fd, a);
	return fd;
}

/* From @from to one and to the other. */
static struct two tuples(const void *from, const void *first, const void *second)
{
	struct two t = { 0 };
	unsigned char d[64];

	enc_addr(t.a, from), enc_addr(d, first), memcpy(t.a + 7, d + 1, 6);
	enc_addr(t.b, from), enc_addr(d, second), memcpy(t.b + 7, d + 1, 6);
	return t;
}

static void addresses(void)
{
	static struct sockaddr_in at;
	struct sockaddr_storage sa, ca;
	int s = bound(&sa), c = bound(&ca);
	struct two addr = { 0 }, sent = tuples(&sa, &to[0], &to[1]),
		   connected = tuples(&ca, &to[0], &to[1]);
	enc_addr(addr.a, &to[0]), enc_addr(addr.b, &to[1]);
	const struct race r[] = {
		{ "the address of sendto",
		  SYS_sendto,
		  { s, A(bufs.first), SHORT, 0, A(&at), sizeof(at) },
		  { SWAP_OBJECT(at, to[0], to[1]) },
		  .exit = S(SENDTO_X),
		  .param = { RES, BYTES(all_p, SHORT), CONST(64, s), CONST(32, SHORT),
			     MIX(sent) } },
		{ "the address of bind",
		  SYS_bind,
		  { s, A(&at), sizeof(at) },
		  { SWAP_OBJECT(at, to[0], to[1]) },
		  .exit = S(BIND_X),
		  .param = { RES, MIX(addr), CONST(64, s) } },
		{ "the address of connect",
		  SYS_connect,
		  { c, A(&at), sizeof(at) },
		  { SWAP_OBJECT(at, to[0], to[1]) },
		  .exit = S(CONNECT_X),
		  .enter = S(CONNECT_E),
		  .at_enter = { CONST(64, c), MIX(addr) },
		  .param = { RES, MIX(connected), CONST(64, c), MIX(addr) } },
	};

	for (size_t i = 0; i < sizeof(r) / sizeof(r[0]); i++)
		race(&r[i]);
	close(s), close(c);
}

static void messages(void)
{
	static struct msghdr m, g;
	static struct mmsghdr mm;
	static struct sockaddr_in from;
	static unsigned int len_a = 7, len_b = 9;
	static char control[64];
	struct sockaddr_storage sa, ra;
	int s = bound(&sa), r = bound(&ra);
	struct msghdr m_a = { &to[0], sizeof(to[0]), &vecs[0], 1, NULL, 0, 0 },
		      m_b = { &to[1], sizeof(to[1]), &vecs[1], 1, NULL, 0, 0 },
		      g_a = { &from, sizeof(from), &vecs[0], 1, control, 0, 0 },
		      g_b = { &from, 0, &vecs[1], 1, control, sizeof(control), 0 };
	const struct shape out = { 3, 1, false }, in = { 1, 2, true }, many = { 2, 3, false };
	const struct sockaddr_in nobody = { .sin_family = AF_INET };
	struct two sent = tuples(&sa, &to[0], &to[1]), sender = tuples(&sa, &ra, &ra),
		   none = tuples(&nobody, &ra, &ra);
	const struct values lens = VALUES(64, 7, 9, LONG);
	struct values got = { 0 };
	char t[100];

	memset(t, 't', sizeof(t));
	need(sendto(s, t, sizeof(t), 0, (void *)&ra, sizeof(from)) == sizeof(t), "a message");
	add_value(&got, sender.a, 13), add_value(&got, none.a, 13);
	mm.msg_hdr = m_b;
	const struct race all[] = {
		{ "the message of sendmsg",
		  SYS_sendmsg,
		  { s, A(&m), 0 },
		  { SWAP_OBJECT(m, m_a, m_b) },
		  .exit = S(SENDMSG_X),
		  .param = { RES, OF(data_version, out), CONST(64, s), OF(size_version, out),
			     MIX(sent) } },
		{ "the message of a send that fails",
		  SYS_sendmsg,
		  { -1, A(&m), 0 },
		  { SWAP_OBJECT(m, m_a, m_b) },
		  .exit = S(SENDMSG_X),
		  .param = { RES, OF(data_version, out), CONST(64, -1), OF(size_version, out),
			     NOTHING } },
		{ "the lengths that sendmmsg has left",
		  SYS_sendmmsg,
		  { s, A(&mm), 1, 0 },
		  { SWAP_OBJECT(mm.msg_len, len_a, len_b) },
		  .written = true,
		  .exit = S(SENDMMSG_X),
		  .param = { VALUE(lens), CONST(64, s), CONST(32, LONG), OF(data_version, many),
			     MIX(sent) } },
		{ "the message of recvmsg",
		  SYS_recvmsg,
		  { r, A(&g), MSG_PEEK },
		  { SWAP_OBJECT(g, g_a, g_b),
		    { bufs.first, all_p, all_p, LONG },
		    { bufs.second, all_q, all_q, LONG } },
		  .written = true,
		  .exit = S(RECVMSG_X),
		  .param = { RES, OF(size_version, in), OF(data_version, in), VALUE(got), SKIP,
			     CONST(64, r) } },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		race(&all[i]);
	close(s), close(r);
}

void race_vectors(void)
{
	memset(all_p, 'P', LONG), memset(all_q, 'Q', LONG);
	fill_bufs();
	for (int i = 0; i < 2; i++)
		to[i] = (struct sockaddr_in){
			AF_INET, htons(i ? 0x2222 : 0x1111), { htonl(0x7f000001 + i) }, { 0 }
		};
	vectors();
	fill_bufs();
	addresses();
	messages();
}
