/* SPDX-License-Identifier: BSD-2-Clause */
/* One call over HTTP, by libcurl. */
#include "ask_wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define GRPC_STATUS "grpc-status:"

static size_t take_body(char *p, size_t size, size_t n, void *arg)
{
	struct ask_wire *w = arg;
	size_t more = size * n, room;
	uint8_t *body;

	if (more > ASK_BYTES_MAX - w->len) {
		w->too_large = true;
		return CURL_WRITEFUNC_ERROR;
	}
	if (w->len + more > w->room) {
		room = 2 * (w->len + more);
		body = realloc(w->body, room);
		if (!body)
			return CURL_WRITEFUNC_ERROR;
		w->body = body;
		w->room = room;
	}
	memcpy(w->body + w->len, p, more);
	w->len += more;
	return more;
}

/* Trailers come here as well: in one of them gRPC says how it went. */
static size_t take_header(char *p, size_t size, size_t n, void *arg)
{
	struct ask_wire *w = arg;
	size_t len = size * n, key = strlen(GRPC_STATUS);
	char number[16];

	w->header_bytes += len;
	if (w->header_bytes > ASK_HEADERS_MAX) {
		w->too_large = true;
		return 0;
	}
	if (len > key && len - key < sizeof(number) && strncasecmp(p, GRPC_STATUS, key) == 0) {
		memcpy(number, p + key, len - key);
		number[len - key] = '\0';
		w->grpc_status = atoi(number);
	}
	return len;
}

static bool add_header(struct ask_wire *w, const char *line)
{
	struct curl_slist *more = curl_slist_append(w->headers, line);

	if (more)
		w->headers = more;
	return more;
}

bool ask_wire_begin(struct ask_wire *w, const char *path, bool grpc, long timeout_ms)
{
	char url[sizeof(w->call.path) + 32];

	w->grpc_status = -1;
	w->easy = curl_easy_init();
	if (!w->easy)
		return false;
	snprintf(url, sizeof(url), "http://localhost%s", w->call.path);
	/* Nothing of the environment: no proxy, no file of passwords. */
	curl_easy_setopt(w->easy, CURLOPT_PROXY, "");
	curl_easy_setopt(w->easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(w->easy, CURLOPT_PROTOCOLS_STR, "http");
	curl_easy_setopt(w->easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(w->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(w->easy, CURLOPT_TIMEOUT_MS, timeout_ms);
	curl_easy_setopt(w->easy, CURLOPT_CONNECTTIMEOUT_MS, timeout_ms);
	curl_easy_setopt(w->easy, CURLOPT_UNIX_SOCKET_PATH, path);
	curl_easy_setopt(w->easy, CURLOPT_URL, url);
	curl_easy_setopt(w->easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(w->easy, CURLOPT_WRITEDATA, w);
	curl_easy_setopt(w->easy, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(w->easy, CURLOPT_HEADERDATA, w);
	if (!grpc)
		return true;
	if (!add_header(w, "Content-Type: application/grpc") || !add_header(w, "TE: trailers"))
		return false;
	curl_easy_setopt(w->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE);
	/* libcurl 7.88 never sends the second call over a connection of this kind. */
	curl_easy_setopt(w->easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(w->easy, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(w->easy, CURLOPT_HTTPHEADER, w->headers);
	curl_easy_setopt(w->easy, CURLOPT_POSTFIELDS, w->call.body);
	curl_easy_setopt(w->easy, CURLOPT_POSTFIELDSIZE, (long)w->call.body_len);
	return true;
}

void ask_wire_free(struct ask_wire *w)
{
	if (w->easy)
		curl_easy_cleanup(w->easy);
	curl_slist_free_all(w->headers);
	free(w->call.body);
	free(w->body);
}

enum ask_cause ask_wire_end(struct ask_wire *w, CURLcode code, struct ask_reply *r)
{
	*r = (struct ask_reply){ .grpc_status = w->grpc_status, .body = w->body, .len = w->len };
	curl_easy_getinfo(w->easy, CURLINFO_RESPONSE_CODE, &r->status);
	if (code == CURLE_OK)
		return ASK_OK;
	if (w->too_large)
		return ASK_TOO_LARGE;
	if (code == CURLE_OPERATION_TIMEDOUT)
		return ASK_TIMEOUT;
	if (code == CURLE_COULDNT_CONNECT)
		return ASK_UNREACHED;
	return ASK_WRONG;
}
