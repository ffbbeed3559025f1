/* SPDX-License-Identifier: BSD-2-Clause */
/* Parameters as text: one test per kind of type, raw and resolved, whole and cut. */
#include "suite.h"

#include "scene.h"

static struct fake f;

static void begin(void)
{
	scene_init(&f);
}

static void shows(const char *args)
{
	const char *got;

	if (!f.s)
		fake_open(&f, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(fake_step(&f, 1));
	got = scene_print(&f, "%evt.args");
	if (strcmp(got, args) != 0)
		printf("    got:  %s\n    want: %s\n", got, args);
	CU_ASSERT_STRING_EQUAL(got, args);
}

static void numbers(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SYSCALL_LSEEK_X, SHELL, "qqqc", 10ll, 3ll, -534ll, 1ll);
	fake_add(&f, SCAP_EVT_SYSCALL_BRK_4_X, SHELL, "qdddq", 0x55db0de73000ll, 508ll, 4ll, 0ll,
		 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_MKDIR_2_X, SHELL, "qsd", 0ll, "/a", 0755ll);
	fake_add(&f, SCAP_EVT_SYSCALL_CHOWN_X, SHELL, "qsdd", 0ll, "/a", 33ll, -1ll);
	shows("res=10 fd=3(<f>/etc/passwd) offset=-534 whence=1(SEEK_CUR)");
	shows("res=55DB0DE73000 vm_size=508 vm_rss=4 vm_swap=0 addr=0");
	shows("res=0 path=/a mode=1ED");
	shows("res=0 path=/a uid=33 gid=-1");
	fake_free(&f);
}

static void errors(void)
{
	begin();
	scene_read(&f, SHELL, 3, NULL, 0);
	fake_add(&f, SCAP_EVT_SYSCALL_CLOSE_X, SHELL, "qq", -9ll, 99ll);
	fake_add(&f, SCAP_EVT_SYSCALL_CLOSE_X, SHELL, "qq", -516ll, 99ll);
	fake_add(&f, SCAP_EVT_SYSCALL_CLOSE_X, SHELL, "qq", -4000ll, -1ll);
	fake_add(&f, SCAP_EVT_SYSCALL_CLOSE_X, SHELL, "qq", INT64_MIN, 99ll);
	shows("res=0 data=NULL fd=3(<f>/etc/passwd) size=4096");
	shows("res=-9(EBADF) fd=99");
	shows("res=-516(ERESTART_RESTARTBLOCK) fd=99");
	shows("res=-4000 fd=-1(EPERM)");
	shows("res=-9223372036854775808 fd=99");
	fake_free(&f);
}

static void descriptors(void)
{
	static const struct {
		int fd;
		const char *text;
	} fds[] = {
		{ 4, "<4t>10.0.0.5:43210->93.184.216.34:443" },
		{ 5, "<4t>10.0.0.5:22" },
		{ 7, "<p>pipe:[81]" },
		{ 14, "<d>/tmp" },
		{ 17, "<6t>::1:43210->::1:8080" },
		{ 18, "<u>/dev/log" },
	};
	char want[128];
	size_t i;

	begin();
	for (i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		fake_fstat(&f, SHELL, fds[i].fd);
	for (i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		snprintf(want, sizeof(want), "res=0 fd=%d(%s)", fds[i].fd, fds[i].text);
		shows(want);
	}
	fake_free(&f);
}

static void names_of_ports_where_asked_for(void)
{
	struct sinsp_format_options o = { .resolve_ports = true };

	begin();
	fake_fstat(&f, SHELL, 4);
	fake_open(&f, NULL);
	fake_step(&f, 1);
	CU_ASSERT_STRING_EQUAL(scene_print_as(&f, "%evt.args %fd.sproto", &o),
			       "res=0 fd=4(<4t>10.0.0.5:43210->93.184.216.34:https) https");
	fake_free(&f);
}

static void threads(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SYSCALL_KILL_X, SHELL, "qqc", 0ll, 200ll, 9ll);
	fake_add(&f, SCAP_EVT_SYSCALL_KILL_X, SHELL, "qqc", -1ll, 4321ll, 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_KILL_X, SHELL, "qqc", 0ll, -200ll, 200ll);
	shows("res=0 pid=200(nginx) sig=9(SIGKILL)");
	shows("res=-1(EPERM) pid=4321 sig=0");
	shows("res=0 pid=-200 sig=200");
	fake_free(&f);
}

