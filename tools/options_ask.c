/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options of who is asked about containers. Those of the API server, and their variables, are
 * sysdig's.
 */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complain.h"

/* What Kubernetes gives to every pod whose account may ask. */
#define ACCOUNT "/var/run/secrets/kubernetes.io/serviceaccount/"

static int add_socket(struct options *o, const char *kind, const char *value)
{
	if (*value != '/')
		return complain("the socket of %s: '%s' is no whole path", kind, value);
	if (o->ask.n_sockets == OPTIONS_SOCKETS)
		return complain("more than %d sockets", OPTIONS_SOCKETS);
	o->ask.sockets[o->ask.n_sockets].kind = kind;
	o->ask.sockets[o->ask.n_sockets++].path = value;
	return 0;
}

int options_cri(struct options *o, const char *value)
{
	return add_socket(o, "cri", value);
}

int options_docker(struct options *o, const char *value)
{
	return add_socket(o, "docker", value);
}

int options_podman(struct options *o, const char *value)
{
	return add_socket(o, "podman", value);
}

/* Of the pod that we run in. */
static int set_cluster(struct options *o)
{
	const char *host = getenv("KUBERNETES_SERVICE_HOST");
	const char *port = getenv("KUBERNETES_SERVICE_PORT");
	bool v6 = host && strchr(host, ':');

	if (!host || !port)
		return complain("-k cluster: KUBERNETES_SERVICE_HOST and _PORT are not set: this "
				"is no pod");
	free(o->ask.url);
	if (asprintf(&o->ask.url, "https://%s%s%s:%s", v6 ? "[" : "", host, v6 ? "]" : "", port) <
	    0) {
		o->ask.url = NULL;
		return complain("out of memory");
	}
	o->ask.api = o->ask.url;
	o->ask.token = ACCOUNT "token";
	o->ask.ca = ACCOUNT "ca.crt";
	return 0;
}

int options_api(struct options *o, const char *value)
{
	size_t len = strlen(value);

	if (strcmp(value, "cluster") == 0)
		return set_cluster(o);
	if ((strncmp(value, "https://", 8) != 0 && strncmp(value, "http://", 7) != 0) || len > 256)
		return complain("-k: '%s' is neither a URL of http or https nor 'cluster'", value);
	free(o->ask.url);
	o->ask.url = strdup(value);
	if (!o->ask.url)
		return complain("out of memory");
	while (len && o->ask.url[len - 1] == '/')
		o->ask.url[--len] = '\0';
	o->ask.api = o->ask.url;
	return 0;
}

/* A file with a token, or certificate:key or certificate:key:authority. */
int options_api_cert(struct options *o, const char *value)
{
	char *rest;

	free(o->ask.split);
	rest = o->ask.split = strdup(value);
	if (!rest)
		return complain("out of memory");
	o->ask.token = o->ask.cert = o->ask.key = NULL;
	if (!strchr(rest, ':')) {
		o->ask.token = rest;
		return 0;
	}
	o->ask.cert = strsep(&rest, ":");
	o->ask.key = strsep(&rest, ":");
	if (rest)
		o->ask.ca = rest;
	if (!*o->ask.cert || !*o->ask.key || (rest && !*rest))
		return complain("-K: '%s' is neither a file with a token nor CERT:KEY[:CA]", value);
	return 0;
}

int options_api_ca(struct options *o, const char *value)
{
	o->ask.ca = value;
	return 0;
}

int options_node(struct options *o, const char *value)
{
	if (!*value || strlen(value) > 253)
		return complain("--node-name: '%s' is no name of a node", value);
	o->ask.node = value;
	return 0;
}

int options_ask_finish(struct options *o)
{
	const char *api = getenv("SYSDIG_K8S_API"), *cert = getenv("SYSDIG_K8S_API_CERT");
	int rc = 0;

	if (o->n_files || o->ask.nobody)
		return 0;
	if (!o->ask.api && api && *api)
		rc = options_api(o, api);
	if (!rc && o->ask.api && !o->ask.token && !o->ask.cert && cert && *cert)
		rc = options_api_cert(o, cert);
	return rc;
}

void options_ask_free(struct options_ask *a)
{
	free(a->split);
	free(a->url);
}
