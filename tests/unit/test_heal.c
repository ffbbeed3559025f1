/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptors whose beginning or end was lost, or was before the capture: what events tell in
 * passing is taken over, what contradicts them is dropped, and what is guessed says so.
 */
#include "inspector.h"
#include "scene.h"
#include "suite.h"

static struct fake f;

#define ME   "\x0a\x00\x00\x05" /* 10.0.0.5 */
#define YOU  "\x08\x08\x08\x08"
#define HIM  "\x09\x09\x09\x09"
#define EBAD (-9ll)

static const struct sinsp_fd *fd(int64_t num)
{
	return sinsp_thread_fd(sinsp_find_thread(f.s, 100), num);
}

static unsigned int doubt(int64_t num)
{
	return sinsp_fd_doubt(f.s, fd(num));
}

/* A server, 100, that runs already and listens on port 22. */
static void begin(void)
{
	struct scap_thread *t;
	struct scap_fd *listener;

	fake_init(&f);
	t = scap_snapshot_thread(f.scap->snap);
	t->tid = t->pid = 100;
	t->vtid = t->vpid = 100;
	t->ptid = 1;
	t->comm = "sshd";
	t->exe = "/bin/sh"; /* as the clone events here tell */
	t->cwd = "/srv/";
	listener = scap_snapshot_fd(f.scap->snap, t);
	*listener = (struct scap_fd){ .fd = 3,
				      .type = SCAP_FD_IPV4_SERVSOCK,
				      .sport = 22,
				      .name = "",
				      .l4proto = SCAP_L4_TCP };
}

static void run(void)
{
	fake_open(&f, NULL);
	fake_run(&f);
}

static const char *tuple(const char *sip, uint16_t sport, const char *dip, uint16_t dport)
{
	static char wire[13];

	wire[0] = SCAP_FAMILY_INET;
	memcpy(wire + 1, sip, 4);
	memcpy(wire + 5, &sport, 2);
	memcpy(wire + 7, dip, 4);
	memcpy(wire + 11, &dport, 2);
	return wire;
}

static void send_to(int64_t num, const char *t)
{
	fake_add(&f, SCAP_EVT_SOCKET_SENDTO_X, 100, "qbqdb", 5ll, "hello", 5, (long long)num, 5ll,
		 t, 13);
}

static void receive(int64_t num, const char *t)
{
	fake_add(&f, SCAP_EVT_SOCKET_RECVFROM_X, 100, "qbbqd", 5ll, "hello", 5, t, 13,
		 (long long)num, 5ll);
}

static void connect_to(int64_t num, const char *t)
{
	fake_add(&f, SCAP_EVT_SOCKET_CONNECT_X, 100, "qbq-", 0ll, t, 13, (long long)num);
}

static void new_socket(int64_t num, int type)
{
	fake_add(&f, SCAP_EVT_SOCKET_SOCKET_X, 100, "qddd", (long long)num, 2ll, (long long)type,
		 0ll);
}

/* ---- sockets ---- */

static void unknown_socket_is_known_by_its_traffic(void)
{
	begin();
	send_to(5, tuple(ME, 5000, YOU, 80));
	receive(6, tuple(HIM, 7000, ME, 22));
	send_to(7, tuple(ME, 22, HIM, 7001));
	connect_to(8, tuple(ME, 5001, YOU, 443));
	run();
	CU_ASSERT_STRING_EQUAL(fd(5)->name, "10.0.0.5:5000->8.8.8.8:80");
	CU_ASSERT_EQUAL(fd(5)->l4proto, SCAP_L4_UNKNOWN);
	CU_ASSERT_EQUAL(doubt(5), SINSP_DOUBT_UNSEEN | SINSP_DOUBT_ROLE);
	CU_ASSERT_STRING_EQUAL(fd(6)->name, "9.9.9.9:7000->10.0.0.5:22");
	/* It sends first, but from a port that is listened on. */
	CU_ASSERT_STRING_EQUAL(fd(7)->name, "9.9.9.9:7001->10.0.0.5:22");
	CU_ASSERT_EQUAL(fd(7)->role, SINSP_ROLE_SERVER);
	CU_ASSERT_STRING_EQUAL(fd(8)->name, "10.0.0.5:5001->8.8.8.8:443");
	CU_ASSERT_EQUAL(doubt(8), SINSP_DOUBT_UNSEEN);
	fake_free(&f);
}

