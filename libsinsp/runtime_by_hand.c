/* SPDX-License-Identifier: BSD-2-Clause */
/* runc and crun called by hand: their state folder says that the name is a container's. */
#include "runtime.h"

#include <string.h>

/* runc's state has "bundle=/path" among its labels; crun keeps a copy of the configuration. */
static json_t *bundle_of_runc(const struct runtime_query *q, json_t *state)
{
	json_t *labels = json_object_get(json_object_get(state, "config"), "labels");
	json_t *l;
	size_t i;

	json_array_foreach(labels, i, l)
	{
		const char *s = json_string_value(l);

		if (s && strncmp(s, "bundle=/", 8) == 0)
			return runtime_json(q, RUNTIME_JSON_MAX, "%s/config.json", s + 7);
	}
	return NULL;
}

bool runtime_by_hand(const struct runtime_query *q)
{
	json_t *state, *config = NULL;
	const char *bundle;

	state = runtime_json(q, RUNTIME_JSON_MAX, "/run/runc/%s/state.json", q->c->full_id);
	if (state) {
		config = bundle_of_runc(q, state);
	} else {
		state = runtime_json(q, RUNTIME_JSON_MAX, "/run/crun/%s/status", q->c->full_id);
		if (!state)
			return false;
		config = runtime_json(q, RUNTIME_JSON_MAX, "/run/crun/%s/config.json",
				      q->c->full_id);
		bundle = runtime_str(state, "bundle", NULL);
		if (!config && *bundle == '/')
			config = runtime_json(q, RUNTIME_JSON_MAX, "%s/config.json", bundle);
	}
	q->c->created = runtime_time(runtime_str(state, "created", NULL));
	json_decref(state);
	if (config)
		oci_bundle_read(q, config);
	json_decref(config);
	if (!*q->c->name)
		runtime_set(q, &q->c->name, q->c->id);
	return true;
}
