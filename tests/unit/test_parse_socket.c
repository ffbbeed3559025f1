/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of sockets: names, ends and roles. */
#include "fake_capture.h"
#include "suite.h"
#include "threads.h"

#include <fcntl.h>
#include <unistd.h>

#define EINPROG (-115ll)

static struct fake f;

static const struct sinsp_fd *fd(int64_t num)
{
	return sinsp_thread_fd(sinsp_find_thread(f.s, 100), num);
}

/* Parameters as they travel. Every call uses the same buffer. */
static char wire[256];

static const char *tuple4(const char *sip, uint16_t sport, const char *dip, uint16_t dport)
{
	wire[0] = SCAP_FAMILY_INET;
	memcpy(wire + 1, sip, 4);
	memcpy(wire + 5, &sport, 2);
	memcpy(wire + 7, dip, 4);
	memcpy(wire + 11, &dport, 2);
	return wire;
}

static const char *tuple6(const char *sip, uint16_t sport, const char *dip, uint16_t dport)
{
	wire[0] = SCAP_FAMILY_INET6;
	memcpy(wire + 1, sip, 16);
	memcpy(wire + 17, &sport, 2);
	memcpy(wire + 19, dip, 16);
	memcpy(wire + 35, &dport, 2);
	return wire;
}

static int tuple_unix(uint64_t a, uint64_t b, const char *path)
{
	wire[0] = SCAP_FAMILY_UNIX;
	memcpy(wire + 1, &a, 8);
	memcpy(wire + 9, &b, 8);
	memcpy(wire + 17, path, strlen(path) + 1);
	return 18 + (int)strlen(path);
}

static const char *addr4(const char *ip, uint16_t port)
{
	wire[0] = SCAP_FAMILY_INET;
	memcpy(wire + 1, ip, 4);
	memcpy(wire + 5, &port, 2);
	return wire;
}

#define ME   "\x0a\x00\x00\x05" /* 10.0.0.5 */
#define YOU  "\x08\x08\x08\x08"
#define HIM  "\x09\x09\x09\x09"
#define ANY  "\0\0\0\0"
#define LOOP "\x7f\0\0\x01"

static void begin(void)
{
	fake_init(&f);
	fake_exec(&f, 100, "curl", "/bin/curl", NULL);
}

static void run(void)
{
	fake_open(&f, NULL);
	fake_run(&f);
}

static void open_socket(int64_t num, int family, int type, int proto)
{
	fake_add(&f, SCAP_EVT_SOCKET_SOCKET_X, 100, "qddd", (long long)num, (long long)family,
		 (long long)type, (long long)proto);
}

static void new_socket_has_no_name(void)
{
	begin();
	open_socket(3, 2, 0x80001, 6);
	open_socket(4, 16, 3, 0);
	run();
	CU_ASSERT_EQUAL(fd(3)->type, SCAP_FD_IPV4_SOCK);
	CU_ASSERT_STRING_EQUAL(fd(3)->name, "");
	CU_ASSERT_EQUAL(fd(3)->l4proto, SCAP_L4_UNKNOWN);
	CU_ASSERT_TRUE(fd(3)->cloexec);
	CU_ASSERT_EQUAL(fd(4)->type, SCAP_FD_NETLINK);
	fake_free(&f);
}

static void client_is_first_in_a_connection(void)
{
	begin();
	open_socket(3, 2, 1, 6);
	fake_add(&f, SCAP_EVT_SOCKET_CONNECT_X, 100, "qbq-", EINPROG, tuple4(ME, 5000, YOU, 80), 13,
		 3ll);
	fake_add(&f, SCAP_EVT_SOCKET_CONNECT_X, 100, "qbq-", EINPROG, tuple4(ME, 5000, YOU, 80), 13,
		 3ll);
	fake_add(&f, SCAP_EVT_SOCKET_GETSOCKOPT_X, 100, "qqccbd", 0ll, 3ll, 1ll, 4ll,
		 "\x01\0\0\0\0\0\0\0\0", 9, 4ll);
	fake_open(&f, NULL);
	fake_step(&f, 3);
	CU_ASSERT_STRING_EQUAL(f.ev->fd->name, "10.0.0.5:5000->8.8.8.8:80");
	CU_ASSERT_TRUE(f.ev->fd->pending);
	CU_ASSERT_TRUE(f.ev->renamed);
	fake_step(&f, 1);
	CU_ASSERT_FALSE(f.ev->renamed);
	fake_run(&f);
	CU_ASSERT_FALSE(fd(3)->pending);
	CU_ASSERT_TRUE(fd(3)->connected);
	CU_ASSERT_EQUAL(fd(3)->role, SINSP_ROLE_CLIENT);
	CU_ASSERT_EQUAL(fd(3)->l4proto, SCAP_L4_TCP);
	fake_free(&f);
}

