/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rows of the matrix with vectors and messages: the pointers and lengths in them are varied
 * like arguments.
 */
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "calls.h"
#include "matrix.h"

#define E(name) SCAP_EVT_SYSCALL_##name
#define S(name) SCAP_EVT_SOCKET_##name
#define ROW(c)	.name = #c, .nr = SYS_##c

/* As many elements as the driver looks at together. */
#define TOGETHER 256

/* ---- what is in the memory ---- */

static const unsigned char bytes[90] = "what is gathered", more[150] = "and from somewhere else";
static const struct iovec iov[2];
static const struct msghdr msg;
static const struct mmsghdr msgs[2];

#define IOV_AT(i, ...)                                                             \
	{ .kind = ARG_MEM, .off = 16 * (i), .width = 8, __VA_ARGS__ },             \
	{                                                                          \
		.kind = ARG_LEN, .value = 2 * (i), .off = 16 * (i) + 8, .width = 8 \
	}

static const struct matrix_arg out_vec[] = { IOV_AT(0, .bytes = bytes, .size = sizeof(bytes)),
					     IOV_AT(1, .bytes = more, .size = sizeof(more)) };
static const struct matrix_arg in_vec[] = { IOV_AT(0, .size = 30), IOV_AT(1, .size = 120) };

/* The members of a message at @o: its name, its vector and its control data. */
#define MESSAGE(o, first, name, vec, control_size)                               \
	{ .kind = ARG_MEM,                                                       \
	  .bytes = name,                                                         \
	  .size = sizeof(struct sockaddr_in),                                    \
	  .off = (o) + offsetof(struct msghdr, msg_name),                        \
	  .width = 8 },                                                          \
		{ .kind = ARG_LEN,                                               \
		  .value = first,                                                \
		  .off = (o) + offsetof(struct msghdr, msg_namelen),             \
		  .width = 4 },                                                  \
		{ .kind = ARG_MEM,                                               \
		  .bytes = &iov,                                                 \
		  .size = sizeof(iov),                                           \
		  .off = (o) + offsetof(struct msghdr, msg_iov),                 \
		  .width = 8,                                                    \
		  .inner = vec,                                                  \
		  .ninner = 4 },                                                 \
		{ .kind = ARG_LEN,                                               \
		  .value = (first) + 2,                                          \
		  .unit = sizeof(struct iovec),                                  \
		  .off = (o) + offsetof(struct msghdr, msg_iovlen),              \
		  .width = 8 },                                                  \
		{ .kind = ARG_MEM,                                               \
		  .size = control_size,                                          \
		  .off = (o) + offsetof(struct msghdr, msg_control),             \
		  .width = 8 },                                                  \
	{                                                                        \
		.kind = ARG_LEN, .value = (first) + 4,                           \
		.off = (o) + offsetof(struct msghdr, msg_controllen), .width = 8 \
	}

static const struct matrix_arg out_msg[] = { MESSAGE(0, 0, &matrix_receiver, out_vec, 0) };
static const struct matrix_arg in_msg[] = { MESSAGE(0, 0, NULL, in_vec, 64) };
static const struct matrix_arg out_msgs[] = { MESSAGE(0, 0, &matrix_receiver, out_vec, 0),
					      MESSAGE(sizeof(struct mmsghdr), 6, &matrix_receiver,
						      out_vec, 0) };
static const struct matrix_arg in_msgs[] = { MESSAGE(0, 0, NULL, in_vec, 64),
					     MESSAGE(sizeof(struct mmsghdr), 6, NULL, in_vec, 64) };

/* ---- what must be recorded of it ---- */

static bool vector_there(const struct matrix_call *c, unsigned long vec, size_t from, size_t count)
{
	size_t n = count - from > TOGETHER ? TOGETHER : count - from;

	return there(c, vec + from * sizeof(struct iovec), n * sizeof(struct iovec));
}

static const struct iovec *element(unsigned long vec, size_t i)
{
	return (const struct iovec *)vec + i;
}

/* The kernel takes no longer one. */
static size_t taken(unsigned long count)
{
	return count > UIO_MAXIOV ? 0 : count;
}

/* Bytes in a vector, or @unknown. */
static uint64_t vector_bytes(const struct matrix_call *c, unsigned long vec, unsigned long count,
			     uint64_t unknown)
{
	uint64_t sum = 0;

	count = taken(count);
	for (size_t i = 0; i < count; i++) {
		if (i % TOGETHER == 0 && !vector_there(c, vec, i, count))
			return unknown;
		sum += element(vec, i)->iov_len;
	}
	return sum;
}

/* The first of @avail bytes that are in a vector; nothing if one of its elements is not there. */
static size_t gathered(const struct matrix_call *c, unsigned long vec, unsigned long count,
		       uint64_t avail, unsigned char *out)
{
	size_t want = avail < SNAPLEN ? avail : SNAPLEN, len = 0;

	count = taken(count);
	for (size_t i = 0; i < count && len < want; i++) {
		const struct iovec *v = element(vec, i);
		size_t n;

		if (i % TOGETHER == 0 && !vector_there(c, vec, i, count))
			return 0;
		n = v->iov_len < want - len ? v->iov_len : want - len;
		if (!fetch(c, out + len, (unsigned long)v->iov_base, n))
			return 0;
		len += n;
	}
	return len;
}

