/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs in a guest whose nanoseconds are instructions: what the driver adds to the calls that give
 * it the most to do. A probe runs with preemption disabled, so what a caller can make it do must
 * have an end that does not depend on the caller.
 */
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>

#include "report.h"
#include "ring.h"

/* Instructions that one call may cost at most: about a millisecond of a slow processor. */
#define MOST 2500000

#define MANY	  1024
#define LONG_TEXT 4096

static char data[1 << 17], path1[LONG_TEXT], path2[LONG_TEXT];
static struct iovec single[MANY], empty[MANY], whole[1];
static struct mmsghdr vectors[MANY], large[MANY];
static struct pollfd fds[MANY];
static char *no_strings[8192];
static struct sockaddr_in to = { .sin_family = AF_INET };
static int null, out, in, control;
static uint64_t clone_args[11] = { 0x800 /* CLONE_SIGHAND alone: refused */ };

static long do_writev(void)
{
	return syscall(SYS_writev, null, single, MANY);
}

static long do_writev_empty(void)
{
	return syscall(SYS_writev, null, empty, MANY);
}

static long do_write(void)
{
	return syscall(SYS_write, null, data, sizeof(data));
}

static long do_sendmmsg_vectors(void)
{
	return syscall(SYS_sendmmsg, out, vectors, MANY, 0);
}

static long do_sendmmsg_data(void)
{
	return syscall(SYS_sendmmsg, out, large, 64, 0);
}

static long do_poll(void)
{
	return syscall(SYS_poll, fds, MANY, 0);
}

static long do_execve(void)
{
	return syscall(SYS_execve, path1, no_strings, no_strings);
}

static long do_setsockopt(void)
{
	return syscall(SYS_setsockopt, out, 77, 77, data, 0x7fffffff);
}

static long do_init_module(void)
{
	return syscall(SYS_init_module, data, sizeof(data), path1);
}

static long do_rename(void)
{
	return syscall(SYS_rename, path1, path2);
}

static long do_semop(void)
{
	return syscall(SYS_semop, -1, data, 0x7fffffff);
}

static long do_clone3(void)
{
	return syscall(SYS_clone3, clone_args, sizeof(clone_args));
}

static long do_bind(void)
{
	return syscall(SYS_bind, out, data, 0x7fffffff);
}

static const struct {
	const char *name;
	int nr;
	long (*call)(void);
} cases[] = {
	{ "writev of 1,024 elements", SYS_writev, do_writev },
	{ "writev of 1,024 empty elements", SYS_writev, do_writev_empty },
	{ "write of 128 KiB", SYS_write, do_write },
	{ "sendmmsg of 1,024 messages of 1,024 elements", SYS_sendmmsg, do_sendmmsg_vectors },
	{ "sendmmsg of 64 messages of 60,000 bytes", SYS_sendmmsg, do_sendmmsg_data },
	{ "poll of 1,024 descriptors", SYS_poll, do_poll },
	{ "execve with 8,191 empty strings, twice", SYS_execve, do_execve },
	{ "setsockopt of 2 GiB", SYS_setsockopt, do_setsockopt },
	{ "init_module of 128 KiB", SYS_init_module, do_init_module },
	{ "rename of paths of 4,095 bytes", SYS_rename, do_rename },
	{ "semop of 2^31 operations", SYS_semop, do_semop },
	{ "bind with 2 GiB of address", SYS_bind, do_bind },
	{ "clone3 in a control group 400 levels deep", SYS_clone3, do_clone3 },
};

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

static struct rings rings;

static void drain(void)
{
	struct ring_event e = { 0 };

	while (ring_next(&rings, 0, &e))
		;
}

/* The least of two, with room in the ring: what else the machine does comes on top. */
static uint64_t cost(long (*call)(void), bool recorded)
{
	uint64_t least = -1, t;
	int i;

	for (i = 0; i < 3; i++) {
		t = now();
		call();
		t = now() - t;
		if (i && t < least)
			least = t;
		if (recorded)
			drain();
	}
	return least;
}

static void must(int ok, const char *what)
{
	if (ok)
		return;
	printf("not ok - the test itself needs: %s (%s)\n", what, strerror(errno));
	exit(3);
}

/* This process in a control group whose path has 400 parts. */
static void go_deep(void)
{
	FILE *f;
	int i;

	must(!chdir("/sys/fs/cgroup"), "cgroups");
	for (i = 0; i < 400; i++) {
		mkdir("d", 0755);
		if (chdir("d"))
			must(0, "a deep control group");
	}
	f = fopen("cgroup.procs", "w");
	must(f && fprintf(f, "0\n") > 0 && !fclose(f), "a move to the control group");
	must(!chdir("/"), "the root");
}

static void prepare(void)
{
	struct sockaddr_in name;
	socklen_t len = sizeof(name);
	int i, size = 1 << 20;

	memset(data, 'd', sizeof(data));
	memset(path1, 'p', sizeof(path1) - 1), memset(path2, 'q', sizeof(path2) - 1);
	null = open("/dev/null", O_WRONLY);
	in = socket(AF_INET, SOCK_DGRAM, 0), out = socket(AF_INET, SOCK_DGRAM, 0);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(!bind(in, (void *)&to, sizeof(to)) && !getsockname(in, (void *)&name, &len),
	     "a socket");
	to = name;
	setsockopt(out, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	whole[0] = (struct iovec){ data, 60000 };
	for (i = 0; i < MANY; i++) {
		single[i] = (struct iovec){ data + i, 1 };
		empty[i] = (struct iovec){ data, 0 };
		vectors[i].msg_hdr = (struct msghdr){ &to, sizeof(to), single, MANY, 0, 0, 0 };
		large[i].msg_hdr = (struct msghdr){ &to, sizeof(to), whole, 1, 0, 0, 0 };
		fds[i].fd = -1;
	}
	for (i = 0; i < 8191; i++)
		no_strings[i] = path1 + LONG_TEXT - 1;
	go_deep();
}

int main(void)
{
	struct sched_param first = { .sched_priority = 10 };
	size_t i;

	prepare();
	sched_setscheduler(0, SCHED_FIFO, &first);
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint64_t plain = cost(cases[i].call, false), recorded, added;
		char name[100];

		must(!rings_open(&rings), "the devices");
		control = rings.control;
		must(!ioctl(control, SCAP_IOCTL_SET_SNAPLEN, 65000), "SET_SNAPLEN");
		must(!rings_want(&rings, cases[i].nr) && !rings_trace(&rings, RINGS_CALLS),
		     "recording");
		recorded = cost(cases[i].call, true);
		rings_close(&rings);
		added = recorded > plain ? recorded - plain : 0;
		printf("# %9llu instructions added to %llu: %s\n", (unsigned long long)added,
		       (unsigned long long)plain, cases[i].name);
		snprintf(name, sizeof(name), "bounded work in %s", cases[i].name);
		report(added < MOST, name, "%llu instructions", (unsigned long long)added);
	}
	return failed;
}
