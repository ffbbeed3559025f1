/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of descriptor tables. */
#include "fds.h"
#include "suite.h"

static struct fd_budget budget;

static struct sinsp_fd_table *table(void)
{
	budget.chunks = 0;
	return fds_new(&budget);
}

static void finds_what_was_added(void)
{
	struct sinsp_fd_table *t = table();
	int64_t nums[] = { 3, 0, 255, 17, 100000, 16, 15, INT32_MAX };
	size_t i;

	for (i = 0; i < 8; i++)
		fds_add(t, nums[i])->ino = (uint64_t)nums[i] + 1;
	for (i = 0; i < 8; i++)
		CU_ASSERT_EQUAL(fds_find(t, nums[i])->ino, (uint64_t)nums[i] + 1);
	CU_ASSERT_EQUAL(fds_count(t), 8);
	CU_ASSERT_PTR_NULL(fds_find(t, 4));
	CU_ASSERT_PTR_NULL(fds_find(t, 99999));
	CU_ASSERT_PTR_NULL(fds_find(NULL, 0));
	fds_drop(t);
	CU_ASSERT_EQUAL(budget.chunks, 0);
}

static void refuses_numbers_that_are_none(void)
{
	struct sinsp_fd_table *t = table();

	CU_ASSERT_PTR_NULL(fds_add(t, -1));
	CU_ASSERT_PTR_NULL(fds_add(t, (int64_t)INT32_MAX + 1));
	CU_ASSERT_PTR_NULL(fds_add(t, INT64_MIN));
	CU_ASSERT_PTR_NULL(fds_find(t, -100));
	CU_ASSERT_PTR_NULL(fds_find(t, INT64_MAX));
	fds_remove(t, INT64_MIN, -1);
	fds_drop(t);
}

static void starts_anew_when_a_number_is_added_again(void)
{
	struct sinsp_fd_table *t = table();

	fds_add(t, 5)->name = "old";
	CU_ASSERT_STRING_EQUAL(fds_add(t, 5)->name, "");
	CU_ASSERT_EQUAL(fds_count(t), 1);
	fds_drop(t);
}

static void copies_on_write(void)
{
	struct sinsp_fd_table *parent = table(), *child;
	size_t chunks;
	int i;

	for (i = 0; i < 1000; i++)
		fds_add(parent, i)->name = "p";
	chunks = budget.chunks;
	child = fds_copy(parent);
	CU_ASSERT_EQUAL(budget.chunks, chunks);
	fds_edit(child, 500)->name = "c";
	CU_ASSERT_EQUAL(budget.chunks, chunks + 1);
	fds_remove(child, 3, 3);
	fds_add(parent, 4)->name = "new";
	CU_ASSERT_STRING_EQUAL(fds_find(parent, 500)->name, "p");
	CU_ASSERT_STRING_EQUAL(fds_find(child, 500)->name, "c");
	CU_ASSERT_PTR_NOT_NULL(fds_find(parent, 3));
	CU_ASSERT_PTR_NULL(fds_find(child, 3));
	CU_ASSERT_STRING_EQUAL(fds_find(child, 4)->name, "p");
	fds_drop(parent);
	CU_ASSERT_STRING_EQUAL(fds_find(child, 999)->name, "p");
	CU_ASSERT_EQUAL(fds_count(child), 999);
	fds_drop(child);
	CU_ASSERT_EQUAL(budget.chunks, 0);
}

static void removes_ranges(void)
{
	struct sinsp_fd_table *t = table();
	int i;

	for (i = 0; i < 100; i++)
		fds_add(t, i);
	fds_remove(t, 10, 49);
	CU_ASSERT_EQUAL(fds_count(t), 60);
	CU_ASSERT_PTR_NOT_NULL(fds_find(t, 9));
	CU_ASSERT_PTR_NULL(fds_find(t, 10));
	CU_ASSERT_PTR_NULL(fds_find(t, 49));
	CU_ASSERT_PTR_NOT_NULL(fds_find(t, 50));
	fds_remove(t, 0, INT64_MAX);
	CU_ASSERT_EQUAL(fds_count(t), 0);
	CU_ASSERT_EQUAL(budget.chunks, 0);
	fds_drop(t);
}

static void removes_what_is_closed_on_exec(void)
{
	struct sinsp_fd_table *t = table();
	int i;

	for (i = 0; i < 40; i++)
		fds_add(t, i)->cloexec = i % 2;
	fds_set_cloexec(t, 30, 100);
	fds_remove_cloexec(t);
	CU_ASSERT_EQUAL(fds_count(t), 15);
	CU_ASSERT_PTR_NOT_NULL(fds_find(t, 28));
	CU_ASSERT_PTR_NULL(fds_find(t, 29));
	CU_ASSERT_PTR_NULL(fds_find(t, 30));
	fds_drop(t);
}

static void stops_at_the_memory_that_all_tables_may_use(void)
{
	struct sinsp_fd_table *t = table();

	fds_add(t, 1);
	budget.chunks = SIZE_MAX / 2;
	CU_ASSERT_PTR_NOT_NULL(fds_add(t, 2));
	CU_ASSERT_PTR_NULL(fds_add(t, 1000));
	budget.chunks = 1;
	fds_drop(t);
}

static bool count(struct sinsp_fd *fd, void *arg)
{
	(void)fd;
	return --*(int *)arg > 0;
}

static void stops_walking_when_told(void)
{
	struct sinsp_fd_table *t = table();
	int left = 3, i;

	for (i = 0; i < 20; i++)
		fds_add(t, i);
	fds_each(t, count, &left);
	CU_ASSERT_EQUAL(left, 0);
	fds_drop(t);
}

SUITE("fds", TEST(finds_what_was_added), TEST(refuses_numbers_that_are_none),
      TEST(starts_anew_when_a_number_is_added_again), TEST(copies_on_write), TEST(removes_ranges),
      TEST(removes_what_is_closed_on_exec), TEST(stops_at_the_memory_that_all_tables_may_use),
      TEST(stops_walking_when_told))
