/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who is whose child, thread or heir where it is not plain: pid namespaces, reapers, exec by a
 * thread, shared descriptors, and ids that are used again after their end was lost.
 */
#include "fake_capture.h"
#include "suite.h"

#define THREAD (SCAP_CLONE_THREAD | SCAP_CLONE_FILES | SCAP_CLONE_FS | SCAP_CLONE_VM)
#define IN_NS  SCAP_CLONE_CHILD_IN_PIDNS
#define CGROUP "cpuset=/docker/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct fake f;

static struct sinsp_thread *thread(int64_t tid)
{
	return sinsp_find_thread(f.s, tid);
}

/* init (1) and its child 100 in /home, with /etc/keep as 3 and, closed on exec, /etc/shut as 4. */
static void begin(void)
{
	struct scap_thread *t;

	fake_init(&f);
	t = scap_snapshot_thread(f.scap->snap);
	t->tid = t->pid = 1;
	t->vtid = t->vpid = 1;
	t->comm = "init";
	fake_clone(&f, (struct fake_clone){ .tid = 1, .pid = 1, .res = 100 });
	fake_clone(&f, (struct fake_clone){ .tid = 100, .pid = 100, .ptid = 1 });
	fake_exec(&f, 100, "bash", "/bin/bash", NULL);
	fake_add(&f, SCAP_EVT_SYSCALL_CHDIR_X, 100, "qs", 0ll, "/home");
	fake_openat(&f, 100, 3, "/etc/keep", SCAP_O_RDONLY);
	fake_openat(&f, 100, 4, "/etc/shut", SCAP_O_RDONLY | SCAP_O_CLOEXEC);
}

/* A child of @ptid, told by both. */
static void fork_process(int64_t ptid, int64_t tid)
{
	fake_clone(&f, (struct fake_clone){
			       .tid = ptid, .pid = ptid, .ptid = f.parents[ptid], .res = tid });
	fake_clone(&f, (struct fake_clone){ .tid = tid, .pid = tid, .ptid = ptid });
}

static void make_thread(int64_t pid, int64_t tid, uint32_t flags)
{
	fake_clone(&f, (struct fake_clone){
			       .tid = pid, .pid = pid, .ptid = 1, .res = tid, .flags = flags });
	fake_clone(&f, (struct fake_clone){ .tid = tid, .pid = pid, .ptid = 1, .flags = flags });
}

/* A process of a container, with number @vpid there. */
static void enter(int64_t tid, int64_t ptid, int64_t vpid)
{
	fake_clone(&f, (struct fake_clone){ .tid = tid,
					    .pid = tid,
					    .ptid = ptid,
					    .vtid = vpid,
					    .vpid = vpid,
					    .flags = IN_NS,
					    .cgroup = CGROUP });
}

/* An exit of which the kernel did not say who takes the children over, as in old captures. */
static void exit_silently(int64_t tid)
{
	fake_add(&f, SCAP_EVT_PROCEXIT_1_E, tid, "q", 0ll);
}

static void run(void)
{
	fake_open(&f, NULL);
	fake_run(&f);
}

/* ---- pid namespaces ---- */

static void threads_of_a_namespace_have_both_numbers(void)
{
	begin();
	enter(500, 100, 1);
	fake_clone(&f, (struct fake_clone){ .tid = 501,
					    .pid = 500,
					    .ptid = 100,
					    .vtid = 2,
					    .vpid = 1,
					    .flags = THREAD | IN_NS,
					    .cgroup = CGROUP });
	enter(502, 500, 3);
	run();
	CU_ASSERT_EQUAL(thread(500)->vtid, 1);
	CU_ASSERT_EQUAL(thread(501)->vtid, 2);
	CU_ASSERT_EQUAL(thread(501)->vpid, 1);
	CU_ASSERT_PTR_EQUAL(thread(501)->leader, thread(500));
	CU_ASSERT_EQUAL(thread(502)->vpid, 3);
	CU_ASSERT_EQUAL(thread(502)->ptid, 500);
	fake_free(&f);
}

static void orphans_of_who_entered_a_namespace_go_to_its_init(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SYSCALL_PRCTL_X, 100, "qd-q", 0ll, 36ll, 1ll); /* a shim */
	enter(500, 100, 1);
	enter(510, 100, 10); /* "exec" in the container: a child of the shim */
	enter(511, 510, 11);
	exit_silently(510);
	run();
	CU_ASSERT_EQUAL(thread(511)->ptid, 500);
	CU_ASSERT_EQUAL(sinsp_thread_doubt(f.s, thread(511)), SINSP_DOUBT_PARENT);
	fake_free(&f);
}

