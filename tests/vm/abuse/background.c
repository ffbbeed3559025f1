/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the machine does meanwhile: processes, files, sockets, memory and signals, without end. It
 * gives way to the tests, which would take too long on an emulated processor.
 */
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include "abuse.h"

static void processes(void)
{
	for (;;) {
		pid_t pid = fork();

		if (!pid) {
			if (getpid() % 4 == 0)
				execl("/bin/true", "true", (char *)NULL);
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
}

static void files(void)
{
	char buf[4096];

	for (;;) {
		int fd = open("/proc/self/maps", O_RDONLY);

		while (read(fd, buf, sizeof(buf)) > 0)
			;
		close(fd);
		fd = open("/tmp/abuse-file", O_RDWR | O_CREAT, 0600);
		write(fd, buf, sizeof(buf));
		rename("/tmp/abuse-file", "/tmp/abuse-file2");
		unlink("/tmp/abuse-file2");
		close(fd);
		close(-1);
	}
}

static void sockets(void)
{
	for (;;) {
		struct sockaddr_in to = { .sin_family = AF_INET,
					  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
		socklen_t len = sizeof(to);
		int l = socket(AF_INET, SOCK_STREAM, 0), c = socket(AF_INET, SOCK_STREAM, 0);
		int pair[2];

		if (!bind(l, (struct sockaddr *)&to, len) && !listen(l, 1) &&
		    !getsockname(l, (struct sockaddr *)&to, &len) &&
		    !connect(c, (struct sockaddr *)&to, len)) {
			int s = accept(l, NULL, NULL);

			send(c, &to, sizeof(to), 0);
			recv(s, &to, sizeof(to), 0);
			close(s);
		}
		close(c);
		close(l);
		if (!socketpair(AF_UNIX, SOCK_DGRAM, 0, pair)) {
			send(pair[0], &to, sizeof(to), 0);
			recv(pair[1], &to, sizeof(to), 0);
			close(pair[0]);
			close(pair[1]);
		}
	}
}

static void *nothing(void *arg)
{
	return arg;
}

static void memory(void)
{
	for (;;) {
		char *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			       -1, 0);
		pthread_t t;

		for (unsigned int i = 0; i < 1 << 20; i += 4096)
			p[i] = 1;
		mprotect(p, 4096, PROT_READ);
		munmap(p, 1 << 20);
		if (!pthread_create(&t, NULL, nothing, NULL))
			pthread_join(t, NULL);
	}
}

static void ignore(int sig)
{
	(void)sig;
}

static void signals(void)
{
	struct itimerval often = { { 0, 1000 }, { 0, 1000 } };

	signal(SIGALRM, ignore);
	signal(SIGUSR1, ignore);
	setitimer(ITIMER_REAL, &often, NULL);
	for (;;) {
		raise(SIGUSR1);
		usleep(10000);
	}
}

static void (*const works_of[])(void) = { processes, files, sockets, memory, signals };
#define WORKS (sizeof(works_of) / sizeof(*works_of))
static pid_t pids[WORKS];

void background_start(void)
{
	for (unsigned int i = 0; i < WORKS; i++) {
		pids[i] = fork();
		if (pids[i])
			continue;
		setpgid(0, 0);
		nice(19);
		works_of[i]();
	}
}

/* Each with what it has started. */
void background_stop(void)
{
	for (unsigned int i = 0; i < WORKS; i++) {
		kill(pids[i], SIGKILL);
		kill(-pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
}
