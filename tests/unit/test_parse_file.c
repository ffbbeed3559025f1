/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of files and descriptors: opened, closed, copied. */
#include "fake_capture.h"
#include "suite.h"

static struct fake f;

static const struct sinsp_fd *fd(int64_t num)
{
	return sinsp_thread_fd(sinsp_find_thread(f.s, 100), num);
}

/* Process 100 in /home/a/, with nothing open. */
static void begin(void)
{
	fake_init(&f);
	fake_exec(&f, 100, "cat", "/bin/cat", NULL);
	fake_add(&f, SCAP_EVT_SYSCALL_CHDIR_X, 100, "qs", 0ll, "/home/a");
}

static void run(void)
{
	fake_open(&f, NULL);
	fake_run(&f);
}

static void open_knows_path_and_file(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SYSCALL_OPEN_X, 100, "qsdddq", 3ll, "sub/../notes",
		 (long long)(SCAP_O_RDWR | SCAP_O_CREAT), 0644ll, 0x801ll, 99ll);
	run();
	CU_ASSERT_STRING_EQUAL(fd(3)->name, "/home/a/notes");
	CU_ASSERT_EQUAL(fd(3)->type, SCAP_FD_FILE_V2);
	CU_ASSERT_EQUAL(fd(3)->ino, 99);
	CU_ASSERT_EQUAL(fd(3)->dev, 0x801);
	CU_ASSERT_EQUAL(fd(3)->mode, 0644);
	CU_ASSERT_FALSE(fd(3)->cloexec);
	fake_free(&f);
}

static void each_kind_of_open_finds_its_parameters(void)
{
	begin();
	fake_openat(&f, 100, 3, "/etc", SCAP_O_DIRECTORY | SCAP_O_RDONLY);
	fake_add(&f, SCAP_EVT_SYSCALL_OPENAT_2_X, 100, "qqsdddq", 4ll, 3ll, "passwd", 1ll, 0ll, 1ll,
		 11ll);
	fake_add(&f, SCAP_EVT_SYSCALL_OPENAT2_X, 100, "qqsddddq", 5ll, 3ll, "group", 1ll, 0ll, 0ll,
		 1ll, 12ll);
	fake_add(&f, SCAP_EVT_SYSCALL_CREAT_X, 100, "qsddqw", 6ll, "made", 0600ll, 1ll, 13ll, 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_OPEN_BY_HANDLE_AT_X, 100, "qqdsdq", 7ll, 3ll, 1ll,
		 "/by/handle", 1ll, 14ll);
	run();
	CU_ASSERT_EQUAL(fd(3)->type, SCAP_FD_DIRECTORY);
	CU_ASSERT_STRING_EQUAL(fd(4)->name, "/etc/passwd");
	CU_ASSERT_EQUAL(fd(4)->ino, 11);
	CU_ASSERT_STRING_EQUAL(fd(5)->name, "/etc/group");
	CU_ASSERT_EQUAL(fd(5)->ino, 12);
	CU_ASSERT_STRING_EQUAL(fd(6)->name, "/home/a/made");
	CU_ASSERT_EQUAL(fd(6)->ino, 13);
	CU_ASSERT_STRING_EQUAL(fd(7)->name, "/by/handle");
	CU_ASSERT_EQUAL(fd(7)->ino, 14);
	fake_free(&f);
}

static void path_from_an_unknown_directory_says_so(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SYSCALL_OPENAT_2_X, 100, "qqsdddq", 4ll, 44ll, "self/stat", 1ll, 0ll,
		 1ll, 11ll);
	run();
	CU_ASSERT_STRING_EQUAL(fd(4)->name, "<UNKNOWN>self/stat");
	fake_free(&f);
}

static void failed_open_opens_nothing(void)
{
	begin();
	fake_openat(&f, 100, -2, "/nothere", 1);
	fake_open(&f, NULL);
	fake_step(&f, 3);
	CU_ASSERT_PTR_NULL(f.ev->fd);
	CU_ASSERT_EQUAL(f.ev->fd_num, -1);
	CU_ASSERT_TRUE(f.ev->has_fd);
	CU_ASSERT_EQUAL(sinsp_thread_fd_count(f.ev->thread), 0);
	fake_free(&f);
}

static void path_at_entry_counts_not_the_one_swapped_in(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SYSCALL_OPENAT_2_E, 100, "qsdd", -100ll, "/secret", 1ll, 0ll);
	fake_openat(&f, 100, 3, "/harmless", 1);
	fake_openat(&f, 100, 4, "/next", 1);
	fake_add(&f, SCAP_EVT_SYSCALL_OPEN_E, 100, "sdd", "/other", 1ll, 0ll);
	fake_openat(&f, 100, 5, "/of another call", 1);
	fake_open(&f, NULL);
	fake_step(&f, 3);
	CU_ASSERT_TRUE(f.ev->hidden);
	fake_step(&f, 1);
	CU_ASSERT_FALSE(f.ev->hidden);
	CU_ASSERT_STRING_EQUAL(f.ev->fd->name, "/secret");
	fake_run(&f);
	CU_ASSERT_STRING_EQUAL(fd(4)->name, "/next");
	CU_ASSERT_STRING_EQUAL(fd(5)->name, "/of another call");
	fake_free(&f);
}

