/* SPDX-License-Identifier: BSD-2-Clause */
/* One call over HTTP: what libcurl is told, and the limits that hold for every answer. */
#ifndef TOOLS_ASK_WIRE_H
#define TOOLS_ASK_WIRE_H

#include <curl/curl.h>

#include "ask.h"

/* Whom a call is made to, and as whom. */
struct ask_server {
	const char *base;   /* of the URL: "http://localhost" */
	const char *socket; /* unix socket, or NULL */
	bool once;	    /* a connection for each call */
	const char *ca;	    /* files, or NULL: the system's authorities, ... */
	const char *cert, *key;
	const char *token; /* ... of a token that is sent, over TLS only */
};

/* A call that is under way. */
struct ask_wire {
	CURL *easy;
	struct curl_slist *headers;
	struct ask_call call;
	uint8_t *body;
	size_t len, room;
	size_t limit; /* of the body; 0: ASK_BYTES_MAX */
	size_t header_bytes;
	int grpc_status;
	bool too_large;
	char why[CURL_ERROR_SIZE]; /* it failed, in words; "" */
	/* Called once when it has ended. */
	void (*done)(struct ask_wire *w, CURLcode code);
	/* If not NULL: called for each line of the body, which is kept no longer. False ends it. */
	bool (*line)(struct ask_wire *w, const char *line, size_t len);
	void *arg;
};

/*
 * Sets up @w for w->call: to @server, at most @timeout_ms in all. False: no memory, or no token,
 * with w->why.
 * ask_wire_free() in either case.
 */
bool ask_wire_begin(struct ask_wire *w, const struct ask_server *server, bool grpc,
		    long timeout_ms);
/* Another line among the headers, before the call begins. */
bool ask_wire_header(struct ask_wire *w, const char *line);
void ask_wire_free(struct ask_wire *w);

/* Why a call ended without an answer; ASK_OK: it has one, and @r is filled. */
enum ask_cause ask_wire_end(struct ask_wire *w, CURLcode code, struct ask_reply *r);

#endif
