/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of a container event (type 324), which other tools write and read too. */
#ifndef SINSP_CONTAINER_JSON_H
#define SINSP_CONTAINER_JSON_H

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

#endif
