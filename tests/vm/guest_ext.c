// SPDX-License-Identifier: BSD-2-Clause
/*
 * The module's extensions, from inside a guest: poll() that wakes, scopes, latency and identity
 * items, loss counters, and that a consumer who asks for none of them sees no difference.
 */
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include "report.h"
#include "ring.h"

#define MS	    1000000ull
#define BAD_POINTER ((void *)8)
#define GROUP	    "/sys/fs/cgroup/scapula-test"

static int ask(const struct rings *r, unsigned long cmd, unsigned long arg)
{
	return ioctl(r->control, cmd, arg) < 0 ? -errno : 0;
}
#define ASK(r, name, arg) ask(r, SCAP_IOCTL_##name, (unsigned long)(arg))

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 * MS + (uint64_t)t.tv_nsec;
}

static void sleep_ms(unsigned int ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * (long)MS };

	nanosleep(&t, NULL);
}

/* Which events are looked for, and what was found. */
struct look {
	int type;     /* -1: any */
	uint64_t tid; /* 0: any */
	unsigned int n, with_latency, with_identity, odd;
	uint64_t least, most; /* latency */
	uint64_t cgroup;
	struct scap_namespaces ns;
	unsigned int cpu;
	uint8_t bytes[512]; /* the last one, without items */
	uint32_t len;
	int64_t res;
};

static uint32_t declared(const struct scap_event_hdr *hdr)
{
	uint32_t sum = sizeof(*hdr) + 2 * hdr->nparams;
	unsigned int len = 0;

	for (unsigned int i = 0; i < hdr->nparams; i++) {
		ring_param(hdr, i, &len);
		sum += len;
	}
	return sum;
}

static void take_items(struct look *l, const struct scap_event_hdr *hdr)
{
	const uint8_t *p = (const uint8_t *)hdr + declared(hdr),
		      *end = (const uint8_t *)hdr + hdr->len;
	struct scap_item_hdr h;
	uint64_t ns;

	for (; end - p >= (long)sizeof(h); p += sizeof(h) + h.len) {
		memcpy(&h, p, sizeof(h));
		if (h.len > end - p - (long)sizeof(h))
			break;
		if (h.kind == SCAP_ITEM_LATENCY) {
			memcpy(&ns, p + sizeof(h), sizeof(ns));
			l->least = !l->with_latency || ns < l->least ? ns : l->least;
			l->most = ns > l->most ? ns : l->most;
			l->with_latency++;
		} else if (h.kind == SCAP_ITEM_CGROUP) {
			memcpy(&l->cgroup, p + sizeof(h), sizeof(l->cgroup));
		} else if (h.kind == SCAP_ITEM_NAMESPACES) {
			memcpy(&l->ns, p + sizeof(h), sizeof(l->ns));
			l->with_identity++;
		}
	}
	if (p != end)
		l->odd++;
}

/* Takes everything that is in the rings and counts what is looked for. */
static void gather(struct rings *r, struct look *l)
{
	for (unsigned int cpu = 0; cpu < r->n; cpu++) {
		struct ring_event e = { 0 };

		while (ring_next(r, cpu, &e)) {
			if ((l->type >= 0 && e.hdr->type != l->type) ||
			    (l->tid && e.hdr->tid != l->tid))
				continue;
			l->n++;
			l->cpu = cpu;
			l->res = ring_int(e.hdr, 0);
			l->len = declared(e.hdr) < sizeof(l->bytes) ? declared(e.hdr)
								    : sizeof(l->bytes);
			memcpy(l->bytes, e.hdr, l->len);
			((struct scap_event_hdr *)l->bytes)->len = l->len;
			take_items(l, e.hdr);
		}
	}
}

static struct look look(struct rings *r, int type, uint64_t tid)
{
	struct look l = { .type = type, .tid = tid };

	gather(r, &l);
	return l;
}

static void pin(pid_t tid, int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(tid, sizeof(set), &set);
}

static uint64_t my_tid(void)
{
	return (uint64_t)syscall(SYS_gettid);
}

