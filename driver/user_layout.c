// SPDX-License-Identifier: GPL-2.0-only
/* Structures in the memory of 32-bit programs, read into their native form. */
#include "user.h"
#include "user_layout.h"

#ifdef CONFIG_COMPAT

#include <linux/compat.h>
#include <linux/minmax.h>
#include <linux/time32.h>
#include <net/compat.h>

int user_word32(unsigned long *to, unsigned long p)
{
	u32 word;

	if (user_read(&word, p, sizeof(word)))
		return -EFAULT;
	*to = word;
	return 0;
}

/*
 * The narrow elements are read into the second half of the room and widened from the first one on:
 * a wide element never covers a narrow one that is still to be read.
 */
int user_iovecs32(struct iovec *to, unsigned long vec, unsigned int first, unsigned int n)
{
	struct compat_iovec *from = (struct compat_iovec *)to + n;
	unsigned int i;

	if (user_read(from, vec + first * sizeof(*from), n * sizeof(*from)))
		return -EFAULT;
	for (i = 0; i < n; i++) {
		struct compat_iovec v = from[i];

		to[i].iov_base = compat_ptr(v.iov_base);
		to[i].iov_len = v.iov_len;
	}
	return 0;
}

static void widen_message(struct user_msghdr *to, const struct compat_msghdr *m)
{
	to->msg_name = compat_ptr(m->msg_name);
	to->msg_namelen = m->msg_namelen;
	to->msg_iov = compat_ptr(m->msg_iov);
	to->msg_iovlen = m->msg_iovlen;
	to->msg_control = compat_ptr(m->msg_control);
	to->msg_controllen = m->msg_controllen;
	to->msg_flags = m->msg_flags;
}

int user_message32(struct user_msghdr *to, unsigned long p)
{
	struct compat_msghdr m;

	if (user_read(&m, p, sizeof(m)))
		return -EFAULT;
	widen_message(to, &m);
	return 0;
}

int user_messages32(struct mmsghdr *to, unsigned long vec, unsigned int i)
{
	struct compat_mmsghdr m;

	if (user_read(&m, vec + i * sizeof(m), sizeof(m)))
		return -EFAULT;
	widen_message(&to->msg_hdr, &m.msg_hdr);
	to->msg_len = m.msg_len;
	return 0;
}

/* One control message at @p, of @room bytes at most; the bytes it takes, 0: there is none. */
static size_t rec_cmsg32(struct rec *r, const u8 *p, size_t room, int *err)
{
	static const u8 zeroes[sizeof(struct cmsghdr)];
	struct compat_cmsghdr narrow;
	struct cmsghdr wide;
	size_t data, pad;

	if (room < sizeof(narrow))
		return 0;
	memcpy(&narrow, p, sizeof(narrow));
	if (narrow.cmsg_len < sizeof(narrow))
		return 0;
	data = min_t(size_t, narrow.cmsg_len, room) - sizeof(narrow);
	wide.cmsg_len = CMSG_LEN(data);
	wide.cmsg_level = narrow.cmsg_level;
	wide.cmsg_type = narrow.cmsg_type;
	pad = CMSG_SPACE(data) - CMSG_LEN(data);
	*err = rec_part_bytes(r, &wide, sizeof(wide)) ?:
	       rec_part_bytes(r, p + sizeof(narrow), data) ?:
	       rec_part_bytes(r, zeroes, pad);
	return min_t(size_t, ALIGN(sizeof(narrow) + data, sizeof(u32)), room);
}

int rec_control32(struct rec *r, unsigned long p, size_t len)
{
	size_t at = 0, took;
	int err = 0;

	len = min_t(size_t, len, REC_SCRATCH);
	if (!len || user_read(r->scratch, p, len))
		return rec_empty(r);
	do {
		took = rec_cmsg32(r, r->scratch + at, len - at, &err);
		at += took;
	} while (took && !err);
	return err ?: rec_part_end(r);
}

int user_timespec32(struct __kernel_timespec *to, unsigned long p)
{
	struct old_timespec32 ts;

	if (user_read(&ts, p, sizeof(ts)))
		return -EFAULT;
	to->tv_sec = ts.tv_sec;
	to->tv_nsec = ts.tv_nsec;
	return 0;
}

int user_timeval32(struct __kernel_sock_timeval *to, unsigned long p)
{
	struct old_timeval32 tv;

	if (user_read(&tv, p, sizeof(tv)))
		return -EFAULT;
	to->tv_sec = tv.tv_sec;
	to->tv_usec = tv.tv_usec;
	return 0;
}

/* Without limit is all ones in both widths. */
static unsigned long widen_limit(u32 v)
{
	return v == COMPAT_RLIM_INFINITY ? RLIM_INFINITY : v;
}

int user_rlimit32(struct rlimit *to, unsigned long p)
{
	struct compat_rlimit l;

	if (user_read(&l, p, sizeof(l)))
		return -EFAULT;
	to->rlim_cur = widen_limit(l.rlim_cur);
	to->rlim_max = widen_limit(l.rlim_max);
	return 0;
}

int user_offset32(u64 *to, unsigned long p)
{
	s32 v;

	if (user_read(&v, p, sizeof(v)))
		return -EFAULT;
	*to = v;
	return 0;
}

int user_id16(u32 *to, unsigned long p)
{
	u16 v;

	if (user_read(&v, p, sizeof(v)))
		return -EFAULT;
	*to = v;
	return 0;
}

#endif
