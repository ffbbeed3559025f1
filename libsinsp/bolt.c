/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bolt's file. Pages of one size, numbered from 0, in the byte order of the machine; the first two
 * are the meta pages. A page has a header, an array of elements and the keys and values that these
 * point to, and goes on over as many pages behind it as it needs.
 *
 * A branch has the first key of each page below it, a leaf keys and values, both sorted. A value
 * can be a bucket: the number of the page with its root, or, if that is 0, the root itself as a
 * leaf of any size, which has no page.
 *
 * Nothing in it is believed, and it may be changed or cut while it is read: it is not mapped. Each
 * page is read once, and what all of them come to is bounded: pages that lead to each other, or are
 * of any size, cost no more.
 */
#include "bolt.h"

#include <bsd/sys/queue.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC	 0xed0cdaedu
#define VERSION	 2u
#define PAGE_MIN 1024u
#define PAGE_MAX 65536u
#define TREE_MAX (4u << 20) /* bytes of all pages that are read */
#define TRIES	 4u
#define DEPTH	 24u   /* of one bucket: of two keys a page, it has 16 million of them */
#define EACH_MAX 1024u /* pages and elements that bolt_each() looks at */

enum { BRANCH = 1, LEAF = 2, META = 4 };
enum { ELEMENT_BUCKET = 1 };

struct header {
	uint64_t id;
	uint16_t flags;
	uint16_t count;
	uint32_t overflow; /* pages behind the first */
};

struct meta {
	uint32_t magic, version, page_size, flags;
	uint64_t root, sequence;
	uint64_t freelist, end; /* of all pages */
	uint64_t txid, checksum;
};

struct branch_element {
	uint32_t pos, ksize; /* from the element on */
	uint64_t page;
};

struct leaf_element {
	uint32_t flags, pos, ksize, vsize;
};

struct bucket {
	uint64_t root, sequence;
};

_Static_assert(sizeof(struct header) == 16, "header");
_Static_assert(sizeof(struct meta) == 64, "meta");
_Static_assert(sizeof(struct branch_element) == 16, "branch_element");
_Static_assert(sizeof(struct leaf_element) == 16, "leaf_element");

/* A root inside its bucket's value, or a page with those behind it. */
struct node {
	const uint8_t *data;
	size_t len;
	struct header head;
};

struct page {
	SLIST_ENTRY(page) link;
	uint64_t id;
	size_t len;
	uint8_t data[];
};

struct bolt {
	int fd;
	uint64_t size; /* of the file */
	size_t left;   /* of TREE_MAX */
	struct meta meta;
	SLIST_HEAD(, page) pages;
};

