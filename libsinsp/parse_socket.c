/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets: what they are, whom they talk to, and which end called.
 *
 * A connection is kept with the client first, whoever of the two is looking. Parameters come the
 * way the data goes: a tuple of a receiving call has the peer first, one of a sending call last.
 */
#include "parse.h"
#include "fd_name.h"

#include <errno.h>

#define SOCK_TYPE_MASK	0xf
#define EINPROGRESS_RES (-EINPROGRESS)

struct tuple {
	uint8_t family; /* SCAP_FAMILY_*, 0: none */
	uint8_t sip[16], dip[16];
	uint16_t sport, dport;
	uint64_t src, dst; /* unix */
	const char *path;
	size_t path_len;
};

/* ---- reading parameters ---- */

static void take(void *to, const uint8_t **p, size_t n)
{
	memcpy(to, *p, n);
	*p += n;
}

/* IPv4 addresses in IPv6 clothes become plain, if both ends are. */
static void unmap(struct tuple *t)
{
	uint8_t sip[16], dip[16];

	memcpy(sip, t->sip, sizeof(sip));
	memcpy(dip, t->dip, sizeof(dip));
	if (!fd_unmap_ipv4(sip) || !fd_unmap_ipv4(dip))
		return;
	memcpy(t->sip, sip, sizeof(sip));
	memcpy(t->dip, dip, sizeof(dip));
	t->family = SCAP_FAMILY_INET;
}

static bool read_tuple(const struct scap_event *ev, unsigned int i, struct tuple *t)
{
	uint32_t len = scap_param_len(ev, i);
	const uint8_t *p = scap_param_ptr(ev, i);

	memset(t, 0, sizeof(*t));
	if (len == 0)
		return false;
	take(&t->family, &p, 1);
	if (t->family == SCAP_FAMILY_INET && len == 13) {
		take(t->sip, &p, 4);
		take(&t->sport, &p, 2);
		take(t->dip, &p, 4);
		take(&t->dport, &p, 2);
		return true;
	}
	if (t->family == SCAP_FAMILY_INET6 && len == 37) {
		take(t->sip, &p, 16);
		take(&t->sport, &p, 2);
		take(t->dip, &p, 16);
		take(&t->dport, &p, 2);
		unmap(t);
		return true;
	}
	if (t->family == SCAP_FAMILY_UNIX && len >= 17) {
		take(&t->src, &p, 8);
		take(&t->dst, &p, 8);
		t->path = (const char *)p;
		t->path_len = strnlen(t->path, len - 17);
		return true;
	}
	return false;
}

/* An address, as the source of @t. */
static bool read_address(const struct scap_event *ev, unsigned int i, struct tuple *t)
{
	uint32_t len = scap_param_len(ev, i);
	const uint8_t *p = scap_param_ptr(ev, i);

	memset(t, 0, sizeof(*t));
	if (len == 0)
		return false;
	take(&t->family, &p, 1);
	if (t->family == SCAP_FAMILY_INET && len == 7) {
		take(t->sip, &p, 4);
		take(&t->sport, &p, 2);
		return true;
	}
	if (t->family == SCAP_FAMILY_INET6 && len == 19) {
		take(t->sip, &p, 16);
		take(&t->sport, &p, 2);
		if (fd_unmap_ipv4(t->sip))
			t->family = SCAP_FAMILY_INET;
		return true;
	}
	if (t->family == SCAP_FAMILY_UNIX) {
		t->path = (const char *)p;
		t->path_len = strnlen(t->path, len - 1);
		return true;
	}
	return false;
}

/* ---- addresses ---- */

static bool is_any(const uint8_t ip[16])
{
	static const uint8_t zero[16];

	return memcmp(ip, zero, sizeof(zero)) == 0;
}

static bool same_net(const uint8_t *a, const uint8_t *b, const uint8_t *mask, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((a[i] ^ b[i]) & mask[i])
			return false;
	return true;
}

