/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs in the guest as root: programs that are started and that cannot be, every parameter of their
 * events compared with what the system says elsewhere. A started program is stopped by ptrace where
 * the event is made, so that its faults and memory are known exactly.
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include "kept.h"
#include "taskinfo.h"

#define UNPRIVILEGED 1234

static char *const no_env[] = { NULL };

struct start {
	const char *path; /* to be started */
	char *const *argv;
	char *const *envp;
	int fd;		      /* execveat() of this descriptor, unless negative */
	bool drop;	      /* become another user before */
	void (*before)(void); /* or something else */
};

/* What the program had when it was started; before and after the call if it was not. */
static struct usage *usage; /* shared */

static void child_starts(const struct start *s)
{
	if (s->before)
		s->before();
	setpgid(0, 0);
	if (s->drop && (setgid(UNPRIVILEGED + 1) || setuid(UNPRIVILEGED)))
		_exit(9);
	ptrace(PTRACE_TRACEME, 0, 0, 0);
	raise(SIGSTOP);
	usage[0] = usage_of((pid_t)syscall(SYS_getpid));
	if (s->fd >= 0)
		syscall(SYS_execveat, s->fd, s->path, s->argv, s->envp, AT_EMPTY_PATH);
	else
		execve(s->path, s->argv, s->envp);
	usage[1] = usage_of((pid_t)syscall(SYS_getpid));
	_exit(1);
}

/* Starts the program in a child and waits for its end; the child's pid. */
static pid_t start(const struct start *s)
{
	pid_t child = fork();
	int status = 0;

	if (!child)
		child_starts(s);
	while (waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
		if (WSTOPSIG(status) == SIGSTOP)
			ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACEEXEC);
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8))
			usage[0] = usage[1] = usage_of(child);
		ptrace(PTRACE_CONT, child, 0, 0);
	}
	return child;
}

static const struct scap_event_hdr *started(struct rings *r, const struct start *s, pid_t *child)
{
	*child = start(s);
	collect(r);
	return find(SCAP_EVT_SYSCALL_EXECVE_19_X, *child, 0);
}

static uint64_t ns_of(struct timespec t)
{
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void check_caps(const char *what, const struct scap_event_hdr *e, const char *status)
{
	static const char *const keys[] = { "CapInh:", "CapPrm:", "CapEff:" };
	char name[100];

	for (unsigned int i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%s: %s", what, keys[i]);
		CHECK(name, known(e, 20 + i), proc_number(status, keys[i]));
	}
}

/* Parameters exe_ino to exe_ino_mtime and trusted_exepath. */
static void check_exe(const char *what, const struct scap_event_hdr *e, const char *path)
{
	char name[100];
	struct stat st;

	stat(path, &st);
	snprintf(name, sizeof(name), "%s: the program's file", what);
	CHECK(name, known(e, 23), st.st_ino);
	CHECK(name, known(e, 24), ns_of(st.st_ctim));
	CHECK(name, known(e, 25), ns_of(st.st_mtim));
	check_str(name, e, 27, path);
}

static void tells_a_started_program(struct rings *r)
{
	static char *const argv[] = { "argument zero/true", "-one", "", "three 3", NULL };
	static char *const envp[] = { "A=1", "EMPTY=", "PATH=/bin:/usr/bin", NULL };
	static const char args[] = "-one\0\0three 3", env[] = "A=1\0EMPTY=\0PATH=/bin:/usr/bin";
	struct start s = { .path = "/proc/self/cwd/true", .argv = argv, .envp = envp, .fd = -1 };
	const struct scap_event_hdr *e;
	pid_t child;

	chdir("/tmp/bin");
	e = started(r, &s, &child);
	chdir("/payload");
	report(e != NULL, "a started program is told once", "not found");
	if (!e)
		return;
	CHECK("execve: parameters of the schema", e->nparams, 31);
	check_str("execve: exe is the first argument", e, 1, argv[0]);
	check_bytes("execve: args are the others", e, 2, args, sizeof(args));
	check_task("execve", e, child, child, getpid(), "true", usage[0], usage[1]);
	check_bytes("execve: env", e, 15, env, sizeof(env));
	CHECK("execve: no terminal", known(e, 16), 0);
	CHECK("execve: vpgid", known(e, 17), child);
	CHECK("execve: loginuid", known(e, 18), -1);
	CHECK("execve: root can write what it starts", known(e, 19), SCAP_EXE_WRITABLE);
	check_caps("execve", e, "/proc/self/status");
	check_exe("execve", e, "/tmp/bin/busybox");
	CHECK("execve: uid", known(e, 26), 0);
	CHECK("execve: pgid", known(e, 28), child);
	CHECK("execve: gid", known(e, 29), 0);
	check_str("execve: filename as it was given", e, 30, s.path);
}

static void tells_an_unprivileged_program(struct rings *r)
{
	static char *const argv[] = { "true", NULL };
	struct start s = {
		.path = "/tmp/bin/true", .argv = argv, .envp = no_env, .fd = -1, .drop = true
	};
	const struct scap_event_hdr *e;
	pid_t child;

	e = started(r, &s, &child);
	report(e != NULL, "a program of another user is told", "not found");
	if (!e)
		return;
	CHECK("execve: uid of another user", known(e, 26), UNPRIVILEGED);
	CHECK("execve: gid of another group", known(e, 29), UNPRIVILEGED + 1);
	CHECK("execve: no capabilities", known(e, 22), 0);
	check_bytes("execve: no args", e, 2, "", 0);
	check_bytes("execve: no env", e, 15, "", 0);
}

/* ---- where it comes from ---- */

static int copy_of_busybox(int fd)
{
	int from = open("/bin/busybox", O_RDONLY | O_CLOEXEC);
	char buf[65536];
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf))) > 0)
		if (write(fd, buf, (size_t)n) != n)
			break;
	close(from);
	return fd;
}

