/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes the capture that the chisels about everyday work are tested with.
 *
 * On the host "web01" alice is logged in; the container "web" has a server of HTTP, and there is a
 * memcached. alice lists a folder, fetches a page, stores a value, sends a message to syslog, types
 * to a program. The server logs, fails to find a file, and runs a script for a request that is an
 * attack. It is told how long some calls take, and how long threads have the CPU.
 */
#include "capture_events.h"

#define WEB   "3f4e2a1b9c0d11223344556677889900aabbccddeeff00112233445566778899"
#define HOSTG "cpuset=/\0memory=/system.slice/ssh.service"
#define WEBG  "cpuset=/docker/" WEB "\0memory=/docker/" WEB
#define PAGE  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

static const struct proc nginx = PROC(500, 1, 100, "nginx", "nginx", "/usr/sbin/nginx", L(""), WEBG,
				      0, 0, 21);
static const struct proc script = PROC(501, 7, 500, "env.sh", "/bin/sh", "/bin/sh",
				       L("/cgi/env.sh"), WEBG, 33, 0, 22);
static const struct proc bash = PROC(300, 300, 200, "bash", "-bash", "/bin/bash", L(""), HOSTG,
				     1000, 0, 31);
static const struct proc make = PROC(301, 301, 300, "make", "make", "/usr/bin/make", L("all"),
				     HOSTG, 1000, 0, 32);
static const struct proc ls = PROC(302, 302, 301, "ls", "ls", "/bin/ls", L("-l\0/\033[31mx"), HOSTG,
				   1000, 0, 33);
static const struct proc curl = PROC(303, 303, 300, "curl", "curl", "/usr/bin/curl",
				     L("http://shop/index.html"), HOSTG, 1000, 0, 34);
static const struct proc app = PROC(304, 304, 300, "app", "app", "/usr/bin/app", L(""), HOSTG, 1000,
				    0, 35);

static void list_folder(void)
{
	EV(SYSCALL_CHDIR_X, 300, N(0), S("/srv"));
	forks(&bash, &make);
	runs(&make);
	forks(&make, &ls);
	runs(&ls);
	opens(302, 3, "/srv", SCAP_O_RDONLY, 90);
	closes(302, 3);
	duration = 1500;
	EV(SYSCALL_WRITE_X, 302, N(20), B("total 0\nx\033[2Jy\tz\r\nend"), N(1), N(20));
	EV(SYSCALL_WRITE_X, 302, N(9), B("ls: oops\n"), N(2), N(9));
	ends(302, 0, 0);
	clock_ns += 3500 * MS;
	ends(301, 0, 0);
}

/* 10.0.0.9:40000 -> 10.0.0.2:80, which both ends see */
static void fetch_page(void)
{
	static const char tuple[] = "\2\12\0\0\11\100\234\12\0\0\2\120\0";

	forks(&bash, &curl);
	runs(&curl);
	EV(SOCKET_SOCKET_X, 303, N(3), N(2), N(1), N(6));
	EV(SOCKET_CONNECT_X, 303, N(0), B(tuple), N(3), B("\2\12\0\0\2\120\0"));
	EV(SOCKET_SENDTO_X, 303, N(46), B("GET /index.html HTTP/1.1\r\nHost: shop\r\n\r\n"), N(3),
	   N(46), EMPTY);
	EV(SOCKET_ACCEPT4_6_X, 500, N(5), B(tuple), N(0), N(0), N(128), N(0));
	EV(SYSCALL_READ_X, 500, N(46), B("GET /index.html HTTP/1.1\r\nHost: shop\r\n\r\n"), N(5),
	   N(4096));
	EV(SYSCALL_OPENAT_2_X, 500, N(-2), N(-100), S("/srv/index.htm"), N(SCAP_O_RDONLY), N(0),
	   N(0), N(0));
	duration = 25 * MS;
	EV(SYSCALL_READ_X, 500, N(5), B("hello"), N(7), N(4096));
	duration = 300;
	EV(SYSCALL_WRITE_X, 500, N(43), B(PAGE), N(5), N(43));
	EV(SYSCALL_WRITE_X, 500, N(38), B("error: \033]0;x\007no index.htm\nGET / 200\n"), N(6),
	   N(38));
	duration = 40 * MS;
	EV(SOCKET_RECVFROM_X, 303, N(43), B(PAGE), EMPTY, N(3), N(65536));
	ends(303, 0, 0);
}

static void store_value(void)
{
	static const char tuple[] = "\2\12\0\0\11\101\234\12\0\0\3\313\53";

	forks(&bash, &app);
	runs(&app);
	duration = 2000 * MS;
	EV(SYSCALL_READ_X, 304, N(4), B("yes\n"), N(0), N(1024));
	EV(SOCKET_SOCKET_X, 304, N(4), N(2), N(1), N(6));
	EV(SOCKET_CONNECT_X, 304, N(0), B(tuple), N(4), B("\2\12\0\0\3\313\53"));
	EV(SOCKET_SENDTO_X, 304, N(29), B("set cart:7 0 60 5\r\nhello\r\nget \033c\r\n"), N(4),
	   N(29), EMPTY);
	EV(SOCKET_RECVFROM_X, 304, N(8), B("STORED\r\n"), EMPTY, N(4), N(4096));
}

static void tell_syslog(void)
{
	static const char pair[] = "\1\0\300\0\0\0\0\377\377\0\300\1\0\0\0\377\377/dev/log";

	EV(SOCKET_SOCKET_X, 304, N(5), N(1), N(2), N(0));
	EV(SOCKET_CONNECT_X, 304, N(0), L(pair), N(5), L("\1/dev/log"));
	EV(SOCKET_SENDTO_X, 304, N(24), B("<27>app: cart\033[H is full"), N(5), N(24), EMPTY);
	ends(304, 3, 0);
}