static size_t put32(unsigned char *out, uint32_t v)
{
	memcpy(out, &v, 4);
	return 4;
}

static size_t put64(unsigned char *out, int64_t v)
{
	memcpy(out, &v, 8);
	return 8;
}

static uint64_t came(const struct matrix_call *c)
{
	return c->ret > 0 ? c->ret : 0;
}

static size_t written(const struct matrix_call *c, unsigned char *out)
{
	uint64_t all = vector_bytes(c, c->arg[1], c->arg[2], 0);

	return gathered(c, c->arg[1], c->arg[2], c->ret > 0 ? came(c) : all, out);
}

static size_t written_size(const struct matrix_call *c, unsigned char *out)
{
	return put32(out, vector_bytes(c, c->arg[1], c->arg[2], 0));
}

static size_t was_read(const struct matrix_call *c, unsigned char *out)
{
	return gathered(c, c->arg[1], c->arg[2], came(c), out);
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static size_t read_size(const struct matrix_call *c, unsigned char *out)
{
	return put32(out, least(vector_bytes(c, c->arg[1], c->arg[2], came(c)), came(c)));
}

/* ---- messages: one, or the one of many that the event is about ---- */

static const struct msghdr *message(const struct matrix_call *c)
{
	return there(c, c->arg[1], sizeof(struct msghdr)) ? (void *)c->arg[1] : NULL;
}

static const struct mmsghdr *one_of(const struct matrix_call *c)
{
	unsigned long at = c->arg[1] + c->index * sizeof(struct mmsghdr);

	return c->ret > 0 && there(c, at, sizeof(struct mmsghdr)) ? (void *)at : NULL;
}

static size_t sent_of(const struct matrix_call *c, const struct msghdr *m, uint64_t done,
		      unsigned char *out)
{
	uint64_t all = vector_bytes(c, (long)m->msg_iov, m->msg_iovlen, 0);

	return gathered(c, (long)m->msg_iov, m->msg_iovlen, done ? done : all, out);
}

static size_t got_of(const struct matrix_call *c, const struct msghdr *m, uint64_t done,
		     unsigned char *out)
{
	return gathered(c, (long)m->msg_iov, m->msg_iovlen, done, out);
}

static uint64_t got_size_of(const struct matrix_call *c, const struct msghdr *m, uint64_t done)
{
	return least(vector_bytes(c, (long)m->msg_iov, m->msg_iovlen, done), done);
}

/* The other end is the one in the message; the sockets know none. */
static size_t tuple_of(const struct matrix_call *c, const struct msghdr *m, bool sends,
		       unsigned char *out)
{
	struct sockaddr_in in;

	if (!inet_at(c, (long)m->msg_name, m->msg_namelen, &in))
		memset(&in, 0, sizeof(in));
	return sends ? put_tuple(out, &matrix_sender, &in) : put_tuple(out, &in, &matrix_receiver);
}

static size_t control_of(const struct matrix_call *c, const struct msghdr *m, unsigned char *out)
{
	size_t len = least(m->msg_controllen, SCAP_MAX_PARAM_LEN);

	return fetch(c, out, (long)m->msg_control, len) ? len : 0;
}

static size_t sent_data(const struct matrix_call *c, unsigned char *out)
{
	return message(c) ? sent_of(c, message(c), came(c), out) : 0;
}

static size_t sent_size(const struct matrix_call *c, unsigned char *out)
{
	const struct msghdr *m = message(c);

	return m ? put32(out, vector_bytes(c, (long)m->msg_iov, m->msg_iovlen, 0)) : 0;
}

static size_t sent_tuple(const struct matrix_call *c, unsigned char *out)
{
	return c->ret >= 0 && message(c) ? tuple_of(c, message(c), true, out) : 0;
}

static size_t got_data(const struct matrix_call *c, unsigned char *out)
{
	return c->ret >= 0 && message(c) ? got_of(c, message(c), came(c), out) : 0;
}

static size_t got_size(const struct matrix_call *c, unsigned char *out)
{
	if (c->ret < 0 || !message(c))
		return put32(out, came(c));
	return put32(out, got_size_of(c, message(c), came(c)));
}

static size_t got_tuple(const struct matrix_call *c, unsigned char *out)
{
	return c->ret >= 0 && message(c) ? tuple_of(c, message(c), false, out) : 0;
}

static size_t got_control(const struct matrix_call *c, unsigned char *out)
{
	return c->ret >= 0 && message(c) ? control_of(c, message(c), out) : 0;
}

static size_t each_res(const struct matrix_call *c, unsigned char *out)
{
	return put64(out, c->ret < 0 ? c->ret : one_of(c) ? one_of(c)->msg_len : 0);
}

static size_t each_sent_size(const struct matrix_call *c, unsigned char *out)
{
	const struct mmsghdr *m = one_of(c);

	return put32(out,
		     m ? vector_bytes(c, (long)m->msg_hdr.msg_iov, m->msg_hdr.msg_iovlen, 0) : 0);
}

/* What was sent of it, which may be nothing. */
static size_t each_data(const struct matrix_call *c, unsigned char *out)
{
	const struct mmsghdr *m = one_of(c);

	return m ? got_of(c, &m->msg_hdr, m->msg_len, out) : 0;
}

static size_t each_got_size(const struct matrix_call *c, unsigned char *out)
{
	const struct mmsghdr *m = one_of(c);

	return put32(out, m ? got_size_of(c, &m->msg_hdr, m->msg_len) : 0);
}

/* Only if the message names somebody. */
static size_t each_sent_tuple(const struct matrix_call *c, unsigned char *out)
{
	const struct mmsghdr *m = one_of(c);

	return m && m->msg_hdr.msg_name ? tuple_of(c, &m->msg_hdr, true, out) : 0;
}

static size_t each_got_tuple(const struct matrix_call *c, unsigned char *out)
{
	const struct mmsghdr *m = one_of(c);

	return m && m->msg_hdr.msg_name ? tuple_of(c, &m->msg_hdr, false, out) : 0;
}

static size_t each_control(const struct matrix_call *c, unsigned char *out)
{
	return one_of(c) ? control_of(c, &one_of(c)->msg_hdr, out) : 0;
}

const struct matrix_row matrix_message_rows[] = {
	{ ROW(writev), .arg = { FD(DATA), NEST(iov, out_vec), COUNT(1, sizeof(struct iovec)) },
	  .exit = E(WRITEV_X), .param = { RES, FN(written), INT(0), FN(written_size) } },
	{ ROW(pwritev),
	  .arg = { FD(DATA), NEST(iov, out_vec), COUNT(1, sizeof(struct iovec)), NUM(9) },
	  .exit = E(PWRITEV_X),
	  .param = { RES, FN(written), INT(0), FN(written_size), ARG(3, 64) } },
	{ ROW(readv), .arg = { FD(ZERO), NEST(iov, in_vec), COUNT(1, sizeof(struct iovec)) },
	  .exit = E(READV_X), .param = { RES, FN(read_size), FN(was_read), INT(0) } },
	{ ROW(preadv),
	  .arg = { FD(DATA), NEST(iov, in_vec), COUNT(1, sizeof(struct iovec)), NUM(9) },
	  .exit = E(PREADV_X), .param = { RES, FN(read_size), FN(was_read), INT(0), ARG(3, 64) } },
	{ ROW(process_vm_readv),
	  .arg = { FD(SELF), NEST(iov, in_vec), COUNT(1, sizeof(struct iovec)), NEST(iov, out_vec),
		   COUNT(3, sizeof(struct iovec)) },
	  .exit = E(PROCESS_VM_READV_X), .param = { RES, INT(0), FN(was_read) } },
	{ ROW(process_vm_writev),
	  .arg = { FD(SELF), NEST(iov, out_vec), COUNT(1, sizeof(struct iovec)), NEST(iov, in_vec),
		   COUNT(3, sizeof(struct iovec)) },
	  .exit = E(PROCESS_VM_WRITEV_X), .param = { RES, INT(0), FN(was_read) } },

	{ ROW(sendmsg), .arg = { FD(UDP), NEST(msg, out_msg), NUM(0) }, .exit = S(SENDMSG_X),
	  .param = { RES, FN(sent_data), INT(0), FN(sent_size), FN(sent_tuple) } },
	{ ROW(recvmsg), .arg = { FD(RECEIVER), NEST(msg, in_msg), NUM(MSG_PEEK) },
	  .exit = S(RECVMSG_X),
	  .param = { RES, FN(got_size), FN(got_data), FN(got_tuple), FN(got_control), INT(0) } },
	{ ROW(sendmmsg),
	  .arg = { FD(UDP), NEST(msgs, out_msgs), COUNT(1, sizeof(struct mmsghdr)), NUM(0) },
	  .exit = S(SENDMMSG_X), .event_each = true,
	  .param = { FN(each_res), INT(0), FN(each_sent_size), FN(each_data),
		     FN(each_sent_tuple) } },
	{ ROW(recvmmsg),
	  .arg = { FD(RECEIVER), NEST(msgs, in_msgs), COUNT(1, sizeof(struct mmsghdr)),
		   NUM(MSG_PEEK) },
	  .exit = S(RECVMMSG_X), .event_each = true,
	  .param = { FN(each_res), INT(0), FN(each_got_size), FN(each_data), FN(each_got_tuple),
		     FN(each_control) } },
};
const size_t matrix_message_rows_count = sizeof(matrix_message_rows) / sizeof(*matrix_message_rows);
