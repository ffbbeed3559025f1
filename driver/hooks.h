/* SPDX-License-Identifier: GPL-2.0-only */
/* Probes that keep the driver's own state right, beside those that record. */
#ifndef SCAP_HOOKS_H
#define SCAP_HOOKS_H

#include <linux/types.h>

struct tracepoint;

/* Whether a hook comes before or after the probe that records the same tracepoint. */
enum hook_order { HOOK_AFTER = 0, HOOK_BEFORE = 20 }; /* the recording ones have 10 */

struct hook {
	const char *name; /* of the tracepoint */
	void *func;
	enum hook_order order;
	struct tracepoint *tp;
};

/*
 * Attaches all rows, or none. -ENOENT: this kernel has no such tracepoint. May be called under
 * consumers_lock. A detached hook may still run until tracepoint_synchronize_unregister().
 */
int hooks_attach(struct hook *hooks, unsigned int n);
void hooks_detach(struct hook *hooks, unsigned int n);

#endif
