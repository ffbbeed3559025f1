/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CRI, the interface of containerd, CRI-O and others to the kubelet: gRPC. First the container;
 * what is none may be a pod's sandbox. Then the sandbox of the container's pod, which has the
 * labels of the pod and its address.
 */
#include "ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cri.pb-c.h"
#include "sinsp.h"

enum step { STEP_CONTAINER, STEP_SANDBOX, STEP_POD };
enum { GRPC_OK = 0, GRPC_NOT_FOUND = 5, GRPC_UNIMPLEMENTED = 12 };
enum { NAMESPACE_OF_NODE = 2 };

#define FRAME_HEAD 5u /* a byte: whether it is compressed; four: the length */

/* ---- calls ---- */

/* A message in a frame of its own. */
static bool pack(struct ask_call *c, const ProtobufCMessage *m)
{
	size_t len = protobuf_c_message_get_packed_size(m);

	c->body = calloc(1, FRAME_HEAD + len);
	if (!c->body)
		return false;
	c->body[3] = (uint8_t)(len >> 8);
	c->body[4] = (uint8_t)len;
	protobuf_c_message_pack(m, c->body + FRAME_HEAD);
	c->body_len = FRAME_HEAD + len;
	return true;
}

static bool call(const struct ask_job *job, bool old, struct ask_call *c)
{
	const char *version = old ? "v1alpha2" : "v1";
	char id[ASK_ID_MAX];

	snprintf(id, sizeof(id), "%s", job->step == STEP_POD ? job->other : job->id);
	snprintf(c->path, sizeof(c->path), "/runtime.%s.RuntimeService/%s", version,
		 job->step == STEP_CONTAINER ? "ContainerStatus" : "PodSandboxStatus");
	if (job->step == STEP_CONTAINER) {
		Cri__ContainerStatusRequest m = CRI__CONTAINER_STATUS_REQUEST__INIT;

		m.container_id = id;
		m.verbose = 1;
		return pack(c, &m.base);
	} else {
		Cri__PodSandboxStatusRequest m = CRI__POD_SANDBOX_STATUS_REQUEST__INIT;

		m.pod_sandbox_id = id;
		return pack(c, &m.base);
	}
}

/* ---- answers ---- */

/* The only message in the answer; NULL: it has another form. */
static const uint8_t *message(const struct ask_reply *r, size_t *len)
{
	const uint8_t *p = r->body;

	if (r->len < FRAME_HEAD || p[0] != 0)
		return NULL;
	*len = (size_t)p[1] << 24 | (size_t)p[2] << 16 | (size_t)p[3] << 8 | p[4];
	return *len == r->len - FRAME_HEAD ? p + FRAME_HEAD : NULL;
}

static void take_labels(json_t *o, const char *key, Cri__Entry **labels, size_t n)
{
	json_t *all = json_object();
	size_t i;

	for (i = 0; i < n; i++)
		ask_set(all, labels[i]->key, labels[i]->value);
	json_object_set_new(o, key, all);
}

static void take_mounts(json_t *o, Cri__Mount **mounts, size_t n)
{
	static const char *const propagation[] = { "private", "rslave", "rshared" };
	json_t *all = json_array(), *m;
	size_t i;

	for (i = 0; i < n; i++) {
		m = json_object();
		ask_set(m, "Source", mounts[i]->host_path);
		ask_set(m, "Destination", mounts[i]->container_path);
		json_object_set_new(m, "Mode", json_string(""));
		json_object_set_new(m, "RW", json_boolean(!mounts[i]->readonly));
		if (mounts[i]->propagation >= 0 && mounts[i]->propagation < 3)
			ask_set(m, "Propagation", propagation[mounts[i]->propagation]);
		json_array_append_new(all, m);
	}
	json_object_set_new(o, "Mounts", all);
}

/* What the runtime adds of its own: JSON as a string. */
static void take_info(struct ask_job *job, Cri__Entry **info, size_t n)
{
	const char *sandbox;
	json_t *all = NULL, *v;
	size_t i;

	for (i = 0; i < n && !all; i++)
		if (strcmp(info[i]->key, "info") == 0)
			all = ask_parse(info[i]->value, strlen(info[i]->value));
	v = json_object_get(json_object_get(all, "config"), "linux");
	v = json_object_get(json_object_get(v, "security_context"), "privileged");
	if (!v)
		v = json_object_get(all, "privileged");
	json_object_set_new(job->known, "privileged", json_boolean(json_is_true(v)));
	sandbox = ask_str(all, "sandboxID", NULL);
	if (ask_is_plain(sandbox)) {
		snprintf(job->other, sizeof(job->other), "%s", sandbox);
		ask_set(job->known, "pod_sandbox_id", sandbox);
	}
	json_decref(all);
}

