/* SPDX-License-Identifier: GPL-2.0-only */
/* quotactl: which of its values there are depends on the command. */
#include <linux/fs.h>
#include <linux/quota.h>
#include <linux/stddef.h>
#include <linux/time64.h>

#include "fill.h"
#include "flags.h"
#include "user.h"

/* Up to its last member it is the same in all programs; its padding is not. */
#define DQBLK_BYTES offsetofend(struct if_dqblk, dqb_valid)

/* A struct if_dqblk, as far as the caller or the kernel says that it is valid. */
static int rec_dqblk(struct rec *r, u32 cmd)
{
	struct if_dqblk b;
	u32 v;

	if ((cmd != Q_GETQUOTA && cmd != Q_SETQUOTA) || user_read(&b, arg(r, 3), DQBLK_BYTES))
		memset(&b, 0, sizeof(b));
	v = b.dqb_valid;
	return rec_int(r, v & QIF_BLIMITS ? b.dqb_bhardlimit : 0) ?:
	       rec_int(r, v & QIF_BLIMITS ? b.dqb_bsoftlimit : 0) ?:
	       rec_int(r, v & QIF_SPACE ? b.dqb_curspace : 0) ?:
	       rec_int(r, v & QIF_ILIMITS ? b.dqb_ihardlimit : 0) ?:
	       rec_int(r, v & QIF_ILIMITS ? b.dqb_isoftlimit : 0) ?:
	       rec_int(r, v & QIF_BTIME ? b.dqb_btime : 0) ?:
	       rec_int(r, v & QIF_ITIME ? b.dqb_itime : 0);
}

/* A struct if_dqinfo. The two flags are the format's (see DQF_*). */
static int rec_dqinfo(struct rec *r, u32 cmd)
{
	struct if_dqinfo i;
	bool there = cmd == Q_GETINFO || cmd == Q_SETINFO;
	u32 v, flags = 0;

	if (!there || user_read(&i, arg(r, 3), sizeof(i)))
		memset(&i, 0, sizeof(i));
	v = i.dqi_valid;
	if (v & IIF_FLAGS)
		flags = i.dqi_flags & DQF_ROOT_SQUASH ? SCAP_V1_DQF_RSQUASH : SCAP_DQF_NONE;
	return rec_int(r, v & IIF_BGRACE ? i.dqi_bgrace : 0) ?:
	       rec_int(r, v & IIF_IGRACE ? i.dqi_igrace : 0) ?: rec_int(r, flags);
}

static int rec_format_out(struct rec *r, u32 cmd)
{
	u32 format;

	if (cmd != Q_GETFMT || r->ret < 0 || user_read(&format, arg(r, 3), sizeof(format)))
		return rec_int(r, SCAP_QFMT_NOT_USED);
	return rec_int(r, flags_quota_format(format));
}

FILLER(quotactl)
{
	u32 cmd = (u32)arg(r, 0) >> SUBCMDSHIFT;
	u32 id = arg(r, 2);

	/* QUOTAON takes a format where the others take an id */
	return rec_ret(r) ?: rec_arg_str(r, 1) ?:
	       rec_user_str(r, cmd == Q_QUOTAON ? arg(r, 3) : 0) ?: rec_dqblk(r, cmd) ?:
	       rec_dqinfo(r, cmd) ?: rec_format_out(r, cmd) ?:
	       rec_int(r, flags_quota_cmd(arg(r, 0))) ?: rec_int(r, flags_quota_type(arg(r, 0))) ?:
	       rec_int(r, id) ?:
	       rec_int(r, cmd == Q_QUOTAON ? flags_quota_format(id) : SCAP_QFMT_NOT_USED);
}
