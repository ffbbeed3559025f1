/* SPDX-License-Identifier: GPL-2.0-only */
/* Sockets: making, naming, connecting and setting them up. Data is in fill_message.c. */
#include <linux/errno.h>
#include <linux/file.h>
#include <linux/math64.h>
#include <linux/net.h>
#include <linux/socket.h>
#include <linux/time.h>
#include <linux/time32.h>
#include <net/af_unix.h>
#include <net/sock.h>

#include "fill_address.h"
#include "compat.h"
#include "fill.h"
#include "flags.h"
#include "user.h"
#include "user_layout.h"

FILLER(socket)
{
	return rec_ret(r) ?: rec_arg(r, 0) ?: rec_arg(r, 1) ?: rec_arg(r, 2) ?:
	       rec_int(r, flags_new_fd(arg(r, 1)));
}

FILLER(bind)
{
	struct cursor c = cursor_begin(r);
	int err;

	put64(&c, r->ret);
	err = put_sockaddr(&c, r, address_read(r, arg(r, 1), arg(r, 2)));
	put64(&c, arg_int(r, 0));
	cursor_end(r, c);
	return err;
}

FILLER(connect_enter)
{
	struct cursor c = cursor_begin(r);
	int err;

	put64(&c, arg_int(r, 0));
	err = put_sockaddr(&c, r, address_read(r, arg(r, 1), arg(r, 2)));
	cursor_end(r, c);
	return err;
}

FILLER(connect)
{
	bool known = r->ret == 0 || r->ret == -EINPROGRESS;
	unsigned int n = address_read(r, arg(r, 1), arg(r, 2));
	struct cursor c = cursor_begin(r);
	int err;

	put64(&c, r->ret);
	err = put_tuple(&c, r, known ? arg_int(r, 0) : -1, TUPLE_OUTBOUND, n);
	put64(&c, arg_int(r, 0));
	err = err ?: put_sockaddr(&c, r, n);
	cursor_end(r, c);
	return err;
}

/* How many connections wait on the listening socket, and how many may. */
static int rec_queue(struct rec *r)
{
	struct file *file = arg_int(r, 0) >= 0 ? fget(arg_int(r, 0)) : NULL;
	struct socket *sock = file ? compat_sock_from_file(file) : NULL;
	struct sock *sk = sock ? READ_ONCE(sock->sk) : NULL;
	u32 len = sk ? READ_ONCE(sk->sk_ack_backlog) : 0;
	u32 max = sk ? READ_ONCE(sk->sk_max_ack_backlog) : 0;

	if (file)
		fput(file);
	return rec_int(r, max ? div_u64(100ull * len, max) : 0) ?: rec_int(r, len) ?:
	       rec_int(r, max);
}

FILLER(accept)
{
	return rec_ret(r) ?: rec_tuple(r, r->ret, TUPLE_INBOUND, arg(r, 1), 0) ?: rec_queue(r);
}

FILLER(accept4)
{
	return fill_accept(r) ?: rec_int(r, flags_new_fd(arg(r, 3)));
}

/* The two ends of a pair of unix sockets, as the tuples of their events name them. */
static void pair_pointers(s64 fd, u64 *source, u64 *peer)
{
	struct file *file = fd >= 0 ? fget(fd) : NULL;
	struct socket *sock = file ? compat_sock_from_file(file) : NULL;
	struct sock *sk = sock ? READ_ONCE(sock->sk) : NULL;

	*source = *peer = 0;
	if (sk && READ_ONCE(sk->sk_family) == AF_UNIX) {
		*source = (unsigned long)sk;
		*peer = (unsigned long)READ_ONCE(unix_peer(sk));
	}
	if (file)
		fput(file);
}

FILLER(socketpair)
{
	u64 source, peer;
	s32 fds[2];

	if (r->ret < 0 || user_read(fds, arg(r, 3), sizeof(fds)))
		fds[0] = fds[1] = -1;
	pair_pointers(fds[0], &source, &peer);
	return rec_ret(r) ?: rec_int(r, fds[0]) ?: rec_int(r, fds[1]) ?: rec_int(r, source) ?:
	       rec_int(r, peer) ?: rec_arg(r, 0) ?: rec_arg(r, 1) ?: rec_arg(r, 2);
}

/* How an option's value is recorded: an index into sockopt_dynamic_param. */
enum opt_type { OPT_BYTES, OPT_ERROR, OPT_U32, OPT_U64, OPT_TIME };

