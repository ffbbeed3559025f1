/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of how processes begin, change and end. */
#include "fake_capture.h"
#include "suite.h"

#define THREAD (SCAP_CLONE_THREAD | SCAP_CLONE_FILES | SCAP_CLONE_FS | SCAP_CLONE_VM)

static struct fake f;

static struct sinsp_thread *thread(int64_t tid)
{
	return sinsp_find_thread(f.s, tid);
}

/* Process 100, child of 1, with /etc/keep as 3 and /etc/cloexec as 4; it has forked 200. */
static void begin(void)
{
	fake_init(&f);
	fake_exec(&f, 1, "init", "/sbin/init", NULL);
	fake_clone(&f, (struct fake_clone){ .tid = 1, .pid = 1, .ptid = 0, .res = 100 });
	fake_clone(&f, (struct fake_clone){ .tid = 100, .pid = 100, .ptid = 1, .res = 0 });
	fake_add(&f, SCAP_EVT_SYSCALL_CHDIR_X, 100, "qs", 0ll, "/home/a");
	fake_openat(&f, 100, 3, "/etc/keep", SCAP_O_RDONLY);
	fake_openat(&f, 100, 4, "/etc/cloexec", SCAP_O_RDONLY | SCAP_O_CLOEXEC);
	fake_clone(&f, (struct fake_clone){ .tid = 100, .pid = 100, .ptid = 1, .res = 200 });
	fake_clone(&f, (struct fake_clone){ .tid = 200, .pid = 200, .ptid = 100, .res = 0 });
	fake_open(&f, NULL);
}

static void child_inherits_from_its_parent(void)
{
	begin();
	fake_run(&f);
	CU_ASSERT_EQUAL(thread(200)->pid, 200);
	CU_ASSERT_EQUAL(thread(200)->ptid, 100);
	CU_ASSERT_PTR_EQUAL(sinsp_thread_parent(f.s, thread(200)), thread(100));
	CU_ASSERT_STRING_EQUAL(thread(200)->cwd, "/home/a/");
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 200, 3), "/etc/keep");
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 200, 4), "/etc/cloexec");
	CU_ASSERT_EQUAL(thread(200)->env.len, 11);
	fake_free(&f);
}

static void child_closing_a_file_leaves_the_parent_alone(void)
{
	begin();
	fake_close(&f, 200, 3);
	fake_openat(&f, 100, 4, "/other", SCAP_O_RDONLY);
	fake_fstat(&f, 200, 4);
	fake_run(&f);
	CU_ASSERT_PTR_NULL(fake_fd_name(&f, 200, 3));
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 100, 3), "/etc/keep");
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 200, 4), "/etc/cloexec");
	fake_free(&f);
}

static void exec_changes_the_program_and_closes_what_is_to_be_closed(void)
{
	struct sinsp_text line = { 0 };

	begin();
	fake_exec(&f, 200, "prog", "/usr/bin/prog", NULL);
	fake_run(&f);
	CU_ASSERT_STRING_EQUAL(thread(200)->comm, "prog");
	CU_ASSERT_STRING_EQUAL(thread(200)->exepath, "/usr/bin/prog");
	CU_ASSERT_EQUAL(thread(200)->exe_ino, 77);
	CU_ASSERT_EQUAL(thread(200)->loginuid, 1000);
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 200, 3), "/etc/keep");
	CU_ASSERT_PTR_NULL(fake_fd_name(&f, 200, 4));
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 100, 4), "/etc/cloexec");
	CU_ASSERT_EQUAL(thread(200)->ptid, 100);
	CU_ASSERT_STRING_EQUAL(thread(200)->cwd, "/home/a/");
	sinsp_thread_cmdline(thread(200), &line);
	CU_ASSERT_STRING_EQUAL(line.ptr, "prog -l a b");
	sinsp_text_free(&line);
	fake_free(&f);
}

