/* SPDX-License-Identifier: BSD-2-Clause */
/* quotactl on a file system that has quotas; where it lies is told in the environment. */
#include <stdlib.h>
#include <string.h>
#include <sys/quota.h>

#include "calls.h"

#define ID 1234

/* An event without the parameters that depend on the command. */
static void want_quotactl(const char *device, const char *path)
{
	want(SCAP_EVT_SYSCALL_QUOTACTL_X), w64(0), w_str(device);
	path ? w_str(path) : w_empty();
}

static void w_block(const struct if_dqblk *b)
{
	w64(b->dqb_bhardlimit), w64(b->dqb_bsoftlimit), w64(b->dqb_curspace);
	w64(b->dqb_ihardlimit), w64(b->dqb_isoftlimit), w64(b->dqb_btime), w64(b->dqb_itime);
}

static void w_info(uint64_t bgrace, uint64_t igrace, uint8_t flags)
{
	w64(bgrace), w64(igrace), w8(flags);
}

static void w_command(uint8_t format_out, uint16_t cmd, uint8_t type, uint32_t id, uint8_t format)
{
	w8(format_out), w16(cmd), w8(type), w32(id), w8(format);
}

void cases_quota(void)
{
	static const struct if_dqblk none;
	struct if_dqblk set = { .dqb_bhardlimit = 11,
				.dqb_bsoftlimit = 12,
				.dqb_ihardlimit = 14,
				.dqb_isoftlimit = 13,
				.dqb_btime = 77,
				.dqb_valid = QIF_LIMITS },
			got = { 0 }, root = { 0 };
	struct if_dqinfo grace = { .dqi_bgrace = 1000,
				   .dqi_igrace = 2000,
				   .dqi_valid = IIF_BGRACE },
			 info = { 0 };
	const char *device = getenv("QUOTA_DEVICE");
	uint32_t format = 0;

	need(device != NULL, "QUOTA_DEVICE");
	begin("quotas that are set and asked for");
	CALL(quotactl, QCMD(Q_SETQUOTA, USRQUOTA), device, ID, &set);
	CALL(quotactl, QCMD(Q_GETQUOTA, USRQUOTA), device, ID, &got);
	CALL(quotactl, QCMD(Q_GETQUOTA, GRPQUOTA), device, 0, &root);
	CALL(quotactl, QCMD(Q_SETINFO, USRQUOTA), device, 0, &grace);
	CALL(quotactl, QCMD(Q_GETINFO, USRQUOTA), device, 0, &info);
	CALL(quotactl, QCMD(Q_GETFMT, GRPQUOTA), device, 0, &format);
	CALL(quotactl, QCMD(Q_QUOTAON, USRQUOTA), device, QFMT_VFS_V1, "/quota");
	CALL(quotactl, QCMD(Q_QUOTAOFF, USRQUOTA), device, 0, NULL);
	end();
	need(got.dqb_bhardlimit == 11 && root.dqb_curspace && info.dqi_bgrace == 1000 &&
		     info.dqi_valid == IIF_ALL && format == QFMT_VFS_V1,
	     "quotas");
	/* only what is said to be valid */
	set.dqb_btime = 0;
	want_quotactl(device, NULL), w_block(&set), w_info(0, 0, 0);
	w_command(SCAP_QFMT_NOT_USED, SCAP_Q_SETQUOTA, SCAP_USRQUOTA, ID, SCAP_QFMT_NOT_USED);
	want_quotactl(device, NULL), w_block(&got), w_info(0, 0, 0);
	w_command(SCAP_QFMT_NOT_USED, SCAP_Q_GETQUOTA, SCAP_USRQUOTA, ID, SCAP_QFMT_NOT_USED);
	want_quotactl(device, NULL), w_block(&root), w_info(0, 0, 0);
	w_command(SCAP_QFMT_NOT_USED, SCAP_Q_GETQUOTA, SCAP_GRPQUOTA, 0, SCAP_QFMT_NOT_USED);
	want_quotactl(device, NULL), w_block(&none), w_info(1000, 0, 0);
	w_command(SCAP_QFMT_NOT_USED, SCAP_Q_SETINFO, SCAP_USRQUOTA, 0, SCAP_QFMT_NOT_USED);
	want_quotactl(device, NULL), w_block(&none);
	w_info(info.dqi_bgrace, info.dqi_igrace, SCAP_DQF_NONE);
	w_command(SCAP_QFMT_NOT_USED, SCAP_Q_GETINFO, SCAP_USRQUOTA, 0, SCAP_QFMT_NOT_USED);
	want_quotactl(device, NULL), w_block(&none), w_info(0, 0, 0);
	w_command(SCAP_QFMT_VFS_V1, SCAP_Q_GETFMT, SCAP_GRPQUOTA, 0, SCAP_QFMT_NOT_USED);
	want_quotactl(device, "/quota"), w_block(&none), w_info(0, 0, 0);
	w_command(SCAP_QFMT_NOT_USED, SCAP_Q_QUOTAON, SCAP_USRQUOTA, QFMT_VFS_V1, SCAP_QFMT_VFS_V1);
	want_quotactl(device, NULL), w_block(&none), w_info(0, 0, 0);
	w_command(SCAP_QFMT_NOT_USED, SCAP_Q_QUOTAOFF, SCAP_USRQUOTA, 0, SCAP_QFMT_NOT_USED);
}
