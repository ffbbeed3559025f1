/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether the current task may write a file. */
#ifndef SCAP_WRITABLE_H
#define SCAP_WRITABLE_H

#include <linux/types.h>

struct file;

/* The caller holds the file. */
bool may_write(struct file *file);

#endif
