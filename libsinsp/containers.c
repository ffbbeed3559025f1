/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of containers, and how a thread's cgroups lead to one of them. */
#include "containers.h"
#include "cgroup.h"
#include "container_json.h"
#include "container_owner.h"
#include "runtime.h"
#include "runtime_call.h"

#include <stdlib.h>

#define MAX_CONTAINERS 65536u
#define MAX_POOL       (256u << 20)
#define MAX_TRIES      12u
#define TRIES_AT_ONCE  6u	  /* with each process that it starts */
#define RETRY_NS       200000000u /* a runtime writes its files some time after the first process */
#define UNKNOWN_NS     1000000000u /* the same for a cgroup that may belong to a container by hand */

void containers_init(struct containers *cs, struct intern *pool, bool live,
		     const struct runtime_files *from)
{
	size_t i;

	*cs = (struct containers){
		.pool = pool, .live = live, .from = *from, .limit = 2 * CONTAINERS_ENDED
	};
	cs->from.kept = cs->kept;
	cs->from.local = &cs->local;
	TAILQ_INIT(&cs->all);
	STAILQ_INIT(&cs->waiting);
	for (i = 0; i < CONTAINER_BUCKETS; i++)
		SLIST_INIT(&cs->ids[i]);
}

void containers_clear(struct containers *cs)
{
	struct container *c;

	while ((c = TAILQ_FIRST(&cs->all))) {
		TAILQ_REMOVE(&cs->all, c, link);
		free(c->pub.labels);
		free(c);
	}
	runtime_kept_clear(cs->kept);
	local_files_clear(&cs->local);
	containers_init(cs, cs->pool, cs->live, &cs->from);
}

static size_t bucket(const char *id, size_t len)
{
	uint32_t h = 2166136261u;

	while (len--)
		h = (h ^ (uint8_t)*id++) * 16777619u;
	return h & (CONTAINER_BUCKETS - 1);
}

struct container *containers_find(const struct containers *cs, const char *id, size_t len)
{
	struct container *c;

	SLIST_FOREACH (c, &cs->ids[bucket(id, len)], by_id)
		if (strncmp(c->pub.id, id, len) == 0 && c->pub.id[len] == '\0')
			return c;
	return NULL;
}

void containers_init_one(struct sinsp_container *c)
{
	*c = (struct sinsp_container){ .type = SINSP_CT_UNKNOWN };
	c->id = c->full_id = c->owner = c->name = c->image = c->image_id = c->image_repo =
		c->image_tag = c->image_digest = c->pod_name = c->pod_namespace = c->pod_uid =
			c->pod_sandbox_id = c->ip = c->mounts = c->healthcheck = c->liveness_probe =
				c->readiness_probe = c->cni_json = c->pod_labels = c->kube =
					c->annotations = c->user = c->command = c->env = c->ports =
						c->capabilities = "";
}

static struct container *add(struct containers *cs, const char *id, size_t len)
{
	struct container *c;

	if (cs->n >= MAX_CONTAINERS || !(c = calloc(1, sizeof(*c))))
		return NULL;
	containers_init_one(&c->pub);
	c->pub.id = c->pub.full_id = intern_str(cs->pool, id, len);
	TAILQ_INSERT_TAIL(&cs->all, c, link);
	SLIST_INSERT_HEAD(&cs->ids[bucket(c->pub.id, strlen(c->pub.id))], c, by_id);
	cs->n++;
	return c;
}

struct container *containers_restore(struct containers *cs, const struct container *from)
{
	const char *id = from->pub.id;
	struct container *c;

	if (containers_find(cs, id, strlen(id)) || !(c = add(cs, id, strlen(id))))
		return NULL;
	c->pub = from->pub;
	c->init = from->init;
	return c;
}

void containers_announce(struct containers *cs, struct container *c, int64_t tid)
{
	if (c->is_waiting)
		return;
	c->is_waiting = true;
	c->tid = tid;
	STAILQ_INSERT_TAIL(&cs->waiting, c, waiting);
}

void containers_give_id(struct containers *cs, struct container *c, const char *id)
{
	SLIST_REMOVE(&cs->ids[bucket(c->pub.id, strlen(c->pub.id))], c, container, by_id);
	c->pub.id = intern_str(cs->pool, id, strlen(id));
	SLIST_INSERT_HEAD(&cs->ids[bucket(id, strlen(id))], c, by_id);
	containers_forget(cs);
}