static void attack(void)
{
	forks(&nginx, &script);
	environment = L("PATH=/bin\0HTTP_USER_AGENT=() { :; }; /bin/id\0LANG=C");
	runs(&script);
	ends(501, 0, 0);
}

/* Each thread in turn. */
static void switch_threads(void)
{
	int i;

	for (i = 0; i < 5; i++) {
		EV(SCHEDSWITCH_6_E, 500, N(300), N(0), N(0), N(1000), N(100), N(0));
		clock_ns += 29 * MS;
		EV(SCHEDSWITCH_6_E, 300, N(500), N(0), N(0), N(1000), N(100), N(0));
		clock_ns += 9 * MS;
	}
}

/* ---- the machine when it began ---- */

#define FILE_FD(n, path)                                                                  \
	{                                                                                 \
		.fd = n, .type = SCAP_FD_FILE_V2, .open_flags = SCAP_O_RDWR, .name = path \
	}

static struct scap_fd terminal[] = { FILE_FD(0, "/dev/pts/0"), FILE_FD(1, "/dev/pts/0"),
				     FILE_FD(2, "/dev/pts/0") };
static struct scap_fd served[] = { FILE_FD(6, "/var/log/error.log"),
				   FILE_FD(7, "/srv/index.html") };

static struct scap_thread threads[] = {
	{ .tid = 1, .pid = 1, .comm = "systemd", .exe = "/sbin/init", .exepath = "/sbin/init" },
	{ .tid = 200,
	  .pid = 200,
	  .ptid = 1,
	  .comm = "sshd",
	  .exe = "sshd",
	  .exepath = "/bin/sshd" },
	{ .tid = 300,
	  .pid = 300,
	  .ptid = 200,
	  .comm = "bash",
	  .exe = "-bash",
	  .exepath = "/bin/bash",
	  .uid = 1000,
	  .fds = terminal,
	  .n_fds = 3 },
	{ .tid = 500,
	  .pid = 500,
	  .ptid = 1,
	  .comm = "nginx",
	  .exe = "nginx",
	  .exepath = "/usr/sbin/nginx",
	  .cgroups = { WEBG, sizeof(WEBG) },
	  .fds = served,
	  .n_fds = 2 },
};

static struct scap_user users[] = { { 0, 0, "root", "/root", "/bin/bash" },
				    { 1000, 1000, "alice", "/home/alice", "/bin/bash" } };

/* A request that is not answered; its descriptor is that of another connection then. */
static void fetch_in_vain(void)
{
	EV(SOCKET_SOCKET_X, 300, N(3), N(2), N(1), N(6));
	EV(SOCKET_CONNECT_X, 300, N(0), B("\2\12\0\0\11\100\234\12\0\0\2\120\0"), N(3),
	   B("\2\12\0\0\2\120\0"));
	EV(SOCKET_SENDTO_X, 300, N(20), B("GET /vain HTTP/1.1\r\n\r\n"), N(3), N(20), EMPTY);
	clock_ns += 5000 * MS;
	closes(300, 3);
	EV(SOCKET_SOCKET_X, 300, N(3), N(2), N(1), N(6));
	EV(SOCKET_CONNECT_X, 300, N(0), B("\2\12\0\0\11\101\234\12\0\0\2\120\0"), N(3),
	   B("\2\12\0\0\2\120\0"));
	EV(SOCKET_SENDTO_X, 300, N(20), B("GET /good HTTP/1.1\r\n\r\n"), N(3), N(20), EMPTY);
	EV(SOCKET_RECVFROM_X, 300, N(43), B(PAGE), EMPTY, N(3), N(65536));
	closes(300, 3);
}

int main(int argc, char **argv)
{
	static const char json[] =
		"{\"container\":{\"id\":\"3f4e2a1b9c0d\",\"full_id\":\"" WEB "\",\"type\":0,"
		"\"name\":\"web\",\"image\":\"web:1\",\"imageid\":\"\",\"lookup_state\":1}}";
	struct scap_writer_options plain = { .compression = SCAP_PLAIN, .schema = SCHEMA(4, 5, 1) };
	struct scap_snapshot snap = {
		.machine = { .num_cpus = 1,
			     .boot_time = START - 3600000 * MS,
			     .hostname = "web01" },
		.threads = threads,
		.n_threads = sizeof(threads) / sizeof(threads[0]),
		.users = users,
		.n_users = 2,
	};
	struct scap_error err = { 0 };
	size_t i;
	bool vain = argc == 3 && strcmp(argv[2], "vain") == 0;

	if (argc != 2 && !vain)
		die("usage: make_day FILE [vain]");
	for (i = 0; i < snap.n_threads; i++) {
		struct scap_thread *t = &threads[i];

		t->vtid = t->vpid = (int64_t)t->pid;
		t->loginuid = UINT32_MAX;
		t->cwd = t->root = "/";
		if (!t->cgroups.len)
			t->cgroups = (struct scap_bytes){ HOSTG, sizeof(HOSTG) };
	}
	writer = scap_writer_open(argv[1], &plain, &snap, &err);
	if (!writer)
		die(err.msg);
	if (vain)
		fetch_in_vain();
	list_folder();
	fetch_page();
	store_value();
	/* a container's name is known when it has done much already */
	EV(CONTAINER_JSON_2_E, (uint64_t)-1, S(json));
	tell_syslog();
	attack();
	switch_threads();
	if (scap_writer_close(writer, &err) < 0)
		die(err.msg);
	return 0;
}