static void failed_exec_changes_nothing(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SYSCALL_EXECVE_19_X, 200, "qsbqqq", -2ll, "nothere", "x", 2, 200ll,
		 200ll, 100ll);
	fake_run(&f);
	CU_ASSERT_STRING_EQUAL(thread(200)->exe, "/bin/sh");
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 200, 4), "/etc/cloexec");
	fake_free(&f);
}

static void begin_with_thread(void)
{
	begin();
	fake_clone(&f, (struct fake_clone){
			       .tid = 200, .pid = 200, .ptid = 100, .res = 201, .flags = THREAD });
	fake_clone(&f, (struct fake_clone){
			       .tid = 201, .pid = 200, .ptid = 100, .res = 0, .flags = THREAD });
}

static void threads_share_descriptors_and_directory(void)
{
	begin_with_thread();
	fake_close(&f, 201, 3);
	fake_add(&f, SCAP_EVT_SYSCALL_DUP_1_X, 200, "qq", 9ll, 4ll);
	fake_add(&f, SCAP_EVT_SYSCALL_CHDIR_X, 201, "qs", 0ll, "..");
	fake_run(&f);
	CU_ASSERT_EQUAL(thread(201)->pid, 200);
	CU_ASSERT_EQUAL(thread(201)->ptid, 100);
	CU_ASSERT_PTR_EQUAL(thread(201)->leader, thread(200));
	CU_ASSERT_EQUAL(thread(200)->nthreads, 2);
	CU_ASSERT_PTR_NULL(fake_fd_name(&f, 200, 3));
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 201, 9), "/etc/cloexec");
	CU_ASSERT_STRING_EQUAL(thread(200)->cwd, "/home/");
	fake_free(&f);
}

static void child_of_a_thread_is_a_child_of_its_process(void)
{
	begin_with_thread();
	fake_clone(&f, (struct fake_clone){ .tid = 300, .pid = 300, .ptid = 201, .res = 0 });
	fake_clone(&f, (struct fake_clone){ .tid = 201, .pid = 200, .ptid = 100, .res = 300 });
	fake_run(&f);
	CU_ASSERT_EQUAL(thread(300)->ptid, 200);
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 300, 3), "/etc/keep");
	fake_free(&f);
}

static void exec_ends_the_other_threads(void)
{
	begin_with_thread();
	fake_exec(&f, 200, "prog", "/prog", NULL);
	fake_run(&f);
	CU_ASSERT_PTR_NULL(thread(201));
	CU_ASSERT_EQUAL(thread(200)->nthreads, 1);
	fake_free(&f);
}

static void main_thread_stays_until_its_last_thread_has_gone(void)
{
	begin_with_thread();
	fake_exit(&f, 200, 0);
	fake_fstat(&f, 201, 3);
	fake_fstat(&f, 201, 3);
	fake_exit(&f, 201, 0);
	fake_step(&f, 11);
	CU_ASSERT_EQUAL(thread(200)->nthreads, 1);
	CU_ASSERT_PTR_NOT_NULL(thread(201));
	fake_step(&f, 2);
	CU_ASSERT_TRUE(thread(200)->dead);
	CU_ASSERT_STRING_EQUAL(f.ev->fd->name, "/etc/keep");
	fake_step(&f, 1);
	CU_ASSERT_PTR_NOT_NULL(f.ev->thread);
	CU_ASSERT_EQUAL(thread(200)->nthreads, 0);
	fake_step(&f, 1);
	CU_ASSERT_PTR_NULL(thread(201));
	CU_ASSERT_PTR_NULL(thread(200));
	fake_free(&f);
}

static void exit_is_still_seen_with_its_thread(void)
{
	begin();
	fake_exit(&f, 200, 0);
	fake_fstat(&f, 100, 3);
	fake_step(&f, 9);
	CU_ASSERT_EQUAL(f.ev->raw.hdr->type, SCAP_EVT_PROCEXIT_1_E);
	CU_ASSERT_STRING_EQUAL(f.ev->thread->comm, "sh");
	fake_step(&f, 1);
	CU_ASSERT_PTR_NULL(thread(200));
	fake_free(&f);
}

