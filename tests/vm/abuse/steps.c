/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A consumer that is killed at each step of its life: after the step, and in the middle of it while
 * it does it over and over. Whatever it was doing, the module gets everything back.
 */
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "abuse.h"

typedef void act(struct rings *r, unsigned int n);

/*
 * A step. Opening and mapping come one after the other; of those behind them each is a life of its
 * own, which begins with all of these.
 */
struct step {
	act *act;
	act *undo;	/* before it is done again; NULL: nothing */
	unsigned int n; /* of a CPU, of a request, or how long */
	enum { FIRST, THEN, ONCE, ASLEEP } kind;
	const char *name;
};

static void open_one(struct rings *r, unsigned int cpu)
{
	char path[32];

	snprintf(path, sizeof(path), "/dev/" SCAP_DEVICE_NAME "%u", cpu);
	r->ring[cpu].fd = open(path, O_RDWR | O_CLOEXEC);
	if (r->ring[cpu].fd < 0)
		_exit(1);
	r->n = cpu + 1;
	r->size = ring_size();
	r->control = r->ring[0].fd;
}

static void close_one(struct rings *r, unsigned int cpu)
{
	close(r->ring[cpu].fd);
}

static void map_one(struct rings *r, unsigned int cpu)
{
	if (ring_map(&r->ring[cpu], r->size))
		_exit(1);
}

static void unmap_one(struct rings *r, unsigned int cpu)
{
	munmap((void *)(uintptr_t)r->ring[cpu].data, 2ul * r->size);
	munmap(r->ring[cpu].info, 4096);
}

static void ask(struct rings *r, unsigned int n)
{
	if (ioctl(r->control, requests[n].cmd, requests[n].arg ? requests[n].arg() : 0) < 0)
		_exit(1);
}

static void clear_scope(struct rings *r, unsigned int n)
{
	if (strstr(requests[n].name, "SCOPE"))
		ioctl(r->control, SCAP_IOCTL_SCOPE_CLEAR, 0);
}

/* Everything, with all that an event can have. */
static void record_all(struct rings *r, unsigned int items)
{
	if (rings_want(r, -1) || rings_trace(r, (1u << SCAP_TP_MAX) - 1) ||
	    ioctl(r->control, SCAP_IOCTL_SET_ITEMS, items) ||
	    ioctl(r->control, SCAP_IOCTL_SCOPE_PID, getppid()))
		_exit(1);
}

static void unrecord(struct rings *r, unsigned int items)
{
	if (rings_trace(r, 0) || (items && ioctl(r->control, SCAP_IOCTL_SET_ITEMS, 0)) ||
	    ioctl(r->control, SCAP_IOCTL_SCOPE_CLEAR, 0))
		_exit(1);
}

/* Records at the first time. */
static void record_and_read(struct rings *r, unsigned int n)
{
	static bool recording;
	unsigned int bad = 0;

	if (!recording)
		record_all(r, n);
	recording = true;
	drain(r, &bad);
	if (bad)
		_exit(2);
}

static void set_wake(const struct rings *r)
{
	struct scap_wake wake = { 1u << 30, 60000 };

	ioctl(r->control, SCAP_IOCTL_SET_WAKE, &wake);
}

static void wait_by_poll(struct rings *r, unsigned int ms)
{
	struct pollfd p = { .fd = r->ring[r->n - 1].fd, .events = POLLIN };

	set_wake(r);
	poll(&p, 1, ms ? (int)ms : -1);
}

static void wait_by_epoll(struct rings *r, unsigned int ms)
{
	struct epoll_event e = { .events = EPOLLIN };
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	set_wake(r);
	epoll_ctl(epoll, EPOLL_CTL_ADD, r->ring[r->n - 1].fd, &e);
	epoll_wait(epoll, &e, 1, ms ? (int)ms : -1);
	close(epoll);
}

/* A child that has everything which this one has, and lives a little longer. */
static void leave_a_child(struct rings *r, unsigned int us)
{
	if (!fork()) {
		usleep(us);
		_exit(r->n == 0);
	}
	signal(SIGCHLD, SIG_IGN);
}

/* Asks for a list in memory whose owner never brings it: it is the kernel that waits. */
static void *ask_for_nothing(void *arg)
{
	const struct rings *r = arg;
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	reg.range.start = (uintptr_t)p;
	reg.range.len = 4096;
	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &reg))
		_exit(1);
	ioctl(r->control, SCAP_IOCTL_GET_PROCLIST, p);
	_exit(1);
}

