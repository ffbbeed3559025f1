/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * System calls of 32-bit programs on x86-64, and of 64-bit ones that use int 0x80: each is recorded
 * as the 64-bit call that does the same. x32 calls come with numbers beyond every table and are
 * left out.
 */
#ifndef SCAP_IA32_H
#define SCAP_IA32_H

#include <linux/compat.h>
#include <linux/thread_info.h>

#include "table.h"

struct ia32_call {
	struct call_row row; /* that of the 64-bit call, changed where this one differs */
	u8 layout;	     /* USER_* bits */
	u8 how;		     /* enum ia32_args */
	u8 nargs;	     /* in the block of a socketcall */
	unsigned long args[6];
};

/* Whether the call that is being made is of another table than the 64-bit one. One bit to test. */
static inline bool ia32_active(void)
{
#ifdef CONFIG_X86_64
	return in_ia32_syscall();
#else
	return in_compat_syscall();
#endif
}

#ifdef CONFIG_IA32_EMULATION

/* Looks up call @nr of the current task; false if the kernel has no such call. Cheap. */
bool ia32_find(struct ia32_call *c, const struct pt_regs *regs, u32 nr);
/*
 * Its arguments, which may lie in user memory. If they cannot be read, there is no entry event, and
 * the exit event becomes the generic one, which names the call.
 */
void ia32_fetch(struct ia32_call *c, struct pt_regs *regs);

#else

static inline bool ia32_find(struct ia32_call *c, const struct pt_regs *regs, u32 nr)
{
	return false;
}

static inline void ia32_fetch(struct ia32_call *c, struct pt_regs *regs)
{
}

#endif

#endif
