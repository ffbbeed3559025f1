/* SPDX-License-Identifier: BSD-2-Clause */
/* Docker: config.v2.json and hostconfig.json of a container's folder. */
#include "container_json.h"
#include "container_pairs.h"
#include "runtime.h"

#include <stdlib.h>
#include <string.h>

#define FOLDER	  "/var/lib/docker/containers/%s"
#define BUNDLE	  "/run/containerd/io.containerd.runtime.v2.task/moby/%s/config.json"
#define PORTS_MAX 16384u

static void first_address(const struct runtime_query *q, json_t *config)
{
	json_t *nets = json_object_get(json_object_get(config, "NetworkSettings"), "Networks");
	const char *name;
	json_t *net;

	json_object_foreach(nets, name, net)
	{
		if (*q->c->ip)
			break;
		runtime_set(q, &q->c->ip, runtime_str(net, "IPAddress", NULL));
	}
}

/* As the event tells them. Docker keeps them by their destination. */
static void mounts(const struct runtime_query *q, json_t *config)
{
	json_t *list = json_array(), *m;
	const char *dest;

	json_object_foreach(json_object_get(config, "MountPoints"), dest, m)
	{
		json_object_set_new(m, "Mode", json_string(runtime_str(m, "Relabel", NULL)));
		json_array_append(list, m);
	}
	container_mounts_decode(q, list);
	json_decref(list);
}

/*
 * "80/tcp": [{"HostIp": "", "HostPort": "8080"}]. While it runs each that leads in from everywhere
 * is there twice; before, one that is to be of any number has none.
 */
static void ports(const struct runtime_query *q, json_t *bindings)
{
	struct sinsp_text t = { 0 };
	const char *inside;
	json_t *list, *b;
	size_t i;

	json_object_foreach(bindings, inside, list)
	{
		const char *proto = strchr(inside, '/');

		json_array_foreach(list, i, b)
		{
			const char *ip = runtime_str(b, "HostIp", NULL);
			unsigned long host = strtoul(runtime_str(b, "HostPort", NULL), NULL, 10);

			if (host == 0 || host > 65535 || (i && strcmp(ip, "::") == 0))
				continue;
			container_port_add(&t, ip, (unsigned int)host,
					   (unsigned int)strtoul(inside, NULL, 10),
					   proto ? proto + 1 : "");
			if (t.len > PORTS_MAX)
				break;
		}
	}
	if (t.len && !t.failed)
		q->c->ports = intern_str(q->pool, t.ptr, t.len);
	sinsp_text_free(&t);
}

static const struct limit {
	const char *key;
	size_t field;
} limits[] = {
	{ "Memory", offsetof(struct sinsp_container, memory_limit) },
	{ "MemorySwap", offsetof(struct sinsp_container, swap_limit) },
	{ "CpuShares", offsetof(struct sinsp_container, cpu_shares) },
	{ "CpuQuota", offsetof(struct sinsp_container, cpu_quota) },
	{ "CpuPeriod", offsetof(struct sinsp_container, cpu_period) },
};

static void host_config(const struct runtime_query *q, json_t *host)
{
	json_int_t n;
	size_t i;

	q->c->privileged = json_is_true(json_object_get(host, "Privileged"));
	if (!*q->c->ports)
		ports(q, json_object_get(host, "PortBindings"));
	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		n = json_integer_value(json_object_get(host, limits[i].key));
		if (n > 0)
			*(int64_t *)((char *)q->c + limits[i].field) = n;
	}
	q->c->host_network = strcmp(runtime_str(host, "NetworkMode", NULL), "host") == 0;
	q->c->host_pid = strcmp(runtime_str(host, "PidMode", NULL), "host") == 0;
	q->c->host_ipc = strcmp(runtime_str(host, "IpcMode", NULL), "host") == 0;
}

