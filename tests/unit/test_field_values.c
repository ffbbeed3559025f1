/* SPDX-License-Identifier: BSD-2-Clause */
/* What single fields say: the corners that comparing with sysdig has brought to light. */
#include "suite.h"

#include "scene.h"

static struct fake f;

static struct scap_thread *loaded(uint64_t tid)
{
	struct scap_snapshot *snap = f.scap->snap;
	size_t i;

	for (i = 0; i < snap->n_threads; i++)
		if (snap->threads[i].tid == tid)
			return &snap->threads[i];
	return NULL;
}

static void names_cgroups_as_proc_does(void)
{
	static const char list[] = "cpuset=/\0io=/a\n";

	scene_init(&f);
	loaded(SHELL)->cgroups = (struct scap_bytes){ list, sizeof(list) };
	scene_read(&f, SHELL, 3, "", 0);
	fake_open(&f, NULL);
	fake_step(&f, 1);
	PRINTS(&f, "%thread.cgroups", "cpuset=/ blkio=/a");
	PRINTS(&f, "*%thread.cgroup.blkio %thread.cgroup[io]", "/a <NA>");
	fake_free(&f);
}

static void keeps_paths_as_they_were_given(void)
{
	scene_init(&f);
	fake_openat(&f, SHELL, 21, "x/../y", SCAP_O_RDONLY);
	fake_fstat(&f, SHELL, 21);
	fake_add(&f, SCAP_EVT_SYSCALL_OPENAT_2_X, SHELL, "qqsdddq", -13ll, -100ll, "no/", 0ll, 0ll,
		 0ll, 0ll);
	fake_fstat(&f, SHELL, 3);
	fake_open(&f, NULL);
	fake_step(&f, 2);
	PRINTS(&f, "%fd.name %fd.nameraw", "/home/alice/y x/../y");
	fake_step(&f, 1);
	PRINTS(&f, "%fd.name %fd.nameraw", "/home/alice/no no/");
	/* the prefix and the path are built one after the other */
	MATCHES(&f, "fd.containername = :/home/alice/no");
	MATCHES(&f, "fd.containerdirectory = :/home/alice");
	fake_step(&f, 1);
	PRINTS(&f, "%fd.nameraw|", "|");
	fake_free(&f);
}

static void marks_paths_from_a_directory_that_is_not_known(void)
{
	scene_init(&f);
	fake_add(&f, SCAP_EVT_SYSCALL_OPENAT_2_X, SHELL, "qqsdddq", 21ll, 99ll, "./a/../b", 0ll,
		 0ll, 0ll, 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_OPENAT_2_X, SHELL, "qqsdddq", -2ll, 99ll, "a//c", 0ll, 0ll,
		 0ll, 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_OPENAT_2_X, SHELL, "qqsdddq", -2ll, 99ll, "/a//c", 0ll, 0ll,
		 0ll, 0ll);
	fake_open(&f, NULL);
	fake_step(&f, 1);
	PRINTS(&f, "%fd.name %fs.path.name %evt.abspath", "<UNKNOWN>./b <UNKNOWN>./b <UNKNOWN>./b");
	fake_step(&f, 1);
	PRINTS(&f, "%fd.name %fd.nameraw %evt.abspath", "<UNKNOWN>a/c a//c <UNKNOWN>a/c");
	fake_step(&f, 1);
	PRINTS(&f, "%fd.name %evt.abspath", "/a/c /a/c");
	fake_free(&f);
}

static void tells_which_calls_name_a_descriptor(void)
{
	scene_init(&f);
	fake_openat(&f, SHELL, 21, "x", SCAP_O_RDONLY);
	fake_add(&f, SCAP_EVT_SYSCALL_MEMFD_CREATE_X, SHELL, "qsd", 22ll, "image", 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_EPOLL_CREATE1_X, SHELL, "qd", 23ll, 0ll);
	fake_fstat(&f, SHELL, 21);
	fake_open(&f, NULL);
	fake_step(&f, 1);
	PRINTS(&f, "%fd.name_changed", "true");
	fake_step(&f, 1);
	PRINTS(&f, "%fd.name_changed", "true");
	fake_step(&f, 1);
	PRINTS(&f, "%fd.name_changed", "false");
	fake_step(&f, 1);
	PRINTS(&f, "%fd.name_changed", "false");
	fake_free(&f);
}

static void gives_the_only_path_for_either_end(void)
{
	scene_init(&f);
	fake_add(&f, SCAP_EVT_SYSCALL_UNLINKAT_2_X, SHELL, "qqsd", 0ll, -100ll, "a//b", 0ll);
	fake_add(&f, SCAP_EVT_SYSCALL_UNLINKAT_2_X, SHELL, "qqsd", 0ll, -100ll, "/proc/", 0ll);
	fake_open(&f, NULL);
	fake_step(&f, 1);
	PRINTS(&f, "%evt.abspath %evt.abspath.src %evt.abspath.dst",
	       "/home/alice/a/b /home/alice/a/b /home/alice/a/b");
	fake_step(&f, 1);
	PRINTS(&f, "%evt.abspath", "/proc");
	fake_free(&f);
}

