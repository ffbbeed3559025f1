/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs in the guest as root: what the module records without a call (task switches, page faults,
 * signals) and what it tells of itself (dropping mode, a new CPU), every parameter compared.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include "kept.h"
#include "taskinfo.h"

/* ---- switches ---- */

/*
 * Who leaves and who comes: two processes on one CPU, of which each wakes the other and waits. The
 * leaver's numbers are compared with those that it had before and after.
 */
static void tells_switches(struct rings *r)
{
	int ping[2], pong[2];
	struct usage before, after;
	unsigned int here = 0, there = 0, bad = 0;
	char c = 0;
	pid_t child;

	pipe(ping);
	pipe(pong);
	child = fork();
	stay_on(0);
	if (!child) {
		while (read(ping[0], &c, 1) == 1 && c != 'q')
			write(pong[1], &c, 1);
		_exit(0);
	}
	before = usage_of(getpid());
	rings_trace(r, 1u << SCAP_TP_SCHED_SWITCH);
	for (int i = 0; i < 20; i++) {
		write(ping[1], &c, 1);
		read(pong[0], &c, 1);
	}
	rings_trace(r, 0);
	after = usage_of(getpid());
	collect(r);
	for (unsigned int i = 0; i < nkept; i++) {
		const struct scap_event_hdr *e = kept[i];

		if (e->type != SCAP_EVT_SCHEDSWITCH_6_E)
			continue;
		here += (long)e->tid == getpid() && known(e, 0) == child;
		there += (long)e->tid == child && known(e, 0) == getpid();
		if ((long)e->tid != getpid())
			continue;
		bad += known(e, 1) < before.maj || known(e, 1) > after.maj;
		bad += known(e, 2) < before.min || known(e, 2) > after.min;
		bad += known(e, 3) < before.size || known(e, 3) > after.size;
		bad += known(e, 4) < before.resident - RESIDENT_FUZZ ||
		       known(e, 4) > after.resident + RESIDENT_FUZZ;
		bad += known(e, 5) != 0;
	}
	report(here >= 15 && there >= 15, "switch: who leaves and who comes", "%u and %u", here,
	       there);
	report(!bad, "switch: faults and memory of the one that leaves", "%u differ", bad);
	write(ping[1], "q", 1);
	waitpid(child, NULL, 0);
	close(ping[0]), close(ping[1]), close(pong[0]), close(pong[1]);
}

/* ---- page faults ---- */

static long page;

static const struct scap_event_hdr *fault_at(const volatile void *p)
{
	for (unsigned int i = 0; i < nkept; i++)
		if (kept[i]->type == SCAP_EVT_PAGE_FAULT_E && (long)kept[i]->tid == getpid() &&
		    (known(kept[i], 0) & -page) == (int64_t)((uintptr_t)p & (uintptr_t)-page))
			return kept[i];
	return NULL;
}

/* The instruction lies between two labels of this function. */
static __attribute__((noinline)) void touch(volatile uint8_t *p, bool write, uintptr_t ip[2])
{
	if (write)
		__asm__ volatile("lea 1f(%%rip), %0\n\tlea 2f(%%rip), %1\n1:\tmovb $1, (%2)\n2:\n"
				 : "=&r"(ip[0]), "=&r"(ip[1])
				 : "r"(p)
				 : "memory");
	else
		__asm__ volatile("lea 1f(%%rip), %0\n\tlea 2f(%%rip), %1\n1:\tcmpb $1, (%2)\n2:\n"
				 : "=&r"(ip[0]), "=&r"(ip[1])
				 : "r"(p)
				 : "memory", "cc");
}

static void check_fault(const char *name, const volatile void *p, const uintptr_t ip[2],
			uint32_t error)
{
	const struct scap_event_hdr *e = fault_at(p);

	report(e && (uint64_t)known(e, 1) == ip[0] && known(e, 2) == error, name,
	       "ip %lx, expected %lx; error %lx, expected %x", e ? (long)ring_int(e, 1) : -1,
	       (long)ip[0], e ? (long)ring_int(e, 2) : -1, error);
}

