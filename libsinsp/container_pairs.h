/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keys with values of a container, as one string: "key\tvalue\n" for each. For what is looked at
 * seldom and kept for many containers; most pods of one kind have the same, and it is there once.
 */
#ifndef SINSP_CONTAINER_PAIRS_H
#define SINSP_CONTAINER_PAIRS_H

#include <jansson.h>

#include "sinsp.h"

struct container_pair {
	const char *key, *value;
	size_t key_len, value_len;
};

/* Takes the next pair off the text at @p; false: there is none. */
bool container_next_pair(const char **p, struct container_pair *pair);

/* The one of key @key; false: there is none. */
bool container_find_pair(const char *pairs, const char *key, struct container_pair *pair);

struct runtime_query;

/* Sets @field to the strings of @o, as many as fit; it stays as it is if there are none. */
void container_pairs_decode(const struct runtime_query *q, json_t *o, const char **field);
/* NULL: there are none. */
json_t *container_pairs_encode(const char *pairs);

#endif