static void close_is_still_seen_with_its_descriptor(void)
{
	begin();
	fake_openat(&f, 100, 3, "/x", 1);
	fake_close(&f, 100, 3);
	fake_fstat(&f, 100, 3);
	fake_open(&f, NULL);
	fake_step(&f, 4);
	CU_ASSERT_STRING_EQUAL(f.ev->fd->name, "/x");
	fake_step(&f, 1);
	CU_ASSERT_PTR_NULL(f.ev->fd);
	CU_ASSERT_EQUAL(f.ev->fd_num, 3);
	fake_free(&f);
}

static void failed_close_closes_nothing(void)
{
	begin();
	fake_openat(&f, 100, 3, "/x", 1);
	fake_add(&f, SCAP_EVT_SYSCALL_CLOSE_X, 100, "qq", -5ll, 3ll);
	run();
	CU_ASSERT_PTR_NOT_NULL(fd(3));
	fake_free(&f);
}

static void close_range_closes_or_marks(void)
{
	int i;

	begin();
	for (i = 3; i < 9; i++)
		fake_openat(&f, 100, i, "/x", 1);
	fake_add(&f, SCAP_EVT_SYSCALL_CLOSE_RANGE_X, 100, "qddd", 0ll, 7ll, 0xffffffffll, 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_CLOSE_RANGE_X, 100, "qddd", 0ll, 5ll, 6ll,
		 (long long)SCAP_CLOSE_RANGE_CLOEXEC);
	fake_exec(&f, 100, "x", "/x", NULL);
	run();
	CU_ASSERT_PTR_NOT_NULL(fd(4));
	CU_ASSERT_PTR_NULL(fd(5));
	CU_ASSERT_PTR_NULL(fd(6));
	CU_ASSERT_PTR_NULL(fd(7));
	fake_free(&f);
}

static void copies_have_their_own_flag_for_exec(void)
{
	begin();
	fake_openat(&f, 100, 3, "/x", SCAP_O_RDONLY | SCAP_O_CLOEXEC);
	fake_add(&f, SCAP_EVT_SYSCALL_DUP_1_X, 100, "qq", 4ll, 3ll);
	fake_add(&f, SCAP_EVT_SYSCALL_DUP2_X, 100, "qqq", 5ll, 3ll, 5ll);
	fake_add(&f, SCAP_EVT_SYSCALL_DUP3_X, 100, "qqqd", 6ll, 3ll, 6ll,
		 (long long)SCAP_O_CLOEXEC);
	fake_add(&f, SCAP_EVT_SYSCALL_FCNTL_X, 100, "qqcq", 7ll, 4ll,
		 (long long)SCAP_F_DUPFD_CLOEXEC, 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_FCNTL_X, 100, "qqcq", 8ll, 3ll, (long long)SCAP_F_DUPFD, 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_FCNTL_X, 100, "qqcq", 0ll, 8ll, (long long)SCAP_F_SETFD, 1ll);
	run();
	CU_ASSERT_FALSE(fd(4)->cloexec);
	CU_ASSERT_FALSE(fd(5)->cloexec);
	CU_ASSERT_TRUE(fd(6)->cloexec);
	CU_ASSERT_TRUE(fd(7)->cloexec);
	CU_ASSERT_TRUE(fd(8)->cloexec);
	CU_ASSERT_STRING_EQUAL(fd(8)->name, "/x");
	CU_ASSERT_EQUAL(fd(8)->num, 8);
	fake_free(&f);
}

static void setfd_without_its_argument_changes_nothing(void)
{
	begin();
	fake_openat(&f, 100, 3, "/x", SCAP_O_RDONLY | SCAP_O_CLOEXEC);
	fake_add(&f, SCAP_EVT_SYSCALL_FCNTL_X, 100, "qqc", 0ll, 3ll, (long long)SCAP_F_SETFD);
	run();
	CU_ASSERT_TRUE(fd(3)->cloexec);
	fake_free(&f);
}

static void copy_of_an_unknown_descriptor_forgets_the_old_one(void)
{
	begin();
	fake_openat(&f, 100, 3, "/x", 1);
	fake_add(&f, SCAP_EVT_SYSCALL_DUP2_X, 100, "qqq", 3ll, 50ll, 3ll);
	run();
	CU_ASSERT_PTR_NULL(fd(3));
	fake_free(&f);
}