static void subreaper_takes_over_inside_its_namespace_only(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SYSCALL_PRCTL_X, 100, "qd-q", 0ll, 36ll, 1ll);
	enter(500, 100, 1);
	enter(501, 500, 2);
	fake_add(&f, SCAP_EVT_SYSCALL_PRCTL_X, 501, "qd-q", 0ll, 36ll, 1ll);
	enter(502, 501, 3);
	enter(503, 502, 4);
	exit_silently(502);
	exit_silently(501);
	fork_process(100, 200);
	fork_process(200, 300);
	exit_silently(200);
	fake_open(&f, NULL);
	fake_step(&f, 13);
	CU_ASSERT_EQUAL(thread(503)->ptid, 501);
	fake_run(&f);
	CU_ASSERT_EQUAL(thread(503)->ptid, 500);
	CU_ASSERT_EQUAL(thread(300)->ptid, 100);
	fake_free(&f);
}

static void who_is_no_subreaper_any_more_takes_nobody(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SYSCALL_PRCTL_X, 100, "qd-q", 0ll, 36ll, 1ll);
	fake_add(&f, SCAP_EVT_SYSCALL_PRCTL_X, 100, "qd-q", 0ll, 36ll, 0ll);
	fork_process(100, 200);
	fork_process(200, 300);
	exit_silently(200);
	run();
	CU_ASSERT_EQUAL(thread(300)->ptid, 1);
	fake_free(&f);
}

static void what_the_kernel_says_is_no_guess(void)
{
	begin();
	fork_process(100, 200);
	fork_process(200, 300);
	fork_process(200, 301);
	exit_silently(200);
	fake_exec(&f, 301, "x", "/x", NULL);
	run();
	CU_ASSERT_EQUAL(sinsp_thread_doubt(f.s, thread(300)), SINSP_DOUBT_PARENT);
	fake_free(&f);
	begin();
	fork_process(100, 200);
	fork_process(200, 300);
	fake_exit(&f, 200, 1);
	run();
	CU_ASSERT_EQUAL(thread(300)->ptid, 1);
	CU_ASSERT_EQUAL(sinsp_thread_doubt(f.s, thread(300)), 0);
	fake_free(&f);
}

/* Its first descriptors are those of who forked it, not of who is its parent. */
static void child_made_for_the_parent_has_what_its_maker_had(void)
{
	begin();
	fork_process(100, 200);
	fake_close(&f, 200, 3);
	fake_openat(&f, 200, 7, "/run/sync", SCAP_O_RDWR);
	fake_add(&f, SCAP_EVT_SYSCALL_CHDIR_X, 200, "qs", 0ll, "/rootfs");
	fake_clone(&f, (struct fake_clone){ .tid = 200,
					    .pid = 200,
					    .ptid = 100,
					    .res = 300,
					    .flags = SCAP_CLONE_PARENT });
	fake_close(&f, 200, 7);
	fake_clone(&f, (struct fake_clone){
			       .tid = 300, .pid = 300, .ptid = 100, .flags = SCAP_CLONE_PARENT });
	run();
	CU_ASSERT_EQUAL(thread(300)->ptid, 100);
	CU_ASSERT_PTR_NULL(fake_fd_name(&f, 300, 3));
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 300, 7), "/run/sync");
	CU_ASSERT_STRING_EQUAL(thread(300)->cwd, "/rootfs/");
	fake_free(&f);
}

