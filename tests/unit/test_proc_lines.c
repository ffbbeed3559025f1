/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of /proc and /etc, hostile ones too: sockets, cgroups, passwd, group, open flags. */
#include "proc_scan.h"
#include "suite.h"
#include "capture.h"

#include <fcntl.h>
#include <stdlib.h>

static struct scap_fd fd;

/* The copy ends where its allocation ends, so that a sanitizer sees a read behind it. */
static char *copy;

static bool parse(enum proc_socket_table table, const char *line)
{
	free(copy);
	copy = strdup(line);
	return proc_parse_socket(table, copy, &fd);
}

static void reads_a_listening_tcp_socket(void)
{
	static const uint8_t any[16];

	CU_ASSERT(
		parse(PROC_TCP,
		      "   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 "
		      "00:00000000 00000000  1000        0 12345 1 0000000000000000 100 0 0 10 0"));
	CU_ASSERT_EQUAL(fd.type, SCAP_FD_IPV4_SERVSOCK);
	CU_ASSERT_EQUAL(fd.ino, 12345);
	CU_ASSERT_EQUAL(fd.sport, 8080);
	CU_ASSERT_EQUAL(memcmp(fd.sip, any, 16), 0);
}

static void reads_a_connection_in_network_order(void)
{
	static const uint8_t from[] = { 10, 1, 0, 2 }, to[] = { 93, 184, 216, 34 };

	CU_ASSERT(parse(PROC_TCP, "  12: 0200010A:D431 22D8B85D:01BB 01 00000000:00000000 "
				  "02:00000A2B 00000000     0        0 99 2 ffff"));
	CU_ASSERT_EQUAL(fd.type, SCAP_FD_IPV4_SOCK);
	CU_ASSERT_EQUAL(memcmp(fd.sip, from, 4), 0);
	CU_ASSERT_EQUAL(memcmp(fd.dip, to, 4), 0);
	CU_ASSERT_EQUAL(fd.sport, 54321);
	CU_ASSERT_EQUAL(fd.dport, 443);
}

static void reads_ipv6_and_turns_mapped_addresses_into_ipv4(void)
{
	static const uint8_t loop[16] = { [15] = 1 }, v4[] = { 127, 0, 0, 1 };

	CU_ASSERT(parse(PROC_TCP6, "0: 00000000000000000000000001000000:0050 "
				   "00000000000000000000000001000000:8000 01 0:0 0:0 0 0 0 7 1"));
	CU_ASSERT_EQUAL(fd.type, SCAP_FD_IPV6_SOCK);
	CU_ASSERT_EQUAL(memcmp(fd.sip, loop, 16), 0);
	CU_ASSERT(parse(PROC_TCP6, "0: 0000000000000000FFFF00000100007F:0050 "
				   "0000000000000000FFFF00000100007F:8000 01 0:0 0:0 0 0 0 8 1"));
	CU_ASSERT_EQUAL(fd.type, SCAP_FD_IPV4_SOCK);
	CU_ASSERT_EQUAL(memcmp(fd.dip, v4, 4), 0);
	CU_ASSERT_EQUAL(fd.dport, 0x8000);
	CU_ASSERT(parse(PROC_UDP6, "0: 00000000000000000000000000000000:0035 "
				   "00000000000000000000000000000000:0000 07 0:0 0:0 0 0 0 9 1"));
	CU_ASSERT_EQUAL(fd.type, SCAP_FD_IPV6_SERVSOCK);
	CU_ASSERT_EQUAL(fd.l4proto, SCAP_L4_UDP);
}

static void reads_unix_sockets_with_any_path(void)
{
	CU_ASSERT(parse(PROC_UNIX, "ffff888003a5: 00000002 00000000 00010000 0001 01 21 /run/a b"));
	CU_ASSERT_EQUAL(fd.type, SCAP_FD_UNIX_SOCK);
	CU_ASSERT_STRING_EQUAL(fd.name, "/run/a b");
	CU_ASSERT_EQUAL(fd.unix_src, 0xffff888003a5);
	CU_ASSERT(parse(PROC_UNIX, "0: 00000003 00000000 00000000 0001 03 22"));
	CU_ASSERT_STRING_EQUAL(fd.name, "");
	CU_ASSERT(parse(PROC_UNIX, "0: 00000003 00000000 00000000 0001 03    23 @abs"));
	CU_ASSERT_STRING_EQUAL(fd.name, "abs");
}

static void reads_netlink_sockets(void)
{
	CU_ASSERT(
		parse(PROC_NETLINK, "00000000cf88 0   0  00000000 0 0 0     2        0        4"));
	CU_ASSERT_EQUAL(fd.type, SCAP_FD_NETLINK);
	CU_ASSERT_EQUAL(fd.ino, 4);
}

