/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of a container event: one table of keys for both directions. */
#include "container_json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup.h"
#include "container_pairs.h"
#include "runtime.h"

#define NS_PER_S 1000000000ull
#define OWNER	 "cgroup_owner"
#define TEXT_MAX (1u << 20) /* a parsed text takes many times its size */

static const struct key {
	const char *name;
	size_t field;
	enum { STRING, FLAG } kind;
} keys[] = {
#define KEY(k, f, t)                                      \
	{                                                 \
		k, offsetof(struct sinsp_container, f), t \
	}
	KEY("id", id, STRING),
	KEY("full_id", full_id, STRING),
	KEY("name", name, STRING),
	KEY("image", image, STRING),
	KEY("imageid", image_id, STRING),
	KEY("imagerepo", image_repo, STRING),
	KEY("imagetag", image_tag, STRING),
	KEY("imagedigest", image_digest, STRING),
	KEY("ip", ip, STRING),
	KEY("pod_sandbox_id", pod_sandbox_id, STRING),
	KEY("cni_json", cni_json, STRING),
	KEY("host_pid", host_pid, FLAG),
	KEY("host_network", host_network, FLAG),
	KEY("host_ipc", host_ipc, FLAG),
	KEY("privileged", privileged, FLAG),
	KEY("is_pod_sandbox", is_pod_sandbox, FLAG),
#undef KEY
};

/* The pod is told by labels, as the kubelet sets them. */
static const struct pod_label {
	const char *label;
	size_t field;
} pod_labels[] = {
	{ "io.kubernetes.pod.name", offsetof(struct sinsp_container, pod_name) },
	{ "io.kubernetes.pod.namespace", offsetof(struct sinsp_container, pod_namespace) },
	{ "io.kubernetes.pod.uid", offsetof(struct sinsp_container, pod_uid) },
};

/* Objects of strings. */
static const struct key pairs[] = {
	{ "pod_sandbox_labels", offsetof(struct sinsp_container, pod_labels), STRING },
	{ "kubernetes", offsetof(struct sinsp_container, kube), STRING },
	{ "annotations", offsetof(struct sinsp_container, annotations), STRING },
};

static const char *string_at(const struct sinsp_container *c, size_t field)
{
	const char *s = *(const char *const *)((const char *)c + field);

	return s ? s : "";
}

json_t *container_json_text(const char *s)
{
	json_t *j = json_string(s);
	char *copy, *p;

	if (j)
		return j;
	copy = strdup(s);
	if (!copy)
		return NULL;
	for (p = copy; *p; p++)
		if ((unsigned char)*p >= 0x80)
			*p = '?';
	j = json_string(copy);
	free(copy);
	return j;
}

/* Keys are names of labels, which can be cut inside a character: the same goes for them. */
static void set_label(json_t *o, const char *key, const char *value)
{
	json_t *k = container_json_text(key);

	if (k)
		json_object_set_new(o, json_string_value(k), container_json_text(value));
	json_decref(k);
}

static json_t *labels_of(const struct sinsp_container *c)
{
	json_t *o = json_object();
	size_t i;

	for (i = 0; i < c->n_labels; i++)
		set_label(o, c->labels[i].key, c->labels[i].value);
	for (i = 0; i < sizeof(pod_labels) / sizeof(pod_labels[0]); i++) {
		const char *s = string_at(c, pod_labels[i].field);

		if (*s)
			json_object_set_new(o, pod_labels[i].label, container_json_text(s));
	}
	return o;
}

