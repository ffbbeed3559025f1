/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Listing and watching. A kind of object is listed in pages, then watched from there on; when the
 * watch cannot go on from where it was (410), it is listed anew. What fails is tried again, later
 * and later.
 */
#include "ask_kube.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PAGE		50u
#define PAGE_BYTES	(8u << 20)
#define OBJECTS_MAX	100000u /* of a kind */
#define GONE_MAX	1024u	/* deleted ones that are still known */
#define LIST_MS		10000
#define WATCH_SECONDS	240u
#define WATCH_MS	(1000 * (WATCH_SECONDS + 60))
#define BACKOFF_MS	250u
#define BACKOFF_MAX	30000u
#define AGAIN_MS	1000u /* watches are not begun more often, even if they end at once */
#define VERSION_EXPIRED 410

/* Only the metadata of those that are asked for nothing else. */
#define METADATA                                                                     \
	"Accept: application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1, " \
	"application/json"
#define METADATA_WATCH                                                           \
	"Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1, " \
	"application/json"

static const struct kind {
	const char *name, *path;
	bool whole;   /* more than metadata is needed */
	bool by_name; /* its key; else the unique id */
} kinds[KUBE_KINDS] = {
	[KUBE_PODS] = { "pods", "/api/v1/pods", true, false },
	[KUBE_SERVICES] = { "services", "/api/v1/services", true, false },
	[KUBE_NAMESPACES] = { "namespaces", "/api/v1/namespaces", false, true },
	[KUBE_NODES] = { "nodes", "/api/v1/nodes", false, true },
	[KUBE_REPLICA_SETS] = { "replica sets", "/apis/apps/v1/replicasets", false, false },
	[KUBE_DEPLOYMENTS] = { "deployments", "/apis/apps/v1/deployments", false, false },
	[KUBE_JOBS] = { "jobs", "/apis/batch/v1/jobs", false, false },
	[KUBE_CONTROLLERS] = { "replication controllers", "/api/v1/replicationcontrollers", false,
			       false },
};

struct resource {
	struct ask_wire wire; /* first */
	struct ask_kube *kube;
	enum ask_kube_kind number;
	bool running, watching;
	bool settled; /* listed, or found that it cannot be */
	bool noted;
	bool expired;	  /* the watch must be begun with a list */
	char place[1024]; /* of the next page, "": the first one; or version from which to watch */
	unsigned int failures;
	enum ask_cause cause; /* of the last one */
	uint64_t due;
	json_t *gone; /* keys of deleted ones, the oldest first */
};

struct ask_kube {
	struct ask_kube_options options;
	CURLM *multi;
	struct ask_kube_store store;
	struct resource resources[KUBE_KINDS];
};

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* ---- the store ---- */

static void copy(json_t *to, const char *key, json_t *value)
{
	if (value)
		json_object_set(to, key, value);
}

/* The one that is responsible, of those that own it. */
static json_t *controller(json_t *meta)
{
	json_t *o, *all = json_object_get(meta, "ownerReferences");
	size_t i;

	json_array_foreach(all, i, o) if (json_is_true(json_object_get(o, "controller"))) return o;
	return NULL;
}

/* What is kept of an object; the rest of it goes. */
static json_t *keep(json_t *object)
{
	json_t *meta = json_object_get(object, "metadata"), *o = json_object(), *owner;
	json_t *spec = json_object_get(object, "spec");

	copy(o, "name", json_object_get(meta, "name"));
	copy(o, "namespace", json_object_get(meta, "namespace"));
	copy(o, "uid", json_object_get(meta, "uid"));
	copy(o, "labels", json_object_get(meta, "labels"));
	copy(o, "node", json_object_get(spec, "nodeName"));
	copy(o, "selector", json_object_get(spec, "selector"));
	owner = controller(meta);
	if (owner) {
		json_t *kept = json_object();

		copy(kept, "kind", json_object_get(owner, "kind"));
		copy(kept, "name", json_object_get(owner, "name"));
		copy(kept, "uid", json_object_get(owner, "uid"));
		json_object_set_new(o, "owner", kept);
	}
	return o;
}

static const char *key_of(const struct resource *r, const json_t *object)
{
	return ask_str(object, "metadata", kinds[r->number].by_name ? "name" : "uid");
}

