/* SPDX-License-Identifier: BSD-2-Clause */
/* Mounts and health checks: the parts of a container event that are no plain strings there. */
#include <errno.h>
#include <string.h>

#include "container_json.h"
#include "runtime.h"

#define MOUNTS_MAX  128u
#define DETAILS_MAX 16384u /* of the text of all mounts, or of one command line */

static const struct probe {
	const char *key;
	size_t field;
} probes[] = {
	{ "Healthcheck", offsetof(struct sinsp_container, healthcheck) },
	{ "LivenessProbe", offsetof(struct sinsp_container, liveness_probe) },
	{ "ReadinessProbe", offsetof(struct sinsp_container, readiness_probe) },
};

static const char *const mount_keys[] = { "Source", "Destination", "Mode", "RW", "Propagation" };
#define MOUNT_KEYS (sizeof(mount_keys) / sizeof(mount_keys[0]))

/* @s without what separates the parts. */
static void add_part(struct sinsp_text *t, const char *s)
{
	size_t i, begin = t->len;

	sinsp_text_puts(t, s);
	for (i = begin; i < t->len; i++)
		if (t->ptr[i] == SINSP_MOUNT_END || t->ptr[i] == SINSP_MOUNT_PART)
			t->ptr[i] = ' ';
}

static void keep_text(const struct runtime_query *q, const char **field, struct sinsp_text *t)
{
	if (t->len && !t->failed && t->len <= DETAILS_MAX)
		*field = intern_str(q->pool, t->ptr, t->len);
	sinsp_text_free(t);
}

void container_mounts_decode(const struct runtime_query *q, json_t *mounts)
{
	static const char part[] = { SINSP_MOUNT_PART }, end[] = { SINSP_MOUNT_END };
	struct sinsp_text t = { 0 };
	size_t i, k;
	json_t *m, *v;

	json_array_foreach(mounts, i, m)
	{
		if (i == MOUNTS_MAX)
			break;
		for (k = 0; k < MOUNT_KEYS; k++) {
			v = json_object_get(m, mount_keys[k]);
			if (k)
				sinsp_text_add(&t, part, 1);
			if (json_is_boolean(v))
				sinsp_text_puts(&t, json_is_true(v) ? "true" : "false");
			else if (json_is_string(v))
				add_part(&t, json_string_value(v));
		}
		sinsp_text_add(&t, end, 1);
	}
	keep_text(q, &q->c->mounts, &t);
}

/* The command line of {"exe": ..., "args": [...]}. */
static void decode_probe(const struct runtime_query *q, json_t *probe, const char **field)
{
	json_t *args = json_object_get(probe, "args"), *a;
	struct sinsp_text t = { 0 };
	size_t i;

	sinsp_text_puts(&t, runtime_str(probe, "exe", NULL));
	json_array_foreach(args, i, a)
	{
		if (!json_is_string(a))
			continue;
		sinsp_text_puts(&t, " ");
		sinsp_text_puts(&t, json_string_value(a));
	}
	keep_text(q, field, &t);
}

/* The first word says how the others are run: not at all, by themselves, or by a shell. */
void container_health_decode(const struct runtime_query *q, json_t *check)
{
	json_t *test = json_object_get(check, "Test");
	const char *how = json_string_value(json_array_get(test, 0));

	if (!how || strcmp(how, "NONE") == 0)
		return;
	if (strcmp(how, "CMD") == 0 || strcmp(how, "CMD-SHELL") == 0)
		json_array_remove(test, 0);
	container_command_decode(q, test, &q->c->healthcheck);
}

void container_details_decode(const struct runtime_query *q, json_t *o)
{
	size_t i;

	container_mounts_decode(q, json_object_get(o, "Mounts"));
	for (i = 0; i < sizeof(probes) / sizeof(probes[0]); i++)
		decode_probe(q, json_object_get(o, probes[i].key),
			     (const char **)((char *)q->c + probes[i].field));
}

bool container_next_mount(const char **p, struct sinsp_mount *m)
{
	const char *end = strchr(*p, SINSP_MOUNT_END), *s = *p, *stop;
	size_t k;

	if (!end)
		return false;
	for (k = 0; k < SINSP_MOUNT_PARTS; k++) {
		stop = memchr(s, SINSP_MOUNT_PART, (size_t)(end - s));
		if (!stop)
			stop = end;
		m->part[k] = s;
		m->len[k] = (size_t)(stop - s);
		s = stop < end ? stop + 1 : end;
	}
	*p = end + 1;
	return true;
}

int container_details_encode(const struct sinsp_container *c, json_t *o)
{
	json_t *mounts = json_array(), *m, *probe;
	const char *p = c->mounts ? c->mounts : "", *line;
	struct sinsp_mount mount;
	size_t i, k;

	while (container_next_mount(&p, &mount)) {
		m = json_object();
		for (k = 0; k < MOUNT_KEYS; k++)
			json_object_set_new(m, mount_keys[k],
					    k == SINSP_MOUNT_RW
						    ? json_boolean(mount.len[k] == 4)
						    : json_stringn(mount.part[k], mount.len[k]));
		json_array_append_new(mounts, m);
	}
	for (i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
		memcpy(&line, (const char *)c + probes[i].field, sizeof(line));
		if (!line || !*line)
			continue;
		probe = json_object();
		json_object_set_new(probe, "exe", json_string(line));
		json_object_set_new(probe, "args", json_array());
		json_object_set_new(o, probes[i].key, probe);
	}
	return json_object_set_new(o, "Mounts", mounts) < 0 ? -ENOMEM : 0;
}