static bool take_container(struct ask_job *job, const Cri__ContainerStatusResponse *m)
{
	const Cri__ContainerStatus *s = m->status;
	const char *ref, *digest;
	json_t *o;

	if (!s || strcmp(s->id, job->id) != 0)
		return false;
	ref = s->image_ref;
	digest = strchr(ref, '@');
	o = job->known = ask_container(SINSP_CT_CRI, job->id);
	ask_set(o, "name", s->metadata ? s->metadata->name : NULL);
	ask_set_image(o, s->image ? s->image->image : NULL, digest ? digest + 1 : NULL);
	if (!digest)
		ask_set(o, "imageid", ref);
	if (s->created_at > 0)
		json_object_set_new(o, "created_time", json_integer(s->created_at / 1000000000));
	take_labels(o, "labels", s->labels, s->n_labels);
	take_mounts(o, s->mounts, s->n_mounts);
	take_info(job, m->info, m->n_info);
	return true;
}

/* Labels that the kubelet gives each pod; others who make pods may not. */
static void take_pod_metadata(json_t *o, const Cri__PodMetadata *pod)
{
	const struct {
		const char *key, *value;
	} rows[] = {
		{ "io.kubernetes.pod.name", pod->name },
		{ "io.kubernetes.pod.namespace", pod->ns },
		{ "io.kubernetes.pod.uid", pod->uid },
	};
	json_t *labels = json_object_get(o, "pod_sandbox_labels");
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!json_object_get(labels, rows[i].key))
			ask_set(labels, rows[i].key, rows[i].value);
}

static void take_namespaces(json_t *o, const Cri__NamespaceOption *ns)
{
	json_object_set_new(o, "host_network", json_boolean(ns->network == NAMESPACE_OF_NODE));
	json_object_set_new(o, "host_pid", json_boolean(ns->pid == NAMESPACE_OF_NODE));
	json_object_set_new(o, "host_ipc", json_boolean(ns->ipc == NAMESPACE_OF_NODE));
}

static bool take_sandbox(struct ask_job *job, const Cri__PodSandboxStatusResponse *m)
{
	const Cri__PodSandboxStatus *s = m->status;
	json_t *o;

	if (!s || strcmp(s->id, job->step == STEP_POD ? job->other : job->id) != 0)
		return false;
	if (job->step == STEP_SANDBOX) {
		job->known = ask_container(SINSP_CT_CRI, job->id);
		json_object_set_new(job->known, "is_pod_sandbox", json_true());
		ask_set(job->known, "pod_sandbox_id", job->id);
		ask_set(job->known, "name", s->metadata ? s->metadata->name : NULL);
	}
	o = job->known;
	take_labels(o, "pod_sandbox_labels", s->labels, s->n_labels);
	if (s->metadata)
		take_pod_metadata(o, s->metadata);
	if (s->network)
		ask_set(o, "ip", s->network->ip);
	if (s->on_linux && s->on_linux->namespaces && s->on_linux->namespaces->options)
		take_namespaces(o, s->on_linux->namespaces->options);
	return true;
}

static bool take(struct ask_job *job, const struct ask_reply *r)
{
	const ProtobufCMessageDescriptor *form =
		job->step == STEP_CONTAINER ? &cri__container_status_response__descriptor
					    : &cri__pod_sandbox_status_response__descriptor;
	ProtobufCMessage *m;
	const uint8_t *p;
	bool right;
	size_t len;

	p = message(r, &len);
	m = p ? protobuf_c_message_unpack(form, NULL, len, p) : NULL;
	if (!m)
		return false;
	right = job->step == STEP_CONTAINER ? take_container(job, (const void *)m)
					    : take_sandbox(job, (const void *)m);
	protobuf_c_message_free_unpacked(m, NULL);
	return right;
}

static enum ask_next failed(struct ask_job *job, const struct ask_reply *r, bool *old,
			    enum ask_cause *cause)
{
	if (r->grpc_status == GRPC_UNIMPLEMENTED && !*old) {
		*old = true;
		return ASK_NEXT_CALL;
	}
	if (r->grpc_status == GRPC_NOT_FOUND && job->step == STEP_CONTAINER) {
		job->step = STEP_SANDBOX;
		return ASK_NEXT_CALL;
	}
	*cause = r->grpc_status == GRPC_NOT_FOUND ? ASK_UNKNOWN : ASK_REFUSED;
	if (job->step == STEP_SANDBOX)
		job->step = STEP_CONTAINER; /* for the next one who is asked */
	return ASK_FAILED;
}

static enum ask_next reply(struct ask_job *job, const struct ask_reply *r, bool *old,
			   enum ask_cause *cause)
{
	if (r->status != 200 || r->grpc_status != GRPC_OK)
		return failed(job, r, old, cause);
	if (!take(job, r)) {
		*cause = ASK_WRONG;
		return ASK_FAILED;
	}
	if (job->step != STEP_CONTAINER || !*job->other)
		return ASK_FINISHED;
	job->step = STEP_POD;
	return ASK_NEXT_CALL;
}

const struct ask_kind ask_cri = { "cri", true, call, reply };
