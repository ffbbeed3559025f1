/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes databases of Bolt. Buckets are put together in memory and written as the library does: what
 * fits into a quarter of a page lies in its value, the rest in leaves and branches of one page, and
 * what is larger goes on in those behind.
 */
#ifndef BOLT_FILE_H
#define BOLT_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BOLT_FIRST_PAGE 3u /* behind the meta pages and the list of free pages */

struct bolt_entry {
	char *key;
	uint8_t *value;
	size_t len;
	struct bolt_bucket *bucket; /* instead of a value */
};

struct bolt_bucket {
	struct bolt_entry *entries;
	size_t n;
};

/* A file in memory. */
struct bolt_file {
	uint8_t *data;
	size_t page_size, pages;
	bool checksum;
	uint64_t root, txid;
};

static inline void *bolt_must(void *p)
{
	if (!p)
		abort();
	return p;
}

static inline struct bolt_entry *bolt_add(struct bolt_bucket *b, const char *key)
{
	struct bolt_entry *e;

	b->entries = bolt_must(reallocarray(b->entries, b->n + 1, sizeof(*b->entries)));
	e = &b->entries[b->n++];
	*e = (struct bolt_entry){ .key = bolt_must(strdup(key)) };
	return e;
}

static inline void bolt_put(struct bolt_bucket *b, const char *key, const void *value, size_t len)
{
	struct bolt_entry *e = bolt_add(b, key);

	e->value = bolt_must(malloc(len + 1));
	memcpy(e->value, value, len);
	e->len = len;
}

static inline void bolt_put_str(struct bolt_bucket *b, const char *key, const char *value)
{
	bolt_put(b, key, value, strlen(value));
}

static inline struct bolt_bucket *bolt_new(void)
{
	return bolt_must(calloc(1, sizeof(struct bolt_bucket)));
}

/* The bucket @key in @b, new if it is not there. */
static inline struct bolt_bucket *bolt_in(struct bolt_bucket *b, const char *key)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		if (b->entries[i].bucket && strcmp(b->entries[i].key, key) == 0)
			return b->entries[i].bucket;
	return bolt_add(b, key)->bucket = bolt_new();
}

static inline void bolt_free(struct bolt_bucket *b)
{
	size_t i;

	for (i = 0; i < b->n; i++) {
		free(b->entries[i].key);
		free(b->entries[i].value);
		if (b->entries[i].bucket)
			bolt_free(b->entries[i].bucket);
	}
	free(b->entries);
	free(b);
}

/* ---- writing ---- */

struct bolt_item {
	const void *key, *value;
	size_t key_len, len;
	uint32_t flags; /* of a leaf's */
	uint64_t page;	/* of a branch's */
};

static inline size_t bolt_items_size(const struct bolt_item *items, size_t n)
{
	size_t i, size = 16;

	for (i = 0; i < n; i++)
		size += 16 + items[i].key_len + items[i].len;
	return size;
}

static inline void bolt_write_node(uint8_t *p, uint64_t id, bool leaf, uint32_t overflow,
				   const struct bolt_item *items, size_t n)
{
	uint16_t flags = leaf ? 2 : 1, count = (uint16_t)n;
	size_t i, at = 16 + 16 * n;

	memcpy(p, &id, 8);
	memcpy(p + 8, &flags, 2);
	memcpy(p + 10, &count, 2);
	memcpy(p + 12, &overflow, 4);
	for (i = 0; i < n; i++) {
		const struct bolt_item *it = &items[i];
		uint8_t *e = p + 16 + 16 * i;
		uint32_t pos = (uint32_t)(at - 16 - 16 * i), ksize = (uint32_t)it->key_len;
		uint32_t of_leaf[4] = { it->flags, pos, ksize, (uint32_t)it->len };
		uint32_t of_branch[2] = { pos, ksize };

		if (leaf) {
			memcpy(e, of_leaf, 16);
		} else {
			memcpy(e, of_branch, 8);
			memcpy(e + 8, &it->page, 8);
		}
		memcpy(p + at, it->key, it->key_len);
		at += it->key_len;
		if (it->len)
			memcpy(p + at, it->value, it->len);
		at += it->len;
	}
}

static inline uint64_t bolt_alloc(struct bolt_file *f, size_t size)
{
	size_t id = f->pages, n = (size + f->page_size - 1) / f->page_size;

	f->pages += n;
	f->data = bolt_must(realloc(f->data, f->pages * f->page_size));
	memset(f->data + id * f->page_size, 0, n * f->page_size);
	return id;
}

