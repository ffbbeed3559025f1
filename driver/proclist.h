/* SPDX-License-Identifier: GPL-2.0-only */
/* The list of all threads with their CPU times. */
#ifndef SCAP_PROCLIST_H
#define SCAP_PROCLIST_H

#include "uapi/scap_abi.h"

/* Answers GET_PROCLIST into user memory. */
int proclist_get(struct scap_proclist __user *to);

#endif
