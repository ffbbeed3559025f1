/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What Kubernetes tells of a container by annotations. The kubelet gives the container's ports. It
 * runs probes itself and tells the runtime nothing of them: they are known of a pod that kubectl
 * made, which keeps what it applied last in an annotation of the pod.
 */
#include "container_json.h"
#include "runtime.h"

#include <string.h>

#define PORTS "io.kubernetes.container.ports"

static json_t *parse(json_t *annotations, const char *key)
{
	const char *s = runtime_str(annotations, key, NULL);

	return runtime_parse(s, strlen(s));
}

/* As its pod calls it; Docker has the pod's name and more in it. */
static const char *name_of(const struct sinsp_container *c)
{
	size_t i;

	for (i = 0; i < c->n_labels; i++)
		if (strcmp(c->labels[i].key, "io.kubernetes.container.name") == 0)
			return c->labels[i].value;
	return c->name;
}

static json_t *find_container(json_t *list, const char *name)
{
	json_t *c;
	size_t i;

	json_array_foreach(list, i, c)
	{
		if (strcmp(runtime_str(c, "name", NULL), name) == 0)
			return c;
	}
	return NULL;
}

/* Those that run a command; the kubelet makes other ones from outside. */
static void read_probes(const struct runtime_query *q, json_t *manifest)
{
	static const struct {
		const char *key;
		size_t field;
	} probes[] = {
		{ "livenessProbe", offsetof(struct sinsp_container, liveness_probe) },
		{ "readinessProbe", offsetof(struct sinsp_container, readiness_probe) },
	};
	json_t *spec = json_object_get(manifest, "spec");
	json_t *c = find_container(json_object_get(spec, "containers"), name_of(q->c));
	json_t *exec;
	size_t i;

	if (!c)
		c = find_container(json_object_get(spec, "initContainers"), name_of(q->c));
	for (i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
		exec = json_object_get(json_object_get(c, probes[i].key), "exec");
		container_command_decode(q, json_object_get(exec, "command"),
					 (const char **)((char *)q->c + probes[i].field));
	}
}

void kube_probes_read(const struct runtime_query *q, json_t *annotations)
{
	json_t *manifest = parse(annotations, KUBE_LAST_APPLIED);

	read_probes(q, manifest);
	json_decref(manifest);
}

void kube_ports_read(const struct runtime_query *q, json_t *annotations)
{
	json_t *ports = parse(annotations, PORTS);

	container_ports_decode(q, ports);
	json_decref(ports);
}