/* Writes @items as pages of one level, and branches above until there is one. Its number. */
static inline uint64_t bolt_write_tree(struct bolt_file *f, bool leaf,
				       const struct bolt_item *items, size_t n)
{
	struct bolt_item *above = bolt_must(calloc(n + 1, sizeof(*above)));
	size_t i = 0, k, n_above = 0;
	uint64_t page;

	do {
		for (k = 1; i + k < n && bolt_items_size(items + i, k + 1) <= f->page_size; k++)
			;
		k = n ? k : 0;
		page = bolt_alloc(f, bolt_items_size(items + i, k));
		bolt_write_node(f->data + page * f->page_size, page, leaf,
				(uint32_t)(f->pages - page - 1), items + i, k);
		above[n_above++] = (struct bolt_item){ .key = n ? items[i].key : "",
						       .key_len = n ? items[i].key_len : 0,
						       .page = page };
		i += k;
	} while (i < n);
	if (n_above > 1)
		page = bolt_write_tree(f, false, above, n_above);
	free(above);
	return page;
}

static inline int bolt_by_key(const void *a, const void *b)
{
	return strcmp(((const struct bolt_entry *)a)->key, ((const struct bolt_entry *)b)->key);
}

/* The value of a bucket, which is the caller's to free. */
static inline uint8_t *bolt_write_bucket(struct bolt_file *f, struct bolt_bucket *b, bool top,
					 size_t *len)
{
	struct bolt_item *items = bolt_must(calloc(b->n + 1, sizeof(*items)));
	bool nested = false;
	uint64_t root = 0;
	uint8_t *value;
	size_t i;

	if (b->n)
		qsort(b->entries, b->n, sizeof(*b->entries), bolt_by_key);
	for (i = 0; i < b->n; i++) {
		struct bolt_entry *e = &b->entries[i];

		if (e->bucket) {
			free(e->value);
			e->value = bolt_write_bucket(f, e->bucket, false, &e->len);
			nested = true;
		}
		items[i] = (struct bolt_item){ .key = e->key,
					       .key_len = strlen(e->key),
					       .value = e->value,
					       .len = e->len,
					       .flags = e->bucket ? 1 : 0 };
	}
	*len = 16;
	if (!top && !nested && bolt_items_size(items, b->n) <= f->page_size / 4)
		*len += bolt_items_size(items, b->n);
	else
		root = bolt_write_tree(f, true, items, b->n);
	value = bolt_must(calloc(1, *len));
	memcpy(value, &root, 8);
	if (!root)
		bolt_write_node(value + 16, 0, true, 0, items, b->n);
	free(items);
	if (top)
		f->root = root;
	return value;
}

static inline void bolt_write_meta(struct bolt_file *f, unsigned int which, uint64_t root,
				   uint64_t txid)
{
	uint8_t *p = f->data + which * f->page_size;
	uint32_t words[4] = { 0xed0cdaed, 2, (uint32_t)f->page_size, 0 };
	uint64_t more[6] = { root, 0, 2, f->pages, txid, 0 }, id = which;
	uint64_t h = 14695981039346656037u;
	uint16_t flags = 4;
	size_t i;

	memset(p, 0, f->page_size);
	memcpy(p, &id, 8);
	memcpy(p + 8, &flags, 2);
	memcpy(p + 16, words, 16);
	memcpy(p + 32, more, 48);
	for (i = 16; f->checksum && i < 72; i++)
		h = (h ^ p[i]) * 1099511628211u;
	if (f->checksum)
		memcpy(p + 72, &h, 8);
}

/* Of @page_size, @checksum, which the caller sets: all else. The first meta page is the later. */
static inline void bolt_make(struct bolt_file *f, struct bolt_bucket *root)
{
	size_t len;

	f->pages = BOLT_FIRST_PAGE;
	f->data = bolt_must(calloc(f->pages, f->page_size));
	f->txid = 8;
	free(bolt_write_bucket(f, root, true, &len));
	bolt_write_meta(f, 0, f->root, f->txid);
	bolt_write_meta(f, 1, f->root, f->txid - 1);
}

static inline void bolt_save(const struct bolt_file *f, const char *path)
{
	FILE *out = bolt_must(fopen(path, "w"));

	if (fwrite(f->data, f->page_size, f->pages, out) != f->pages || fclose(out) != 0)
		abort();
}

#endif
