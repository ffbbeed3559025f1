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
#include <asm/word-at-a-time.h>

#include "compat.h"
#include "user.h"

/* The longest: a tuple of unix sockets; a word is written for its last bytes. */
#define TUPLE_MAX (1 + 8 + 8 + UNIX_PATH_MAX + 8)

/* r->address by family. */
#define IN(r)  ((const struct sockaddr_in *)&(r)->address)
#define IN6(r) ((const struct sockaddr_in6 *)&(r)->address)
#define UN(r)  ((const struct sockaddr_un *)&(r)->address)

unsigned int address_read(struct rec *r, unsigned long addr, unsigned long len)
{
	/* what the kernel takes for a length is an int */
	u32 n = min_t(u32, len, sizeof(r->address));

	if (!addr || n < sizeof(r->address.ss_family) || user_read_words(&r->address, addr, n))
		return 0;
	return n;
}

static bool is_in(const struct rec *r, unsigned int n)
{
	return n >= sizeof(struct sockaddr_in) && r->address.ss_family == AF_INET;
}

static bool is_in6(const struct rec *r, unsigned int n)
{
	return n >= SIN6_LEN_RFC2133 && r->address.ss_family == AF_INET6;
}

static bool is_un(const struct rec *r, unsigned int n)
{
	return n > offsetof(struct sockaddr_un, sun_path) && r->address.ss_family == AF_UNIX;
}

/* These write at @p, where there is room for TUPLE_MAX bytes, and return where they end. */

static u8 *write_port(u8 *p, __be16 port)
{
	put_unaligned(ntohs(port), (u16 *)p);
	return p + sizeof(u16);
}

static u8 *write_in(u8 *p, __be32 ip, __be16 port)
{
	put_unaligned(ip, (__be32 *)p);
	return write_port(p + sizeof(ip), port);
}

static u8 *write_in6(u8 *p, const struct in6_addr *ip, __be16 port)
{
	memcpy(p, ip, sizeof(*ip));
	return write_port(p + sizeof(*ip), port);
}

static u8 *write_pointer(u8 *p, const void *pointer)
{
	put_unaligned((u64)(unsigned long)pointer, (u64 *)p);
	return p + sizeof(u64);
}

/* A name of @len bytes with a NUL; the one in front of an abstract name is left out. */
static u8 *write_path(u8 *p, const char *path, int len)
{
	const struct word_at_a_time constants = WORD_AT_A_TIME_CONSTANTS;
	unsigned long word, zeroes;
	const char *end;

	if (len > 0 && !*path) {
		path++;
		len--;
	}
	end = path + clamp(len, 0, UNIX_PATH_MAX);
	for (; end - path >= (long)sizeof(word); path += sizeof(word), p += sizeof(word)) {
		word = get_unaligned((const unsigned long *)path);
		put_unaligned(word, (unsigned long *)p);
		if (has_zero(word, &zeroes, &constants)) {
			zeroes = prep_zero_mask(word, zeroes, &constants);
			return p + find_zero(create_zero_mask(zeroes)) + 1;
		}
	}
	for (; path < end && *path; path++)
		*p++ = *path;
	*p++ = 0;
	return p;
}

static u8 *write_un(u8 *p, const struct rec *r, unsigned int n)
{
	return write_path(p, UN(r)->sun_path, n - offsetof(struct sockaddr_un, sun_path));
}

u8 *write_sockaddr(u8 *p, const struct rec *r, unsigned int n)
{
	if (unlikely(r->limit - p < TUPLE_MAX))
		return NULL;
	if (is_in(r, n)) {
		*p++ = SCAP_FAMILY_INET;
		return write_in(p, IN(r)->sin_addr.s_addr, IN(r)->sin_port);
	}
	if (is_in6(r, n)) {
		*p++ = SCAP_FAMILY_INET6;
		return write_in6(p, &IN6(r)->sin6_addr, IN6(r)->sin6_port);
	}
	if (is_un(r, n)) {
		*p++ = SCAP_FAMILY_UNIX;
		return write_un(p, r, n);
	}
	return p;
}

static u8 *write_inet(u8 *p, const struct sock *sk, enum tuple_direction dir, const struct rec *r,
		      unsigned int n)
{
	const struct inet_sock *inet = inet_sk(sk);
	__be32 local = READ_ONCE(inet->inet_rcv_saddr), peer = READ_ONCE(inet->inet_daddr);
	__be16 local_port = READ_ONCE(inet->inet_sport), peer_port = READ_ONCE(inet->inet_dport);

	if (!local)
		local = READ_ONCE(inet->inet_saddr);
	if ((dir == TUPLE_OUTBOUND || !peer_port) && is_in(r, n)) {
		peer = IN(r)->sin_addr.s_addr;
		peer_port = IN(r)->sin_port;
	}
	*p++ = SCAP_FAMILY_INET;
	if (dir == TUPLE_OUTBOUND)
		return write_in(write_in(p, local, local_port), peer, peer_port);
	return write_in(write_in(p, peer, peer_port), local, local_port);
}

