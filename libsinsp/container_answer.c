/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What somebody who was asked says of a container. What is known already came from the kernel or
 * from files that only the runtime writes, at a time when the container began: an answer never
 * replaces it, it only fills what is empty.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "container_json.h"
#include "inspector.h"

/* Strings that are filled. */
static const size_t strings[] = {
#define AT(f) offsetof(struct sinsp_container, f)
	AT(name),
	AT(image),
	AT(image_id),
	AT(image_repo),
	AT(image_tag),
	AT(image_digest),
	AT(pod_name),
	AT(pod_namespace),
	AT(pod_uid),
	AT(pod_sandbox_id),
	AT(ip),
	AT(mounts),
	AT(healthcheck),
	AT(liveness_probe),
	AT(readiness_probe),
	AT(cni_json),
	AT(pod_labels),
	AT(kube),
	AT(annotations),
	AT(user),
	AT(command),
	AT(env),
	AT(ports),
	AT(capabilities),
};

/* True if either says so: who does not say knows of none. */
static const size_t flags[] = {
	AT(is_pod_sandbox), AT(privileged), AT(host_pid), AT(host_network), AT(host_ipc),
};

/* 0: unknown. */
static const size_t numbers[] = {
	AT(memory_limit), AT(swap_limit), AT(cpu_shares),
	AT(cpu_quota),	  AT(cpu_period), AT(cpuset_cpu_count),
#undef AT
};

static bool fill_strings(struct sinsp_container *c, const struct sinsp_container *got)
{
	bool any = false;
	size_t i;

	for (i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		const char **to = (const char **)((char *)c + strings[i]);
		const char *from = *(const char *const *)((const char *)got + strings[i]);

		if (**to || !*from)
			continue;
		*to = from;
		any = true;
	}
	return any;
}

static bool fill_flags(struct sinsp_container *c, const struct sinsp_container *got)
{
	bool any = false;
	size_t i;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		bool *to = (bool *)((char *)c + flags[i]);

		if (*to || !*(const bool *)((const char *)got + flags[i]))
			continue;
		*to = true;
		any = true;
	}
	return any;
}

static bool fill_numbers(struct sinsp_container *c, const struct sinsp_container *got)
{
	bool any = false;
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		int64_t *to = (int64_t *)((char *)c + numbers[i]);
		int64_t from = *(const int64_t *)((const char *)got + numbers[i]);

		if (*to || !from)
			continue;
		*to = from;
		any = true;
	}
	return any;
}

static bool has_label(const struct sinsp_container *c, const char *key)
{
	size_t i;

	for (i = 0; i < c->n_labels; i++)
		if (strcmp(c->labels[i].key, key) == 0)
			return true;
	return false;
}

static bool fill_labels(struct sinsp_container *c, const struct sinsp_container *got)
{
	size_t i, n = c->n_labels;
	struct sinsp_label *labels;

	if (!got->n_labels)
		return false;
	labels = reallocarray(c->labels, n + got->n_labels, sizeof(*labels));
	if (!labels)
		return false;
	c->labels = labels;
	for (i = 0; i < got->n_labels; i++)
		if (!has_label(c, got->labels[i].key))
			c->labels[c->n_labels++] = got->labels[i];
	return c->n_labels > n;
}

static bool fill(struct sinsp_container *c, const struct sinsp_container *got)
{
	bool any = fill_strings(c, got);

	any |= fill_flags(c, got);
	any |= fill_numbers(c, got);
	any |= fill_labels(c, got);
	if (!c->created && got->created) {
		c->created = got->created;
		any = true;
	}
	c->has_metadata |= any && (*got->name || *got->image);
	return any;
}

int sinsp_learn_container(struct sinsp *s, const char *json, size_t len)
{
	struct sinsp_container got;
	struct container *c = NULL;
	int rc;

	if (!s->live)
		return 0;
	if (intern_sweep_due(s->kept))
		sinsp_sweep_kept(s);
	containers_init_one(&got);
	rc = container_json_decode(json, len, &got, s->kept);
	if (rc == 0)
		c = containers_find(&s->containers, got.id, strlen(got.id));
	if (c && strcmp(c->pub.full_id, got.full_id) == 0) {
		c->pub.answered = true;
		rc = fill(&c->pub, &got);
		if (rc)
			containers_announce(&s->containers, c, c->tid);
	}
	free(got.labels);
	return rc;
}
