// SPDX-License-Identifier: GPL-2.0-only
/* Reading the caller's memory. */
#include "user.h"
#include <linux/kernel.h>
#include <asm/word-at-a-time.h>

/* From here on the kernel's copy is quicker than a loop over words. */
#define LONG_COPY 256

int user_read(void *to, unsigned long from, size_t len)
{
	const void __user *p = (const void __user *)from;
	int err = -EFAULT;

	if (likely(len < LONG_COPY))
		return user_read_words(to, from, len);
	user_begin();
	if (access_ok(p, len)) {
#ifdef barrier_nospec
		barrier_nospec();
#endif
		err = raw_copy_from_user(to, p, len) ? -EFAULT : 0;
	}
	user_end();
	return err;
}

/* Byte by byte up to the NUL, the end of room, or memory that is not there. */
static __always_inline long copy_str_bytes(u8 *to, unsigned long from, size_t size)
{
	size_t n;

	for (n = 0; n < size; n++) {
		unsafe_get_user(to[n], (u8 __user *)from + n, fault);
		if (!to[n])
			break;
	}
	user_read_access_end();
	return n;
fault:
	user_read_access_end();
	return -EFAULT;
}

/* The length of the string without the NUL; @size if there is none within. */
static __always_inline long copy_str(u8 *to, unsigned long from, size_t size)
{
	const struct word_at_a_time constants = WORD_AT_A_TIME_CONSTANTS;
	unsigned long zeroes;
	size_t n;
	long rest;

	for (n = 0; size - n >= USER_WORD; n += USER_WORD) {
		unsigned long word;

		compat_copy_word(to + n, from + n, tail);
		word = get_unaligned((unsigned long *)(to + n));
		if (!has_zero(word, &zeroes, &constants))
			continue;
		user_read_access_end();
		zeroes = prep_zero_mask(word, zeroes, &constants);
		return n + find_zero(create_zero_mask(zeroes));
	}
tail:
	/* the last bytes, or those before an end that only a byte can show */
	rest = copy_str_bytes(to + n, from + n, size - n);
	return rest < 0 ? rest : n + rest;
}

int user_read_str(void *to, unsigned long from, size_t size)
{
	long n = -EFAULT;

	if (!size)
		return 0;
	if (from >= TASK_SIZE_MAX)
		return -EFAULT;
	/* a word that reached beyond user space would be more than a fault */
	size = min_t(unsigned long, size, TASK_SIZE_MAX - from);
	user_begin();
	if (user_read_access_begin((const void __user *)from, size))
		n = copy_str(to, from, size);
	user_end();
	if (n < 0)
		return -EFAULT;
	if (n == size)
		n = size - 1;
	((u8 *)to)[n] = 0;
	return n + 1;
}
