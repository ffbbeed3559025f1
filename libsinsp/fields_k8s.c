/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields of the Kubernetes pod that the container belongs to, and of whoever made it. */
#include <stddef.h>

#include "container_pairs.h"
#include "fields.h"
#include "kube.h"
#include "put.h"

#define SANDBOX_SHORT 12u
#define CLASS_NAME    "k8s."
#define KEY_MAX	      512u

static bool get_sandbox(struct view *c, struct field_ref *r, struct value *v)
{
	if (!field_container_string(c, r, v))
		return false;
	if (v->str.len > SANDBOX_SHORT)
		v->str.len = SANDBOX_SHORT;
	return true;
}

/* ---- labels of the pod ---- */

static bool get_pair(const char *pairs, const char *key, struct value *v)
{
	struct container_pair p;

	return container_find_pair(pairs, key, &p) && value_string(v, p.value, p.value_len);
}

/* Some runtimes tell them as the container's own. */
static bool get_pod_label(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_container *ct = field_container(c);

	if (!ct || !*ct->pod_labels)
		return field_container_label(c, r, v);
	return get_pair(ct->pod_labels, r->key, v);
}

/* Those whose key begins with @prefix, without it. */
static bool put_pairs(struct view *c, const char *pairs, const char *prefix, struct sinsp_text *out)
{
	size_t skip = strlen(prefix), begin = out->len;
	struct container_pair p;

	while (container_next_pair(&pairs, &p)) {
		if (p.key_len < skip || memcmp(p.key, prefix, skip) != 0)
			continue;
		if (out->len != begin)
			put_str(out, ", ");
		render_text(c, p.key + skip, p.key_len - skip, out);
		put_char(out, ':');
		render_text(c, p.value, p.value_len, out);
	}
	return out->len != begin;
}

static bool put_pod_labels(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	const struct sinsp_container *ct = field_container(c);

	if (!ct || !*ct->pod_labels)
		return field_container_labels(c, r, out);
	return put_pairs(c, ct->pod_labels, "", out);
}

/* ---- what the API server tells, or can be told without it ---- */

/* The field's name without its class is the key. */
static const char *key_of(const struct field_ref *r)
{
	return r->field->name + strlen(CLASS_NAME);
}

static bool get_kube(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_container *ct = field_container(c);
	const char *s;
	size_t len;

	return ct && kube_find(ct, key_of(r), &s, &len) && value_string(v, s, len);
}

/* k8s.svc.label[app]: svc.label.app */
static bool get_kube_label(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_container *ct = field_container(c);
	char key[KEY_MAX];
	int n = snprintf(key, sizeof(key), "%s.%s", key_of(r), r->key);

	return ct && n > 0 && (size_t)n < sizeof(key) && get_pair(ct->kube, key, v);
}

/* k8s.svc.labels: all svc.label.* */
static bool put_kube_labels(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	const struct sinsp_container *ct = field_container(c);
	const char *key = key_of(r);
	char prefix[KEY_MAX];

	snprintf(prefix, sizeof(prefix), "%.*s.", (int)strlen(key) - 1, key);
	return ct && put_pairs(c, ct->kube, prefix, out);
}

#define AT(m)	  .at = offsetof(struct sinsp_container, m)
#define STRING(m) .type = PT_CHARBUF, .get = field_container_string, .flags = FIELD_CONTAINER, AT(m)
#define KUBE	  .type = PT_CHARBUF, .get = get_kube
#define LABEL(what)                                                                         \
	.type = PT_CHARBUF, .get = get_kube_label, .arg = ARG_DOT | ARG_KEY | ARG_REQUIRED, \
	.doc = "One label of the " what ", from the API server."
#define LABELS(what)                                \
	.type = PT_CHARBUF, .put = put_kube_labels, \
	.doc = "All labels of the " what ", as key:value, from the API server."