static void tells_a_program_from_memory(struct rings *r)
{
	static char *const argv[] = { "true", NULL };
	int fd = copy_of_busybox(memfd_create("hidden", 0));
	struct start s = { .path = "", .argv = argv, .envp = no_env, .fd = fd };
	const struct scap_event_hdr *e;
	char path[64];
	pid_t child;

	e = started(r, &s, &child);
	report(e != NULL, "execveat that succeeds is told as execve", "not found");
	if (e) {
		CHECK("execve: from memory", known(e, 19), SCAP_EXE_WRITABLE | SCAP_EXE_FROM_MEMFD);
		check_str("execve: path of a file in memory", e, 27, "/memfd:hidden (deleted)");
		snprintf(path, sizeof(path), "/dev/fd/%d", fd);
		check_str("execveat: filename", e, 30, path);
	}
	close(fd);
}

/* A file of that name in a tree is none in memory, not even one in /dev/shm that is deleted. */
static void tells_what_is_not_in_memory(struct rings *r)
{
	static char *const argv[] = { "true", NULL };
	struct start s = { .path = "/dev/shm/memfd:file", .argv = argv, .envp = no_env, .fd = -1 };
	const struct scap_event_hdr *e;
	pid_t child;
	int fd;

	close(copy_of_busybox(open(s.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0755)));
	e = started(r, &s, &child);
	report(e && known(e, 19) == SCAP_EXE_WRITABLE,
	       "execve: a file in /dev/shm is none in memory", "flags %ld",
	       e ? (long)ring_int(e, 19) : -1);
	fd = open(s.path, O_RDONLY);
	unlink(s.path);
	s.path = "";
	s.fd = fd;
	e = started(r, &s, &child);
	report(e && known(e, 19) == SCAP_EXE_WRITABLE,
	       "execve: a deleted file is none in memory either", "flags %ld",
	       e ? (long)ring_int(e, 19) : -1);
	if (e)
		check_str("execve: path of a deleted file", e, 27, "/dev/shm/memfd:file (deleted)");
	close(fd);
}

static void tells_a_script(struct rings *r)
{
	static char *const argv[] = { "name", "last", NULL };
	static const char text[] = "#!/tmp/bin/true with option\n",
			  args[] = "with option\0/tmp/script\0last";
	struct start s = { .path = "/tmp/script", .argv = argv, .envp = no_env, .fd = -1 };
	const struct scap_event_hdr *e;
	pid_t child;
	int fd = open(s.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);

	write(fd, text, sizeof(text) - 1);
	close(fd);
	e = started(r, &s, &child);
	report(e != NULL, "a script is told", "not found");
	if (!e)
		return;
	check_str("script: exe is what runs it", e, 1, "/tmp/bin/true");
	check_bytes("script: args", e, 2, args, sizeof(args));
	check_str("script: comm", e, 13, "script");
	check_exe("script", e, "/tmp/bin/busybox");
	check_str("script: filename", e, 30, "/tmp/script");
}

/* ---- who starts it ---- */

static void *start_from_thread(void *unused)
{
	static char *const argv[] = { "true", "thread", NULL };

	(void)unused;
	execve("/tmp/bin/true", argv, no_env);
	return NULL;
}

