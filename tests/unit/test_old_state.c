/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * State from captures of pairs, an entry and an exit for each call, in the forms of 2022: it is
 * what the single events of today would have given.
 */
#include "convert.h"
#include "fake_capture.h"
#include "suite.h"

static struct fake f;
static struct scap_convert convert;

static int old_next(struct scap *h, struct scap_event *ev)
{
	int rc;

	do {
		rc = fake_next(h, ev);
		if (rc != SCAP_EVENT)
			return rc;
		rc = scap_convert(&convert, ev);
	} while (rc == 0);
	return rc < 0 ? rc : SCAP_EVENT;
}

static const struct scap_engine old_engine = { .name = "old", .next = old_next };

static struct sinsp_thread *thread(int64_t tid)
{
	return sinsp_find_thread(f.s, tid);
}

static const char *name(int64_t tid, int64_t num)
{
	return fake_fd_name(&f, tid, num);
}

/* A process, 100, in /home. */
static void begin(void)
{
	struct scap_thread *t;

	fake_init(&f);
	scap_convert_init(&convert);
	f.scap->engine = &old_engine;
	t = scap_snapshot_thread(f.scap->snap);
	t->tid = t->pid = 100;
	t->vtid = t->vpid = 100;
	t->ptid = 1;
	t->comm = t->exe = "bash";
	t->cwd = "/home/";
}

static void run(void)
{
	fake_open(&f, NULL);
	fake_run(&f);
}

static void end(void)
{
	fake_free(&f);
	scap_convert_done(&convert);
}

static void old_open(int64_t tid, int64_t num, const char *path, uint32_t flags)
{
	fake_add(&f, SCAP_EVT_SYSCALL_OPENAT_2_E, tid, "qsdd", -100ll, path, (long long)flags, 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_OPENAT_2_X, tid, "qqsddd", (long long)num, -100ll, path,
		 (long long)flags, 0ll, 5ll);
}

static void old_close(int64_t tid, int64_t num)
{
	fake_add(&f, SCAP_EVT_SYSCALL_CLOSE_E, tid, "q", (long long)num);
	fake_add(&f, SCAP_EVT_SYSCALL_CLOSE_X, tid, "q", 0ll);
}

/* As a parent (@res > 0) or a child sees it. */
static void old_clone(int64_t tid, int64_t pid, int64_t ptid, int64_t res, uint32_t flags)
{
	fake_add(&f, SCAP_EVT_SYSCALL_CLONE_20_E, tid, "");
	fake_add(&f, SCAP_EVT_SYSCALL_CLONE_20_X, tid, "qsbqqqsqqqdddsbdddqq", (long long)res,
		 "bash", "", 0, (long long)tid, (long long)pid, (long long)ptid, "", 1024ll, 0ll,
		 1ll, 100ll, 10ll, 0ll, "bash", "cpuset=/", 9, (long long)flags, 0ll, 0ll,
		 (long long)tid, (long long)pid);
}

/* The entry is of thread @by, the exit of its process. */
static void old_exec(int64_t by, int64_t pid, const char *path)
{
	fake_add(&f, SCAP_EVT_SYSCALL_EXECVE_19_E, by, "s", path);
	fake_add(&f, SCAP_EVT_SYSCALL_EXECVE_19_X, pid, "qsbqqqsqqqdddsbbdqddqqq", 0ll, "prog", "",
		 0, (long long)pid, (long long)pid, 100ll, "", 1024ll, 0ll, 1ll, 200ll, 20ll, 0ll,
		 "prog", "cpuset=/", 9, "HOME=/root", 11, 0ll, 1ll, 1000ll, 0ll, 0ll, 3ll, 3ll);
}

