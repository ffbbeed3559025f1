/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading the caller's memory from a probe, with preemption disabled: no fault is taken, nothing
 * sleeps. The kernel's own helpers check the destination against its heap, its stacks and all areas
 * of vmalloc(), under a lock, each time; here it is always memory of the module.
 */
#ifndef SCAP_USER_H
#define SCAP_USER_H

#include <linux/errno.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include "compat.h"

/*
 * Faults are not handled while preemption is disabled, if the kernel can tell that it is: then
 * there is nothing to do.
 */
static inline void user_begin(void)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_COUNT))
		pagefault_disable();
}

static inline void user_end(void)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_COUNT))
		pagefault_enable();
}

#define USER_WORD sizeof(unsigned long)

/* Between these nothing may be called, so this is inline. Ends the access. */
static __always_inline int user_copy_words(u8 *to, unsigned long from, size_t len)
{
	size_t i = 0;

	if (likely(len >= USER_WORD)) {
		/* the last word may lie over the one before it */
		for (; i < len - USER_WORD; i += USER_WORD)
			compat_copy_word(to + i, from + i, fault);
		i = len - USER_WORD;
		compat_copy_word(to + i, from + i, fault);
	} else {
		for (; i < len; i++)
			unsafe_get_user(to[i], (u8 __user *)from + i, fault);
	}
	user_read_access_end();
	return 0;
fault:
	user_read_access_end();
	return -EFAULT;
}

/* user_read() of some words, in place. */
static __always_inline int user_read_words(void *to, unsigned long from, size_t len)
{
	int err = -EFAULT;

	user_begin();
	if (likely(user_read_access_begin((const void __user *)from, len)))
		err = user_copy_words(to, from, len);
	user_end();
	return err;
}

/* Copies; 0 or -EFAULT, and then an unknown part was copied. */
int user_read(void *to, unsigned long from, size_t len);

/*
 * A string with its NUL into @to, cut to @size; its length with the NUL, or -EFAULT. What lies in
 * @to behind the NUL is overwritten.
 */
int user_read_str(void *to, unsigned long from, size_t size);

#endif
