/* SPDX-License-Identifier: BSD-2-Clause */
/* podman: the storage library's list of containers, and the container's bundle beside it. */
#include "runtime.h"

#include <string.h>

#define STORAGE	 "/var/lib/containers/storage/overlay-containers"
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

bool runtime_podman(const struct runtime_query *q)
{
	bool found = false;
	json_t *config;
	size_t i;

	config = runtime_json(q, RUNTIME_JSON_MAX, STORAGE "/%s/userdata/config.json",
			      q->c->full_id);
	if (!config)
		config = runtime_json(q, RUNTIME_JSON_MAX, "/run/crun/%s/config.json",
				      q->c->full_id);
	if (config)
		found = oci_bundle_read(q, config);
	json_decref(config);
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
