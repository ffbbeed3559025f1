/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * containerd: its CRI plug-in, which the kubelet calls, and ctr. Annotations of the bundle name a
 * container of CRI's and its pod. What else the kubelet asked for is in containerd's database,
 * below v1 / k8s.io / containers / ID, of the container and of its pod's sandbox, before it is
 * started; of ctr's the image and labels are there.
 */
#include "container_json.h"
#include "container_pairs.h"
#include "runtime.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TASKS	     "io.containerd.runtime.v2.task"
#define DATABASE     "io.containerd.metadata.v1.bolt/meta.db"
#define CRI	     "k8s.io" /* its namespace */
#define OF_CONTAINER "io.cri-containerd.container.metadata"
#define OF_SANDBOX   "io.cri-containerd.sandbox.metadata"
#define IMAGE_MAX    512u

enum { OF_NODE = 2 }; /* a namespace: not that of the pod, nor of the container */

/* Its folders of what runs and of what stays. k3s brings one of its own. */
static const struct place {
	const char *tasks, *database;
} places[] = {
	{ "/run/containerd/" TASKS, "/var/lib/containerd/" DATABASE },
	{ "/run/k3s/containerd/" TASKS, "/var/lib/rancher/k3s/agent/containerd/" DATABASE },
};
#define PLACES (sizeof(places) / sizeof(places[0]))

/* What is looked for. */
struct record {
	const struct runtime_query *q;
	const char *namespace;
	struct bolt_text image, digest, created, own, pod;
	json_t *labels;
};

#define UNIX_EPOCH 62135596800 /* seconds since the year 1 */

static void get_common(struct bolt *b, struct record *r)
{
	const char *keys[] = { "v1", r->namespace, "containers", r->q->c->full_id, "image" };
	char name[IMAGE_MAX];
	const char *const digest[] = { "v1", r->namespace, "images", name, "target", "digest" };

	bolt_get(b, keys, 5, &r->image);
	keys[4] = "createdat";
	bolt_get(b, keys, 5, &r->created);
	snprintf(name, sizeof(name), "%.*s", (int)r->image.len, r->image.len ? r->image.ptr : "");
	bolt_get(b, digest, 6, &r->digest);
}

/* As Go keeps it: a byte for the version, seconds, and four bytes of nanoseconds. */
static uint64_t time_of(const struct bolt_text *v)
{
	uint64_t seconds = 0, ns = 0;
	size_t i;

	if (v->len < 13)
		return 0;
	for (i = 1; i < 9; i++)
		seconds = seconds << 8 | (uint8_t)v->ptr[i];
	for (; i < 13; i++)
		ns = ns << 8 | (uint8_t)v->ptr[i];
	seconds -= UNIX_EPOCH;
	return seconds < INT64_MAX / 1000000000 && ns < 1000000000 ? seconds * 1000000000 + ns : 0;
}

/* What it was asked for by comes first: a bundle's name, a name's digest. */
static void take_common(const struct record *r)
{
	const struct runtime_query *q = r->q;
	char name[IMAGE_MAX];
	uint64_t created = time_of(&r->created);

	if (created)
		q->c->created = created;
	snprintf(name, sizeof(name), "%.*s", (int)r->image.len, r->image.len ? r->image.ptr : "");
	if (!*q->c->image)
		runtime_image(q, name);
	if (!*q->c->image_digest && r->digest.len)
		q->c->image_digest = intern_str(q->pool, r->digest.ptr, r->digest.len);
}

/* ---- CRI ---- */

static void get_cri(struct bolt *b, void *arg)
{
	struct record *r = arg;
	const struct sinsp_container *c = r->q->c;
	const char *own[] = { "v1",	    r->namespace,
			      "containers", c->full_id,
			      "extensions", c->is_pod_sandbox ? OF_SANDBOX : OF_CONTAINER };
	const char *pod[] = { "v1",	    r->namespace, "containers", c->pod_sandbox_id,
			      "extensions", OF_SANDBOX };

	bolt_get(b, own, 6, &r->own);
	if (c->is_pod_sandbox)
		r->pod = r->own;
	else
		bolt_get(b, pod, 6, &r->pod);
	get_common(b, r);
}

/* Of a protobuf Any the second field: JSON, in which "Metadata" is what was asked for. */
static json_t *metadata(const struct bolt_text *any)
{
	const uint8_t *p = (const uint8_t *)any->ptr, *end = p + any->len;
	json_t *json = NULL, *m;

	while (end - p > 1 && !json) {
		uint8_t key = *p++;
		size_t len = 0;
		unsigned int shift;

		for (shift = 0; p < end && shift < 28; shift += 7) {
			len |= (size_t)(*p & 127) << shift;
			if (!(*p++ & 128))
				break;
		}
		if ((key & 7) != 2 || len > (size_t)(end - p))
			return NULL;
		if (key >> 3 == 2)
			json = runtime_parse((const char *)p, len);
		p += len;
	}
	m = json_incref(json_object_get(json, "Metadata"));
	json_decref(json);
	return m;
}

/* Containers of a pod join its namespaces, of which the bundle does not say whose they are. */
static void take_namespaces(const struct runtime_query *q, json_t *config)
{
	static const struct {
		const char *key;
		size_t field;
	} rows[] = {
		{ "network", offsetof(struct sinsp_container, host_network) },
		{ "pid", offsetof(struct sinsp_container, host_pid) },
		{ "ipc", offsetof(struct sinsp_container, host_ipc) },
	};
	json_t *o = json_object_get(json_object_get(config, "linux"), "security_context");
	size_t i;

	o = json_object_get(o, "namespace_options");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (json_integer_value(json_object_get(o, rows[i].key)) == OF_NODE)
			*(bool *)((char *)q->c + rows[i].field) = true;
}