/*
 * Fills an address that is not bound ("any") from the one it talks to: the kernel chooses loopback
 * for loopback, and this machine's address in the same net.
 */
static void infer(const struct sinsp *s, uint8_t ip[16], const uint8_t other[16], bool ipv6)
{
	static const uint8_t loopback6[16] = { [15] = 1 };
	size_t i, n = ipv6 ? 16 : 4;
	bool loopback = ipv6 ? memcmp(other, loopback6, 16) == 0 : other[0] == 127;

	if (loopback) {
		memcpy(ip, other, n);
		return;
	}
	for (i = 0; i < s->n_interfaces; i++) {
		if (s->interfaces[i].ipv6 != ipv6 || is_any(s->interfaces[i].netmask) ||
		    !same_net(s->interfaces[i].addr, other, s->interfaces[i].netmask, n))
			continue;
		memcpy(ip, s->interfaces[i].addr, n);
		return;
	}
}

/* True if one was filled. */
static bool fill_any(const struct sinsp *s, struct tuple *t)
{
	bool ipv6 = t->family == SCAP_FAMILY_INET6;
	bool no_source = is_any(t->sip), no_dest = is_any(t->dip);

	if (no_source == no_dest)
		return false;
	infer(s, no_source ? t->sip : t->dip, no_source ? t->dip : t->sip, ipv6);
	return !is_any(no_source ? t->sip : t->dip);
}

static void set_doubt(struct sinsp_fd *fd, uint8_t bit, bool on)
{
	fd->doubt = (uint8_t)(on ? fd->doubt | bit : fd->doubt & ~bit);
}

static void turn(struct tuple *t)
{
	uint8_t ip[16];
	uint16_t port = t->sport;

	memcpy(ip, t->sip, sizeof(ip));
	memcpy(t->sip, t->dip, sizeof(ip));
	memcpy(t->dip, ip, sizeof(ip));
	t->sport = t->dport;
	t->dport = port;
}

static bool is_inet(const struct sinsp_fd *fd)
{
	return fd->type == SCAP_FD_IPV4_SOCK || fd->type == SCAP_FD_IPV6_SOCK ||
	       fd->type == SCAP_FD_IPV4_SERVSOCK || fd->type == SCAP_FD_IPV6_SERVSOCK;
}

static uint8_t type_of(const struct tuple *t)
{
	return t->family == SCAP_FAMILY_INET ? SCAP_FD_IPV4_SOCK : SCAP_FD_IPV6_SOCK;
}

static bool same_tuple(const struct sinsp_fd *fd, const struct tuple *t)
{
	return fd->type == type_of(t) && fd->sport == t->sport && fd->dport == t->dport &&
	       memcmp(fd->sip, t->sip, 16) == 0 && memcmp(fd->dip, t->dip, 16) == 0;
}

/* @t has the client first. */
static void set_tuple(struct sinsp *s, struct sinsp_fd *fd, const struct tuple *t)
{
	fd->type = type_of(t);
	fd->l4proto = fd->socket_proto;
	memcpy(fd->sip, t->sip, sizeof(fd->sip));
	memcpy(fd->dip, t->dip, sizeof(fd->dip));
	fd->sport = t->sport;
	fd->dport = t->dport;
	fd->connected = true;
	fd_name_inet(fd, s->pool);
}

/* A capture that begins with this event renames it once more. */
static void note_rename(struct sinsp *s, const struct sinsp_fd *was)
{
	s->ev.renamed = true;
	s->before.fd = was ? *was : (struct sinsp_fd){ .num = -1 };
}

/* ---- making sockets ---- */

static uint8_t fd_type_of_family(uint64_t family)
{
	switch (family) {
	case SCAP_FAMILY_INET:
		return SCAP_FD_IPV4_SOCK;
	case SCAP_FAMILY_INET6:
		return SCAP_FD_IPV6_SOCK;
	case SCAP_FAMILY_UNIX:
		return SCAP_FD_UNIX_SOCK;
	case SCAP_AF_NETLINK:
		return SCAP_FD_NETLINK;
	default:
		return SCAP_FD_UNSUPPORTED;
	}
}

