/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who made a pod. Controllers leave marks in the labels of the pods that they make, and name them
 * by a rule: NAME-HASH-xxxxx for those of a Deployment by its ReplicaSet, NAME-xxxxx for those of a
 * DaemonSet, NAME-0 for those of a StatefulSet, and NAME-TIME for the jobs of a CronJob.
 */
#include "kube.h"

#include <string.h>

#include "container_pairs.h"

#define SUFFIX	 5u /* of what is made many times */
#define HASH_MIN 8u /* of a template, written with letters that make no words */
#define HASH_MAX 10u
#define LETTERS	 "bcdfghjklmnpqrstvwxz2456789"
#define DIGITS	 "0123456789"

struct text {
	const char *ptr;
	size_t len;
};

struct maker {
	const char *kind; /* as Kubernetes calls it */
	struct text name;
	struct text rs; /* that a Deployment made for it */
	struct text job;
};

static struct text text(const char *s)
{
	return (struct text){ s, strlen(s) };
}

static bool find_label(const struct sinsp_container *c, const char *key, struct text *value)
{
	struct container_pair p;
	size_t i;

	if (container_find_pair(c->pod_labels, key, &p)) {
		*value = (struct text){ p.value, p.value_len };
		return true;
	}
	for (i = 0; i < c->n_labels; i++)
		if (strcmp(c->labels[i].key, key) == 0) {
			*value = text(c->labels[i].value);
			return true;
		}
	return false;
}

/* Takes off a last part, behind a '-', of @min to @max of these letters. */
static bool take_off(struct text *name, const char *letters, size_t min, size_t max)
{
	const char *dash = memrchr(name->ptr, '-', name->len);
	size_t n = dash ? name->len - (size_t)(dash - name->ptr) - 1 : 0, i;

	if (!dash || dash == name->ptr || n < min || n > max)
		return false;
	for (i = 1; i <= n; i++)
		if (!strchr(letters, dash[i]))
			return false;
	name->len -= n + 1;
	return true;
}

static bool of_deployment(struct maker *m, const struct text *hash)
{
	struct text name = m->name;

	if (!take_off(&name, LETTERS, SUFFIX, SUFFIX))
		return false;
	m->rs = name;
	if (!take_off(&name, hash ? LETTERS DIGITS "aeiouy" : LETTERS, hash ? 1 : HASH_MIN,
		      hash ? 63 : HASH_MAX))
		return false;
	if (hash && (m->rs.len - name.len - 1 != hash->len ||
		     memcmp(name.ptr + name.len + 1, hash->ptr, hash->len) != 0))
		return false;
	m->kind = "Deployment";
	m->name = name;
	return true;
}

static bool with_suffix(struct maker *m, const char *kind, const char *letters, size_t min,
			size_t max)
{
	if (!take_off(&m->name, letters, min, max))
		return false;
	m->kind = kind;
	return true;
}

/*
 * A CronJob calls its jobs by their time: minutes since 1970 from Kubernetes 1.21 on, seconds
 * before that. Numbers of this century's third to seventh decade; a date as 20300131 is none.
 */
static bool is_time(const struct text *name)
{
	const char *p = memrchr(name->ptr, '-', name->len);
	size_t n = p ? name->len - (size_t)(p - name->ptr) - 1 : 0;

	return (n == 8 && (p[1] == '3' || (p[1] == '2' && p[2] >= '6'))) ||
	       (n == 10 && p[1] == '1' && p[2] >= '5');
}

static bool of_job(struct maker *m, struct text job)
{
	m->kind = "Job";
	m->name = m->job = job;
	if (is_time(&job))
		with_suffix(m, "CronJob", DIGITS, 8, 10);
	return true;
}

static bool by_labels(const struct sinsp_container *c, struct maker *m)
{
	struct text v;

	if (find_label(c, "pod-template-hash", &v))
		return of_deployment(m, &v);
	if (find_label(c, "batch.kubernetes.io/job-name", &v) || find_label(c, "job-name", &v))
		return of_job(m, v);
	if (find_label(c, "pod-template-generation", &v))
		return with_suffix(m, "DaemonSet", LETTERS, SUFFIX, SUFFIX);
	if (find_label(c, "statefulset.kubernetes.io/pod-name", &v) ||
	    find_label(c, "controller-revision-hash", &v))
		return with_suffix(m, "StatefulSet", DIGITS, 1, 10);
	return false;
}

/* False: the container is in no pod. */
static bool find_maker(const struct sinsp_container *c, struct maker *m)
{
	if (!*c->pod_name)
		return false;
	*m = (struct maker){ .kind = "Pod", .name = text(c->pod_name) };
	/* Of a pod without a label nothing was told: only its name is left. */
	if (!by_labels(c, m) && !*c->pod_labels)
		of_deployment(m, NULL);
	return true;
}

static bool is_of_kind(const char *key, const char *kind)
{
	static const struct {
		const char *key, *kind;
	} rows[] = {
		{ "deployment.name", "Deployment" },
		{ "daemonset.name", "DaemonSet" },
		{ "statefulset.name", "StatefulSet" },
		{ "cronjob.name", "CronJob" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].key, key) == 0)
			return strcmp(rows[i].kind, kind) == 0;
	return false;
}

static bool derive(const struct sinsp_container *c, const char *key, struct text *v)
{
	struct maker m;

	if (!find_maker(c, &m))
		return false;
	if (strcmp(key, "owner.kind") == 0)
		*v = text(m.kind);
	else if (strcmp(key, "rs.name") == 0)
		*v = m.rs;
	else if (strcmp(key, "job.name") == 0)
		*v = m.job;
	else if (strcmp(key, "owner.name") == 0 || is_of_kind(key, m.kind))
		*v = m.name;
	else
		return false;
	return v->len > 0;
}

bool kube_find(const struct sinsp_container *c, const char *key, const char **value, size_t *len)
{
	struct container_pair p;
	struct text v;

	if (container_find_pair(c->kube, key, &p)) {
		*value = p.value;
		*len = p.value_len;
		return true;
	}
	/* Who was told of by the server was told of in whole. */
	if (container_find_pair(c->kube, "owner.kind", &p) || !derive(c, key, &v))
		return false;
	*value = v.ptr;
	*len = v.len;
	return true;
}

bool sinsp_container_owner(const struct sinsp_container *c, struct sinsp_owner *o)
{
	return kube_find(c, "owner.kind", &o->kind, &o->kind_len) &&
	       kube_find(c, "owner.name", &o->name, &o->name_len);
}
