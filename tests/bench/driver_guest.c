/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Measures system calls inside a guest that counts instructions as nanoseconds: driver_guest
 * LABEL MODE [CASE...]. Prints one line per case: label, case, instructions per call.
 *
 * MODE says what is recorded meanwhile, through the device ABI that all drivers of this family
 * have: none (no device is opened), other (a call that is not made), exits (all calls but those
 * with an entry event), all (all calls and the tracepoints around them), full (all, and nothing is
 * read, so that the rings are full); of scapula's module alone: timed (all, with latency) and apart
 * (exits, of another process and its children).
 *
 * A case is measured as the least of several short rounds, which leaves out the timer's interrupts.
 * The rings are emptied between the rounds; a lost event is an error.
 */
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include "ring.h"

#define ROUNDS 15
#define CALLS  40

static struct rings rings;
static bool reading; /* the rings are read, and nothing may be lost */

/* What the cases work on. */
static int zero, null, unix_fd, udp_fd, refused_fd, connected_fd, ping[2], pong[2];
static struct sockaddr_un unix_addr = { .sun_family = AF_UNIX, .sun_path = "/tmp/bench.sock" };
static struct sockaddr_in udp_addr = { .sin_family = AF_INET };
static struct sockaddr_in closed_addr = { .sin_family = AF_INET };
static char buffer[4096];
static pid_t echo;

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "driver_guest: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void drain(void)
{
	for (unsigned int i = 0; i < rings.n; i++)
		if (rings.ring[i].info)
			__atomic_store_n(&rings.ring[i].info->tail, rings.ring[i].info->head,
					 __ATOMIC_RELEASE);
}

static uint64_t lost(void)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < rings.n; i++)
		if (rings.ring[i].info)
			n += rings.ring[i].info->n_drops_buffer + rings.ring[i].info->n_drops_pf +
			     rings.ring[i].info->n_preemptions;
	return n;
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void do_getpid(void)
{
	syscall(SYS_getpid);
}

static void do_getppid(void)
{
	syscall(SYS_getppid);
}

#define READ(n)                                      \
	static void do_read_##n(void)                \
	{                                            \
		syscall(SYS_read, zero, buffer, n);  \
	}                                            \
	static void do_write_##n(void)               \
	{                                            \
		syscall(SYS_write, null, buffer, n); \
	}
READ(1)
READ(64)
READ(80)
READ(4096)

static void do_open_close(void)
{
	int fd = (int)syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY | O_CLOEXEC);

	syscall(SYS_close, fd);
}

static void do_open_fails(void)
{
	syscall(SYS_openat, AT_FDCWD, "/nowhere/at/all", O_RDONLY);
}

static void do_close_fails(void)
{
	syscall(SYS_close, -1);
}

static void do_fstat(void)
{
	struct stat st;

	syscall(SYS_fstat, zero, &st);
}

static void do_connect_unix(void)
{
	syscall(SYS_connect, unix_fd, &unix_addr, sizeof(unix_addr));
}

static void do_connect_udp(void)
{
	syscall(SYS_connect, connected_fd, &closed_addr, sizeof(closed_addr));
}

static void do_connect_refused(void)
{
	syscall(SYS_connect, refused_fd, &closed_addr, sizeof(closed_addr));
}

static void do_send_recv(void)
{
	struct sockaddr_in from;
	socklen_t len = sizeof(from);

	syscall(SYS_sendto, udp_fd, buffer, 64, 0, &udp_addr, sizeof(udp_addr));
	syscall(SYS_recvfrom, udp_fd, buffer, sizeof(buffer), 0, &from, &len);
}

static void do_pingpong(void)
{
	syscall(SYS_write, ping[1], buffer, 1);
	syscall(SYS_read, pong[0], buffer, 1);
}

static void do_process(void)
{
	static char *const args[] = { (char *)"./driver_exit", NULL };
	pid_t pid = fork();

	if (!pid) {
		execve(args[0], args, NULL);
		_exit(1);
	}
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		fail("fork");
}

struct bench_case {
	const char *name;
	void (*call)(void);
	int calls; /* in a round */
};

static const struct bench_case cases[] = {
	{ "getpid", do_getpid, CALLS },
	{ "getppid", do_getppid, CALLS },
	{ "read-1", do_read_1, CALLS },
	{ "read-64", do_read_64, CALLS },
	{ "read-80", do_read_80, CALLS },
	{ "read-4096", do_read_4096, CALLS },
	{ "write-1", do_write_1, CALLS },
	{ "write-64", do_write_64, CALLS },
	{ "write-80", do_write_80, CALLS },
	{ "write-4096", do_write_4096, CALLS },
	{ "fstat", do_fstat, CALLS },
	{ "close-fails", do_close_fails, CALLS },
	{ "open-close", do_open_close, CALLS },
	{ "open-fails", do_open_fails, CALLS },
	{ "connect-unix", do_connect_unix, CALLS },
	{ "connect-udp", do_connect_udp, CALLS },
	{ "connect-refused", do_connect_refused, 10 },
	{ "send+recv", do_send_recv, CALLS },
	{ "pipe-pingpong", do_pingpong, CALLS },
	{ "fork+exec+exit", do_process, 1 },
};

/*
 * What is measured runs in a process of its own, which has nothing to do with the rings: they make
 * a fork of the recorder dearer than that of others.
 */
static int ask[2], answer[2];

