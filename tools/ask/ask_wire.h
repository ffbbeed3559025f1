/* SPDX-License-Identifier: BSD-2-Clause */
/* One call over HTTP: what libcurl is told, and the limits that hold for every answer. */
#ifndef TOOLS_ASK_WIRE_H
#define TOOLS_ASK_WIRE_H

#include <curl/curl.h>

#include "ask.h"

/* A call that is under way. */
struct ask_wire {
	CURL *easy;
	struct curl_slist *headers;
	struct ask_call call;
	uint8_t *body;
	size_t len, room;
	size_t header_bytes;
	int grpc_status;
	bool too_large;
};

/*
 * Sets up @w for w->call: to the unix socket at @path, at most @timeout_ms in all. False: no
 * memory. ask_wire_free() in either case.
 */
bool ask_wire_begin(struct ask_wire *w, const char *path, bool grpc, long timeout_ms);
void ask_wire_free(struct ask_wire *w);

/* Why a call ended without an answer; ASK_OK: it has one, and @r is filled. */
enum ask_cause ask_wire_end(struct ask_wire *w, CURLcode code, struct ask_reply *r);

#endif