static void finds_extensions(struct rings *r)
{
	uint64_t ext = 0;
	struct scap_wake wake = { 1, 0 };

	CHECK("says which extensions it has", ASK(r, GET_EXTENSIONS, &ext), 0);
	CHECK("has all of them", ext,
	      SCAP_EXT_WAKE | SCAP_EXT_SCOPE | SCAP_EXT_ITEMS | SCAP_EXT_LOSSES);
	CHECK("refuses a bad pointer for extensions", ASK(r, GET_EXTENSIONS, BAD_POINTER), -EINVAL);
	CHECK("refuses a bad pointer for losses", ASK(r, GET_LOSSES, BAD_POINTER), -EINVAL);
	CHECK("refuses a bad pointer for waking", ASK(r, SET_WAKE, BAD_POINTER), -EINVAL);
	CHECK("refuses to wake without a time", ASK(r, SET_WAKE, &wake), -EINVAL);
	CHECK("refuses unknown items", ASK(r, SET_ITEMS, 4), -EINVAL);
	CHECK("refuses a bad pointer for a name", ASK(r, SCOPE_COMM, BAD_POINTER), -EINVAL);
	CHECK("refuses an empty name", ASK(r, SCOPE_COMM, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
	      -EINVAL);
	CHECK("refuses a process that is not", ASK(r, SCOPE_PID, 4000000), -ESRCH);
	CHECK("refuses process 0", ASK(r, SCOPE_PID, 0), -EINVAL);
	CHECK("refuses a cgroup that is no descriptor", ASK(r, SCOPE_CGROUP, 9999), -EBADF);
	CHECK("refuses a cgroup that is a pipe or a device", ASK(r, SCOPE_CGROUP, r->control),
	      -EINVAL);
	CHECK("a scope that is not set can be cleared", ASK(r, SCOPE_CLEAR, 0), 0);
}

/* ---- latency ---- */

static int pipe_fds[2];

static void *read_one(void *arg)
{
	char byte;

	if (read(pipe_fds[0], &byte, 1) != 1)
		return NULL;
	return arg;
}

struct reader {
	pthread_t thread;
	volatile pid_t tid;
};

static void *read_as(void *arg)
{
	struct reader *reader = arg;

	reader->tid = (pid_t)my_tid();
	return read_one(arg);
}

static void start_reader(struct reader *reader)
{
	reader->tid = 0;
	pthread_create(&reader->thread, NULL, read_as, reader);
	while (!reader->tid)
		sched_yield();
	sleep_ms(20);
}

static void measures_calls(struct rings *r)
{
	struct reader reader;
	struct look l;

	if (pipe(pipe_fds))
		return;
	rings_want(r, SYS_read);
	rings_trace(r, RINGS_CALLS);
	start_reader(&reader);
	CHECK("takes latency", ASK(r, SET_ITEMS, SCAP_ITEMS_LATENCY), 0);
	look(r, -1, 0);
	if (write(pipe_fds[1], "x", 1) != 1)
		return;
	pthread_join(reader.thread, NULL);
	l = look(r, SCAP_EVT_SYSCALL_READ_X, (uint64_t)reader.tid);
	report(l.n == 1 && !l.with_latency, "a call that began before is told without latency",
	       "%u events, %u with latency", l.n, l.with_latency);

	rings_want(r, SYS_nanosleep);
	rings_want(r, SYS_clock_nanosleep);
	syscall(SYS_nanosleep, &(struct timespec){ 0, 60 * (long)MS }, NULL);
	l = look(r, SCAP_EVT_SYSCALL_NANOSLEEP_X, my_tid());
	report(l.n == 1 && l.with_latency == 1 && l.least >= 60 * MS && l.least < 3000 * MS &&
		       !l.odd,
	       "nanosleep takes as long as it sleeps", "%u events, %llu ns", l.n,
	       (unsigned long long)l.least);
	syscall(SYS_nanosleep, &(struct timespec){ 0, -1 }, NULL);
	l = look(r, SCAP_EVT_SYSCALL_NANOSLEEP_X, my_tid());
	report(l.n == 1 && l.with_latency == 1 && l.least < 60 * MS,
	       "a failing call has its own latency", "%u events, %u, %llu ns", l.n, l.with_latency,
	       (unsigned long long)l.least);

	start_reader(&reader);
	pin(reader.tid, 0);
	sleep_ms(50);
	pin(reader.tid, 1);
	look(r, -1, 0);
	if (write(pipe_fds[1], "x", 1) != 1)
		return;
	pthread_join(reader.thread, NULL);
	l = look(r, SCAP_EVT_SYSCALL_READ_X, (uint64_t)reader.tid);
	report(l.n == 1 && l.with_latency == 1 && l.least >= 60 * MS && l.cpu == 1,
	       "latency survives a move to another CPU", "%u events, %llu ns, CPU %u", l.n,
	       (unsigned long long)l.least, l.cpu);

	rings_trace(r, RINGS_CALLS | 1u << SCAP_TP_SCHED_SWITCH);
	for (int i = 0; i < 20; i++)
		sleep_ms(2);
	l = look(r, SCAP_EVT_SCHEDSWITCH_6_E, 0);
	report(l.n >= 20 && !l.with_latency, "what is no call has no latency",
	       "%u events, %u with latency", l.n, l.with_latency);
	rings_trace(r, RINGS_CALLS);
}

#define MANY 2000

static void measures_many_at_once(struct rings *r)
{
	static pthread_t threads[MANY];
	static char bytes[MANY];
	pthread_attr_t attr;
	struct look l;
	unsigned int n;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 65536);
	for (n = 0; n < MANY; n++)
		if (pthread_create(&threads[n], &attr, read_one, NULL))
			break;
	CHECK("2000 threads can be made", n, MANY);
	sleep_ms(300);
	look(r, -1, 0);
	if (write(pipe_fds[1], bytes, n) != (ssize_t)n)
		return;
	while (n-- > 0)
		pthread_join(threads[n], NULL);
	l = look(r, SCAP_EVT_SYSCALL_READ_X, 0);
	report(l.n == MANY && l.with_latency == MANY && l.least >= 300 * MS,
	       "2000 calls at once all have their latency",
	       "%u events, %u with latency, least %llu ns", l.n, l.with_latency,
	       (unsigned long long)l.least);
}

