/* SPDX-License-Identifier: GPL-2.0-only */
/* Data sent and received over sockets, in one buffer or in messages. */
#include <linux/minmax.h>
#include <linux/socket.h>
#include <linux/uio.h>

#include "fill_address.h"
#include "fill.h"
#include "fill_iov.h"
#include "user.h"
#include "user_layout.h"

/*
 * All messages of a sendmmsg or recvmmsg are recorded in one go, with preemption disabled, and the
 * caller can have 1,024 of them with 1,024 buffers each. So there is an end to what is looked at
 * for one call, in bytes; a buffer counts as ELEMENT_COST of them, which is what it costs to read
 * where it lies and to copy from there. A single message never reaches the end. Messages behind it
 * have no data, which a reader sees: their result is not 0.
 */
#define CALL_BUDGET  (1 << 20)
#define ELEMENT_COST 256

static bool afford(struct rec *r, u64 cost)
{
	if (cost > CALL_BUDGET - r->spent)
		return false;
	r->spent += cost;
	return true;
}

/* Starts the walk over a message's buffers; false if the call has had its share. */
static bool message_start(struct iov_walk *w, struct rec *r, const struct user_msghdr *msg)
{
	BUILD_BUG_ON(UIO_MAXIOV * ELEMENT_COST + 2 * SCAP_MAX_PARAM_LEN > CALL_BUDGET);
	iov_start(w, r, (unsigned long)msg->msg_iov, msg->msg_iovlen);
	if (afford(r, (u64)w->count * ELEMENT_COST))
		return true;
	iov_start(w, r, 0, 0);
	return false;
}

/* A message's data: all that is kept of @avail bytes, or nothing. */
static int rec_message_data(struct rec *r, struct iov_walk *w, size_t avail)
{
	avail = min_t(size_t, avail, r->snaplen);
	return rec_iov(w, afford(r, avail) ? avail : 0);
}

static size_t got(const struct rec *r)
{
	return r->ret > 0 ? r->ret : 0;
}

/* The descriptor of argument 0 for a tuple: there is none when the call failed. */
static s64 tuple_fd(const struct rec *r)
{
	return r->ret < 0 ? -1 : arg_int(r, 0);
}

static size_t sent(const struct rec *r)
{
	return r->ret > 0 ? r->ret : arg(r, 2);
}

static __always_inline int fill_sent(struct rec *r, unsigned long addr, unsigned long addr_len)
{
	struct cursor c = cursor_begin(r);
	int err;

	put64(&c, r->ret);
	err = put_data_at(&c, r, arg(r, 1), sent(r), addr, addr_len);
	put64(&c, arg_int(r, 0));
	put32(&c, arg(r, 2));
	err = err ?: put_tuple(&c, r, tuple_fd(r), TUPLE_OUTBOUND, address_read(r, addr, addr_len));
	cursor_end(r, c);
	return err;
}

FILLER(send)
{
	return fill_sent(r, 0, 0);
}

FILLER(sendto)
{
	return fill_sent(r, arg(r, 4), arg(r, 5));
}

/* Bytes of @len that came: the result can be that of a message which did not fit (MSG_TRUNC). */
static size_t received(const struct rec *r)
{
	return min_t(size_t, got(r), arg(r, 2));
}

FILLER(recv)
{
	struct cursor c = cursor_begin(r);
	int err;

	put64(&c, r->ret);
	err = put_data(&c, r, arg(r, 1), received(r));
	put64(&c, arg_int(r, 0));
	put32(&c, arg(r, 2));
	err = err ?: put_tuple(&c, r, tuple_fd(r), TUPLE_INBOUND, 0);
	cursor_end(r, c);
	return err;
}

FILLER(recvfrom)
{
	unsigned long addr = arg(r, 4);
	struct cursor c = cursor_begin(r);
	u32 len;
	int err;

	/* the address is the kernel's answer, and so is its length */
	if (r->ret < 0 || !addr || user_read(&len, arg(r, 5), sizeof(len)))
		len = 0;
	put64(&c, r->ret);
	err = put_data_at(&c, r, arg(r, 1), received(r), addr, len);
	err = err ?: put_tuple(&c, r, tuple_fd(r), TUPLE_INBOUND, address_read(r, addr, len));
	put64(&c, arg_int(r, 0));
	put32(&c, arg(r, 2));
	cursor_end(r, c);
	return err;
}