static bool read_at(int fd, void *to, size_t len, uint64_t at)
{
	size_t done = 0;
	ssize_t n;

	while (done < len) {
		n = pread(fd, (uint8_t *)to + done, len - done, (off_t)(at + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

/* ---- meta pages ---- */

/* FNV-1a, of 64 bits, of all before it. */
static uint64_t checksum(const struct meta *m)
{
	const uint8_t *p = (const uint8_t *)m;
	uint64_t h = 0xcbf29ce484222325u;
	size_t i;

	for (i = 0; i < offsetof(struct meta, checksum); i++)
		h = (h ^ p[i]) * 0x100000001b3u;
	return h;
}

static bool read_meta(const struct bolt *b, uint64_t at, struct meta *m)
{
	struct {
		struct header head;
		struct meta meta;
	} page;

	if (!read_at(b->fd, &page, sizeof(page), at) || !(page.head.flags & META))
		return false;
	*m = page.meta;
	/* old versions write none */
	return m->magic == MAGIC && m->version == VERSION && m->page_size >= PAGE_MIN &&
	       m->page_size <= PAGE_MAX && (m->page_size & (m->page_size - 1)) == 0 &&
	       (m->checksum == 0 || m->checksum == checksum(m));
}

/* The later of those that are whole. Where the first is not, its page size is not known. */
static bool find_meta(const struct bolt *b, struct meta *m)
{
	struct meta second;
	uint32_t size;

	if (read_meta(b, 0, m)) {
		if (read_meta(b, m->page_size, &second) && second.page_size == m->page_size &&
		    second.txid > m->txid)
			*m = second;
		return true;
	}
	for (size = PAGE_MIN; size <= PAGE_MAX; size *= 2)
		if (read_meta(b, size, m) && m->page_size == size)
			return true;
	return false;
}

static void forget_pages(struct bolt *b)
{
	struct page *p;

	while ((p = SLIST_FIRST(&b->pages))) {
		SLIST_REMOVE_HEAD(&b->pages, link);
		free(p);
	}
	b->left = TREE_MAX;
}

void bolt_close(struct bolt *b)
{
	if (!b)
		return;
	forget_pages(b);
	close(b->fd);
	free(b);
}

struct bolt *bolt_read(int fd, void (*get)(struct bolt *b, void *arg), void *arg)
{
	struct bolt *b = calloc(1, sizeof(*b));
	unsigned int tries;
	struct meta now;
	struct stat st;

	if (!b) {
		close(fd);
		return NULL;
	}
	b->fd = fd;
	SLIST_INIT(&b->pages);
	for (tries = 0; tries < TRIES; tries++) {
		forget_pages(b);
		if (!find_meta(b, &b->meta) || fstat(fd, &st) < 0)
			break;
		b->size = (uint64_t)st.st_size;
		get(b, arg);
		if (find_meta(b, &now) && now.txid == b->meta.txid)
			return b;
	}
	bolt_close(b);
	return NULL;
}

/* ---- pages ---- */

/* The page and those behind it that belong to it. */
static struct page *read_page(struct bolt *b, uint64_t id)
{
	size_t size = b->meta.page_size;
	uint64_t pages = b->size / size;
	struct page *p, *whole;
	struct header head;

	if (id < 2 || id >= pages || size > b->left || !(p = malloc(sizeof(*p) + size)))
		return NULL;
	if (!read_at(b->fd, p->data, size, id * size))
		goto out;
	memcpy(&head, p->data, sizeof(head));
	if (head.id != id || head.overflow >= pages - id)
		goto out;
	p->id = id;
	p->len = (head.overflow + 1ull) * size;
	if (head.overflow) {
		if (p->len > b->left || !(whole = realloc(p, sizeof(*p) + p->len)))
			goto out;
		p = whole;
		if (!read_at(b->fd, p->data + size, p->len - size, (id + 1) * size))
			goto out;
	}
	b->left -= p->len;
	SLIST_INSERT_HEAD(&b->pages, p, link);
	return p;
out:
	free(p);
	return NULL;
}

/* Takes @len bytes at @data as a node: its elements are there, what they point to may not be. */
static bool as_node(const uint8_t *data, size_t len, struct node *n)
{
	if (len < sizeof(n->head))
		return false;
	memcpy(&n->head, data, sizeof(n->head));
	n->data = data;
	n->len = len;
	return (n->head.flags == BRANCH || n->head.flags == LEAF) &&
	       n->head.count <= (len - sizeof(n->head)) / sizeof(struct leaf_element);
}

static bool get_node(struct bolt *b, uint64_t id, struct node *n)
{
	struct page *p;

	SLIST_FOREACH (p, &b->pages, link)
		if (p->id == id)
			break;
	if (!p)
		p = read_page(b, id);
	return p && as_node(p->data, p->len, n);
}

static size_t element_at(size_t i)
{
	return sizeof(struct header) + i * sizeof(struct leaf_element);
}

/* @len bytes at @pos from element @i on. */
static bool piece(const struct node *n, size_t i, uint64_t pos, uint32_t len, struct bolt_text *v)
{
	pos += element_at(i);
	if (pos > n->len || len > n->len - pos)
		return false;
	v->ptr = (const char *)n->data + pos;
	v->len = len;
	return true;
}

static bool key_of(const struct node *n, size_t i, struct bolt_text *key)
{
	struct branch_element branch;
	struct leaf_element leaf;

	if (n->head.flags == BRANCH) {
		memcpy(&branch, n->data + element_at(i), sizeof(branch));
		return piece(n, i, branch.pos, branch.ksize, key);
	}
	memcpy(&leaf, n->data + element_at(i), sizeof(leaf));
	return piece(n, i, leaf.pos, leaf.ksize, key);
}

static uint64_t page_below(const struct node *n, size_t i)
{
	struct branch_element e;

	memcpy(&e, n->data + element_at(i), sizeof(e));
	return e.page;
}

static bool value_of(const struct node *n, size_t i, struct bolt_text *v, bool *is_bucket)
{
	struct leaf_element e;

	memcpy(&e, n->data + element_at(i), sizeof(e));
	*is_bucket = e.flags & ELEMENT_BUCKET;
	return piece(n, i, (uint64_t)e.pos + e.ksize, e.vsize, v);
}

/* ---- the way to a key ---- */

static int compare(const struct bolt_text *a, const char *key, size_t len)
{
	int r = memcmp(a->ptr, key, a->len < len ? a->len : len);

	return r ? r : (a->len > len) - (a->len < len);
}

/* The last element whose key is not behind @key: it is the one, or leads to it, if any does. */
static bool search(const struct node *n, const char *key, size_t *found, bool *exact)
{
	size_t low = 0, high = n->head.count, mid, len = strlen(key);
	struct bolt_text k;
	int r;

	*exact = false;
	while (low < high) {
		mid = low + (high - low) / 2;
		if (!key_of(n, mid, &k))
			return false;
		r = compare(&k, key, len);
		if (r <= 0) {
			*exact = r == 0;
			low = mid + 1;
		} else {
			high = mid;
		}
	}
	*found = low ? low - 1 : 0;
	return n->head.count > 0;
}

/* The element of @key in the bucket whose root is @n. */
static bool find_key(struct bolt *b, struct node n, const char *key, struct bolt_text *v,
		     bool *is_bucket)
{
	unsigned int depth;
	bool exact;
	size_t i;

	for (depth = 0; depth < DEPTH; depth++) {
		if (!search(&n, key, &i, &exact))
			return false;
		if (n.head.flags == LEAF)
			return exact && value_of(&n, i, v, is_bucket);
		if (!get_node(b, page_below(&n, i), &n))
			return false;
	}
	return false;
}

static bool enter(struct bolt *b, const struct bolt_text *v, struct node *n)
{
	struct bucket bucket;

	if (v->len < sizeof(bucket))
		return false;
	memcpy(&bucket, v->ptr, sizeof(bucket));
	if (bucket.root)
		return get_node(b, bucket.root, n);
	return as_node((const uint8_t *)v->ptr + sizeof(bucket), v->len - sizeof(bucket), n);
}

/* The root of the bucket that @keys lead to. */
static bool find_bucket(struct bolt *b, const char *const *keys, size_t n, struct node *root)
{
	struct bolt_text v;
	bool is_bucket;
	size_t i;

	if (!get_node(b, b->meta.root, root))
		return false;
	for (i = 0; i < n; i++)
		if (!find_key(b, *root, keys[i], &v, &is_bucket) || !is_bucket ||
		    !enter(b, &v, root))
			return false;
	return true;
}

void bolt_get(struct bolt *b, const char *const *keys, size_t n, struct bolt_text *v)
{
	struct node root;
	bool is_bucket;

	if (!n || !find_bucket(b, keys, n - 1, &root) ||
	    !find_key(b, root, keys[n - 1], v, &is_bucket) || is_bucket)
		*v = (struct bolt_text){ 0 };
}

/* ---- all keys of a bucket ---- */

struct walk {
	struct bolt *b;
	unsigned int left; /* of EACH_MAX */
	void (*fn)(const struct bolt_text *key, const struct bolt_text *v, void *arg);
	void *arg;
};

static void walk(struct walk *w, const struct node *n, unsigned int depth)
{
	struct bolt_text key, v;
	struct node below;
	bool is_bucket;
	size_t i;

	for (i = 0; i < n->head.count && w->left; i++) {
		w->left--;
		if (n->head.flags == BRANCH) {
			if (depth < DEPTH && get_node(w->b, page_below(n, i), &below))
				walk(w, &below, depth + 1);
		} else if (key_of(n, i, &key) && value_of(n, i, &v, &is_bucket) && !is_bucket) {
			w->fn(&key, &v, w->arg);
		}
	}
}

void bolt_each(struct bolt *b, const char *const *keys, size_t n,
	       void (*fn)(const struct bolt_text *key, const struct bolt_text *v, void *arg),
	       void *arg)
{
	struct walk w = { b, EACH_MAX, fn, arg };
	struct node root;

	if (find_bucket(b, keys, n, &root))
		walk(&w, &root, 0);
}