/* The first step of a container's beginning is over before the second has told of itself. */
static void child_of_a_maker_that_has_ended_has_what_it_had(void)
{
	begin();
	fork_process(100, 200);
	fake_exec(&f, 200, "init", "/rootfs/init", NULL);
	fake_openat(&f, 200, 7, "/run/sync", SCAP_O_RDWR);
	fake_add(&f, SCAP_EVT_SYSCALL_CHDIR_X, 200, "qs", 0ll, "/rootfs");
	fake_clone(&f, (struct fake_clone){ .tid = 200,
					    .pid = 200,
					    .ptid = 100,
					    .res = 300,
					    .flags = SCAP_CLONE_PARENT });
	fake_add(&f, SCAP_EVT_SYSCALL_CHDIR_X, 200, "qs", 0ll, "/elsewhere");
	fake_exit(&f, 200, 1);
	fake_openat(&f, 100, 8, "/etc/other", SCAP_O_RDONLY);
	fake_clone(&f, (struct fake_clone){
			       .tid = 300, .pid = 300, .ptid = 100, .flags = SCAP_CLONE_PARENT });
	run();
	CU_ASSERT_PTR_NULL(thread(200));
	CU_ASSERT_EQUAL(thread(300)->ptid, 100);
	CU_ASSERT_STRING_EQUAL(thread(300)->cwd, "/rootfs/");
	CU_ASSERT_STRING_EQUAL(thread(300)->exepath, "/rootfs/init");
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 300, 7), "/run/sync");
	CU_ASSERT_PTR_NULL(fake_fd_name(&f, 300, 8));
	fake_free(&f);
}

/* ---- threads ---- */

/* The kernel ends the main thread and gives its number to the one that called. */
static void exec_by_a_thread_ends_the_others_and_the_main_one(void)
{
	begin();
	make_thread(100, 101, THREAD);
	make_thread(100, 102, THREAD);
	fork_process(100, 200);
	fake_exit(&f, 102, 0);
	fake_exit(&f, 100, 101);
	fake_exec(&f, 100, "prog", "/bin/prog", NULL);
	fake_fstat(&f, 100, 3);
	run();
	CU_ASSERT_PTR_NULL(thread(101));
	CU_ASSERT_PTR_NULL(thread(102));
	CU_ASSERT_FALSE(thread(100)->dead);
	CU_ASSERT_EQUAL(thread(100)->nthreads, 1);
	CU_ASSERT_STRING_EQUAL(thread(100)->comm, "prog");
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 100, 3), "/etc/keep");
	CU_ASSERT_PTR_NULL(fake_fd_name(&f, 100, 4));
	CU_ASSERT_EQUAL(thread(200)->ptid, 100);
	fake_free(&f);
}

static void vfork_returns_when_the_child_has_its_program(void)
{
	begin();
	fake_clone(&f, (struct fake_clone){ .tid = 200,
					    .pid = 200,
					    .ptid = 100,
					    .flags = SCAP_CLONE_VFORK | SCAP_CLONE_VM });
	fake_close(&f, 200, 3);
	fake_exec(&f, 200, "ls", "/bin/ls", NULL);
	fake_clone(&f, (struct fake_clone){ .tid = 100,
					    .pid = 100,
					    .ptid = 1,
					    .res = 200,
					    .flags = SCAP_CLONE_VFORK | SCAP_CLONE_VM });
	run();
	CU_ASSERT_STRING_EQUAL(thread(200)->comm, "ls");
	CU_ASSERT_EQUAL(thread(200)->ptid, 100);
	CU_ASSERT_PTR_NULL(fake_fd_name(&f, 200, 3));
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 100, 3), "/etc/keep");
	fake_free(&f);
}

static void processes_that_share_descriptors_part_at_exec(void)
{
	begin();
	fake_clone(
		&f,
		(struct fake_clone){
			.tid = 100, .pid = 100, .ptid = 1, .res = 200, .flags = SCAP_CLONE_FILES });
	fake_clone(&f, (struct fake_clone){
			       .tid = 200, .pid = 200, .ptid = 100, .flags = SCAP_CLONE_FILES });
	fake_openat(&f, 200, 5, "/shared", SCAP_O_RDONLY);
	fake_exec(&f, 200, "x", "/x", NULL);
	fake_openat(&f, 200, 6, "/own", SCAP_O_RDONLY);
	run();
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 100, 5), "/shared");
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 100, 4), "/etc/shut");
	CU_ASSERT_PTR_NULL(fake_fd_name(&f, 100, 6));
	CU_ASSERT_PTR_NULL(fake_fd_name(&f, 200, 4));
	fake_free(&f);
}

static void processes_that_share_descriptors_part_at_unshare(void)
{
	begin();
	fake_clone(
		&f,
		(struct fake_clone){
			.tid = 100, .pid = 100, .ptid = 1, .res = 200, .flags = SCAP_CLONE_FILES });
	fake_add(&f, SCAP_EVT_SYSCALL_UNSHARE_X, 200, "qd", 0ll, (long long)SCAP_CLONE_FILES);
	fake_close(&f, 200, 3);
	run();
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 100, 3), "/etc/keep");
	CU_ASSERT_PTR_NULL(fake_fd_name(&f, 200, 3));
	fake_free(&f);
}

