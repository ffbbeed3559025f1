// SPDX-License-Identifier: GPL-2.0-only
/* Dropping mode: which events are kept when only a part of each second is recorded. */
#include "sampling.h"
#include <linux/fcntl.h>
#include <linux/math64.h>
#include <linux/time64.h>
#include "table.h"

/* What no state depends on. */
static bool is_noise(const struct rec *r)
{
	u32 cmd = arg(r, 1); /* of fcntl */

	switch (r->call->code) {
	case SCAP_SC_close:
	case SCAP_SC_bind:
		return r->ret < 0;
	case SCAP_SC_fcntl:
		return cmd != F_DUPFD && cmd != F_DUPFD_CLOEXEC && cmd != F_SETFD;
	}
	return false;
}

enum sampling sampling_of(const struct consumer *c, const struct rec *r)
{
	u8 flags;

	if (!r->call)
		return r->row->type == SCAP_EVT_PROCEXIT_1_E ||
				       r->row->type == SCAP_EVT_SYSCALL_EXECVE_19_X
			       ? SAMPLING_KEEP
			       : SAMPLING_DROP;
	flags = r->call->flags;
	if (is_noise(r))
		return SAMPLING_DROP;
	if (flags & UF_NEVER_DROP)
		return SAMPLING_KEEP;
	if (flags & UF_ALWAYS_DROP || r->row->type == SCAP_EVT_GENERIC_X)
		return SAMPLING_DROP;
	return r->ts % NSEC_PER_SEC < READ_ONCE(c->interval) ? SAMPLING_OPEN : SAMPLING_CLOSED;
}