static void failed_connect_leaves_it_unnamed(void)
{
	begin();
	open_socket(3, 2, 1, 6);
	fake_add(&f, SCAP_EVT_SOCKET_CONNECT_X, 100, "q-q-", -111ll, 3ll);
	run();
	CU_ASSERT_STRING_EQUAL(fd(3)->name, "");
	CU_ASSERT_EQUAL(fd(3)->role, SINSP_ROLE_NONE);
	fake_free(&f);
}

static void server_listens_and_accepts(void)
{
	begin();
	open_socket(3, 2, 1, 6);
	fake_add(&f, SCAP_EVT_SOCKET_BIND_X, 100, "qbq", 0ll, addr4(ANY, 8080), 7, 3ll);
	fake_add(&f, SCAP_EVT_SOCKET_LISTEN_X, 100, "qqd", 0ll, 3ll, 5ll);
	fake_add(&f, SCAP_EVT_SOCKET_ACCEPT4_6_X, 100, "qbcddd", 4ll, tuple4(HIM, 1234, ME, 8080),
		 13, 0ll, 0ll, 5ll, 0ll);
	run();
	CU_ASSERT_EQUAL(fd(3)->type, SCAP_FD_IPV4_SERVSOCK);
	CU_ASSERT_STRING_EQUAL(fd(3)->name, "0.0.0.0:8080");
	CU_ASSERT_EQUAL(fd(3)->role, SINSP_ROLE_SERVER);
	CU_ASSERT_STRING_EQUAL(fd(4)->name, "9.9.9.9:1234->10.0.0.5:8080");
	CU_ASSERT_EQUAL(fd(4)->role, SINSP_ROLE_SERVER);
	CU_ASSERT_EQUAL(fd(4)->sport, 1234);
	fake_free(&f);
}

/* A netlink socket: its address is not told. */
static void socket_of_another_family_is_connected(void)
{
	begin();
	open_socket(3, 16, 3, 0);
	open_socket(4, 16, 3, 0);
	fake_add(&f, SCAP_EVT_SOCKET_CONNECT_X, 100, "q-q-", 0ll, 3ll);
	fake_add(&f, SCAP_EVT_SOCKET_CONNECT_X, 100, "q-q-", -111ll, 4ll);
	run();
	CU_ASSERT_TRUE(fd(3)->connected);
	CU_ASSERT_FALSE(fd(4)->connected);
	fake_free(&f);
}

static void datagrams_from_somebody_else_rename_it(void)
{
	begin();
	open_socket(3, 2, 2, 0);
	fake_add(&f, SCAP_EVT_SOCKET_SENDTO_X, 100, "qbqdb", 5ll, "hello", 5, 3ll, 5ll,
		 tuple4(ME, 5000, YOU, 53), 13);
	fake_add(&f, SCAP_EVT_SOCKET_RECVFROM_X, 100, "qbbqd", 5ll, "hello", 5,
		 tuple4(HIM, 53, ME, 5000), 13, 3ll, 5ll);
	fake_add(&f, SCAP_EVT_SOCKET_RECVFROM_X, 100, "qbbqd", 5ll, "hello", 5,
		 tuple4(HIM, 53, ME, 5000), 13, 3ll, 5ll);
	fake_open(&f, NULL);
	fake_step(&f, 3);
	CU_ASSERT_STRING_EQUAL(f.ev->fd->name, "10.0.0.5:5000->8.8.8.8:53");
	CU_ASSERT_EQUAL(f.ev->fd->l4proto, SCAP_L4_UDP);
	fake_step(&f, 1);
	CU_ASSERT_STRING_EQUAL(f.ev->fd->name, "10.0.0.5:5000->9.9.9.9:53");
	CU_ASSERT_TRUE(f.ev->renamed);
	fake_step(&f, 1);
	CU_ASSERT_FALSE(f.ev->renamed);
	fake_free(&f);
}

static void datagram_server_answers_its_client(void)
{
	begin();
	open_socket(3, 2, 2, 0);
	fake_add(&f, SCAP_EVT_SOCKET_BIND_X, 100, "qbq", 0ll, addr4(ANY, 53), 7, 3ll);
	fake_add(&f, SCAP_EVT_SOCKET_RECVFROM_X, 100, "qbbqd", 1ll, "q", 1,
		 tuple4(HIM, 4000, ME, 53), 13, 3ll, 1ll);
	fake_add(&f, SCAP_EVT_SOCKET_SENDTO_X, 100, "qbqdb", 1ll, "a", 1, 3ll, 1ll,
		 tuple4(ME, 53, HIM, 4000), 13);
	run();
	CU_ASSERT_STRING_EQUAL(fd(3)->name, "9.9.9.9:4000->10.0.0.5:53");
	CU_ASSERT_EQUAL(fd(3)->role, SINSP_ROLE_SERVER);
	fake_free(&f);
}

