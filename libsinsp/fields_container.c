/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields of the container that the thread is in, and of its pod. */
#include <stddef.h>

#include "container_pairs.h"
#include "fields.h"
#include "put.h"

#define HOST "host" /* id, name and type of what is in no container */

const struct sinsp_container *field_container(const struct view *c)
{
	if (c->ev->told)
		return c->ev->told;
	return c->ev->thread ? c->ev->thread->container : NULL;
}

static bool on_host(const struct view *c)
{
	return c->ev->thread && !field_container(c);
}

bool field_container_string(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_container *ct = field_container(c);
	const char *s;

	if (!ct)
		return false;
	memcpy(&s, (const char *)ct + r->field->at, sizeof(s));
	return *s && value_cstr(v, s);
}

static bool get_or_host(struct view *c, struct field_ref *r, struct value *v)
{
	return on_host(c) ? value_cstr(v, HOST) : field_container_string(c, r, v);
}

static const char *type_name(enum sinsp_container_type type)
{
	static const char *const names[] = {
		[SINSP_CT_DOCKER] = "docker",
		[SINSP_CT_LXC] = "lxc",
		[SINSP_CT_LIBVIRT_LXC] = "libvirt-lxc",
		[SINSP_CT_MESOS] = "mesos",
		[SINSP_CT_RKT] = "rkt",
		[SINSP_CT_CUSTOM] = "custom",
		[SINSP_CT_CRI] = "cri",
		[SINSP_CT_CONTAINERD] = "containerd",
		[SINSP_CT_CRIO] = "cri-o",
		[SINSP_CT_BPM] = "bpm",
		[SINSP_CT_STATIC] = "static",
		[SINSP_CT_PODMAN] = "podman",
	};

	return (size_t)type < sizeof(names) / sizeof(names[0]) ? names[type] : NULL;
}

static bool get_type(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_container *ct = field_container(c);
	const char *name;

	(void)r;
	if (on_host(c))
		return value_cstr(v, HOST);
	name = ct ? type_name(ct->type) : NULL;
	return name && value_cstr(v, name);
}

static bool get_flag(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_container *ct = field_container(c);

	return ct && ct->has_metadata &&
	       value_bool(v, *(const bool *)((const char *)ct + r->field->at));
}

static uint64_t start_of(const struct sinsp_container *ct)
{
	return ct->created ? ct->created : ct->first_ts;
}

static bool get_start(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_container *ct = field_container(c);

	(void)r;
	return ct && start_of(ct) && value_u64(v, start_of(ct));
}

static bool get_duration(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_container *ct = field_container(c);
	uint64_t ts = c->ev->raw.hdr->ts;

	(void)r;
	if (!ct || !start_of(ct))
		return false;
	return value_u64(v, ts > start_of(ct) ? ts - start_of(ct) : 0);
}

/* A check that the container does not have is told as such. */
static bool get_check(struct view *c, struct field_ref *r, struct value *v)
{
	return field_container_string(c, r, v) || (field_container(c) && value_cstr(v, "NONE"));
}

/* ---- labels ---- */

bool field_container_label(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_container *ct = field_container(c);
	size_t i;

	for (i = 0; ct && i < ct->n_labels; i++)
		if (!strcmp(ct->labels[i].key, r->key))
			return value_cstr(v, ct->labels[i].value);
	return false;
}