FILLER(sendmsg)
{
	struct user_msghdr msg;
	struct iov_walk w;
	u64 bytes;

	if (user_message(r, &msg, arg(r, 1)))
		return rec_ret(r) ?: rec_empty(r) ?: rec_arg_int(r, 0) ?: rec_empty(r) ?:
		       rec_empty(r);
	iov_start(&w, r, (unsigned long)msg.msg_iov, msg.msg_iovlen);
	if (!iov_bytes(&w, &bytes))
		bytes = 0;
	iov_snap(&w, bytes, (unsigned long)msg.msg_name, msg.msg_namelen);
	return rec_ret(r) ?: rec_iov(&w, r->ret > 0 ? r->ret : bytes) ?: rec_arg_int(r, 0) ?:
	       rec_int(r, bytes) ?:
	       rec_tuple(r, tuple_fd(r), TUPLE_OUTBOUND, (unsigned long)msg.msg_name,
			 msg.msg_namelen);
}

/* Length and data of a message that was received; @len bytes came. */
static int rec_got_message(struct rec *r, const struct user_msghdr *msg, size_t len)
{
	struct iov_walk w;
	u64 bytes;

	if (!message_start(&w, r, msg) || !iov_bytes(&w, &bytes))
		bytes = len;
	iov_snap(&w, len, (unsigned long)msg->msg_name, msg->msg_namelen);
	return rec_int(r, min_t(u64, bytes, len)) ?: rec_message_data(r, &w, len);
}

FILLER(recvmsg)
{
	struct user_msghdr msg;

	if (r->ret < 0 || user_message(r, &msg, arg(r, 1)))
		return rec_ret(r) ?: rec_int(r, got(r)) ?: rec_empty(r) ?: rec_empty(r) ?:
		       rec_empty(r) ?: rec_arg_int(r, 0);
	return rec_ret(r) ?: rec_got_message(r, &msg, got(r)) ?:
	       rec_tuple(r, tuple_fd(r), TUPLE_INBOUND, (unsigned long)msg.msg_name,
			 msg.msg_namelen) ?:
	       rec_control(r, &msg) ?:
	       rec_arg_int(r, 0);
}

/* Message r->index of sendmmsg or recvmmsg; false: there is none, or it is not there. */
static bool next_message(struct rec *r, struct mmsghdr *m)
{
	if (r->ret <= 0)
		return false;
	return !user_messages(r, m, arg(r, 1), r->index);
}

static int more_messages(const struct rec *r)
{
	return r->index + 1 < min_t(long, r->ret, UIO_MAXIOV) ? REC_MORE : 0;
}

/* The call failed, or its message is gone: the descriptor is all there is to say. */
static int rec_no_message(struct rec *r)
{
	return rec_int(r, min(r->ret, 0L)) ?: rec_arg_int(r, 0) ?: rec_int(r, 0) ?: rec_empty(r) ?:
	       rec_empty(r);
}

/* A socket that knows its peer is not looked up for each message. */
static int rec_message_tuple(struct rec *r, const struct user_msghdr *msg, enum tuple_direction dir)
{
	return rec_tuple(r, msg->msg_name ? arg_int(r, 0) : -1, dir, (unsigned long)msg->msg_name,
			 msg->msg_namelen);
}

static int rec_message_control(struct rec *r, const struct user_msghdr *msg)
{
	if (!afford(r, min_t(size_t, msg->msg_controllen, SCAP_MAX_PARAM_LEN)))
		return rec_empty(r);
	return rec_control(r, msg);
}

FILLER(sendmmsg)
{
	struct mmsghdr m;
	struct iov_walk w;
	u64 bytes;

	if (!next_message(r, &m))
		return rec_no_message(r) ?: more_messages(r);
	if (!message_start(&w, r, &m.msg_hdr))
		bytes = m.msg_len;
	else if (!iov_bytes(&w, &bytes))
		bytes = 0;
	iov_snap(&w, bytes, (unsigned long)m.msg_hdr.msg_name, m.msg_hdr.msg_namelen);
	return rec_int(r, m.msg_len) ?: rec_arg_int(r, 0) ?: rec_int(r, bytes) ?:
	       rec_message_data(r, &w, m.msg_len) ?:
	       rec_message_tuple(r, &m.msg_hdr, TUPLE_OUTBOUND) ?: more_messages(r);
}

FILLER(recvmmsg)
{
	struct mmsghdr m;

	if (!next_message(r, &m))
		return rec_no_message(r) ?: more_messages(r);
	return rec_int(r, m.msg_len) ?: rec_arg_int(r, 0) ?:
	       rec_got_message(r, &m.msg_hdr, m.msg_len) ?:
	       rec_message_tuple(r, &m.msg_hdr, TUPLE_INBOUND) ?:
	       rec_message_control(r, &m.msg_hdr) ?: more_messages(r);
}