static void *other_thread_execs(void *arg)
{
	sleep_ms(20);
	execl("/bin/true", "true", (char *)NULL);
	return arg;
}

static pid_t exec_in(bool thread)
{
	pid_t pid = fork();
	pthread_t t;

	if (pid)
		return pid;
	if (!thread)
		execl("/bin/true", "true", (char *)NULL);
	pthread_create(&t, NULL, other_thread_execs, NULL);
	pause();
	_exit(1);
}

static void measures_programs(struct rings *r)
{
	struct look l;
	pid_t pid;

	rings_want(r, SYS_clone);
	rings_want(r, SYS_execve);
	rings_trace(r, RINGS_CALLS | RINGS_PROCESSES);
	look(r, -1, 0);
	pid = exec_in(false);
	waitpid(pid, NULL, 0);
	l = look(r, SCAP_EVT_SYSCALL_EXECVE_19_X, (uint64_t)pid);
	report(l.n == 1 && l.with_latency == 1, "the start of a program has the latency of execve",
	       "%u events, %u", l.n, l.with_latency);
	pid = exec_in(true);
	waitpid(pid, NULL, 0);
	l = look(r, SCAP_EVT_SYSCALL_EXECVE_19_X, (uint64_t)pid);
	report(l.n == 1 && l.with_latency == 1 && l.least < 3000 * MS,
	       "and so has one that another thread of the process starts", "%u events, %u, %llu ns",
	       l.n, l.with_latency, (unsigned long long)l.least);
	pid = fork();
	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
	l = look(r, SCAP_EVT_SYSCALL_CLONE_20_X, (uint64_t)pid);
	report(l.n == 1 && !l.with_latency, "a new process has no call to be measured",
	       "%u events, %u", l.n, l.with_latency);
}

/* ---- a consumer that asks for nothing ---- */

struct old_consumer {
	struct rings r;
	struct look l;
	pthread_barrier_t ready, done;
	uint64_t tid;
};

static void *be_old(void *arg)
{
	struct old_consumer *old = arg;

	if (!rings_open(&old->r)) {
		rings_want(&old->r, SYS_getcwd);
		rings_trace(&old->r, RINGS_CALLS);
	}
	pthread_barrier_wait(&old->ready);
	pthread_barrier_wait(&old->done);
	old->l = look(&old->r, -1, old->tid);
	rings_close(&old->r);
	return NULL;
}

