/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Socket addresses and tuples as parameters.
 *
 * Sockets are looked at without their locks, while other threads connect, bind and close: every
 * field is read once, and what is followed is held. The file of the descriptor is held while the
 * socket is in use, which keeps its struct sock, its own bound address and, for stream sockets, its
 * peer.
 */
#include "fill_address.h"

#include <linux/file.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ipv6.h>
#include <linux/net.h>
#include <linux/socket.h>
#include <linux/un.h>
#include <net/af_unix.h>
#include <net/inet_sock.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "compat.h"
#include "record.h"

/* An address in the caller's memory. */
struct user_addr {
	union {
		struct sockaddr sa;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		struct sockaddr_un un;
		char bytes[sizeof(struct sockaddr_storage)];
	};
	unsigned int len; /* 0: none */
};

/* The longest: a tuple of unix sockets. */
#define TUPLE_MAX (1 + 8 + 8 + UNIX_PATH_MAX + 1)

struct text {
	u8 bytes[TUPLE_MAX];
	unsigned int len;
};

static void put(struct text *t, const void *p, unsigned int len)
{
	memcpy(t->bytes + t->len, p, len);
	t->len += len;
}

static void put_family(struct text *t, u8 family)
{
	t->len = 0;
	put(t, &family, 1);
}

static void put_port(struct text *t, __be16 port)
{
	u16 host = ntohs(port);

	put(t, &host, sizeof(host));
}

/* A name of @len bytes; the NUL in front of an abstract one is left out. */
static void put_path(struct text *t, const char *path, int len)
{
	if (len > 0 && !*path) {
		path++;
		len--;
	}
	if (len > 0)
		put(t, path, strnlen(path, min(len, UNIX_PATH_MAX)));
	put(t, "", 1);
}

static void read_addr(struct user_addr *a, unsigned long addr, unsigned long len)
{
	/* what the kernel takes for a length is an int */
	u32 n = min_t(u32, len, sizeof(a->bytes));

	a->len = 0;
	if (!addr || n < sizeof(a->sa.sa_family))
		return;
	/* what lies behind a short address reads as 0 */
	memset(a->bytes, 0, sizeof(a->bytes));
	if (user_read(a->bytes, addr, n))
		return;
	a->len = n;
}

static bool is_in(const struct user_addr *a)
{
	return a->len >= sizeof(a->in) && a->sa.sa_family == AF_INET;
}

static bool is_in6(const struct user_addr *a)
{
	return a->len >= SIN6_LEN_RFC2133 && a->sa.sa_family == AF_INET6;
}

static bool is_un(const struct user_addr *a)
{
	return a->len > offsetof(struct sockaddr_un, sun_path) && a->sa.sa_family == AF_UNIX;
}

static void put_un(struct text *t, const struct user_addr *a)
{
	put_path(t, a->un.sun_path, a->len - offsetof(struct sockaddr_un, sun_path));
}

int rec_sockaddr(struct rec *r, unsigned long addr, unsigned long len)
{
	struct user_addr a;
	struct text t = { .len = 0 };

	read_addr(&a, addr, len);
	if (is_in(&a)) {
		put_family(&t, SCAP_FAMILY_INET);
		put(&t, &a.in.sin_addr, 4);
		put_port(&t, a.in.sin_port);
	} else if (is_in6(&a)) {
		put_family(&t, SCAP_FAMILY_INET6);
		put(&t, &a.in6.sin6_addr, 16);
		put_port(&t, a.in6.sin6_port);
	} else if (is_un(&a)) {
		put_family(&t, SCAP_FAMILY_UNIX);
		put_un(&t, &a);
	}
	return rec_bytes(r, t.bytes, t.len);
}

/* One end of an inet or inet6 tuple. */
struct end {
	union {
		__be32 ip;
		struct in6_addr ip6;
	};
	__be16 port;
};

static void put_ends(struct text *t, u8 family, const struct end *src, const struct end *dst)
{
	unsigned int ip = family == SCAP_FAMILY_INET ? 4 : 16;

	put_family(t, family);
	put(t, &src->ip6, ip);
	put_port(t, src->port);
	put(t, &dst->ip6, ip);
	put_port(t, dst->port);
}

static void inet_tuple(struct text *t, struct sock *sk, enum tuple_direction dir,
		       const struct user_addr *a)
{
	const struct inet_sock *inet = inet_sk(sk);
	struct end local = {}, peer = {};

	local.ip = READ_ONCE(inet->inet_rcv_saddr);
	if (!local.ip)
		local.ip = READ_ONCE(inet->inet_saddr);
	local.port = READ_ONCE(inet->inet_sport);
	peer.ip = READ_ONCE(inet->inet_daddr);
	peer.port = READ_ONCE(inet->inet_dport);
	if (is_in(a) && (dir == TUPLE_OUTBOUND || !peer.port)) {
		peer.ip = a->in.sin_addr.s_addr;
		peer.port = a->in.sin_port;
	}
	if (dir == TUPLE_OUTBOUND)
		put_ends(t, SCAP_FAMILY_INET, &local, &peer);
	else
		put_ends(t, SCAP_FAMILY_INET, &peer, &local);
}