static void thread_may_have_descriptors_of_its_own(void)
{
	begin();
	make_thread(100, 101, THREAD & ~(uint32_t)SCAP_CLONE_FILES);
	fake_close(&f, 101, 3);
	fake_openat(&f, 101, 9, "/own", SCAP_O_RDONLY);
	run();
	CU_ASSERT_PTR_EQUAL(thread(101)->leader, thread(100));
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 100, 3), "/etc/keep");
	CU_ASSERT_PTR_NULL(fake_fd_name(&f, 101, 3));
	CU_ASSERT_PTR_NULL(fake_fd_name(&f, 100, 9));
	fake_free(&f);
}

/* ---- programs ---- */

static void exec_of(const char *exe, const char *comm, const char *path, long long ino)
{
	fake_add(&f, SCAP_EVT_SYSCALL_EXECVE_19_X, 100, "qsbqqqsqqqdddsbbdqddqqqqqqdsqds", 0ll, exe,
		 "/usr/bin/tool\0-v", 17, 100ll, 100ll, 1ll, NULL, 1024ll, 0ll, 1ll, 200ll, 20ll,
		 0ll, comm, "cpuset=/", 9, "HOME=/root", 11, 0ll, 1ll, 1000ll,
		 (long long)(ino == 99 ? SCAP_EXE_FROM_MEMFD : 0), 0ll, 3ll, 3ll, ino, 1ll, 2ll,
		 0ll, path, 1ll, 0ll, "/usr/bin/tool");
}

static void script_runs_as_its_interpreter(void)
{
	begin();
	exec_of("/bin/sh", "tool", "/usr/bin/dash", 77);
	run();
	CU_ASSERT_STRING_EQUAL(thread(100)->comm, "tool");
	CU_ASSERT_STRING_EQUAL(thread(100)->exe, "/bin/sh");
	CU_ASSERT_STRING_EQUAL(thread(100)->exepath, "/usr/bin/dash");
	CU_ASSERT_STRING_EQUAL(thread(100)->args.ptr, "/usr/bin/tool");
	fake_free(&f);
}

static void program_that_was_replaced_is_known_by_its_file(void)
{
	begin();
	exec_of("tool", "tool", "/usr/bin/tool", 77);
	fork_process(100, 200);
	exec_of("tool", "tool", "/usr/bin/tool (deleted)", 78);
	fake_open(&f, NULL);
	fake_step(&f, 9);
	CU_ASSERT_EQUAL(thread(100)->exe_ino, 77);
	fake_run(&f);
	CU_ASSERT_EQUAL(thread(100)->exe_ino, 78);
	CU_ASSERT_STRING_EQUAL(thread(100)->exepath, "/usr/bin/tool");
	CU_ASSERT_EQUAL(thread(200)->exe_ino, 77); /* it runs the old one */
	fake_free(&f);
}

static void program_in_memory_says_so(void)
{
	begin();
	exec_of("tool", "3", "memfd:payload (deleted)", 99);
	run();
	CU_ASSERT_TRUE(thread(100)->exe_from_memfd);
	CU_ASSERT_STRING_EQUAL(thread(100)->exepath, "memfd:payload");
	fake_free(&f);
}

/* ---- ids that are used again, where the end was lost ---- */

static void id_of_a_thread_that_is_a_process_now(void)
{
	begin();
	make_thread(100, 101, THREAD);
	f.ts += 5000000000ull;
	fake_exec(&f, 101, "new", "/bin/new", NULL);
	run();
	CU_ASSERT_EQUAL(thread(101)->pid, 101);
	CU_ASSERT_EQUAL(thread(100)->nthreads, 1);
	CU_ASSERT_PTR_NULL(fake_fd_name(&f, 101, 3));
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 100, 3), "/etc/keep");
	CU_ASSERT_STRING_EQUAL(thread(101)->cwd, "");
	CU_ASSERT_EQUAL(sinsp_thread_doubt(f.s, thread(101)), SINSP_DOUBT_UNSEEN | SINSP_DOUBT_IDS);
	fake_free(&f);
}

