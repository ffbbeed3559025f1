/* SPDX-License-Identifier: BSD-2-Clause */
/* Runtimes whose bundles carry annotations: containerd's CRI plug-in, ctr, and CRI-O. */
#include "runtime.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TASKS "/run/containerd/io.containerd.runtime.v2.task"

static bool read_bundle(const struct runtime_query *q, const char *folder)
{
	json_t *config = runtime_json(q, RUNTIME_JSON_MAX, "%s/%s/config.json", folder,
				      q->c->full_id);
	bool found = config && oci_bundle_read(q, config);

	json_decref(config);
	return found;
}

/* A sandbox has no container name: it is shown by its pod's, as the kubelet does. */
static void name_sandbox(const struct runtime_query *q)
{
	if (q->c->is_pod_sandbox && !*q->c->name)
		q->c->name = q->c->pod_name;
}

bool runtime_cri(const struct runtime_query *q)
{
	if (!read_bundle(q, TASKS "/k8s.io"))
		return false;
	name_sandbox(q);
	return true;
}

bool runtime_crio(const struct runtime_query *q)
{
	json_t *config = runtime_json(
		q, RUNTIME_JSON_MAX,
		"/run/containers/storage/overlay-containers/%s/userdata/config.json",
		q->c->full_id);
	bool found = config && oci_bundle_read(q, config);

	json_decref(config);
	if (found)
		name_sandbox(q);
	return found;
}

/* ctr and nerdctl: any namespace of containerd may have it. */
bool runtime_containerd(const struct runtime_query *q)
{
	int fd = runtime_open(q, true, TASKS);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	char folder[sizeof(TASKS) + NAME_MAX + 1];
	struct dirent *de;
	bool found = false;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	while (!found && (de = readdir(d))) {
		if (de->d_name[0] == '.')
			continue;
		snprintf(folder, sizeof(folder), TASKS "/%s", de->d_name);
		found = read_bundle(q, folder);
	}
	closedir(d);
	if (found && !*q->c->name)
		runtime_set(q, &q->c->name, q->c->id);
	return found;
}
