/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is asked about containers while recording. */
#ifndef TOOLS_OPTIONS_ASK_H
#define TOOLS_OPTIONS_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OPTIONS_SOCKETS 32

struct options;

struct options_ask {
	struct {
		const char *kind, *path;
	} sockets[OPTIONS_SOCKETS];	     /* --cri, --docker-socket, --podman-socket */
	size_t n_sockets;		     /* 0: the usual ones */
	uint64_t timeout;		     /* --cri-timeout, in milliseconds; 0: as usual */
	const char *api;		     /* -k, or NULL: the API server is not asked */
	const char *token, *ca, *cert, *key; /* files: -K, --k8s-ca; or NULL */
	const char *node;		     /* --node-name, or NULL */
	char *split;			     /* -K taken apart */
	char *url;			     /* that was made */
	bool cloud;			     /* --ask-cloud */
	bool nobody;			     /* --no-ask */
};

int options_cri(struct options *o, const char *value);
int options_docker(struct options *o, const char *value);
int options_podman(struct options *o, const char *value);
int options_api(struct options *o, const char *value);
int options_api_cert(struct options *o, const char *value);
int options_api_ca(struct options *o, const char *value);
int options_node(struct options *o, const char *value);

/* What the environment says where no option does. Returns 0 or the exit status. */
int options_ask_finish(struct options *o);
void options_ask_free(struct options_ask *a);

#endif