static void id_of_a_process_that_is_a_thread_now(void)
{
	begin();
	fork_process(100, 200);
	f.ts += 5000000000ull;
	/* 200 is a thread of 1 by now, and forks */
	fake_clone(&f, (struct fake_clone){ .tid = 200, .pid = 1, .res = 300 });
	run();
	CU_ASSERT_EQUAL(thread(200)->pid, 1);
	CU_ASSERT_PTR_NULL(fake_fd_name(&f, 200, 3));
	CU_ASSERT_EQUAL(thread(300)->ptid, 1);
	fake_free(&f);
}

static void process_younger_than_its_parent_is_another_one(void)
{
	begin();
	fork_process(100, 200);
	f.ts += 5000000000ull;
	fork_process(100, 300);
	f.ts += 5000000000ull;
	/* 300 cannot have made the 200 that is known: that one's end, and a fork, were lost. */
	f.parents[200] = 300;
	fake_exec(&f, 200, "new", "/bin/new", NULL);
	run();
	CU_ASSERT_EQUAL(thread(200)->ptid, 300);
	CU_ASSERT_PTR_NULL(fake_fd_name(&f, 200, 3));
	fake_free(&f);
}

/* The thread that forked has ended, so that the kernel names another, which came later. */
static void process_may_be_older_than_a_thread_of_its_parent(void)
{
	begin();
	make_thread(100, 101, THREAD);
	fake_clone(&f, (struct fake_clone){ .tid = 101, .pid = 100, .ptid = 1, .res = 200 });
	fake_clone(&f, (struct fake_clone){ .tid = 200, .pid = 200, .ptid = 101 });
	f.ts += 5000000000ull;
	make_thread(100, 102, THREAD);
	fake_exit(&f, 101, 102);
	f.parents[200] = 102;
	fake_exec(&f, 200, "x", "/x", NULL);
	run();
	CU_ASSERT_EQUAL(thread(200)->ptid, 100);
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 200, 3), "/etc/keep");
	fake_free(&f);
}

static void orphans_do_not_get_who_has_the_number_of_their_parent_next(void)
{
	begin();
	fork_process(100, 200);
	fork_process(200, 300);
	f.ts += 5000000000ull;
	fork_process(1, 200);
	run();
	CU_ASSERT_EQUAL(thread(200)->ptid, 1);
	CU_ASSERT_EQUAL(thread(300)->ptid, 1);
	CU_ASSERT_EQUAL(sinsp_thread_doubt(f.s, thread(300)), SINSP_DOUBT_PARENT);
	fake_free(&f);
}

static void exec_tells_a_parent_whose_end_was_lost(void)
{
	begin();
	fork_process(100, 200);
	fork_process(200, 300);
	f.parents[300] = 1;
	fake_exec(&f, 300, "x", "/x", NULL);
	run();
	CU_ASSERT_EQUAL(thread(300)->ptid, 1);
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 300, 3), "/etc/keep");
	CU_ASSERT_EQUAL(sinsp_thread_doubt(f.s, thread(300)), 0);
	fake_free(&f);
}

SUITE("lineage", TEST(threads_of_a_namespace_have_both_numbers),
      TEST(orphans_of_who_entered_a_namespace_go_to_its_init),
      TEST(subreaper_takes_over_inside_its_namespace_only),
      TEST(who_is_no_subreaper_any_more_takes_nobody), TEST(what_the_kernel_says_is_no_guess),
      TEST(child_of_a_maker_that_has_ended_has_what_it_had),
      TEST(child_made_for_the_parent_has_what_its_maker_had),
      TEST(exec_by_a_thread_ends_the_others_and_the_main_one),
      TEST(vfork_returns_when_the_child_has_its_program),
      TEST(processes_that_share_descriptors_part_at_exec),
      TEST(processes_that_share_descriptors_part_at_unshare),
      TEST(thread_may_have_descriptors_of_its_own), TEST(script_runs_as_its_interpreter),
      TEST(program_that_was_replaced_is_known_by_its_file), TEST(program_in_memory_says_so),
      TEST(id_of_a_thread_that_is_a_process_now), TEST(id_of_a_process_that_is_a_thread_now),
      TEST(process_younger_than_its_parent_is_another_one),
      TEST(process_may_be_older_than_a_thread_of_its_parent),
      TEST(orphans_do_not_get_who_has_the_number_of_their_parent_next),
      TEST(exec_tells_a_parent_whose_end_was_lost))