static void unknown_unix_socket_is_known_by_its_traffic(void)
{
	static const char wire[] = "\x01\x0a\0\0\0\0\0\0\0\x0b\0\0\0\0\0\0\0/run/x";

	begin();
	fake_add(&f, SCAP_EVT_SOCKET_SENDMSG_X, 100, "qbqdb", 1ll, "x", 1, 5ll, 1ll, wire,
		 (int)sizeof(wire));
	run();
	CU_ASSERT_STRING_EQUAL(fd(5)->name, "a->b /run/x");
	CU_ASSERT_EQUAL(fd(5)->type, SCAP_FD_UNIX_SOCK);
	CU_ASSERT_EQUAL(doubt(5), SINSP_DOUBT_UNSEEN);
	fake_free(&f);
}

/* Its close was lost, and the call that made the socket. */
static void file_that_is_a_socket_now_is_no_file(void)
{
	begin();
	fake_openat(&f, 100, 5, "/etc/passwd", SCAP_O_RDONLY | SCAP_O_CLOEXEC);
	fake_openat(&f, 100, 6, "/etc/group", SCAP_O_RDONLY);
	send_to(5, tuple(ME, 5000, YOU, 80));
	fake_add(&f, SCAP_EVT_SOCKET_BIND_X, 100, "qbq", 0ll, "\x02\0\0\0\0\x90\x1f", 7, 6ll);
	run();
	CU_ASSERT_EQUAL(fd(5)->type, SCAP_FD_IPV4_SOCK);
	CU_ASSERT_EQUAL(fd(5)->ino, 0);
	CU_ASSERT_FALSE(fd(5)->cloexec);
	CU_ASSERT_STRING_EQUAL(fd(6)->name, "0.0.0.0:8080");
	CU_ASSERT_EQUAL(fd(6)->type, SCAP_FD_IPV4_SERVSOCK);
	CU_ASSERT_EQUAL(fd(6)->open_flags, 0);
	fake_free(&f);
}

static void connection_with_other_ports_is_another_one(void)
{
	begin();
	new_socket(5, 1);
	connect_to(5, tuple(ME, 5000, YOU, 80));
	send_to(5, tuple(ME, 5000, YOU, 80));
	receive(5, tuple(YOU, 80, ME, 5000));
	receive(5, tuple(HIM, 81, ME, 6000));
	fake_open(&f, NULL);
	fake_step(&f, 4);
	CU_ASSERT_STRING_EQUAL(fd(5)->name, "10.0.0.5:5000->8.8.8.8:80");
	CU_ASSERT_EQUAL(doubt(5), 0);
	fake_run(&f);
	CU_ASSERT_STRING_EQUAL(fd(5)->name, "9.9.9.9:81->10.0.0.5:6000");
	CU_ASSERT_EQUAL(doubt(5), SINSP_DOUBT_UNSEEN | SINSP_DOUBT_ROLE);
	fake_free(&f);
}

static void connected_datagrams_can_go_to_another_and_to_nobody(void)
{
	begin();
	new_socket(5, 2);
	connect_to(5, tuple(ME, 5000, YOU, 53));
	send_to(5, tuple(ME, 5000, HIM, 53));
	connect_to(5, tuple(ME, 5000, YOU, 54));
	fake_add(&f, SCAP_EVT_SOCKET_CONNECT_X, 100, "q-q-", 0ll, 5ll); /* AF_UNSPEC */
	connect_to(5, tuple(ME, 5001, HIM, 55));
	fake_open(&f, NULL);
	fake_step(&f, 2);
	CU_ASSERT_STRING_EQUAL(fd(5)->name, "10.0.0.5:5000->8.8.8.8:53");
	fake_step(&f, 1);
	CU_ASSERT_STRING_EQUAL(fd(5)->name, "10.0.0.5:5000->9.9.9.9:53");
	fake_step(&f, 1);
	CU_ASSERT_STRING_EQUAL(fd(5)->name, "10.0.0.5:5000->8.8.8.8:54");
	fake_step(&f, 1);
	CU_ASSERT_STRING_EQUAL(fd(5)->name, "");
	CU_ASSERT_FALSE(fd(5)->connected);
	fake_step(&f, 1);
	CU_ASSERT_STRING_EQUAL(fd(5)->name, "10.0.0.5:5001->9.9.9.9:55");
	CU_ASSERT_EQUAL(fd(5)->l4proto, SCAP_L4_UDP);
	fake_free(&f);
}

