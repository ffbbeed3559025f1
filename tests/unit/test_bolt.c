/* SPDX-License-Identifier: BSD-2-Clause */
/* Databases of Bolt: whole ones, damaged ones, and ones that are written while they are read. */
#include "suite.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "../../libsinsp/bolt.h"
#include "bolt_file.h"

static char path[] = "/tmp/test_bolt.XXXXXX";

struct wanted {
	const char *keys[8];
	size_t n;
	struct bolt_text v;
	struct bolt *b;
	void (*meanwhile)(void); /* what a writer does while it is read */
	unsigned int calls;
};

static struct bolt_file file;

static void look(struct bolt *b, void *arg)
{
	struct wanted *w = arg;

	w->calls++;
	bolt_get(b, w->keys, w->n, &w->v);
	if (w->meanwhile)
		w->meanwhile();
}

/* Reads one value of the file at @path; bolt_close(w->b) when done. */
static void ask(struct wanted *w)
{
	w->v = (struct bolt_text){ 0 };
	w->b = bolt_read(open(path, O_RDONLY | O_CLOEXEC), look, w);
}

static bool tells(const char *const *keys, size_t n, const char *value)
{
	struct wanted w = { .n = n };
	bool right;

	memcpy(w.keys, keys, n * sizeof(*keys));
	ask(&w);
	right = w.b &&
		(value ? w.v.ptr && w.v.len == strlen(value) && memcmp(w.v.ptr, value, w.v.len) == 0
		       : !w.v.ptr);
	bolt_close(w.b);
	return right;
}

#define TELLS(value, ...)                                     \
	CU_ASSERT_TRUE(tells((const char *[]){ __VA_ARGS__ }, \
			     sizeof((const char *[]){ __VA_ARGS__ }) / sizeof(char *), value))

static void begin(struct bolt_bucket *root, size_t page_size, bool checksum)
{
	strcpy(path, "/tmp/test_bolt.XXXXXX");
	close(mkstemp(path));
	file = (struct bolt_file){ .page_size = page_size, .checksum = checksum };
	bolt_make(&file, root);
	bolt_save(&file, path);
	bolt_free(root);
}

static void end(void)
{
	free(file.data);
	unlink(path);
}

static struct bolt_bucket *small(void)
{
	struct bolt_bucket *root = bolt_new();

	bolt_put_str(bolt_in(bolt_in(root, "v1"), "k8s.io"), "image", "bb:1.0");
	bolt_put_str(bolt_in(root, "v1"), "empty", "");
	return root;
}

static void finds_values_in_nested_and_inline_buckets(void)
{
	begin(small(), 4096, true);
	TELLS("bb:1.0", "v1", "k8s.io", "image");
	TELLS("", "v1", "empty");
	TELLS(NULL, "v1", "k8s.io", "imag");
	TELLS(NULL, "v1", "k8s.io", "image2");
	TELLS(NULL, "v1", "nothing", "image");
	TELLS(NULL, "v1", "empty", "image");
	TELLS(NULL, "v1", "k8s.io");
	TELLS(NULL, "");
	end();
}

static void finds_each_of_ten_thousand_keys(void)
{
	struct bolt_bucket *root = bolt_new(), *b = bolt_in(root, "many");
	char key[32], value[32];
	unsigned int i;

	for (i = 0; i < 10000; i++) {
		snprintf(key, sizeof(key), "key-%08x", i * 2654435761u);
		snprintf(value, sizeof(value), "value-%u", i);
		bolt_put_str(b, key, value);
	}
	begin(root, 1024, true);
	for (i = 0; i < 10000; i += i < 100 ? 1 : 97) {
		snprintf(key, sizeof(key), "key-%08x", i * 2654435761u);
		snprintf(value, sizeof(value), "value-%u", i);
		TELLS(value, "many", key);
		key[11]++;
		TELLS(NULL, "many", key);
	}
	TELLS(NULL, "many", "a");
	TELLS(NULL, "many", "z");
	end();
}