/* Asks the runtimes' files; what is found the second time is announced once more. */
static bool look_up(struct containers *cs, struct container *c, uint64_t ts, int64_t tid)
{
	/* what root's runtimes know is of root's containers */
	if (c->pub.has_metadata || container_owner_is_other(c->pub.owner) ||
	    c->tries >= MAX_TRIES || (c->tries >= TRIES_AT_ONCE && ts - c->tried < RETRY_NS))
		return false;
	c->tries++;
	c->tried = ts;
	if (!runtime_lookup(&cs->from, &c->pub, cs->pool, ""))
		return false;
	c->pub.has_metadata = true;
	containers_announce(cs, c, tid);
	return true;
}

/* Of what others make nothing follows for the host's. */
static bool is_unknown(const struct containers *cs, const char *name, uint64_t ts)
{
	size_t i;

	for (i = 0; i < CONTAINERS_UNKNOWN; i++)
		if (ts - cs->unknown[i].ts < UNKNOWN_NS && strcmp(cs->unknown[i].name, name) == 0)
			return true;
	return false;
}

static void set_unknown(struct containers *cs, const char *name, uint64_t ts)
{
	size_t i = cs->next_unknown++ % CONTAINERS_UNKNOWN;

	snprintf(cs->unknown[i].name, sizeof(cs->unknown[i].name), "%s", name);
	cs->unknown[i].ts = ts;
}

/*
 * A cgroup of any name may be that of a container made by runc or crun alone. Only their own files
 * tell, or the event that a recorder made of them.
 */
static struct container *by_hand(struct containers *cs, const struct cgroup_match *m,
				 const char *id, uint64_t ts, int64_t tid)
{
	struct sinsp_container probe;
	char name[CONTAINER_ID_BYTES];
	struct container *c;

	container_owner_id(name, m->id, strlen(m->id), m->owner);
	if (!cs->live || !*m->id || is_unknown(cs, name, ts))
		return NULL;
	containers_init_one(&probe);
	probe.type = m->type;
	probe.id = probe.full_id = m->id;
	if (!runtime_lookup(&cs->from, &probe, cs->pool, "") || !container_owner_by_hand(cs, m)) {
		free(probe.labels);
		set_unknown(cs, name, ts);
		return NULL;
	}
	c = add(cs, id, strlen(id));
	if (!c) {
		free(probe.labels);
		return NULL;
	}
	probe.id = c->pub.id;
	probe.full_id = intern_str(cs->pool, m->id, strlen(m->id));
	probe.owner = container_owner_of(cs, m);
	c->pub = probe;
	c->pub.has_metadata = true;
	containers_announce(cs, c, tid);
	return c;
}

static struct container *match(struct containers *cs, const struct cgroup_match *m, uint64_t ts,
			       int64_t tid)
{
	size_t len = strlen(m->id);
	size_t shown = m->by_hand ? len : cgroup_short_id(m->id);
	char id[CONTAINER_ID_BYTES];
	struct container *c = container_owner_find(cs, m, shown, id);

	if (!c && m->by_hand)
		return by_hand(cs, m, id, ts, tid);
	if (!c) {
		c = add(cs, id, strlen(id));
		if (!c)
			return NULL;
		c->pub.owner = container_owner_of(cs, m);
		c->pub.full_id = intern_str(cs->pool, m->id, len);
		if (shown == len) /* it is the name */
			c->pub.name = c->pub.full_id;
		c->pub.type = m->type;
	}
	if (!c->pub.has_metadata && !m->by_hand)
		c->pub.type = m->type;
	if (cs->live && !c->pub.announced)
		containers_announce(cs, c, tid);
	if (!*c->pub.pod_uid && *m->pod_uid)
		c->pub.pod_uid = intern_str(cs->pool, m->pod_uid, strlen(m->pod_uid));
	if (cs->live)
		look_up(cs, c, ts, tid);
	return c;
}

void containers_expect(struct containers *cs, const struct runtime_call *call, const char *bundle)
{
	size_t len = strlen(call->id), shown = cgroup_short_id(call->id);
	struct container *c = containers_find(cs, call->id, shown);
	struct sinsp_container probe;
	bool found;

	if (c && shown < len && container_owner_is_other(c->pub.owner)) {
		container_owner_set_apart(cs, c);
		c = NULL;
	}
	/* Only a name that somebody gave is given twice; nothing begins that runs. */
	if (len > CGROUP_ID_MAX || (c && c->pub.has_metadata && shown < len) ||
	    (c && c->init && !c->pub.ended))
		return;
	containers_init_one(&probe);
	probe.type = call->type;
	probe.id = probe.full_id = call->id;
	found = runtime_lookup(&cs->from, &probe, cs->pool, bundle);
	if (!*probe.name && *call->name && shown < len)
		probe.name = intern_str(cs->pool, call->name, strnlen(call->name, CGROUP_ID_MAX));
	if (found || *probe.name) {
		if (!c)
			c = add(cs, call->id, shown);
		if (c) {
			probe.id = c->pub.id;
			probe.full_id = intern_str(cs->pool, call->id, len);
			probe.owner = container_owner_expected(cs, shown == len);
			probe.first_ts = c->pub.first_ts;
			probe.last_ts = c->pub.last_ts;
			free(c->pub.labels);
			c->pub = probe;
			containers_forget(cs);
			return;
		}
	}
	free(probe.labels);
}