static void address_that_is_worked_out_says_so(void)
{
	begin();
	new_socket(5, 2);
	send_to(5, tuple("\0\0\0\0", 5000, "\x7f\0\0\1", 53));
	run();
	CU_ASSERT_STRING_EQUAL(fd(5)->name, "127.0.0.1:5000->127.0.0.1:53");
	CU_ASSERT_EQUAL(doubt(5), SINSP_DOUBT_ADDRESS);
	fake_free(&f);
}

static void fields_tell_what_is_in_doubt(void)
{
	begin();
	send_to(5, tuple(ME, 5000, YOU, 80));
	fake_fstat(&f, 900, 1);
	fake_exec(&f, 900, "x", "/x", NULL);
	new_socket(6, 2);
	fake_open(&f, NULL);
	fake_step(&f, 1);
	PRINTS(&f, "*%doubt.fd %doubt.thread", "unseen,role <NA>");
	MATCHES(&f, "doubt.fd contains role and not doubt.thread exists");
	fake_step(&f, 2);
	PRINTS(&f, "*%doubt.fd %doubt.thread", "<NA> unseen,ids");
	fake_step(&f, 1);
	PRINTS(&f, "*%doubt.fd %doubt.thread", "<NA> <NA>");
	fake_free(&f);
}

/* ---- what is not open ---- */

static void descriptor_that_is_refused_was_not_open(void)
{
	int i;

	begin();
	for (i = 5; i < 9; i++)
		fake_openat(&f, 100, i, "/x", SCAP_O_RDONLY);
	fake_add(&f, SCAP_EVT_SYSCALL_CLOSE_X, 100, "qq", EBAD, 5ll);
	fake_add(&f, SCAP_EVT_SYSCALL_DUP_1_X, 100, "qq", EBAD, 6ll);
	fake_add(&f, SCAP_EVT_SYSCALL_FCNTL_X, 100, "qqcq", EBAD, 7ll, (long long)SCAP_F_GETFD,
		 0ll);
	/* Here the new number may be the wrong one, and a write the wrong call. */
	fake_add(&f, SCAP_EVT_SYSCALL_DUP2_X, 100, "qqq", EBAD, 8ll, 100000ll);
	fake_add(&f, SCAP_EVT_SYSCALL_WRITE_X, 100, "qbqd", EBAD, "x", 1, 8ll, 1ll);
	fake_open(&f, NULL);
	fake_step(&f, 5);
	CU_ASSERT_PTR_NULL(f.ev->fd);
	CU_ASSERT_EQUAL(f.ev->fd_num, 5);
	fake_run(&f);
	CU_ASSERT_PTR_NULL(fd(5));
	CU_ASSERT_PTR_NULL(fd(6));
	CU_ASSERT_PTR_NULL(fd(7));
	CU_ASSERT_PTR_NOT_NULL(fd(8));
	fake_free(&f);
}

static void number_in_use_is_what_was_opened_last(void)
{
	begin();
	fake_openat(&f, 100, 5, "/old", SCAP_O_RDONLY | SCAP_O_CLOEXEC);
	fake_add(&f, SCAP_EVT_SYSCALL_PIPE2_X, 100, "qqqqd", 0ll, 5ll, 6ll, 555ll, 0ll);
	run();
	CU_ASSERT_EQUAL(fd(5)->type, SCAP_FD_FIFO);
	CU_ASSERT_FALSE(fd(5)->cloexec);
	CU_ASSERT_STRING_EQUAL(fd(5)->name, "");
	fake_free(&f);
}

/* Goes through all events; in front of the first one of @type something was lost. */
static void run_with_loss(uint16_t type)
{
	struct {
		struct scap_item_hdr hdr;
		struct scap_loss loss;
	} __attribute__((packed)) item = { { SCAP_ITEM_LOSS, sizeof(struct scap_loss) }, { 0 } };
	struct scap_event ev;

	f.s = sinsp_open_follower(f.scap->snap);
	while (fake_next(f.scap, &ev) == SCAP_EVENT) {
		if (ev.hdr->type == type) {
			ev.items = (const uint8_t *)&item;
			ev.items_len = sizeof(item);
			type = 0;
		}
		sinsp_follow(f.s, &ev);
	}
}

