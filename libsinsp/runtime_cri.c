/* SPDX-License-Identifier: BSD-2-Clause */
/* Runtimes that the kubelet calls: annotations of their bundles name container and pod. */
#include "container_pairs.h"
#include "runtime.h"

/* A sandbox has no container name: it is shown by its pod's, as the kubelet does. */
static void name_sandbox(const struct runtime_query *q)
{
	if (q->c->is_pod_sandbox && !*q->c->name)
		q->c->name = q->c->pod_name;
}

bool runtime_cri(const struct runtime_query *q)
{
	json_t *config = runtime_json(q, RUNTIME_JSON_MAX,
				      CONTAINERD_TASKS "/k8s.io/%s/config.json", q->c->full_id);
	bool found = config && oci_bundle_read(q, config);

	if (found) {
		name_sandbox(q);
		containerd_read_cri(q, config);
	}
	json_decref(config);
	return found;
}

static json_t *crio_bundle(const struct runtime_query *q, const char *id)
{
	return runtime_json(q, RUNTIME_JSON_MAX,
			    "/run/containers/storage/overlay-containers/%s/userdata/config.json",
			    id);
}

/* The labels of the pod stand in the bundle of its sandbox alone. */
static void crio_pod(const struct runtime_query *q, json_t *config)
{
	json_t *a = json_object_get(config, "annotations");
	const char *text = runtime_str(a, "io.kubernetes.cri-o.Labels", NULL);
	json_t *labels = runtime_parse(text, strlen(text));

	container_pairs_decode(q, labels, &q->c->pod_labels);
	json_decref(labels);
}

bool runtime_crio(const struct runtime_query *q)
{
	json_t *config = crio_bundle(q, q->c->full_id);
	bool found = config && oci_bundle_read(q, config);

	if (found && !q->c->is_pod_sandbox && runtime_safe_id(q->c->pod_sandbox_id)) {
		json_decref(config);
		config = crio_bundle(q, q->c->pod_sandbox_id);
	}
	if (found) {
		name_sandbox(q);
		crio_pod(q, config);
	}
	json_decref(config);
	return found;
}
