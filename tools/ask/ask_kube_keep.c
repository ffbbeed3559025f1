/* SPDX-License-Identifier: BSD-2-Clause */
/* What is kept of an object of the API server; the rest of it goes. */
#include "ask_kube.h"

#include <string.h>

static void copy(json_t *to, const char *key, json_t *value)
{
	if (value)
		json_object_set(to, key, value);
}

/*
 * The one that is responsible, of those that own it. A node is not: it runs the pod of a file of
 * its own, which nobody made.
 */
static json_t *controller(json_t *meta)
{
	json_t *o, *all = json_object_get(meta, "ownerReferences");
	size_t i;

	json_array_foreach(all, i, o) if (json_is_true(json_object_get(o, "controller")) &&
					  strcmp(ask_str(o, "kind", NULL), "Node") != 0) return o;
	return NULL;
}

const char *ask_kube_uid(const json_t *object)
{
	const json_t *meta = json_object_get(object, "metadata");
	const char *mirrored = ask_str(meta, "annotations", "kubernetes.io/config.mirror");

	return *mirrored ? mirrored : ask_str(meta, "uid", NULL);
}

json_t *ask_kube_keep(json_t *object)
{
	json_t *meta = json_object_get(object, "metadata"), *o = json_object(), *owner;
	json_t *spec = json_object_get(object, "spec");

	copy(o, "name", json_object_get(meta, "name"));
	copy(o, "namespace", json_object_get(meta, "namespace"));
	json_object_set_new(o, "uid", json_string(ask_kube_uid(object)));
	copy(o, "labels", json_object_get(meta, "labels"));
	copy(o, "node", json_object_get(spec, "nodeName"));
	copy(o, "selector", json_object_get(spec, "selector"));
	owner = controller(meta);
	if (owner) {
		json_t *kept = json_object();

		copy(kept, "kind", json_object_get(owner, "kind"));
		copy(kept, "name", json_object_get(owner, "name"));
		copy(kept, "uid", json_object_get(owner, "uid"));
		json_object_set_new(o, "owner", kept);
	}
	return o;
}
