/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the table of threads. */
#include "threads.h"
#include "suite.h"

static struct threads ts;

static struct thread *process(int64_t pid, int64_t ptid)
{
	struct thread *t = threads_add(&ts, pid);

	threads_set_leader(t, t);
	threads_set_parent(&ts, t, ptid);
	return t;
}

static struct thread *thread(int64_t tid, struct thread *leader)
{
	struct thread *t = threads_add(&ts, tid);

	threads_set_leader(t, leader);
	return t;
}

static void finds_threads_among_many(void)
{
	int64_t tid;

	threads_init(&ts);
	for (tid = 1; tid <= 20000; tid++)
		process(tid, tid / 2);
	for (tid = 1; tid <= 20000; tid += 3)
		threads_remove(&ts, threads_find(&ts, tid));
	CU_ASSERT_PTR_NULL(threads_find(&ts, 19999));
	CU_ASSERT_EQUAL(threads_find(&ts, 20000)->pub.tid, 20000);
	CU_ASSERT_EQUAL(ts.n, 13333);
	threads_clear(&ts);
}

static void forgets_the_last_one_found_when_it_goes(void)
{
	threads_init(&ts);
	process(5, 1);
	CU_ASSERT_PTR_NOT_NULL(threads_find(&ts, 5));
	threads_remove(&ts, threads_find(&ts, 5));
	CU_ASSERT_PTR_NULL(threads_find(&ts, 5));
	threads_clear(&ts);
}

static void counts_the_living_threads_of_a_process(void)
{
	struct thread *p, *a;

	threads_init(&ts);
	p = process(10, 1);
	a = thread(11, p);
	thread(12, p);
	CU_ASSERT_EQUAL(p->pub.nthreads, 3);
	CU_ASSERT_PTR_EQUAL(threads_alive_in(p, p), LIST_FIRST(&p->members));
	threads_remove(&ts, a);
	CU_ASSERT_EQUAL(p->pub.nthreads, 2);
	threads_remove_members(&ts, p);
	CU_ASSERT_EQUAL(p->pub.nthreads, 1);
	CU_ASSERT_PTR_NULL(threads_alive_in(p, p));
	CU_ASSERT_EQUAL(ts.n, 1);
	threads_clear(&ts);
}

static void takes_the_threads_along_with_their_process(void)
{
	struct thread *p;

	threads_init(&ts);
	p = process(10, 1);
	thread(11, p);
	thread(12, p);
	threads_remove(&ts, p);
	CU_ASSERT_EQUAL(ts.n, 0);
	threads_clear(&ts);
}

static void replaces_a_thread_whose_id_is_used_again(void)
{
	struct thread *t;

	threads_init(&ts);
	process(10, 1)->pub.uid = 5;
	t = threads_add(&ts, 10);
	CU_ASSERT_EQUAL(t->pub.uid, UINT32_MAX);
	CU_ASSERT_EQUAL(ts.n, 1);
	threads_clear(&ts);
}

static void gives_children_to_another_parent(void)
{
	threads_init(&ts);
	process(1, 0);
	process(10, 1);
	process(11, 10);
	process(12, 10);
	threads_give_children(&ts, 10, 1, true);
	CU_ASSERT_EQUAL(threads_find(&ts, 11)->pub.ptid, 1);
	CU_ASSERT_EQUAL(threads_find(&ts, 12)->pub.ptid, 1);
	CU_ASSERT_EQUAL(threads_find(&ts, 10)->pub.ptid, 1);
	/* Nobody becomes its own parent. */
	threads_give_children(&ts, 1, 11, false);
	CU_ASSERT_EQUAL(threads_find(&ts, 11)->pub.ptid, 0);
	CU_ASSERT_EQUAL(threads_find(&ts, 12)->pub.ptid, 11);
	CU_ASSERT_EQUAL(threads_find(&ts, 12)->pub.doubt, SINSP_DOUBT_PARENT);
	threads_clear(&ts);
}

static void is_bounded(void)
{
	int64_t tid;

	threads_init(&ts);
	for (tid = 1; tid <= THREADS_MAX; tid++)
		threads_add(&ts, tid)->born = tid > 10;
	CU_ASSERT_PTR_NULL(threads_add(&ts, tid));
	CU_ASSERT_EQUAL(ts.refused, 1);
	threads_purge(&ts, 2, NULL, NULL);
	CU_ASSERT_EQUAL(ts.n, 10); /* those of the beginning */
	CU_ASSERT_PTR_NOT_NULL(threads_add(&ts, tid));
	threads_clear(&ts);
}

static bool is_seven(int64_t tid, void *arg)
{
	(void)arg;
	return tid == 7;
}

static void purges_only_the_idle_ones_that_are_gone(void)
{
	struct thread *p;

	threads_init(&ts);
	process(5, 1)->pub.last_ts = 200;
	process(6, 1)->pub.last_ts = 50;
	process(7, 1)->pub.last_ts = 50;
	p = process(8, 1);
	p->pub.last_ts = 50;
	thread(9, p)->pub.last_ts = 200;
	process(10, 1)->pub.last_ts = 50; /* it has a child */
	process(11, 10)->pub.last_ts = 200;
	threads_purge(&ts, 100, is_seven, NULL);
	CU_ASSERT_PTR_NOT_NULL(threads_find(&ts, 5));
	CU_ASSERT_PTR_NULL(threads_find(&ts, 6));
	CU_ASSERT_PTR_NOT_NULL(threads_find(&ts, 7));
	CU_ASSERT_PTR_NOT_NULL(threads_find(&ts, 8));
	CU_ASSERT_PTR_NOT_NULL(threads_find(&ts, 9));
	CU_ASSERT_PTR_NOT_NULL(threads_find(&ts, 10));
	threads_clear(&ts);
}

SUITE("threads", TEST(finds_threads_among_many), TEST(forgets_the_last_one_found_when_it_goes),
      TEST(counts_the_living_threads_of_a_process),
      TEST(takes_the_threads_along_with_their_process),
      TEST(replaces_a_thread_whose_id_is_used_again), TEST(gives_children_to_another_parent),
      TEST(is_bounded), TEST(purges_only_the_idle_ones_that_are_gone))
