/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs in the guest as root: processes that start, fail to start, fork, move into a pid namespace
 * and end, every parameter of their events compared with what the system says elsewhere. Prints
 * "ok - name" or "not ok - name: why".
 */
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "coverage.h"
#include "report.h"
#include "ring.h"

/* ---- copies of events, so that the rings are given back ---- */

#define MAX_KEPT 4096
static struct scap_event_hdr *kept[MAX_KEPT];
static unsigned int nkept;

/* All process events since the last call. */
static void collect(struct rings *r)
{
	while (nkept)
		free(kept[--nkept]);
	for (unsigned int cpu = 0; cpu < r->n; cpu++) {
		struct ring_event e = { 0 };

		while (ring_next(r, cpu, &e) && nkept < MAX_KEPT) {
			if (!ring_event_ok(e.hdr)) {
				report(false, "events are whole", "type %u", e.hdr->type);
				continue;
			}
			kept[nkept] = malloc(e.hdr->len);
			memcpy(kept[nkept++], e.hdr, e.hdr->len);
		}
	}
}

/* An integer that is about to be compared with what is known from elsewhere. */
static int64_t known(const struct scap_event_hdr *e, unsigned int i)
{
	coverage_param(e, i);
	return ring_int(e, i);
}

/* The event of @type by @tid whose first parameter is @res; NULL: none, or more than one. */
static const struct scap_event_hdr *find(unsigned int type, long tid, long res)
{
	const struct scap_event_hdr *found = NULL;

	for (unsigned int i = 0; i < nkept; i++)
		if (kept[i]->type == type && (long)kept[i]->tid == tid &&
		    ring_int(kept[i], 0) == res) {
			if (found)
				return NULL;
			found = kept[i];
		}
	if (found)
		coverage_param(found, 0);
	return found;
}

static void check_bytes(const char *name, const struct scap_event_hdr *e, unsigned int i,
			const void *want, size_t want_len)
{
	unsigned int len = 0;
	const uint8_t *p = ring_param(e, i, &len);

	coverage_param(e, i);
	report(p && len == want_len && !memcmp(p, want, len), name,
	       "got %u bytes '%.*s', expected %zu '%.*s'", len, (int)len, (const char *)p, want_len,
	       (int)want_len, (const char *)want);
}

static void check_str(const char *name, const struct scap_event_hdr *e, unsigned int i,
		      const char *want)
{
	check_bytes(name, e, i, want, strlen(want) + 1);
}

/* A number in a file under /proc, behind @key. */
static long proc_number(const char *path, const char *key)
{
	char line[256];
	long v = -1;
	FILE *f = fopen(path, "r");

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, key, strlen(key)))
			v = strtol(line + strlen(key), NULL, key[0] == 'C' ? 16 : 10);
	if (f)
		fclose(f);
	return v;
}

/* What /proc/self/cgroup says of the unified hierarchy. */
static void own_cgroup(char *path, size_t size)
{
	char line[512];
	FILE *f = fopen("/proc/self/cgroup", "r");

	path[0] = 0;
	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, "0::", 3)) {
			line[strcspn(line, "\n")] = 0;
			snprintf(path, size, "%s", line + 3);
		}
	if (f)
		fclose(f);
}

/* The list has "@controller=@path" as one of its strings. */
static bool has_cgroup(const struct scap_event_hdr *e, const char *controller, const char *path)
{
	unsigned int len = 0;
	const char *p = (const char *)ring_param(e, 14, &len), *end = p + len;
	char want[600];

	snprintf(want, sizeof(want), "%s=%s", controller, path);
	for (; p < end; p += strlen(p) + 1)
		if (!strcmp(p, want))
			return true;
	return false;
}

