/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs in the guest as root: processes and threads that are made, cannot be made, and end, every
 * parameter of their events compared with what the system says elsewhere. Prints "ok - name" or
 * "not ok - name: why".
 */
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "kept.h"
#include "taskinfo.h"

#define UNPRIVILEGED 1234

/* What a child says of itself; shared, so that a vforked one can too. */
static struct {
	struct usage usage;
	int pid, tid, error;
} * child_says;

/* ---- the four ways to make a process ---- */

static struct clone_args clone3_args = { .exit_signal = SIGCHLD,
					 .flags = CLONE_NEWUTS | CLONE_PARENT_SETTID };
static pid_t clone3_tid;

static pid_t do_clone(void)
{
	return (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
}

static pid_t do_fork(void)
{
	return (pid_t)syscall(SYS_fork);
}

static pid_t do_clone3(void)
{
	clone3_args.parent_tid = (uint64_t)(uintptr_t)&clone3_tid;
	return (pid_t)syscall(SYS_clone3, &clone3_args, sizeof(clone3_args));
}

static const struct way {
	const char *name;
	unsigned int type;
	pid_t (*make)(void); /* NULL: vfork, which must not return from a function */
	uint32_t flags;
} ways[] = {
	{ "clone", SCAP_EVT_SYSCALL_CLONE_20_X, do_clone, SCAP_CLONE_FILES },
	{ "fork", SCAP_EVT_SYSCALL_FORK_20_X, do_fork, 0 },
	{ "vfork", SCAP_EVT_SYSCALL_VFORK_20_X, NULL, 0 },
	{ "clone3", SCAP_EVT_SYSCALL_CLONE3_X, do_clone3,
	  SCAP_CLONE_NEWUTS | SCAP_CLONE_PARENT_SETTID },
};
#define NWAYS (sizeof(ways) / sizeof(ways[0]))

static void check_ids(const char *what, const struct scap_event_hdr *e, uint32_t flags, long uid,
		      long gid, long vtid, long vpid)
{
	char name[120];

#define NAMED(n) (snprintf(name, sizeof(name), "%s: %s", what, n), name)
	CHECK(NAMED("flags"), known(e, 15), flags);
	CHECK(NAMED("uid"), known(e, 16), uid);
	CHECK(NAMED("gid"), known(e, 17), gid);
	CHECK(NAMED("vtid"), known(e, 18), vtid);
	CHECK(NAMED("vpid"), known(e, 19), vpid);
}

/*
 * When process @pid began, as the kernel's clock ticks tell. Those are of another clock, which it
 * reads next: when process 1 began, clocks went in steps of a timer interrupt, and one may lie
 * between the two.
 */
static void check_start(const char *what, const struct scap_event_hdr *e, pid_t pid)
{
	const long tick = 1000000000 / sysconf(_SC_CLK_TCK);
	long start = usage_of(pid).start_ticks * tick;
	char name[120];

	check_between(NAMED("start of its namespace"), e, 20, start - (pid == 1 ? tick : 0),
		      start + tick);
}

static void tells_both_sides(struct rings *r, const struct way *way)
{
	const struct scap_event_hdr *e;
	struct usage before = usage_of(getpid()), after;
	struct usage none = { 0 };
	char name[64];
	pid_t child;

	child = way->make ? way->make() : vfork();
	if (!child) {
		child_says->usage = usage_of((pid_t)syscall(SYS_getpid));
		_exit(0);
	}
	after = usage_of(getpid());
	waitpid(child, NULL, 0);
	collect(r);
	snprintf(name, sizeof(name), "%s in the parent", way->name);
	e = find(way->type, getpid(), child);
	report(e != NULL, name, "not found");
	if (e) {
		CHECK("clone: parameters of the schema", e->nparams, 21);
		check_str("clone: exe", e, 1, "./guest_process");
		check_bytes("clone: args", e, 2, "", 0);
		check_task(name, e, getpid(), getpid(), getppid(), "guest_process", before, after);
		check_ids(name, e, way->flags, 0, 0, getpid(), getpid());
		CHECK("clone: the parent tells no start of the namespace", known(e, 20), 0);
	}
	snprintf(name, sizeof(name), "%s in the child", way->name);
	e = find(way->type, child, 0);
	report(e != NULL, name, "not found");
	if (e) {
		none.size = child_says->usage.size;
		check_str("clone in the child: exe", e, 1, "./guest_process");
		check_bytes("clone in the child: args", e, 2, "", 0);
		check_task(name, e, child, child, getpid(), "guest_process", none,
			   child_says->usage);
		check_ids(name, e, way->flags, 0, 0, child, child);
		check_start(name, e, 1);
	}
}

/* All four, where the user may have no more processes. */
static void tells_failures(struct rings *r)
{
	struct usage before[NWAYS], after[NWAYS], (*shared)[NWAYS];
	const struct rlimit no_more = { 0, 0 };
	pid_t child;

	shared = mmap(NULL, sizeof(before) * 2, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	child = fork();
	if (!child) {
		setrlimit(RLIMIT_NPROC, &no_more);
		if (setgid(UNPRIVILEGED + 1) || setuid(UNPRIVILEGED))
			_exit(1);
		for (unsigned int i = 0; i < NWAYS; i++) {
			shared[0][i] = usage_of(getpid());
			if ((ways[i].make ? ways[i].make() : vfork()) >= 0)
				_exit(2);
			shared[1][i] = usage_of(getpid());
		}
		_exit(0);
	}
	waitpid(child, NULL, 0);
	memcpy(before, shared[0], sizeof(before));
	memcpy(after, shared[1], sizeof(after));
	collect(r);
	for (unsigned int i = 0; i < NWAYS; i++) {
		const struct scap_event_hdr *e = find(ways[i].type, child, -EAGAIN);
		char name[64];

		snprintf(name, sizeof(name), "failed %s", ways[i].name);
		report(e != NULL, name, "not found");
		if (!e)
			continue;
		check_str("failed clone: exe is an empty string", e, 1, "");
		check_bytes("failed clone: args are empty", e, 2, "", 0);
		check_task(name, e, child, child, getpid(), "guest_process", before[i], after[i]);
		check_ids(name, e, ways[i].flags, UNPRIVILEGED, UNPRIVILEGED + 1, child, child);
		CHECK("failed clone: no start of the namespace", known(e, 20), 0);
	}
	munmap(shared, sizeof(before) * 2);
}

static void tells_bad_pointers(struct rings *r)
{
	const struct scap_event_hdr *e;

	CHECK("clone3 without its structure", syscall(SYS_clone3, 8, 88), -1);
	CHECK("clone that cannot be", syscall(SYS_clone, CLONE_THREAD, 0, 0, 0, 0), -1);
	collect(r);
	e = find(SCAP_EVT_SYSCALL_CLONE3_X, getpid(), -EFAULT);
	report(e && known(e, 15) == 0, "clone3 without its structure is told", "not found");
	e = find(SCAP_EVT_SYSCALL_CLONE_20_X, getpid(), -EINVAL);
	report(e && known(e, 15) == SCAP_CLONE_THREAD, "a failed clone is told", "not found");
}

/* ---- threads ---- */

#define THREAD_FLAGS                                                                        \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | \
	 CLONE_CHILD_CLEARTID)

static char stack[65536] __attribute__((aligned(16)));
static volatile int thread_runs;

static int thread(void *unused)
{
	(void)unused;
	child_says->pid = (int)syscall(SYS_getpid);
	child_says->tid = (int)syscall(SYS_gettid);
	syscall(SYS_exit, 7);
	return 0;
}

/* To its end, which comes after the kernel has said that its stack is free. */
static void wait_for_thread(pid_t tid)
{
	for (int i = 0; i < 2000 && (thread_runs || !syscall(SYS_tgkill, getpid(), tid, 0)); i++)
		usleep(1000);
}

static void tells_a_thread(struct rings *r)
{
	const struct scap_event_hdr *e;
	pid_t tid;

	thread_runs = 1;
	tid = clone(thread, stack + sizeof(stack), THREAD_FLAGS, NULL, NULL, NULL, &thread_runs);
	wait_for_thread(tid);
	collect(r);
	CHECK("a thread has run", child_says->tid, tid);
	e = find(SCAP_EVT_SYSCALL_CLONE_20_X, tid, 0);
	report(e != NULL, "a thread is told by itself", "not found");
	if (e) {
		CHECK("thread: tid", known(e, 3), tid);
		CHECK("thread: pid of its process", known(e, 4), getpid());
		CHECK("thread: ptid", known(e, 5), getppid());
		check_ids("thread", e,
			  SCAP_CLONE_VM | SCAP_CLONE_FS | SCAP_CLONE_FILES | SCAP_CLONE_SIGHAND |
				  SCAP_CLONE_THREAD | SCAP_CLONE_SYSVSEM |
				  SCAP_CLONE_CHILD_CLEARTID,
			  0, 0, tid, getpid());
	}
	e = find(SCAP_EVT_PROCEXIT_1_E, tid, 7 << 8);
	report(e && known(e, 1) == 7 && known(e, 2) == 0 && known(e, 4) == 0,
	       "procexit: of a thread", "not found");
}

/* ---- namespaces ---- */

static int end_with(void *code)
{
	_exit((int)(intptr_t)code);
}

static int wait_then_end(void *fd)
{
	char c;

	read((int)(intptr_t)fd, &c, 1);
	_exit(5);
}

static void tells_a_pid_namespace(struct rings *r)
{
	const struct scap_event_hdr *e;
	pid_t child;
	int go[2];

	pipe(go);
	child = clone(wait_then_end, stack + sizeof(stack), CLONE_NEWPID | SIGCHLD,
		      (void *)(intptr_t)go[0]);
	usleep(100000);
	collect(r);
	e = find(SCAP_EVT_SYSCALL_CLONE_20_X, child, 0);
	report(e != NULL, "the first process of a namespace is told", "not found");
	if (e) {
		CHECK("namespace: tid outside", known(e, 3), child);
		check_ids("namespace", e, SCAP_CLONE_NEWPID | SCAP_CLONE_CHILD_IN_PIDNS, 0, 0, 1,
			  1);
		check_start("namespace", e, child);
	}
	write(go[1], "", 1);
	waitpid(child, NULL, 0);
	close(go[0]);
	close(go[1]);
	collect(r);
	e = find(SCAP_EVT_PROCEXIT_1_E, child, 5 << 8);
	report(e != NULL, "the end of a namespace is told", "not found");
}

/* The parent stays where it is, and what it makes does not. */
static void tells_a_namespace_for_children(struct rings *r)
{
	const struct scap_event_hdr *e;
	pid_t parent, child = 0;
	int out[2];

	pipe(out);
	parent = fork();
	if (!parent) {
		unshare(CLONE_NEWPID);
		child = (pid_t)syscall(SYS_fork);
		if (!child)
			_exit(0);
		write(out[1], &child, sizeof(child));
		waitpid(child, NULL, 0);
		_exit(0);
	}
	read(out[0], &child, sizeof(child));
	waitpid(parent, NULL, 0);
	collect(r);
	e = find(SCAP_EVT_SYSCALL_FORK_20_X, parent, child);
	report(e != NULL, "a namespace for children is told", "not found");
	if (e)
		check_ids("namespace for children", e, SCAP_CLONE_CHILD_IN_PIDNS, 0, 0, parent,
			  parent);
	close(out[0]);
	close(out[1]);
}

/* ---- the end ---- */

static void check_end(struct rings *r, const char *name, pid_t child, long status, long ret,
		      long sig, long core)
{
	const struct scap_event_hdr *e;

	collect(r);
	e = find(SCAP_EVT_PROCEXIT_1_E, child, status);
	report(e && known(e, 1) == ret && known(e, 2) == sig && known(e, 3) == core &&
		       known(e, 4) == 0,
	       name, "ret %ld, sig %ld, core %ld, reaper %ld", e ? (long)ring_int(e, 1) : -1,
	       e ? (long)ring_int(e, 2) : -1, e ? (long)ring_int(e, 3) : -1,
	       e ? (long)ring_int(e, 4) : -1);
}

static void tells_how_it_ended(struct rings *r)
{
	const struct rlimit any = { RLIM_INFINITY, RLIM_INFINITY };
	pid_t child = fork();
	int status = 0;

	if (!child)
		_exit(42);
	waitpid(child, NULL, 0);
	check_end(r, "procexit: what exit was given", child, 42 << 8, 42, 0, 0);
	child = fork();
	if (!child) {
		pause();
		_exit(0);
	}
	kill(child, SIGTERM);
	waitpid(child, NULL, 0);
	check_end(r, "procexit: by a signal", child, SIGTERM, 0, SIGTERM, 0);
	child = fork();
	if (!child) {
		setrlimit(RLIMIT_CORE, &any);
		chdir("/tmp");
		abort();
	}
	waitpid(child, &status, 0);
	CHECK("a core is written", !!WCOREDUMP(status), 1);
	check_end(r, "procexit: with a core", child, SIGABRT | 0x80, 0, SIGABRT, 1);
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

/* A thread's children are adopted by another thread of its process. */
static int thread_with_child(void *unused)
{
	(void)unused;
	if (!syscall(SYS_fork))
		syscall(SYS_exit_group, 0);
	syscall(SYS_exit, 9);
	return 0;
}

static void tells_that_threads_adopt(struct rings *r)
{
	const struct scap_event_hdr *e;
	pid_t tid;

	thread_runs = 1;
	tid = clone(thread_with_child, stack + sizeof(stack), THREAD_FLAGS, NULL, NULL, NULL,
		    &thread_runs);
	wait_for_thread(tid);
	wait(NULL);
	collect(r);
	e = find(SCAP_EVT_PROCEXIT_1_E, tid, 9 << 8);
	CHECK("procexit: another thread adopts", e ? known(e, 4) : -1, getpid());
}

/* The first process of a namespace leaves nobody who could adopt. */
static int end_with_child(void *unused)
{
	(void)unused;
	if (!syscall(SYS_fork))
		pause();
	_exit(6);
}

static void tells_that_nobody_adopts(struct rings *r)
{
	pid_t child = clone(end_with_child, stack + sizeof(stack), CLONE_NEWPID | SIGCHLD, NULL);

	waitpid(child, NULL, 0);
	check_end(r, "procexit: nobody adopts in a namespace that ends", child, 6 << 8, 6, 0, 0);
	child = clone(end_with, stack + sizeof(stack), CLONE_VM | CLONE_VFORK | SIGCHLD, (void *)3);
	waitpid(child, NULL, 0);
	check_end(r, "procexit: of one that shares memory", child, 3 << 8, 3, 0, 0);
}

int main(void)
{
	static const int calls[] = { SYS_clone, SYS_clone3, SYS_fork, SYS_vfork };
	struct rings r;
	int err;

	enter_cgroup();
	child_says = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	err = rings_open(&r);
	CHECK("opens the rings", err, 0);
	if (err)
		return 1;
	for (unsigned int i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		rings_want(&r, calls[i]);
	rings_trace(&r, RINGS_CALLS | RINGS_PROCESSES);
	usage_of(getpid()); /* the first look makes memory of its own */
	for (unsigned int i = 0; i < NWAYS; i++)
		tells_both_sides(&r, &ways[i]);
	tells_failures(&r);
	tells_bad_pointers(&r);
	tells_a_thread(&r);
	tells_a_pid_namespace(&r);
	tells_a_namespace_for_children(&r);
	tells_how_it_ended(&r);
	tells_who_adopts(&r, false);
	tells_who_adopts(&r, true);
	tells_that_threads_adopt(&r);
	tells_that_nobody_adopts(&r);
	rings_close(&r);
	return failed != 0;
}
