/* SPDX-License-Identifier: BSD-2-Clause */
/* From the state to a keyframe. */
#include "image.h"

#include <errno.h>
#include <stdlib.h>

/* Numbers for pointers, in the order in which they come: strings, chunks, tables. */
struct ids {
	const void **keys; /* NULL: free */
	uint32_t *values;
	size_t n_slots; /* a power of two */
	uint32_t n;
};

struct put {
	struct sinsp *s;
	struct sinsp_text *strings, body; /* the strings stand in front of what uses them */
	struct ids string_ids, chunk_ids, table_ids;
	bool failed;
};

/* ---- ids ---- */

static size_t slot_of(const struct ids *ids, const void *key)
{
	size_t i = (size_t)(((uintptr_t)key * 0x9e3779b97f4a7c15u) >> 32) & (ids->n_slots - 1);

	while (ids->keys[i] && ids->keys[i] != key)
		i = (i + 1) & (ids->n_slots - 1);
	return i;
}

static bool ids_grow(struct ids *ids)
{
	struct ids old = *ids;
	size_t i, k;

	ids->n_slots = old.n_slots ? old.n_slots * 2 : 1024;
	ids->keys = calloc(ids->n_slots, sizeof(*ids->keys));
	ids->values = calloc(ids->n_slots, sizeof(*ids->values));
	for (i = 0; ids->keys && ids->values && i < old.n_slots; i++) {
		if (!old.keys[i])
			continue;
		k = slot_of(ids, old.keys[i]);
		ids->keys[k] = old.keys[i];
		ids->values[k] = old.values[i];
	}
	free(old.keys);
	free(old.values);
	return ids->keys && ids->values;
}

static void ids_free(struct ids *ids)
{
	free(ids->keys);
	free(ids->values);
}

/* The number of @key; *@fresh: it came for the first time. */
static uint32_t id_of(struct put *p, struct ids *ids, const void *key, bool *fresh)
{
	size_t i;

	*fresh = false;
	if (p->failed || (ids->n * 2 >= ids->n_slots && !ids_grow(ids))) {
		p->failed = true;
		return 0;
	}
	i = slot_of(ids, key);
	if (!ids->keys[i]) {
		ids->keys[i] = key;
		ids->values[i] = ids->n++;
		*fresh = true;
	}
	return ids->values[i];
}

/* ---- values ---- */

static void put_u64(struct sinsp_text *out, uint64_t v)
{
	char buf[10];
	size_t n = 0;

	for (; v >= 0x80; v >>= 7)
		buf[n++] = (char)(v | 0x80);
	buf[n++] = (char)v;
	sinsp_text_add(out, buf, n);
}

static void put_s64(struct sinsp_text *out, int64_t v)
{
	put_u64(out, (uint64_t)v << 1 ^ (uint64_t)(v >> 63));
}

/* Interned strings have one address each. 0: empty, n: string n - 1. */
static void put_string(struct put *p, const char *s, size_t len)
{
	bool fresh;
	uint32_t id;

	if (len == 0) {
		put_u64(&p->body, 0);
		return;
	}
	id = id_of(p, &p->string_ids, s, &fresh);
	if (fresh) {
		put_u64(p->strings, len);
		sinsp_text_add(p->strings, s, len);
	}
	put_u64(&p->body, (uint64_t)id + 1);
}

static void put_field(struct put *p, const uint8_t *at, uint8_t kind)
{
	union {
		bool b;
		uint8_t u8;
		uint16_t u16;
		uint32_t u32;
		uint64_t u64;
		int64_t s64;
		int e;
		const char *str;
		struct scap_bytes bytes;
	} v;

#define GET(m) (memcpy(&v.m, at, sizeof(v.m)), v.m)
	switch ((enum image_kind)kind) {
	case IMAGE_BOOL:
		put_u64(&p->body, GET(b));
		break;
	case IMAGE_U8:
		put_u64(&p->body, GET(u8));
		break;
	case IMAGE_U16:
		put_u64(&p->body, GET(u16));
		break;
	case IMAGE_U32:
		put_u64(&p->body, GET(u32));
		break;
	case IMAGE_U64:
		put_u64(&p->body, GET(u64));
		break;
	case IMAGE_S64:
		put_s64(&p->body, GET(s64));
		break;
	case IMAGE_ENUM:
		put_s64(&p->body, GET(e));
		break;
	case IMAGE_STR:
		memcpy(&v.str, at, sizeof(v.str));
		put_string(p, v.str, strlen(v.str));
		break;
	case IMAGE_BYTES:
		memcpy(&v.bytes, at, sizeof(v.bytes));
		put_string(p, v.bytes.ptr, v.bytes.len);
		break;
	case IMAGE_IP:
		sinsp_text_add(&p->body, (const char *)at, 16);
		break;
	}
#undef GET
}

static void put_fields(struct put *p, const void *from, const struct image_table *table)
{
	size_t i;

	for (i = 0; i < table->n; i++)
		put_field(p, (const uint8_t *)from + table->fields[i].at, table->fields[i].kind);
}

/* ---- the state ---- */

static void put_exits(struct put *p)
{
	const struct sinsp *s = p->s;
	uint64_t before = 0;
	size_t i, n = 0;

	for (i = 0; i < EXITS_KEPT; i++)
		n += s->exits[i].tid != 0;
	put_u64(&p->body, n);
	for (i = 0; i < EXITS_KEPT; i++) {
		if (!s->exits[i].tid)
			continue;
		put_s64(&p->body, s->exits[i].tid);
		put_s64(&p->body, (int64_t)(s->exits[i].ts - before));
		before = s->exits[i].ts;
	}
}

