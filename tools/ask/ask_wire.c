/* SPDX-License-Identifier: BSD-2-Clause */
/* One call over HTTP, by libcurl. */
#include "ask_wire.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define GRPC_STATUS "grpc-status:"
#define TOKEN_MAX   16384u

static bool add_bytes(struct ask_wire *w, const char *p, size_t more)
{
	size_t limit = w->limit ? w->limit : ASK_BYTES_MAX, room;
	uint8_t *body;

	if (more > limit - w->len) {
		w->too_large = true;
		return false;
	}
	if (w->len + more > w->room) {
		room = 2 * (w->len + more);
		body = realloc(w->body, room);
		if (!body)
			return false;
		w->body = body;
		w->room = room;
	}
	memcpy(w->body + w->len, p, more);
	w->len += more;
	return true;
}

static bool take_lines(struct ask_wire *w, const char *p, size_t len)
{
	const char *end;
	bool good = true;

	while (good && (end = memchr(p, '\n', len))) {
		good = add_bytes(w, p, (size_t)(end - p)) &&
		       w->line(w, (const char *)w->body, w->len);
		len -= (size_t)(end - p) + 1;
		p = end + 1;
		w->len = 0;
	}
	return good && (len == 0 || add_bytes(w, p, len));
}

static size_t take_body(char *p, size_t size, size_t n, void *arg)
{
	struct ask_wire *w = arg;
	bool good = w->line ? take_lines(w, p, size * n) : add_bytes(w, p, size * n);

	return good ? size * n : CURL_WRITEFUNC_ERROR;
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

bool ask_wire_header(struct ask_wire *w, const char *line)
{
	struct curl_slist *more = curl_slist_append(w->headers, line);

	if (!more)
		return false;
	w->headers = more;
	curl_easy_setopt(w->easy, CURLOPT_HTTPHEADER, w->headers);
	return true;
}

/* Read anew for each call: it is replaced while we run. */
static bool add_token(struct ask_wire *w, const char *path)
{
	static const char head[] = "Authorization: Bearer ";
	char line[sizeof(head) + TOKEN_MAX];
	FILE *f = fopen(path, "re");
	size_t n = strlen(head), got;

	if (!f) {
		snprintf(w->why, sizeof(w->why), "%s: %s", path, strerror(errno));
		return false;
	}
	memcpy(line, head, n);
	got = fread(line + n, 1, TOKEN_MAX, f);
	fclose(f);
	while (got && (unsigned char)line[n + got - 1] <= ' ')
		got--;
	line[n + got] = '\0';
	if (got && strcspn(line, "\r\n") == n + got)
		return ask_wire_header(w, line);
	snprintf(w->why, sizeof(w->why), "%s: no token", path);
	return false;
}

static bool set_server(struct ask_wire *w, const struct ask_server *s)
{
	bool tls = strncmp(s->base, "https:", 6) == 0;

	curl_easy_setopt(w->easy, CURLOPT_PROTOCOLS_STR, tls ? "https" : "http");
	if (s->socket)
		curl_easy_setopt(w->easy, CURLOPT_UNIX_SOCKET_PATH, s->socket);
	if (s->ca)
		curl_easy_setopt(w->easy, CURLOPT_CAINFO, s->ca);
	if (s->cert)
		curl_easy_setopt(w->easy, CURLOPT_SSLCERT, s->cert);
	if (s->key)
		curl_easy_setopt(w->easy, CURLOPT_SSLKEY, s->key);
	/* or it would be asked for: on the terminal, or where questions come from */
	curl_easy_setopt(w->easy, CURLOPT_KEYPASSWD, "");
	if (s->once) {
		curl_easy_setopt(w->easy, CURLOPT_FRESH_CONNECT, 1L);
		curl_easy_setopt(w->easy, CURLOPT_FORBID_REUSE, 1L);
	}
	return !tls || !s->token || add_token(w, s->token);
}

bool ask_wire_begin(struct ask_wire *w, const struct ask_server *server, bool grpc, long timeout_ms)
{
	char url[sizeof(w->call.path) + 512];
	int n = snprintf(url, sizeof(url), "%s%s", server->base, w->call.path);

	w->grpc_status = -1;
	w->easy = n > 0 && (size_t)n < sizeof(url) ? curl_easy_init() : NULL;
	if (!w->easy)
		return false;
	/* Nothing of the environment: no proxy, no file of passwords. */
	curl_easy_setopt(w->easy, CURLOPT_PROXY, "");
	curl_easy_setopt(w->easy, CURLOPT_USERAGENT, "scapula-ask/" SCAPULA_VERSION);
	curl_easy_setopt(w->easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(w->easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(w->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(w->easy, CURLOPT_TIMEOUT_MS, timeout_ms);
	curl_easy_setopt(w->easy, CURLOPT_CONNECTTIMEOUT_MS, timeout_ms);
	curl_easy_setopt(w->easy, CURLOPT_URL, url);
	curl_easy_setopt(w->easy, CURLOPT_PRIVATE, w);
	curl_easy_setopt(w->easy, CURLOPT_ERRORBUFFER, w->why);
	curl_easy_setopt(w->easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(w->easy, CURLOPT_WRITEDATA, w);
	curl_easy_setopt(w->easy, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(w->easy, CURLOPT_HEADERDATA, w);
	if (!set_server(w, server))
		return false;
	if (!grpc)
		return true;
	/* libcurl 7.88 never sends the second call over a connection of this kind. */
	curl_easy_setopt(w->easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(w->easy, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(w->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE);
	curl_easy_setopt(w->easy, CURLOPT_POSTFIELDS, w->call.body);
	curl_easy_setopt(w->easy, CURLOPT_POSTFIELDSIZE, (long)w->call.body_len);
	return ask_wire_header(w, "Content-Type: application/grpc") &&
	       ask_wire_header(w, "TE: trailers");
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
	if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
	    code == CURLE_SSL_CERTPROBLEM)
		return ASK_UNTRUSTED;
	if (code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST)
		return ASK_UNREACHED;
	return ASK_WRONG;
}