/* Parameters tid to cgroups, the same in the clone and execve events. */
static void check_process(const char *what, const struct scap_event_hdr *e, long tid, long pid,
			  long ptid, const char *comm)
{
	char name[100], cgroup[512];
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
#define NAMED(n) (snprintf(name, sizeof(name), "%s: %s", what, n), name)
	CHECK(NAMED("tid"), known(e, 3), tid);
	CHECK(NAMED("pid"), known(e, 4), pid);
	CHECK(NAMED("ptid"), known(e, 5), ptid);
	check_bytes(NAMED("cwd is left to the reader"), e, 6, "", 0);
	CHECK(NAMED("fdlimit"), known(e, 7), limit.rlim_cur);
	report(ring_int(e, 8) >= 0 && ring_int(e, 8) < 1000, NAMED("pgft_maj"), "%ld",
	       (long)ring_int(e, 8));
	report(ring_int(e, 9) > 0 && ring_int(e, 9) < 100000, NAMED("pgft_min"), "%ld",
	       (long)ring_int(e, 9));
	report(ring_int(e, 10) > 500 && ring_int(e, 10) < 200000, NAMED("vm_size"), "%ld",
	       (long)ring_int(e, 10));
	report(ring_int(e, 11) >= 0 && ring_int(e, 11) <= ring_int(e, 10), NAMED("vm_rss"), "%ld",
	       (long)ring_int(e, 11));
	CHECK(NAMED("vm_swap"), known(e, 12), 0);
	check_str(NAMED("comm"), e, 13, comm);
	own_cgroup(cgroup, sizeof(cgroup));
	report(has_cgroup(e, "cpuset", "/") || has_cgroup(e, "cpuset", cgroup), NAMED("cgroups"),
	       "no cpuset");
	report(has_cgroup(e, "perf_event", cgroup), NAMED("cgroups have the exact path"), "not %s",
	       cgroup);
}

/* ---- execve ---- */

#define UNPRIVILEGED 1234

struct start {
	const char *path; /* to be started */
	char *const *argv;
	char *const *envp;
	int fd;	   /* execveat() of this descriptor, unless negative */
	bool drop; /* become another user before */
};

/* Starts the program in a child and waits for its end; the child's pid. */
static pid_t start(const struct start *s)
{
	pid_t child = fork();

	if (child) {
		waitpid(child, NULL, 0);
		return child;
	}
	setpgid(0, 0);
	if (s->drop && (setgid(UNPRIVILEGED + 1) || setuid(UNPRIVILEGED)))
		_exit(9);
	if (s->fd >= 0)
		syscall(SYS_execveat, s->fd, s->path, s->argv, s->envp, AT_EMPTY_PATH);
	else
		execve(s->path, s->argv, s->envp);
	_exit(1);
}

