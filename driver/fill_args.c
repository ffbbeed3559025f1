// SPDX-License-Identifier: GPL-2.0-only
/* Events that are nothing but the result and the plain arguments, and those of no kind of their
 * own. */
#include <linux/kernel.h>
#include "cursor.h"
#include "record.h"
#include "table.h"

/*
 * Parameter 0 is the result, parameter N argument N - 1. Arguments that are an int are signed 32
 * bits.
 */
FILLER(regs)
{
	unsigned int i;
	int err;

	err = rec_int(r, r->ret);
	for (i = 0; !err && !rec_is_whole(r); i++) {
		switch (r->row->types[i + 1]) {
		case PT_CHARBUF:
		case PT_FSPATH:
		case PT_FSRELPATH:
			err = rec_user_str(r, arg(r, i));
			break;
		case PT_FD:
		case PT_PID:
		case PT_ERRNO:
			err = rec_int(r, arg_int(r, i));
			break;
		default:
			err = rec_int(r, arg(r, i));
		}
	}
	return err;
}

/* The result and a descriptor. */
FILLER(fd)
{
	struct cursor c = cursor_begin(r);

	put64(&c, r->ret);
	put64(&c, arg_int(r, 0));
	cursor_end(r, c);
	return 0;
}

/* The code and the number lie in the table as they do in the event. */
FILLER(generic)
{
	struct cursor c = cursor_begin(r);

	BUILD_BUG_ON(offsetof(struct call_row, nr) != offsetof(struct call_row, code) + 2);
	memcpy(c.at, &r->call->code, 2 * sizeof(u16));
	put_len(&c, sizeof(u16));
	put_len(&c, sizeof(u16));
	cursor_end(r, c);
	return 0;
}