static void store(struct resource *r, json_t *object)
{
	json_t *objects = r->kube->store.objects[r->number];
	const char *key = key_of(r, object);

	if (*key && (json_object_size(objects) < OBJECTS_MAX || json_object_get(objects, key)))
		json_object_set_new(objects, key, keep(object));
}

/* Containers of a pod may be asked for when it is deleted already. */
static void forget(struct resource *r, const json_t *object)
{
	json_t *objects = r->kube->store.objects[r->number];
	const char *key = key_of(r, object);

	if (kinds[r->number].by_name) {
		json_object_del(objects, key);
		return;
	}
	json_array_append_new(r->gone, json_string(key));
	if (json_array_size(r->gone) <= GONE_MAX)
		return;
	json_object_del(objects, json_string_value(json_array_get(r->gone, 0)));
	json_array_remove(r->gone, 0);
}

/* ---- answers ---- */

static void begin_list(struct resource *r)
{
	r->watching = false;
	r->settled = false; /* what is to come on later pages is missing meanwhile */
	r->expired = false;
	*r->place = '\0';
}

static void failed(struct resource *r, enum ask_cause cause)
{
	uint64_t wait = (uint64_t)BACKOFF_MS << (r->failures < 8 ? r->failures : 8);

	r->failures++;
	r->cause = cause;
	r->settled = true;
	r->due = now_ms() + (wait < BACKOFF_MAX ? wait : BACKOFF_MAX);
	/* to list may be allowed where to watch is not: what is made later is not told then */
	if (r->noted ||
	    (r->kube->store.listed[r->number] && (!r->watching || cause != ASK_REFUSED)))
		return;
	r->kube->options.note(r->kube->options.arg, kinds[r->number].name, cause);
	r->noted = true;
}

static bool keep_place(struct resource *r, const char *place)
{
	return *place && snprintf(r->place, sizeof(r->place), "%s", place) < (int)sizeof(r->place);
}

static enum ask_cause take_list(struct resource *r, const struct ask_reply *reply)
{
	json_t *list, *o;
	const char *next;
	size_t i;

	if (reply->status == VERSION_EXPIRED) {
		begin_list(r);
		return ASK_REFUSED;
	}
	if (reply->status != 200)
		return ASK_REFUSED;
	list = ask_parse(reply->body, reply->len);
	if (!json_is_array(json_object_get(list, "items"))) {
		json_decref(list);
		return ASK_WRONG;
	}
	if (!*r->place) {
		json_object_clear(r->kube->store.objects[r->number]);
		json_array_clear(r->gone);
	}
	json_array_foreach(json_object_get(list, "items"), i, o) store(r, o);
	next = ask_str(list, "metadata", "continue");
	if (!*next) {
		next = ask_str(list, "metadata", "resourceVersion");
		r->watching = r->settled = true;
		r->kube->store.listed[r->number] = true;
	}
	if (!keep_place(r, next))
		begin_list(r);
	json_decref(list);
	return *r->place ? ASK_OK : ASK_WRONG;
}

/* An object changed, or a version was reached. */
static bool take_change(struct ask_wire *w, const char *line, size_t len)
{
	struct resource *r = (struct resource *)w;
	json_t *change = ask_parse(line, len), *object = json_object_get(change, "object");
	const char *type = ask_str(change, "type", NULL);

	if (strcmp(type, "ERROR") == 0)
		r->expired = true;
	else if (strcmp(type, "DELETED") == 0)
		forget(r, object);
	else if (strcmp(type, "ADDED") == 0 || strcmp(type, "MODIFIED") == 0)
		store(r, object);
	if (change && !r->expired)
		keep_place(r, ask_str(object, "metadata", "resourceVersion"));
	json_decref(change);
	r->failures = 0;
	return !r->expired;
}

static void done(struct ask_wire *w, CURLcode code)
{
	struct resource *r = (struct resource *)w;
	struct ask_reply reply;
	enum ask_cause cause = ask_wire_end(w, code, &reply);

	if (r->watching && (r->expired || reply.status == VERSION_EXPIRED)) {
		begin_list(r);
		cause = ASK_OK;
	} else if (cause == ASK_OK && r->watching && reply.status != 200) {
		cause = ASK_REFUSED;
	} else if (cause == ASK_OK && !r->watching) {
		cause = take_list(r, &reply);
	}
	curl_multi_remove_handle(r->kube->multi, w->easy);
	ask_wire_free(w);
	memset(w, 0, sizeof(*w));
	r->running = false;
	if (cause != ASK_OK)
		failed(r, cause);
	else if (!r->watching)
		r->failures = 0;
}

