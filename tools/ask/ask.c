/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Daemons, their queues, and the loop.
 *
 * A job stands in the queue of one daemon at a time. Where that does not know the container, or is
 * not there, the next one of the same kind is asked. A daemon that fails is left alone for a while,
 * twice as long each time, and then asked one thing at a time until it answers.
 */
#include "ask.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ask_kube.h"
#include "ask_wire.h"

#define JOBS_MAX    4096u
#define DAEMONS_MAX 64u
#define PARALLEL    4u /* calls to one daemon at a time */
#define TRIES_MAX   3u
#define JOB_MS	    10000u /* a container is waited for no longer, whatever the daemon does */
#define BACKOFF_MS  250u
#define BACKOFF_MAX 30000u

struct ask_daemon {
	STAILQ_ENTRY(ask_daemon) link;
	const struct ask_kind *kind;
	enum ask_kind_number number;
	uint32_t uid; /* whose it is, 0: the machine's */
	char *path;
	bool old; /* it knows the version before only */
	STAILQ_HEAD(, ask_job) queue;
	unsigned int running;
	unsigned int failures; /* in a row */
	enum ask_cause cause;  /* of the last one */
	uint64_t not_before;   /* monotonic milliseconds */
};

struct running {
	struct ask_wire wire; /* first */
	struct ask *ask;
	struct ask_daemon *daemon;
	struct ask_job *job;
	int fd; /* a user's socket, -1: it is none */
	LIST_ENTRY(running) link;
};

struct ask {
	struct ask_options options;
	CURLM *multi;
	STAILQ_HEAD(, ask_daemon) daemons;
	unsigned int n_daemons;
	STAILQ_HEAD(, ask_job) jobs;
	unsigned int n_jobs;
	LIST_HEAD(, running) calls;
	struct ask_kube *kube; /* or NULL */
	STAILQ_HEAD(, ask_job) pods;
};

static const struct ask_kind *const kinds[ASK_KINDS] = {
	[ASK_DOCKER] = &ask_docker,
	[ASK_PODMAN] = &ask_podman,
	[ASK_CRI] = &ask_cri,
};

const char *ask_cause_name(enum ask_cause cause)
{
	static const char *const names[ASK_CAUSES] = {
		[ASK_OK] = "ok",
		[ASK_NOBODY] = "nobody",
		[ASK_UNKNOWN] = "unknown",
		[ASK_TIMEOUT] = "timeout",
		[ASK_UNREACHED] = "unreached",
		[ASK_TOO_LARGE] = "too-large",
		[ASK_WRONG] = "wrong",
		[ASK_REFUSED] = "refused",
		[ASK_UNTRUSTED] = "untrusted",
		[ASK_QUEUE_FULL] = "queue-full",
		[ASK_AGAIN] = "again",
	};

	return names[cause];
}

int ask_kind_by_name(const char *name)
{
	int i;

	for (i = 0; i < ASK_KINDS; i++)
		if (strcmp(kinds[i]->name, name) == 0)
			return i;
	return strcmp(name, "kube") == 0 ? ASK_KUBE : -1;
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* ---- daemons ---- */

static struct ask_daemon *add_daemon(struct ask *a, enum ask_kind_number number, const char *path,
				     uint32_t uid)
{
	struct ask_daemon *d = a->n_daemons < DAEMONS_MAX ? calloc(1, sizeof(*d)) : NULL;

	if (!d)
		return NULL;
	d->path = strdup(path);
	if (!d->path) {
		free(d);
		return NULL;
	}
	d->kind = kinds[number];
	d->number = number;
	d->uid = uid;
	STAILQ_INIT(&d->queue);
	STAILQ_INSERT_TAIL(&a->daemons, d, link);
	a->n_daemons++;
	return d;
}

static struct ask_daemon *next_daemon(struct ask_daemon *d, enum ask_kind_number number,
				      uint32_t uid)
{
	while (d && (d->number != number || d->uid != uid))
		d = STAILQ_NEXT(d, link);
	return d;
}

/*
 * The folder is the user's, and what is in it can be another thing at any time: whoever looks at it
 * gets hold of it, and no link leads to somewhere else. Returns -1: there is no socket of the user.
 */
static int hold_socket(const char *path, uint32_t uid)
{
	int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || (fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode) && st.st_uid == uid))
		return fd;
	close(fd);
	return -1;
}

