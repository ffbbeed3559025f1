/* SPDX-License-Identifier: GPL-2.0-only */
/* Who becomes the parent of the children of a task that ends. */
#ifndef SCAP_REAPER_H
#define SCAP_REAPER_H

#include <linux/types.h>

struct task_struct;

/* Its thread id in the initial pid namespace; 0: there are no children, or they all end too. */
pid_t reaper_of(struct task_struct *task);

#endif