static void other_kinds_have_their_types(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SYSCALL_PIPE2_X, 100, "qqqqd", 0ll, 3ll, 4ll, 555ll, 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_EVENTFD2_X, 100, "qwq", 5ll, (long long)SCAP_O_CLOEXEC, 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_MEMFD_CREATE_X, 100, "qsd", 6ll, "payload", 1ll);
	fake_add(&f, SCAP_EVT_SYSCALL_PIDFD_OPEN_X, 100, "qqd", 7ll, 1ll, 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_EPOLL_CREATE1_X, 100, "qd", 8ll, 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_BPF_2_X, 100, "qd", 9ll, (long long)SCAP_BPF_PROG_LOAD);
	fake_add(&f, SCAP_EVT_SYSCALL_BPF_2_X, 100, "qd", 3ll, (long long)SCAP_BPF_PROG_QUERY);
	run();
	CU_ASSERT_EQUAL(fd(3)->type, SCAP_FD_FIFO);
	CU_ASSERT_EQUAL(fd(4)->ino, 555);
	CU_ASSERT_EQUAL(fd(5)->type, SCAP_FD_EVENT);
	CU_ASSERT_TRUE(fd(5)->cloexec);
	CU_ASSERT_STRING_EQUAL(fd(6)->name, "payload");
	CU_ASSERT_STRING_EQUAL(fd(7)->name, "/proc/1");
	CU_ASSERT_EQUAL(fd(8)->type, SCAP_FD_EVENTPOLL);
	CU_ASSERT_EQUAL(fd(9)->type, SCAP_FD_BPF);
	fake_free(&f);
}

static void pidfd_fetches_a_descriptor_of_another_process(void)
{
	begin();
	fake_exec(&f, 300, "srv", "/srv", NULL);
	fake_openat(&f, 300, 8, "/theirs", 1);
	fake_add(&f, SCAP_EVT_SYSCALL_PIDFD_OPEN_X, 100, "qqd", 3ll, 300ll, 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_PIDFD_GETFD_X, 100, "qqqd", 4ll, 3ll, 8ll, 0ll);
	run();
	CU_ASSERT_STRING_EQUAL(fd(4)->name, "/theirs");
	CU_ASSERT_EQUAL(fd(4)->num, 4);
	fake_free(&f);
}

static void working_directory_moves(void)
{
	struct sinsp_thread *t;

	begin();
	fake_openat(&f, 100, 3, "/var/log", SCAP_O_DIRECTORY);
	fake_add(&f, SCAP_EVT_SYSCALL_CHDIR_X, 100, "qs", 0ll, "sub");
	fake_add(&f, SCAP_EVT_SYSCALL_CHDIR_X, 100, "qs", -2ll, "/nothere");
	fake_add(&f, SCAP_EVT_SYSCALL_FCHDIR_X, 100, "qq", 0ll, 3ll);
	fake_add(&f, SCAP_EVT_SYSCALL_GETCWD_X, 100, "qs", 10ll, "/private/log");
	fake_add(&f, SCAP_EVT_SYSCALL_CHROOT_X, 100, "qs", 0ll, "jail");
	fake_open(&f, NULL);
	fake_step(&f, 5);
	t = sinsp_find_thread(f.s, 100);
	CU_ASSERT_STRING_EQUAL(t->cwd, "/home/a/sub/");
	fake_step(&f, 1);
	CU_ASSERT_STRING_EQUAL(t->cwd, "/var/log/");
	fake_step(&f, 2);
	CU_ASSERT_STRING_EQUAL(t->cwd, "/private/log/");
	CU_ASSERT_STRING_EQUAL(t->root, "/private/log/jail");
	fake_free(&f);
}

static void parameters_have_the_directory_they_start_from(void)
{
	begin();
	fake_openat(&f, 100, 3, "/var/log", SCAP_O_DIRECTORY);
	fake_add(&f, SCAP_EVT_SYSCALL_UNLINKAT_2_X, 100, "qqsd", 0ll, 3ll, "x", 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_UNLINKAT_2_X, 100, "qqsd", 0ll, -100ll, "x", 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_UNLINKAT_2_X, 100, "qqsd", 0ll, 77ll, "x", 0ll);
	fake_open(&f, NULL);
	fake_step(&f, 4);
	CU_ASSERT_STRING_EQUAL(sinsp_event_base_dir(f.s, f.ev, 2), "/var/log");
	CU_ASSERT_PTR_NULL(sinsp_event_base_dir(f.s, f.ev, 0));
	CU_ASSERT_PTR_NULL(sinsp_event_base_dir(f.s, f.ev, 99));
	fake_step(&f, 1);
	CU_ASSERT_STRING_EQUAL(sinsp_event_base_dir(f.s, f.ev, 2), "/home/a/");
	fake_step(&f, 1);
	CU_ASSERT_PTR_NULL(sinsp_event_base_dir(f.s, f.ev, 2));
	fake_free(&f);
}

SUITE("parse_file", TEST(open_knows_path_and_file), TEST(each_kind_of_open_finds_its_parameters),
      TEST(path_from_an_unknown_directory_says_so), TEST(failed_open_opens_nothing),
      TEST(path_at_entry_counts_not_the_one_swapped_in),
      TEST(close_is_still_seen_with_its_descriptor), TEST(failed_close_closes_nothing),
      TEST(close_range_closes_or_marks), TEST(copies_have_their_own_flag_for_exec),
      TEST(setfd_without_its_argument_changes_nothing),
      TEST(copy_of_an_unknown_descriptor_forgets_the_old_one), TEST(other_kinds_have_their_types),
      TEST(pidfd_fetches_a_descriptor_of_another_process), TEST(working_directory_moves),
      TEST(parameters_have_the_directory_they_start_from))
