/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: a database of Bolt. The input is changes to a whole one, made here, each a place and
 * a byte, with pages of all kinds; and what it is as a file.
 */
#include "driver.h"

#include <sys/mman.h>
#include <unistd.h>

#include "../unit/bolt_file.h"
#include "bolt.h"

static struct bolt_file whole;
static int file = -1;

static void make(void)
{
	struct bolt_bucket *root = bolt_new(), *b;
	static char large[5000];
	char key[300];
	int i;

	memset(large, 'l', sizeof(large) - 1);
	memset(key, 'k', sizeof(key));
	b = bolt_in(bolt_in(root, "v1"), "many");
	for (i = 0; i < 40; i++) {
		snprintf(key + 250, 50, "%d", i);
		bolt_put_str(b, key, i % 8 ? "v" : large);
	}
	b = bolt_in(bolt_in(root, "v1"), "small");
	bolt_put_str(b, "key", "value");
	bolt_put_str(bolt_in(b, "inner"), "key", "value");
	whole.page_size = 1024;
	bolt_make(&whole, root);
	bolt_free(root);
	file = memfd_create("fuzz_bolt", MFD_CLOEXEC);
	if (file < 0)
		abort();
}

static uint32_t sum;

static void touch(const struct bolt_text *t)
{
	size_t i;

	for (i = 0; i < t->len; i++)
		sum += (uint8_t)t->ptr[i];
}

static void pair(const struct bolt_text *key, const struct bolt_text *v, void *arg)
{
	(void)arg;
	touch(key);
	touch(v);
}

static void get(struct bolt *b, void *arg)
{
	static const char *const small[] = { "v1", "small", "inner", "key" };
	static char key[300];
	const char *many[] = { "v1", "many", key };
	struct bolt_text v;
	int i;

	(void)arg;
	memset(key, 'k', 250);
	for (i = 0; i < 40; i += 3) {
		snprintf(key + 250, 50, "%d", i);
		bolt_get(b, many, 3, &v);
		touch(&v);
	}
	bolt_get(b, small, 4, &v);
	touch(&v);
	bolt_each(b, many, 2, pair, NULL);
	bolt_each(b, many, 0, pair, NULL);
}

static void ask(const void *data, size_t size)
{
	if (ftruncate(file, 0) < 0 || pwrite(file, data, size, 0) != (ssize_t)size)
		abort();
	bolt_close(bolt_read(dup(file), get, NULL));
}

static int one_file(const uint8_t *data, size_t size)
{
	size_t len, at, i;
	uint8_t *changed;

	if (file < 0)
		make();
	ask(data, size);
	len = whole.pages * whole.page_size;
	changed = malloc(len);
	if (!changed)
		return 0;
	memcpy(changed, whole.data, len);
	for (i = 0; i + 3 < size && i < 256; i += 4) {
		at = (data[i] | (size_t)data[i + 1] << 8 | (size_t)data[i + 2] << 16) % len;
		changed[at] = data[i + 3];
	}
	ask(changed, len);
	free(changed);
	return 0;
}

FUZZ("bolt", one_file)