static void paths(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SYSCALL_RENAME_X, SHELL, "qss", 0ll, "/a", "b/../c");
	fake_add(&f, SCAP_EVT_SYSCALL_UNLINKAT_2_X, SHELL, "qqsd", 0ll, 14ll, "x", 0x200ll);
	fake_add(&f, SCAP_EVT_SYSCALL_UNLINKAT_2_X, SHELL, "qqsd", 0ll, -100ll, "./x/", 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_UNLINKAT_2_X, SHELL, "qqsd", 0ll, 99ll, "./x", 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_UNLINKAT_2_X, SHELL, "qqsd", 0ll, 99ll, "../x", 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_UNLINK_2_X, SHELL, "qs", 0ll, "");
	fake_add(&f, SCAP_EVT_SYSCALL_UNLINK_2_X, SHELL, "qs", 0ll, NULL);
	fake_add(&f, SCAP_EVT_SYSCALL_UNLINK_2_X, SHELL, "qs", 0ll, "(NULL)");
	shows("res=0 oldpath=/a newpath=b/../c(/home/alice/c)");
	shows("res=0 dirfd=14(<d>/tmp) name=x(/tmp/x) flags=512(AT_REMOVEDIR)");
	shows("res=0 dirfd=-100(AT_FDCWD) name=./x/(/home/alice/x) flags=0");
	shows("res=0 dirfd=99 name=./x(x) flags=0");
	shows("res=0 dirfd=99 name=../x flags=0");
	shows("res=0 path=");
	shows("res=0 path=<NA>");
	shows("res=0 path=<NA>");
	fake_free(&f);
}

static void flags(void)
{
	begin();
	fake_openat(&f, SHELL, 20, "/x", SCAP_O_RDWR | SCAP_O_CREAT | SCAP_O_CLOEXEC);
	fake_openat(&f, SHELL, 20, "/x", 0);
	fake_add(&f, SCAP_EVT_SYSCALL_ACCESS_X, SHELL, "qsd", 0ll, "/x", 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_ACCESS_X, SHELL, "qsd", 0ll, "/x", 5ll);
	fake_add(&f, SCAP_EVT_SYSCALL_MMAP_X, SHELL, "qdddqqddqq", 0ll, 0ll, 0ll, 0ll, 0ll, 0ll,
		 3ll, 0ll, -1ll, 0ll);
	shows("fd=20(<f>/x) dirfd=-100(AT_FDCWD) name=/x flags=4103(O_CREAT|O_RDWR|O_CLOEXEC) mode=0 "
	      "dev=5 ino=1020");
	shows("fd=20(<f>/x) dirfd=-100(AT_FDCWD) name=/x flags=0(O_NONE) mode=0 dev=5 ino=1020");
	shows("res=0 name=/x mode=0(F_OK)");
	shows("res=0 name=/x mode=5(R_OK|X_OK)");
	shows("res=0 vm_size=0 vm_rss=0 vm_swap=0 addr=0 length=0 prot=3(PROT_READ|PROT_WRITE) "
	      "flags=0 fd=-1(EPERM) offset=0");
	fake_free(&f);
}

static void modes_and_enumerations(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SYSCALL_CHMOD_X, SHELL, "qsd", 0ll, "/f",
		 (long long)(SCAP_S_ISUID | SCAP_S_IRUSR | SCAP_S_IXOTH));
	fake_add(&f, SCAP_EVT_SYSCALL_CHMOD_X, SHELL, "qsd", 0ll, "/f", 0ll);
	fake_add(&f, SCAP_EVT_SOCKET_SOCKET_X, SHELL, "qddd", 30ll, 1ll, 1ll, 0ll);
	shows("res=0 filename=/f mode=04401(S_IXOTH|S_IRUSR|S_ISUID)");
	shows("res=0 filename=/f mode=0");
	shows("fd=30(<u>) domain=1(AF_LOCAL|AF_UNIX) type=1 proto=0");
	fake_free(&f);
}