static void tells_what_goes_to_the_system_log(void)
{
	scene_init(&f);
	fake_add(&f, SCAP_EVT_SYSCALL_WRITE_X, SHELL, "qbqd", 9ll, "<30>hello", 9, 18ll, 9ll);
	fake_add(&f, SCAP_EVT_SYSCALL_WRITE_X, SHELL, "qbqd", 9ll, "<30>hello", 9, 3ll, 9ll);
	fake_add(&f, SCAP_EVT_SYSCALL_WRITE_X, SHELL, "qbqd", 9ll, "<999>high", 9, 18ll, 9ll);
	fake_add(&f, SCAP_EVT_SYSCALL_WRITE_X, SHELL, "qbqd", 9ll, "<3>", 3, 18ll, 9ll);
	fake_add(&f, SCAP_EVT_SYSCALL_WRITE_X, SHELL, "qbqd", 9ll, "<123456>a", 9, 18ll, 9ll);
	fake_add(&f, SCAP_EVT_SYSCALL_WRITE_X, SHELL, "qbqd", 9ll, "<1", 2, 18ll, 9ll);
	fake_open(&f, NULL);
	fake_step(&f, 1);
	PRINTS(&f, "%syslog.facility %syslog.facility.str %syslog.severity %syslog.severity.str",
	       "3 daemon 6 info");
	PRINTS(&f, "%syslog.message", "hello");
	MATCHES(&f, "syslog.severity.str = info and syslog.facility = 3");
	fake_step(&f, 1);
	PRINTS(&f, "*%syslog.facility %syslog.message", "<NA> <NA>");
	fake_step(&f, 1);
	PRINTS(&f, "%syslog.facility %syslog.facility.str %syslog.severity.str", "124 <NA> debug");
	fake_step(&f, 1);
	PRINTS(&f, "%syslog.severity.str|%syslog.message|", "err||");
	fake_step(&f, 1);
	PRINTS(&f, "*%syslog.facility", "<NA>");
	fake_step(&f, 1);
	PRINTS(&f, "*%syslog.facility", "<NA>");
	fake_free(&f);
}

/* copy_file_range reads and writes; the descriptor that it is about is the one it writes. */
static void says_that_copying_writes(void)
{
	scene_init(&f);
	fake_add(&f, SCAP_EVT_SYSCALL_COPY_FILE_RANGE_X, SHELL, "qqqqqq", 5ll, 3ll, 0ll, 4ll, 0ll,
		 5ll);
	fake_open(&f, NULL);
	fake_step(&f, 1);
	PRINTS(&f, "%evt.io_dir %evt.is_io_read %evt.is_io_write", "write true true");
	fake_free(&f);
}

static void counts_time_on_the_cpu(void)
{
	scene_init(&f);
	fake_add(&f, SCAP_EVT_SCHEDSWITCH_6_E, SHELL, "qqqddd", 200ll, 0ll, 0ll, 0ll, 0ll, 0ll);
	fake_add(&f, SCAP_EVT_SCHEDSWITCH_6_E, NGINX, "qqqddd", 100ll, 0ll, 0ll, 0ll, 0ll, 0ll);
	f.ts += 4000;
	fake_add(&f, SCAP_EVT_SCHEDSWITCH_6_E, SHELL, "qqqddd", 200ll, 0ll, 0ll, 0ll, 0ll, 0ll);
	fake_add(&f, SCAP_EVT_SCHEDSWITCH_6_E, NGINX, "qqqddd", 100ll, 0ll, 0ll, 0ll, 0ll, 0ll);
	scene_read(&f, NGINX, 3, "", 0);
	fake_open(&f, NULL);
	fake_step(&f, 1);
	PRINTS(&f, "%thread.exectime %thread.totexectime", "0 0"); /* since when is not known */
	fake_step(&f, 1);
	PRINTS(&f, "%thread.exectime %thread.totexectime", "1000 1000");
	fake_step(&f, 1);
	PRINTS(&f, "%thread.exectime %thread.totexectime", "5000 5000");
	fake_step(&f, 1);
	PRINTS(&f, "%thread.exectime %thread.totexectime", "1000 2000");
	fake_step(&f, 1);
	PRINTS(&f, "*%thread.exectime %thread.totexectime %thread.cpu", "0 2000 <NA>");
	fake_free(&f);
}

