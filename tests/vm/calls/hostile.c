/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls that mean no good, while the driver records: arguments from nowhere, structures that change
 * under the driver's eyes, sockets that are connected, closed and exchanged while others use them.
 * What counts is that the kernel does not complain and that every record can be taken apart.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#include "calls.h"

uint64_t hostile_seed;
static uint64_t state;

static uint64_t rnd(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* ---- random arguments ---- */

/* Calls with an event of their own that a test can make with anything; not: what ends or stops it.
 */
static const char random_calls[] = {
#define SYSCALL(nr, name, code, flags, enter, exit) [nr] = (flags)&UF_USED ? 1 : 0,
#include "syscalls.def"
};

static const short never[] = {
	SYS_fork,	   SYS_vfork,	    SYS_clone,	   SYS_clone3,
	SYS_execve,	   SYS_execveat,    SYS_kill,	   SYS_tkill,
	SYS_tgkill,	   SYS_ptrace,	    SYS_setrlimit, SYS_prlimit64,
	SYS_seccomp,	   SYS_unshare,	    SYS_setns,	   SYS_brk,
	SYS_chroot,	   SYS_close_range, SYS_prctl,	   SYS_mmap,
	SYS_munmap,	   SYS_mprotect,    SYS_mlockall,  SYS_process_vm_writev,
	SYS_delete_module, SYS_setuid,	    SYS_setreuid,  SYS_setresuid,
	SYS_mlock,	   SYS_mlock2,	    SYS_mount,
};

static bool may_call(int nr)
{
	size_t i;

	for (i = 0; i < sizeof(never) / sizeof(*never); i++)
		if (never[i] == nr)
			return false;
	return random_calls[nr];
}

static char *area; /* four pages, the second not mapped, the last read-only */
static int fds[12];

static long odd_value(void)
{
	static const long odd[] = {
		0,
		1,
		-1,
		2,
		7,
		16,
		255,
		4095,
		4096,
		4097,
		0x7fffffff,
		0x80000000,
		0xffffffff,
		0x100000000,
		0x7fffffffffffffff,
		(long)0x8000000000000000,
		(long)0xffff888000000000,
		(long)0xffffffff81000000,
		(long)0xffffffffff600000,
		0x7ffffffff000,
		0x800000000000,
		-100,
	};

	switch (rnd() % 8) {
	case 0:
	case 1:
		return odd[rnd() % (sizeof(odd) / sizeof(*odd))];
	case 2:
	case 3:
		return (long)(area + rnd() % 4096);
	case 4:
		return (long)(area + 4096 - rnd() % 40);
	case 5:
		return (long)(area + 8192 + rnd() % 8192);
	case 6:
		return (long)(rnd() % 300);
	default:
		return fds[rnd() % 12];
	}
}

static void stir(void)
{
	long *words = (long *)area;
	int i;

	for (i = 0; i < 64; i++)
		words[rnd() % 512] = odd_value();
}

static void tick(int sig)
{
	(void)sig;
}

/* Where a child dies: its descriptors may be gone, so the parent says it. */
static struct note {
	int nr, sig, code, pid;
	void *addr;
	long made; /* calls, or rounds of them */
} * note;

static double until;

/* A child that may not live to the end: calls like these can hit the one who makes them. */
static bool survives(void (*f)(void))
{
	int status = -1;
	pid_t pid, done;

	memset(note, 0, offsetof(struct note, made));
	fflush(stdout);
	pid = fork();
	need(pid >= 0, "fork");
	if (!pid) {
		f();
		_exit(0);
	}
	while (!(done = waitpid(pid, &status, WNOHANG))) {
		usleep(20000);
		if (now() > until + 10)
			kill(pid, SIGKILL); /* it waits for what never comes */
	}
	need(done == pid, "waitpid");
	rnd(); /* the next one does something else */
	if (status)
		printf("# a child died: status %#x, call %d, signal %d, code %d from %d, address %p\n",
		       status, note->nr, note->sig, note->code, note->pid, note->addr);
	return status == 0;
}

/* Children make hostile calls for some seconds, at least so many. */
/* For @seconds, and on a slow machine longer, until @least are made. */
static void run(const char *name, void (*f)(void), double seconds, long least)
{
	double end = now() + seconds;
	int deaths = 0;

	note->made = 0;
	do {
		until = now() < end ? end : now() + seconds;
		deaths += !survives(f);
	} while ((now() < end || (note->made < least && now() < end + 9 * seconds)) &&
		 deaths < 100);
	if (note->made >= least) {
		printf("ok - %s: %ld, %d deaths\n", name, note->made, deaths);
		return;
	}
	printf("not ok - %s: only %ld, %d deaths\n", name, note->made, deaths);
	count_failure();
}

static void dies(int sig, siginfo_t *si, void *context)
{
	(void)context;
	note->sig = sig;
	note->code = si->si_code;
	note->addr = si->si_addr;
	note->pid = si->si_code <= 0 ? si->si_pid : 0;
	_exit(4);
}

/* Memory behind which there is nothing for a gigabyte: no length reaches what the test needs. */
static char *lonely(size_t len)
{
	char *p = mmap(NULL, 1 << 30, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
		       0);

	need(p != MAP_FAILED && !mprotect(p, len, PROT_READ | PROT_WRITE), "memory");
	return p;
}

static void random_arguments(void)
{
	struct itimerval often = { { 0, 10000 }, { 0, 10000 } };
	struct sigaction sa = { .sa_handler = tick };
	struct rlimit small = { 1 << 20, 1 << 20 };
	int nr, i;

	setrlimit(RLIMIT_FSIZE, &small);
	signal(SIGXFSZ, SIG_IGN), signal(SIGPIPE, SIG_IGN);
	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &often, NULL); /* nothing waits for long */
	area = lonely(16384);
	need(!munmap(area + 4096, 4096), "munmap");
	mprotect(area + 12288, 4096, PROT_READ);
	while (now() < until) {
		fds[0] = open("data", O_RDWR | O_CREAT, 0600);
		pipe2(fds + 1, O_NONBLOCK), pipe2(fds + 3, O_NONBLOCK);
		fds[5] = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
		fds[6] = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0);
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds + 7);
		socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, fds + 9);
		fds[11] = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK, 0);
		for (nr = 0; nr < (int)sizeof(random_calls); nr++) {
			if (!may_call(nr))
				continue;
			for (i = 0; i < 8; i++, note->made++) {
				note->nr = nr;
				stir();
				syscall(nr, rnd() % 3 ? fds[rnd() % 12] : odd_value(), odd_value(),
					odd_value(), odd_value(), odd_value(), odd_value());
			}
		}
		for (i = 0; i < 12; i++)
			close(fds[i]);
	}
	_exit(0);
}

