/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of who is at the other end of a pipe, a pair of sockets, a connection. */
#include "fake_capture.h"
#include "suite.h"

static struct fake f;
static char ends[128];

/* Process 100; fork_child() makes 200. */
static void begin(void)
{
	fake_init(&f);
	fake_exec(&f, 100, "sh", "/bin/sh", NULL);
}

static void fork_child(void)
{
	fake_clone(&f, (struct fake_clone){ .tid = 100, .pid = 100, .ptid = 1, .res = 200 });
	fake_clone(&f, (struct fake_clone){ .tid = 200, .pid = 200, .ptid = 100 });
}

static void run(void)
{
	fake_open(&f, NULL);
	fake_run(&f);
}

static bool note(struct sinsp_thread *t, struct sinsp_fd *fd, void *arg)
{
	size_t len = strlen(ends);

	snprintf(ends + len, sizeof(ends) - len, "%d:%d ", (int)t->tid, (int)fd->num);
	return !arg;
}

static const char *peers(int64_t tid, int64_t num)
{
	const struct sinsp_thread *t = sinsp_find_thread(f.s, tid);

	ends[0] = '\0';
	sinsp_each_peer(f.s, t, sinsp_thread_fd(t, num), note, NULL);
	return ends;
}

static void a_pipe_has_two_ends(void)
{
	const struct sinsp_thread *t;

	begin();
	fake_add(&f, SCAP_EVT_SYSCALL_PIPE2_X, 100, "qqqqd", 0ll, 3ll, 4ll, 555ll, 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_PIPE2_X, 100, "qqqqd", 0ll, 5ll, 6ll, 556ll, 0ll);
	fork_child();
	fake_close(&f, 100, 3);
	fake_close(&f, 200, 4);
	fake_add(&f, SCAP_EVT_SYSCALL_DUP2_X, 200, "qqq", 0ll, 3ll, 0ll);
	run();
	CU_ASSERT_STRING_EQUAL(peers(100, 4), "200:0 200:3 ");
	CU_ASSERT_STRING_EQUAL(peers(200, 0), "100:4 ");
	CU_ASSERT_STRING_EQUAL(peers(100, 5), "100:6 200:6 ");
	/* who has seen enough says so */
	ends[0] = '\0';
	t = sinsp_find_thread(f.s, 100);
	sinsp_each_peer(f.s, t, sinsp_thread_fd(t, 5), note, ends);
	CU_ASSERT_STRING_EQUAL(ends, "100:6 ");
	fake_free(&f);
}

static void an_old_pipe_does_not_tell_its_ends_apart(void)
{
	struct scap_thread *t;
	struct scap_fd *fd;
	int i;

	begin();
	fork_child();
	t = scap_snapshot_thread(f.scap->snap);
	t->tid = t->pid = 300;
	for (i = 0; i < 3; i++) {
		fd = scap_snapshot_fd(f.scap->snap, t);
		fd->fd = i;
		fd->type = SCAP_FD_FIFO;
		fd->ino = i < 2 ? 77 : 0;
	}
	run();
	CU_ASSERT_STRING_EQUAL(peers(300, 0), "300:1 ");
	CU_ASSERT_STRING_EQUAL(peers(300, 2), "");
	fake_free(&f);
}

static void a_pair_of_sockets_has_two_ends(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SOCKET_SOCKETPAIR_X, 100, "qqqqqddd", 0ll, 5ll, 6ll, 0xaall, 0xbbll,
		 (long long)SCAP_FAMILY_UNIX, 1ll, 0ll);
	fork_child();
	fake_close(&f, 100, 5);
	run();
	CU_ASSERT_STRING_EQUAL(peers(100, 6), "200:5 ");
	CU_ASSERT_STRING_EQUAL(peers(200, 5), "100:6 200:6 ");
	fake_free(&f);
}

static void a_socket(int64_t tid, int family)
{
	fake_add(&f, SCAP_EVT_SOCKET_SOCKET_X, tid, "qddd", 3ll, (long long)family, 1ll, 0ll);
}

/* 200 calls 100, which accepts as descriptor 4; both tell the same @tuple. */
static void connection(int family, const char *tuple, int len)
{
	begin();
	fork_child();
	a_socket(100, family);
	a_socket(200, family);
	fake_add(&f, SCAP_EVT_SOCKET_CONNECT_X, 200, "qbq-", 0ll, tuple, len, 3ll);
	fake_add(&f, SCAP_EVT_SOCKET_ACCEPT4_6_X, 100, "qbcddd", 4ll, tuple, len, 0ll, 0ll, 5ll,
		 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_DUP2_X, 200, "qqq", 7ll, 3ll, 7ll);
	run();
}

static void a_connection_has_a_client_and_a_server(void)
{
	connection(SCAP_FAMILY_INET, "\x02\x7f\0\0\1\x88\x13\x7f\0\0\1\x50\0", 13);
	CU_ASSERT_STRING_EQUAL(peers(100, 4), "200:3 200:7 ");
	CU_ASSERT_STRING_EQUAL(peers(200, 7), "100:4 ");
	CU_ASSERT_STRING_EQUAL(peers(100, 3), "");
	fake_free(&f);
}

static void so_has_one_of_unix_sockets(void)
{
	connection(SCAP_FAMILY_UNIX, "\x01\1\0\0\0\0\0\xff\xff\2\0\0\0\0\0\xff\xff/s", 20);
	CU_ASSERT_STRING_EQUAL(peers(100, 4), "200:3 200:7 ");
	CU_ASSERT_STRING_EQUAL(peers(200, 3), "100:4 ");
	fake_free(&f);
}

static void what_is_no_such_thing_has_none(void)
{
	begin();
	fake_openat(&f, 100, 3, "/etc/passwd", SCAP_O_RDONLY);
	fork_child();
	run();
	CU_ASSERT_STRING_EQUAL(peers(100, 3), "");
	fake_free(&f);
}

SUITE("peers", TEST(a_pipe_has_two_ends), TEST(an_old_pipe_does_not_tell_its_ends_apart),
      TEST(a_pair_of_sockets_has_two_ends), TEST(a_connection_has_a_client_and_a_server),
      TEST(so_has_one_of_unix_sockets), TEST(what_is_no_such_thing_has_none))
