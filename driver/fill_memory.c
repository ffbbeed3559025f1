/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls on the address space, with its size after the call. */
#include <linux/sched.h>

#include "fill.h"
#include "flags.h"
#include "task.h"

FILLER(mmap)
{
	struct cursor c = cursor_begin(r);

	put64(&c, r->ret);
	put_memory(&c, current->mm);
	put64(&c, arg(r, 0));
	put64(&c, arg(r, 1));
	put32(&c, flags_prot(arg(r, 2)));
	put32(&c, flags_mmap(arg(r, 3)));
	put64(&c, arg_int(r, 4));
	put64(&c, arg(r, 5));
	cursor_end(r, c);
	return 0;
}

/* The same with the offset in pages. */
FILLER(mmap2)
{
	return fill_mmap(r);
}

FILLER(munmap)
{
	struct cursor c = cursor_begin(r);

	put64(&c, r->ret);
	put_memory(&c, current->mm);
	put64(&c, arg(r, 0));
	put64(&c, arg(r, 1));
	cursor_end(r, c);
	return 0;
}

FILLER(brk)
{
	struct cursor c = cursor_begin(r);

	put64(&c, r->ret);
	put_memory(&c, current->mm);
	put64(&c, arg(r, 0));
	cursor_end(r, c);
	return 0;
}

FILLER(mprotect)
{
	struct cursor c = cursor_begin(r);

	put64(&c, r->ret);
	put64(&c, arg(r, 0));
	put64(&c, arg(r, 1));
	put32(&c, flags_prot(arg(r, 2)));
	cursor_end(r, c);
	return 0;
}
