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

/* As crun tells it, and as runc does: where it is mounted, with v1 below its controllers' folder.
 */
static bool is_at(const char *told, const char *home, size_t len)
{
	static const char mounted[] = "/sys/fs/cgroup";
	size_t n = strlen(mounted);

	if (strncmp(told, mounted, n) == 0 && told[n] == '/') {
		told += n;
		if (strlen(told) > len)
			told += 1 + strcspn(told + 1, "/");
	}
	return strlen(told) == len && memcmp(told, home, len) == 0;
}

static void compare(enum runtime_place *place, const char *told, const char *home, size_t len)
{
	if (*place == RUNTIME_HERE || *told != '/')
		return;
	*place = is_at(told, home, len) ? RUNTIME_HERE : RUNTIME_ELSEWHERE;
}

enum runtime_place runtime_place(const struct runtime_files *from, const char *id, const char *home,
				 size_t len)
{
	const struct runtime_query q = { .root = from->root, .local = from->local };
	enum runtime_place place = RUNTIME_NOT_TOLD;
	json_t *state, *path;
	const char *key, *s;

	state = runtime_json(&q, RUNTIME_JSON_MAX, "/run/runc/%s/state.json", id);
	json_object_foreach(json_object_get(state, "cgroup_paths"), key, path)
	{
		s = json_string_value(path);
		compare(&place, s ? s : "", home, len);
	}
	json_decref(state);
	if (place != RUNTIME_NOT_TOLD)
		return place;
	state = runtime_json(&q, RUNTIME_JSON_MAX, "/run/crun/%s/status", id);
	compare(&place, runtime_str(state, "cgroup-path", NULL), home, len);
	json_decref(state);
	return place;
}
