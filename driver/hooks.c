// SPDX-License-Identifier: GPL-2.0-only
/* Probes that keep the driver's own state right, beside those that record. */
#include "hooks.h"
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

static void take_tracepoint(struct tracepoint *tp, void *data)
{
	struct hook *hook = data;

	if (!strcmp(hook->name, tp->name))
		hook->tp = tp;
}

int hooks_attach(struct hook *hooks, unsigned int n)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < n && !err; i++) {
		for_each_kernel_tracepoint(take_tracepoint, &hooks[i]);
		if (!hooks[i].tp)
			err = -ENOENT;
		else
			err = tracepoint_probe_register_prio(hooks[i].tp, hooks[i].func, NULL,
							     hooks[i].order);
	}
	if (err)
		hooks_detach(hooks, i - 1);
	return err;
}

void hooks_detach(struct hook *hooks, unsigned int n)
{
	while (n-- > 0)
		tracepoint_probe_unregister(hooks[n].tp, hooks[n].func, NULL);
}