/* The thread takes the place of its process, with its number. */
static void tells_a_start_by_a_thread(struct rings *r)
{
	const struct scap_event_hdr *e;
	pthread_t t;
	pid_t child = fork();

	if (!child) {
		pthread_create(&t, NULL, start_from_thread, NULL);
		pause();
		_exit(1);
	}
	waitpid(child, NULL, 0);
	collect(r);
	e = find(SCAP_EVT_SYSCALL_EXECVE_19_X, child, 0);
	report(e && known(e, 3) == child && known(e, 4) == child && known(e, 5) == getpid(),
	       "a program that a thread starts is its process", "not found");
	if (e)
		check_bytes("thread: args", e, 2, "thread", 7);
}

static int *terminal; /* shared */

static void take_terminal(void)
{
	int n = -1, unlock = 0, fd = open("/dev/ptmx", O_RDWR | O_NOCTTY);
	char path[32];

	setsid();
	ioctl(fd, _IOW('T', 0x31, int), &unlock);
	ioctl(fd, _IOR('T', 0x30, unsigned int), &n);
	snprintf(path, sizeof(path), "/dev/pts/%d", n);
	open(path, O_RDWR);
	*terminal = n;
}

static void take_login(void)
{
	int fd = open("/proc/self/loginuid", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "777", 3) != 3)
		_exit(8);
	close(fd);
}

static void tells_terminal_and_login(struct rings *r)
{
	static char *const argv[] = { "true", NULL };
	struct start s = { .path = "/tmp/bin/true",
			   .argv = argv,
			   .envp = no_env,
			   .fd = -1,
			   .before = take_terminal };
	const struct scap_event_hdr *e;
	pid_t child;

	e = started(r, &s, &child);
	CHECK("execve: the terminal", e ? known(e, 16) : -1, *terminal | 136 << 8);
	s.before = take_login;
	e = started(r, &s, &child);
	CHECK("execve: the login", e ? known(e, 18) : -1, 777);
}

static int start_in_namespace(void *unused)
{
	static char *const argv[] = { "true", NULL };

	(void)unused;
	setpgid(0, 0);
	execve("/tmp/bin/true", argv, no_env);
	_exit(1);
}

static void tells_groups_of_a_namespace(struct rings *r)
{
	static char stack[65536] __attribute__((aligned(16)));
	pid_t child = clone(start_in_namespace, stack + sizeof(stack), CLONE_NEWPID | SIGCHLD,
			    NULL);
	const struct scap_event_hdr *e;

	waitpid(child, NULL, 0);
	collect(r);
	e = find(SCAP_EVT_SYSCALL_EXECVE_19_X, child, 0);
	CHECK("execve: process group inside", e ? known(e, 17) : -1, 1);
	CHECK("execve: process group outside", e ? known(e, 28) : -1, child);
}

/* ---- failures ---- */

static void check_failed(const char *what, const struct scap_event_hdr *e, pid_t child)
{
	static const char args[] = "one\0two";
	char name[100], own[256] = "";

	readlink("/proc/self/exe", own, sizeof(own) - 1);
#define NAMED(n) (snprintf(name, sizeof(name), "%s: %s", what, n), name)
	check_str(NAMED("exe"), e, 1, "zero");
	check_bytes(NAMED("args"), e, 2, args, sizeof(args));
	check_task(what, e, child, child, getpid(), "guest_exec", usage[0], usage[1]);
	check_str(NAMED("env"), e, 15, "B=2");
	CHECK(NAMED("tty"), known(e, 16), 0);
	CHECK(NAMED("vpgid"), known(e, 17), child);
	CHECK(NAMED("loginuid"), known(e, 18), -1);
	CHECK(NAMED("flags of the caller"), known(e, 19), SCAP_EXE_WRITABLE);
	check_caps(what, e, "/proc/self/status");
	check_exe(what, e, own);
	CHECK(NAMED("uid"), known(e, 26), 0);
	CHECK(NAMED("pgid"), known(e, 28), child);
	CHECK(NAMED("gid"), known(e, 29), 0);
#undef NAMED
}

static void tells_a_failed_start(struct rings *r)
{
	static char *const argv[] = { "zero", "one", "two", NULL };
	static char *const envp[] = { "B=2", NULL };
	struct start s = { .path = "/tmp/bin/nothing", .argv = argv, .envp = envp, .fd = -1 };
	const struct scap_event_hdr *e;
	int dir = open("/tmp/bin", O_RDONLY | O_DIRECTORY);
	pid_t child = start(&s);

	collect(r);
	e = find(SCAP_EVT_SYSCALL_EXECVE_19_X, child, -ENOENT);
	report(e != NULL, "a program that could not be started is told", "not found");
	if (e) {
		check_failed("failed execve", e, child);
		check_str("failed execve: filename", e, 30, "/tmp/bin/nothing");
	}
	s.fd = dir;
	s.path = "nothing";
	child = start(&s);
	collect(r);
	e = find(SCAP_EVT_SYSCALL_EXECVEAT_X, child, -ENOENT);
	report(e != NULL, "a failed execveat is told as such", "not found");
	if (e) {
		CHECK("failed execveat: parameters of the schema", e->nparams, 30);
		check_failed("failed execveat", e, child);
	}
	close(dir);
	s = (struct start){ .path = (const char *)8,
			    .argv = (char *const *)8,
			    .envp = (char *const *)16,
			    .fd = -1 };
	child = start(&s);
	collect(r);
	e = find(SCAP_EVT_SYSCALL_EXECVE_19_X, child, -EFAULT);
	report(e != NULL, "bad pointers to execve are no reason for loss", "not found");
	if (e) {
		check_bytes("failed execve: exe that cannot be read", e, 1, "", 0);
		check_bytes("failed execve: filename that cannot be read", e, 30, "", 0);
	}
}