static bool has_prefix(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

bool field_container_labels(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	const struct sinsp_container *ct = field_container(c);
	size_t i, begin = out->len;

	(void)r;
	for (i = 0; ct && i < ct->n_labels; i++) {
		const struct sinsp_label *l = &ct->labels[i];

		/* What the orchestrator keeps for itself. */
		if (has_prefix(l->key, "io.kubernetes.") || has_prefix(l->key, "annotation."))
			continue;
		if (out->len != begin)
			put_str(out, ", ");
		render_text(c, l->key, strlen(l->key), out);
		put_char(out, ':');
		render_text(c, l->value, strlen(l->value), out);
	}
	return out->len != begin;
}

/* ---- lists, one a line ---- */

static bool put_lines(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	const struct sinsp_container *ct = field_container(c);
	size_t begin = out->len, len;
	const char *s = "";

	if (ct)
		memcpy(&s, (const char *)ct + r->field->at, sizeof(s));
	for (; *s; s += len + (s[len] != '\0')) {
		len = strcspn(s, "\n");
		if (out->len != begin)
			put_str(out, ", ");
		render_text(c, s, len, out);
	}
	return out->len != begin;
}

static bool get_annotation(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_container *ct = field_container(c);
	struct container_pair p;

	return ct && container_find_pair(ct->annotations, r->key, &p) &&
	       value_string(v, p.value, p.value_len);
}

static bool put_annotations(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	const struct sinsp_container *ct = field_container(c);
	const char *s = ct ? ct->annotations : "";
	struct container_pair p;
	size_t begin = out->len;

	(void)r;
	while (container_next_pair(&s, &p)) {
		if (out->len != begin)
			put_str(out, ", ");
		render_text(c, p.key, p.key_len, out);
		put_char(out, ':');
		render_text(c, p.value, p.value_len, out);
	}
	return out->len != begin;
}

/* A limit that is not there is none. */
static bool get_limit(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_container *ct = field_container(c);
	int64_t n = 0;

	if (ct)
		memcpy(&n, (const char *)ct + r->field->at, sizeof(n));
	return n > 0 && value_u64(v, (uint64_t)n);
}

#define AT(m)	  .at = offsetof(struct sinsp_container, m)
#define STRING(m) .type = PT_CHARBUF, .get = field_container_string, .flags = FIELD_CONTAINER, AT(m)
#define CHECK(m)  .type = PT_CHARBUF, .get = get_check, AT(m)
#define OR_HOST(m) \
	.type = PT_CHARBUF, .get = get_or_host, .flags = FIELD_CONTAINER | FIELD_HOST, AT(m)
#define CT_FLAG(m) .type = PT_BOOL, .get = get_flag, AT(m)
#define LABEL \
	.type = PT_CHARBUF, .get = field_container_label, .arg = ARG_DOT | ARG_KEY | ARG_REQUIRED

static bool get_end(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_container *ct = field_container(c);

	(void)r;
	return ct && ct->ended && value_u64(v, ct->ended);
}

static bool get_exit_code(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_container *ct = field_container(c);

	(void)r;
	return ct && ct->ended && value_u64(v, ct->exit_code);
}

static bool get_oom_kills(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_container *ct = field_container(c);

	(void)r;
	return ct && value_u64(v, ct->oom_kills);
}

#define LINES(m) .type = PT_CHARBUF, .put = put_lines, AT(m)
#define LIMIT(m) .type = PT_UINT64, .format = PF_DEC, .get = get_limit, AT(m)

static const struct field container_rows[] = {
	{ .name = "container.id",
	  OR_HOST(id),
	  .doc = "First 12 digits of the container's id; host outside of containers." },
	{ .name = "container.full_id", OR_HOST(full_id), .doc = "The container's whole id." },
	{ .name = "container.name", OR_HOST(name), .doc = "Name of the container." },
	{ .name = "container.image", STRING(image), .doc = "Image as it was asked for." },
	{ .name = "container.image.id", STRING(image_id), .doc = "Id of the image." },
	{ .name = "container.image.repository",
	  STRING(image_repo),
	  .doc = "Name of the image without tag and digest." },
	{ .name = "container.image.tag", STRING(image_tag), .doc = "Tag of the image." },
	{ .name = "container.image.digest", STRING(image_digest), .doc = "Digest of the image." },
	{ .name = "container.type",
	  .type = PT_CHARBUF,
	  .get = get_type,
	  .doc = "What runs the container: docker, podman, containerd, cri-o, ..." },
	{ .name = "container.healthcheck",
	  CHECK(healthcheck),
	  .doc = "Command line of the health check." },
	{ .name = "container.liveness_probe",
	  CHECK(liveness_probe),
	  .doc = "Command line of the liveness probe." },
	{ .name = "container.readiness_probe",
	  CHECK(readiness_probe),
	  .doc = "Command line of the readiness probe." },
	{ .name = "container.cni.json",
	  STRING(cni_json),
	  .doc = "What the network plugin said of the pod, as JSON." },
	{ .name = "container.host_pid",
	  CT_FLAG(host_pid),
	  .doc = "True if the container has the host's pid namespace." },
	{ .name = "container.host_network",
	  CT_FLAG(host_network),
	  .doc = "True if the container has the host's network namespace." },
	{ .name = "container.host_ipc",
	  CT_FLAG(host_ipc),
	  .doc = "True if the container has the host's ipc namespace." },
	{ .name = "container.privileged",
	  CT_FLAG(privileged),
	  .doc = "True for a privileged container." },
	{ .name = "container.start_ts",
	  .type = PT_UINT64,
	  .format = PF_DEC,
	  .get = get_start,
	  .doc = "When the container began, in nanoseconds since 1970." },
	{ .name = "container.duration",
	  .type = PT_RELTIME,
	  .format = PF_DEC,
	  .get = get_duration,
	  .doc = "Nanoseconds since the container began." },
	{ .name = "container.end_ts",
	  .type = PT_UINT64,
	  .format = PF_DEC,
	  .get = get_end,
	  .doc = "When its first process ended, in nanoseconds since 1970, if that is recorded." },
	{ .name = "container.exit_code",
	  .type = PT_UINT64,
	  .format = PF_DEC,
	  .get = get_exit_code,
	  .doc = "Exit code of its first process, or 128 and the signal's number." },
	{ .name = "container.oom_kills",
	  .type = PT_UINT64,
	  .format = PF_DEC,
	  .get = get_oom_kills,
	  .doc = "How many of its processes the kernel killed for want of memory." },
	{ .name = "container.ip", STRING(ip), .doc = "Address of the container or its pod." },
	{ .name = "container.label", LABEL, .doc = "One label: container.label[app]." },
	{ .name = "container.labels",
	  .type = PT_CHARBUF,
	  .put = field_container_labels,
	  .doc = "All labels, as key:value." },
	{ .name = "container.annotation",
	  .type = PT_CHARBUF,
	  .get = get_annotation,
	  .arg = ARG_DOT | ARG_KEY | ARG_REQUIRED,
	  .doc = "One annotation of it or its pod: container.annotation[key]." },
	{ .name = "container.annotations",
	  .type = PT_CHARBUF,
	  .put = put_annotations,
	  .doc = "All annotations, as key:value." },
	{ .name = "container.user",
	  STRING(user),
	  .doc = "User of its first process: a name, or uid:gid." },
	{ .name = "container.command",
	  STRING(command),
	  .doc = "Command line of its first process." },
	{ .name = "container.env",
	  LINES(env),
	  .doc = "Names of its environment; with --container-env as NAME=VALUE." },
	{ .name = "container.ports",
	  LINES(ports),
	  .doc = "Ports of the host that lead into it: 10.0.0.1:8080->80/tcp." },
	{ .name = "container.capabilities",
	  STRING(capabilities),
	  .doc = "Capabilities that it may have." },
	{ .name = "container.memory_limit",
	  LIMIT(memory_limit),
	  .doc = "Bytes of memory that it may use; absent where there is no limit." },
	{ .name = "container.swap_limit",
	  LIMIT(swap_limit),
	  .doc = "Bytes of memory and swap together that it may use." },
	{ .name = "container.cpu_shares",
	  LIMIT(cpu_shares),
	  .doc = "Its weight among those that want a CPU." },
	{ .name = "container.cpu_quota",
	  LIMIT(cpu_quota),
	  .doc = "Microseconds of a CPU that it may have in each period." },
	{ .name = "container.cpu_period",
	  LIMIT(cpu_period),
	  .doc = "Length of a period, in microseconds." },
	{ .name = "container.cpuset_cpu_count",
	  LIMIT(cpuset_cpu_count),
	  .doc = "How many CPUs it may run on." },
};

const struct field_class fields_container_class = {
	.name = "container",
	.doc = "The container that the thread runs in.",
	.fields = container_rows,
	.n = sizeof(container_rows) / sizeof(container_rows[0]),
};