static void wait_in_the_kernel(struct rings *r, unsigned int us)
{
	pthread_t t;

	pthread_create(&t, NULL, ask_for_nothing, r);
	usleep(us);
}

/* ---- lives ---- */

#define STEPS_MAX 96
static struct step steps[STEPS_MAX];
static unsigned int nsteps, nfirst;

static void add(struct step s)
{
	if (nsteps < STEPS_MAX)
		steps[nsteps++] = s;
}

static void list_steps(void)
{
	static const struct step others[] = {
		{ record_all, unrecord, 3, THEN, "recording" },
		{ record_and_read, NULL, 0, THEN, "reading" },
		{ wait_by_poll, NULL, 1, THEN, "poll" },
		{ wait_by_epoll, NULL, 1, THEN, "epoll" },
		{ wait_by_poll, NULL, 0, ASLEEP, "poll, asleep" },
		{ wait_by_epoll, NULL, 0, ASLEEP, "epoll, asleep" },
		{ leave_a_child, NULL, 30000, ONCE, "a child that has its devices" },
		{ wait_in_the_kernel, NULL, 20000, ONCE, "a request that waits for memory" },
	};
	static char names[2 * RING_CPUS][16];
	unsigned int cpus = (unsigned int)sysconf(_SC_NPROCESSORS_ONLN);

	nsteps = 0;
	for (unsigned int i = 0; i < 2 * cpus; i++) {
		bool maps = i >= cpus;

		snprintf(names[i], sizeof(names[i]), "%s %u", maps ? "mmap" : "open", i % cpus);
		add((struct step){ maps ? map_one : open_one, maps ? unmap_one : close_one,
				   i % cpus, FIRST, names[i] });
	}
	nfirst = nsteps;
	for (unsigned int i = 0; i < nrequests; i++)
		add((struct step){ ask, clear_scope, i, THEN, requests[i].name });
	for (unsigned int i = 0; i < sizeof(others) / sizeof(*others); i++)
		add(others[i]);
}

/* Lives up to @s, tells it, and stays there or does that step over and over. */
static void live(const struct step *s, bool again, int tell)
{
	struct rings r = { .control = -1 };

	rnd_seed((uint64_t)getpid());
	for (const struct step *first = steps; first < steps + nfirst && first < s; first++)
		first->act(&r, first->n);
	if (s->kind == ASLEEP)
		write(tell, "x", 1);
	s->act(&r, s->n);
	write(tell, "x", 1);
	while (again) {
		if (s->undo)
			s->undo(&r, s->n);
		s->act(&r, s->n);
	}
	for (;;)
		pause();
}

/* The signal that ended it, or what else became of it. */
static int kill_one(const struct step *s, bool again)
{
	int tell[2], status = 0;
	pid_t pid;
	char c = 0;

	if (pipe2(tell, O_CLOEXEC))
		return -1;
	pid = fork();
	if (!pid) {
		close(tell[0]);
		live(s, again, tell[1]);
	}
	close(tell[1]);
	read(tell[0], &c, 1);
	close(tell[0]);
	/* somewhere in the middle, or when it sleeps */
	if (again || s->kind == ASLEEP)
		usleep(s->kind == ASLEEP ? 10000 : rnd_below(5000));
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) && c == 'x' ? WTERMSIG(status) : -1;
}

static void kill_at(const struct step *s, unsigned int rounds)
{
	unsigned int kills = 0;
	int sig = SIGKILL, err = 0;
	bool gone = true;
	char name[128];

	for (unsigned int k = 0; k < 2 * rounds && sig == SIGKILL && gone; k++) {
		if (k % 2 && s->kind != FIRST && s->kind != THEN)
			continue;
		sig = kill_one(s, k % 2);
		kills++;
		gone = unused();
	}
	if (sig == SIGKILL && gone)
		err = works();
	snprintf(name, sizeof(name), "a consumer killed at %s", s->name);
	report(sig == SIGKILL && gone && !err, name, "ended by %d, %s, the next one: %s", sig,
	       gone ? "gone" : "still there", strerror(-err));
	row(name, kills, "%s", sig == SIGKILL && gone && !err ? "ok" : "failed");
}

void kill_at_each_step(unsigned int rounds)
{
	list_steps();
	background_start();
	for (unsigned int i = 0; i < nsteps; i++)
		kill_at(&steps[i], rounds);
	background_stop();
}