static uint8_t l4_of(uint64_t type, uint64_t proto)
{
	enum { STREAM = 1, DGRAM = 2, RAW = 3 };
	enum { ICMP = 1, TCP = 6, UDP = 17, ICMPV6 = 58 };

	type &= SOCK_TYPE_MASK;
	if (type == RAW)
		return SCAP_L4_RAW;
	if (proto == ICMP || proto == ICMPV6)
		return SCAP_L4_ICMP;
	if (proto == TCP || (proto == 0 && type == STREAM))
		return SCAP_L4_TCP;
	if (proto == UDP || (proto == 0 && type == DGRAM))
		return SCAP_L4_UDP;
	return SCAP_L4_UNKNOWN;
}

/* SOCK_CLOEXEC as it stands in the type argument, which is recorded as it was given. */
#define RAW_SOCK_CLOEXEC 0x80000u

void parse_socket(struct sinsp *s, struct thread *t)
{
	const struct scap_event *ev = &s->ev.raw;
	int64_t num = scap_param_s64(ev, 0, -1);
	uint64_t type = scap_param_u64(ev, 2, 0);
	struct sinsp_fd *fd;

	s->ev.fd = NULL;
	s->ev.fd_num = -1;
	if (num < 0)
		return;
	fd = parse_add_fd(s, t, num);
	if (!fd)
		return;
	fd->type = fd_type_of_family(scap_param_u64(ev, 1, 0));
	fd->cloexec = type & RAW_SOCK_CLOEXEC;
	if (is_inet(fd))
		fd->socket_proto = l4_of(type, scap_param_u64(ev, 3, 0));
	if (fd->socket_proto == SCAP_L4_RAW)
		fd->l4proto = SCAP_L4_RAW;
}

static struct sinsp_fd *add_unix_end(struct sinsp *s, struct thread *t, unsigned int i,
				     uint64_t src, uint64_t dst)
{
	struct sinsp_fd *fd = parse_add_fd(s, t, scap_param_s64(&s->ev.raw, i, -1));

	if (!fd)
		return NULL;
	fd->type = fd_type_of_family(scap_param_u64(&s->ev.raw, 5, SCAP_FAMILY_UNIX));
	fd->cloexec = scap_param_u64(&s->ev.raw, 6, 0) & RAW_SOCK_CLOEXEC;
	fd->unix_src = src;
	fd->unix_dst = dst;
	return fd;
}

void parse_socketpair(struct sinsp *s, struct thread *t)
{
	uint64_t a = scap_param_u64(&s->ev.raw, 3, 0), b = scap_param_u64(&s->ev.raw, 4, 0);

	if (scap_param_s64(&s->ev.raw, 0, -1) < 0)
		return;
	add_unix_end(s, t, 1, a, b);
	add_unix_end(s, t, 2, b, a);
}

/* ---- connecting ---- */

static struct sinsp_fd *edit(struct sinsp *s, struct thread *t)
{
	struct sinsp_fd *fd = s->ev.fd ? fds_edit(t->pub.fds, s->ev.fd_num) : NULL;

	if (fd)
		s->ev.fd = fd;
	return fd;
}

/* What is known of @fd may be a socket of @family. */
static bool may_be(const struct sinsp_fd *fd, uint8_t family)
{
	if (is_inet(fd))
		return family != SCAP_FAMILY_UNIX;
	if (fd->type == SCAP_FD_UNIX_SOCK)
		return family == SCAP_FAMILY_UNIX;
	return fd->type == SCAP_FD_UNSUPPORTED;
}

/*
 * The socket of @family that a call has just worked on. Where none is known, or something else,
 * events were lost: it starts anew, and what it was made as stays unknown.
 */