static void take_pod(const struct runtime_query *q, json_t *pod)
{
	struct sinsp_container *c = q->c;
	json_t *config = json_object_get(pod, "Config");
	json_t *interfaces = json_object_get(json_object_get(pod, "CNIResult"), "Interfaces");
	char *s = json_object_size(interfaces) ? json_dumps(interfaces, JSON_COMPACT) : NULL;

	if (s)
		c->cni_json = intern_str(q->pool, s, strlen(s));
	free(s);
	container_pairs_decode(q, json_object_get(config, "labels"), &c->pod_labels);
	if (c->is_pod_sandbox)
		runtime_labels(q, json_object_get(config, "labels"));
	take_namespaces(q, config);
	/* of all in it, who share its address; the kubelet may have told of each */
	if (!*c->ports)
		container_ports_decode(q, json_object_get(config, "port_mappings"));
	runtime_set(q, &c->ip, runtime_str(pod, "IP", NULL));
}

static void take_container(const struct runtime_query *q, json_t *own)
{
	json_t *config = json_object_get(own, "Config"), *v;

	runtime_labels(q, json_object_get(config, "labels"));
	kube_ports_read(q, json_object_get(config, "annotations"));
	runtime_set(q, &q->c->image_id, runtime_str(own, "ImageRef", NULL));
	v = json_object_get(json_object_get(config, "linux"), "security_context");
	if (json_is_true(json_object_get(v, "privileged")))
		q->c->privileged = true;
}

/* Those of the bundle first, which are the runtime's own; of the rest the nearest. */
static void take_annotations(const struct runtime_query *q, json_t *bundle, json_t *own,
			     json_t *pod)
{
	json_t *all = bundle ? json_copy(bundle) : json_object();

	json_object_update_missing(all,
				   json_object_get(json_object_get(own, "Config"), "annotations"));
	json_object_update_missing(all,
				   json_object_get(json_object_get(pod, "Config"), "annotations"));
	oci_annotations_read(q, all);
	json_decref(all);
}

static void read_cri(const struct runtime_query *q, const struct place *place, json_t *bundle)
{
	struct record r = { .q = q, .namespace = CRI };
	struct bolt *b = runtime_bolt(q, place->database, get_cri, &r);
	json_t *own, *pod;

	if (!b)
		return;
	own = metadata(&r.own);
	pod = metadata(&r.pod);
	take_common(&r);
	bolt_close(b);
	if (!q->c->is_pod_sandbox)
		take_container(q, own);
	take_pod(q, pod);
	take_annotations(q, json_object_get(bundle, "annotations"), own, pod);
	json_decref(own);
	json_decref(pod);
}

static json_t *read_bundle(const struct runtime_query *q, const struct place *place,
			   const char *namespace)
{
	json_t *config = runtime_json(q, RUNTIME_JSON_MAX, "%s/%s/%s/config.json", place->tasks,
				      namespace, q->c->full_id);

	if (config && oci_bundle_read(q, config))
		return config;
	json_decref(config);
	return NULL;
}

bool runtime_cri(const struct runtime_query *q)
{
	json_t *bundle = NULL;
	bool found = false;
	size_t i;

	for (i = 0; i < PLACES && !found; i++) {
		bundle = read_bundle(q, &places[i], CRI);
		found = bundle;
		if (found)
			read_cri(q, &places[i], bundle);
	}
	json_decref(bundle);
	return found;
}

/* ---- ctr ---- */

static void add_label(const struct bolt_text *key, const struct bolt_text *v, void *arg)
{
	json_t *value = json_stringn(v->ptr, v->len);
	char *name = strndup(key->ptr, key->len);

	if (name && value)
		json_object_set(arg, name, value);
	json_decref(value);
	free(name);
}

static void get_plain(struct bolt *b, void *arg)
{
	struct record *r = arg;
	const char *const labels[] = { "v1", r->namespace, "containers", r->q->c->full_id,
				       "labels" };

	json_object_clear(r->labels);
	bolt_each(b, labels, 5, add_label, r->labels);
	get_common(b, r);
}

static void read_record(const struct runtime_query *q, const struct place *place,
			const char *namespace)
{
	struct record r = { .q = q, .namespace = namespace, .labels = json_object() };
	struct bolt *b = runtime_bolt(q, place->database, get_plain, &r);

	if (b) {
		take_common(&r);
		runtime_labels(q, r.labels);
	}
	bolt_close(b);
	json_decref(r.labels);
}

/* Any namespace may have it. */
static bool find(const struct runtime_query *q, const struct place *place)
{
	int fd = runtime_open(q, true, place->tasks);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	bool found = false;
	struct dirent *de;
	json_t *bundle;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	while (!found && (de = readdir(d))) {
		bundle = de->d_name[0] != '.' ? read_bundle(q, place, de->d_name) : NULL;
		found = bundle;
		if (found)
			read_record(q, place, de->d_name);
		json_decref(bundle);
	}
	closedir(d);
	return found;
}

bool runtime_containerd(const struct runtime_query *q)
{
	bool found = false;
	size_t i;

	for (i = 0; i < PLACES && !found; i++)
		found = find(q, &places[i]);
	if (found && !*q->c->name)
		runtime_set(q, &q->c->name, q->c->id);
	return found;
}