#if IS_ENABLED(CONFIG_IPV6)
static void inet6_tuple(struct text *t, struct sock *sk, enum tuple_direction dir,
			const struct user_addr *a)
{
	const struct ipv6_pinfo *np = READ_ONCE(inet_sk(sk)->pinet6);
	struct end local = {}, peer = {};

	local.ip6 = sk->sk_v6_rcv_saddr;
	/* no pinet6: IPV6_ADDRFORM has just made it an inet socket */
	if (ipv6_addr_any(&local.ip6) && np)
		local.ip6 = np->saddr;
	local.port = READ_ONCE(inet_sk(sk)->inet_sport);
	peer.ip6 = sk->sk_v6_daddr;
	peer.port = READ_ONCE(inet_sk(sk)->inet_dport);
	if (dir == TUPLE_OUTBOUND || !peer.port) {
		if (is_in6(a)) {
			peer.ip6 = a->in6.sin6_addr;
			peer.port = a->in6.sin6_port;
		} else if (is_in(a)) {
			ipv6_addr_set_v4mapped(a->in.sin_addr.s_addr, &peer.ip6);
			peer.port = a->in.sin_port;
		}
	}
	if (dir == TUPLE_OUTBOUND)
		put_ends(t, SCAP_FAMILY_INET6, &local, &peer);
	else
		put_ends(t, SCAP_FAMILY_INET6, &peer, &local);
}
#endif

/*
 * A datagram socket's peer may be exchanged and freed at any time: it is taken under the socket's
 * lock, a spinlock that is only ever taken in process context, which is where we are, with nothing
 * of unix sockets held. The peer of a stream socket stays until the socket itself is released, and
 * the caller holds its file. A realtime kernel's spinlock sleeps: there such peers stay unknown.
 */
struct sock *unix_peer_hold(struct sock *sk)
{
	struct sock *peer;

	if (sk->sk_type == SOCK_STREAM) {
		peer = READ_ONCE(unix_peer(sk));
		if (peer)
			sock_hold(peer);
		return peer;
	}
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return NULL;
	unix_state_lock(sk);
	peer = unix_peer(sk);
	if (peer)
		sock_hold(peer);
	unix_state_unlock(sk);
	return peer;
}

/* The name a unix socket is bound to: set once, freed with the socket. */
static const struct unix_address *bound(const struct sock *sk)
{
	const struct unix_address *addr = sk ? smp_load_acquire(&unix_sk(sk)->addr) : NULL;

	if (addr && addr->len <= (int)offsetof(struct sockaddr_un, sun_path))
		return NULL; /* bound to no name */
	return addr;
}

static void unix_tuple(struct text *t, struct sock *sk, enum tuple_direction dir,
		       const struct user_addr *a)
{
	struct sock *peer = unix_peer_hold(sk);
	u64 local_ptr = (unsigned long)sk, peer_ptr = (unsigned long)peer;
	const struct unix_address *name = bound(dir == TUPLE_INBOUND ? sk : peer);

	put_family(t, SCAP_FAMILY_UNIX);
	put(t, dir == TUPLE_INBOUND ? &local_ptr : &peer_ptr, 8);
	put(t, dir == TUPLE_INBOUND ? &peer_ptr : &local_ptr, 8);
	if (name)
		put_path(t, name->name->sun_path,
			 name->len - (int)offsetof(struct sockaddr_un, sun_path));
	else if (is_un(a))
		put_un(t, a);
	else
		put(t, "", 1);
	if (peer)
		sock_put(peer);
}

int rec_tuple(struct rec *r, s64 fd, enum tuple_direction dir, unsigned long addr,
	      unsigned long len)
{
	struct file *file = fd >= 0 ? fget(fd) : NULL;
	struct socket *sock = file ? compat_sock_from_file(file) : NULL;
	struct sock *sk = sock ? READ_ONCE(sock->sk) : NULL;
	struct text t = { .len = 0 };
	struct user_addr a;

	if (sk) {
		read_addr(&a, addr, len);
		switch (READ_ONCE(sk->sk_family)) {
		case AF_INET:
			inet_tuple(&t, sk, dir, &a);
			break;
#if IS_ENABLED(CONFIG_IPV6)
		case AF_INET6:
			inet6_tuple(&t, sk, dir, &a);
			break;
#endif
		case AF_UNIX:
			unix_tuple(&t, sk, dir, &a);
			break;
		}
	}
	if (file)
		fput(file);
	return rec_bytes(r, t.bytes, t.len);
}

bool socket_ports(s64 fd, unsigned long addr, unsigned long len, u16 *local, u16 *remote)
{
	struct file *file = fd >= 0 ? fget(fd) : NULL;
	struct socket *sock = file ? compat_sock_from_file(file) : NULL;
	struct sock *sk = sock ? READ_ONCE(sock->sk) : NULL;
	int family = sk ? READ_ONCE(sk->sk_family) : AF_UNSPEC;
	struct user_addr a;

	*local = *remote = 0;
	if (family == AF_INET || family == AF_INET6) {
		*local = ntohs(READ_ONCE(inet_sk(sk)->inet_sport));
		*remote = ntohs(READ_ONCE(inet_sk(sk)->inet_dport));
	}
	if (file)
		fput(file);
	if (sk && !*remote) {
		read_addr(&a, addr, len);
		if (is_in(&a))
			*remote = ntohs(a.in.sin_port);
		else if (is_in6(&a))
			*remote = ntohs(a.in6.sin6_port);
	}
	return sk;
}
