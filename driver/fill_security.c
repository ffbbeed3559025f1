/* SPDX-License-Identifier: GPL-2.0-only */
/* Rights, namespaces, tracing of others, modules, keys and quotas. */
#include <linux/fcntl.h>
#include <uapi/linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/prctl.h>
#include <linux/ptrace.h>
#include <linux/quota.h>
#include <linux/sched.h>

#include "fill.h"
#include "flags.h"
#include "task.h"
#include "user.h"
#include "user_layout.h"

/* An id the call has left in the caller's memory. */
static int rec_user_id(struct rec *r, int n)
{
	u32 id = -1;

	if (r->ret < 0 || user_id(r, &id, arg(r, n)))
		id = -1;
	return rec_int(r, id);
}

FILLER(getresuid)
{
	return rec_ret(r) ?: rec_user_id(r, 0) ?: rec_user_id(r, 1) ?: rec_user_id(r, 2);
}

FILLER(getresgid)
{
	return fill_getresuid(r);
}

FILLER(setns)
{
	return rec_ret(r) ?: rec_arg_int(r, 0) ?: rec_int(r, flags_clone((u32)arg(r, 1)));
}

FILLER(unshare)
{
	return rec_ret(r) ?: rec_int(r, flags_clone(arg(r, 0)));
}

/* The sets as they are after the call. */
FILLER(capset)
{
	return rec_ret(r) ?: rec_task_caps(r);
}

/* Indexes of ptrace_dynamic_param. */
enum { PTRACE_VALUE, PTRACE_SIGNAL };

static int rec_ptrace_data(struct rec *r)
{
	unsigned long word;

	if (r->ret < 0)
		return rec_dyn(r, PTRACE_VALUE, 0, 8);
	switch (arg(r, 0)) {
	case PTRACE_PEEKTEXT:
	case PTRACE_PEEKDATA:
	case PTRACE_PEEKUSR:
		/* the call itself puts what it finds there */
		if (user_word(r, &word, arg(r, 3)))
			word = 0;
		return rec_dyn(r, PTRACE_VALUE, word, 8);
	case PTRACE_CONT:
	case PTRACE_SINGLESTEP:
	case PTRACE_DETACH:
	case PTRACE_SYSCALL:
		return rec_dyn(r, PTRACE_SIGNAL, arg(r, 3), 1);
	default:
		return rec_dyn(r, PTRACE_VALUE, arg(r, 3), 8);
	}
}

FILLER(ptrace)
{
	return rec_ret(r) ?: rec_dyn(r, PTRACE_VALUE, r->ret < 0 ? 0 : arg(r, 2), 8) ?:
	       rec_ptrace_data(r) ?: rec_int(r, flags_ptrace_request(arg(r, 0))) ?:
	       rec_arg_int(r, 1);
}

FILLER(prctl)
{
	u32 option = arg(r, 0);
	unsigned long name = 0;
	s64 value = arg(r, 1);
	s32 word;

	switch (option) {
	case PR_SET_NAME:
	case PR_GET_NAME:
		name = arg(r, 1);
		value = 0;
		break;
	case PR_GET_CHILD_SUBREAPER:
		value = user_read(&word, arg(r, 1), sizeof(word)) ? 0 : word;
		break;
	}
	return rec_ret(r) ?: rec_int(r, option) ?: rec_user_str(r, name) ?: rec_int(r, value);
}

FILLER(pidfd_open)
{
	return rec_ret(r) ?: rec_arg_int(r, 0) ?:
	       rec_int(r, arg(r, 1) & O_NONBLOCK ? SCAP_PIDFD_NONBLOCK : 0);
}

FILLER(init_module)
{
	return rec_ret(r) ?: rec_user_bytes(r, arg(r, 0), arg(r, 1)) ?: rec_arg(r, 1) ?:
	       rec_arg_str(r, 2);
}

FILLER(delete_module)
{
	return rec_ret(r) ?: rec_arg_str(r, 0) ?: rec_int(r, flags_delete_module(arg(r, 1)));
}

