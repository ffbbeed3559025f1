/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs that become 32-bit ones and 64-bit ones again (ia32_prog.c): what they call between the
 * two, by every way into the kernel, and their exec, fork and signals.
 */
#include <sched.h>
#include <signal.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "ia32.h"

#define E(name) SCAP_EVT_SYSCALL_##name

static char prog32[] = "/payload/ia32_prog32", prog64[] = "/payload/ia32_prog64";

/* An exec that worked: who it became, not what it has (guest_process.c compares that). */
static void w_started(const char *file)
{
	unsigned int i;

	want(E(EXECVE_19_X)), w64(0), w_str(file);
	for (i = 2; i < 27; i++)
		w_skip();
	w_str(file), w_skip(), w_skip(), w_str(file);
}

static void w_failed(const char *exe, const char *args, size_t len, const char *env, size_t env_len,
		     const char *file)
{
	unsigned int i;

	want(E(EXECVE_19_X)), w64(-ENOENT), w_str(exe), w_bytes(args, len);
	for (i = 3; i < 15; i++)
		w_skip();
	w_bytes(env, env_len);
	for (i = 16; i < 30; i++)
		w_skip();
	w_str(file);
}

static void failed_exec(void)
{
	static char none[] = "/none", one[] = "an", two[] = "argument", env[] = "A=B";
	static uint32_t argv[4], envp[2];

	argv[0] = ptr32(none), argv[1] = ptr32(one), argv[2] = ptr32(two);
	envp[0] = ptr32(env);
	begin("int 0x80: execve that fails, with lists of narrow pointers");
	CALL32(execve, none, argv, envp);
	end();
	w_failed(none, "an\0argument", 12, env, 4, none);
}

/* What the 32-bit program does, line for line (ia32_prog.c). */
static void w_prog32(long self)
{
	unsigned int i;

	/* by int 0x80, and by the kernel's own way in */
	for (i = 0; i < 2; i++)
		want(E(WRITE_X)), w64(-EBADF), w_bytes("hello", 5), w64(-1), w32(5);
	want(SCAP_EVT_GENERIC_X), w16(SCAP_SC_rt_sigaction), w16(SYS_rt_sigaction);
	want(SCAP_EVT_GENERIC_X), w16(SCAP_SC_getpid), w16(SYS_getpid);
	want(E(KILL_X)), w64(0), w64(self), w8(SIGUSR1);
	/* the way out of the handler is no call */
	want(SCAP_EVT_GENERIC_X), w16(SCAP_SC_getppid), w16(SYS_getppid);
	want(E(FORK_20_X)), w_any(8);
	for (i = 1; i < 21; i++)
		w_skip();
	want(SCAP_EVT_GENERIC_X), w16(SCAP_SC_waitpid), w16(SYS_wait4);
}

/* Becomes the 32-bit program, which becomes @next, if there is one. */
static void start(char *next, const char *name)
{
	static char number[20];
	char *argv[] = { prog32, number, next, NULL };
	char *envp[] = { NULL };
	long self = getpid();

	begin(name);
	snprintf(number, sizeof(number), "%ld", end_elsewhere());
	w_started(prog32);
	w_prog32(self);
	if (next)
		w_started(next);
	CALL(execve, prog32, argv, envp);
	need(0, prog32);
}

static void become32(void)
{
	start(NULL, "a 64-bit program becomes a 32-bit one");
}

static void become32and64(void)
{
	start(prog64, "a 32-bit program becomes a 64-bit one");
}

static void exec_by_int80(void)
{
	static uint32_t argv[3], envp[1];
	static char number[20];

	argv[0] = ptr32(prog64), argv[1] = ptr32(number);
	begin("int 0x80: execve of a 64-bit program");
	snprintf(number, sizeof(number), "%ld", end_elsewhere());
	w_started(prog64);
	CALL32(execve, prog64, argv, envp);
	need(0, prog64);
}

/* In the parent and in the child, whose own case it is. */
static void forks(void)
{
	static const struct {
		int type, nr;
		unsigned long flags;
		uint32_t portable;
		const char *name;
	} ways[] = {
		{ E(FORK_20_X), IA32_fork, 0, 0, "int 0x80: fork" },
		{ E(CLONE_20_X), 120, CLONE_FS | SIGCHLD, SCAP_CLONE_FS, "int 0x80: clone" },
	};
	unsigned int i, k;
	int status;
	long pid;

	for (i = 0; i < 2; i++) {
		begin(ways[i].name);
		pid = ia32(ways[i].nr, ways[i].flags, 0, 0, 0, 0, 0);
		if (!pid)
			_exit(0);
		end();
		need(pid > 0 && waitpid(pid, &status, 0) == pid, "fork");
		want(ways[i].type), w64(pid);
		for (k = 1; k < 15; k++)
			w_skip();
		w32(ways[i].portable), w32(0), w32(0), w64(getpid()), w64(getpid()), w64(0);
	}
}

void cases_ia32_process(void)
{
	failed_exec();
	forks();
	in_child(become32);
	in_child(become32and64);
	in_child(exec_by_int80);
}