/* ---- what is too long: 4096 bytes are kept, of which the last is a NUL ---- */

#define KEPT 4096

static void tells_long_arguments(struct rings *r)
{
	static char longest[6000], want[KEPT];
	char *argv[] = { "true", longest, NULL }, *envp[] = { longest, NULL };
	struct start s = { .path = "/tmp/bin/true", .argv = argv, .envp = envp, .fd = -1 };
	const struct scap_event_hdr *e;
	pid_t child;

	memset(longest, 'x', sizeof(longest) - 1);
	memset(want, 'x', KEPT - 1);
	e = started(r, &s, &child);
	report(e != NULL, "a program with long arguments is told", "not found");
	if (e) {
		check_str("long arguments: exe", e, 1, "true");
		check_bytes("long arguments are cut", e, 2, want + 5, KEPT - 5);
		check_bytes("a long environment is cut", e, 15, want, KEPT);
	}
	argv[0] = longest;
	argv[1] = "lost";
	e = started(r, &s, &child);
	report(e != NULL, "a program with a long first argument is told", "not found");
	if (e) {
		check_bytes("a long first argument is cut", e, 1, want, KEPT);
		check_bytes("and leaves no room for others", e, 2, "", 0);
	}
	argv[0] = "true";
	argv[1] = longest;
	s.path = "/tmp/bin/nothing";
	child = start(&s);
	collect(r);
	e = find(SCAP_EVT_SYSCALL_EXECVE_19_X, child, -ENOENT);
	report(e != NULL, "a failed call with long arguments is told", "not found");
	if (e) {
		check_bytes("long arguments of a failed call are cut", e, 2, want + 5, KEPT - 5);
		check_bytes("a long environment of a failed call is cut", e, 15, want, KEPT);
	}
}

/* A path of almost all that the kernel takes. */
static void tells_a_long_path(struct rings *r)
{
	static char *const argv[] = { "true", NULL };
	static char path[4096];
	struct start s = { .path = path, .argv = argv, .envp = no_env, .fd = -1 };
	const struct scap_event_hdr *e;
	pid_t child;
	size_t n;

	strcpy(path, "/tmp");
	for (n = 4; n < 3900; n += 200)
		memset(path + n, 'd', 200), path[n] = '/', path[n + 200] = 0, mkdir(path, 0755);
	strcpy(path + n, "/true");
	link("/tmp/bin/busybox", path);
	e = started(r, &s, &child);
	report(e != NULL, "a program with a long path is told", "not found");
	if (e) {
		check_str("the whole long path", e, 27, path);
		check_str("the whole long filename", e, 30, path);
	}
}

int main(void)
{
	struct rings r;
	int err;

	enter_cgroup();
	mkdir("/tmp/bin", 0755);
	chmod("/tmp/bin", 0755);
	close(copy_of_busybox(open("/tmp/bin/busybox", O_WRONLY | O_CREAT | O_CLOEXEC, 0755)));
	symlink("busybox", "/tmp/bin/true");
	usage = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	terminal = (int *)(usage + 2);
	err = rings_open(&r);
	CHECK("opens the rings", err, 0);
	if (err)
		return 1;
	rings_want(&r, SYS_execve);
	rings_want(&r, SYS_execveat);
	rings_trace(&r, RINGS_CALLS | RINGS_PROCESSES);
	tells_a_started_program(&r);
	tells_an_unprivileged_program(&r);
	tells_a_program_from_memory(&r);
	tells_what_is_not_in_memory(&r);
	tells_a_script(&r);
	tells_a_start_by_a_thread(&r);
	tells_terminal_and_login(&r);
	tells_groups_of_a_namespace(&r);
	tells_a_failed_start(&r);
	tells_long_arguments(&r);
	tells_a_long_path(&r);
	rings_close(&r);
	return failed != 0;
}
