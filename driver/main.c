// SPDX-License-Identifier: GPL-2.0-only
/* Loading and unloading, and the module's parameters. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/tracepoint.h>
#include "consumer.h"
#include "device.h"
#include "emit.h"
#include "overlay.h"
#include "pair.h"
#include "probes.h"
#include "ring.h"
#include "table.h"

unsigned long ring_bytes = SCAP_RING_BYTES_DEFAULT;
unsigned int max_consumers = 5;
static bool verbose;

static int set_ring_bytes(const char *text, const struct kernel_param *param)
{
	unsigned long bytes;
	int err = kstrtoul(text, 0, &bytes);

	if (err || !ring_size_ok(bytes))
		return -EINVAL;
	WRITE_ONCE(*(unsigned long *)param->arg, bytes);
	if (verbose)
		pr_info("consumers that open from now on get rings of %lu bytes\n", bytes);
	return 0;
}

static const struct kernel_param_ops ring_bytes_ops = {
	.set = set_ring_bytes,
	.get = param_get_ulong,
};

module_param_cb(g_buffer_bytes_dim, &ring_bytes_ops, &ring_bytes, 0644);
MODULE_PARM_DESC(g_buffer_bytes_dim,
		 "Bytes of the ring of one CPU, a power of two; for consumers that open later");
module_param(max_consumers, uint, 0444);
MODULE_PARM_DESC(max_consumers, "How many threads may record at a time");
module_param(verbose, bool, 0444);
MODULE_PARM_DESC(verbose, "Say in the kernel log what is done");

static int get_left_out(char *to, const struct kernel_param *param)
{
	return scnprintf(to, PAGE_SIZE, "%lu\n", probes_left_out());
}

static const struct kernel_param_ops left_out_ops = {
	.get = get_left_out,
};

module_param_cb(calls_left_out, &left_out_ops, NULL, 0444);
MODULE_PARM_DESC(
	calls_left_out,
	"How many calls were seen that no event can be made of (read only): of the x32 table, and "
	"of 32-bit programs where the kernel has no such call");

/*
 * Probes run with preemption disabled, and d_path() and cgroup_path(), which they call, take locks
 * that sleep on a real-time kernel.
 */
static int refuse_real_time(void)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		return 0;
	pr_err("real-time kernels (PREEMPT_RT) are not supported: probes must not sleep\n");
	return -EOPNOTSUPP;
}

static int __init scap_init(void)
{
	int err = refuse_real_time();

	if (err)
		return err;
	table_init(SCAP_VERSION_SCHEMA(pair_reported()->schema));
	err = probes_find();
	if (err)
		return err;
	err = emit_init();
	if (err)
		return err;
	err = devices_create();
	if (err) {
		emit_exit();
		return err;
	}
	if (verbose)
		pr_info("version %s, API %s, schema %s\n", SCAPULA_VERSION,
			pair_reported()->api_name, pair_reported()->name);
	return 0;
}

/* Nobody has a device open now, so no consumer is left and no probe is attached. */
static void __exit scap_exit(void)
{
	devices_remove();
	tracepoint_synchronize_unregister();
	overlay_exit();
	emit_exit();
}

module_init(scap_init);
module_exit(scap_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Records system calls and what surrounds them into rings that readers map");
MODULE_AUTHOR("scapula");
MODULE_VERSION(SCAPULA_VERSION);
MODULE_INFO(build_commit, SCAPULA_COMMIT);
MODULE_INFO(api_version, SCAP_API_VERSION_STRING);
MODULE_INFO(schema_version, SCAP_SCHEMA_VERSION_STRING);
