/* SPDX-License-Identifier: BSD-2-Clause */
/* What scapula info has found out about a capture, and its two forms. */
#ifndef TOOLS_INFO_H
#define TOOLS_INFO_H

#include "damage.h"
#include "progress.h"
#include "sinsp.h"
#include "summary.h"

#define INFO_LOSSES 1000u /* told one by one; all are counted */

struct info_loss {
	uint16_t cpu;
	struct scap_loss loss;
};

struct info {
	const char *file;
	struct scap *scap;
	struct progress progress;
	struct sinsp *sinsp;
	uint64_t events, hidden;	   /* hidden ones are not among the events */
	uint64_t ts_low, ts_high;	   /* of the events, 0 none */
	unsigned int sections;		   /* captures, one behind the other */
	size_t threads, descriptors;	   /* at the beginning */
	uint64_t content;		   /* bytes of the plain stream, 0 unknown */
	size_t frames, indexed, keyframes; /* frames 0: no index */
	struct info_loss *losses;
	size_t n_losses;      /* of INFO_LOSSES at most */
	struct damage damage; /* no gaps: whole */
	struct summary summary;
};

void info_tell(const struct info *in);
/* One object, to be printed. NULL: no memory. */
struct json_t *info_json(const struct info *in);

#endif
