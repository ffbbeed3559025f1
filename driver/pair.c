// SPDX-License-Identifier: GPL-2.0-only
/* The pairs of API and schema that the module can report, and the parameter that chooses one. */
#include "pair.h"
#include <linux/errno.h>
#include <linux/cache.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/string.h>
#include "uapi/scap_abi.h"

static const struct pair pairs[] = {
	/* sysdig 0.41 and Falco of its age: libraries 0.23 */
	{ SCAP_SCHEMA_VERSION_STRING, SCAP_API_VERSION_STRING, SCAP_API_VERSION,
	  SCAP_SCHEMA_VERSION },
	/* the newest libraries: all that the table of events has */
	{ SCAP_NEWEST_SCHEMA_VERSION_STRING, SCAP_NEWEST_API_VERSION_STRING,
	  SCAP_NEWEST_API_VERSION, SCAP_NEWEST_SCHEMA_VERSION },
};
static const struct pair *reported __ro_after_init = &pairs[0];

const struct pair *pair_reported(void)
{
	return reported;
}

/* The kernel says in its log which value of which parameter is refused. */
static int set_schema(const char *text, const struct kernel_param *param)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		if (sysfs_streq(text, pairs[i].name)) {
			reported = &pairs[i];
			return 0;
		}
	}
	return -EINVAL;
}

static int get_schema(char *text, const struct kernel_param *param)
{
	return sprintf(text, "%s\n", reported->name);
}

static const struct kernel_param_ops schema_ops = {
	.set = set_schema,
	.get = get_schema,
};
module_param_cb(schema, &schema_ops, NULL, 0444);
MODULE_PARM_DESC(
	schema,
	"Schema of the events, and with it the API version that is reported: " SCAP_SCHEMA_VERSION_STRING
	" (default; API " SCAP_API_VERSION_STRING ") or " SCAP_NEWEST_SCHEMA_VERSION_STRING
	" (API " SCAP_NEWEST_API_VERSION_STRING ")");
