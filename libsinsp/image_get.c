/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a keyframe to the state. Nothing in it is believed: whoever reads past the end gets zeros
 * and sets `bad`, counts are only limits of loops that end at the first bad value, and what is made
 * is bounded by the same limits as what events make.
 */
#include "image.h"

#include <errno.h>
#include <stdlib.h>

#define STRINGS_MAX  (1u << 21) /* more do not fit into a keyframe, if they say something */
#define LABELS_MAX   65536u	/* of a container */
#define LEADERS_DEEP 64 /* steps from a thread to a leader of its own; more than one is rare */

struct string {
	const char *ptr;
	size_t len;
};

struct get {
	struct sinsp *s;
	const uint8_t *p, *end;
	bool bad;
	struct string *strings;
	size_t n_strings;
	struct fd_chunk **chunks; /* a share of each */
	size_t n_chunks, chunks_cap;
	struct sinsp_fd_table **tables; /* the same */
	size_t n_tables, tables_cap;
	struct thread **threads;
	int64_t *leaders;
};

/* ---- values ---- */

static uint64_t get_u64(struct get *g)
{
	unsigned int shift = 0;
	uint64_t v = 0;
	uint8_t b;

	do {
		if (g->p == g->end || shift > 63) {
			g->bad = true;
			return 0;
		}
		b = *g->p++;
		v |= (uint64_t)(b & 0x7f) << shift;
		shift += 7;
	} while (b & 0x80);
	return v;
}

static int64_t get_s64(struct get *g)
{
	uint64_t v = get_u64(g);

	return (int64_t)(v >> 1 ^ (0 - (v & 1)));
}

/* A value that is at most @max. */
static uint64_t get_max(struct get *g, uint64_t max)
{
	uint64_t v = get_u64(g);

	if (v > max) {
		g->bad = true;
		return 0;
	}
	return v;
}

/* A number of things of which each takes a byte at least. */
static size_t get_count(struct get *g)
{
	return (size_t)get_max(g, (uint64_t)(g->end - g->p));
}

static const uint8_t *get_raw(struct get *g, size_t n)
{
	const uint8_t *p = g->p;

	if (n > (size_t)(g->end - g->p)) {
		g->bad = true;
		return NULL;
	}
	g->p += n;
	return p;
}

static struct string get_string(struct get *g)
{
	uint64_t id = get_max(g, g->n_strings);

	return id ? g->strings[id - 1] : (struct string){ "", 0 };
}

static void get_field(struct get *g, uint8_t *at, uint8_t kind, struct intern *pool)
{
	struct scap_bytes bytes;
	struct string str;
	const uint8_t *ip;
	const char *ptr;
	int64_t s64;
	uint64_t u;
	bool b;
	int e;

	switch ((enum image_kind)kind) {
	case IMAGE_BOOL:
		b = get_max(g, 1);
		memcpy(at, &b, sizeof(b));
		break;
	case IMAGE_U8: /* little-endian: the low bytes */
		u = get_max(g, UINT8_MAX);
		memcpy(at, &u, sizeof(uint8_t));
		break;
	case IMAGE_U16:
		u = get_max(g, UINT16_MAX);
		memcpy(at, &u, sizeof(uint16_t));
		break;
	case IMAGE_U32:
		u = get_max(g, UINT32_MAX);
		memcpy(at, &u, sizeof(uint32_t));
		break;
	case IMAGE_U64:
		u = get_u64(g);
		memcpy(at, &u, sizeof(u));
		break;
	case IMAGE_S64:
		s64 = get_s64(g);
		memcpy(at, &s64, sizeof(s64));
		break;
	case IMAGE_ENUM:
		e = (int)get_s64(g);
		memcpy(at, &e, sizeof(e));
		break;
	case IMAGE_STR:
		str = get_string(g);
		ptr = intern_str(pool, str.ptr, str.len);
		memcpy(at, &ptr, sizeof(ptr));
		break;
	case IMAGE_BYTES:
		str = get_string(g);
		bytes = intern_bytes(pool, str.ptr, str.len);
		memcpy(at, &bytes, sizeof(bytes));
		break;
	case IMAGE_IP:
		ip = get_raw(g, 16);
		if (ip)
			memcpy(at, ip, 16);
		break;
	}
}