static bool is_there(const struct ask_daemon *d)
{
	struct stat st;
	int fd;

	if (!d->uid)
		return stat(d->path, &st) == 0 && S_ISSOCK(st.st_mode);
	fd = hold_socket(d->path, d->uid);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Users' podmans get known with their first container. */
static struct ask_daemon *first_daemon(struct ask *a, enum ask_kind_number number, uint32_t uid,
				       enum ask_cause *cause)
{
	struct ask_daemon *d = next_daemon(STAILQ_FIRST(&a->daemons), number, uid);
	const char *users = a->options.users ? a->options.users : "/run/user";
	char path[128];
	int n, fd;

	if (d || !uid || number != ASK_PODMAN)
		return d;
	n = snprintf(path, sizeof(path), "%s/%u/podman/podman.sock", users, uid);
	fd = n > 0 && (size_t)n < sizeof(path) ? hold_socket(path, uid) : -1;
	if (fd < 0)
		return NULL;
	close(fd);
	d = add_daemon(a, number, path, uid);
	if (!d)
		*cause = ASK_QUEUE_FULL;
	return d;
}

/* ---- jobs ---- */

/* What is known although not everything could be had is an answer, too. */
static void finish(struct ask *a, struct ask_job *job, enum ask_cause cause, const char *path)
{
	json_t *event;
	char *text = NULL;

	if (job->known) {
		event = json_pack("{s:O}", "container", job->known);
		text = event ? json_dumps(event, JSON_COMPACT) : NULL;
		json_decref(event);
		cause = text ? ASK_OK : ASK_WRONG;
	}
	if (text && strlen(text) > ASK_EVENT_MAX) {
		free(text);
		text = NULL;
		cause = ASK_TOO_LARGE;
	}
	a->options.answer(a->options.arg, job->id, text, cause, path);
	free(text);
	STAILQ_REMOVE(&a->jobs, job, ask_job, all);
	a->n_jobs--;
	json_decref(job->known);
	free(job);
}

/* To the next daemon of its kind, from @d on, that is there; @cause: what the one before said. */
static void pass_on(struct ask *a, struct ask_job *job, struct ask_daemon *d, uint32_t uid,
		    enum ask_cause cause, const char *path)
{
	while ((d = next_daemon(d, job->kind, uid)) && !is_there(d))
		d = STAILQ_NEXT(d, link);
	if (!d || job->known) {
		finish(a, job, cause, path);
		return;
	}
	job->tries = 0;
	job->due = 0;
	STAILQ_INSERT_TAIL(&d->queue, job, link);
}

void ask_request(struct ask *a, enum ask_kind_number kind, const char *id, uint32_t uid,
		 const char *pod)
{
	enum ask_cause cause = ASK_NOBODY;
	struct ask_daemon *d;
	struct ask_job *job;

	STAILQ_FOREACH (job, &a->jobs, all)
		if (job->kind == kind && strcmp(job->id, id) == 0) {
			a->options.answer(a->options.arg, id, NULL, ASK_AGAIN, NULL);
			return;
		}
	job = a->n_jobs < JOBS_MAX && ask_is_plain(id) ? calloc(1, sizeof(*job)) : NULL;
	if (!job) {
		a->options.answer(a->options.arg, id, NULL,
				  ask_is_plain(id) ? ASK_QUEUE_FULL : ASK_WRONG, NULL);
		return;
	}
	job->kind = kind;
	snprintf(job->id, sizeof(job->id), "%s", id);
	job->begun = now_ms();
	STAILQ_INSERT_TAIL(&a->jobs, job, all);
	a->n_jobs++;
	if (kind == ASK_KUBE && a->kube) {
		snprintf(job->other, sizeof(job->other), "%s", pod);
		STAILQ_INSERT_TAIL(&a->pods, job, link);
		return;
	}
	d = first_daemon(a, kind, uid, &cause);
	pass_on(a, job, d, uid, cause, NULL);
}

bool ask_idle(const struct ask *a)
{
	return STAILQ_EMPTY(&a->jobs);
}

static void failed(struct ask *a, struct ask_daemon *d, struct ask_job *job, enum ask_cause cause)
{
	bool again = cause == ASK_TIMEOUT || cause == ASK_UNREACHED || cause == ASK_REFUSED;
	uint64_t wait;

	if (again) {
		wait = (uint64_t)BACKOFF_MS << (d->failures < 8 ? d->failures : 8);
		d->failures++;
		d->cause = cause;
		d->not_before = now_ms() + (wait < BACKOFF_MAX ? wait : BACKOFF_MAX);
	}
	if (!again || ++job->tries >= TRIES_MAX)
		pass_on(a, job, STAILQ_NEXT(d, link), d->uid, cause, d->path);
	else
		STAILQ_INSERT_TAIL(&d->queue, job, link);
}

/* ---- calls ---- */

static void free_call(struct running *run)
{
	ask_wire_free(&run->wire);
	if (run->fd >= 0)
		close(run->fd);
	free(run);
}

static void end_call(struct ask_wire *wire, CURLcode code)
{
	struct running *run = (struct running *)wire;
	struct ask *a = run->ask;
	struct ask_daemon *d = run->daemon;
	struct ask_job *job = run->job;
	struct ask_reply reply;
	enum ask_cause cause = ask_wire_end(&run->wire, code, &reply);
	enum ask_next next = ASK_FAILED;

	if (cause == ASK_OK)
		next = d->kind->reply(job, &reply, &d->old, &cause);
	curl_multi_remove_handle(a->multi, run->wire.easy);
	LIST_REMOVE(run, link);
	free_call(run);
	d->running--;
	if (next == ASK_FAILED) {
		failed(a, d, job, cause);
		return;
	}
	d->failures = 0;
	if (next == ASK_NEXT_CALL)
		STAILQ_INSERT_HEAD(&d->queue, job, link);
	else
		finish(a, job, ASK_OK, d->path);
}

/* @fd: the socket that is held, -1: the daemon's path leads to it. It is taken over. */
static bool begin_call(struct ask *a, struct ask_daemon *d, struct ask_job *job, int fd)
{
	struct ask_server server = { .base = "http://localhost", .socket = d->path };
	struct running *run = calloc(1, sizeof(*run));
	long timeout = a->options.timeout_ms;
	char held[32];

	if (!run) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	run->fd = fd;
	if (fd >= 0) {
		/* numbers come again: no connection is kept by this name */
		snprintf(held, sizeof(held), "/proc/self/fd/%d", fd);
		server.socket = held;
		server.once = true;
	}
	run->ask = a;
	run->wire.done = end_call;
	run->daemon = d;
	run->job = job;
	if (!d->kind->call(job, d->old, &run->wire.call) ||
	    !ask_wire_begin(&run->wire, &server, d->kind->grpc, timeout) ||
	    curl_multi_add_handle(a->multi, run->wire.easy) != CURLM_OK) {
		free_call(run);
		return false;
	}
	LIST_INSERT_HEAD(&a->calls, run, link);
	d->running++;
	return true;
}

/* Begins what can begin, and lets go of what has waited for too long. Returns when to come back. */
static uint64_t begin_calls(struct ask *a, struct ask_daemon *d, uint64_t now)
{
	unsigned int parallel = d->failures ? 1 : PARALLEL;
	struct ask_job *job;
	uint64_t due;
	int fd;

	while ((job = STAILQ_FIRST(&d->queue))) {
		if (now - job->begun > JOB_MS) {
			STAILQ_REMOVE_HEAD(&d->queue, link);
			finish(a, job, d->failures ? d->cause : ASK_TIMEOUT, d->path);
			continue;
		}
		due = job->begun + JOB_MS + 1;
		if (d->running >= parallel)
			return due;
		if (now < d->not_before)
			return d->not_before < due ? d->not_before : due;
		STAILQ_REMOVE_HEAD(&d->queue, link);
		fd = d->uid ? hold_socket(d->path, d->uid) : -1;
		if (d->uid && fd < 0)
			failed(a, d, job, ASK_UNREACHED);
		else if (!begin_call(a, d, job, fd))
			finish(a, job, ASK_QUEUE_FULL, d->path);
	}
	return UINT64_MAX;
}

/* True if a call has ended. */
static bool end_calls(struct ask *a)
{
	struct ask_wire *wire;
	bool any = false;
	CURLMsg *msg;
	int left;

	curl_multi_perform(a->multi, &left);
	while ((msg = curl_multi_info_read(a->multi, &left))) {
		if (msg->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, (char **)&wire);
		wire->done(wire, msg->data.result);
		any = true;
	}
	return any;
}

/* Pods that are known by now, and those that have been waited for too long. Returns when to come
 * back. */
static uint64_t tell_pods(struct ask *a, uint64_t now)
{
	struct ask_job *job, *next;
	uint64_t due = UINT64_MAX, patience = ask_kube_patience(a->kube);
	enum ask_cause cause;
	json_t *known;
	bool last;

	STAILQ_FOREACH_SAFE(job, &a->pods, link, next)
	{
		last = now - job->begun > patience;
		known = ask_container(0, job->id);
		cause = ask_kube_tell(a->kube, job->other, last, known);
		if (cause == ASK_OK)
			job->known = json_incref(known);
		json_decref(known);
		if (cause == ASK_UNKNOWN && !last) {
			if (due > job->begun + patience + 1)
				due = job->begun + patience + 1;
			continue;
		}
		STAILQ_REMOVE(&a->pods, job, ask_job, link);
		finish(a, job, cause, a->options.kube->server.base);
		due = now;
	}
	return due;
}

bool ask_step(struct ask *a, int fd, int wait_ms)
{
	struct curl_waitfd extra = { .fd = fd, .events = CURL_WAIT_POLLIN };
	uint64_t now = now_ms(), until = now + (uint64_t)wait_ms, due;
	struct ask_daemon *d;

	STAILQ_FOREACH (d, &a->daemons, link) {
		due = begin_calls(a, d, now);
		if (due < until)
			until = due;
	}
	if (a->kube) {
		due = ask_kube_step(a->kube, now);
		until = due < until ? due : until;
	}
	if (end_calls(a))
		until = now;
	if (a->kube) {
		due = tell_pods(a, now);
		until = due < until ? due : until;
	}
	curl_multi_poll(a->multi, fd >= 0 ? &extra : NULL, fd >= 0,
			until > now ? (int)(until - now) : 0, NULL);
	end_calls(a);
	return fd >= 0 && extra.revents;
}

/* ---- making and unmaking ---- */

struct ask *ask_new(const struct ask_options *o)
{
	struct ask *a = calloc(1, sizeof(*a));
	size_t i;

	if (!a)
		return NULL;
	a->options = *o;
	if (a->options.timeout_ms <= 0)
		a->options.timeout_ms = ASK_TIMEOUT_MS;
	STAILQ_INIT(&a->daemons);
	STAILQ_INIT(&a->jobs);
	LIST_INIT(&a->calls);
	STAILQ_INIT(&a->pods);
	a->multi = curl_multi_init();
	if (a->multi && o->kube)
		a->kube = ask_kube_new(a->multi, o->kube);
	for (i = 0; a->multi && i < o->n_sockets; i++)
		add_daemon(a, o->sockets[i].kind, o->sockets[i].path, 0);
	if (a->multi && (a->kube || !o->kube))
		return a;
	ask_free(a);
	return NULL;
}

void ask_free(struct ask *a)
{
	struct ask_daemon *d;
	struct running *run;
	struct ask_job *job;

	while ((run = LIST_FIRST(&a->calls))) {
		LIST_REMOVE(run, link);
		curl_multi_remove_handle(a->multi, run->wire.easy);
		free_call(run);
	}
	while ((job = STAILQ_FIRST(&a->jobs))) {
		STAILQ_REMOVE_HEAD(&a->jobs, all);
		json_decref(job->known);
		free(job);
	}
	while ((d = STAILQ_FIRST(&a->daemons))) {
		STAILQ_REMOVE_HEAD(&a->daemons, link);
		free(d->path);
		free(d);
	}
	ask_kube_free(a->kube);
	if (a->multi)
		curl_multi_cleanup(a->multi);
	free(a);
}