/* res, new and old limits, whose, resource */
static void limit(int64_t tid, long long cur, long long max, long long old, long long pid,
		  long long resource)
{
	fake_add(&f, SCAP_EVT_SYSCALL_PRLIMIT_X, tid, "qqqqqqc", 0ll, cur, max, old, old, pid,
		 resource);
}

static void follows_the_limit_of_open_files(void)
{
	scene_init(&f);
	limit(SHELL, 0, 0, 512, 0, SCAP_RLIMIT_NOFILE);	  /* asked */
	limit(SHELL, 64, 128, -1, 0, SCAP_RLIMIT_NOFILE); /* set */
	limit(SHELL, 8, 8, 0, 0, SCAP_RLIMIT_STACK);
	limit(SHELL, 32, 32, 0, NGINX, SCAP_RLIMIT_NOFILE); /* of another one */
	scene_read(&f, NGINX + 1, 3, "", 0);
	fake_add(&f, SCAP_EVT_SYSCALL_SETRLIMIT_X, NGINX + 1, "qqqc", 0ll, 16ll, 16ll,
		 (long long)SCAP_RLIMIT_NOFILE);
	fake_add(&f, SCAP_EVT_SYSCALL_SETRLIMIT_X, NGINX + 1, "qqqc", -1ll, 99ll, 99ll,
		 (long long)SCAP_RLIMIT_NOFILE);
	fake_open(&f, NULL);
	fake_step(&f, 1);
	PRINTS(&f, "%proc.fdlimit", "512");
	fake_step(&f, 1);
	PRINTS(&f, "%proc.fdlimit", "64");
	fake_step(&f, 1);
	PRINTS(&f, "%proc.fdlimit", "64");
	fake_step(&f, 1);
	PRINTS(&f, "%proc.fdlimit", "64");
	fake_step(&f, 1);
	PRINTS(&f, "%proc.fdlimit", "32");
	fake_step(&f, 1);
	PRINTS(&f, "%proc.fdlimit", "16");
	fake_step(&f, 1);
	PRINTS(&f, "%proc.fdlimit", "16");
	fake_free(&f);
}

static void says_nothing_of_leaders_that_are_not_known(void)
{
	scene_init(&f);
	loaded(NGINX)->sid = -1;
	loaded(NGINX)->pgid = 0;
	loaded(1)->ptid = 0;
	loaded(1)->sid = 0;
	scene_read(&f, NGINX, 3, "", 0);
	scene_read(&f, 1, 3, "", 0);
	scene_read(&f, 77, 3, "", 0);
	fake_open(&f, NULL);
	fake_step(&f, 1);
	PRINTS(&f, "%proc.sname|%proc.pgid.name|", "|nginx|");
	fake_step(&f, 1);
	PRINTS(&f, "*%proc.sname|%proc.ppid", "|<NA>");
	fake_step(&f, 1);
	PRINTS(&f, "*%proc.vpid %thread.vtid %proc.ppid %proc.pid", "<NA> <NA> <NA> -1");
	fake_free(&f);
}

static void counts_the_threads_that_outlive_the_main_one(void)
{
	scene_init(&f);
	scene_read(&f, NGINX, 3, "", 0);
	fake_exit(&f, NGINX, 0);
	fake_open(&f, NULL);
	fake_step(&f, 1);
	PRINTS(&f, "%proc.nthreads %proc.nchilds", "2 1");
	fake_step(&f, 1);
	PRINTS(&f, "%proc.nthreads %proc.nchilds", "1 1");
	fake_free(&f);
}

static void prints_a_raw_argument_of_any_type(void)
{
	scene_init(&f);
	scene_read(&f, SHELL, 3, "abc", 3);
	fake_add(&f, SCAP_EVT_SYSCALL_BRK_4_X, SHELL, "qdddq", 0x1000ll, 1ll, 2ll, 3ll, 0xabcll);
	fake_open(&f, NULL);
	fake_step(&f, 1);
	PRINTS(&f, "*%evt.rawarg.data %evt.rawarg.size %evt.rawarg.addr", "abc 4096 <NA>");
	fake_step(&f, 1);
	PRINTS(&f, "%evt.rawarg.res %evt.rawarg.addr", "1000 ABC"); /* elsewhere addr is a text */
	fake_free(&f);
}

static void prints_latencies_as_people_say_them(void)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} rows[] = {
		{ 0, "0ns" },		{ 999, "999ns" },	    { 1000, "1.00us" },
		{ 9999, "9.99us" },	{ 12178, "12us" },	    { 2585700, "2.58ms" },
		{ 249234375, "249ms" }, { 3000570508ull, "3.00s" }, { 13446366557ull, "13.44s" },
	};
	uint8_t item[12] = { SCAP_ITEM_LATENCY, 0, 8, 0 };
	struct sinsp_event ev;
	size_t i;

	scene_init(&f);
	scene_read(&f, SHELL, 3, "", 0);
	fake_open(&f, NULL);
	fake_step(&f, 1);
	ev = *f.ev;
	ev.raw.items = item;
	ev.raw.items_len = sizeof(item);
	f.ev = &ev;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memcpy(item + 4, &rows[i].ns, sizeof(rows[i].ns));
		PRINTS(&f, "%evt.latency.human", rows[i].text);
	}
	fake_free(&f);
}