static struct sinsp_fd *edit_socket(struct sinsp *s, struct thread *t, uint8_t family)
{
	struct sinsp_fd *fd;

	if (s->ev.fd && may_be(s->ev.fd, family))
		return edit(s, t);
	fd = s->ev.fd_num < 0 ? NULL : parse_add_fd(s, t, s->ev.fd_num);
	if (fd)
		fd->doubt = SINSP_DOUBT_UNSEEN;
	return fd;
}

void parse_bind(struct sinsp *s, struct thread *t)
{
	struct sinsp_fd *fd;
	struct tuple a;

	if (scap_param_s64(&s->ev.raw, 0, -1) < 0 || !read_address(&s->ev.raw, 1, &a) ||
	    !(fd = edit_socket(s, t, a.family)))
		return;
	if (!fd->type)
		fd->type = a.family == SCAP_FAMILY_UNIX ? SCAP_FD_UNIX_SOCK : type_of(&a);
	if (a.family == SCAP_FAMILY_UNIX) {
		if (fd->type == SCAP_FD_UNIX_SOCK && a.path_len > 0)
			fd->name = intern_str(s->pool, a.path, a.path_len);
		return;
	}
	if (!is_inet(fd))
		return;
	fd->type = a.family == SCAP_FAMILY_INET ? SCAP_FD_IPV4_SERVSOCK : SCAP_FD_IPV6_SERVSOCK;
	memcpy(fd->sip, a.sip, sizeof(fd->sip));
	fd->sport = a.sport;
	if (a.sport > 0)
		fd->l4proto = fd->socket_proto;
	fd_name_inet(fd, s->pool);
	if (a.sport == 0) /* any port will do: nobody is waited for */
		fd->type = type_of(&a);
	else if (fd->l4proto == SCAP_L4_TCP) /* others may be bound and call all the same */
		fd->role = SINSP_ROLE_SERVER;
}

void parse_listen(struct sinsp *s, struct thread *t)
{
	struct sinsp_fd *fd;

	if (scap_param_s64(&s->ev.raw, 0, -1) < 0 || !s->ev.fd ||
	    s->ev.fd->role == SINSP_ROLE_SERVER || !(fd = edit(s, t)))
		return;
	fd->role = SINSP_ROLE_SERVER;
}

/*
 * To an address that is not told. For a socket of IP that is nobody, with AF_UNSPEC: it is as it
 * was made. Others (netlink) are connected.
 */
static void connect_other(struct sinsp *s, struct thread *t)
{
	struct sinsp_fd *fd;

	if (!s->ev.fd || s->ev.fd->connected != is_inet(s->ev.fd) || !(fd = edit(s, t)))
		return; /* it is so already */
	fd->connected = !is_inet(fd);
	if (fd->connected)
		return;
	memset(fd->sip, 0, sizeof(fd->sip));
	memset(fd->dip, 0, sizeof(fd->dip));
	fd->sport = fd->dport = 0;
	fd->l4proto = fd->role = 0;
	fd->pending = false;
	fd->name = "";
}

static void name_connected(struct sinsp *s, struct sinsp_fd *fd, struct tuple *tuple)
{
	if (tuple->family == SCAP_FAMILY_UNIX) {
		fd->type = SCAP_FD_UNIX_SOCK;
		fd->unix_src = tuple->src;
		fd->unix_dst = tuple->dst;
		fd->connected = true;
		fd_name_unix(fd, s->pool, tuple->path, tuple->path_len);
		return;
	}
	set_doubt(fd, SINSP_DOUBT_ADDRESS, fill_any(s, tuple));
	set_tuple(s, fd, tuple);
}