static void address_that_is_not_bound_is_found_out(void)
{
	struct scap_interface *i;

	begin();
	i = scap_snapshot_interface(f.scap->snap);
	memcpy(i->addr, ME, 4);
	memcpy(i->netmask, "\xff\xff\xff\0", 4);
	open_socket(3, 2, 2, 0);
	fake_add(&f, SCAP_EVT_SOCKET_SENDTO_X, 100, "qbqdb", 1ll, "a", 1, 3ll, 1ll,
		 tuple4(ANY, 5000, LOOP, 514), 13);
	open_socket(4, 2, 2, 0);
	fake_add(&f, SCAP_EVT_SOCKET_SENDTO_X, 100, "qbqdb", 1ll, "a", 1, 4ll, 1ll,
		 tuple4(ANY, 5001, "\x0a\x00\x00\x09", 514), 13);
	open_socket(5, 2, 2, 0);
	fake_add(&f, SCAP_EVT_SOCKET_SENDTO_X, 100, "qbqdb", 1ll, "a", 1, 5ll, 1ll,
		 tuple4(ANY, 5002, YOU, 514), 13);
	run();
	CU_ASSERT_STRING_EQUAL(fd(3)->name, "127.0.0.1:5000->127.0.0.1:514");
	CU_ASSERT_STRING_EQUAL(fd(4)->name, "10.0.0.5:5001->10.0.0.9:514");
	CU_ASSERT_STRING_EQUAL(fd(5)->name, "0.0.0.0:5002->8.8.8.8:514");
	fake_free(&f);
}

static void ipv4_in_ipv6_clothes_is_ipv4(void)
{
	char me[16] = { [10] = '\xff', [11] = '\xff' }, you[16] = { [10] = '\xff', [11] = '\xff' };
	char six[16] = { 0x20, 0x01 };

	begin();
	memcpy(me + 12, ME, 4);
	memcpy(you + 12, YOU, 4);
	open_socket(3, 10, 1, 6);
	fake_add(&f, SCAP_EVT_SOCKET_CONNECT_X, 100, "qbq-", 0ll, tuple6(me, 5000, you, 80), 37,
		 3ll);
	open_socket(4, 10, 1, 6);
	fake_add(&f, SCAP_EVT_SOCKET_CONNECT_X, 100, "qbq-", 0ll, tuple6(six, 5000, six, 80), 37,
		 4ll);
	run();
	CU_ASSERT_EQUAL(fd(3)->type, SCAP_FD_IPV4_SOCK);
	CU_ASSERT_STRING_EQUAL(fd(3)->name, "10.0.0.5:5000->8.8.8.8:80");
	CU_ASSERT_EQUAL(fd(4)->type, SCAP_FD_IPV6_SOCK);
	CU_ASSERT_STRING_EQUAL(fd(4)->name, "2001:::5000->2001:::80");
	fake_free(&f);
}

static void raw_sockets_have_no_ports(void)
{
	begin();
	open_socket(3, 2, 3, 1);
	fake_add(&f, SCAP_EVT_SOCKET_SENDTO_X, 100, "qbqdb", 1ll, "a", 1, 3ll, 1ll,
		 tuple4(ME, 1, YOU, 0), 13);
	run();
	CU_ASSERT_STRING_EQUAL(fd(3)->name, "10.0.0.5->8.8.8.8");
	fake_free(&f);
}

static void unix_sockets_have_both_ends_and_a_path(void)
{
	int n;

	begin();
	open_socket(3, 1, 1, 0);
	n = tuple_unix(0xffff880000000001, 0xffff880000000002, "/run/s.sock");
	fake_add(&f, SCAP_EVT_SOCKET_CONNECT_X, 100, "qbq-", 0ll, wire, n, 3ll);
	open_socket(4, 1, 1, 0);
	memcpy(wire, "\x01/run/x", 8);
	fake_add(&f, SCAP_EVT_SOCKET_BIND_X, 100, "qbq", 0ll, wire, 8, 4ll);
	fake_add(&f, SCAP_EVT_SOCKET_SOCKETPAIR_X, 100, "qqqqqddd", 0ll, 5ll, 6ll, 0xaall, 0xbbll,
		 1ll, 1ll, 0ll);
	n = tuple_unix(0xbb, 0xaa, "");
	fake_add(&f, SCAP_EVT_SOCKET_RECVMSG_X, 100, "qdbb-q", 1ll, 1ll, "x", 1, wire, n, 6ll);
	run();
	CU_ASSERT_STRING_EQUAL(fd(3)->name, "ffff880000000001->ffff880000000002 /run/s.sock");
	CU_ASSERT_STRING_EQUAL(fd(4)->name, "/run/x");
	CU_ASSERT_STRING_EQUAL(fd(5)->name, "");
	CU_ASSERT_STRING_EQUAL(fd(6)->name, "bb->aa ");
	CU_ASSERT_EQUAL(fd(5)->unix_src, fd(6)->unix_dst);
	fake_free(&f);
}

