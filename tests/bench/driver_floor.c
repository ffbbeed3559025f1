// SPDX-License-Identifier: GPL-2.0-only
/* Empty probes on the tracepoints that are named: what a module that does nothing costs. */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#define NAMES_MAX 9

static char *names[NAMES_MAX];
static int count;
static struct tracepoint *found[NAMES_MAX];

module_param_array_named(tracepoints, names, charp, &count, 0444);
MODULE_PARM_DESC(tracepoints, "Names of the tracepoints to attach to");

/* Takes no arguments: whatever a tracepoint passes stays where the caller has put it. */
static void probe(void *data)
{
}

static void look(struct tracepoint *tp, void *data)
{
	int i;

	for (i = 0; i < count; i++)
		if (!strcmp(names[i], tp->name))
			found[i] = tp;
}

static void detach(int n)
{
	while (n--)
		tracepoint_probe_unregister(found[n], probe, NULL);
	tracepoint_synchronize_unregister();
}

static int __init floor_init(void)
{
	int i, err;

	for_each_kernel_tracepoint(look, NULL);
	for (i = 0; i < count; i++) {
		err = found[i] ? tracepoint_probe_register(found[i], probe, NULL) : -ENOENT;
		if (err) {
			detach(i);
			return err;
		}
	}
	return 0;
}

static void __exit floor_exit(void)
{
	detach(count);
}

module_init(floor_init);
module_exit(floor_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Empty probes, to measure the cost of being called");