static void get_fields(struct get *g, void *to, const struct image_table *table,
		       struct intern *pool)
{
	size_t i;

	for (i = 0; i < table->n; i++)
		get_field(g, (uint8_t *)to + table->fields[i].at, table->fields[i].kind, pool);
}

/* ---- parts that are referred to ---- */

static void get_strings(struct get *g)
{
	size_t i, n = get_count(g);

	if (n > STRINGS_MAX) {
		g->bad = true;
		return;
	}
	g->strings = calloc(n ? n : 1, sizeof(*g->strings));
	if (!g->strings) {
		g->bad = true;
		return;
	}
	for (i = 0; i < n && !g->bad; i++) {
		g->strings[i].len = get_count(g);
		g->strings[i].ptr = (const char *)get_raw(g, g->strings[i].len);
	}
	g->n_strings = i;
}

/* Room for one more pointer in an array that doubles. */
static bool room(void *array, size_t n, size_t *cap)
{
	void **p = array, *q;

	if (n < *cap)
		return true;
	q = reallocarray(*p, *cap ? *cap * 2 : 64, sizeof(void *));
	if (!q)
		return false;
	*p = q;
	*cap = *cap ? *cap * 2 : 64;
	return true;
}

static struct fd_chunk *get_chunk(struct get *g)
{
	uint64_t id = get_max(g, g->n_chunks);
	struct fd_chunk *c;
	unsigned int i;

	if (g->bad || id < g->n_chunks)
		return g->bad ? NULL : g->chunks[id];
	if (!room(&g->chunks, g->n_chunks, &g->chunks_cap) ||
	    !(c = fd_chunk_new(&g->s->threads.fd_budget, NULL))) {
		g->bad = true;
		return NULL;
	}
	g->chunks[g->n_chunks++] = c;
	c->used = (uint16_t)get_max(g, UINT16_MAX);
	for (i = 0; i < FD_CHUNK && !g->bad; i++) {
		if (!(c->used & 1u << i))
			continue;
		memset(&c->fd[i], 0, sizeof(c->fd[i]));
		get_fields(g, &c->fd[i], &image_fd, g->s->pool);
	}
	if (g->bad)
		c->used = 0; /* what was not read must not be looked at */
	return c;
}

/* The numbers of descriptors are not in the chunks: they follow from the place in the table. */
static void number_chunk(struct get *g, struct fd_chunk *c, uint32_t index)
{
	unsigned int i;

	for (i = 0; i < FD_CHUNK; i++) {
		int64_t num = (int64_t)index * FD_CHUNK + i;

		if (!(c->used & 1u << i))
			continue;
		if (c->refs > 1 && c->fd[i].num != num)
			g->bad = true; /* a chunk has the same place in all of its tables */
		c->fd[i].num = num;
	}
}

/* The caller gets a share. NULL: there is none, or it is bad. */
static struct sinsp_fd_table *get_table(struct get *g)
{
	uint64_t id = get_max(g, (uint64_t)g->n_tables + 1);
	struct sinsp_fd_table *t;
	size_t i, n;

	if (g->bad || id == 0)
		return NULL;
	if (id <= g->n_tables)
		return fds_share(g->tables[id - 1]);
	if (!room(&g->tables, g->n_tables, &g->tables_cap) ||
	    !(t = fds_new(&g->s->threads.fd_budget))) {
		g->bad = true;
		return NULL;
	}
	g->tables[g->n_tables++] = t;
	n = get_count(g);
	for (i = 0; i < n && !g->bad; i++) {
		uint32_t index = (uint32_t)get_max(g, INT32_MAX / FD_CHUNK);
		struct fd_chunk *c = get_chunk(g);

		if (!c || g->bad)
			break;
		number_chunk(g, c, index);
		if (!fds_append_chunk(t, index, c))
			g->bad = true;
	}
	return g->bad ? NULL : fds_share(t);
}

/* ---- the state ---- */

static void get_exits(struct get *g)
{
	uint64_t before = 0;
	size_t n = get_count(g);

	for (; n > 0 && !g->bad; n--) {
		int64_t tid = get_s64(g);
		size_t i = (size_t)tid & (EXITS_KEPT - 1);

		before += (uint64_t)get_s64(g);
		g->s->exits[i].tid = tid;
		g->s->exits[i].ts = before;
	}
}