static void leaves_others_alone(struct rings *r)
{
	struct old_consumer old = { .tid = my_tid() };
	pthread_t thread;
	struct look l;
	char buf[64];

	ASK(r, SET_ITEMS, SCAP_ITEMS_LATENCY | SCAP_ITEMS_IDENTITY);
	rings_want(r, SYS_getcwd);
	pthread_barrier_init(&old.ready, NULL, 2);
	pthread_barrier_init(&old.done, NULL, 2);
	pthread_create(&thread, NULL, be_old, &old);
	pthread_barrier_wait(&old.ready);
	look(r, -1, 0);
	syscall(SYS_getcwd, buf, sizeof(buf));
	l = look(r, SCAP_EVT_SYSCALL_GETCWD_X, my_tid());
	pthread_barrier_wait(&old.done);
	pthread_join(thread, NULL);
	CHECK("a consumer beside has its events", old.l.n, 1);
	report(!old.l.with_latency && !old.l.with_identity && !old.l.odd,
	       "with nothing behind them", "%u %u %u", old.l.with_latency, old.l.with_identity,
	       old.l.odd);
	report(l.n == 1 && l.with_latency == 1 && l.len == old.l.len &&
		       !memcmp(l.bytes, old.l.bytes, l.len),
	       "and they are the same to the byte", "%u events, %u and %u bytes", l.n, l.len,
	       old.l.len);
}

/* ---- identity ---- */

static uint32_t inode(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : (uint32_t)st.st_ino;
}

static bool write_pid(const char *path, pid_t pid)
{
	char text[16];
	int fd = open(path, O_WRONLY), n = snprintf(text, sizeof(text), "%d", (int)pid);
	bool ok = fd >= 0 && write(fd, text, (size_t)n) == n;

	if (fd >= 0)
		close(fd);
	return ok;
}

static void tells_identity(struct rings *r)
{
	char buf[64];
	struct look l;
	pid_t pid;

	ASK(r, SET_ITEMS, SCAP_ITEMS_IDENTITY);
	look(r, -1, 0);
	pid = fork();
	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
	l = look(r, SCAP_EVT_SYSCALL_CLONE_20_X, 0);
	report(l.n == 2 && l.with_identity == 2 && !l.with_latency,
	       "both sides of a clone have identity", "%u events, %u", l.n, l.with_identity);
	CHECK("with the cgroup", l.cgroup, inode("/sys/fs/cgroup"));
	CHECK("the pid namespace", l.ns.pid, inode("/proc/self/ns/pid"));
	CHECK("the mount namespace", l.ns.mnt, inode("/proc/self/ns/mnt"));
	CHECK("the network namespace", l.ns.net, inode("/proc/self/ns/net"));
	CHECK("the user namespace", l.ns.user, inode("/proc/self/ns/user"));
	CHECK("the uts namespace", l.ns.uts, inode("/proc/self/ns/uts"));
	CHECK("the ipc namespace", l.ns.ipc, inode("/proc/self/ns/ipc"));
	CHECK("the cgroup namespace", l.ns.cgroup, inode("/proc/self/ns/cgroup"));
	report(mkdir(GROUP, 0755) == 0 && write_pid(GROUP "/cgroup.procs", getpid()),
	       "the test moves into a cgroup", "%s", strerror(errno));
	syscall(SYS_getcwd, buf, sizeof(buf));
	syscall(SYS_getcwd, buf, sizeof(buf));
	l = look(r, -1, my_tid());
	report(l.with_identity == 1 && l.cgroup == inode(GROUP),
	       "a move is told once, with the new cgroup", "%u times, %llu", l.with_identity,
	       (unsigned long long)l.cgroup);
	write_pid("/sys/fs/cgroup/cgroup.procs", getpid());
	ASK(r, SET_ITEMS, 0);
	syscall(SYS_getcwd, buf, sizeof(buf));
	l = look(r, SCAP_EVT_SYSCALL_GETCWD_X, my_tid());
	report(l.n == 1 && !l.with_identity && !l.with_latency,
	       "no items when none are asked for any more", "%u events", l.n);
}

/* ---- scopes ---- */

/* A process that does on request: 'c' a getcwd, 'f' a child that does one, 'n' takes a new name. */
static int orders[2], answers[2];

static void obey(void)
{
	char order, buf[64];
	pid_t pid;

	while (read(orders[0], &order, 1) == 1) {
		if (order == 'q')
			break;
		if (order == 'n' || order == 'o')
			prctl(PR_SET_NAME, order == 'n' ? "chosen" : "other");
		if (order == 'c')
			syscall(SYS_getcwd, buf, sizeof(buf));
		if (order == 'f') {
			pid = fork();
			if (!pid) {
				syscall(SYS_getcwd, buf, sizeof(buf));
				_exit(0);
			}
			waitpid(pid, NULL, 0);
		}
		if (write(answers[1], &order, 1) != 1)
			break;
	}
	_exit(0);
}