static void users_and_groups(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SYSCALL_SETRESUID_X, SHELL, "qddd", 0ll, 1000ll, 0ll, -1ll);
	fake_add(&f, SCAP_EVT_SYSCALL_SETRESGID_X, SHELL, "qddd", 0ll, 1000ll, 4711ll, -1ll);
	shows("res=0 ruid=1000(alice) euid=0(root) suid=-1(<NONE>)");
	shows("res=0 rgid=1000(users) egid=4711(<NA>) sgid=-1(<NONE>)");
	fake_free(&f);
}

static void durations_and_signal_sets(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SYSCALL_NANOSLEEP_X, SHELL, "qq", 0ll, 1500000000ll);
	fake_add(&f, SCAP_EVT_SYSCALL_NANOSLEEP_X, SHELL, "qq", 0ll, 20000ll);
	fake_add(&f, SCAP_EVT_SYSCALL_NANOSLEEP_X, SHELL, "qq", 0ll, -1ll);
	fake_add(&f, SCAP_EVT_SYSCALL_PPOLL_X, SHELL, "qbqd", 0ll, "\0\0", 2, 0ll,
		 (1ll << 8) | (1ll << 14));
	shows("res=0 interval=1500000000(1.5s)");
	shows("res=0 interval=20000(2e-05s)");
	shows("res=0 interval=none");
	shows("res=0 fds= timeout=0(0s) sigmask=SIGKILL SIGTERM");
	fake_free(&f);
}

static void lists_of_descriptors(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SYSCALL_POLL_X, SHELL, "qbq", 1ll,
		 "\3\0\3\0\0\0\0\0\0\0\1\0\4\0\0\0\0\0\0\0\x41\0\x4d\0\0\0\0\0\0\0\4\0", 32, -1ll);
	fake_add(&f, SCAP_EVT_SYSCALL_POLL_X, SHELL, "qbq", 1ll,
		 "\xff\xff\3\0\0\0\0\0\0\0\1\0\4\0\0", 15, -1ll); /* says more than it has */
	fake_add(&f, SCAP_EVT_SYSCALL_POLL_X, SHELL, "qbq", 1ll, "\1", 1, -1ll);
	shows("res=1 fds=3:f1 4:441 77:?4 timeout=-1");
	PRINTS(&f, "%fdlist.nums|%fdlist.names|%fdlist.cips|%fdlist.sports",
	       "3,4,77|/etc/passwd,10.0.0.5:43210->93.184.216.34:443,<NA>|10.0.0.5|443");
	shows("res=1 fds=3:f1 timeout=-1");
	shows("res=1 fds=NULL timeout=-1");
	fake_free(&f);
}

static void addresses(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SOCKET_BIND_X, SHELL, "qbq", 0ll, "\2\1\2\3\4\x50\0", 7, 99ll);
	fake_add(&f, SCAP_EVT_SOCKET_BIND_X, SHELL, "qbq", 0ll,
		 "\x0a\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\3\xd2\4", 19, 99ll);
	fake_add(&f, SCAP_EVT_SOCKET_BIND_X, SHELL, "qbq", 0ll, "\1/run/x.sock", 13, 99ll);
	fake_add(&f, SCAP_EVT_SOCKET_BIND_X, SHELL, "q-q", 0ll, 99ll);
	fake_add(&f, SCAP_EVT_SOCKET_BIND_X, SHELL, "qbq", 0ll, "\2\1\2\3", 4, 99ll);
	fake_add(&f, SCAP_EVT_SOCKET_CONNECT_X, NGINX, "qbqb", 0ll,
		 "\2\1\2\3\4\x50\0\5\6\7\x08\x51\0", 13, 99ll, "\2\5\6\7\x08\x51\0", 7);
	fake_add(&f, SCAP_EVT_SOCKET_CONNECT_X, NGINX, "qbq-", -2ll,
		 "\1\0\0\0\0\0\0\0\0\0\x94\xb7\x17\x82\xff\xff\xff/run/y", 24, 99ll);
	fake_add(&f, SCAP_EVT_SOCKET_CONNECT_X, NGINX, "qbq-", -2ll, "\2\1", 2, 99ll);
	shows("res=0 addr=1.2.3.4:80 fd=99(<4>1.2.3.4:80)");
	shows("res=0 addr=2001:db8::3:1234 fd=99(<6>2001:db8::3:1234)");
	shows("res=0 addr=/run/x.sock fd=99(<u>/run/x.sock)");
	shows("res=0 addr=<NA> fd=99(<u>/run/x.sock)");
	shows("res=0 addr=family 2 fd=99(<u>/run/x.sock)");
	fake_step(&f, 1);
	PRINTS(&f, "%evt.arg.tuple %evt.arg.addr", "1.2.3.4:80->5.6.7.8:81 5.6.7.8:81");
	fake_step(&f, 1);
	PRINTS(&f, "%evt.arg.tuple", "0->ffffff8217b79400 /run/y");
	fake_step(&f, 1);
	PRINTS(&f, "%evt.arg.tuple", "family 2");
	fake_free(&f);
}

