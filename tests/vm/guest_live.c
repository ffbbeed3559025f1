/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs in a guest: libscap's live engine against the loaded module. Without an argument all tests,
 * with "absent" the one for a module that is not loaded. Prints "ok - name" or "not ok - name".
 */
#include "report.h"
#include "scap.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct scap *open_live(const struct scap_live_options *o)
{
	struct scap_error err = { 0 };
	struct scap *h = scap_open_live(o, &err);

	if (!h)
		report(false, "open", "%d %s", err.code, err.msg);
	return h;
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* A child that closes a descriptor that is not open, over and over: one small event each. */
static pid_t closer(int cpu, int fd, int times, int pause_us)
{
	pid_t pid = fork();
	int i;

	if (pid != 0)
		return pid;
	if (cpu >= 0)
		pin(cpu);
	for (i = 0; i < times; i++) {
		close(fd + i);
		if (pause_us)
			usleep((useconds_t)pause_us);
	}
	_exit(0);
}

/* What the tests want to know of everything that was delivered. */
struct seen {
	uint64_t events, closes, inversions, loss_items, other;
	uint64_t lost_buffer, lost_fault, lost_busy;
	int64_t next_fd; /* of the closes of one child: each one, in order */
	bool in_sequence;
	uint64_t last_ts, cpu_ts[8];
	unsigned int last_cpu, last_type;
};

static void look_at(struct seen *s, const struct scap_event *ev, int64_t tid)
{
	size_t n = 0;
	const struct scap_loss *l = scap_event_item(ev, SCAP_ITEM_LOSS, &n);

	s->events++;
	if (ev->hdr->ts < s->last_ts) {
		s->inversions++;
		printf("# type %u on %u at %lu, %lu ns before type %u on %u, own last %lu ns before\n",
		       ev->hdr->type, ev->cpu, ev->hdr->ts, s->last_ts - ev->hdr->ts, s->last_type,
		       s->last_cpu, ev->hdr->ts - s->cpu_ts[ev->cpu % 8]);
	}
	s->last_ts = ev->hdr->ts;
	s->cpu_ts[ev->cpu % 8] = ev->hdr->ts;
	s->last_cpu = ev->cpu;
	s->last_type = ev->hdr->type;
	if (l) {
		s->loss_items++;
		s->lost_buffer += l->buffer;
		s->lost_fault += l->fault;
		s->lost_busy += l->busy;
		if (l->from > l->to || l->to != ev->hdr->ts)
			s->other++;
	}
	if (ev->hdr->type == SCAP_EVT_SYSCALL_CLOSE_X && (int64_t)ev->hdr->tid == tid &&
	    scap_param_s64(ev, 1, -1) >= 1000) {
		if (scap_param_s64(ev, 1, -1) != s->next_fd++)
			s->in_sequence = false;
		s->closes++;
	}
}

/* Reads until all children are gone and nothing comes any more. Returns the last status. */
static int read_all(struct scap *h, struct seen *s, int64_t tid)
{
	struct scap_event ev;
	int rc, quiet = 0;

	*s = (struct seen){ .next_fd = 1000, .in_sequence = true };
	while (quiet < 3) {
		rc = scap_next(h, &ev);
		if (rc < 0 || rc == SCAP_END)
			return rc;
		if (rc == SCAP_EVENT)
			look_at(s, &ev, tid);
		else if (waitpid(-1, NULL, WNOHANG) < 0)
			quiet++;
	}
	return SCAP_TIMEOUT;
}

static void tells_what_a_child_does(void)
{
	struct scap *h = open_live(NULL);
	struct seen s;
	pid_t pid;

	if (!h)
		return;
	printf("# %s\n", scap_describe(h));
	pid = closer(-1, 1000, 500, 100);
	read_all(h, &s, pid);
	report(s.closes == 500 && s.in_sequence, "tells every call of a child, in order",
	       "%lu closes, sequence %d", s.closes, s.in_sequence);
	report(s.inversions <= 1, "events of all processors come in the order of time",
	       "%lu of %lu out of order", s.inversions, s.events);
	scap_close(h);
}

static void keeps_order_under_load(void)
{
	struct scap *h = open_live(NULL);
	struct scap_stats st;
	struct seen s;
	pid_t pid;
	double t = seconds();
	int i;

	if (!h)
		return;
	pid = closer(0, 1000, 20000, 0);
	for (i = 1; i < 4; i++)
		closer(i % 2, 500000, 20000, 0);
	read_all(h, &s, pid);
	scap_stats(h, &st);
	printf("# %lu events in %.2f s, lost %lu+%lu+%lu, seen %lu, out of order %lu\n", s.events,
	       seconds() - t, st.lost_buffer, st.lost_fault, st.lost_busy, st.seen, s.inversions);
	/* The host may stop a processor of the guest in the middle of an event, for any time. */
	report(s.inversions <= 5, "order holds under load on all processors",
	       "%lu of %lu out of order", s.inversions, s.events);
	report(st.lost_buffer == 0 && s.closes == 20000 && s.in_sequence,
	       "nothing is lost with the default ring", "%lu closes, lost %lu", s.closes,
	       st.lost_buffer);
	report(st.events == s.events && st.seen >= st.events + st.lost, "statistics add up",
	       "events %lu of %lu, seen %lu, lost %lu", st.events, s.events, st.seen, st.lost);
	scap_close(h);
}

static void tells_losses_where_they_were(void)
{
	struct scap_live_options o = { .ring_bytes = 65536, .no_snapshot = true };
	struct scap *h = open_live(&o);
	struct scap_stats st;
	struct seen s;
	struct scap_event ev;
	int rc, i;

	if (!h)
		return;
	/* Nobody reads while the children fill the rings many times over. */
	for (i = 0; i < 2; i++)
		closer(i, 1000, 20000, 0);
	while (wait(NULL) > 0)
		;
	read_all(h, &s, 0);
	/* The events behind the loss. */
	for (i = 0; i < 2; i++) {
		closer(i, 1000, 10, 2000);
		while (wait(NULL) > 0)
			;
	}
	scap_stop(h);
	while ((rc = scap_next(h, &ev)) == SCAP_EVENT || rc == SCAP_TIMEOUT)
		if (rc == SCAP_EVENT)
			look_at(&s, &ev, 0);
	scap_stats(h, &st);
	printf("# told %lu of %lu lost, in %lu items\n", s.lost_buffer, st.lost_buffer,
	       s.loss_items);
	report(st.lost_buffer > 10000, "a full ring loses events", "%lu", st.lost_buffer);
	report(s.loss_items >= 2 && s.lost_buffer == st.lost_buffer && s.lost_busy == st.lost_busy,
	       "each loss is told at an event behind it", "told %lu of %lu in %lu items",
	       s.lost_buffer, st.lost_buffer, s.loss_items);
	report(s.other == 0, "the span of a loss ends at its event", "%lu do not", s.other);
	report(rc == SCAP_END, "a stopped capture ends", "%d", rc);
	o.ring_bytes = 8u << 20;
	scap_close(h);
	h = open_live(&o);
	scap_close(h);
}

static void snapshot_and_first_events_leave_no_gap(void)
{
	int ends[2], sv[2], gate[2], i;
	const struct scap_snapshot *snap;
	const struct scap_thread *t = NULL;
	struct scap *h;
	pid_t pid;
	char c;

	if (pipe(ends) < 0 || pipe(gate) < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0)
		return;
	pid = fork();
	if (pid == 0) {
		close(gate[1]);
		_exit(read(gate[0], &c, 1) != 0);
	}
	h = open_live(NULL);
	if (!h)
		return;
	snap = scap_snapshot(h);
	for (i = 0; i < (int)snap->n_threads; i++)
		if (snap->threads[i].tid == (uint64_t)pid)
			t = &snap->threads[i];
	report(t && t->ptid == (uint64_t)getpid() && t->n_fds >= 6,
	       "the snapshot has a process that was there before", "%p", (const void *)t);
	close(gate[1]);
	waitpid(pid, NULL, 0);
	scap_close(h);
}

/* Moves the caller to a cgroup of its own. */
static bool enter_cgroup(void)
{
	int fd;
	bool ok;

	mkdir("/sys/fs/cgroup/live-test", 0755);
	fd = open("/sys/fs/cgroup/live-test/cgroup.procs", O_WRONLY);
	ok = fd >= 0 && write(fd, "0", 1) == 1;
	if (fd >= 0)
		close(fd);
	return ok;
}

/*
 * A process that is 1 in a pid namespace: first a child says that it is there and waits, then it
 * becomes another program, so that both /proc and the driver tell its ids and cgroups.
 */
static pid_t namespaced(int gate, int there)
{
	pid_t pid = fork();
	char c;

	if (pid != 0)
		return pid;
	if (!enter_cgroup() || unshare(CLONE_NEWPID) < 0)
		_exit(9);
	pid = fork();
	if (pid == 0) {
		if (write(there, "x", 1) == 1 && read(gate, &c, 1) == 1)
			execl("/bin/busybox", "true", "an argument", "", NULL);
		_exit(8);
	}
	_exit(waitpid(pid, NULL, 0) != pid);
}

static const struct scap_thread *find_first(const struct scap_snapshot *snap, int64_t parent)
{
	size_t i;

	for (i = 0; i < snap->n_threads; i++)
		if (snap->threads[i].ptid == (uint64_t)parent && snap->threads[i].vpid == 1)
			return &snap->threads[i];
	return NULL;
}

/*
 * The same controllers in the same order, with the same path for the exact one. Others may differ:
 * where a controller is not enabled the driver sees an ancestor's path, /proc does not say.
 */
static bool same_cgroups(const struct scap_event *ev, struct scap_bytes b)
{
	const char *p = (const char *)scap_param_ptr(ev, 14), *end = p + scap_param_len(ev, 14);
	const char *q = b.ptr, *q_end = b.ptr + b.len;

	while (p < end && q < q_end) {
		bool exact = strncmp(p, "perf_event=", 11) == 0;
		size_t n = exact ? strlen(p) + 1 : strcspn(p, "=") + 1;

		if (strncmp(p, q, n) != 0)
			return false;
		p += strlen(p) + 1;
		q += strlen(q) + 1;
	}
	return p == end && q == q_end && b.len > 0;
}

static void snapshot_and_driver_tell_the_same(void)
{
	struct scap_error err = { 0 };
	struct scap_snapshot *snap;
	const struct scap_thread *t;
	struct scap_event ev;
	struct scap *h;
	int gate[2], there[2], i, quiet = 0;
	bool found = false;
	pid_t pid;
	char c;

	if (pipe(gate) < 0 || pipe(there) < 0)
		return;
	pid = namespaced(gate[0], there[1]);
	close(there[1]);
	i = (int)read(there[0], &c, 1); /* 0: it ended */
	close(there[0]);
	snap = scap_snapshot_take(NULL, &err);
	t = snap ? find_first(snap, pid) : NULL;
	report(t && t->vtid == 1 && t->tid != 1, "the snapshot has ids of namespaces", "%p, %d, %s",
	       (const void *)t, i, err.msg);
	h = open_live(NULL);
	if (!h || !t)
		return;
	if (write(gate[1], "x", 1) != 1)
		return;
	while (quiet < 10) {
		i = scap_next(h, &ev);
		if (i < 0)
			break;
		quiet += i == SCAP_TIMEOUT;
		if (i != SCAP_EVENT || ev.hdr->type != SCAP_EVT_SYSCALL_EXECVE_19_X ||
		    ev.hdr->tid != t->tid || scap_event_result(&ev, -1) != 0)
			continue;
		found = true;
		report(same_cgroups(&ev, t->cgroups),
		       "cgroups of /proc and of the driver are the same", "%.40s", t->cgroups.ptr);
		report(scap_param_u64(&ev, 26, 9) == t->uid &&
			       scap_param_u64(&ev, 29, 9) == t->gid &&
			       scap_param_s64(&ev, 28, -9) == t->pgid &&
			       scap_param_u64(&ev, 22, 9) == t->cap_effective &&
			       scap_param_u64(&ev, 18, 9) == t->loginuid &&
			       scap_param_u64(&ev, 16, 9) == t->tty &&
			       scap_param_s64(&ev, 7, -9) == t->fdlimit &&
			       scap_param_s64(&ev, 17, -9) == t->vpgid &&
			       scap_param_s64(&ev, 5, -9) == (int64_t)t->ptid,
		       "ids and limits of /proc and of the driver are the same",
		       "uid %lu/%u pgid %ld/%ld caps %lx/%lx login %lx/%x tty %lx/%x fdlimit %ld/%ld "
		       "vpgid %ld/%ld parent %ld/%ld",
		       scap_param_u64(&ev, 26, 9), t->uid, scap_param_s64(&ev, 28, -9), t->pgid,
		       scap_param_u64(&ev, 22, 9), t->cap_effective, scap_param_u64(&ev, 18, 9),
		       t->loginuid, scap_param_u64(&ev, 16, 9), t->tty, scap_param_s64(&ev, 7, -9),
		       t->fdlimit, scap_param_s64(&ev, 17, -9), t->vpgid,
		       scap_param_s64(&ev, 5, -9), (int64_t)t->ptid);
	}
	report(found, "a program start is told", "no execve event of %lu", t->tid);
	while (wait(NULL) > 0)
		;
	scap_close(h);
	scap_snapshot_free(snap);
}

static void *open_in_thread(void *arg)
{
	struct scap_live_options o = { .no_snapshot = true };
	struct scap_error err = { 0 };
	struct scap *h = scap_open_live(&o, &err);

	*(int *)arg = h ? 0 : err.code;
	scap_close(h);
	return NULL;
}

static void refuses_with_reasons(void)
{
	struct scap_live_options o = { .no_snapshot = true };
	struct scap *h = open_live(&o), *second;
	struct scap_error err = { 0 };
	int other = -1, status;
	pthread_t th;
	pid_t pid;

	if (!h)
		return;
	second = scap_open_live(&o, &err);
	report(!second && err.code == -EBUSY, "one recording a thread", "%d %s", err.code, err.msg);
	scap_close(second);
	pthread_create(&th, NULL, open_in_thread, &other);
	pthread_join(th, NULL);
	report(other == 0, "two threads may record at once", "%d", other);
	scap_close(h);
	pid = fork();
	if (pid == 0) {
		if (setuid(1000) < 0)
			_exit(2);
		h = scap_open_live(&o, &err);
		printf("# %s\n", err.msg);
		fflush(stdout);
		_exit(!h && err.code == -EACCES ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	report(status == 0, "recording needs root", "status %x", status);
}

static double cpu_seconds(void)
{
	struct rusage ru;

	getrusage(RUSAGE_SELF, &ru);
	return (double)(ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) +
	       (double)(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) / 1e6;
}

static void sleeps_when_nothing_happens(void)
{
	struct scap_live_options o = { .no_snapshot = true };
	struct scap *h = open_live(&o);
	double t = seconds(), cpu, longest = 0, call;
	uint64_t calls = 0, events = 0;
	struct scap_event ev;

	if (!h)
		return;
	cpu = cpu_seconds();
	while (seconds() - t < 3) {
		call = seconds();
		events += scap_next(h, &ev) == SCAP_EVENT;
		calls++;
		call = seconds() - call;
		if (call > longest)
			longest = call;
	}
	cpu = cpu_seconds() - cpu;
	printf("# idle: %lu calls, %lu events, longest %.0f ms, cpu %.1f %%\n", calls, events,
	       longest * 1e3, cpu / 3 * 100);
	/* It sees its own sleeps, so there are events. The guest is emulated: limits are wide. */
	report(longest < 1, "a call returns soon though nothing happens", "%.3f s", longest);
	scap_close(h);
}

static void absent(void)
{
	struct scap_error err = { 0 };
	struct scap *h = scap_open_live(NULL, &err);

	printf("# %s\n", err.msg);
	report(!h && err.code == -ENODEV, "says that no module is loaded", "%d", err.code);
	scap_close(h);
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "absent") == 0) {
		absent();
		return failed != 0;
	}
	tells_what_a_child_does();
	keeps_order_under_load();
	tells_losses_where_they_were();
	snapshot_and_first_events_leave_no_gap();
	snapshot_and_driver_tell_the_same();
	refuses_with_reasons();
	sleeps_when_nothing_happens();
	return failed != 0;
}
