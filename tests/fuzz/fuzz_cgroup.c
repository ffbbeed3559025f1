/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzz target: lists of cgroup paths, as a capture has them and as /proc/PID/cgroup has them. */
#include "driver.h"

#include "cgroup.h"
#include "proc_scan.h"

static int one_list(const uint8_t *data, size_t size)
{
	static struct proc_controllers c = {
		3, { { "cpu", true }, { "io", false }, { "pids", true } }
	};
	struct scap_bytes list = { (const char *)data, (uint32_t)size };
	struct cgroup_match m;
	char *text, out[512];

	if (cgroup_match(&list, &m) && (strnlen(m.id, sizeof(m.id)) >= sizeof(m.id) || !m.id[0] ||
					strnlen(m.pod_uid, sizeof(m.pod_uid)) >= sizeof(m.pod_uid)))
		abort();
	text = malloc(size + 1);
	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	if (proc_cgroups(&c, text, out, sizeof(out)) > sizeof(out))
		abort();
	free(text);
	return 0;
}

FUZZ("cgroup", one_list)
