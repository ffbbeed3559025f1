/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of joining and normalising paths. */
#include "sinsp.h"
#include "suite.h"

static char out[64];

static const char *join(const char *base, const char *path)
{
	size_t n = sinsp_path_join(out, sizeof(out), base, base ? strlen(base) : 0, path,
				   path ? strlen(path) : 0);

	CU_ASSERT_EQUAL(n, strlen(out));
	return out;
}

static void joins_relative_paths_to_their_base(void)
{
	CU_ASSERT_STRING_EQUAL(join("/home/alice/", "notes"), "/home/alice/notes");
	CU_ASSERT_STRING_EQUAL(join("/home/alice", "notes"), "/home/alice/notes");
	CU_ASSERT_STRING_EQUAL(join("/", "etc"), "/etc");
}

static void keeps_apart_what_starts_in_no_known_folder(void)
{
	CU_ASSERT_STRING_EQUAL(join("./", "notes"), "./notes");
	CU_ASSERT_STRING_EQUAL(join("./sub/", "a/../b"), "./sub/b");
	CU_ASSERT_STRING_EQUAL(join("./", "../b"), "../b");
	CU_ASSERT_STRING_EQUAL(join("./", "."), "./");
	CU_ASSERT_STRING_EQUAL(join("./", "/abs"), "/abs");
}

static void takes_absolute_paths_as_they_are(void)
{
	CU_ASSERT_STRING_EQUAL(join("/home/alice/", "/etc/passwd"), "/etc/passwd");
}

static void removes_dots_and_double_slashes(void)
{
	CU_ASSERT_STRING_EQUAL(join("/a/", "./b//c/./d"), "/a/b/c/d");
	CU_ASSERT_STRING_EQUAL(join("/a/b/", "../c"), "/a/c");
	CU_ASSERT_STRING_EQUAL(join("/a/b/", "."), "/a/b");
	CU_ASSERT_STRING_EQUAL(join("/a/b", "c/"), "/a/b/c");
	CU_ASSERT_STRING_EQUAL(join("/a/b", ".hidden/..x"), "/a/b/.hidden/..x");
}

static void stays_at_the_root(void)
{
	CU_ASSERT_STRING_EQUAL(join("/a/", "../../../etc"), "/etc");
	CU_ASSERT_STRING_EQUAL(join("/", ".."), "/");
	CU_ASSERT_STRING_EQUAL(join(NULL, "/"), "/");
}

static void keeps_what_leads_out_of_an_unknown_base(void)
{
	CU_ASSERT_STRING_EQUAL(join("", "../../x"), "../../x");
	CU_ASSERT_STRING_EQUAL(join(NULL, "a/../../x"), "../x");
	CU_ASSERT_STRING_EQUAL(join("a/b", "../../.."), "..");
	CU_ASSERT_STRING_EQUAL(join("", "a"), "a");
}

static void takes_empty_paths(void)
{
	CU_ASSERT_STRING_EQUAL(join("/a/b/", ""), "/a/b");
	CU_ASSERT_STRING_EQUAL(join("", ""), "");
	CU_ASSERT_STRING_EQUAL(join(NULL, NULL), "");
}

static void cuts_what_does_not_fit(void)
{
	char small[8];
	size_t n = sinsp_path_join(small, sizeof(small), "/aaa/", 5, "bbbbbbbb", 8);

	CU_ASSERT_EQUAL(n, 7);
	CU_ASSERT_STRING_EQUAL(small, "/aaa/bb");
	CU_ASSERT_EQUAL(sinsp_path_join(small, 1, "/a", 2, "b", 1), 0);
	CU_ASSERT_STRING_EQUAL(small, "");
}

static void does_not_need_a_nul(void)
{
	const char base[] = { '/', 'a' }, path[] = { 'b', '/', 'c' };

	CU_ASSERT_EQUAL(sinsp_path_join(out, sizeof(out), base, 2, path, 3), 6);
	CU_ASSERT_STRING_EQUAL(out, "/a/b/c");
}

SUITE("path", TEST(joins_relative_paths_to_their_base),
      TEST(keeps_apart_what_starts_in_no_known_folder), TEST(takes_absolute_paths_as_they_are),
      TEST(removes_dots_and_double_slashes), TEST(stays_at_the_root),
      TEST(keeps_what_leads_out_of_an_unknown_base), TEST(takes_empty_paths),
      TEST(cuts_what_does_not_fit), TEST(does_not_need_a_nul))
