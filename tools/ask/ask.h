/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asks the daemons of container runtimes, over their unix sockets, what they know of a container.
 * Each daemon has a queue of its own: one that hangs delays nobody else. Nothing is believed beyond
 * the container that was asked for, and everything has a limit: bytes, time, tries, depth.
 *
 * One thread, one loop: ask_step().
 */
#ifndef TOOLS_ASK_H
#define TOOLS_ASK_H

#include <bsd/sys/queue.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ASK_BYTES_MAX	1048576u /* of one answer */
#define ASK_HEADERS_MAX 65536u	 /* of the headers of one */
#define ASK_EVENT_MAX	262144u	 /* of the text that is made of it */
#define ASK_TIMEOUT_MS	1000	 /* for one answer, as it is without --timeout */
#define ASK_ID_MAX	128

enum ask_cause {
	ASK_OK,
	ASK_NOBODY, /* no daemon of the kind is there */
	ASK_UNKNOWN,
	ASK_TIMEOUT,
	ASK_UNREACHED,
	ASK_TOO_LARGE,
	ASK_WRONG, /* no answer to what was asked, or not of its form */
	ASK_REFUSED,
	ASK_UNTRUSTED, /* not who it should be, or no token for it */
	ASK_QUEUE_FULL,
	ASK_AGAIN, /* it is in line already */
	ASK_CAUSES
};

/* One word each, as it is told. */
const char *ask_cause_name(enum ask_cause cause);

/* ASK_KUBE is no daemon of this machine: the API server, which is asked for pods. */
enum ask_kind_number { ASK_DOCKER, ASK_PODMAN, ASK_CRI, ASK_KINDS, ASK_KUBE = ASK_KINDS };

struct ask_socket {
	enum ask_kind_number kind;
	const char *path;
};

struct ask_kube_options;

struct ask_options {
	const struct ask_socket *sockets;
	size_t n_sockets;
	long timeout_ms;		     /* for one answer; 0: ASK_TIMEOUT_MS */
	const char *users;		     /* has the users' folders; NULL: /run/user */
	const struct ask_kube_options *kube; /* or NULL */
	/* Called once for each ask_request(): with the text of a container event,
	 * or what went wrong and where (NULL where nobody was asked). */
	void (*answer)(void *arg, const char *id, const char *json, enum ask_cause cause,
		       const char *path);
	void *arg;
};

struct ask;

/* NULL: no memory. @o is copied, but for the texts in it. */
struct ask *ask_new(const struct ask_options *o);
void ask_free(struct ask *a);

/* By name: docker, podman, cri, kube; -1: none of them. */
int ask_kind_by_name(const char *name);

/*
 * Puts container @id in line; the answer may come before this returns. @uid: whose podman it is, 0
 * for the machine's. @pod: for ASK_KUBE, the unique id of its pod. One that is in line already is
 * answered at once, with ASK_AGAIN.
 */
void ask_request(struct ask *a, enum ask_kind_number kind, const char *id, uint32_t uid,
		 const char *pod);

bool ask_idle(const struct ask *a);

/*
 * Works until something has happened, at most @wait_ms. @fd, if not below 0, is waited for too:
 * true if it can be read.
 */
bool ask_step(struct ask *a, int fd, int wait_ms);

/* ---- for the kinds (ask_docker.c, ask_cri.c) ---- */

struct ask_daemon;

/* A container that is asked for. */
struct ask_job {
	STAILQ_ENTRY(ask_job) link;
	STAILQ_ENTRY(ask_job) all;
	enum ask_kind_number kind;
	char id[ASK_ID_MAX];
	unsigned int step;	/* of several calls for one container */
	char other[ASK_ID_MAX]; /* what the next call is about: its image, its pod's sandbox */
	json_t *known;		/* the container as far as it is known, NULL: nothing yet */
	unsigned int tries;	/* of this step, that failed */
	uint64_t begun, due;	/* monotonic milliseconds */
};

/* What is sent for a step. */
struct ask_call {
	char path[512]; /* of the URL */
	uint8_t *body;	/* from malloc(), sent by POST as gRPC; NULL: GET */
	size_t body_len;
};

struct ask_reply {
	long status;	 /* of HTTP */
	int grpc_status; /* -1 none */
	const uint8_t *body;
	size_t len;
};

enum ask_next { ASK_NEXT_CALL, ASK_FINISHED, ASK_FAILED };

struct ask_kind {
	const char *name;
	bool grpc;
	/* False: no memory. */
	bool (*call)(const struct ask_job *job, bool old, struct ask_call *call);
	/*
	 * Takes the answer to job->step into job->known; sets step and other for the next call, or
	 * *@cause if it failed. *@old: the daemon knows only the version of the interface before.
	 */
	enum ask_next (*reply)(struct ask_job *job, const struct ask_reply *reply, bool *old,
			       enum ask_cause *cause);
};

extern const struct ask_kind ask_docker, ask_podman, ask_cri;

/* ---- answers as container events (ask_json.c) ---- */

/* The container part of an event, with both forms of the id. NULL: no memory. */
json_t *ask_container(int type, const char *id);

/* Sets @key to @s, cut at 1 KiB, unless that is empty; what is not UTF-8 is left out. */
void ask_set(json_t *o, const char *key, const char *s);

/* An image as "repository:tag@digest" into its keys; the digest may be NULL. */
void ask_set_image(json_t *o, const char *image, const char *digest);

/* The same, of a member of @from that is a string; of @key2 in that, if it is not NULL. */
const char *ask_str(const json_t *from, const char *key, const char *key2);

/* Parses an answer; NULL: it is no object. */
json_t *ask_parse(const void *text, size_t len);

/* Something that can be part of a URL's path: digits, letters, one of ":._-". */
bool ask_is_plain(const char *s);

#endif
