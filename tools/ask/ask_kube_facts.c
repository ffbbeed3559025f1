/* SPDX-License-Identifier: BSD-2-Clause */
/* From a pod to who made it, the services that lead to it, its namespace and its node. */
#include "ask_kube.h"

#include <stdio.h>
#include <string.h>

#define LABELS_MAX 64u /* of one object */
#define KEY_MAX	   512u

struct facts {
	const struct ask_kube_store *store;
	json_t *all; /* strings, by keys as fields of class k8s have names */
	bool lacking;
};

static json_t *find(const struct facts *f, enum ask_kube_kind kind, const char *key)
{
	return *key ? json_object_get(f->store->objects[kind], key) : NULL;
}

static void set(struct facts *f, const char *what, const char *key, const char *value)
{
	char full[KEY_MAX];
	int n = snprintf(full, sizeof(full), "%s.%s", what, key);

	if (n > 0 && (size_t)n < sizeof(full))
		ask_set(f->all, full, value);
}

/* Many say all by being there. */
static void set_label(json_t *o, const char *key, const json_t *value)
{
	const char *s = json_string_value(value);

	if (s && !*s)
		json_object_set_new(o, key, json_string(""));
	else
		ask_set(o, key, s);
}

static void set_labels(struct facts *f, const char *what, const json_t *o)
{
	char key[KEY_MAX];
	unsigned int n = 0;
	const char *name;
	json_t *value;

	json_object_foreach(json_object_get(o, "labels"), name, value)
	{
		snprintf(key, sizeof(key), "%s.label.%s", what, name);
		if (n++ < LABELS_MAX)
			set_label(f->all, key, value);
	}
}

/* What owns a pod: what is listed has labels, and may be owned itself. */
static const struct owner {
	const char *kind, *key;
	enum ask_kube_kind number; /* KUBE_KINDS: not listed */
} owners[] = {
	{ "ReplicaSet", "rs", KUBE_REPLICA_SETS },
	{ "ReplicationController", "rc", KUBE_CONTROLLERS },
	{ "Deployment", "deployment", KUBE_DEPLOYMENTS },
	{ "Job", "job", KUBE_JOBS },
	{ "DaemonSet", "daemonset", KUBE_KINDS },
	{ "StatefulSet", "statefulset", KUBE_KINDS },
	{ "CronJob", "cronjob", KUBE_KINDS },
};

/* A pod has a replica set, that has a deployment, and whoever made that is not asked for. */
#define OWNERS_MAX 3u

static void set_owners(struct facts *f, const json_t *pod)
{
	const json_t *o = pod;
	const char *kind = "Pod", *name = ask_str(pod, "name", NULL), *uid;
	unsigned int depth;
	size_t i;

	for (depth = 0; o && json_object_get(o, "owner") && depth < OWNERS_MAX; depth++) {
		kind = ask_str(o, "owner", "kind");
		name = ask_str(o, "owner", "name");
		uid = ask_str(o, "owner", "uid");
		o = NULL;
		for (i = 0; i < sizeof(owners) / sizeof(owners[0]); i++) {
			if (strcmp(owners[i].kind, kind) != 0)
				continue;
			set(f, owners[i].key, "name", name);
			set(f, owners[i].key, "id", uid);
			if (owners[i].number == KUBE_KINDS)
				continue;
			o = find(f, owners[i].number, uid);
			set_labels(f, owners[i].key, o);
			f->lacking |= !o && f->store->listed[owners[i].number];
		}
	}
	ask_set(f->all, "owner.kind", kind);
	ask_set(f->all, "owner.name", name);
}

/* An empty selector chooses nothing. */
static bool selects(const json_t *service, const json_t *pod)
{
	json_t *selector = json_object_get(service, "selector"), *value;
	json_t *labels = json_object_get(pod, "labels");
	const char *key;

	if (strcmp(ask_str(service, "namespace", NULL), ask_str(pod, "namespace", NULL)) != 0)
		return false;
	json_object_foreach(
		selector, key,
		value) if (!json_equal(value, json_object_get(labels, key))) return false;
	return json_object_size(selector) > 0;
}

static void append(char *list, size_t size, const char *s)
{
	size_t len = strlen(list);

	snprintf(list + len, size - len, "%s%s", len ? ", " : "", s);
}

static void set_services(struct facts *f, const json_t *pod)
{
	char names[KEY_MAX] = "", ids[KEY_MAX] = "";
	const char *uid;
	json_t *o;

	json_object_foreach(f->store->objects[KUBE_SERVICES], uid, o)
	{
		if (!selects(o, pod))
			continue;
		append(names, sizeof(names), ask_str(o, "name", NULL));
		append(ids, sizeof(ids), uid);
		set_labels(f, "svc", o);
	}
	set(f, "svc", "name", names);
	set(f, "svc", "id", ids);
}

static void set_pod(json_t *container, const json_t *pod)
{
	json_t *labels = json_object(), *value;
	const char *key;

	json_object_foreach(json_object_get(pod, "labels"), key, value)
		set_label(labels, key, value);
	ask_set(labels, "io.kubernetes.pod.name", ask_str(pod, "name", NULL));
	ask_set(labels, "io.kubernetes.pod.namespace", ask_str(pod, "namespace", NULL));
	ask_set(labels, "io.kubernetes.pod.uid", ask_str(pod, "uid", NULL));
	json_object_set_new(container, "pod_sandbox_labels", labels);
}

enum ask_cause ask_kube_facts(const struct ask_kube_store *store, const char *uid,
			      json_t *container)
{
	struct facts f = { .store = store };
	const char *node, *ns;
	const json_t *pod, *o;

	pod = find(&f, KUBE_PODS, uid);
	if (!pod)
		return ASK_UNKNOWN;
	f.all = json_object();
	set_pod(container, pod);
	set_owners(&f, pod);
	set_services(&f, pod);
	ns = ask_str(pod, "namespace", NULL);
	o = find(&f, KUBE_NAMESPACES, ns);
	set(&f, "ns", "id", ask_str(o, "uid", NULL));
	set_labels(&f, "ns", o);
	node = ask_str(pod, "node", NULL);
	set(&f, "node", "name", node);
	set_labels(&f, "node", find(&f, KUBE_NODES, node));
	json_object_set_new(container, "kubernetes", f.all);
	return f.lacking ? ASK_UNKNOWN : ASK_OK;
}
