// SPDX-License-Identifier: GPL-2.0-only
/*
 * The arguments of a call, as the tracepoints of system calls give them. Those of calls of 32-bit
 * programs are made of other registers (ia32.c).
 */
#include "args.h"
#include <asm/syscall.h>

void args_fetch(struct rec *r, struct pt_regs *regs)
{
	syscall_get_arguments(current, regs, r->args);
	r->layout = 0;
}

/*
 * For calls whose event is nothing but the result and the plain arguments: parameter 0 is the
 * result, parameter N argument N - 1. Arguments that are an int are signed 32 bits.
 */
FILLER(regs)
{
	unsigned int i;
	int err;

	err = rec_int(r, r->ret);
	for (i = 0; !err && r->next < r->nparams && i < ARRAY_SIZE(r->args); i++) {
		unsigned long arg = r->args[i];

		switch (r->types[r->next]) {
		case PT_CHARBUF:
		case PT_FSPATH:
		case PT_FSRELPATH:
			err = rec_user_str(r, arg);
			break;
		case PT_FD:
		case PT_PID:
		case PT_ERRNO:
			err = rec_int(r, (s32)arg);
			break;
		default:
			err = rec_int(r, arg);
		}
	}
	return err;
}

/* Calls without an event of their own. */
FILLER(generic)
{
	return rec_int(r, r->code) ?: rec_int(r, r->nr);
}