static void values_may_take_many_pages(void)
{
	struct bolt_bucket *root = bolt_new(), *b = bolt_in(root, "b");
	static char large[100001];

	memset(large, 'x', sizeof(large) - 1);
	bolt_put_str(b, "after", "small");
	bolt_put_str(b, "large", large);
	bolt_put_str(b, "first", "1");
	begin(root, 4096, true);
	TELLS(large, "b", "large");
	TELLS("1", "b", "first");
	TELLS("small", "b", "after");
	end();
}

static void takes_any_page_size_and_old_files_without_checksum(void)
{
	size_t size;

	for (size = 1024; size <= 65536; size *= 2) {
		begin(small(), size, size != 8192);
		TELLS("bb:1.0", "v1", "k8s.io", "image");
		end();
	}
}

/* ---- the meta pages ---- */

static void the_later_meta_page_counts(void)
{
	begin(small(), 4096, true);
	bolt_write_meta(&file, 1, 1u << 20, file.txid + 1);
	bolt_save(&file, path);
	TELLS(NULL, "v1", "k8s.io", "image");
	bolt_write_meta(&file, 1, 1u << 20, file.txid - 1);
	bolt_save(&file, path);
	TELLS("bb:1.0", "v1", "k8s.io", "image");
	end();
}

/* A writer that was killed leaves one that is half written: the other is good. */
static void a_broken_meta_page_is_passed_over(void)
{
	unsigned int which;

	for (which = 0; which < 2; which++) {
		begin(small(), 4096, true);
		bolt_write_meta(&file, which, 1u << 20, 99);
		bolt_write_meta(&file, !which, file.root, 98);
		file.data[which * 4096 + 72]++; /* its checksum */
		bolt_save(&file, path);
		TELLS("bb:1.0", "v1", "k8s.io", "image");
		file.data[!which * 4096 + 72]++;
		bolt_save(&file, path);
		CU_ASSERT_FALSE(tells((const char *[]){ "v1" }, 1, NULL));
		end();
	}
}

static void what_is_no_database_is_refused(void)
{
	struct wanted w = { .n = 1, .keys = { "v1" } };
	size_t size;

	begin(small(), 4096, true);
	for (size = 0; size < 4096; size += 16) {
		CU_ASSERT_EQUAL(truncate(path, (off_t)size), 0);
		ask(&w);
		/* the first meta page is enough to be asked, and to know of nothing */
		CU_ASSERT_TRUE(!w.b || (size >= 80 && !w.v.ptr));
		bolt_close(w.b);
	}
	file.data[20]++; /* version */
	bolt_write_meta(&file, 1, file.root, 9);
	memset(file.data + 4096, 0, 4096);
	bolt_save(&file, path);
	ask(&w);
	CU_ASSERT_PTR_NULL(w.b);
	end();
}

/* ---- damage ---- */

static uint8_t *page_at(uint64_t id)
{
	return file.data + id * file.page_size;
}

/* With two keys a page, so that there are branches. */
static struct bolt_bucket *tall(void)
{
	struct bolt_bucket *root = bolt_new(), *b = bolt_in(root, "b");
	char key[401];
	int i;

	for (i = 0; i < 64; i++) {
		memset(key, 'k', sizeof(key) - 1);
		key[0] = (char)('0' + i);
		key[400] = '\0';
		bolt_put_str(b, key, "v");
	}
	return root;
}

static void count_pairs(const struct bolt_text *key, const struct bolt_text *v, void *arg)
{
	CU_ASSERT_EQUAL(key->len, 400);
	CU_ASSERT_EQUAL(v->len, 1);
	++*(unsigned int *)arg;
}

static void list_all(struct bolt *b, void *arg)
{
	*(unsigned int *)arg = 0;
	bolt_each(b, (const char *[]){ "b" }, 1, count_pairs, arg);
}

static unsigned int pairs(void)
{
	unsigned int n = 0;

	bolt_close(bolt_read(open(path, O_RDONLY | O_CLOEXEC), list_all, &n));
	return n;
}

static void each_gives_all_pairs_of_a_bucket(void)
{
	begin(tall(), 1024, true);
	CU_ASSERT_EQUAL(pairs(), 64);
	end();
}

