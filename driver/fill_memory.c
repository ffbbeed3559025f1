/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls on the address space, with its size after the call. */
#include <linux/sched.h>

#include "fill.h"
#include "flags.h"
#include "task.h"

static int rec_vm(struct rec *r)
{
	return rec_memory(r, current->mm);
}

FILLER(mmap)
{
	return rec_ret(r) ?: rec_vm(r) ?: rec_arg(r, 0) ?: rec_arg(r, 1) ?:
	       rec_int(r, flags_prot(r->args[2])) ?: rec_int(r, flags_mmap(r->args[3])) ?:
	       rec_arg_int(r, 4) ?: rec_arg(r, 5);
}

/* The same with the offset in pages. */
FILLER(mmap2)
{
	return fill_mmap(r);
}

FILLER(munmap)
{
	return rec_ret(r) ?: rec_vm(r) ?: rec_arg(r, 0) ?: rec_arg(r, 1);
}

FILLER(brk)
{
	return rec_ret(r) ?: rec_vm(r) ?: rec_arg(r, 0);
}

FILLER(mprotect)
{
	return rec_ret(r) ?: rec_arg(r, 0) ?: rec_arg(r, 1) ?: rec_int(r, flags_prot(r->args[2]));
}