/* What the image and the command line came to; there once the container is about to begin. */
static void read_bundle(const struct runtime_query *q)
{
	json_t *bundle = runtime_json(q, RUNTIME_JSON_MAX, BUNDLE, q->c->full_id);

	if (bundle)
		oci_spec_read(q, bundle);
	json_decref(bundle);
}

/* Annotations are labels there whose keys begin with this. */
#define ANNOTATION "annotation."

static void split(json_t *all, json_t *annotations, json_t *labels)
{
	const char *key;
	json_t *v;

	json_object_foreach(all, key, v)
	{
		if (strncmp(key, ANNOTATION, strlen(ANNOTATION)) != 0)
			json_object_set(labels, key, v);
		else if (!json_object_get(annotations, key + strlen(ANNOTATION)))
			json_object_set(annotations, key + strlen(ANNOTATION), v);
	}
}

/* A kubelet with Docker behind it: the labels of the pod are its sandbox's. */
static void kube(const struct runtime_query *q, json_t *labels)
{
	const char *sandbox = runtime_str(labels, "io.kubernetes.sandbox.id", NULL);
	json_t *annotations, *pod_labels, *own, *pod = NULL;
	struct sinsp_container *c = q->c;

	c->is_pod_sandbox = strcmp(runtime_str(labels, "io.kubernetes.docker.type", NULL),
				   "podsandbox") == 0 ||
			    strncmp(c->name, "k8s_POD_", 8) == 0;
	runtime_set(q, &c->pod_name, runtime_str(labels, "io.kubernetes.pod.name", NULL));
	if (!*c->pod_name)
		return;
	runtime_set(q, &c->pod_namespace, runtime_str(labels, "io.kubernetes.pod.namespace", NULL));
	runtime_set(q, &c->pod_uid, runtime_str(labels, "io.kubernetes.pod.uid", NULL));
	if (c->is_pod_sandbox)
		sandbox = c->full_id;
	runtime_set(q, &c->pod_sandbox_id, sandbox);
	if (!c->is_pod_sandbox && runtime_safe_id(sandbox))
		pod = runtime_json(q, RUNTIME_JSON_MAX, FOLDER "/config.v2.json", sandbox);
	annotations = json_object();
	pod_labels = json_object();
	own = json_object();
	split(labels, annotations, own);
	if (!c->is_pod_sandbox)
		kube_ports_read(q, annotations);
	split(json_object_get(json_object_get(pod, "Config"), "Labels"), annotations, pod_labels);
	container_pairs_decode(q, c->is_pod_sandbox ? own : pod_labels, &c->pod_labels);
	oci_annotations_read(q, annotations);
	json_decref(annotations);
	json_decref(pod_labels);
	json_decref(own);
	json_decref(pod);
}

bool runtime_docker(const struct runtime_query *q)
{
	json_t *config = runtime_json(q, RUNTIME_JSON_MAX, FOLDER "/config.v2.json", q->c->full_id);
	json_t *host, *labels;
	const char *name;

	if (!config)
		return false;
	name = runtime_str(config, "Name", NULL);
	runtime_set(q, &q->c->name, name + (*name == '/'));
	runtime_image(q, runtime_str(config, "Config", "Image"));
	runtime_set(q, &q->c->image_id, runtime_str(config, "Image", NULL));
	q->c->created = runtime_time(runtime_str(config, "Created", NULL));
	labels = json_object_get(json_object_get(config, "Config"), "Labels");
	runtime_labels(q, labels);
	kube(q, labels);
	first_address(q, config);
	mounts(q, config);
	ports(q, json_object_get(json_object_get(config, "NetworkSettings"), "Ports"));
	container_health_decode(q,
				json_object_get(json_object_get(config, "Config"), "Healthcheck"));
	runtime_set(q, &q->c->user, runtime_str(config, "Config", "User"));
	json_decref(config);

	read_bundle(q);
	host = runtime_json(q, RUNTIME_JSON_MAX, FOLDER "/hostconfig.json", q->c->full_id);
	if (host)
		host_config(q, host);
	json_decref(host);
	return true;
}