static void refuses_what_is_no_line_of_a_socket(void)
{
	static const char *const bad[] = {
		"",
		" ",
		":",
		"0:",
		"0: 0200010A:D431",
		"0: 0200010A:D431 22D8B85D:01BB 01 0:0 0:0 0 0 0",
		"0: 0200010A:D431 22D8B85D:01BB 01 0:0 0:0 0 0 0 x",
		"0: 0200010A:D431 22D8B85D:01BB 01 0:0 0:0 0 0 0 -1",
		"0: 0200010A:D431 22D8B85D:01BB 01 0:0 0:0 0 0 0 0",
		"0: 0200010AD431 22D8B85D:01BB 01 0:0 0:0 0 0 0 9",
		"0: 0200010A:D43 22D8B85D:01BB 01 0:0 0:0 0 0 0 9",
		"0: 0200010A:XXXX 22D8B85D:01BB 01 0:0 0:0 0 0 0 9",
		"0: 02000-0A:D431 22D8B85D:01BB 01 0:0 0:0 0 0 0 9 Z",
		"x: y z 1 2 3 4 /path",
		"00: 00000002 00000000 00010000 0001 01 0 /zero",
		"00 00000002 00000000 00010000 0001 01 5 /no-colon",
		"00: 00000002 00000000",
	};
	size_t i;
	int table;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		for (table = 0; table < PROC_SOCKET_TABLES; table++)
			CU_ASSERT_FALSE(parse((enum proc_socket_table)table, bad[i]) &&
					table != PROC_NETLINK);
}

static void survives_random_lines(void)
{
	static const char alphabet[] = "0123456789ABCDEF:: \t@/-x";
	unsigned int seed = 7, i, n, j;
	char line[200];

	for (i = 0; i < 50000; i++) {
		n = (unsigned int)rand_r(&seed) % (sizeof(line) - 1);
		for (j = 0; j < n; j++)
			line[j] = alphabet[(unsigned int)rand_r(&seed) % (sizeof(alphabet) - 1)];
		line[n] = '\0';
		if (parse((enum proc_socket_table)(i % PROC_SOCKET_TABLES), line))
			CU_ASSERT(fd.ino != 0);
	}
}

static const struct proc_controllers some = {
	.n = 4,
	.c = { { "cpu", true }, { "io", true }, { "devices", false }, { "perf_event", true } },
};

static bool cgroups_are(const char *text, const char *want, size_t want_len)
{
	char out[4096], in[4096];
	size_t n;

	strcpy(in, text);
	n = proc_cgroups(&some, in, out, sizeof(out));
	return n == want_len && memcmp(out, want, n) == 0;
}

#define CGROUPS_ARE(text, want) cgroups_are(text, want, sizeof(want) - 1)

static void tells_cgroup_v2_as_the_driver_does(void)
{
	CU_ASSERT(CGROUPS_ARE("0::/docker/ab\n",
			      "cpu=/docker/ab\0io=/docker/ab\0devices=/\0perf_event=/docker/ab\0"));
}

static void tells_cgroup_v1_and_both_together(void)
{
	CU_ASSERT(CGROUPS_ARE(
		"5:name=systemd:/x\n4:cpu,cpuacct:/a:b\n3:blkio:/c\n2:devices:/d\n1:perf_event:/\n",
		"cpu=/a:b\0io=/c\0devices=/d\0perf_event=/\0"));
	CU_ASSERT(
		CGROUPS_ARE("1:devices:/d\n0::/u\n", "cpu=/u\0io=/u\0devices=/d\0perf_event=/u\0"));
	CU_ASSERT(CGROUPS_ARE("", ""));
	CU_ASSERT(CGROUPS_ARE("nonsense\n:\n1:\n", ""));
}

/* What a kernel that says so in these two files has, in its order; v2: those with its path. */
static bool controllers_are(const char *cgroups, const char *controllers, const char *want,
			    const char *v2)
{
	struct proc_scan *s = calloc(1, sizeof(*s));
	char root[128], path[200], all[200] = "", unified[200] = "";
	unsigned int i;
	bool same;

	snprintf(root, sizeof(root), "%s", capture_path("root"));
	snprintf(path, sizeof(path), "mkdir -p %s/sys/fs/cgroup", root);
	if (!s || system(path) != 0)
		abort();
	snprintf(path, sizeof(path), "%s/cgroups", root);
	capture_store(path, cgroups, strlen(cgroups));
	snprintf(path, sizeof(path), "%s/sys/fs/cgroup/cgroup.controllers", root);
	capture_store(path, controllers, strlen(controllers));
	s->proc_fd = open(root, O_RDONLY | O_DIRECTORY);
	proc_find_controllers(s, root);
	close(s->proc_fd);
	for (i = 0; i < s->controllers.n; i++) {
		strcat(strcat(all, s->controllers.c[i].name), " ");
		if (s->controllers.c[i].unified)
			strcat(strcat(unified, s->controllers.c[i].name), " ");
	}
	same = strcmp(all, want) == 0 && strcmp(unified, v2) == 0;
	free(s);
	return same;
}

#define LISTED "#subsys_name\thierarchy\tnum_cgroups\tenabled\n"