/* ---- structures that change ---- */

static struct {
	struct iovec iov[1024]; /* what lies behind must not become one */
	struct msghdr msg;
	struct sockaddr_un un;
	struct sockaddr_in in;
	char path[4096];
	char *data; /* two pages, then nothing */
	atomic_int stop;
} shared;

static void *change(void *arg)
{
	uint64_t s = (uintptr_t)arg | 1;

	while (!shared.stop) {
		s ^= s << 13, s ^= s >> 7, s ^= s << 17;
		shared.iov[s % 4].iov_len = s % 3 ? s % 5000 : s;
		shared.iov[s % 4].iov_base = s % 5 ? shared.data : (void *)(s | 1ul << 60);
		shared.msg.msg_iovlen = s % 7 ? s % 5 : s | 1024;
		shared.msg.msg_namelen = s % 200;
		shared.msg.msg_name = s % 3 ? (void *)&shared.un : (void *)&shared.in;
		shared.msg.msg_controllen = s % 11 ? 0 : s % 100000;
		shared.un.sun_family = s % 2 ? AF_UNIX : AF_INET;
		shared.un.sun_path[s % 100] = s >> 8;
		shared.in.sin_family = s % 13 ? AF_INET : AF_INET6;
		shared.path[s % 4096] = s >> 16;
	}
	return NULL;
}

