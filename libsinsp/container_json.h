/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of a container event (type 324), which other tools write and read too. */
#ifndef SINSP_CONTAINER_JSON_H
#define SINSP_CONTAINER_JSON_H

#include <jansson.h>

#include "intern.h"
#include "sinsp.h"

/* Appends {"container":{...}} for @c to @out. Returns 0 or -ENOMEM. */
int container_json_encode(const struct sinsp_container *c, struct sinsp_text *out);

/*
 * Fills @c from text of any origin: unknown keys and wrong types are passed over. Strings go into
 * @pool; an earlier c->labels is freed. Returns 0, or -EBADMSG if it is not such an object or has
 * no id.
 */
int container_json_decode(const char *text, size_t len, struct sinsp_container *c,
			  struct intern *pool);

/* ---- mounts and health checks (container_details.c) ---- */

/* Parts of a mount, as one of sinsp_container.mounts has them. */
enum {
	SINSP_MOUNT_SOURCE,
	SINSP_MOUNT_DEST,
	SINSP_MOUNT_MODE,
	SINSP_MOUNT_RW, /* true or false */
	SINSP_MOUNT_PROPAGATION,
	SINSP_MOUNT_PARTS
};

#define SINSP_MOUNT_PART '\t' /* between two parts */
#define SINSP_MOUNT_END	 '\n' /* behind a mount */

struct sinsp_mount {
	const char *part[SINSP_MOUNT_PARTS];
	size_t len[SINSP_MOUNT_PARTS];
};

/* Takes the next mount off the text at @p; false: there is none. */
bool container_next_mount(const char **p, struct sinsp_mount *m);

struct runtime_query;

void container_mounts_decode(const struct runtime_query *q, json_t *mounts);
void container_details_decode(const struct runtime_query *q, json_t *o);
/* User, command, environment, ports and limits (container_spec.c). */
void container_spec_decode(const struct runtime_query *q, json_t *o);
void container_spec_encode(const struct sinsp_container *c, json_t *o);
void container_env_decode(const struct runtime_query *q, json_t *env, bool values);
/* An array of words into @field, with blanks between. */
void container_command_decode(const struct runtime_query *q, json_t *args, const char **field);
void container_port_add(struct sinsp_text *t, const char *ip, unsigned int host,
			unsigned int container, const char *proto);
/* Ports of a pod, as CRI, Kubernetes or podman list them. */
void container_ports_decode(const struct runtime_query *q, json_t *list);
/* A health check as Docker keeps it: {"Test": ["CMD-SHELL", "curl -f localhost"]}. */
void container_health_decode(const struct runtime_query *q, json_t *check);

/* JSON text is UTF-8; what is not (a hostile label) keeps its ASCII. */
json_t *container_json_text(const char *s);

int container_details_encode(const struct sinsp_container *c, json_t *o);

#endif
