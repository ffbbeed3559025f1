/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * measure N COMMAND [ARGUMENT...]: runs a command N times, its output to nowhere, and prints the
 * least of its seconds by the clock and of those of the processor, and the most of its resident
 * memory in KiB. The least is what it takes when nothing else is in its way.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(const struct timeval *t)
{
	return (double)t->tv_sec + (double)t->tv_usec / 1e6;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static _Noreturn void run(char **argv)
{
	int fd = open("/dev/null", O_RDWR);

	if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
		_exit(126);
	execvp(argv[0], argv);
	_exit(127);
}

int main(int argc, char **argv)
{
	double wall = 1e9, cpu = 1e9, began, t;
	struct rusage used;
	long n, rss = 0;
	int status;
	pid_t pid;

	n = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
	if (n < 1) {
		fprintf(stderr, "usage: measure N COMMAND [ARGUMENT...]\n");
		return 2;
	}
	for (; n; n--) {
		began = now();
		pid = fork();
		if (pid == 0)
			run(argv + 2);
		if (pid < 0 || wait4(pid, &status, 0, &used) < 0) {
			fprintf(stderr, "measure: %s\n", strerror(errno));
			return 1;
		}
		if (!WIFEXITED(status) || WEXITSTATUS(status)) {
			fprintf(stderr, "measure: %s failed\n", argv[2]);
			return 1;
		}
		t = now() - began;
		wall = t < wall ? t : wall;
		t = seconds(&used.ru_utime) + seconds(&used.ru_stime);
		cpu = t < cpu ? t : cpu;
		rss = used.ru_maxrss > rss ? used.ru_maxrss : rss;
	}
	printf("%.3f %.3f %ld\n", wall, cpu, rss);
	return 0;
}
