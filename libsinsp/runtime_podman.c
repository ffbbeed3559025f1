/* SPDX-License-Identifier: BSD-2-Clause */
/* podman: the storage library's list of containers, and the container's bundle beside it. */
#include "runtime.h"

#include <string.h>

#define STORAGE	 "/var/lib/containers/storage/overlay-containers"
#define LIST_MAX (16u << 20) /* one file for all containers of a host */

static json_t *find(json_t *list, const char *id)
{
	size_t i;
	json_t *e;

	json_array_foreach(list, i, e) if (strcmp(runtime_str(e, "id", NULL), id) == 0) return e;
	return NULL;
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
	/* --rm containers are in the second list with newer versions */
	static const char *const lists[] = { "containers.json", "volatile-containers.json" };
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
		json_t *list = runtime_json(q, LIST_MAX, STORAGE "/%s", lists[i]);
		json_t *entry = find(list, q->c->full_id);

		if (entry) {
			read_entry(q, entry);
			found = true;
		}
		json_decref(list);
	}
	return found;
}