static void orphans_go_where_the_kernel_says(void)
{
	begin();
	fake_exit(&f, 100, 1);
	fake_run(&f);
	CU_ASSERT_EQUAL(thread(200)->ptid, 1);
	fake_free(&f);
}

static void orphans_go_to_the_nearest_reaper_where_it_does_not(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SYSCALL_PRCTL_X, 100, "qd-q", 0ll, 36ll, 1ll);
	fake_clone(&f, (struct fake_clone){ .tid = 200, .pid = 200, .ptid = 100, .res = 300 });
	fake_add(&f, SCAP_EVT_PROCEXIT_1_E, 200, "qqcc", 0ll, 0ll, 0ll, 0ll);
	fake_run(&f);
	CU_ASSERT_EQUAL(thread(300)->ptid, 100);
	fake_free(&f);
}

static void parent_of_a_dead_child_does_not_bring_it_back(void)
{
	begin();
	fake_clone(&f, (struct fake_clone){ .tid = 300, .pid = 300, .ptid = 100, .res = 0 });
	fake_exit(&f, 300, 0);
	fake_clone(&f, (struct fake_clone){ .tid = 100, .pid = 100, .ptid = 1, .res = 300 });
	fake_run(&f);
	CU_ASSERT_PTR_NULL(thread(300));
	fake_free(&f);
}

static void number_from_another_pid_namespace_makes_no_thread(void)
{
	begin();
	fake_clone(
		&f,
		(struct fake_clone){
			.tid = 100, .pid = 100, .ptid = 1, .res = 7, .flags = SCAP_CLONE_NEWPID });
	fake_clone(&f, (struct fake_clone){ .tid = 400,
					    .pid = 400,
					    .ptid = 100,
					    .res = 0,
					    .vtid = 1,
					    .vpid = 1,
					    .flags = SCAP_CLONE_CHILD_IN_PIDNS });
	fake_run(&f);
	CU_ASSERT_PTR_NULL(thread(7));
	CU_ASSERT_EQUAL(thread(400)->vpid, 1);
	CU_ASSERT_TRUE(thread(400)->reaper);
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 400, 3), "/etc/keep");
	fake_free(&f);
}

static void child_in_a_namespace_has_what_its_parent_closes_after_the_fork(void)
{
	begin();
	fake_clone(&f, (struct fake_clone){ .tid = 100,
					    .pid = 100,
					    .ptid = 1,
					    .res = 7,
					    .vtid = 3,
					    .flags = SCAP_CLONE_CHILD_IN_PIDNS });
	fake_add(&f, SCAP_EVT_SYSCALL_CLOSE_X, 100, "qq", 0ll, 3ll);
	fake_clone(&f, (struct fake_clone){ .tid = 400,
					    .pid = 400,
					    .ptid = 100,
					    .res = 0,
					    .vtid = 7,
					    .vpid = 7,
					    .flags = SCAP_CLONE_CHILD_IN_PIDNS });
	fake_run(&f);
	CU_ASSERT_PTR_NULL(fake_fd_name(&f, 100, 3));
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 400, 3), "/etc/keep");
	fake_free(&f);
}

/* The child's event names a parent whose descriptors it has not. */
static void child_made_for_the_parent_shares_with_its_maker(void)
{
	uint32_t flags = SCAP_CLONE_PARENT | SCAP_CLONE_FILES;

	begin();
	fake_clone(&f, (struct fake_clone){
			       .tid = 100, .pid = 100, .ptid = 1, .res = 400, .flags = flags });
	fake_clone(&f, (struct fake_clone){
			       .tid = 400, .pid = 400, .ptid = 1, .res = 0, .flags = flags });
	fake_openat(&f, 100, 5, "/later", SCAP_O_RDONLY);
	fake_close(&f, 400, 3);
	fake_run(&f);
	CU_ASSERT_EQUAL(thread(400)->ptid, 1);
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 400, 5), "/later");
	CU_ASSERT_PTR_NULL(fake_fd_name(&f, 100, 3));
	fake_free(&f);
}