static uint64_t ns_of(struct timespec t)
{
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void tells_a_started_program(struct rings *r)
{
	static char *const argv[] = { "argument zero/true", "-one", "", "three 3", NULL };
	static char *const envp[] = { "A=1", "EMPTY=", "PATH=/bin:/usr/bin", NULL };
	static const char args[] = "-one\0\0three 3", env[] = "A=1\0EMPTY=\0PATH=/bin:/usr/bin";
	struct start s = { "/proc/self/cwd/true", argv, envp, -1, false };
	const struct scap_event_hdr *e;
	struct stat st;
	pid_t child;

	chdir("/tmp/bin");
	child = start(&s);
	collect(r);
	e = find(SCAP_EVT_SYSCALL_EXECVE_19_X, child, 0);
	report(e != NULL, "a started program is told once", "not found");
	if (!e)
		return;
	stat("/tmp/bin/busybox", &st);
	CHECK("execve: parameters of the schema", e->nparams, 31);
	check_str("execve: exe is the first argument", e, 1, argv[0]);
	check_bytes("execve: args are the others", e, 2, args, sizeof(args));
	check_process("execve", e, child, child, getpid(), "true");
	check_bytes("execve: env", e, 15, env, sizeof(env));
	CHECK("execve: no terminal", known(e, 16), 0);
	CHECK("execve: vpgid", known(e, 17), child);
	CHECK("execve: loginuid", known(e, 18), -1);
	CHECK("execve: root can write what it starts", known(e, 19), SCAP_EXE_WRITABLE);
	CHECK("execve: inheritable capabilities", known(e, 20),
	      proc_number("/proc/self/status", "CapInh:"));
	CHECK("execve: permitted capabilities", known(e, 21),
	      proc_number("/proc/self/status", "CapPrm:"));
	CHECK("execve: effective capabilities", known(e, 22),
	      proc_number("/proc/self/status", "CapEff:"));
	CHECK("execve: inode", known(e, 23), st.st_ino);
	CHECK("execve: change time", known(e, 24), ns_of(st.st_ctim));
	CHECK("execve: modification time", known(e, 25), ns_of(st.st_mtim));
	CHECK("execve: uid", known(e, 26), 0);
	check_str("execve: the path with links resolved", e, 27, "/tmp/bin/busybox");
	CHECK("execve: pgid", known(e, 28), child);
	CHECK("execve: gid", known(e, 29), 0);
	check_str("execve: filename as it was given", e, 30, s.path);
}

static void tells_an_unprivileged_program(struct rings *r)
{
	static char *const argv[] = { "true", NULL };
	static char *const envp[] = { NULL };
	struct start s = { "/tmp/bin/true", argv, envp, -1, true };
	const struct scap_event_hdr *e;
	pid_t child;

	chmod("/tmp/bin/busybox", 0755);
	child = start(&s);
	collect(r);
	e = find(SCAP_EVT_SYSCALL_EXECVE_19_X, child, 0);
	if (e) {
		CHECK("execve: what others own is not writable", known(e, 19), 0);
		CHECK("execve: uid of another user", known(e, 26), UNPRIVILEGED);
		CHECK("execve: gid of another group", known(e, 29), UNPRIVILEGED + 1);
		CHECK("execve: no capabilities", known(e, 22), 0);
		check_bytes("execve: no args", e, 2, "", 0);
		check_bytes("execve: no env", e, 15, "", 0);
	}
	chmod("/tmp/bin/busybox", 0757);
	child = start(&s);
	collect(r);
	e = find(SCAP_EVT_SYSCALL_EXECVE_19_X, child, 0);
	report(e && ring_int(e, 19) == SCAP_EXE_WRITABLE, "execve: a file that all may write",
	       "flags %ld", e ? (long)ring_int(e, 19) : -1);
	chmod("/tmp/bin/busybox", 0755);
}

static void tells_a_program_from_memory(struct rings *r)
{
	static char *const argv[] = { "true", NULL };
	static char *const envp[] = { NULL };
	int fd = memfd_create("hidden", 0), from = open("/bin/busybox", O_RDONLY);
	struct start s = { "", argv, envp, fd, false };
	const struct scap_event_hdr *e;
	char buf[65536], path[64];
	pid_t child;
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf))) > 0)
		if (write(fd, buf, (size_t)n) != n)
			return;
	close(from);
	child = start(&s);
	collect(r);
	e = find(SCAP_EVT_SYSCALL_EXECVE_19_X, child, 0);
	report(e != NULL, "execveat that succeeds is told as execve", "not found");
	if (e) {
		CHECK("execve: from memory", known(e, 19), SCAP_EXE_WRITABLE | SCAP_EXE_FROM_MEMFD);
		check_str("execve: path of a file in memory", e, 27, "/memfd:hidden (deleted)");
		snprintf(path, sizeof(path), "/dev/fd/%d", fd);
		check_str("execveat: filename", e, 30, path);
	}
	close(fd);
}

static void tells_a_failed_start(struct rings *r)
{
	static char *const argv[] = { "zero", "one", "two", NULL };
	static char *const envp[] = { "B=2", NULL };
	static const char args[] = "one\0two";
	struct start s = { "/tmp/bin/nothing", argv, envp, -1, false };
	const struct scap_event_hdr *e;
	int dir = open("/tmp/bin", O_RDONLY | O_DIRECTORY);
	char own[256] = "";
	struct stat st;
	pid_t child = start(&s);

	collect(r);
	e = find(SCAP_EVT_SYSCALL_EXECVE_19_X, child, -ENOENT);
	report(e != NULL, "a program that could not be started is told", "not found");
	if (e) {
		check_str("failed execve: exe", e, 1, "zero");
		check_bytes("failed execve: args", e, 2, args, sizeof(args));
		check_process("failed execve", e, child, child, getpid(), "guest_process");
		check_str("failed execve: env", e, 15, "B=2");
		stat("/proc/self/exe", &st);
		CHECK("failed execve: inode of the caller", known(e, 23), st.st_ino);
		readlink("/proc/self/exe", own, sizeof(own) - 1);
		check_str("failed execve: path of the caller", e, 27, own);
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
		check_str("failed execveat: exe", e, 1, "zero");
		check_str("failed execveat: env", e, 15, "B=2");
	}
	close(dir);
	s = (struct start){ (const char *)8, (char *const *)8, (char *const *)16, -1, false };
	child = start(&s);
	collect(r);
	e = find(SCAP_EVT_SYSCALL_EXECVE_19_X, child, -EFAULT);
	report(e != NULL, "bad pointers to execve are no reason for loss", "not found");
	if (e) {
		check_bytes("failed execve: exe that cannot be read", e, 1, "", 0);
		check_bytes("failed execve: filename that cannot be read", e, 30, "", 0);
	}
}