static pid_t servant(void)
{
	pid_t pid;

	if (pipe(orders) || pipe(answers))
		return -1;
	pid = fork();
	if (!pid)
		obey();
	return pid;
}

static struct look order(struct rings *r, const char *what)
{
	char c, buf[64];

	look(r, -1, 0);
	for (; *what; what++)
		if (write(orders[1], what, 1) != 1 ||
		    (*what != 'q' && read(answers[0], &c, 1) != 1))
			break;
	syscall(SYS_getcwd, buf, sizeof(buf)); /* of a process that is not in scope */
	return look(r, SCAP_EVT_SYSCALL_GETCWD_X, 0);
}

static void stop_servant(pid_t pid)
{
	order(&(struct rings){ 0 }, "q");
	waitpid(pid, NULL, 0);
	close(orders[0]);
	close(orders[1]);
	close(answers[0]);
	close(answers[1]);
}

static void keeps_to_scope(struct rings *r)
{
	pid_t pid = servant();
	struct look l;
	int fd;

	CHECK("without a scope all are recorded", order(r, "c").n, 2);
	CHECK("takes a tree of processes", ASK(r, SCOPE_PID, pid), 0);
	l = order(r, "c");
	report(l.n == 1, "records the tree alone", "%u events", l.n);
	CHECK("and what it starts", order(r, "f").n, 1);
	CHECK("a scope can be cleared", ASK(r, SCOPE_CLEAR, 0), 0);
	CHECK("and all are recorded again", order(r, "c").n, 2);
	look(r, -1, 0);
	ASK(r, SCOPE_PID, pid);
	order(r, "q");
	waitpid(pid, NULL, 0);
	ASK(r, SCOPE_CLEAR, 0);
	pid = servant();

	CHECK("takes a name", ASK(r, SCOPE_COMM, "chosen\0\0\0\0\0\0\0\0\0"), 0);
	CHECK("which nobody has", order(r, "c").n, 0);
	CHECK("until one takes it", order(r, "nc").n, 1);
	CHECK("and gives it to its child", order(r, "f").n, 1);
	CHECK("and loses it", order(r, "oc").n, 0);
	ASK(r, SCOPE_CLEAR, 0);

	fd = open(GROUP, O_RDONLY | O_DIRECTORY);
	CHECK("takes a cgroup", ASK(r, SCOPE_CGROUP, fd), 0);
	close(fd);
	CHECK("where nobody is", order(r, "c").n, 0);
	write_pid(GROUP "/cgroup.procs", pid);
	CHECK("until one moves in", order(r, "c").n, 1);
	CHECK("and its child is there too", order(r, "f").n, 1);
	mkdir(GROUP "/below", 0755);
	write_pid(GROUP "/below/cgroup.procs", pid);
	CHECK("also below it", order(r, "cf").n, 2);
	write_pid("/sys/fs/cgroup/cgroup.procs", pid);
	CHECK("and moves out", order(r, "c").n, 0);
	ASK(r, SCOPE_PID, pid);
	CHECK("scopes add up", order(r, "c").n, 1);
	ASK(r, SCOPE_CLEAR, 0);
	stop_servant(pid);
	rmdir(GROUP "/below");
	rmdir(GROUP);
}

static void tells_ends_in_scope(struct rings *r)
{
	struct look l;
	pid_t pid = servant();

	ASK(r, SCOPE_PID, pid);
	look(r, -1, 0);
	stop_servant(pid);
	l = look(r, SCAP_EVT_PROCEXIT_1_E, 0);
	report(l.n == 1, "the end of a process in scope is recorded", "%u events", l.n);
	ASK(r, SCOPE_CLEAR, 0);
}

/* ---- poll ---- */

static int poll_any(const struct rings *r, int ms)
{
	struct pollfd fds[RING_CPUS];
	unsigned int n = 0;

	for (unsigned int i = 0; i < r->n; i++)
		if (r->ring[i].fd >= 0)
			fds[n++] = (struct pollfd){ .fd = r->ring[i].fd, .events = POLLIN };
	return poll(fds, n, ms);
}

static volatile bool stop;

static void *make_events(void *arg)
{
	char buf[64];

	sleep_ms(100);
	while (!stop)
		syscall(SYS_getcwd, buf, sizeof(buf));
	return arg;
}

static void *make_one_event(void *arg)
{
	char buf[64];

	sleep_ms(100);
	syscall(SYS_getcwd, buf, sizeof(buf));
	return arg;
}