static void get_switches(struct get *g)
{
	unsigned int cpu, n = (unsigned int)get_max(g, CPUS_MAX);
	uint64_t before = 0;

	for (cpu = 0; cpu < n && !g->bad; cpu++) {
		before += (uint64_t)get_s64(g);
		g->s->switched[cpu] = before;
	}
}

static bool get_labels(struct get *g, struct sinsp_container *c)
{
	struct intern *pool = g->s->kept;
	size_t i, n = (size_t)get_max(g, LABELS_MAX);

	c->labels = n ? calloc(n, sizeof(*c->labels)) : NULL;
	if (n && !c->labels)
		return false;
	for (i = 0; i < n && !g->bad; i++) {
		struct string k = get_string(g), v = get_string(g);

		c->labels[i].key = intern_str(pool, k.ptr, k.len);
		c->labels[i].value = intern_str(pool, v.ptr, v.len);
	}
	c->n_labels = n;
	return !g->bad;
}

static void get_containers(struct get *g)
{
	struct intern *pool = g->s->kept;
	size_t n = get_count(g);

	for (; n > 0 && !g->bad; n--) {
		struct container c = { 0 };
		struct string json;

		get_fields(g, &c, &image_container, pool);
		if (get_max(g, 1)) {
			json = get_string(g);
			c.pub.json = intern_str(pool, json.ptr, json.len);
		}
		if (g->bad || !*c.pub.id || !get_labels(g, &c.pub) ||
		    !containers_restore(&g->s->containers, &c)) {
			free(c.pub.labels);
			g->bad = true;
		}
	}
}

static void get_users(struct get *g)
{
	bool keep = !g->s->opts.no_users;
	size_t lists = get_count(g), n;

	for (; lists > 0 && !g->bad; lists--) {
		struct string str = get_string(g);
		const char *of = intern_str(g->s->kept, str.ptr, str.len);
		struct scap_group group;
		struct scap_user user;

		for (n = get_count(g); n > 0 && !g->bad; n--) {
			get_fields(g, &user, &image_user, g->s->kept);
			if (keep && !g->bad)
				users_add(&g->s->users, of, &user);
		}
		for (n = get_count(g); n > 0 && !g->bad; n--) {
			get_fields(g, &group, &image_group, g->s->kept);
			if (keep && !g->bad)
				groups_add(&g->s->users, of, &group);
		}
	}
}

static void get_entry(struct get *g, struct entry_name *e)
{
	const uint8_t *path;

	e->type = (uint16_t)get_max(g, SCAP_EVT_MAX - 1);
	if (!e->type)
		return;
	e->len = e->cap = (uint32_t)get_count(g);
	path = get_raw(g, e->len);
	e->path = path ? malloc(e->len ? e->len : 1) : NULL;
	if (!e->path) {
		e->type = 0;
		g->bad = true;
		return;
	}
	memcpy(e->path, path, e->len);
}

static struct thread *get_thread(struct get *g, int64_t *leader)
{
	struct threads *ts = &g->s->threads;
	struct thread from, *t;
	struct container *c;
	struct string id;
	int64_t ptid;

	memset(&from, 0, sizeof(from));
	get_fields(g, &from, &image_thread, g->s->pool);
	ptid = get_s64(g);
	*leader = get_s64(g);
	id = get_string(g);
	c = id.len ? containers_find(&g->s->containers, id.ptr, id.len) : NULL;
	if (g->bad || from.pub.tid <= 0 || (id.len && !c) || threads_find(ts, from.pub.tid) ||
	    !(t = threads_add(ts, from.pub.tid))) {
		g->bad = true;
		return NULL;
	}
	from.pub.ptid = t->pub.ptid;
	from.pub.container = c ? &c->pub : NULL;
	t->pub = from.pub;
	t->born = from.born;
	t->by_child = from.by_child;
	threads_set_parent(ts, t, ptid);
	t->pub.doubt = from.pub.doubt;
	t->pub.fds = get_table(g);
	get_entry(g, &t->entry);
	return t;
}

/*
 * A leader has its own entry, and the way to one that leads itself is short: what removes a leader
 * removes its threads, and must come to an end.
 */
