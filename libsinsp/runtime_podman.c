/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * podman: what it keeps of a container and its pod in a database, before it runs it, and the
 * bundle. Newer ones have a database of SQLite's, which must be locked to be read: of theirs the
 * storage library's list of containers has name and image.
 */
#include "container_json.h"
#include "container_pairs.h"
#include "runtime.h"

#include <string.h>

#define STORAGE	 "/var/lib/containers/storage/overlay-containers"
#define DATABASE "/var/lib/containers/storage/libpod/bolt_state.db"
#define LIST_MAX (16u << 20) /* one file for all containers of a host */

static const struct list {
	const char *path;
	enum runtime_list kept;
} lists[] = {
	/* --rm containers are in the second list with newer versions */
	{ STORAGE "/containers.json", RUNTIME_PODMAN_LIST },
	{ STORAGE "/volatile-containers.json", RUNTIME_PODMAN_VOLATILE },
};

/* The entries by their ids, with no more than is asked for. */
static json_t *by_id(json_t *list)
{
	static const char *const keys[] = { "metadata", "names", "image", "created" };
	json_t *all = json_object(), *entry, *e;
	size_t i, k;

	json_array_foreach(list, i, e)
	{
		const char *id = runtime_str(e, "id", NULL);

		if (!*id || json_object_get(all, id))
			continue;
		entry = json_object();
		for (k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
			json_object_set(entry, keys[k], json_object_get(e, keys[k]));
		json_object_set_new(all, id, entry);
	}
	return all;
}

/* "metadata" is JSON inside a JSON string. */
static void read_entry(const struct runtime_query *q, json_t *entry)
{
	json_t *meta = json_loads(runtime_str(entry, "metadata", NULL), 0, NULL);
	json_t *names = json_object_get(entry, "names");
	const char *name = json_string_value(json_array_get(names, 0));

	runtime_set(q, &q->c->name, runtime_str(meta, "name", NULL));
	if (name)
		runtime_set(q, &q->c->name, name);
	runtime_image(q, runtime_str(meta, "image-name", NULL));
	runtime_set(q, &q->c->image_id, runtime_str(entry, "image", NULL));
	q->c->created = runtime_time(runtime_str(entry, "created", NULL));
	json_decref(meta);
}

static bool from_lists(const struct runtime_query *q)
{
	bool found = false;
	size_t i;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		json_t *list = runtime_json_kept(q, lists[i].kept, LIST_MAX, lists[i].path, by_id);
		json_t *entry = json_object_get(list, q->c->full_id);

		if (entry) {
			read_entry(q, entry);
			found = true;
		}
		json_decref(list);
	}
	return found;
}

/* ---- the database ---- */

#define ID_MAX 65u

struct record {
	const struct runtime_query *q;
	struct bolt_text config, pod, infra;
	char infra_id[ID_MAX]; /* the container that holds the pod's namespaces */
};

static void get_pod(struct bolt *b, struct record *r, const struct bolt_text *id)
{
	char pod[ID_MAX];
	const char *const config[] = { "pod", pod, "config" };
	const char *const state[] = { "pod", pod, "state" };
	const char *const infra[] = { "ctr", r->infra_id, "config" };
	struct bolt_text v;
	json_t *json;

	snprintf(pod, sizeof(pod), "%.*s", (int)id->len, id->len ? id->ptr : "");
	bolt_get(b, config, 3, &r->pod);
	bolt_get(b, state, 3, &v);
	json = runtime_parse(v.ptr, v.len);
	snprintf(r->infra_id, sizeof(r->infra_id), "%s",
		 runtime_str(json, "InfraContainerID", NULL));
	json_decref(json);
	bolt_get(b, infra, 3, &r->infra);
}

static void get_record(struct bolt *b, void *arg)
{
	struct record *r = arg;
	const char *const config[] = { "ctr", r->q->c->full_id, "config" };
	const char *const pod[] = { "ctr", r->q->c->full_id, "pod-id" };
	struct bolt_text id;

	bolt_get(b, config, 3, &r->config);
	bolt_get(b, pod, 3, &id);
	get_pod(b, r, &id);
}

static void take_config(const struct runtime_query *q, json_t *config)
{
	struct sinsp_container *c = q->c;
	uint64_t created = runtime_time(runtime_str(config, "createdTime", NULL));

	runtime_set(q, &c->name, runtime_str(config, "name", NULL));
	runtime_image(q, runtime_str(config, "rootfsImageName", NULL));
	runtime_set(q, &c->image_id, runtime_str(config, "rootfsImageID", NULL));
	runtime_labels(q, json_object_get(config, "labels"));
	container_ports_decode(q, json_object_get(config, "newPortMappings"));
	container_health_decode(q, json_object_get(config, "healthcheck"));
	c->is_pod_sandbox = json_is_true(json_object_get(config, "pause"));
	if (json_is_true(json_object_get(config, "privileged")))
		c->privileged = true;
	if (created)
		c->created = created;
}

static void take_pod(const struct runtime_query *q, const struct record *r)
{
	json_t *pod = runtime_parse(r->pod.ptr, r->pod.len);
	json_t *infra = runtime_parse(r->infra.ptr, r->infra.len);

	runtime_set(q, &q->c->pod_name, runtime_str(pod, "name", NULL));
	runtime_set(q, &q->c->pod_sandbox_id, r->infra_id);
	container_pairs_decode(q, json_object_get(pod, "labels"), &q->c->pod_labels);
	if (!*q->c->ports)
		container_ports_decode(q, json_object_get(infra, "newPortMappings"));
	json_decref(infra);
	json_decref(pod);
}

static bool from_database(const struct runtime_query *q)
{
	struct record r = { .q = q };
	struct bolt *b = runtime_bolt(q, DATABASE, get_record, &r);
	json_t *config = b ? runtime_parse(r.config.ptr, r.config.len) : NULL;
	bool found = config;

	if (found) {
		take_config(q, config);
		take_pod(q, &r);
	}
	bolt_close(b);
	json_decref(config);
	return found;
}

bool runtime_podman(const struct runtime_query *q)
{
	json_t *config = runtime_json(q, RUNTIME_JSON_MAX, STORAGE "/%s/userdata/config.json",
				      q->c->full_id);
	bool found;

	if (!config)
		config = runtime_json(q, RUNTIME_JSON_MAX, "/run/crun/%s/config.json",
				      q->c->full_id);
	found = config && oci_bundle_read(q, config);
	json_decref(config);
	return from_database(q) || from_lists(q) || found;
}
