/* SPDX-License-Identifier: GPL-2.0-only */
/* The arguments of a system call. */
#ifndef SCAP_ARGS_H
#define SCAP_ARGS_H

#include "record.h"

/* Sets r->args from the registers of a 64-bit call. */
void args_fetch(struct rec *r, struct pt_regs *regs);

#endif