static void cuts_long_arguments(struct rings *r)
{
	static char longest[6000];
	char *argv[] = { "true", longest, NULL }, *envp[] = { longest, NULL };
	struct start s = { "/tmp/bin/true", argv, envp, -1, false };
	const struct scap_event_hdr *e;
	unsigned int len = 0;
	const uint8_t *p;
	pid_t child;

	memset(longest, 'x', sizeof(longest) - 1);
	child = start(&s);
	collect(r);
	e = find(SCAP_EVT_SYSCALL_EXECVE_19_X, child, 0);
	if (!e) {
		report(false, "long arguments are cut", "not found");
		return;
	}
	p = ring_param(e, 2, &len);
	CHECK("long arguments are cut", len, 4096 - 5);
	CHECK("and end in a NUL", p[len - 1], 0);
	p = ring_param(e, 15, &len);
	CHECK("a long environment is cut", len, 4096);
}

/* ---- clone ---- */

static void tells_a_fork_twice(struct rings *r)
{
	const struct scap_event_hdr *e;
	pid_t child = fork();

	if (!child)
		_exit(0);
	waitpid(child, NULL, 0);
	collect(r);
	e = find(SCAP_EVT_SYSCALL_CLONE_20_X, getpid(), child);
	report(e != NULL, "a fork is told by the parent", "not found");
	if (e) {
		CHECK("clone: parameters of the schema", e->nparams, 21);
		check_str("clone: exe", e, 1, "./guest_process");
		check_bytes("clone: args", e, 2, "", 0);
		check_process("clone", e, getpid(), getpid(), getppid(), "guest_process");
		CHECK("clone: flags", known(e, 15),
		      SCAP_CLONE_CHILD_CLEARTID | SCAP_CLONE_CHILD_SETTID);
		CHECK("clone: uid", known(e, 16), 0);
		CHECK("clone: gid", known(e, 17), 0);
		CHECK("clone: vtid", known(e, 18), getpid());
		CHECK("clone: vpid", known(e, 19), getpid());
		CHECK("clone: the parent tells no start of the namespace", known(e, 20), 0);
	}
	e = find(SCAP_EVT_SYSCALL_CLONE_20_X, child, 0);
	report(e != NULL, "and by the child", "not found");
	if (e) {
		check_process("clone in the child", e, child, child, getpid(), "guest_process");
		CHECK("clone in the child: vtid", known(e, 18), child);
		report(ring_int(e, 20) > 0, "clone in the child: start of the namespace", "%ld",
		       (long)ring_int(e, 20));
	}
}

static void tells_clone3_and_threads(struct rings *r)
{
	struct clone_args args = { .exit_signal = SIGCHLD,
				   .flags = CLONE_NEWUTS | CLONE_PARENT_SETTID };
	const struct scap_event_hdr *e;
	pid_t child, tid = 0;

	args.parent_tid = (uint64_t)(uintptr_t)&tid;
	child = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (!child)
		_exit(0);
	waitpid(child, NULL, 0);
	child = child > 0 ? child : -errno;
	collect(r);
	e = find(SCAP_EVT_SYSCALL_CLONE3_X, getpid(), child);
	report(e && ring_int(e, 15) == (SCAP_CLONE_NEWUTS | SCAP_CLONE_PARENT_SETTID),
	       "clone3: flags from its structure", "%lx", e ? (long)ring_int(e, 15) : -1);
	e = find(SCAP_EVT_SYSCALL_CLONE3_X, child, 0);
	report(e && ring_int(e, 3) == child, "clone3: told by the child", "not found");
	child = vfork();
	if (!child)
		_exit(0);
	waitpid(child, NULL, 0);
	collect(r);
	report(find(SCAP_EVT_SYSCALL_VFORK_20_X, getpid(), child) != NULL,
	       "vfork: told by the parent", "not found");
	report(find(SCAP_EVT_SYSCALL_VFORK_20_X, child, 0) != NULL, "vfork: told by the child",
	       "not found");
	CHECK("clone that fails", syscall(SYS_clone, CLONE_THREAD, 0, 0, 0, 0), -1);
	collect(r);
	e = find(SCAP_EVT_SYSCALL_CLONE_20_X, getpid(), -EINVAL);
	report(e != NULL, "a failed clone is told", "not found");
	if (e) {
		check_str("failed clone: exe is an empty string", e, 1, "");
		check_bytes("failed clone: args are empty", e, 2, "", 0);
	}
}