/* The path of what execveat runs stands at its entry only, in captures before schema 4.0. */
static void knows_what_execveat_runs(void)
{
	scene_init(&f);
	fake_add(&f, SCAP_EVT_SYSCALL_EXECVEAT_E, SHELL, "qsd", 3ll, "", 0x1000ll);
	fake_exec(&f, SHELL, "passwd", NULL, NULL);
	fake_add(&f, SCAP_EVT_SYSCALL_EXECVEAT_E, SHELL, "qsd", 14ll, "../x", 0ll);
	fake_exec(&f, SHELL, "x", NULL, NULL);
	fake_add(&f, SCAP_EVT_SYSCALL_EXECVEAT_E, SHELL, "qsd", 99ll, "x", 0ll);
	fake_exec(&f, SHELL, "x", NULL, NULL);
	fake_open(&f, NULL);
	fake_step(&f, 2);
	PRINTS(&f, "%proc.exepath", "/etc/passwd");
	fake_step(&f, 2);
	PRINTS(&f, "%proc.exepath", "/x");
	fake_step(&f, 2);
	PRINTS(&f, "%proc.exepath|", "|");
	fake_free(&f);
}

/* Drivers of 2022 lost flags of clone3. */
static void takes_a_thread_for_one_without_its_flag(void)
{
	scene_init(&f);
	fake_clone(&f, (struct fake_clone){ .tid = 301, .pid = NGINX, .ptid = SHELL, .comm = "w" });
	fake_open(&f, NULL);
	fake_step(&f, 1);
	PRINTS(&f, "%proc.pid %thread.ismain %proc.nthreads", "200 false 3");
	fake_free(&f);
}

static const char container[] =
	"{\"container\":{\"id\":\"0123456789ab\",\"type\":0,\"name\":\"web\",\"image\":\"bb:1\","
	"\"host_network\":true,\"Healthcheck\":{\"exe\":\"curl\",\"args\":[\"-f\",\"x\"]},"
	"\"Mounts\":[{\"Source\":\"/data\",\"Destination\":\"/var/data\",\"Mode\":\"rw\",\"RW\":true,"
	"\"Propagation\":\"rprivate\"},{\"Source\":\"/co\\tnf\",\"Destination\":\"/etc/conf\","
	"\"Mode\":\"\",\"RW\":false}]}}";

static void tells_of_mounts_and_health_checks(void)
{
	scene_init(&f);
	fake_add(&f, SCAP_EVT_CONTAINER_JSON_2_E, -1, "s", container);
	scene_read(&f, SHELL, 3, "", 0);
	fake_open(&f, NULL);
	fake_step(&f, 1);
	PRINTS(&f, "%container.id %container.name %container.host_network %container.host_pid",
	       "0123456789ab web true false");
	MATCHES(&f, "container.name = web");
	PRINTS(&f, "%container.mounts",
	       "/data:/var/data:rw:true:rprivate,/co nf:/etc/conf::false:");
	PRINTS(&f,
	       "%container.mount[0] %container.mount.dest[/da*] %container.mount.source[/etc/*]",
	       "/data:/var/data:rw:true:rprivate /var/data /co nf");
	PRINTS(&f, "%container.mount.mode[0] %container.mount.rdwr[1] %container.healthcheck",
	       "rw false curl -f x");
	PRINTS(&f, "*%container.mount[2] %container.mount.dest[/x*] %container.liveness_probe",
	       "<NA> <NA> NONE");
	fake_step(&f, 1);
	PRINTS(&f, "*%container.id %container.mounts %container.healthcheck", "host <NA> <NA>");
	fake_free(&f);
}

SUITE("field_values", TEST(names_cgroups_as_proc_does), TEST(keeps_paths_as_they_were_given),
      TEST(marks_paths_from_a_directory_that_is_not_known),
      TEST(tells_which_calls_name_a_descriptor), TEST(gives_the_only_path_for_either_end),
      TEST(tells_what_goes_to_the_system_log), TEST(says_that_copying_writes),
      TEST(counts_time_on_the_cpu), TEST(follows_the_limit_of_open_files),
      TEST(says_nothing_of_leaders_that_are_not_known),
      TEST(counts_the_threads_that_outlive_the_main_one), TEST(prints_a_raw_argument_of_any_type),
      TEST(prints_latencies_as_people_say_them), TEST(knows_what_execveat_runs),
      TEST(takes_a_thread_for_one_without_its_flag), TEST(tells_of_mounts_and_health_checks))
