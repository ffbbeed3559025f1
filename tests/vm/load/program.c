/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The load. Its processes make nothing but raw calls, and count the events of each, so that at the
 * end it is known how many events there have been: no library makes calls of its own in between.
 */
#include "load.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define REDIS_PORT 6379

static int start_pipe[2];

static long call(struct worker *w, long nr, long a, long b, long c, long d)
{
	w->events += nr == SYS_openat ? 2 : 1;
	return syscall(nr, a, b, c, d);
}
#define CALL(w, nr, a, b, c) call(w, nr, (long)(a), (long)(b), (long)(c), 0)

double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Sleeps until thing number @n is due. */
static void pace(struct worker *w, double since, double rate, uint64_t n)
{
	double due = since + (double)n / rate;
	struct timespec t = { (time_t)due, (long)((due - (double)(time_t)due) * 1e9) };

	call(w, SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, (long)&t, 0);
}

static double counted_seconds(struct worker *w)
{
	struct timespec t;

	CALL(w, SYS_clock_gettime, CLOCK_MONOTONIC, &t, 0);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Files, pipes, and calls that do nothing. */
static void make_calls(struct program *p, struct worker *w, double rate)
{
	static char buf[256];
	double since = counted_seconds(w);
	int pipes[2];

	CALL(w, SYS_pipe2, pipes, 0, 0);
	while (!p->stop) {
		int fd = (int)CALL(w, SYS_openat, AT_FDCWD, "/dev/zero", O_RDWR);

		for (int i = 0; i < 8; i++) {
			CALL(w, SYS_getppid, 0, 0, 0);
			CALL(w, SYS_write, fd, buf, sizeof(buf));
			CALL(w, SYS_read, fd, buf, sizeof(buf));
		}
		CALL(w, SYS_write, pipes[1], buf, 40);
		CALL(w, SYS_read, pipes[0], buf, 40);
		CALL(w, SYS_close, fd, 0, 0);
		CALL(w, SYS_close, -1, 0, 0);
		w->calls += 29;
		if (rate > 0)
			pace(w, since, rate, w->calls);
	}
}

static void storm(struct program *p, struct worker *w, double rate)
{
	double since = counted_seconds(w);
	long pid;

	while (!p->stop) {
		pid = call(w, SYS_clone, SIGCHLD, 0, 0, 0);
		if (!pid) {
			syscall(SYS_dup, STORM_MARK);
			syscall(SYS_exit_group, 0);
		}
		CALL(w, SYS_wait4, pid, 0, 0);
		if (pid > 0)
			p->forks++;
		w->calls++;
		if (rate > 0)
			pace(w, since, rate, w->calls);
	}
}

static void begin(struct program *p, struct worker *w, double rate,
		  void (*work)(struct program *, struct worker *, double))
{
	long pid = call(&p->root, SYS_clone, SIGCHLD, 0, 0, 0);

	if (pid) {
		w->pid = (pid_t)pid;
		return;
	}
	w->events++; /* the clone returns here too */
	__atomic_add_fetch(&p->running, 1, __ATOMIC_SEQ_CST);
	work(p, w, rate);
	w->events++; /* the end */
	syscall(SYS_exit_group, 0);
}

/* The library's own calls are not counted: with redis the kernel does the counting. */
static void be_root(struct program *p, struct rates rates, bool redis)
{
	pid_t pids[2];
	char c;

	CALL(&p->root, SYS_read, start_pipe[0], &c, 1);
	if (redis)
		redis_start(pids);
	for (unsigned int i = 0; i < CALLERS; i++)
		begin(p, &p->caller[i], rates.calls, make_calls);
	begin(p, &p->storm, rates.forks, storm);
	for (unsigned int i = 0; i < CALLERS + 1; i++)
		CALL(&p->root, SYS_wait4, i ? p->caller[i - 1].pid : p->storm.pid, 0, 0);
	if (redis)
		redis_stop(pids);
	p->root.events++; /* the end */
	syscall(SYS_exit_group, 0);
}

struct program *program_new(struct rates rates, bool redis)
{
	struct program *p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;

	if (p == MAP_FAILED || pipe(start_pipe))
		return NULL;
	pid = fork();
	if (!pid)
		be_root(p, rates, redis);
	p->root.pid = pid;
	usleep(200000); /* it waits in its read now */
	return p;
}

void program_start(struct program *p)
{
	if (write(start_pipe[1], "x", 1) != 1)
		perror("start");
	while (p->running < CALLERS + 1)
		usleep(10000);
}

void program_end(struct program *p)
{
	p->stop = true;
	waitpid(p->root.pid, NULL, 0);
	close(start_pipe[0]);
	close(start_pipe[1]);
}

uint64_t program_events(const struct program *p)
{
	uint64_t n = p->root.events + p->storm.events + p->forks * EVENTS_OF_A_CHILD;

	for (unsigned int i = 0; i < CALLERS; i++)
		n += p->caller[i].events;
	return n;
}

/* ---- redis ---- */

static pid_t run(char *const argv[])
{
	pid_t pid = fork();
	int null;

	if (pid)
		return pid;
	null = open("/dev/null", O_RDWR);
	dup2(null, 0);
	dup2(null, 1);
	execvp(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

static bool connects(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(REDIS_PORT),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	bool ok = !connect(fd, (struct sockaddr *)&to, sizeof(to));

	close(fd);
	return ok;
}

void redis_start(pid_t pids[2])
{
	static char *const server[] = { "redis-server", "--save", "",	       "--appendonly",
					"no",		"--bind", "127.0.0.1", NULL };
	static char *const benchmark[] = {
		"redis-benchmark", "-q",	"-c", "8", "-n", "2000000000", "-t",
		"set,get",	   "--threads", "2",  NULL
	};

	pids[0] = run(server);
	for (int i = 0; i < 200 && !connects(); i++)
		usleep(100000);
	pids[1] = run(benchmark);
}

void redis_stop(const pid_t pids[2])
{
	for (int i = 1; i >= 0; i--) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
}