static int end_with(void *code)
{
	_exit((int)(intptr_t)code);
}

static void tells_a_pid_namespace(struct rings *r)
{
	static char stack[65536] __attribute__((aligned(16)));
	const struct scap_event_hdr *e;
	pid_t child = clone(end_with, stack + sizeof(stack), CLONE_NEWPID | SIGCHLD, (void *)5);

	waitpid(child, NULL, 0);
	collect(r);
	e = find(SCAP_EVT_SYSCALL_CLONE_20_X, child, 0);
	report(e != NULL, "the first process of a namespace is told", "not found");
	if (e) {
		CHECK("namespace: tid outside", known(e, 3), child);
		CHECK("namespace: vtid inside", known(e, 18), 1);
		CHECK("namespace: vpid inside", known(e, 19), 1);
		CHECK("namespace: flags", known(e, 15),
		      SCAP_CLONE_NEWPID | SCAP_CLONE_CHILD_IN_PIDNS);
		report(ring_int(e, 20) > 0, "namespace: its start", "%ld", (long)ring_int(e, 20));
	}
	e = find(SCAP_EVT_PROCEXIT_1_E, child, 5 << 8);
	report(e != NULL, "the end of a namespace is told", "not found");
}

/* ---- the end ---- */

static void tells_how_it_ended(struct rings *r)
{
	const struct scap_event_hdr *e;
	pid_t child = fork();

	if (!child)
		_exit(42);
	waitpid(child, NULL, 0);
	collect(r);
	e = find(SCAP_EVT_PROCEXIT_1_E, child, 42 << 8);
	report(e != NULL, "procexit: status", "not found");
	if (e) {
		CHECK("procexit: ret", known(e, 1), 42);
		CHECK("procexit: sig", known(e, 2), 0);
		CHECK("procexit: core", known(e, 3), 0);
		CHECK("procexit: no children, no reaper", known(e, 4), 0);
	}
	child = fork();
	if (!child) {
		pause();
		_exit(0);
	}
	kill(child, SIGTERM);
	waitpid(child, NULL, 0);
	collect(r);
	e = find(SCAP_EVT_PROCEXIT_1_E, child, SIGTERM);
	report(e && ring_int(e, 1) == 0 && ring_int(e, 2) == SIGTERM, "procexit: by a signal",
	       "sig %ld", e ? (long)ring_int(e, 2) : -1);
}

static volatile sig_atomic_t noted;

static void note(int sig)
{
	(void)sig;
	noted++;
}

static void tells_signals(struct rings *r)
{
	static const int sigs[] = { SIGTERM, SIGUSR1, SIGHUP, SIGCHLD };
	bool ok = true;
	sigset_t all, old;
	pid_t child;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	child = fork();
	if (!child) {
		for (int i = 0; i < 3; i++)
			signal(sigs[i], note);
		while (noted < 3)
			sigsuspend(&old);
		_exit(0);
	}
	for (int i = 0; i < 3; i++)
		kill(child, sigs[i]);
	signal(SIGCHLD, note);
	sigprocmask(SIG_SETMASK, &old, NULL);
	while (waitpid(child, NULL, 0) < 0)
		;
	signal(SIGCHLD, SIG_DFL);
	collect(r);
	for (int i = 0; i < 4; i++) {
		pid_t from = sigs[i] == SIGCHLD ? child : getpid();
		pid_t to = sigs[i] == SIGCHLD ? getpid() : child;
		const struct scap_event_hdr *e = find(SCAP_EVT_SIGNALDELIVER_E, to, from);

		for (unsigned int k = 0; !e && k < nkept; k++)
			if (kept[k]->type == SCAP_EVT_SIGNALDELIVER_E && (long)kept[k]->tid == to &&
			    ring_int(kept[k], 0) == from && ring_int(kept[k], 2) == sigs[i])
				e = kept[k];
		ok &= e && ring_int(e, 1) == to;
	}
	report(ok, "signaldeliver: who sent it, to whom, and what", "not found");
}