static void descriptors_follow_their_calls(void)
{
	begin();
	old_open(100, 3, "notes", SCAP_O_RDONLY);
	old_open(100, 4, "/x", SCAP_O_RDONLY);
	old_close(100, 4);
	fake_add(&f, SCAP_EVT_SYSCALL_DUP_E, 100, "q", 3ll);
	fake_add(&f, SCAP_EVT_SYSCALL_DUP_X, 100, "q", 5ll);
	fake_add(&f, SCAP_EVT_SYSCALL_FCNTL_E, 100, "qc", 3ll, (long long)SCAP_F_DUPFD);
	fake_add(&f, SCAP_EVT_SYSCALL_FCNTL_X, 100, "q", 6ll);
	fake_add(&f, SCAP_EVT_SYSCALL_PIPE_E, 100, "");
	fake_add(&f, SCAP_EVT_SYSCALL_PIPE_X, 100, "qqqq", 0ll, 7ll, 8ll, 555ll);
	run();
	CU_ASSERT_STRING_EQUAL(name(100, 3), "/home/notes");
	CU_ASSERT_PTR_NULL(name(100, 4));
	CU_ASSERT_STRING_EQUAL(name(100, 5), "/home/notes");
	CU_ASSERT_STRING_EQUAL(name(100, 6), "/home/notes");
	CU_ASSERT_EQUAL(sinsp_thread_fd(thread(100), 8)->ino, 555);
	end();
}

static void folders_follow_their_calls(void)
{
	begin();
	old_open(100, 3, "/var/log", SCAP_O_DIRECTORY);
	fake_add(&f, SCAP_EVT_SYSCALL_FCHDIR_E, 100, "q", 3ll);
	fake_add(&f, SCAP_EVT_SYSCALL_FCHDIR_X, 100, "q", 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_CHDIR_E, 100, "");
	fake_add(&f, SCAP_EVT_SYSCALL_CHDIR_X, 100, "qs", 0ll, "apt");
	run();
	CU_ASSERT_STRING_EQUAL(thread(100)->cwd, "/var/log/apt/");
	end();
}

static void sockets_follow_their_calls(void)
{
	static const char tuple[] = "\x02\x0a\0\0\5\x88\x13\x08\x08\x08\x08\x50\0";

	begin();
	fake_add(&f, SCAP_EVT_SOCKET_SOCKET_E, 100, "ddd", 2ll, 1ll, 6ll);
	fake_add(&f, SCAP_EVT_SOCKET_SOCKET_X, 100, "q", 3ll);
	fake_add(&f, SCAP_EVT_SOCKET_CONNECT_E, 100, "q", 3ll);
	fake_add(&f, SCAP_EVT_SOCKET_CONNECT_X, 100, "qb", 0ll, tuple, 13);
	run();
	CU_ASSERT_STRING_EQUAL(name(100, 3), "10.0.0.5:5000->8.8.8.8:80");
	CU_ASSERT_EQUAL(sinsp_thread_fd(thread(100), 3)->role, SINSP_ROLE_CLIENT);
	end();
}

/* Its arguments came with the entry, which is lost: nothing is made up. */
static void exit_without_its_entry_changes_nothing_it_does_not_name(void)
{
	begin();
	old_open(100, 0, "/dev/null", SCAP_O_RDONLY);
	old_open(100, 3, "/x", SCAP_O_RDONLY);
	fake_add(&f, SCAP_EVT_SYSCALL_FCHDIR_X, 100, "q", 0ll);
	run();
	CU_ASSERT_STRING_EQUAL(name(100, 0), "/dev/null");
	CU_ASSERT_STRING_EQUAL(name(100, 3), "/x");
	CU_ASSERT_STRING_EQUAL(thread(100)->cwd, "./");
	end();
}

static void forks_threads_and_ends(void)
{
	begin();
	old_open(100, 3, "/x", SCAP_O_RDONLY);
	old_clone(100, 100, 1, 200, 0);
	old_clone(200, 200, 100, 0, 0);
	old_clone(200, 200, 100, 201, SCAP_CLONE_THREAD | SCAP_CLONE_FILES);
	old_clone(201, 200, 100, 0, SCAP_CLONE_THREAD | SCAP_CLONE_FILES);
	old_clone(200, 200, 100, 300, 0);
	old_clone(300, 300, 200, 0, 0);
	old_close(201, 3);
	fake_add(&f, SCAP_EVT_PROCEXIT_E, 201, "");
	fake_add(&f, SCAP_EVT_PROCEXIT_E, 200, "");
	run();
	CU_ASSERT_PTR_NULL(thread(200));
	CU_ASSERT_PTR_NULL(thread(201));
	CU_ASSERT_STRING_EQUAL(name(300, 3), "/x");
	CU_ASSERT_EQUAL(thread(300)->ptid, 0); /* who takes over is not known: 1 is not */
	CU_ASSERT_EQUAL(sinsp_thread_doubt(f.s, thread(300)), SINSP_DOUBT_PARENT);
	end();
}