static enum opt_type opt_type(int level, int name)
{
	switch (flags_sockopt_name(level, name)) {
	case SCAP_SO_ERROR:
		return OPT_ERROR;
	case SCAP_SO_RCVTIMEO:
	case SCAP_SO_SNDTIMEO:
		return OPT_TIME;
	case SCAP_SO_COOKIE:
		return OPT_U64;
	case SCAP_SO_DEBUG:
	case SCAP_SO_REUSEADDR:
	case SCAP_SO_TYPE:
	case SCAP_SO_DONTROUTE:
	case SCAP_SO_BROADCAST:
	case SCAP_SO_SNDBUF:
	case SCAP_SO_RCVBUF:
	case SCAP_SO_SNDBUFFORCE:
	case SCAP_SO_RCVBUFFORCE:
	case SCAP_SO_KEEPALIVE:
	case SCAP_SO_OOBINLINE:
	case SCAP_SO_NO_CHECK:
	case SCAP_SO_PRIORITY:
	case SCAP_SO_BSDCOMPAT:
	case SCAP_SO_REUSEPORT:
	case SCAP_SO_PASSCRED:
	case SCAP_SO_RCVLOWAT:
	case SCAP_SO_SNDLOWAT:
	case SCAP_SO_TIMESTAMP:
	case SCAP_SO_ACCEPTCONN:
	case SCAP_SO_PASSSEC:
	case SCAP_SO_TIMESTAMPNS:
	case SCAP_SO_MARK:
	case SCAP_SO_TIMESTAMPING:
	case SCAP_SO_PROTOCOL:
	case SCAP_SO_DOMAIN:
	case SCAP_SO_RXQ_OVFL:
	case SCAP_SO_WIFI_STATUS:
	case SCAP_SO_PEEK_OFF:
	case SCAP_SO_NOFCS:
	case SCAP_SO_LOCK_FILTER:
	case SCAP_SO_SELECT_ERR_QUEUE:
	case SCAP_SO_BUSY_POLL:
	case SCAP_SO_MAX_PACING_RATE:
	case SCAP_SO_BPF_EXTENSIONS:
	case SCAP_SO_INCOMING_CPU:
		return OPT_U32;
	default:
		return OPT_BYTES;
	}
}

static int rec_opt_bytes(struct rec *r, unsigned long value, u32 len)
{
	u8 index = OPT_BYTES;
	int err = rec_part_bytes(r, &index, 1);

	if (!err && value && len)
		err = rec_part_user(r, value, len);
	/* the index stays, without a value */
	if (err && err != REC_FAULT)
		return err;
	return rec_part_end(r);
}

static int rec_opt(struct rec *r, unsigned long value, u32 len)
{
	enum opt_type type = opt_type(arg(r, 1), arg(r, 2));
	union {
		s32 i;
		u64 u;
		struct __kernel_sock_timeval tv;
	} v;
	static const u8 width[] = {
		[OPT_ERROR] = sizeof(v.i),
		[OPT_U32] = sizeof(v.i),
		[OPT_U64] = sizeof(v.u),
		[OPT_TIME] = sizeof(v.tv),
	};
	bool narrow = type == OPT_TIME && user_is_timeval32(r, arg(r, 2));

	if (type == OPT_BYTES || len < (narrow ? sizeof(struct old_timeval32) : width[type]))
		return rec_opt_bytes(r, value, len);
	if (narrow ? user_timeval32(&v.tv, value) : user_read(&v, value, width[type]))
		return rec_dyn(r, type, 0, 0);
	switch (type) {
	case OPT_ERROR:
		return rec_dyn(r, type, -(s64)v.i, 8);
	case OPT_U32:
		return rec_dyn(r, type, v.i, 4);
	case OPT_U64:
		return rec_dyn(r, type, v.u, 8);
	default:
		return rec_dyn(r, type,
			       (u64)v.tv.tv_sec * NSEC_PER_SEC + (u64)v.tv.tv_usec * NSEC_PER_USEC,
			       8);
	}
}

static int rec_sockopt(struct rec *r, unsigned long value, u32 len)
{
	return rec_ret(r) ?: rec_arg_int(r, 0) ?: rec_int(r, flags_sockopt_level(arg(r, 1))) ?:
	       rec_int(r, flags_sockopt_name(arg(r, 1), arg(r, 2))) ?:
	       rec_opt(r, value, len) ?: rec_int(r, len);
}

FILLER(setsockopt)
{
	return rec_sockopt(r, arg(r, 3), arg(r, 4));
}

/* A value only if there is one: the length is what the kernel has left of the caller's. */
FILLER(getsockopt)
{
	u32 len;

	if (r->ret < 0 || user_read(&len, arg(r, 4), sizeof(len)))
		return rec_sockopt(r, 0, 0);
	return rec_sockopt(r, arg(r, 3), len);
}