/* A child that leaves a child behind; who adopts it according to the kernel, through a pipe. */
static void tells_who_adopts(struct rings *r, bool subreaper)
{
	const struct scap_event_hdr *e;
	pid_t child, adopter = 0;
	int out[2], go[2];
	char c = 0;

	pipe(out);
	pipe(go);
	prctl(PR_SET_CHILD_SUBREAPER, subreaper);
	child = fork();
	if (!child) {
		if (!fork()) {
			pid_t parent;

			read(go[0], &c, 1);
			parent = getppid();
			write(out[1], &parent, sizeof(parent));
			_exit(0);
		}
		_exit(0);
	}
	waitpid(child, NULL, 0);
	write(go[1], &c, 1);
	read(out[0], &adopter, sizeof(adopter));
	if (subreaper)
		wait(NULL);
	collect(r);
	e = find(SCAP_EVT_PROCEXIT_1_E, child, 0);
	CHECK(subreaper ? "procexit: a subreaper adopts" : "procexit: process 1 adopts",
	      e ? known(e, 4) : -1, adopter);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	close(out[0]);
	close(out[1]);
	close(go[0]);
	close(go[1]);
}

static void tells_switches(struct rings *r)
{
	unsigned int mine = 0, bad = 0;

	rings_trace(r, 1u << SCAP_TP_SCHED_SWITCH);
	for (int i = 0; i < 20; i++)
		usleep(1000);
	rings_trace(r, 0);
	collect(r);
	for (unsigned int i = 0; i < nkept; i++) {
		const struct scap_event_hdr *e = kept[i];

		if (e->type != SCAP_EVT_SCHEDSWITCH_6_E || (long)e->tid != getpid())
			continue;
		mine++;
		bad += ring_int(e, 0) == getpid() || ring_int(e, 2) <= 0 || ring_int(e, 3) < 500;
	}
	report(mine >= 10 && !bad, "switch: who leaves, who comes, and the leaver's memory",
	       "%u %u", mine, bad);
}

static void tells_page_faults(struct rings *r)
{
	size_t page = 4096;
	volatile uint8_t *p = mmap(NULL, 4 * page, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	bool found = false;

	rings_trace(r, 1u << SCAP_TP_PAGE_FAULT_USER);
	p[2 * page] = 1;
	rings_trace(r, 0);
	collect(r);
	for (unsigned int i = 0; i < nkept; i++)
		if (kept[i]->type == SCAP_EVT_PAGE_FAULT_E &&
		    ring_int(kept[i], 0) == (int64_t)(uintptr_t)(p + 2 * page))
			found |= ring_int(kept[i], 2) ==
				 (SCAP_PAGE_NOT_PRESENT | SCAP_WRITE_ACCESS | SCAP_USER_FAULT);
	report(found, "page_fault: address and kind", "not found");
}

/* An own cgroup, an own tree with busybox behind a link. */
static void prepare(void)
{
	FILE *f;

	mkdir("/sys/fs/cgroup/test", 0755);
	f = fopen("/sys/fs/cgroup/test/cgroup.procs", "w");
	if (f) {
		fprintf(f, "%d", (int)getpid());
		fclose(f);
	}
	mkdir("/tmp/bin", 0755);
	chmod("/tmp/bin", 0755);
	system("cp /bin/busybox /tmp/bin/busybox");
	symlink("busybox", "/tmp/bin/true");
}

int main(void)
{
	struct rings r;
	int err;

	prepare();
	err = rings_open(&r);
	CHECK("opens the rings", err, 0);
	if (err)
		return 1;
	rings_want(&r, SYS_clone);
	rings_want(&r, SYS_clone3);
	rings_want(&r, SYS_fork);
	rings_want(&r, SYS_vfork);
	rings_want(&r, SYS_execve);
	rings_want(&r, SYS_execveat);
	rings_trace(&r, RINGS_CALLS | RINGS_PROCESSES | 1u << SCAP_TP_SIGNAL_DELIVER);
	tells_a_fork_twice(&r);
	tells_a_started_program(&r);
	tells_an_unprivileged_program(&r);
	tells_a_program_from_memory(&r);
	tells_a_failed_start(&r);
	cuts_long_arguments(&r);
	tells_clone3_and_threads(&r);
	tells_a_pid_namespace(&r);
	tells_how_it_ended(&r);
	tells_signals(&r);
	tells_who_adopts(&r, false);
	tells_who_adopts(&r, true);
	tells_switches(&r);
	tells_page_faults(&r);
	rings_close(&r);
	return failed != 0;
}