static void changing_structures(void)
{
	int data = open("data2", O_RDWR | O_CREAT, 0600), u[2], sock;
	struct rlimit small = { 1 << 20, 1 << 20 };
	pthread_t t;

	setrlimit(RLIMIT_FSIZE, &small);
	signal(SIGXFSZ, SIG_IGN), signal(SIGPIPE, SIG_IGN);
	memset(shared.path, 'p', sizeof(shared.path));
	shared.data = lonely(8192);
	shared.msg.msg_iov = shared.iov;
	shared.msg.msg_control = shared.data;
	sock = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	need(!socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, u), "socketpair");
	need(!pthread_create(&t, NULL, change, (void *)(uintptr_t)rnd()), "a thread");
	for (; now() < until; note->made++) {
		CALL(writev, data, shared.iov, 4);
		CALL(readv, data, shared.iov, 4);
		CALL(lseek, data, 0, SEEK_SET);
		CALL(sendmsg, u[0], &shared.msg, MSG_DONTWAIT);
		CALL(recvmsg, u[1], &shared.msg, MSG_DONTWAIT);
		CALL(sendmsg, sock, &shared.msg, MSG_DONTWAIT);
		CALL(connect, sock, &shared.in, sizeof(shared.in));
		CALL(connect, sock, &shared.un, sizeof(shared.un));
		CALL(sendto, u[0], shared.data, 10, MSG_DONTWAIT, &shared.un, sizeof(shared.un));
		/* the calls before may have left FIFOs */
		CALL(openat, AT_FDCWD, shared.path, O_RDONLY | O_NONBLOCK);
		CALL(rename, shared.path, shared.path + 100);
	}
	shared.stop = 1;
	pthread_join(t, NULL);
	_exit(0);
}

/* ---- sockets that come and go ---- */

static atomic_int socks[8];
static struct sockaddr_un names[8];

static void *exchange(void *arg)
{
	uint64_t s = (uintptr_t)arg | 1;
	struct sockaddr none = { .sa_family = AF_UNSPEC };

	while (!shared.stop) {
		int i, fd;

		s ^= s << 13, s ^= s >> 7, s ^= s << 17;
		i = s % 8;
		switch (s >> 8 & 7) {
		case 0:
		case 1: /* gone, and another one at its name */
			close(socks[i]);
			fd = socket(AF_UNIX, (i % 2 ? SOCK_DGRAM : SOCK_SEQPACKET) | SOCK_NONBLOCK,
				    0);
			bind(fd, (void *)&names[i], 3 + i);
			if (i % 2 == 0)
				listen(fd, 5);
			socks[i] = fd;
			break;
		case 2:
			connect(socks[i], &none, sizeof(none));
			break;
		case 3:
			close(accept(socks[i], NULL, NULL));
			break;
		default:
			connect(socks[i], (void *)&names[s >> 16 & 7], 3 + (s >> 16 & 7));
		}
	}
	return NULL;
}

static void *talk(void *arg)
{
	uint64_t s = (uintptr_t)arg | 1;
	char buf[100];

	while (!shared.stop) {
		int i = (s ^= s << 13, s ^= s >> 7, s ^= s << 17) % 8, k = s >> 16 & 7;

		CALL(sendto, socks[i], buf, 10, MSG_DONTWAIT | MSG_NOSIGNAL, NULL, 0);
		CALL(sendto, socks[i], buf, 10, MSG_DONTWAIT | MSG_NOSIGNAL, &names[k], 3 + k);
		CALL(recvfrom, socks[i], buf, 100, MSG_DONTWAIT, NULL, NULL);
	}
	return NULL;
}

static void sockets_that_go(void)
{
	pthread_t t[4];
	int i;

	signal(SIGPIPE, SIG_IGN);
	for (i = 0; i < 8; i++) {
		names[i].sun_family = AF_UNIX;
		memset(names[i].sun_path + 1, 'a' + i, 10);
		socks[i] = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	}
	for (i = 0; i < 4; i++)
		need(!pthread_create(&t[i], NULL, i % 2 ? talk : exchange,
				     (void *)(uintptr_t)rnd()),
		     "a thread");
	sleep(6);
	shared.stop = 1;
	for (i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	note->made++;
	_exit(0);
}

void hostile(void)
{
	struct sigaction sa = { 0 };

	state = hostile_seed ? hostile_seed : (uint64_t)time(NULL) * 2 + 1;
	printf("# hostile calls of seed %llu: SCAPULA_SEED repeats them\n",
	       (unsigned long long)state);
	need(chdir("/tmp") == 0, "/tmp");
	note = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	need(note != MAP_FAILED, "mmap");
	sa.sa_sigaction = dies;
	sa.sa_flags = SA_SIGINFO;
	sigaction(SIGSEGV, &sa, NULL);
	run("calls with arguments from nowhere", random_arguments, 8, 1000);
	run("structures that change while they are read", changing_structures, 5, 100);
	run("sockets that are exchanged while others talk over them", sockets_that_go, 1, 1);
}
