// SPDX-License-Identifier: GPL-2.0-only
/* The clone family, told by the parent and by the child, and the end of a thread. */
#include <linux/nsproxy.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/wait.h>
#include "flags.h"
#include "reaper.h"
#include "record.h"
#include "task.h"
#include "user.h"

/* Parameters flags to pidns_init_start_ts. */
static int rec_clone_ids(struct rec *r, u64 flags)
{
	struct cursor c = cursor_begin(r);

	put32(&c, flags_clone(flags) | (task_in_pidns() ? SCAP_CLONE_CHILD_IN_PIDNS : 0));
	put32(&c, task_owner());
	put32(&c, task_group());
	put64(&c, task_pid_vnr(current));
	put64(&c, task_tgid_vnr(current));
	put64(&c, r->ret ? 0 : task_pidns_start());
	cursor_end(r, c);
	return 0;
}

static int fill_clone_flags(struct rec *r, u64 flags)
{
	return rec_int(r, r->ret) ?:
	       (r->ret < 0 ? rec_str(r, "", 0) ?: rec_empty(r) : rec_task_args(r)) ?:
	       rec_task_process(r) ?:
	       rec_clone_ids(r, flags);
}

FILLER(clone)
{
	return fill_clone_flags(r, arg(r, 0));
}

/* The flags are the first member of its structure. */
FILLER(clone3)
{
	u64 flags;

	if (user_read(&flags, arg(r, 0), sizeof(flags)))
		flags = 0;
	return fill_clone_flags(r, flags);
}

FILLER(fork)
{
	return fill_clone_flags(r, 0);
}

FILLER(vfork)
{
	return fill_clone_flags(r, 0);
}

/* The low seven bits are the signal, the eighth tells of a core, the rest is what exit was given.
 */
FILLER(procexit)
{
	int code = r->task->exit_code;
	int sig = code & 0x7f;

	return rec_int(r, code) ?:
	       rec_int(r, code >> 8 & 0xff) ?:
	       rec_int(r, sig == 0x7f ? 0 : sig) ?:
	       rec_int(r, !!(code & 0x80)) ?:
	       rec_int(r, reaper_of(r->task));
}