/* Which flags of clone3 drivers of 2022 did not know: a user namespace is for no thread. */
static void thread_has_the_capabilities_of_its_process(void)
{
	uint32_t flags = SCAP_CLONE_NEWUSER;

	begin();
	fake_clone(
		&f,
		(struct fake_clone){
			.tid = 100, .pid = 100, .ptid = 1, .res = 101, .flags = THREAD | flags });
	fake_clone(&f, (struct fake_clone){
			       .tid = 100, .pid = 100, .ptid = 1, .res = 400, .flags = flags });
	fake_run(&f);
	CU_ASSERT_EQUAL(thread(101)->cap_effective, thread(100)->cap_effective);
	CU_ASSERT_NOT_EQUAL(thread(400)->cap_effective, thread(100)->cap_effective);
	fake_free(&f);
}

static void id_used_again_is_another_thread(void)
{
	begin();
	fake_exec(&f, 200, "old", "/old", NULL);
	f.ts += 5000000000ull;
	fake_clone(&f, (struct fake_clone){ .tid = 1, .pid = 1, .res = 200 });
	fake_run(&f);
	CU_ASSERT_STRING_EQUAL(thread(200)->comm, "sh");
	CU_ASSERT_EQUAL(thread(200)->ptid, 1);
	CU_ASSERT_PTR_NULL(fake_fd_name(&f, 200, 3));
	fake_free(&f);
}

static void unknown_thread_gets_a_placeholder_that_exec_fills(void)
{
	begin();
	fake_fstat(&f, 900, 3);
	fake_exec(&f, 900, "new", "/bin/new", NULL);
	fake_step(&f, 9);
	CU_ASSERT_TRUE(f.ev->thread->placeholder);
	CU_ASSERT_STRING_EQUAL(f.ev->thread->comm, "<NA>");
	CU_ASSERT_EQUAL(f.ev->thread->pid, -1);
	CU_ASSERT_PTR_NULL(f.ev->thread->leader);
	fake_step(&f, 1);
	CU_ASSERT_FALSE(f.ev->thread->placeholder);
	CU_ASSERT_STRING_EQUAL(f.ev->thread->comm, "new");
	CU_ASSERT_EQUAL(f.ev->thread->pid, 900);
	CU_ASSERT_EQUAL(f.ev->thread->vpid, 900);
	fake_free(&f);
}

static void switch_makes_no_thread(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SCHEDSWITCH_6_E, 900, "qqqddd", 1ll, 0ll, 0ll, 0ll, 0ll, 0ll);
	fake_add(&f, SCAP_EVT_SCHEDSWITCH_6_E, 100, "qqqddd", 1ll, 5ll, 6ll, 4096ll, 7ll, 8ll);
	fake_step(&f, 9);
	CU_ASSERT_PTR_NULL(f.ev->thread);
	fake_step(&f, 1);
	CU_ASSERT_PTR_NULL(thread(900));
	CU_ASSERT_EQUAL(thread(100)->vmsize_kb, 4096);
	CU_ASSERT_EQUAL(thread(100)->pfmajor, 5);
	fake_free(&f);
}