static const struct field k8s_rows[] = {
	{ .name = "k8s.pod.name", STRING(pod_name), .doc = "Name of the pod." },
	{ .name = "k8s.ns.name", STRING(pod_namespace), .doc = "Namespace of the pod." },
	{ .name = "k8s.pod.id", STRING(pod_uid), .doc = "The same as k8s.pod.uid." },
	{ .name = "k8s.pod.uid", STRING(pod_uid), .doc = "Unique id of the pod." },
	{ .name = "k8s.pod.sandbox_id",
	  .type = PT_CHARBUF,
	  .get = get_sandbox,
	  AT(pod_sandbox_id),
	  .doc = "First 12 digits of the id of the pod's sandbox." },
	{ .name = "k8s.pod.full_sandbox_id",
	  STRING(pod_sandbox_id),
	  .doc = "Whole id of the pod's sandbox." },
	{ .name = "k8s.pod.cni.json", STRING(cni_json), .doc = "The same as container.cni.json." },
	{ .name = "k8s.pod.ip", STRING(ip), .doc = "Address of the pod." },
	{ .name = "k8s.pod.label",
	  .type = PT_CHARBUF,
	  .get = get_pod_label,
	  .arg = ARG_DOT | ARG_KEY | ARG_REQUIRED,
	  .doc = "One label of the pod: k8s.pod.label[app]." },
	{ .name = "k8s.pod.labels",
	  .type = PT_CHARBUF,
	  .put = put_pod_labels,
	  .doc = "All labels of the pod, as key:value." },
	{ .name = "k8s.owner.kind",
	  KUBE,
	  .doc = "What made the pod: Deployment, Job, ... or Pod." },
	{ .name = "k8s.owner.name", KUBE, .doc = "Its name; the pod's, if it was made by hand." },
	{ .name = "k8s.rc.name", KUBE, .doc = "Replication controller, from the API server." },
	{ .name = "k8s.rc.id", KUBE, .doc = "Its unique id." },
	{ .name = "k8s.rc.label", LABEL("replication controller") },
	{ .name = "k8s.rc.labels", LABELS("replication controller") },
	{ .name = "k8s.svc.name", KUBE, .doc = "Services of the pod, from the API server." },
	{ .name = "k8s.svc.id", KUBE, .doc = "Their unique ids." },
	{ .name = "k8s.svc.label", LABEL("services") },
	{ .name = "k8s.svc.labels", LABELS("services") },
	{ .name = "k8s.rs.name", KUBE, .doc = "Replica set, by the pod's name if need be." },
	{ .name = "k8s.rs.id", KUBE, .doc = "Its unique id, from the API server." },
	{ .name = "k8s.rs.label", LABEL("replica set") },
	{ .name = "k8s.rs.labels", LABELS("replica set") },
	{ .name = "k8s.deployment.name", KUBE, .doc = "Deployment, by the pod's name if need be." },
	{ .name = "k8s.deployment.id", KUBE, .doc = "Its unique id, from the API server." },
	{ .name = "k8s.deployment.label", LABEL("deployment") },
	{ .name = "k8s.deployment.labels", LABELS("deployment") },
	{ .name = "k8s.daemonset.name", KUBE, .doc = "Daemon set that made the pod." },
	{ .name = "k8s.statefulset.name", KUBE, .doc = "Stateful set that made the pod." },
	{ .name = "k8s.job.name", KUBE, .doc = "Job that made the pod." },
	{ .name = "k8s.cronjob.name", KUBE, .doc = "Its cron job." },
	{ .name = "k8s.ns.id", KUBE, .doc = "Unique id of the namespace, from the API server." },
	{ .name = "k8s.ns.label", LABEL("namespace") },
	{ .name = "k8s.ns.labels", LABELS("namespace") },
	{ .name = "k8s.node.name", KUBE, .doc = "The pod's node, from the API server." },
	{ .name = "k8s.node.label", LABEL("node") },
	{ .name = "k8s.node.labels", LABELS("node") },
};

const struct field_class fields_k8s_class = {
	.name = "k8s",
	.doc = "The Kubernetes pod that the container belongs to.",
	.fields = k8s_rows,
	.n = sizeof(k8s_rows) / sizeof(k8s_rows[0]),
};
