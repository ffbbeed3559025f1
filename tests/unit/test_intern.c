/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of interned strings. */
#include "intern.h"
#include "suite.h"

static void keeps_each_content_once(void)
{
	struct intern *in = intern_new();
	const char *a = intern_str(in, "/usr/bin/cat", 12);
	const char *b = intern_str(in, "/usr/bin/cat and more", 12);

	CU_ASSERT_PTR_EQUAL(a, b);
	CU_ASSERT_STRING_EQUAL(a, "/usr/bin/cat");
	CU_ASSERT_PTR_NOT_EQUAL(a, intern_str(in, "/usr/bin/cal", 12));
	intern_free(in);
}

static void ends_strings_at_their_nul_but_not_bytes(void)
{
	struct intern *in = intern_new();
	struct scap_bytes b = intern_bytes(in, "a\0b", 4);

	CU_ASSERT_STRING_EQUAL(intern_str(in, "a\0b", 3), "a");
	CU_ASSERT_EQUAL(b.len, 4);
	CU_ASSERT_EQUAL(memcmp(b.ptr, "a\0b", 4), 0);
	CU_ASSERT_STRING_EQUAL(intern_str(in, NULL, 0), "");
	CU_ASSERT_EQUAL(intern_bytes(in, NULL, 0).len, 0);
	intern_free(in);
}

static void sweeps_what_is_not_marked(void)
{
	struct intern *in = intern_new();
	const char *keep = intern_str(in, "keep", 4);
	struct scap_bytes bytes = intern_bytes(in, "x\0y", 3);
	size_t before;
	char s[32];
	int i, n;

	for (i = 0; i < 5000; i++) {
		n = snprintf(s, sizeof(s), "string %d", i);
		intern_str(in, s, (size_t)n);
	}
	before = intern_size(in);
	intern_sweep_begin(in);
	intern_mark(in, keep);
	intern_mark(in, "");
	intern_mark_bytes(in, bytes);
	intern_sweep(in);
	CU_ASSERT(intern_size(in) < before / 100);
	CU_ASSERT_PTR_EQUAL(intern_str(in, "keep", 4), keep);
	CU_ASSERT_PTR_EQUAL(intern_bytes(in, "x\0y", 3).ptr, bytes.ptr);
	intern_free(in);
}

static void asks_for_a_sweep_when_it_has_grown(void)
{
	struct intern *in = intern_new();
	char s[4096];
	int i;

	CU_ASSERT_FALSE(intern_sweep_due(in));
	memset(s, 'x', sizeof(s));
	for (i = 0; i < 3000; i++) {
		memcpy(s, &i, sizeof(i));
		intern_bytes(in, s, sizeof(s));
	}
	CU_ASSERT_TRUE(intern_sweep_due(in));
	intern_sweep_begin(in);
	intern_sweep(in);
	CU_ASSERT_FALSE(intern_sweep_due(in));
	CU_ASSERT_EQUAL(intern_size(in), 0);
	intern_free(in);
}

SUITE("intern", TEST(keeps_each_content_once), TEST(ends_strings_at_their_nul_but_not_bytes),
      TEST(sweeps_what_is_not_marked), TEST(asks_for_a_sweep_when_it_has_grown))