FILLER(io_uring_setup)
{
	struct io_uring_params p;
	u32 features = (SCAP_IORING_FEAT_RSRC_TAGS << 1) - 1;

	if (user_read(&p, arg(r, 1), sizeof(p)))
		memset(&p, 0, sizeof(p));
	return rec_ret(r) ?: rec_arg(r, 0) ?: rec_int(r, p.sq_entries) ?:
	       rec_int(r, p.cq_entries) ?: rec_int(r, flags_io_uring_setup(p.flags)) ?:
	       rec_int(r, p.sq_thread_cpu) ?: rec_int(r, p.sq_thread_idle) ?:
	       rec_int(r, p.features & features);
}

/* Indexes of keyctl_dynamic_param. */
enum { KEYCTL_NUMBER, KEYCTL_TEXT };

/* Which of the arguments 2 to 5 an operation takes, and which of these are strings: bit per
 * argument. */
static void keyctl_args(u32 op, u8 *used, u8 *text)
{
	*used = *text = 0;
	switch (op) {
	case KEYCTL_JOIN_SESSION_KEYRING:
		*used = *text = BIT(2);
		break;
	case KEYCTL_RESTRICT_KEYRING:
		*used = BIT(2) | BIT(3) | BIT(4);
		*text = BIT(3) | BIT(4);
		break;
	case KEYCTL_SEARCH:
		*used = BIT(2) | BIT(3) | BIT(4) | BIT(5);
		*text = BIT(3) | BIT(4);
		break;
	case KEYCTL_PKEY_QUERY:
		*used = BIT(2) | BIT(3) | BIT(4) | BIT(5);
		*text = BIT(4);
		break;
	case KEYCTL_PKEY_ENCRYPT:
	case KEYCTL_PKEY_DECRYPT:
	case KEYCTL_PKEY_SIGN:
	case KEYCTL_PKEY_VERIFY:
		*used = BIT(2) | BIT(3) | BIT(4) | BIT(5);
		*text = BIT(3);
		break;
	case KEYCTL_SESSION_TO_PARENT:
		break;
	case KEYCTL_REVOKE:
	case KEYCTL_CLEAR:
	case KEYCTL_SET_REQKEY_KEYRING:
	case KEYCTL_ASSUME_AUTHORITY:
	case KEYCTL_INVALIDATE:
		*used = BIT(2);
		break;
	case KEYCTL_GET_KEYRING_ID:
	case KEYCTL_SETPERM:
	case KEYCTL_LINK:
	case KEYCTL_UNLINK:
	case KEYCTL_SET_TIMEOUT:
	case KEYCTL_GET_PERSISTENT:
	case KEYCTL_CAPABILITIES:
		*used = BIT(2) | BIT(3);
		break;
	case KEYCTL_UPDATE:
	case KEYCTL_CHOWN:
	case KEYCTL_DESCRIBE:
	case KEYCTL_READ:
	case KEYCTL_NEGATE:
	case KEYCTL_GET_SECURITY:
	case KEYCTL_WATCH_KEY:
		*used = BIT(2) | BIT(3) | BIT(4);
		break;
	default:
		*used = BIT(2) | BIT(3) | BIT(4) | BIT(5);
		break;
	}
}

static int rec_keyctl_arg(struct rec *r, int n, u8 used, u8 text)
{
	u8 index = KEYCTL_TEXT;
	int err;

	if (!(text & BIT(n)))
		return rec_dyn(r, KEYCTL_NUMBER, used & BIT(n) ? arg(r, n - 1) : 0, 8);
	err = rec_part_bytes(r, &index, 1);
	if (!err)
		err = rec_part_user_str(r, arg(r, n - 1), REC_STR_MAX);
	if (err && err != REC_FAULT)
		return err;
	return rec_part_end(r);
}

FILLER(keyctl)
{
	u8 used, text;

	keyctl_args(arg(r, 0), &used, &text);
	return rec_ret(r) ?: rec_arg(r, 0) ?: rec_keyctl_arg(r, 2, used, text) ?:
	       rec_keyctl_arg(r, 3, used, text) ?: rec_keyctl_arg(r, 4, used, text) ?:
	       rec_keyctl_arg(r, 5, used, text);
}
