/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys with values, as one string. */
#include "container_pairs.h"

#include <string.h>

#include "runtime.h"

#define PAIRS_MAX 16384u
#define KEY_END	  '\t'
#define PAIR_END  '\n'

bool container_next_pair(const char **p, struct container_pair *pair)
{
	const char *end = *p ? strchr(*p, PAIR_END) : NULL, *mid;

	if (!end)
		return false;
	mid = memchr(*p, KEY_END, (size_t)(end - *p));
	if (!mid)
		mid = end;
	pair->key = *p;
	pair->key_len = (size_t)(mid - *p);
	pair->value = mid < end ? mid + 1 : end;
	pair->value_len = (size_t)(end - pair->value);
	*p = end + 1;
	return true;
}

bool container_find_pair(const char *pairs, const char *key, struct container_pair *pair)
{
	size_t len = strlen(key);

	while (container_next_pair(&pairs, pair))
		if (pair->key_len == len && memcmp(pair->key, key, len) == 0)
			return true;
	return false;
}

/* @s without what separates the pairs. */
static void add_part(struct sinsp_text *t, const char *s, char end)
{
	size_t i = t->len;

	sinsp_text_puts(t, s);
	for (; i < t->len; i++)
		if (t->ptr[i] == KEY_END || t->ptr[i] == PAIR_END)
			t->ptr[i] = ' ';
	sinsp_text_add(t, &end, 1);
}

void container_pairs_decode(const struct runtime_query *q, json_t *o, const char **field)
{
	struct sinsp_text t = { 0 };
	const char *key, *s;
	json_t *value;

	json_object_foreach(o, key, value)
	{
		s = json_string_value(value);
		if (!s || t.len + strlen(key) + strlen(s) + 2 > PAIRS_MAX)
			continue;
		add_part(&t, key, KEY_END);
		add_part(&t, s, PAIR_END);
	}
	if (t.len && !t.failed)
		*field = intern_str(q->pool, t.ptr, t.len);
	sinsp_text_free(&t);
}

json_t *container_pairs_encode(const char *pairs)
{
	struct container_pair p;
	json_t *o = NULL;

	while (container_next_pair(&pairs, &p)) {
		json_t *value = json_stringn(p.value, p.value_len);
		char key[PAIRS_MAX];

		if (!o)
			o = json_object();
		if (p.key_len >= sizeof(key)) { /* a keyframe may hold any */
			json_decref(value);
			continue;
		}
		memcpy(key, p.key, p.key_len);
		key[p.key_len] = '\0';
		json_object_set_new(o, key, value);
	}
	return o;
}