#if IS_ENABLED(CONFIG_IPV6)
static noinline u8 *write_inet6(u8 *p, struct sock *sk, enum tuple_direction dir,
				const struct rec *r, unsigned int n)
{
	const struct ipv6_pinfo *np = READ_ONCE(inet_sk(sk)->pinet6);
	struct in6_addr local = sk->sk_v6_rcv_saddr, peer = sk->sk_v6_daddr;
	__be16 local_port = READ_ONCE(inet_sk(sk)->inet_sport);
	__be16 peer_port = READ_ONCE(inet_sk(sk)->inet_dport);

	/* no pinet6: IPV6_ADDRFORM has just made it an inet socket */
	if (ipv6_addr_any(&local) && np)
		local = np->saddr;
	if (dir == TUPLE_OUTBOUND || !peer_port) {
		if (is_in6(r, n)) {
			peer = IN6(r)->sin6_addr;
			peer_port = IN6(r)->sin6_port;
		} else if (is_in(r, n)) {
			ipv6_addr_set_v4mapped(IN(r)->sin_addr.s_addr, &peer);
			peer_port = IN(r)->sin_port;
		}
	}
	*p++ = SCAP_FAMILY_INET6;
	if (dir == TUPLE_OUTBOUND)
		return write_in6(write_in6(p, &local, local_port), &peer, peer_port);
	return write_in6(write_in6(p, &peer, peer_port), &local, local_port);
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

static noinline u8 *write_unix(u8 *p, struct sock *sk, enum tuple_direction dir,
			       const struct rec *r, unsigned int n)
{
	struct sock *peer = unix_peer_hold(sk);
	const struct unix_address *name = bound(dir == TUPLE_INBOUND ? sk : peer);

	*p++ = SCAP_FAMILY_UNIX;
	p = write_pointer(p, dir == TUPLE_INBOUND ? sk : peer);
	p = write_pointer(p, dir == TUPLE_INBOUND ? peer : sk);
	if (name)
		p = write_path(p, name->name->sun_path,
			       name->len - (int)offsetof(struct sockaddr_un, sun_path));
	else if (is_un(r, n))
		p = write_un(p, r, n);
	else
		*p++ = 0;
	if (peer)
		sock_put(peer);
	return p;
}

static u8 *write_ends(u8 *p, struct sock *sk, enum tuple_direction dir, const struct rec *r,
		      unsigned int n)
{
	switch (READ_ONCE(sk->sk_family)) {
	case AF_INET:
		return write_inet(p, sk, dir, r, n);
#if IS_ENABLED(CONFIG_IPV6)
	case AF_INET6:
		return write_inet6(p, sk, dir, r, n);
#endif
	case AF_UNIX:
		return write_unix(p, sk, dir, r, n);
	}
	return p;
}

u8 *write_tuple(u8 *p, const struct rec *r, s64 fd, enum tuple_direction dir, unsigned int n)
{
	struct socket *sock;
	struct sock *sk;
	struct fd f;

	if (unlikely(r->limit - p < TUPLE_MAX))
		return NULL;
	f = fdget(fd);
	if (!fd_file(f))
		return p;
	sock = compat_sock_from_file(fd_file(f));
	sk = sock ? READ_ONCE(sock->sk) : NULL;
	if (sk)
		p = write_ends(p, sk, dir, r, n);
	fdput(f);
	return p;
}

bool socket_ports(struct rec *r, s64 fd, unsigned long addr, unsigned long len, u16 *local,
		  u16 *remote)
{
	struct file *file = fd >= 0 ? fget(fd) : NULL;
	struct socket *sock = file ? compat_sock_from_file(file) : NULL;
	struct sock *sk = sock ? READ_ONCE(sock->sk) : NULL;
	int family = sk ? READ_ONCE(sk->sk_family) : AF_UNSPEC;

	*local = *remote = 0;
	if (family == AF_INET || family == AF_INET6) {
		*local = ntohs(READ_ONCE(inet_sk(sk)->inet_sport));
		*remote = ntohs(READ_ONCE(inet_sk(sk)->inet_dport));
	}
	if (file)
		fput(file);
	if (sk && !*remote) {
		unsigned int n = address_read(r, addr, len);

		if (is_in(r, n))
			*remote = ntohs(IN(r)->sin_port);
		else if (is_in6(r, n))
			*remote = ntohs(IN6(r)->sin6_port);
	}
	return sk;
}