int container_json_encode(const struct sinsp_container *c, struct sinsp_text *out)
{
	json_t *o = json_object(), *root = json_object();
	char *s;
	size_t i;

	json_object_set_new(o, "type", json_integer(c->type));
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *at = (const char *)c + keys[i].field;

		if (keys[i].kind == FLAG)
			json_object_set_new(o, keys[i].name, json_boolean(*(const bool *)at));
		else
			json_object_set_new(o, keys[i].name,
					    container_json_text(string_at(c, keys[i].field)));
	}
	if (c->owner && *c->owner && *c->owner != '?')
		json_object_set_new(o, OWNER, container_json_text(c->owner));
	json_object_set_new(o, "labels", labels_of(c));
	container_details_encode(c, o);
	container_spec_encode(c, o);
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (*string_at(c, pairs[i].field))
			json_object_set_new(o, pairs[i].name,
					    container_pairs_encode(string_at(c, pairs[i].field)));
	if (c->oom_kills)
		json_object_set_new(o, "oom_kills", json_integer((json_int_t)c->oom_kills));
	json_object_set_new(o, "created_time", json_integer((json_int_t)(c->created / NS_PER_S)));
	/* 1: successful, 2: failed */
	json_object_set_new(o, "lookup_state", json_integer(c->has_metadata ? 1 : 2));
	json_object_set_new(root, "container", o);
	s = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	if (!s)
		return -ENOMEM;
	sinsp_text_puts(out, s);
	free(s);
	return out->failed ? -ENOMEM : 0;
}

static enum sinsp_container_type type_of(json_t *o)
{
	json_t *t = json_object_get(o, "type");
	json_int_t v = json_integer_value(t);

	return json_is_integer(t) && v >= 0 && v <= SINSP_CT_PODMAN ? (enum sinsp_container_type)v
								    : SINSP_CT_UNKNOWN;
}

static void decode_labels(const struct runtime_query *q, json_t *o)
{
	json_t *labels = json_object_get(o, "labels");
	json_t *pod = json_object_get(o, "pod_sandbox_labels");
	size_t i;

	runtime_labels(q, labels);
	for (i = 0; i < sizeof(pod_labels) / sizeof(pod_labels[0]); i++) {
		const char **field = (const char **)((char *)q->c + pod_labels[i].field);

		runtime_set(q, field, runtime_str(pod, pod_labels[i].label, NULL));
		runtime_set(q, field, runtime_str(labels, pod_labels[i].label, NULL));
	}
}

int container_json_decode(const char *p, size_t len, struct sinsp_container *c, struct intern *pool)
{
	const struct runtime_query q = { .root = "", .c = c, .pool = pool, .env_values = true };
	json_t *root, *o, *created;
	size_t i;
	int r = -EBADMSG;

	if (len > TEXT_MAX)
		return r;
	root = json_loadb(p, len, 0, NULL);
	o = json_object_get(root, "container");
	if (!json_is_object(o) || !*runtime_str(o, "id", NULL))
		goto out;
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		char *at = (char *)c + keys[i].field;

		if (keys[i].kind == FLAG)
			*(bool *)at = json_is_true(json_object_get(o, keys[i].name));
		else
			runtime_set(&q, (const char **)at, runtime_str(o, keys[i].name, NULL));
	}
	if (!c->full_id || !*c->full_id)
		c->full_id = c->id;
	/* What does not tell it may be of a recorder that knows nothing of it. */
	runtime_set(&q, &c->owner, runtime_str(o, OWNER, NULL));
	c->type = type_of(o);
	decode_labels(&q, o);
	container_details_decode(&q, o);
	container_spec_decode(&q, o);
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		container_pairs_decode(&q, json_object_get(o, pairs[i].name),
				       (const char **)((char *)c + pairs[i].field));
	if (json_integer_value(json_object_get(o, "oom_kills")) > 0)
		c->oom_kills = (uint64_t)json_integer_value(json_object_get(o, "oom_kills"));
	created = json_object_get(o, "created_time");
	if (json_integer_value(created) > 0 &&
	    json_integer_value(created) < INT64_MAX / (int64_t)NS_PER_S)
		c->created = (uint64_t)json_integer_value(created) * NS_PER_S;
	c->has_metadata = *string_at(c, offsetof(struct sinsp_container, name)) ||
			  *string_at(c, offsetof(struct sinsp_container, image));
	r = 0;
out:
	json_decref(root);
	return r;
}
