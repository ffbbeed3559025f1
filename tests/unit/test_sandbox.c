/* SPDX-License-Identifier: BSD-2-Clause */
/* What the readers of captures can do, and cannot. */
#include "../../tools/sandbox.c"
#include "suite.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>

/* The result of @fn in a process in the sandbox: what it returns, below 256. */
static int inside(int (*fn)(void), bool terminal)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(install(terminal) < 0 ? 255 : fn());
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 254;
	return WEXITSTATUS(status);
}

static bool refused(long rc)
{
	return rc == -1 && errno == EPERM;
}

/* How many things of these it may do. */
static int try_all(void)
{
	char *argv[] = { (char *)"true", NULL };
	char file[] = "/tmp/scapula-sandbox";
	int done = 0;

	done += !refused(execv("/bin/true", argv));
	done += !refused(socket(AF_INET, SOCK_STREAM, 0));
	done += !refused(socket(AF_UNIX, SOCK_STREAM, 0));
	done += !refused(open(file, O_WRONLY));
	done += !refused(open(file, O_RDWR));
	done += !refused(open(file, O_RDONLY | O_CREAT, 0600));
	done += !refused(open("/tmp", O_RDWR | O_TMPFILE, 0600));
	done += !refused(unlink(file));
	done += !refused(rename(file, file));
	done += !refused(fork());
	done += !refused(kill(getppid(), 0));
	done += !refused(ptrace(PTRACE_ATTACH, getppid(), 0, 0));
	done += !refused(setuid(0));
	done += mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
		MAP_FAILED;
	done += !refused(ioctl(0, TIOCSTI, "x"));
	done += !refused(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
	return done;
}

static void there_is_no_way_out(void)
{
	CU_ASSERT_EQUAL(inside(try_all, false), 0);
}

static void *work(void *arg)
{
	void *p = malloc(100000);

	*(bool *)arg = p != NULL;
	free(p);
	return NULL;
}

/* What reading takes: files, memory, a thread. */
static int read_something(void)
{
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC), bad = 0;
	bool done = false;
	pthread_t t;
	char c;

	bad += read(fd, &c, 1) != 1 || lseek(fd, 0, SEEK_SET) != 0 || pread(fd, &c, 1, 0) != 1;
	bad += write(STDOUT_FILENO, &c, 0) != 0;
	bad += close(fd) < 0 || eventfd(0, EFD_CLOEXEC) < 0;
	bad += pthread_create(&t, NULL, work, &done) != 0 || pthread_join(t, NULL) != 0 || !done;
	return bad;
}

static void there_is_all_that_reading_needs(void)
{
	CU_ASSERT_EQUAL(inside(read_something, false), 0);
}

/* Of a file that is no terminal, so that nothing is set: 0, or which of them is not as it should.
 */
static int use_terminal(void)
{
	static const unsigned long allowed[] = { TCGETS, TCSETS, TCSETSW, TIOCGWINSZ };
	int fd = open("/dev/null", O_RDONLY), bad = 0;
	char buf[256] = { 0 };
	size_t i;

	for (i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		bad += ioctl(fd, allowed[i], buf) != -1 || errno != ENOTTY;
	bad += !refused(ioctl(fd, TIOCSWINSZ, buf));
	bad += !refused(ioctl(fd, TIOCSCTTY, 0));
	return bad;
}

static int use_no_terminal(void)
{
	char buf[256] = { 0 };

	return !refused(ioctl(0, TCSETSW, buf)) + !refused(ioctl(0, TIOCGWINSZ, buf));
}

static void who_draws_can_set_the_terminal_and_no_more(void)
{
	CU_ASSERT_EQUAL(inside(use_terminal, true), 0);
	CU_ASSERT_EQUAL(inside(use_no_terminal, false), 0);
	CU_ASSERT_EQUAL(inside(read_something, true), 0);
	CU_ASSERT_EQUAL(inside(try_all, true), 0);
}

SUITE("sandbox", TEST(there_is_no_way_out), TEST(there_is_all_that_reading_needs),
      TEST(who_draws_can_set_the_terminal_and_no_more))