static void exec_has_the_path_of_its_entry(void)
{
	begin();
	old_open(100, 3, "/x", SCAP_O_RDONLY | SCAP_O_CLOEXEC);
	old_clone(100, 100, 1, 200, 0);
	old_clone(200, 200, 100, 0, 0);
	old_exec(200, 200, "bin/prog");
	run();
	CU_ASSERT_STRING_EQUAL(thread(200)->exepath, "/home/bin/prog");
	CU_ASSERT_PTR_NULL(name(200, 3));
	end();
}

/* The list of processes is as new as the exit with which the capture begins. */
static void exec_that_was_over_keeps_the_path_that_is_known(void)
{
	struct scap_thread *t;

	begin();
	t = f.scap->snap->threads;
	t->comm = t->exe = "prog";
	t->exepath = "/opt/prog";
	fake_add(&f, SCAP_EVT_SYSCALL_EXECVE_19_X, 100, "qsbqqqsqqqdddsbbdqddqqq", 0ll, "prog", "",
		 0, 100ll, 100ll, 1ll, "", 1024ll, 0ll, 1ll, 200ll, 20ll, 0ll, "prog", "cpuset=/",
		 9, "HOME=/root", 11, 0ll, 1ll, 1000ll, 0ll, 0ll, 3ll, 3ll);
	fake_add(&f, SCAP_EVT_SYSCALL_EXECVE_19_X, 100, "qsbqqqsqqqdddsbbdqddqqq", 0ll, "prog", "",
		 0, 100ll, 100ll, 1ll, "", 1024ll, 0ll, 1ll, 200ll, 20ll, 0ll, "prog", "cpuset=/",
		 9, "HOME=/root", 11, 0ll, 1ll, 1000ll, 0ll, 0ll, 3ll, 3ll);
	fake_open(&f, NULL);
	fake_step(&f, 1);
	CU_ASSERT_STRING_EQUAL(thread(100)->exepath, "/opt/prog");
	fake_run(&f);
	CU_ASSERT_STRING_EQUAL(thread(100)->exepath, "");
	end();
}

static void exec_by_a_thread_has_the_path_of_its_entry(void)
{
	begin();
	old_clone(100, 100, 1, 200, 0);
	old_clone(200, 200, 100, 0, 0);
	old_clone(200, 200, 100, 201, SCAP_CLONE_THREAD | SCAP_CLONE_FILES);
	old_clone(201, 200, 100, 0, SCAP_CLONE_THREAD | SCAP_CLONE_FILES);
	fake_add(&f, SCAP_EVT_PROCEXIT_E, 200, "");
	old_exec(201, 200, "bin/prog");
	run();
	CU_ASSERT_PTR_NULL(thread(201));
	CU_ASSERT_FALSE(thread(200)->dead);
	CU_ASSERT_STRING_EQUAL(thread(200)->exepath, "/home/bin/prog");
	CU_ASSERT_EQUAL(thread(200)->nthreads, 1);
	end();
}

SUITE("old_state", TEST(descriptors_follow_their_calls), TEST(folders_follow_their_calls),
      TEST(sockets_follow_their_calls),
      TEST(exit_without_its_entry_changes_nothing_it_does_not_name), TEST(forks_threads_and_ends),
      TEST(exec_has_the_path_of_its_entry), TEST(exec_that_was_over_keeps_the_path_that_is_known),
      TEST(exec_by_a_thread_has_the_path_of_its_entry))