/* Each branch leads to itself, or to the one above: the work stays bounded, the rest is found. */
static void pages_that_lead_in_circles_end(void)
{
	uint64_t id, to;
	uint16_t flags;
	char key[401];

	begin(tall(), 1024, true);
	memset(key, 'k', sizeof(key) - 1);
	key[0] = '0';
	key[400] = '\0';
	TELLS("v", "b", key);
	for (id = BOLT_FIRST_PAGE; id < file.pages; id++) {
		memcpy(&flags, page_at(id) + 8, 2);
		to = id == BOLT_FIRST_PAGE ? id : file.pages - 1;
		if (flags == 1)
			memcpy(page_at(id) + 16 + 8, &to, 8);
	}
	bolt_save(&file, path);
	TELLS(NULL, "b", key);
	CU_ASSERT_TRUE(pairs() < 5000);
	end();
}

static void a_file_that_is_cut_anywhere_does_no_harm(void)
{
	size_t pages;

	begin(tall(), 1024, true);
	for (pages = file.pages - 1; pages > 2; pages--) {
		CU_ASSERT_EQUAL(truncate(path, (off_t)(pages * 1024 - 100)), 0);
		CU_ASSERT_TRUE(pairs() < 64);
	}
	end();
}

/* No number in a page is believed: each byte of each page is changed once. */
static void any_byte_may_be_wrong(void)
{
	static const uint8_t values[] = { 0, 1, 2, 0x7f, 0x80, 0xff };
	size_t at, i, asked = 0;
	uint8_t was;
	int fd;

	begin(small(), 1024, false);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	for (at = 0; at < file.pages * file.page_size; at++) {
		was = file.data[at];
		for (i = 0; i < sizeof(values); i++) {
			struct wanted w = { .n = 3, .keys = { "v1", "k8s.io", "image" } };

			CU_ASSERT_EQUAL(pwrite(fd, &values[i], 1, (off_t)at), 1);
			ask(&w);
			asked += w.calls;
			bolt_close(w.b);
		}
		CU_ASSERT_EQUAL(pwrite(fd, &was, 1, (off_t)at), 1);
	}
	CU_ASSERT_TRUE(asked > 100);
	TELLS("bb:1.0", "v1", "k8s.io", "image");
	close(fd);
	end();
}

/* ---- writers ---- */

static void write_once(void)
{
	static bool done;
	struct bolt_bucket *root;

	if (done)
		return;
	done = true;
	root = bolt_new();
	bolt_put_str(bolt_in(bolt_in(root, "v1"), "k8s.io"), "image", "bb:2.0");
	free(file.data);
	bolt_make(&file, root);
	bolt_write_meta(&file, 1, file.root, 100);
	bolt_save(&file, path);
	bolt_free(root);
}

static void write_always(void)
{
	file.txid++;
	bolt_write_meta(&file, file.txid & 1, file.root, file.txid);
	bolt_save(&file, path);
}

static void is_read_again_when_it_changes_meanwhile(void)
{
	struct wanted w = { .n = 3, .keys = { "v1", "k8s.io", "image" }, .meanwhile = write_once };

	begin(small(), 4096, true);
	ask(&w);
	CU_ASSERT_PTR_NOT_NULL_FATAL(w.b);
	CU_ASSERT_EQUAL(w.calls, 2);
	CU_ASSERT_EQUAL(w.v.len, 6);
	CU_ASSERT_EQUAL(memcmp(w.v.ptr, "bb:2.0", 6), 0);
	bolt_close(w.b);
	end();
}

static void is_given_up_when_it_always_changes(void)
{
	struct wanted w = { .n = 3,
			    .keys = { "v1", "k8s.io", "image" },
			    .meanwhile = write_always };

	begin(small(), 4096, true);
	ask(&w);
	CU_ASSERT_PTR_NULL(w.b);
	CU_ASSERT_EQUAL(w.calls, 4);
	end();
}

/*
 * A writer as quick as the library's can be. Its transactions write two values that are the same,
 * by turns into two trees: the pages that are written over are those of the transaction before the
 * last.
 */
#define VALUE_LEN 20000u

struct writer {
	uint64_t roots[2];
	size_t values[2][2]; /* where the values of each tree are in the file */
	int fd;
	atomic_bool stop;
	unsigned int done;
};

static void write_at(const struct writer *w, size_t at, size_t len)
{
	CU_ASSERT_EQUAL(pwrite(w->fd, file.data + at, len, (off_t)at), (ssize_t)len);
}

