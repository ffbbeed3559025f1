/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the API server of Kubernetes tells: it is listed once and then watched, each kind of object
 * by itself, so that a pod is known when its first container runs, and for a while after its end.
 */
#ifndef TOOLS_ASK_KUBE_H
#define TOOLS_ASK_KUBE_H

#include "ask_wire.h"

struct ask_kube_options {
	struct ask_server server;
	const char *node; /* only its pods are listed; NULL: all */
	/* A kind of object cannot be had, and why, in words; ASK_OK: now it can. */
	void (*note)(void *arg, const char *what, enum ask_cause cause, const char *why);
	void *arg;
};

struct ask_kube;

/* NULL: no memory. @o is copied, but for the texts in it. */
struct ask_kube *ask_kube_new(CURLM *multi, const struct ask_kube_options *o);
void ask_kube_free(struct ask_kube *k);

/* Begins the calls that are due at @now, in monotonic milliseconds. Returns when to come back. */
uint64_t ask_kube_step(struct ask_kube *k, uint64_t now);

/* So many milliseconds a pod that is not known is waited for. */
uint64_t ask_kube_patience(const struct ask_kube *k);

/*
 * Puts what is known of pod @uid into @container, an event's. Returns ASK_OK if all is known, or
 * ASK_UNKNOWN: the pod, or part of it, may still come; with @last that part is left out. Any other
 * cause: pods cannot be had.
 */
enum ask_cause ask_kube_tell(const struct ask_kube *k, const char *uid, bool last,
			     json_t *container);

/* ---- the store, for ask_kube_keep.c and ask_kube_facts.c ---- */

enum ask_kube_kind {
	KUBE_PODS,
	KUBE_SERVICES,
	KUBE_NAMESPACES,
	KUBE_NODES,
	KUBE_REPLICA_SETS,
	KUBE_DEPLOYMENTS,
	KUBE_JOBS,
	KUBE_CONTROLLERS,
	KUBE_KINDS
};

/*
 * Objects of a kind by their unique id, namespaces and nodes by name. Of each is kept: name,
 * namespace, uid, labels, owner (kind, name, uid), selector, node.
 */
struct ask_kube_store {
	json_t *objects[KUBE_KINDS];
	bool listed[KUBE_KINDS]; /* all that there are have been told once */
};

/*
 * Its unique id. The pod of a file of a node has it from there: what the server has is a mirror of
 * it, with an id of its own that no container has.
 */
const char *ask_kube_uid(const json_t *object);

json_t *ask_kube_keep(json_t *object);

/* ASK_UNKNOWN: the pod is not there, or it is and something that it leads to is not. */
enum ask_cause ask_kube_facts(const struct ask_kube_store *store, const char *uid,
			      json_t *container);

#endif