static void loss_puts_in_doubt_what_is_older(void)
{
	begin();
	fake_openat(&f, 100, 5, "/before", SCAP_O_RDONLY);
	fake_fstat(&f, 100, 5);
	fake_openat(&f, 100, 6, "/after", SCAP_O_RDONLY);
	fake_clone(&f, (struct fake_clone){ .tid = 100, .pid = 100, .ptid = 1, .res = 300 });
	fake_clone(&f, (struct fake_clone){ .tid = 100, .pid = 100, .ptid = 1, .res = 301 });
	fake_exec(&f, 301, "x", "/x", NULL);
	run_with_loss(SCAP_EVT_SYSCALL_FSTAT_X);
	CU_ASSERT_EQUAL(doubt(5), SINSP_DOUBT_LOSS);
	CU_ASSERT_EQUAL(doubt(6), 0);
	CU_ASSERT_EQUAL(sinsp_thread_doubt(f.s, sinsp_find_thread(f.s, 100)), SINSP_DOUBT_LOSS);
	CU_ASSERT(sinsp_thread_doubt(f.s, sinsp_find_thread(f.s, 300)) & SINSP_DOUBT_LOSS);
	CU_ASSERT_FALSE(sinsp_thread_doubt(f.s, sinsp_find_thread(f.s, 301)) & SINSP_DOUBT_LOSS);
	fake_free(&f);
}

/* A process that forks tells its program: another one than its last execve that was seen gave. */
static void program_whose_execve_was_lost_is_told_by_a_fork(void)
{
	struct sinsp_thread *t;

	begin();
	fake_exec(&f, 200, "old", "/bin/old", NULL);
	fake_openat(&f, 200, 5, "/shut", SCAP_O_RDONLY | SCAP_O_CLOEXEC);
	fake_fstat(&f, 200, 5);
	fake_clone(&f, (struct fake_clone){ .tid = 200, .pid = 200, .ptid = 1, .res = 300 });
	run_with_loss(SCAP_EVT_SYSCALL_FSTAT_X);
	t = sinsp_find_thread(f.s, 200);
	CU_ASSERT_STRING_EQUAL(t->comm, "sh");
	CU_ASSERT_STRING_EQUAL(t->exepath, "");
	CU_ASSERT_PTR_NULL(fake_fd_name(&f, 200, 5));
	CU_ASSERT_TRUE(sinsp_thread_doubt(f.s, t) & SINSP_DOUBT_UNSEEN);
	fake_free(&f);
	/* Where nothing was lost it has written over its arguments. */
	begin();
	fake_exec(&f, 200, "old", "/bin/old", NULL);
	fake_clone(&f, (struct fake_clone){ .tid = 200, .pid = 200, .ptid = 1, .res = 300 });
	run();
	CU_ASSERT_STRING_EQUAL(sinsp_find_thread(f.s, 200)->comm, "old");
	fake_free(&f);
}

/* ---- folders ---- */

static void unknown_folder_is_not_the_one_before(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SYSCALL_FCHDIR_X, 100, "qq", 0ll, 44ll);
	fake_openat(&f, 100, 5, "rel", SCAP_O_RDONLY);
	fake_add(&f, SCAP_EVT_SYSCALL_CHDIR_X, 100, "qs", 0ll, "sub");
	fake_openat(&f, 100, 6, "rel", SCAP_O_RDONLY);
	fake_add(&f, SCAP_EVT_SYSCALL_CHDIR_X, 100, "q-", 0ll);
	fake_openat(&f, 100, 7, "../rel", SCAP_O_RDONLY);
	fake_add(&f, SCAP_EVT_SYSCALL_GETCWD_X, 100, "qs", 5ll, "/tmp");
	fake_openat(&f, 100, 8, "rel", SCAP_O_RDONLY);
	run();
	CU_ASSERT_STRING_EQUAL(fd(5)->name, "./rel");
	CU_ASSERT_STRING_EQUAL(fd(6)->name, "./sub/rel");
	CU_ASSERT_STRING_EQUAL(fd(7)->name, "../rel");
	CU_ASSERT_STRING_EQUAL(fd(8)->name, "/tmp/rel");
	fake_free(&f);
}

static void unknown_thread_is_in_an_unknown_folder(void)
{
	begin();
	fake_openat(&f, 900, 5, "rel", SCAP_O_RDONLY);
	fake_add(&f, SCAP_EVT_SYSCALL_GETCWD_X, 901, "qs", 7ll, "/known");
	fake_exec(&f, 901, "x", "/x", NULL);
	run();
	CU_ASSERT_STRING_EQUAL(sinsp_find_thread(f.s, 900)->cwd, "./");
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 900, 5), "./rel");
	CU_ASSERT_STRING_EQUAL(sinsp_find_thread(f.s, 901)->cwd, "/known/");
	fake_free(&f);
}

/* ---- pairs ---- */

