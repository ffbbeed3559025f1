/* SPDX-License-Identifier: BSD-2-Clause */
/* CRI-O: annotations of its bundles have all that the kubelet asked for. */
#include "container_pairs.h"
#include "runtime.h"

#include <string.h>

static json_t *bundle(const struct runtime_query *q, const char *id)
{
	return runtime_json(q, RUNTIME_JSON_MAX,
			    "/run/containers/storage/overlay-containers/%s/userdata/config.json",
			    id);
}

static json_t *nested(json_t *config, const char *key)
{
	const char *text = runtime_str(json_object_get(config, "annotations"), key, NULL);

	return runtime_parse(text, strlen(text));
}

/* The labels of the pod stand in the bundle of its sandbox alone. */
static void read_pod(const struct runtime_query *q, json_t *config)
{
	json_t *labels = nested(config, "io.kubernetes.cri-o.Labels");

	container_pairs_decode(q, labels, &q->c->pod_labels);
	json_decref(labels);
}

bool runtime_crio(const struct runtime_query *q)
{
	json_t *config = bundle(q, q->c->full_id);
	bool found = config && oci_bundle_read(q, config);

	if (found && !q->c->is_pod_sandbox) {
		const char *id = q->c->pod_sandbox_id;
		json_t *own = nested(config, CRIO_ANNOTATIONS);

		kube_ports_read(q, own);
		json_decref(own);
		json_decref(config);
		config = runtime_safe_id(id) ? bundle(q, id) : NULL;
	}
	if (found)
		read_pod(q, config);
	json_decref(config);
	return found;
}