void parse_connect(struct sinsp *s, struct thread *t)
{
	struct sinsp_fd was = s->ev.fd ? *s->ev.fd : (struct sinsp_fd){ .num = -1, .name = "" };
	int64_t res = scap_param_s64(&s->ev.raw, 0, -1);
	struct sinsp_fd *fd;
	struct tuple tuple;

	if (res != 0 && res != EINPROGRESS_RES)
		return;
	if (!read_tuple(&s->ev.raw, 1, &tuple)) {
		if (res == 0 && scap_param_len(&s->ev.raw, 1) == 0)
			connect_other(s, t);
		return;
	}
	fd = edit_socket(s, t, tuple.family);
	if (!fd)
		return;
	fd->role = SINSP_ROLE_CLIENT;
	fd->pending = res != 0;
	set_doubt(fd, SINSP_DOUBT_ROLE, false);
	name_connected(s, fd, &tuple);
	if (strcmp(fd->name, was.name) != 0) /* not the end of a connect that was in progress */
		note_rename(s, was.num < 0 ? NULL : &was);
}

/* The end of a connect that was in progress. */
void parse_getsockopt(struct sinsp *s, struct thread *t)
{
	const struct scap_event *ev = &s->ev.raw;
	struct sinsp_fd *fd;
	int64_t error = 0;

	if (!s->ev.fd || !s->ev.fd->pending || scap_param_s64(ev, 0, -1) < 0 ||
	    scap_param_u64(ev, 2, 0) != SCAP_SOL_SOCKET ||
	    scap_param_u64(ev, 3, 0) != SCAP_SO_ERROR || !(fd = edit(s, t)))
		return;
	/* A dynamic parameter: its kind, then the error number. */
	if (scap_param_len(ev, 4) == 1 + sizeof(error))
		memcpy(&error, scap_param_ptr(ev, 4) + 1, sizeof(error));
	fd->pending = false;
	fd->connected = error == 0;
}

void parse_accept(struct sinsp *s, struct thread *t)
{
	int64_t num = scap_param_s64(&s->ev.raw, 0, -1);
	struct sinsp_fd *fd;
	struct tuple tuple;

	s->ev.fd = NULL;
	s->ev.fd_num = -1;
	if (num < 0)
		return;
	fd = parse_add_fd(s, t, num);
	if (!fd)
		return;
	fd->role = SINSP_ROLE_SERVER;
	/* accept4 tells its flags as they were given. */
	fd->cloexec = scap_param_u64(&s->ev.raw, 5, 0) & (RAW_SOCK_CLOEXEC | SCAP_O_CLOEXEC);
	if (!read_tuple(&s->ev.raw, 1, &tuple)) {
		fd->type = SCAP_FD_UNSUPPORTED;
		return;
	}
	if (tuple.family == SCAP_FAMILY_UNIX) {
		fd->type = SCAP_FD_UNIX_SOCK;
		fd->unix_src = tuple.src;
		fd->unix_dst = tuple.dst;
		fd->connected = true;
		fd_name_unix(fd, s->pool, tuple.path, tuple.path_len);
		return;
	}
	fd->socket_proto = SCAP_L4_TCP;
	set_tuple(s, fd, &tuple);
}

/* ---- sending and receiving ---- */

static void learn_unix(struct sinsp *s, struct thread *t, const struct tuple *tuple)
{
	struct sinsp_fd *fd;

	if (s->ev.fd && s->ev.fd->type == SCAP_FD_UNIX_SOCK &&
	    fd_name_unix_same(s->ev.fd, tuple->src, tuple->dst, tuple->path, tuple->path_len))
		return;
	note_rename(s, s->ev.fd);
	fd = edit_socket(s, t, SCAP_FAMILY_UNIX);
	if (!fd)
		return;
	fd->type = SCAP_FD_UNIX_SOCK;
	fd->unix_src = tuple->src;
	fd->unix_dst = tuple->dst;
	fd_name_unix(fd, s->pool, tuple->path, tuple->path_len);
}

/*
 * The same two ports, either way round: a connection is the same, whatever its addresses are made
 * of. What the wire has is looked at as it is, as this is asked with every call.
 */