static void finds_the_controllers_that_this_kernel_has(void)
{
	CU_ASSERT(controllers_are(
		LISTED "cpu\t0\t9\t1\nblkio\t0\t9\t1\nperf_event\t0\t9\t1\npids\t0\t9\t1\n",
		"cpu io pids\n", "cpu io perf_event pids ", "cpu io perf_event pids "));
	/* compiled without it */
	CU_ASSERT(controllers_are(LISTED "cpu\t0\t9\t1\npids\t0\t9\t1\n", "cpu pids\n", "cpu pids ",
				  "cpu pids "));
	/* memory can be used with v2 only, pids with v1 only */
	CU_ASSERT(controllers_are(LISTED "pids\t3\t9\t1\nperf_event\t0\t9\t1\n", "memory\n",
				  "memory perf_event pids ", "memory perf_event "));
	CU_ASSERT(controllers_are("", "", "", ""));
}

static void cuts_cgroups_between_two_of_them(void)
{
	char in[] = "0::/0123456789\n", out[40];
	size_t n = proc_cgroups(&some, in, out, sizeof(out));

	CU_ASSERT_EQUAL(n, 31);
	CU_ASSERT_EQUAL(memcmp(out, "cpu=/0123456789\0io=/0123456789\0", n), 0);
}

static void reads_passwd_and_group_lines(void)
{
	char passwd[] = "root:x:0:0:root:/root:/bin/bash\n"
			"# comment\n\nbad:x:minus:0::/:/\nshort:x:1:1\n:x:5:5::/:/\n"
			"big:x:4294967296:0::/:/\n"
			"www:x:33:34:a,b:/var/www:/usr/sbin/nologin";
	char group[] = "root:x:0:\nadm:x:4:alice,bob\nbad:x:y:\n:x:9:\nlast:x:7";
	struct scap_snapshot *s = scap_snapshot_new();

	proc_parse_passwd(s, passwd);
	proc_parse_group(s, group);
	CU_ASSERT_EQUAL_FATAL(s->n_users, 2);
	CU_ASSERT_STRING_EQUAL(s->users[0].shell, "/bin/bash");
	CU_ASSERT_STRING_EQUAL(s->users[1].name, "www");
	CU_ASSERT_EQUAL(s->users[1].uid, 33);
	CU_ASSERT_EQUAL(s->users[1].gid, 34);
	CU_ASSERT_STRING_EQUAL(s->users[1].home, "/var/www");
	CU_ASSERT_EQUAL_FATAL(s->n_groups, 3);
	CU_ASSERT_STRING_EQUAL(s->groups[1].name, "adm");
	CU_ASSERT_EQUAL(s->groups[2].gid, 7);
	scap_snapshot_free(s);
}

static void cuts_user_names_to_what_a_capture_takes(void)
{
	struct scap_snapshot *s = scap_snapshot_new();
	char line[1200];

	memset(line, 'n', 1000);
	strcpy(line + 1000, ":x:1:1::/:/");
	proc_parse_passwd(s, line);
	CU_ASSERT_EQUAL_FATAL(s->n_users, 1);
	CU_ASSERT_EQUAL(strlen(s->users[0].name), 255);
	scap_snapshot_free(s);
}

static void converts_open_flags(void)
{
	CU_ASSERT_EQUAL(proc_open_flags(O_RDONLY), SCAP_O_RDONLY);
	CU_ASSERT_EQUAL(proc_open_flags(O_WRONLY | O_APPEND | O_CREAT),
			SCAP_O_WRONLY | SCAP_O_APPEND | SCAP_O_CREAT);
	CU_ASSERT_EQUAL(proc_open_flags(O_RDWR | O_CLOEXEC | O_NONBLOCK),
			SCAP_O_RDWR | SCAP_O_CLOEXEC | SCAP_O_NONBLOCK);
	CU_ASSERT_EQUAL(proc_open_flags(O_RDONLY | O_DIRECTORY), SCAP_O_RDONLY | SCAP_O_DIRECTORY);
	CU_ASSERT_EQUAL(proc_open_flags(O_WRONLY | O_SYNC),
			SCAP_O_WRONLY | SCAP_O_SYNC | SCAP_O_DSYNC);
}

SUITE("proc_lines", TEST(reads_a_listening_tcp_socket), TEST(reads_a_connection_in_network_order),
      TEST(reads_ipv6_and_turns_mapped_addresses_into_ipv4), TEST(reads_unix_sockets_with_any_path),
      TEST(reads_netlink_sockets), TEST(refuses_what_is_no_line_of_a_socket),
      TEST(survives_random_lines), TEST(tells_cgroup_v2_as_the_driver_does),
      TEST(tells_cgroup_v1_and_both_together), TEST(finds_the_controllers_that_this_kernel_has),
      TEST(cuts_cgroups_between_two_of_them), TEST(reads_passwd_and_group_lines),
      TEST(cuts_user_names_to_what_a_capture_takes), TEST(converts_open_flags))