static void wakes(struct rings *r)
{
	struct scap_wake wake = { 65536, 200 };
	pthread_t thread;
	uint64_t start;
	int got;

	report(poll_any(r, 0) > 0, "a device is always readable for who sets no wake", "it is not");
	rings_unwant(r, -1);
	rings_trace(r, RINGS_CALLS);
	look(r, -1, 0);
	CHECK("takes a wake", ASK(r, SET_WAKE, &wake), 0);
	start = now();
	CHECK("an empty ring wakes nobody", poll_any(r, 500), 0);
	report(now() - start >= 500 * MS, "and poll waits its time", "%llu ns",
	       (unsigned long long)(now() - start));
	rings_want(r, SYS_getcwd);
	start = now();
	pthread_create(&thread, NULL, make_one_event, NULL);
	got = poll_any(r, 20000);
	report(got == 1 && now() - start < 10000 * MS && now() - start >= 100 * MS,
	       "one event wakes when its time is over", "%d after %llu ns", got,
	       (unsigned long long)(now() - start));
	pthread_join(thread, NULL);
	report(poll_any(r, 0) == 1, "and is there until it is taken", "it is not");
	look(r, -1, 0);
	CHECK("then there is nothing", poll_any(r, 0), 0);
	wake.timeout_ms = 60000;
	ASK(r, SET_WAKE, &wake);
	stop = false;
	for (int i = 0; i < 20; i++) {
		stop = false;
		pthread_create(&thread, NULL, make_events, NULL);
		start = now();
		got = poll_any(r, 50000);
		stop = true;
		pthread_join(thread, NULL);
		look(r, -1, 0);
		if (got < 1)
			break;
	}
	report(got >= 1, "a ring that fills wakes long before its time, 20 times",
	       "%d after %llu ns", got, (unsigned long long)(now() - start));
}

static void survives_a_killed_reader(void)
{
	struct scap_wake wake = { 1u << 19, 60000 };
	struct rings r;
	pid_t pid = fork();
	int status = 0;

	if (!pid) {
		if (rings_open(&r))
			_exit(1);
		rings_want(&r, -1);
		rings_trace(&r, RINGS_CALLS | RINGS_PROCESSES);
		ASK(&r, SET_ITEMS, SCAP_ITEMS_LATENCY | SCAP_ITEMS_IDENTITY);
		ASK(&r, SCOPE_PID, getppid());
		ASK(&r, SET_WAKE, &wake);
		look(&r, -1, 0);
		poll_any(&r, -1);
		_exit(2);
	}
	sleep_ms(500);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	report(WIFSIGNALED(status), "a reader can be killed while it polls", "status %x", status);
}

/* ---- losses ---- */

#define CALLS 40000

static void counts_losses(struct rings *r)
{
	struct scap_losses lost = { 0 };
	struct look l;
	char buf[8];

	rings_unwant(r, -1);
	rings_want(r, SYS_getcwd);
	look(r, -1, 0);
	pin(0, 0);
	for (int i = 0; i < CALLS; i++)
		syscall(SYS_getcwd, buf, 1);
	CHECK("tells losses", ASK(r, GET_LOSSES, &lost), 0);
	l = look(r, -1, my_tid());
	report(lost.full > 0 && l.n + lost.full == CALLS,
	       "each event is recorded or counted as lost", "%u recorded, %llu lost", l.n,
	       (unsigned long long)lost.full);
	report(!lost.too_large && !lost.fault && !lost.no_ring && !lost.sampled_out &&
		       !lost.drop_failed,
	       "and for no other cause", "one is not 0");
	ASK(r, ENABLE_DROPFAILED, 0);
	for (int i = 0; i < 10; i++)
		syscall(SYS_getcwd, buf, 1);
	ASK(r, GET_LOSSES, &lost);
	CHECK("what is left out on request is counted apart", lost.drop_failed, 10);
	ASK(r, DISABLE_DROPFAILED, 0);
}

int main(void)
{
	struct rings r;
	int err = rings_open(&r);

	CHECK("opens the devices", err, 0);
	if (err)
		return 1;
	finds_extensions(&r);
	measures_calls(&r);
	measures_many_at_once(&r);
	measures_programs(&r);
	leaves_others_alone(&r);
	tells_identity(&r);
	mkdir(GROUP, 0755);
	keeps_to_scope(&r);
	tells_ends_in_scope(&r);
	wakes(&r);
	survives_a_killed_reader();
	counts_losses(&r);
	rings_close(&r);
	return failed ? 1 : 0;
}