static void say(int fd)
{
	if (write(fd, "", 1) != 1)
		fail("pipe");
}

static bool hear(int fd)
{
	char c;

	return read(fd, &c, 1) == 1;
}

/* Has the rings emptied. */
static void pause_here(void)
{
	say(ask[1]);
	if (!hear(answer[0]))
		fail("the recorder has gone");
}

/* The recorder: empties the rings whenever it is asked; false if something was lost. */
static bool serve(void)
{
	uint64_t before = lost();

	while (hear(ask[0])) {
		if (reading)
			drain();
		say(answer[1]);
	}
	return !reading || lost() == before;
}

static void measure(const char *label, const struct bench_case *c)
{
	int rounds = c->calls > 1 ? ROUNDS : 10 * ROUNDS;
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < 3; i++) /* what is done once is done before */
		c->call();
	for (int round = 0; round < rounds; round++) {
		uint64_t from, took;

		pause_here();
		from = now();
		for (int i = 0; i < c->calls; i++)
			c->call();
		took = now() - from;
		if (took < least)
			least = took;
	}
	printf("%s %s %.1f\n", label, c->name, (double)least / c->calls);
	fflush(stdout);
}

static void start_echo(void)
{
	if (pipe(ping) || pipe(pong))
		fail("pipe");
	echo = fork();
	if (echo)
		return;
	close(ping[1]);
	while (read(ping[0], buffer, 1) == 1)
		if (write(pong[1], buffer, 1) != 1)
			break;
	_exit(0);
}

static void prepare(void)
{
	socklen_t len = sizeof(udp_addr);
	int listener = socket(AF_UNIX, SOCK_DGRAM, 0);

	zero = open("/dev/zero", O_RDONLY);
	null = open("/dev/null", O_WRONLY);
	unlink(unix_addr.sun_path);
	if (bind(listener, (struct sockaddr *)&unix_addr, sizeof(unix_addr)))
		fail("bind");
	unix_fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	udp_fd = socket(AF_INET, SOCK_DGRAM, 0);
	connected_fd = socket(AF_INET, SOCK_DGRAM, 0);
	refused_fd = socket(AF_INET, SOCK_STREAM, 0);
	udp_addr.sin_addr.s_addr = closed_addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	closed_addr.sin_port = htons(1);
	if (bind(udp_fd, (struct sockaddr *)&udp_addr, sizeof(udp_addr)) ||
	    getsockname(udp_fd, (struct sockaddr *)&udp_addr, &len))
		fail("udp");
	start_echo();
}

#define ENTRY_CALLS                                                             \
	{                                                                       \
		SYS_open, SYS_creat, SYS_openat, 437 /* openat2 */, SYS_connect \
	}

/* Takes the calls with an entry event out again. */
static int unwant_entries(void)
{
	static const int nrs[] = ENTRY_CALLS;
	int err = 0;

	for (size_t i = 0; i < sizeof(nrs) / sizeof(nrs[0]); i++)
		err = err ? err : rings_unwant(&rings, nrs[i]);
	return err;
}

static void record(const char *mode)
{
	unsigned int around = RINGS_PROCESSES | 1u << SCAP_TP_SCHED_SWITCH |
			      1u << SCAP_TP_SIGNAL_DELIVER;
	int err = rings_open(&rings);

	if (!err)
		err = rings_unwant(&rings, -1);
	if (!err)
		err = rings_want(&rings, !strcmp(mode, "other") ? SYS_sync : -1);
	if (!err && (!strcmp(mode, "exits") || !strcmp(mode, "apart")))
		err = unwant_entries();
	if (!err)
		err = rings_trace(&rings,
				  !strcmp(mode, "other") ? RINGS_CALLS : RINGS_CALLS | around);
	if (!err && !strcmp(mode, "timed"))
		err = -!!ioctl(rings.control, SCAP_IOCTL_SET_ITEMS, SCAP_ITEMS_LATENCY) * errno;
	if (!err && !strcmp(mode, "apart"))
		err = -!!ioctl(rings.control, SCAP_IOCTL_SCOPE_PID, echo) * errno;
	errno = -err;
	if (err)
		fail("no recording");
	reading = strcmp(mode, "full") != 0;
	while (!reading && lost() < 1000) /* the first loss may be a long event's */
		do_getpid();
}

static bool is_named(const char *name, char **names)
{
	if (!*names)
		return true;
	for (; *names; names++)
		if (!strcmp(name, *names))
			return true;
	return false;
}

static _Noreturn void work(const char *label, char **names)
{
	close(ask[0]);
	close(answer[1]);
	pause_here();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (is_named(cases[i].name, names))
			measure(label, &cases[i]);
	exit(0);
}

int main(int argc, char **argv)
{
	struct sched_param priority = { .sched_priority = 10 };
	int status;
	bool whole;

	if (argc < 3)
		return 2;
	prepare();
	if (pipe(ask) || pipe(answer))
		fail("pipe");
	if (sched_setscheduler(0, SCHED_FIFO, &priority))
		fail("sched_setscheduler");
	if (!fork())
		work(argv[1], argv + 3);
	close(ask[1]);
	if (strcmp(argv[2], "none"))
		record(argv[2]);
	whole = serve();
	if (!whole)
		fprintf(stderr, "driver_guest: %s: events were lost\n", argv[1]);
	return wait(&status) < 0 || status || !whole;
}
