/* SPDX-License-Identifier: GPL-2.0-only */
/* The control groups of the current task. */
#ifndef SCAP_CGROUPS_H
#define SCAP_CGROUPS_H

#include "record.h"

/* The parameter "cgroups": controller=path, one string per controller that is compiled in. */
int rec_cgroups(struct rec *r);

#endif