static void tells_page_faults(struct rings *r)
{
	volatile uint8_t *p = mmap(NULL, 8 * (size_t)page, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uintptr_t ip[3][2];

	madvise((void *)(uintptr_t)p, 8 * (size_t)page, MADV_NOHUGEPAGE);
	rings_trace(r, 1u << SCAP_TP_PAGE_FAULT_USER);
	touch(p + page, true, ip[0]);
	touch(p + 3 * page, false, ip[1]);
	rings_trace(r, 0);
	collect(r);
	check_fault("page_fault: a page that is written and not there", p + page, ip[0],
		    SCAP_PAGE_NOT_PRESENT | SCAP_WRITE_ACCESS | SCAP_USER_FAULT);
	check_fault("page_fault: a page that is read and not there", p + 3 * page, ip[1],
		    SCAP_PAGE_NOT_PRESENT | SCAP_READ_ACCESS | SCAP_USER_FAULT);
	/* the page that was read is the shared one of zeros: it may not be written */
	rings_trace(r, 1u << SCAP_TP_PAGE_FAULT_USER);
	touch(p + 3 * page, true, ip[2]);
	rings_trace(r, 0);
	collect(r);
	check_fault("page_fault: a page that may not be written", p + 3 * page, ip[2],
		    SCAP_PROTECTION_VIOLATION | SCAP_WRITE_ACCESS | SCAP_USER_FAULT);
}

static void tells_kernel_page_faults(struct rings *r)
{
	char *p = mmap(NULL, 4 * (size_t)page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);
	const struct scap_event_hdr *e;
	int fd = open("/proc/self/stat", O_RDONLY);

	madvise(p, 4 * (size_t)page, MADV_NOHUGEPAGE);
	rings_trace(r, 1u << SCAP_TP_PAGE_FAULT_KERNEL);
	read(fd, p + page, 8);
	rings_trace(r, 0);
	collect(r);
	e = fault_at(p + page);
	report(e && known(e, 1) < 0 &&
		       known(e, 2) ==
			       (SCAP_PAGE_NOT_PRESENT | SCAP_WRITE_ACCESS | SCAP_SUPERVISOR_FAULT),
	       "page_fault: the kernel writes for the process", "ip %lx error %lx",
	       e ? (long)ring_int(e, 1) : 0, e ? (long)ring_int(e, 2) : 0);
	close(fd);
}

/* ---- signals ---- */

static volatile sig_atomic_t noted;

static void note(int sig)
{
	(void)sig;
	noted++;
}

static void check_signal(const char *name, long to, long from, int sig)
{
	const struct scap_event_hdr *found = NULL;

	for (unsigned int i = 0; i < nkept && !found; i++)
		if (kept[i]->type == SCAP_EVT_SIGNALDELIVER_E && (long)kept[i]->tid == to &&
		    ring_int(kept[i], 2) == sig)
			found = kept[i];
	report(found && known(found, 0) == from && known(found, 1) == to && known(found, 2) == sig,
	       name, "%s from %ld", found ? "it is" : "there is none",
	       found ? (long)ring_int(found, 0) : -1);
}

/* Sent by a process, with kill, sigqueue and tgkill; and what tells the end of a child. */
static void tells_senders(struct rings *r)
{
	static const int sigs[] = { SIGTERM, SIGUSR1, SIGHUP, SIGUSR2 };
	union sigval v = { .sival_int = 5 };
	sigset_t all, old;
	pid_t child;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	child = fork();
	if (!child) {
		for (int i = 0; i < 4; i++)
			signal(sigs[i], note);
		signal(SIGRTMIN + 2, note);
		while (noted < 5)
			sigsuspend(&old);
		_exit(0);
	}
	kill(child, SIGTERM);
	kill(child, SIGUSR1);
	sigqueue(child, SIGHUP, v);
	syscall(SYS_tgkill, child, child, SIGUSR2);
	sigqueue(child, SIGRTMIN + 2, v);
	signal(SIGCHLD, note);
	sigprocmask(SIG_SETMASK, &old, NULL);
	while (waitpid(child, NULL, 0) < 0)
		;
	signal(SIGCHLD, SIG_DFL);
	collect(r);
	check_signal("signaldeliver: of kill", child, getpid(), SIGTERM);
	check_signal("signaldeliver: of kill, another one", child, getpid(), SIGUSR1);
	check_signal("signaldeliver: of sigqueue", child, getpid(), SIGHUP);
	check_signal("signaldeliver: of tgkill", child, getpid(), SIGUSR2);
	check_signal("signaldeliver: a real-time signal", child, getpid(), SIGRTMIN + 2);
	check_signal("signaldeliver: of a child that ended", getpid(), child, SIGCHLD);
}

/*
 * Sent by the kernel: a timer and a fault have no sender. A pipe without a reader has: who writes.
 */
static void tells_signals_without_sender(struct rings *r)
{
	struct itimerval soon = { { 0, 0 }, { 0, 1000 } };
	uint8_t *volatile nowhere = (uint8_t *)16;
	uintptr_t ip[2];
	int p[2];
	pid_t child = fork();

	if (!child) {
		signal(SIGALRM, note);
		signal(SIGPIPE, note);
		noted = 0;
		setitimer(ITIMER_REAL, &soon, NULL);
		while (!noted)
			usleep(1000);
		pipe(p);
		close(p[0]);
		write(p[1], "x", 1);
		touch(nowhere, true, ip);
		_exit(0);
	}
	waitpid(child, NULL, 0);
	collect(r);
	check_signal("signaldeliver: of a timer", child, 0, SIGALRM);
	check_signal("signaldeliver: of a pipe", child, child, SIGPIPE);
	check_signal("signaldeliver: of a fault", child, 0, SIGSEGV);
	child = fork();
	if (!child) {
		for (;;)
			pause();
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	collect(r);
	check_signal("signaldeliver: of SIGKILL, whose sender the kernel does not keep", child, 0,
		     SIGKILL);
}

/* ---- the driver's own events ---- */

struct drops {
	unsigned int begins, ends, wrong, inside;
	bool dropping;
};

static void count_drops(struct rings *r, struct drops *d)
{
	collect(r);
	for (unsigned int i = 0; i < nkept; i++) {
		const struct scap_event_hdr *e = kept[i];

		switch (e->type) {
		case SCAP_EVT_DROP_E:
			d->wrong += d->dropping || known(e, 0) != 4;
			d->dropping = true;
			d->begins++;
			break;
		case SCAP_EVT_DROP_X:
			d->wrong += !d->dropping || known(e, 0) != 4;
			d->dropping = false;
			d->ends++;
			break;
		case SCAP_EVT_SYSCALL_READ_X:
			d->inside += d->dropping;
			d->wrong += e->ts % 1000000000 >= 250000000;
		}
	}
}

static void tells_when_it_drops(struct rings *r)
{
	struct drops d = { 0 };
	struct timespec start, now;

	rings_want(r, SYS_getppid);
	rings_want(r, SYS_read);
	ioctl(r->control, SCAP_IOCTL_ENABLE_DROPPING_MODE, 4);
	stay_on(0);
	collect(r);
	rings_trace(r, RINGS_CALLS);
	clock_gettime(CLOCK_MONOTONIC, &start);
	/* three quarters of each second are left out; a slow guest misses some of the others */
	do {
		for (int i = 0; i < 50; i++) {
			char c;

			read(-1, &c, 1);
			usleep(2000);
		}
		count_drops(r, &d);
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((d.begins < 2 || d.ends < 2) && now.tv_sec < start.tv_sec + 40);
	rings_trace(r, 0);
	ioctl(r->control, SCAP_IOCTL_DISABLE_DROPPING_MODE, 0);
	count_drops(r, &d);
	report(d.begins >= 2 && d.ends >= 2 && !d.wrong && !d.inside,
	       "drop: begins and ends are told with the ratio, and nothing in between",
	       "%u begins, %u ends, %u wrong, %u in between", d.begins, d.ends, d.wrong, d.inside);
}

static void set_cpu(int on)
{
	int fd = open("/sys/devices/system/cpu/cpu1/online", O_WRONLY);

	if (fd < 0 || write(fd, on ? "1" : "0", 1) != 1)
		report(false, "the second CPU can be taken away", "%s", strerror(errno));
	close(fd);
}

static void tells_a_new_cpu(void)
{
	struct rings r;
	unsigned int told = 0;

	stay_on(0);
	set_cpu(0);
	CHECK("opens the rings of one CPU", rings_open(&r), 0);
	rings_want(&r, SYS_getppid);
	rings_trace(&r, RINGS_CALLS);
	set_cpu(1);
	stay_on(1);
	syscall(SYS_getppid); /* lost: this CPU has no ring */
	stay_on(0);
	for (int i = 0; i < 3; i++)
		syscall(SYS_getppid);
	rings_trace(&r, 0);
	collect(&r);
	for (unsigned int i = 0; i < nkept; i++)
		if (kept[i]->type == SCAP_EVT_CPU_HOTPLUG_E)
			told += known(kept[i], 0) == 1 && known(kept[i], 1) == 0;
	CHECK("cpu_hotplug: a new CPU is told once", told, 1);
	rings_close(&r);
}

int main(void)
{
	struct rings r;
	int err;

	page = sysconf(_SC_PAGESIZE);
	enter_cgroup();
	err = rings_open(&r);
	CHECK("opens the rings", err, 0);
	if (err)
		return 1;
	tells_switches(&r);
	tells_page_faults(&r);
	tells_kernel_page_faults(&r);
	rings_trace(&r, 1u << SCAP_TP_SIGNAL_DELIVER);
	tells_senders(&r);
	tells_signals_without_sender(&r);
	tells_when_it_drops(&r);
	rings_close(&r);
	tells_a_new_cpu();
	return failed != 0;
}