/* A setsockopt's value has the type that its first byte says. */
static void values_of_many_types(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SOCKET_SETSOCKOPT_X, SHELL, "qqccbd", 0ll, 99ll, 1ll, 2ll,
		 "\2\1\0\0\0", 5, 4ll);
	fake_add(&f, SCAP_EVT_SOCKET_SETSOCKOPT_X, SHELL, "qqccbd", 0ll, 99ll, 1ll, 4ll,
		 "\1\x91\xff\xff\xff\xff\xff\xff\xff", 9, 4ll);
	fake_add(&f, SCAP_EVT_SOCKET_SETSOCKOPT_X, SHELL, "qqccbd", 0ll, 99ll, 1ll, 2ll,
		 "\0d\1\2\3", 5, 4ll);
	fake_add(&f, SCAP_EVT_SOCKET_SETSOCKOPT_X, SHELL, "qqccbd", 0ll, 99ll, 1ll, 2ll, "\2", 1,
		 4ll);
	fake_add(&f, SCAP_EVT_SOCKET_SETSOCKOPT_X, SHELL, "qqccbd", 0ll, 99ll, 1ll, 2ll,
		 "\xee\1\2\3\4", 5, 4ll);
	fake_add(&f, SCAP_EVT_SOCKET_SETSOCKOPT_X, SHELL, "qqcc-d", 0ll, 99ll, 1ll, 2ll, 4ll);
	shows("res=0 fd=99 level=1(SOL_SOCKET) optname=2(SO_REUSEADDR) val=1 optlen=4");
	shows("res=0 fd=99 level=1(SOL_SOCKET) optname=4(SO_ERROR) val=-111(ECONNREFUSED) optlen=4");
	shows("res=0 fd=99 level=1(SOL_SOCKET) optname=2(SO_REUSEADDR) val=d... optlen=4");
	shows("res=0 fd=99 level=1(SOL_SOCKET) optname=2(SO_REUSEADDR) val=<NA> optlen=4");
	shows("res=0 fd=99 level=1(SOL_SOCKET) optname=2(SO_REUSEADDR) val=NULL optlen=4");
	shows("res=0 fd=99 level=1(SOL_SOCKET) optname=2(SO_REUSEADDR) val=NULL optlen=4");
	fake_free(&f);
}

static void empty_parameters(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SYSCALL_READ_X, SHELL, "----");
	fake_add(&f, SCAP_EVT_SYSCALL_READ_X, SHELL, "q", 3ll); /* of an older schema */
	shows("res=<NA> data=NULL fd=<NA> size=<NA>");
	shows("res=3");
	fake_free(&f);
}

/* Shorter than its type: what is there counts. */
static void parameters_of_wrong_width(void)
{
	begin();
	fake_add(&f, SCAP_EVT_SYSCALL_CLOSE_X, SHELL, "cw", -9ll, -100ll);
	fake_add(&f, SCAP_EVT_SYSCALL_CLOSE_X, SHELL, "bb", "\1\0\0\0\0\0\0\0\0\xff", 10, "", 0);
	shows("res=-9(EBADF) fd=-100(AT_FDCWD)");
	shows("res=1 fd=<NA>");
	fake_free(&f);
}

static const char *buffer_as(enum sinsp_buffer_mode mode, bool verbose)
{
	struct sinsp_format_options o = { .buffer = mode, .verbose = verbose };

	return scene_print_as(&f, "%evt.buffer", &o);
}

