/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Structures in the caller's memory, which lie otherwise for 32-bit programs: read here into the
 * native form, so that fillers know one only. A native call pays one branch that is never taken.
 * All return 0 or -EFAULT.
 */
#ifndef SCAP_USER_LAYOUT_H
#define SCAP_USER_LAYOUT_H

#include <linux/compiler.h>
#include <linux/kconfig.h>
#include <linux/resource.h>
#include <linux/socket.h>
#include <linux/time_types.h>
#include <linux/uio.h>

#include "record.h"
#include "user.h"

/* rec.layout: what is narrower than in a native call. 0: nothing. */
enum user_layout {
	USER_32 = 1,	 /* pointers, longs and what is made of them */
	USER_TIME32 = 2, /* a timespec's seconds */
	USER_OFF32 = 4,	 /* an offset in memory */
	USER_ID16 = 8,	 /* ids of users and groups */
};

static inline bool user_is(const struct rec *r, enum user_layout what)
{
	return IS_ENABLED(CONFIG_COMPAT) && unlikely(r->layout & what);
}

/* A pointer, a long or a size. */
int user_word32(unsigned long *to, unsigned long p);
static inline int user_word(const struct rec *r, unsigned long *to, unsigned long p)
{
	if (user_is(r, USER_32))
		return user_word32(to, p);
	return user_read(to, p, sizeof(*to));
}

/* Bytes from one pointer to the next in a list of them. */
static inline size_t user_word_size(const struct rec *r)
{
	return user_is(r, USER_32) ? sizeof(u32) : sizeof(unsigned long);
}

/* Elements @first to @first + @n - 1 of the array at @vec. */
int user_iovecs32(struct iovec *to, unsigned long vec, unsigned int first, unsigned int n);
static inline int user_iovecs(const struct rec *r, struct iovec *to, unsigned long vec,
			      unsigned int first, unsigned int n)
{
	if (user_is(r, USER_32))
		return user_iovecs32(to, vec, first, n);
	return user_read(to, vec + first * sizeof(*to), n * sizeof(*to));
}

int user_message32(struct user_msghdr *to, unsigned long p);
static inline int user_message(const struct rec *r, struct user_msghdr *to, unsigned long p)
{
	if (user_is(r, USER_32))
		return user_message32(to, p);
	return user_read(to, p, sizeof(*to));
}

/* Element @i of the array at @vec. */
int user_messages32(struct mmsghdr *to, unsigned long vec, unsigned int i);
static inline int user_messages(const struct rec *r, struct mmsghdr *to, unsigned long vec,
				unsigned int i)
{
	if (user_is(r, USER_32))
		return user_messages32(to, vec, i);
	return user_read(to, vec + i * sizeof(*to), sizeof(*to));
}

/*
 * A parameter: control messages of @len bytes that were received, in the native layout, so that
 * a reader finds the descriptors in them without knowing who received them.
 */
int rec_control32(struct rec *r, unsigned long p, size_t len);
static inline int rec_control(struct rec *r, const struct user_msghdr *m)
{
	if (user_is(r, USER_32))
		return rec_control32(r, (unsigned long)m->msg_control, m->msg_controllen);
	return rec_user_bytes(r, (unsigned long)m->msg_control, m->msg_controllen);
}

int user_timespec32(struct __kernel_timespec *to, unsigned long p);
static inline int user_timespec(const struct rec *r, struct __kernel_timespec *to, unsigned long p)
{
	if (user_is(r, USER_TIME32))
		return user_timespec32(to, p);
	return user_read(to, p, sizeof(*to));
}

/* The structure of SO_RCVTIMEO and SO_SNDTIMEO, which is native under their newer numbers. */
int user_timeval32(struct __kernel_sock_timeval *to, unsigned long p);
static inline bool user_is_timeval32(const struct rec *r, int option)
{
	return user_is(r, USER_32) && option != SO_RCVTIMEO_NEW && option != SO_SNDTIMEO_NEW;
}

int user_rlimit32(struct rlimit *to, unsigned long p);
static inline int user_rlimit(const struct rec *r, struct rlimit *to, unsigned long p)
{
	if (user_is(r, USER_32))
		return user_rlimit32(to, p);
	return user_read(to, p, sizeof(*to));
}

/* An offset in a file, signed. */
int user_offset32(u64 *to, unsigned long p);
static inline int user_offset(const struct rec *r, u64 *to, unsigned long p)
{
	if (user_is(r, USER_OFF32))
		return user_offset32(to, p);
	return user_read(to, p, sizeof(*to));
}

int user_id16(u32 *to, unsigned long p);
static inline int user_id(const struct rec *r, u32 *to, unsigned long p)
{
	if (user_is(r, USER_ID16))
		return user_id16(to, p);
	return user_read(to, p, sizeof(*to));
}

#endif