static bool same_ports(const struct sinsp_fd *fd, const struct scap_event *ev, unsigned int i)
{
	uint32_t len = scap_param_len(ev, i);
	const uint8_t *p = scap_param_ptr(ev, i);
	uint16_t a, b;

	if (len > 0 && p[0] == SCAP_FAMILY_UNIX)
		return false;
	if (len != 13 && len != 37)
		return true; /* it tells nothing */
	memcpy(&a, p + (len == 13 ? 5 : 17), sizeof(a));
	memcpy(&b, p + len - 2, sizeof(b));
	return (a == fd->sport && b == fd->dport) || (a == fd->dport && b == fd->sport) || !a || !b;
}

/* Who called is not known: the one whose port was listened on, else the one that is heard first. */
static uint8_t guess_role(const struct sinsp *s, const struct tuple *t, bool inbound)
{
	if (sinsp_listens(s, inbound ? t->dport : t->sport))
		return SINSP_ROLE_SERVER;
	return inbound ? SINSP_ROLE_SERVER : SINSP_ROLE_CLIENT;
}

/*
 * A connection that is known stays as it is; a socket without one talks to somebody else with each
 * call. Nothing is copied or named where it is the same as before, which is nearly always.
 */
static void learn(struct sinsp *s, struct thread *t, unsigned int param, bool inbound)
{
	const struct sinsp_fd *known = s->ev.fd, *was = known;
	struct sinsp_fd *fd;
	struct tuple tuple;
	bool inferred;
	uint8_t role;

	if ((known && known->socket_proto == SCAP_L4_TCP && *known->name &&
	     same_ports(known, &s->ev.raw, param)) ||
	    scap_param_s64(&s->ev.raw, 0, -1) < 0 || !read_tuple(&s->ev.raw, param, &tuple))
		return;
	if (tuple.family == SCAP_FAMILY_UNIX) {
		learn_unix(s, t, &tuple);
		return;
	}
	if (known && known->socket_proto == SCAP_L4_TCP && *known->name)
		known = s->ev.fd = NULL; /* another connection: its beginning was lost */
	role = known ? known->role : SINSP_ROLE_NONE;
	if (role == SINSP_ROLE_NONE)
		role = guess_role(s, &tuple, inbound);
	if (inbound == (role == SINSP_ROLE_CLIENT))
		turn(&tuple);
	inferred = fill_any(s, &tuple);
	if (known && same_tuple(known, &tuple))
		return;
	note_rename(s, was);
	fd = edit_socket(s, t, tuple.family);
	if (!fd)
		return;
	/* Who is heard first called; of a connection only if all of it was heard. */
	set_doubt(fd, SINSP_DOUBT_ROLE, fd->doubt & SINSP_DOUBT_UNSEEN);
	set_doubt(fd, SINSP_DOUBT_ADDRESS, inferred);
	fd->role = role;
	fd->losses = s->losses;
	set_tuple(s, fd, &tuple);
}

void parse_send(struct sinsp *s, struct thread *t)
{
	bool mmsg = s->ev.raw.hdr->type == SCAP_EVT_SOCKET_SENDMMSG_X;

	learn(s, t, mmsg ? 5 : 4, false);
}

void parse_recv(struct sinsp *s, struct thread *t)
{
	switch (s->ev.raw.hdr->type) {
	case SCAP_EVT_SOCKET_RECV_X:
		learn(s, t, 4, true);
		break;
	case SCAP_EVT_SOCKET_RECVFROM_X:
		learn(s, t, 2, true);
		break;
	case SCAP_EVT_SOCKET_RECVMSG_X:
		learn(s, t, 3, true);
		parse_rights(s, t, 4);
		break;
	case SCAP_EVT_SOCKET_RECVMMSG_X:
		learn(s, t, 5, true);
		parse_rights(s, t, 6);
		break;
	}
}