static void *write_on(void *arg)
{
	struct writer *w = arg;
	unsigned int n, i, tree;

	for (n = 2; !w->stop; n++) {
		tree = n & 1;
		for (i = 0; i < 2; i++) {
			memset(file.data + w->values[tree][i], (int)n, VALUE_LEN);
			write_at(w, w->values[tree][i], VALUE_LEN);
		}
		bolt_write_meta(&file, tree, w->roots[tree], n);
		write_at(w, tree * file.page_size, file.page_size);
		w->done++;
	}
	return NULL;
}

static void find_values(const char *mark, size_t at[2])
{
	size_t len = file.pages * file.page_size;
	uint8_t *p = memmem(file.data, len, mark, VALUE_LEN);

	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	at[0] = (size_t)(p - file.data);
	p = memmem(p + VALUE_LEN, len - at[0] - VALUE_LEN, mark, VALUE_LEN);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	at[1] = (size_t)(p - file.data);
}

static void begin_writer(struct writer *w)
{
	static char mark[VALUE_LEN + 1];
	struct bolt_bucket *root;
	size_t len;
	int i;

	for (i = 0; i < 2; i++) {
		memset(mark, 'A' + i, VALUE_LEN);
		root = bolt_new();
		bolt_put_str(bolt_in(root, "b"), "first", mark);
		bolt_put_str(bolt_in(root, "b"), "second", mark);
		if (i == 0)
			begin(root, 4096, true);
		else
			free(bolt_write_bucket(&file, root, true, &len));
		if (i)
			bolt_free(root);
		w->roots[i] = file.root;
		find_values(mark, w->values[i]);
	}
	bolt_write_meta(&file, 0, w->roots[0], 1);
	bolt_write_meta(&file, 1, w->roots[1], 0);
	bolt_save(&file, path);
	w->fd = open(path, O_WRONLY | O_CLOEXEC);
}

static void get_both(struct bolt *b, void *arg)
{
	struct bolt_text *v = arg;

	bolt_get(b, (const char *[]){ "b", "first" }, 2, &v[0]);
	bolt_get(b, (const char *[]){ "b", "second" }, 2, &v[1]);
}

/* Whether it could be read; what was must be of one transaction. */
static bool read_both(void)
{
	struct bolt_text v[2];
	struct bolt *b = bolt_read(open(path, O_RDONLY | O_CLOEXEC), get_both, v);
	bool got = b;

	if (got) {
		CU_ASSERT_EQUAL_FATAL(v[0].len, VALUE_LEN);
		CU_ASSERT_EQUAL_FATAL(v[1].len, VALUE_LEN);
		CU_ASSERT_EQUAL(memcmp(v[0].ptr, v[1].ptr, VALUE_LEN), 0);
		CU_ASSERT_EQUAL(memcmp(v[0].ptr, v[0].ptr + 1, VALUE_LEN - 1), 0);
	}
	bolt_close(b);
	return got;
}

static void what_is_read_is_of_one_transaction(void)
{
	struct writer w = { 0 };
	unsigned int i;
	pthread_t thread;

	begin_writer(&w);
	CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, write_on, &w), 0);
	for (i = 0; i < 5000; i++)
		read_both();
	w.stop = true;
	pthread_join(thread, NULL);
	CU_ASSERT_TRUE(w.done > 0);
	CU_ASSERT_TRUE(read_both());
	close(w.fd);
	end();
}

SUITE("bolt", TEST(finds_values_in_nested_and_inline_buckets),
      TEST(finds_each_of_ten_thousand_keys), TEST(values_may_take_many_pages),
      TEST(takes_any_page_size_and_old_files_without_checksum), TEST(the_later_meta_page_counts),
      TEST(a_broken_meta_page_is_passed_over), TEST(what_is_no_database_is_refused),
      TEST(each_gives_all_pairs_of_a_bucket), TEST(pages_that_lead_in_circles_end),
      TEST(a_file_that_is_cut_anywhere_does_no_harm), TEST(any_byte_may_be_wrong),
      TEST(is_read_again_when_it_changes_meanwhile), TEST(is_given_up_when_it_always_changes),
      TEST(what_is_read_is_of_one_transaction))