/* ---- calls ---- */

static void add_query(struct resource *r, char *path, size_t size)
{
	const struct ask_kube_options *o = &r->kube->options;
	char *place = curl_easy_escape(NULL, r->place, 0);
	char *node = o->node && r->number == KUBE_PODS ? curl_easy_escape(NULL, o->node, 0) : NULL;

	if (r->watching)
		snprintf(path, size,
			 "%s?watch=1&allowWatchBookmarks=true&timeoutSeconds=%u&resourceVersion=%s",
			 kinds[r->number].path, WATCH_SECONDS, place ? place : "");
	else
		snprintf(path, size, "%s?limit=%u%s%s", kinds[r->number].path, PAGE,
			 *r->place ? "&continue=" : "", place ? place : "");
	if (node)
		snprintf(path + strlen(path), size - strlen(path),
			 "&fieldSelector=spec.nodeName%%3D%s", node);
	curl_free(place);
	curl_free(node);
}

static bool begin(struct resource *r)
{
	struct ask_wire *w = &r->wire;
	const char *accept = r->watching ? METADATA_WATCH : METADATA;

	w->limit = PAGE_BYTES;
	w->done = done;
	w->line = r->watching ? take_change : NULL;
	add_query(r, w->call.path, sizeof(w->call.path));
	if (ask_wire_begin(w, &r->kube->options.server, false, r->watching ? WATCH_MS : LIST_MS) &&
	    (kinds[r->number].whole || ask_wire_header(w, accept)) &&
	    curl_multi_add_handle(r->kube->multi, w->easy) == CURLM_OK)
		return true;
	ask_wire_free(w);
	memset(w, 0, sizeof(*w));
	return false;
}

uint64_t ask_kube_step(struct ask_kube *k, uint64_t now)
{
	uint64_t due = UINT64_MAX;
	struct resource *r;
	unsigned int i;

	for (i = 0; i < KUBE_KINDS; i++) {
		r = &k->resources[i];
		if (!r->running && now >= r->due) {
			r->due = r->watching ? now + AGAIN_MS : 0;
			r->running = begin(r);
			if (!r->running)
				failed(r, ASK_UNTRUSTED);
		}
		if (!r->running && r->due < due)
			due = r->due;
	}
	return due;
}

enum ask_cause ask_kube_tell(const struct ask_kube *k, const char *uid, bool last,
			     json_t *container)
{
	enum ask_cause cause;
	unsigned int i;

	for (i = 0; i < KUBE_KINDS; i++)
		if (!k->resources[i].settled && !last)
			return ASK_UNKNOWN;
	cause = ask_kube_facts(&k->store, uid, container);
	if (cause == ASK_OK || (last && json_object_get(container, "kubernetes")))
		return ASK_OK;
	return k->store.listed[KUBE_PODS] || !k->resources[KUBE_PODS].failures
		       ? cause
		       : k->resources[KUBE_PODS].cause;
}

struct ask_kube *ask_kube_new(CURLM *multi, const struct ask_kube_options *o)
{
	struct ask_kube *k = calloc(1, sizeof(*k));
	unsigned int i;

	if (!k)
		return NULL;
	k->options = *o;
	k->multi = multi;
	for (i = 0; i < KUBE_KINDS; i++) {
		k->store.objects[i] = json_object();
		k->resources[i].gone = json_array();
		k->resources[i].kube = k;
		k->resources[i].number = (enum ask_kube_kind)i;
	}
	return k;
}

void ask_kube_free(struct ask_kube *k)
{
	unsigned int i;

	if (!k)
		return;
	for (i = 0; i < KUBE_KINDS; i++) {
		struct resource *r = &k->resources[i];

		if (r->running)
			curl_multi_remove_handle(k->multi, r->wire.easy);
		ask_wire_free(&r->wire);
		json_decref(k->store.objects[i]);
		json_decref(r->gone);
	}
	free(k);
}