static void ends_of_a_pair_are_known_by_each_other(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SYSCALL_PIPE2_X, 100, "qqqqd", 0ll, 5ll, 6ll, 555ll, 0ll);
	fake_add(&f, SCAP_EVT_SOCKET_SOCKETPAIR_X, 100, "qqqqqddd", 0ll, 7ll, 8ll, 0xaall, 0xbbll,
		 1ll, 1ll, 0ll);
	fake_clone(&f, (struct fake_clone){ .tid = 100, .pid = 100, .ptid = 1, .res = 200 });
	fake_close(&f, 100, 6);
	fake_close(&f, 200, 5);
	fake_add(&f, SCAP_EVT_SYSCALL_DUP2_X, 200, "qqq", 1ll, 6ll, 1ll);
	run();
	CU_ASSERT_EQUAL(fd(5)->ino, sinsp_thread_fd(sinsp_find_thread(f.s, 200), 1)->ino);
	CU_ASSERT_EQUAL(fd(7)->unix_src, sinsp_thread_fd(sinsp_find_thread(f.s, 200), 8)->unix_dst);
	CU_ASSERT_EQUAL(fd(7)->unix_dst, sinsp_thread_fd(sinsp_find_thread(f.s, 200), 8)->unix_src);
	fake_free(&f);
}

/* ---- pidfds ---- */

static void pidfd_names_a_process_of_its_own_namespace(void)
{
	static const char group[] =
		"cpuset=/docker/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

	begin();
	fake_exec(&f, 7, "host", "/bin/host", NULL);
	fake_openat(&f, 7, 9, "/of the host", SCAP_O_RDONLY);
	fake_clone(&f, (struct fake_clone){ .tid = 500,
					    .pid = 500,
					    .ptid = 100,
					    .vtid = 1,
					    .vpid = 1,
					    .cgroup = group });
	fake_clone(&f, (struct fake_clone){ .tid = 507,
					    .pid = 507,
					    .ptid = 500,
					    .vtid = 7,
					    .vpid = 7,
					    .cgroup = group });
	fake_openat(&f, 507, 9, "/of the container", SCAP_O_RDONLY);
	fake_add(&f, SCAP_EVT_SYSCALL_PIDFD_OPEN_X, 500, "qqd", 5ll, 7ll, 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_PIDFD_GETFD_X, 500, "qqqd", 6ll, 5ll, 9ll, 0ll);
	run();
	CU_ASSERT_STRING_EQUAL(fake_fd_name(&f, 500, 6), "/of the container");
	fake_free(&f);
}

static void pidfd_of_the_start_names_its_process_too(void)
{
	struct scap_fd *pidfd;

	begin();
	pidfd = scap_snapshot_fd(f.scap->snap, f.scap->snap->threads);
	*pidfd = (struct scap_fd){ .fd = 5, .type = SCAP_FD_PIDFD, .name = "pidfd[7]" };
	fake_exec(&f, 7, "host", "/bin/host", NULL);
	fake_openat(&f, 7, 9, "/theirs", SCAP_O_RDONLY);
	fake_add(&f, SCAP_EVT_SYSCALL_PIDFD_GETFD_X, 100, "qqqd", 6ll, 5ll, 9ll, 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_PIDFD_GETFD_X, 100, "qqqd", 3ll, 5ll, 10ll, 0ll);
	run();
	CU_ASSERT_STRING_EQUAL(fd(6)->name, "/theirs");
	CU_ASSERT_TRUE(fd(6)->cloexec);
	CU_ASSERT_PTR_NULL(fd(3)); /* it is something else now, and nobody knows what */
	fake_free(&f);
}

SUITE("heal", TEST(unknown_socket_is_known_by_its_traffic),
      TEST(unknown_unix_socket_is_known_by_its_traffic), TEST(file_that_is_a_socket_now_is_no_file),
      TEST(connection_with_other_ports_is_another_one),
      TEST(connected_datagrams_can_go_to_another_and_to_nobody),
      TEST(address_that_is_worked_out_says_so), TEST(fields_tell_what_is_in_doubt),
      TEST(descriptor_that_is_refused_was_not_open), TEST(number_in_use_is_what_was_opened_last),
      TEST(loss_puts_in_doubt_what_is_older), TEST(program_whose_execve_was_lost_is_told_by_a_fork),
      TEST(unknown_folder_is_not_the_one_before), TEST(unknown_thread_is_in_an_unknown_folder),
      TEST(ends_of_a_pair_are_known_by_each_other),
      TEST(pidfd_names_a_process_of_its_own_namespace),
      TEST(pidfd_of_the_start_names_its_process_too))