static bool set_leader(struct get *g, struct thread *t, int64_t tid)
{
	struct thread *leader = threads_find(&g->s->threads, tid);

	if (!leader)
		return false;
	t->pub.leader = &leader->pub;
	if (t == leader)
		return true;
	LIST_INSERT_HEAD(&leader->members, t, member);
	t->is_member = true;
	return true;
}

static bool leads_somewhere(const struct thread *t)
{
	const struct sinsp_thread *p = &t->pub;
	int i;

	for (i = 0; i < LEADERS_DEEP; i++) {
		if (!p->leader || p->leader == p)
			return true;
		p = p->leader;
	}
	return false;
}

/* Before anything else may go wrong: no circle of leaders is ever left behind. */
static void unlink_leaders(struct get *g, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct thread *t = g->threads[i];

		if (t->is_member)
			LIST_REMOVE(t, member);
		t->is_member = false;
		t->pub.leader = NULL;
	}
}

static void get_threads(struct get *g)
{
	size_t i, n = get_count(g);

	if (n > THREADS_MAX) {
		g->bad = true;
		return;
	}
	g->threads = calloc(n ? n : 1, sizeof(*g->threads));
	g->leaders = calloc(n ? n : 1, sizeof(*g->leaders));
	if (!g->threads || !g->leaders) {
		g->bad = true;
		return;
	}
	for (i = 0; i < n && !g->bad; i++)
		g->threads[i] = get_thread(g, &g->leaders[i]);
	if (g->bad)
		return;
	for (i = 0; i < n && !g->bad; i++)
		if (g->leaders[i] && !set_leader(g, g->threads[i], g->leaders[i]))
			g->bad = true;
	for (i = 0; i < n && !g->bad; i++)
		if (!leads_somewhere(g->threads[i]))
			g->bad = true;
	if (g->bad)
		unlink_leaders(g, n);
}

static void get_forks(struct get *g)
{
	struct forks *f = &g->s->forks;
	struct thread t;
	unsigned int i;

	f->next = (unsigned int)get_max(g, FORKS_KEPT - 1);
	for (i = 0; i < FORKS_KEPT && !g->bad; i++) {
		f->kept[i].parent = get_s64(g);
		if (!f->kept[i].parent)
			continue;
		f->kept[i].child = get_s64(g);
		memset(&t, 0, sizeof(t));
		get_fields(g, &t, &image_thread, g->s->pool);
		t.pub.fds = get_table(g);
		f->kept[i].from = t.pub;
	}
}

static void drop_shares(struct get *g)
{
	size_t i;

	for (i = 0; i < g->n_tables; i++)
		fds_drop(g->tables[i]);
	for (i = 0; i < g->n_chunks; i++)
		fd_chunk_drop(&g->s->threads.fd_budget, g->chunks[i]);
	free(g->tables);
	free(g->chunks);
	free(g->strings);
	free(g->threads);
	free(g->leaders);
}

int image_get(struct sinsp *s, const uint8_t *p, size_t len, uint64_t num)
{
	struct get g = { .s = s, .p = p, .end = p + len };

	if (get_u64(&g) != IMAGE_VERSION || g.bad)
		return -ENOTSUP;
	if (!sinsp_clear(s))
		return -ENOMEM;
	get_strings(&g);
	get_fields(&g, s, &image_inspector, s->pool);
	get_exits(&g);
	get_switches(&g);
	get_containers(&g);
	get_users(&g);
	get_threads(&g);
	get_forks(&g);
	if (g.p != g.end)
		g.bad = true;
	drop_shares(&g);
	if (g.bad)
		return sinsp_clear(s) ? -EBADMSG : -ENOMEM;
	s->num = num;
	return 0;
}

int image_get_one(const struct image_table *table, void *to, const uint8_t *p, size_t len,
		  struct intern *pool)
{
	struct get g = { .p = p, .end = p + len };

	if (get_u64(&g) != IMAGE_VERSION || g.bad)
		return -ENOTSUP;
	get_strings(&g);
	get_fields(&g, to, table, pool);
	if (g.p != g.end)
		g.bad = true;
	free(g.strings);
	return g.bad ? -EBADMSG : 0;
}
