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

#define PAGE		500u /* fewer where so many are too large */
#define PAGE_BYTES	(8u << 20)
#define OBJECTS_MAX	100000u /* of a kind */
#define GONE_MAX	1024u	/* deleted ones that are still known */
#define LIST_MS		10000
#define WATCH_SECONDS	240u
#define WATCH_MS	(1000 * (WATCH_SECONDS + 60))
#define SILENCE_SECONDS 90L /* a server that lives sends a bookmark each minute */
#define BACKOFF_MS	250u
#define BACKOFF_MAX	30000u
#define WAIT_MS		10000u /* for a pod that may be made just now, ... */
#define WAIT_LISTS_MS	60000u /* ... or stand in a list that is not whole yet */
#define AGAIN_MS	1000u  /* watches are not begun more often, even if they end at once */
#define VERSION_EXPIRED 410
#define TOO_MANY	429

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
	bool settled;	      /* listed, or found that it cannot be */
	enum ask_cause noted; /* what was last said of it */
	bool expired;	      /* the watch must be begun with a list */
	char place[1024];  /* of the next page, "": the first one; or version from which to watch */
	unsigned int page; /* so many are asked for at a time */
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

static const char *key_of(const struct resource *r, const json_t *object)
{
	return kinds[r->number].by_name ? ask_str(object, "metadata", "name")
					: ask_kube_uid(object);
}

static void store(struct resource *r, json_t *object)
{
	json_t *objects = r->kube->store.objects[r->number];
	const char *key = key_of(r, object);

	if (*key && (json_object_size(objects) < OBJECTS_MAX || json_object_get(objects, key)))
		json_object_set_new(objects, key, ask_kube_keep(object));
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

static void note(struct resource *r, enum ask_cause cause, const char *why)
{
	if (r->noted == cause)
		return;
	r->kube->options.note(r->kube->options.arg, kinds[r->number].name, cause, why);
	r->noted = cause;
}

/* @later: it is no answer to what was asked: the server is busy, or begins, or ends. */
static void failed(struct resource *r, enum ask_cause cause, bool later, const char *why)
{
	uint64_t wait = (uint64_t)BACKOFF_MS << (r->failures < 8 ? r->failures : 8);

	r->failures++;
	r->cause = cause;
	r->settled |= !later;
	r->due = now_ms() + (wait < BACKOFF_MAX ? wait : BACKOFF_MAX);
	/* to list may be allowed where to watch is not: what is made later is not told then */
	if (!r->kube->store.listed[r->number] || (r->watching && cause == ASK_REFUSED))
		note(r, cause, why);
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

	if (reply->status == VERSION_EXPIRED)
		return ASK_AGAIN;
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

/* Adds to w->why what libcurl does not say. */
static void explain(struct resource *r, CURLcode code, enum ask_cause cause, long status)
{
	const char *ca = r->kube->options.server.ca;
	char *why = r->wire.why;
	size_t len = strlen(why), size = sizeof(r->wire.why);

	if (cause == ASK_REFUSED)
		snprintf(why, size, "%ld", status);
	else if (code == CURLE_PEER_FAILED_VERIFICATION)
		snprintf(why + len, size - len, " (authorities: %s)", ca ? ca : "the system's");
}

/* The server ended before its answer did. */
static bool is_broken_off(CURLcode code)
{
	return code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR ||
	       code == CURLE_PARTIAL_FILE || code == CURLE_HTTP2 || code == CURLE_HTTP2_STREAM;
}

/* False: a page cannot be smaller. */
static bool ask_for_fewer(struct resource *r)
{
	if (r->watching || r->page == 1)
		return false;
	r->page /= 2;
	return true;
}

static void done(struct ask_wire *w, CURLcode code)
{
	struct resource *r = (struct resource *)w;
	struct ask_reply reply;
	enum ask_cause cause = ask_wire_end(w, code, &reply);

	if (r->watching && (r->expired || reply.status == VERSION_EXPIRED))
		cause = ASK_AGAIN;
	else if (cause == ASK_OK && r->watching)
		cause = reply.status == 200 ? ASK_OK : ASK_REFUSED;
	else if (cause == ASK_OK)
		cause = take_list(r, &reply);
	else if (cause == ASK_TOO_LARGE && ask_for_fewer(r))
		cause = ASK_OK;
	else if (cause == ASK_TIMEOUT)
		ask_for_fewer(r);
	if (cause == ASK_WRONG && is_broken_off(code))
		cause = ASK_UNREACHED;
	explain(r, code, cause, reply.status);
	if (cause == ASK_AGAIN) {
		begin_list(r);
		r->due = now_ms() + AGAIN_MS;
	} else if (cause != ASK_OK) {
		failed(r, cause,
		       cause == ASK_TIMEOUT || cause == ASK_UNREACHED || reply.status == TOO_MANY ||
			       reply.status >= 500,
		       w->why);
	} else if (!r->watching) {
		r->failures = 0;
	}
	curl_multi_remove_handle(r->kube->multi, w->easy);
	ask_wire_free(w);
	memset(w, 0, sizeof(*w));
	r->running = false;
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
		snprintf(path, size, "%s?limit=%u%s%s", kinds[r->number].path, r->page,
			 *r->place ? "&continue=" : "", place ? place : "");
	if (node)
		snprintf(path + strlen(path), size - strlen(path),
			 "&fieldSelector=spec.nodeName%%3D%s", node);
	curl_free(place);
	curl_free(node);
}

/* A connection may be dead without a word: of a machine that is gone nothing is heard. */
static void bound_silence(struct resource *r)
{
	if (r->failures) /* not over that one again */
		curl_easy_setopt(r->wire.easy, CURLOPT_FRESH_CONNECT, 1L);
	if (!r->watching)
		return;
	curl_easy_setopt(r->wire.easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(r->wire.easy, CURLOPT_LOW_SPEED_TIME, SILENCE_SECONDS);
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
	    (kinds[r->number].whole || ask_wire_header(w, accept))) {
		bound_silence(r);
		if (curl_multi_add_handle(r->kube->multi, w->easy) == CURLM_OK)
			return true;
	}
	failed(r, ASK_UNTRUSTED, false, w->why);
	ask_wire_free(w);
	memset(w, 0, sizeof(*w));
	return false;
}

/* A watch says nothing for as long as nothing happens. */
static bool is_accepted(const struct resource *r)
{
	long status = 0;

	curl_easy_getinfo(r->wire.easy, CURLINFO_RESPONSE_CODE, &status);
	return status == 200;
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
		}
		if (r->running && r->noted && r->watching && is_accepted(r))
			note(r, ASK_OK, "");
		if (!r->running && r->due < due)
			due = r->due;
	}
	return due;
}

static bool is_settled(const struct ask_kube *k)
{
	unsigned int i;

	for (i = 0; i < KUBE_KINDS; i++)
		if (!k->resources[i].settled)
			return false;
	return true;
}

uint64_t ask_kube_patience(const struct ask_kube *k)
{
	return is_settled(k) ? WAIT_MS : WAIT_LISTS_MS;
}

enum ask_cause ask_kube_tell(const struct ask_kube *k, const char *uid, bool last,
			     json_t *container)
{
	enum ask_cause cause;

	if (!is_settled(k) && !last)
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
		k->resources[i].page = PAGE;
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