#define SAMPLE "root:x:0:0\nbin\tx\r\nA\0\1\xff\x42\"quote\"\\back\nend of it"

static void buffers_in_every_mode(void)
{
	begin();
	scene_read(&f, SHELL, 3, SAMPLE, sizeof(SAMPLE) - 1);
	fake_open(&f, NULL);
	fake_step(&f, 1);
	CU_ASSERT_STRING_EQUAL(buffer_as(SINSP_BUF_DOTTED, false),
			       "root:x:0:0.bin.x..A...B\"quote\"\\back.end of it");
	CU_ASSERT_STRING_EQUAL(buffer_as(SINSP_BUF_ASCII, false),
			       "\nroot:x:0:0\nbinx\nAB\"quote\"\\back\nend of it");
	CU_ASSERT_STRING_EQUAL(buffer_as(SINSP_BUF_HEX, false),
			       "\n\t0x0000: 726f 6f74 3a78 3a30 3a30 0a62 696e 0978\n"
			       "\t0x0010: 0d0a 4100 01ff 4222 7175 6f74 6522 5c62\n"
			       "\t0x0020: 6163 6b0a 656e 6420 6f66 2069 74\n");
	CU_ASSERT_STRING_EQUAL(
		buffer_as(SINSP_BUF_HEXASCII, false),
		"\n\t0x0000: 726f 6f74 3a78 3a30 3a30 0a62 696e 0978  root:x:0:0.bin.x\n"
		"\t0x0010: 0d0a 4100 01ff 4222 7175 6f74 6522 5c62  ..A...B\"quote\"\\b\n"
		"\t0x0020: 6163 6b0a 656e 6420 6f66 2069 74       ack.end of it\n");
	CU_ASSERT_STRING_EQUAL(buffer_as(SINSP_BUF_BASE64, false),
			       "cm9vdDp4OjA6MApiaW4JeA0KQQAB/0IicXVvdGUiXGJhY2sKZW5kIG9mIGl0");
	fake_free(&f);
}

static void cuts_long_buffers_unless_verbose(void)
{
	char data[120];

	memset(data, 'a', sizeof(data));
	begin();
	scene_read(&f, SHELL, 3, data, 80);
	scene_read(&f, SHELL, 3, data, 81);
	fake_open(&f, NULL);
	fake_step(&f, 1);
	CU_ASSERT_EQUAL(strlen(buffer_as(SINSP_BUF_DOTTED, false)), 80);
	CU_ASSERT_PTR_NULL(strchr(buffer_as(SINSP_BUF_DOTTED, false), '.'));
	fake_step(&f, 1);
	CU_ASSERT_EQUAL(strlen(buffer_as(SINSP_BUF_DOTTED, false)), 80);
	CU_ASSERT_STRING_EQUAL(buffer_as(SINSP_BUF_DOTTED, false) + 76, "a...");
	CU_ASSERT_EQUAL(strlen(buffer_as(SINSP_BUF_DOTTED, true)), 81);
	fake_free(&f);
}

static void calls_without_an_event_show_no_arguments(void)
{
	begin();
	fake_add(&f, SCAP_EVT_GENERIC_X, SHELL, "ww", (long long)SCAP_SC_getrandom, 318ll);
	fake_add(&f, SCAP_EVT_GENERIC_X, SHELL, "ww", 65535ll, 65535ll);
	shows("");
	PRINTS(&f, "%evt.type|%evt.arg.ID", "getrandom|getrandom");
	shows("");
	PRINTS(&f, "*%evt.type|%evt.res", "syscall|<NA>");
	fake_free(&f);
}

SUITE("render", TEST(numbers), TEST(errors), TEST(descriptors),
      TEST(names_of_ports_where_asked_for), TEST(threads), TEST(paths), TEST(flags),
      TEST(modes_and_enumerations), TEST(users_and_groups), TEST(durations_and_signal_sets),
      TEST(lists_of_descriptors), TEST(addresses), TEST(values_of_many_types),
      TEST(empty_parameters), TEST(parameters_of_wrong_width), TEST(buffers_in_every_mode),
      TEST(cuts_long_buffers_unless_verbose), TEST(calls_without_an_event_show_no_arguments))