/* struct cmsghdr: length, SOL_SOCKET, SCM_RIGHTS, one descriptor */
static const char rights[] = "\x14\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0\x07\0\0\0\0\0\0";

static void received_descriptor_is_not_the_old_one(void)
{
	begin();
	fake_openat(&f, 100, 7, "/old", 1);
	open_socket(3, 1, 1, 0);
	fake_add(&f, SCAP_EVT_SOCKET_RECVMSG_X, 100, "qdb-bq", 1ll, 1ll, "x", 1, rights, 24, 3ll);
	run();
	CU_ASSERT_PTR_NULL(fd(7));
	CU_ASSERT_PTR_NOT_NULL(fd(3));
	fake_free(&f);
}

static void failed_call_receives_nothing(void)
{
	begin();
	fake_openat(&f, 100, 7, "/old", 1);
	open_socket(3, 1, 1, 0);
	fake_add(&f, SCAP_EVT_SOCKET_RECVMSG_X, 100, "qdb-bq", -11ll, 0ll, "", 0, rights, 24, 3ll);
	run();
	CU_ASSERT_STRING_EQUAL(fd(7)->name, "/old");
	fake_free(&f);
}

/* Received by this very process, which /proc can be asked about. */
static void descriptor_received_while_recording_is_looked_up(void)
{
	char control[24];
	int32_t num = open("/dev/null", O_RDONLY | O_CLOEXEC);
	const struct sinsp_fd *got;
	long long me = getpid();

	memcpy(control, rights, sizeof(control));
	memcpy(control + 16, &num, sizeof(num));
	fake_init(&f);
	f.scap->engine = &fake_live_engine;
	fake_fstat(&f, me, 0);
	fake_add(&f, SCAP_EVT_SOCKET_RECVMSG_X, me, "qdb-bq", 1ll, 1ll, "x", 1, control, 24, 0ll);
	fake_open(&f, &(struct sinsp_options){ .no_containers = true });
	fake_step(&f, 1);
	fds_remove(thread_of(sinsp_find_thread(f.s, me))->pub.fds, num, num);
	fake_run(&f);
	got = sinsp_thread_fd(sinsp_find_thread(f.s, me), num);
	CU_ASSERT_PTR_NOT_NULL_FATAL(got);
	CU_ASSERT_STRING_EQUAL(got->name, "/dev/null");
	CU_ASSERT_EQUAL(got->doubt, SINSP_DOUBT_UNSEEN);
	close(num);
	fake_free(&f);
}

static void survives_parameters_of_any_length(void)
{
	static const char control[] =
		"\xff\xff\xff\xff\xff\xff\xff\xff\x01\0\0\0\x01\0\0\0\x07\0\0";
	char junk[40];
	int family, n;

	begin();
	open_socket(3, 2, 2, 0);
	for (family = 0; family < 12; family++) {
		for (n = 1; n <= (int)sizeof(junk); n++) {
			memset(junk, 0x41, sizeof(junk));
			junk[0] = (char)family;
			fake_add(&f, SCAP_EVT_SOCKET_CONNECT_X, 100, "qbq-", 0ll, junk, n, 3ll);
			fake_add(&f, SCAP_EVT_SOCKET_BIND_X, 100, "qbq", 0ll, junk, n, 3ll);
			fake_add(&f, SCAP_EVT_SOCKET_RECVMSG_X, 100, "qdbbbq", 1ll, 1ll, "x", 1,
				 junk, n, control, n < 19 ? n : 19, 3ll);
		}
	}
	run();
	CU_ASSERT_EQUAL(f.pos, f.len);
	fake_free(&f);
}

SUITE("parse_socket", TEST(new_socket_has_no_name), TEST(client_is_first_in_a_connection),
      TEST(failed_connect_leaves_it_unnamed), TEST(server_listens_and_accepts),
      TEST(socket_of_another_family_is_connected), TEST(datagrams_from_somebody_else_rename_it),
      TEST(datagram_server_answers_its_client), TEST(address_that_is_not_bound_is_found_out),
      TEST(ipv4_in_ipv6_clothes_is_ipv4), TEST(raw_sockets_have_no_ports),
      TEST(unix_sockets_have_both_ends_and_a_path), TEST(received_descriptor_is_not_the_old_one),
      TEST(failed_call_receives_nothing), TEST(descriptor_received_while_recording_is_looked_up),
      TEST(survives_parameters_of_any_length))
