/* SPDX-License-Identifier: BSD-2-Clause */
/* Docker: config.v2.json and hostconfig.json of a container's folder. */
#include "container_json.h"
#include "runtime.h"

#include <string.h>

#define FOLDER "/var/lib/docker/containers/%s"

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
	/* kubelet with Docker behind it */
	runtime_set(q, &q->c->pod_name, runtime_str(labels, "io.kubernetes.pod.name", NULL));
	runtime_set(q, &q->c->pod_namespace,
		    runtime_str(labels, "io.kubernetes.pod.namespace", NULL));
	runtime_set(q, &q->c->pod_uid, runtime_str(labels, "io.kubernetes.pod.uid", NULL));
	q->c->is_pod_sandbox = strcmp(runtime_str(labels, "io.kubernetes.docker.type", NULL),
				      "podsandbox") == 0 ||
			       strncmp(q->c->name, "k8s_POD_", 8) == 0;
	first_address(q, config);
	mounts(q, config);
	json_decref(config);

	host = runtime_json(q, RUNTIME_JSON_MAX, FOLDER "/hostconfig.json", q->c->full_id);
	q->c->privileged = json_is_true(json_object_get(host, "Privileged"));
	json_decref(host);
	return true;
}