static void ids_change_with_their_calls(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SYSCALL_SETUID_X, 200, "qd", 0ll, 33ll);
	fake_add(&f, SCAP_EVT_SYSCALL_SETRESGID_X, 200, "qddd", 0ll, 1ll, 44ll, 2ll);
	fake_add(&f, SCAP_EVT_SYSCALL_SETRESUID_X, 200, "qddd", 0ll, 0ll, -1ll, 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_SETUID_X, 200, "qd", -1ll, 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_CAPSET_X, 200, "qqqq", 0ll, 1ll, 2ll, 3ll);
	fake_add(&f, SCAP_EVT_SYSCALL_SETSID_X, 200, "q", 200ll);
	fake_run(&f);
	CU_ASSERT_EQUAL(thread(200)->uid, 33);
	CU_ASSERT_EQUAL(thread(200)->gid, 44);
	CU_ASSERT_EQUAL(thread(200)->cap_effective, 3);
	CU_ASSERT_EQUAL(thread(200)->sid, 200);
	CU_ASSERT_EQUAL(thread(200)->vpgid, 200);
	CU_ASSERT_EQUAL(thread(100)->uid, 0);
	fake_free(&f);
}

/* Ids that contradict each other, as only a forged capture has them. */
static void survives_contradictions(void)
{
	begin_with_thread();
	/* A thread clones its own main thread, itself, and a thread of a process that is one. */
	fake_clone(&f, (struct fake_clone){ .tid = 201, .pid = 200, .ptid = 201, .res = 200 });
	fake_clone(&f, (struct fake_clone){
			       .tid = 201, .pid = 201, .ptid = 201, .res = 201, .flags = THREAD });
	fake_clone(&f, (struct fake_clone){
			       .tid = 200, .pid = 201, .ptid = 200, .res = 0, .flags = THREAD });
	fake_clone(&f, (struct fake_clone){
			       .tid = 201, .pid = 200, .ptid = 200, .res = 0, .flags = THREAD });
	f.ts += 5000000000ull;
	fake_clone(&f, (struct fake_clone){ .tid = 201, .pid = 200, .ptid = 201, .res = 200 });
	fake_clone(&f, (struct fake_clone){
			       .tid = 200, .pid = 201, .ptid = 201, .res = 0, .flags = THREAD });
	fake_clone(&f, (struct fake_clone){ .tid = -5, .pid = -5, .ptid = -1, .res = 0 });
	fake_clone(&f, (struct fake_clone){
			       .tid = 5, .pid = INT64_MIN, .ptid = 5, .res = 5, .flags = THREAD });
	fake_exec(&f, 201, "x", "/x", NULL);
	fake_exit(&f, 200, 201);
	fake_exit(&f, 201, 201);
	fake_exit(&f, 201, 200);
	fake_add(&f, SCAP_EVT_SYSCALL_CLONE_20_X, 201, "q", 77ll);
	fake_add(&f, SCAP_EVT_SYSCALL_EXECVE_19_X, 77, "-");
	fake_add(&f, SCAP_EVT_PROCEXIT_1_E, 77, "");
	fake_run(&f);
	CU_ASSERT_EQUAL(f.pos, f.len);
	fake_free(&f);
}

SUITE("parse_process", TEST(child_inherits_from_its_parent),
      TEST(child_closing_a_file_leaves_the_parent_alone),
      TEST(exec_changes_the_program_and_closes_what_is_to_be_closed),
      TEST(failed_exec_changes_nothing), TEST(threads_share_descriptors_and_directory),
      TEST(child_of_a_thread_is_a_child_of_its_process), TEST(exec_ends_the_other_threads),
      TEST(main_thread_stays_until_its_last_thread_has_gone),
      TEST(exit_is_still_seen_with_its_thread), TEST(orphans_go_where_the_kernel_says),
      TEST(orphans_go_to_the_nearest_reaper_where_it_does_not),
      TEST(parent_of_a_dead_child_does_not_bring_it_back),
      TEST(number_from_another_pid_namespace_makes_no_thread),
      TEST(child_in_a_namespace_has_what_its_parent_closes_after_the_fork),
      TEST(child_made_for_the_parent_shares_with_its_maker),
      TEST(thread_has_the_capabilities_of_its_process), TEST(id_used_again_is_another_thread),
      TEST(unknown_thread_gets_a_placeholder_that_exec_fills), TEST(switch_makes_no_thread),
      TEST(ids_change_with_their_calls), TEST(survives_contradictions))