void containers_name(struct containers *cs, struct container *c, const char *name, int64_t tid)
{
	c->pub.name = intern_str(cs->pool, name, strnlen(name, CGROUP_ID_MAX));
	containers_announce(cs, c, tid);
}

struct container *containers_of(struct containers *cs, struct scap_bytes cgroups, uint64_t ts,
				int64_t tid)
{
	struct cgroup_match m;
	struct container *c;

	if (cgroups.len == 0)
		return NULL;
	if (cgroups.ptr == cs->cached)
		return cs->cached_answer;
	memset(&m, 0, sizeof(m));
	c = cgroup_match(&cgroups, &m) ? match(cs, &m, ts, tid) : NULL;
	/* "Not one, for now" and "without metadata, for now" are asked again. */
	if (!cs->live || (c ? c->pub.has_metadata : !m.by_hand)) {
		cs->cached = cgroups.ptr;
		cs->cached_answer = c;
	}
	return c;
}

void containers_forget(struct containers *cs)
{
	cs->cached = NULL;
}

static void remove_one(struct containers *cs, struct container *c)
{
	SLIST_REMOVE(&cs->ids[bucket(c->pub.id, strlen(c->pub.id))], c, container, by_id);
	TAILQ_REMOVE(&cs->all, c, link);
	cs->n--;
	free(c->pub.labels);
	free(c);
}

void containers_drop(struct containers *cs, void (*gone)(const struct container *, void *),
		     void *arg)
{
	size_t ended = 0;
	struct container *c, *next;

	TAILQ_FOREACH (c, &cs->all, link)
		ended += !c->in_use && !c->is_waiting;
	for (c = TAILQ_FIRST(&cs->all); c; c = next) {
		next = TAILQ_NEXT(c, link);
		if (!c->in_use && !c->is_waiting && ended > CONTAINERS_ENDED) {
			gone(c, arg);
			remove_one(cs, c);
			ended--;
			continue;
		}
		c->in_use = false;
	}
	cs->limit = cs->n + CONTAINERS_ENDED;
	containers_forget(cs);
}

struct container *containers_learn(struct containers *cs, const char *json, size_t len)
{
	struct sinsp_container got;
	struct container *c;

	if (intern_size(cs->pool) > MAX_POOL)
		return NULL;
	containers_init_one(&got);
	if (container_json_decode(json, len, &got, cs->pool) < 0 || !*got.id) {
		free(got.labels);
		return NULL;
	}
	c = container_owner_find_told(cs, &got);
	if (!c)
		c = add(cs, got.id, strlen(got.id));
	if (!c) {
		free(got.labels);
		return NULL;
	}
	if (!*got.full_id)
		got.full_id = c->pub.full_id;
	if (!*got.pod_uid)
		got.pod_uid = c->pub.pod_uid;
	free(c->pub.labels);
	got.id = c->pub.id;
	got.first_ts = c->pub.first_ts;
	got.last_ts = c->pub.last_ts;
	got.ended = c->pub.ended;
	got.exit_code = c->pub.exit_code;
	got.has_metadata = got.has_metadata || *got.name || *got.image;
	got.announced = true;
	got.json = intern_str(cs->pool, json, len);
	c->pub = got;
	containers_forget(cs);
	return c;
}

struct container *containers_next_waiting(struct containers *cs)
{
	struct container *c = STAILQ_FIRST(&cs->waiting);

	if (!c)
		return NULL;
	STAILQ_REMOVE_HEAD(&cs->waiting, waiting);
	c->is_waiting = false;
	return c;
}

int containers_describe(struct containers *cs, struct container *c, struct sinsp_text *out)
{
	int err = container_json_encode(&c->pub, out);

	if (err < 0)
		return err;
	c->pub.json = intern_str(cs->pool, out->ptr, out->len);
	c->pub.announced = true;
	return 0;
}
