/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The config.json of an OCI bundle. The specification has no name and no image; what the runtimes
 * above know of them stands in annotations, one table of keys for all.
 */
#include "container_pairs.h"
#include "runtime.h"

#include <string.h>
#include <strings.h>

static const struct annotation {
	const char *key;
	size_t field; /* offset in struct sinsp_container */
} annotations[] = {
#define FIELD(k, f)                                    \
	{                                              \
		k, offsetof(struct sinsp_container, f) \
	}
	/* containerd */
	FIELD("io.kubernetes.cri.container-name", name),
	FIELD("io.kubernetes.cri.sandbox-name", pod_name),
	FIELD("io.kubernetes.cri.sandbox-namespace", pod_namespace),
	FIELD("io.kubernetes.cri.sandbox-uid", pod_uid),
	FIELD("io.kubernetes.cri.sandbox-id", pod_sandbox_id),
	/* CRI-O */
	FIELD("io.kubernetes.container.name", name),
	FIELD("io.kubernetes.pod.name", pod_name),
	FIELD("io.kubernetes.pod.namespace", pod_namespace),
	FIELD("io.kubernetes.pod.uid", pod_uid),
	FIELD("io.kubernetes.cri-o.SandboxID", pod_sandbox_id),
	FIELD("io.kubernetes.cri-o.ImageRef", image_id),
	FIELD("io.kubernetes.cri-o.IP.0", ip),
#undef FIELD
};

/* Keys that hold the image, the most exact first. */
static const char *const images[] = {
	"io.kubernetes.cri.image-name",	      "io.kubernetes.cri-o.ImageName",
	"io.kubernetes.cri-o.Image",	      "org.opencontainers.image.ref.name",
	"org.opencontainers.image.base.name",
};

static bool is_sandbox(json_t *a)
{
	return strcmp(runtime_str(a, "io.kubernetes.cri.container-type", NULL), "sandbox") == 0 ||
	       strcmp(runtime_str(a, "io.kubernetes.cri-o.ContainerType", NULL), "sandbox") == 0;
}

/*
 * CRI-O hands on those of the container as one. What kubectl applied last is told only with the
 * values of environments, which it holds.
 */
void oci_annotations_read(const struct runtime_query *q, json_t *a)
{
	json_t *all = a ? json_copy(a) : json_object();
	const char *s = runtime_str(all, CRIO_ANNOTATIONS, NULL);
	json_t *more = runtime_parse(s, strlen(s));

	json_object_del(all, CRIO_ANNOTATIONS);
	json_object_update_missing(all, more);
	json_decref(more);
	kube_probes_read(q, all);
	if (!q->env_values)
		json_object_del(all, KUBE_LAST_APPLIED);
	container_pairs_decode(q, all, &q->c->annotations);
	json_decref(all);
}

bool oci_bundle_read(const struct runtime_query *q, json_t *config)
{
	json_t *a = json_object_get(config, "annotations");
	struct sinsp_container *c = q->c;
	const char *created;
	json_t *labels;
	size_t i;

	/* every bundle has these two: anything else is some other file of that name */
	if (!json_is_object(json_object_get(config, "process")) &&
	    !json_is_string(json_object_get(config, "ociVersion")))
		return false;
	for (i = 0; i < sizeof(annotations) / sizeof(annotations[0]); i++)
		runtime_set(q, (const char **)((char *)c + annotations[i].field),
			    runtime_str(a, annotations[i].key, NULL));
	for (i = 0; i < sizeof(images) / sizeof(images[0]); i++)
		if (*runtime_str(a, images[i], NULL)) {
			runtime_image(q, runtime_str(a, images[i], NULL));
			break;
		}
	oci_annotations_read(q, a);
	oci_spec_read(q, config);
	c->is_pod_sandbox = is_sandbox(a);
	/* a sandbox has no container name: it is shown by its pod's, as the kubelet does */
	if (c->is_pod_sandbox && !*c->name)
		c->name = c->pod_name;
	if (strcasecmp(runtime_str(a, "io.podman.annotations.privileged", NULL), "true") == 0 ||
	    strcmp(runtime_str(a, "io.kubernetes.cri-o.PrivilegedRuntime", NULL), "true") == 0)
		c->privileged = true;
	created = runtime_str(a, "io.kubernetes.cri-o.Created", NULL);
	if (runtime_time(created))
		c->created = runtime_time(created);
	/* CRI-O keeps the labels as a string of JSON inside the JSON */
	labels = json_loads(runtime_str(a, "io.kubernetes.cri-o.Labels", NULL), 0, NULL);
	runtime_labels(q, labels);
	json_decref(labels);
	return true;
}
