/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Metadata services. Only single values are asked for where there is a choice: whole answers hold
 * what instances are started with, passwords and the like.
 */
#include "ask_cloud.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FACTS_MAX 1024u
#define VALUE_MAX 256u

struct facts {
	const char *base;
	long timeout_ms;
	bool unreached; /* nobody is there: whoever else may be asked has the same address */
	char lines[FACTS_MAX];
};

/* A value is a line: letters and signs as they are in names, no more. */
static void add(struct facts *f, const char *key, const char *value)
{
	size_t at = strlen(f->lines), i, len = strlen(value);

	if (!len || len >= VALUE_MAX || at + strlen(key) + len + 3 > sizeof(f->lines))
		return;
	for (i = 0; i < len; i++)
		if (value[i] <= ' ' || value[i] > '~')
			return;
	sprintf(f->lines + at, "%s\t%s\n", key, value);
}

/* The body of an answer with status 200, ended by a NUL; NULL: there is none. */
static char *fetch(struct facts *f, const char *method, const char *path, const char *header)
{
	const struct ask_server server = { .base = f->base };
	struct ask_wire w = { .limit = 65536 };
	struct ask_reply r = { 0 };
	enum ask_cause cause;
	char *body = NULL;

	if (f->unreached)
		return NULL;
	snprintf(w.call.path, sizeof(w.call.path), "%s", path);
	if (ask_wire_begin(&w, &server, false, f->timeout_ms) && ask_wire_header(&w, header)) {
		curl_easy_setopt(w.easy, CURLOPT_CUSTOMREQUEST, method);
		cause = ask_wire_end(&w, curl_easy_perform(w.easy), &r);
		f->unreached = cause == ASK_UNREACHED || cause == ASK_TIMEOUT;
		if (cause == ASK_OK && r.status == 200)
			body = strndup(r.body ? (const char *)r.body : "", r.len);
	}
	ask_wire_free(&w);
	return body;
}

static json_t *fetch_json(struct facts *f, const char *path, const char *header)
{
	char *body = fetch(f, "GET", path, header);
	json_t *o = body ? ask_parse(body, strlen(body)) : NULL;

	free(body);
	return o;
}

/* ---- the clouds ---- */

static void ask_aws(struct facts *f)
{
	char header[VALUE_MAX + 64], *token;
	json_t *o;

	token = fetch(f, "PUT", "/latest/api/token", "X-aws-ec2-metadata-token-ttl-seconds: 60");
	if (!token || strlen(token) >= VALUE_MAX || strpbrk(token, "\r\n")) {
		free(token);
		return;
	}
	snprintf(header, sizeof(header), "X-aws-ec2-metadata-token: %s", token);
	free(token);
	o = fetch_json(f, "/latest/dynamic/instance-identity/document", header);
	if (!o)
		return;
	add(f, "cloud", "aws");
	add(f, "instance", ask_str(o, "instanceId", NULL));
	add(f, "region", ask_str(o, "region", NULL));
	add(f, "zone", ask_str(o, "availabilityZone", NULL));
	add(f, "account", ask_str(o, "accountId", NULL));
	json_decref(o);
}

/* "projects/1234/zones/us-central1-a" */
static void add_zone(struct facts *f, const char *path)
{
	const char *slash = strrchr(path, '/'), *zone = slash ? slash + 1 : path;
	const char *dash = strrchr(zone, '-');
	char region[VALUE_MAX];

	if (dash && dash > zone) {
		snprintf(region, sizeof(region), "%.*s", (int)(dash - zone), zone);
		add(f, "region", region);
	}
	add(f, "zone", zone);
}

static void ask_google(struct facts *f)
{
	static const char header[] = "Metadata-Flavor: Google", root[] = "/computeMetadata/v1/";
	static const struct {
		const char *path, *key;
	} rows[] = {
		{ "instance/id", "instance" },
		{ "instance/zone", "zone" },
		{ "project/project-id", "account" },
	};
	char path[128], *value;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", root, rows[i].path);
		value = fetch(f, "GET", path, header);
		if (!value)
			return;
		if (i == 0)
			add(f, "cloud", "gcp");
		if (strcmp(rows[i].key, "zone") == 0)
			add_zone(f, value);
		else
			add(f, rows[i].key, value);
		free(value);
	}
}

static void ask_azure(struct facts *f)
{
	json_t *o = fetch_json(f, "/metadata/instance/compute?api-version=2021-02-01",
			       "Metadata: true");

	if (!o)
		return;
	add(f, "cloud", "azure");
	add(f, "instance", ask_str(o, "vmId", NULL));
	add(f, "region", ask_str(o, "location", NULL));
	add(f, "zone", ask_str(o, "zone", NULL));
	add(f, "account", ask_str(o, "subscriptionId", NULL));
	json_decref(o);
}

char *ask_cloud(const char *base, long timeout_ms)
{
	static void (*const clouds[])(struct facts * f) = { ask_aws, ask_google, ask_azure };
	struct facts f = { .base = base, .timeout_ms = timeout_ms };
	size_t i;

	for (i = 0; i < sizeof(clouds) / sizeof(clouds[0]) && !*f.lines; i++)
		clouds[i](&f);
	return *f.lines ? strdup(f.lines) : NULL;
}