static void put_containers(struct put *p)
{
	struct containers *cs = &p->s->containers;
	const struct container *c;
	size_t i;

	put_u64(&p->body, cs->n);
	TAILQ_FOREACH (c, &cs->all, link) {
		put_fields(p, c, &image_container);
		put_u64(&p->body, c->pub.json != NULL);
		if (c->pub.json)
			put_string(p, c->pub.json, strlen(c->pub.json));
		put_u64(&p->body, c->pub.n_labels);
		for (i = 0; i < c->pub.n_labels; i++) {
			put_string(p, c->pub.labels[i].key, strlen(c->pub.labels[i].key));
			put_string(p, c->pub.labels[i].value, strlen(c->pub.labels[i].value));
		}
	}
}

static void put_users(struct put *p)
{
	const struct users *u = &p->s->users;
	const struct user_list *l;
	size_t i, n = 0;

	STAILQ_FOREACH (l, &u->lists, link)
		n += l->n_users || l->n_groups;
	put_u64(&p->body, n);
	STAILQ_FOREACH (l, &u->lists, link) {
		if (!l->n_users && !l->n_groups)
			continue;
		put_string(p, l->container, strlen(l->container));
		put_u64(&p->body, l->n_users);
		for (i = 0; i < l->n_users; i++)
			put_fields(p, &l->users[i], &image_user);
		put_u64(&p->body, l->n_groups);
		for (i = 0; i < l->n_groups; i++)
			put_fields(p, &l->groups[i], &image_group);
	}
}

/* A chunk at its first use; later uses are its number alone. */
static void put_chunk(struct put *p, const struct fd_chunk *c)
{
	unsigned int i;
	bool fresh;

	put_u64(&p->body, id_of(p, &p->chunk_ids, c, &fresh));
	if (!fresh)
		return;
	put_u64(&p->body, c->used);
	for (i = 0; i < FD_CHUNK; i++)
		if (c->used & 1u << i)
			put_fields(p, &c->fd[i], &image_fd);
}

/* The same with tables. 0: none. */
static void put_table(struct put *p, const struct sinsp_fd_table *t)
{
	uint32_t index, id;
	bool fresh;
	size_t i;

	if (!t) {
		put_u64(&p->body, 0);
		return;
	}
	id = id_of(p, &p->table_ids, t, &fresh);
	put_u64(&p->body, (uint64_t)id + 1);
	if (!fresh)
		return;
	put_u64(&p->body, fds_n_chunks(t));
	for (i = 0; i < fds_n_chunks(t); i++) {
		const struct fd_chunk *c = fds_chunk(t, i, &index);

		put_u64(&p->body, index);
		put_chunk(p, c);
	}
}

static void put_threads(struct put *p)
{
	const struct threads *ts = &p->s->threads;
	const struct thread *t;

	put_u64(&p->body, ts->n);
	TAILQ_FOREACH (t, &ts->all, all) {
		const struct sinsp_container *c = t->pub.container;

		put_fields(p, t, &image_thread);
		put_s64(&p->body, t->pub.ptid);
		put_s64(&p->body, t->pub.leader ? t->pub.leader->tid : 0);
		put_string(p, c ? c->id : "", c ? strlen(c->id) : 0);
		put_table(p, t->pub.fds);
		put_u64(&p->body, t->entry.type);
		if (!t->entry.type)
			continue;
		put_u64(&p->body, t->entry.len);
		sinsp_text_add(&p->body, t->entry.path, t->entry.len);
	}
}

static void put_forks(struct put *p)
{
	const struct forks *f = &p->s->forks;
	struct thread t = { 0 };
	unsigned int i;

	put_u64(&p->body, f->next);
	for (i = 0; i < FORKS_KEPT; i++) {
		put_s64(&p->body, f->kept[i].parent);
		if (!f->kept[i].parent)
			continue;
		put_s64(&p->body, f->kept[i].child);
		t.pub = f->kept[i].from;
		put_fields(p, &t, &image_thread);
		put_table(p, t.pub.fds);
	}
}

/* All of it is put: gives it to @out, and back what it took. */
static int put_end(struct put *p, struct sinsp_text *out)
{
	put_u64(out, IMAGE_VERSION);
	put_u64(out, p->string_ids.n);
	sinsp_text_add(out, p->strings->ptr, p->strings->len);
	sinsp_text_add(out, p->body.ptr, p->body.len);
	p->failed = p->failed || p->strings->failed || p->body.failed || out->failed;
	sinsp_text_free(p->strings);
	sinsp_text_free(&p->body);
	ids_free(&p->string_ids);
	ids_free(&p->chunk_ids);
	ids_free(&p->table_ids);
	return p->failed ? -ENOMEM : 0;
}

static void put_switches(struct put *p)
{
	const uint64_t *at = p->s->switched;
	unsigned int cpu, n = 0;

	for (cpu = 0; cpu < CPUS_MAX; cpu++)
		if (at[cpu])
			n = cpu + 1;
	put_u64(&p->body, n);
	for (cpu = 0; cpu < n; cpu++)
		put_s64(&p->body, (int64_t)(at[cpu] - (cpu ? at[cpu - 1] : 0)));
}

int image_put(struct sinsp *s, struct sinsp_text *out)
{
	struct put p = { .s = s };
	struct sinsp_text strings = { 0 };

	p.strings = &strings;
	sinsp_finish_last(s);
	put_fields(&p, s, &image_inspector);
	put_exits(&p);
	put_switches(&p);
	put_containers(&p);
	put_users(&p);
	put_threads(&p);
	put_forks(&p);
	return put_end(&p, out);
}

int image_put_one(const struct image_table *table, const void *from, struct sinsp_text *out)
{
	struct sinsp_text strings = { 0 };
	struct put p = { .strings = &strings };

	put_fields(&p, from, table);
	return put_end(&p, out);
}
