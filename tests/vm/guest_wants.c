/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs in the guest as root: a consumer gets what it asked for and nothing else, also at the
 * moments when another consumer comes or goes, or a setting makes the module attach more than was
 * asked for.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "report.h"
#include "ring.h"

#define TIMES 5

/* Calls of many sorts, from another process. */
static pid_t others(void)
{
	pid_t pid = fork();

	if (!pid)
		prctl(PR_SET_NAME, "others");
	while (!pid) {
		close(open("/dev/null", O_RDONLY));
		syscall(SYS_getppid);
		umask(022);
		if (!fork())
			_exit(0);
		wait(NULL);
	}
	return pid;
}

/* Opens, asks for everything in every way, and closes. */
static void *come_and_go(void *arg)
{
	struct rings r;
	int *err = arg;

	*err = rings_open(&r);
	if (*err)
		return NULL;
	if (ioctl(r.control, SCAP_IOCTL_SCOPE_COMM, "others\0\0\0\0\0\0\0\0\0") ||
	    rings_want(&r, -1) || rings_trace(&r, (1u << SCAP_TP_MAX) - 1) ||
	    ioctl(r.control, SCAP_IOCTL_SET_ITEMS, SCAP_ITEMS_LATENCY | SCAP_ITEMS_IDENTITY))
		*err = -errno;
	usleep(5000);
	rings_close(&r);
	return NULL;
}

/* Events that are not those of getppid, or not by @tid unless that is 0. */
static unsigned int strangers(struct rings *r, uint64_t tid, unsigned int *all)
{
	unsigned int n = 0;

	for (unsigned int cpu = 0; cpu < r->n; cpu++) {
		struct ring_event e = { 0 };

		while (ring_next(r, cpu, &e)) {
			n += e.hdr->type != SCAP_EVT_GENERIC_X ||
			     ring_int(e.hdr, 1) != SYS_getppid || (tid && e.hdr->tid != tid);
			++*all;
		}
	}
	return n;
}

static void stays_apart(struct rings *r, uint64_t tid, const char *name)
{
	unsigned int strange = 0, all = 0;
	pid_t pid = others();
	int err = 0;

	for (int i = 0; i < TIMES && !err; i++) {
		pthread_t t;

		pthread_create(&t, NULL, come_and_go, &err);
		for (int k = 0; k < 20; k++)
			syscall(SYS_getppid);
		pthread_join(t, NULL);
		strange += strangers(r, tid, &all);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	report(!err && !strange && all >= 20 * TIMES, name, "%u of %u are of others; %s", strange,
	       all, strerror(-err));
}

/* The latency of calls needs both of their tracepoints; that does not mean that they are wanted. */
static void measures_without_recording(struct rings *r)
{
	unsigned int all = 0;

	rings_trace(r, 0);
	rings_want(r, SYS_openat);
	strangers(r, 0, &all);
	ioctl(r->control, SCAP_IOCTL_SET_ITEMS, SCAP_ITEMS_LATENCY);
	all = 0;
	syscall(SYS_getppid);
	close(open("/dev/null", O_RDONLY));
	strangers(r, 0, &all);
	CHECK("latency alone records nothing", all, 0);
	rings_trace(r, 1u << SCAP_TP_SYS_EXIT);
	close(open("/dev/null", O_RDONLY));
	CHECK("nor entries, where exits are asked for",
	      rings_count(r, SCAP_EVT_SYSCALL_OPENAT_2_E, 0), 0);
	rings_trace(r, 1u << SCAP_TP_SYS_ENTER);
	rings_count(r, SCAP_EVT_MAX, 0);
	syscall(SYS_getppid);
	CHECK("nor exits, where entries are", rings_count(r, SCAP_EVT_GENERIC_X, 0), 0);
	ioctl(r->control, SCAP_IOCTL_SET_ITEMS, 0);
	rings_unwant(r, SYS_openat);
	rings_trace(r, RINGS_CALLS);
	rings_count(r, SCAP_EVT_MAX, 0);
}

int main(void)
{
	struct rings r;
	int err = rings_open(&r);

	CHECK("opens the devices", err, 0);
	if (err)
		return 1;
	rings_want(&r, SYS_getppid);
	measures_without_recording(&r);
	stays_apart(&r, 0, "a consumer gets its own calls alone while another comes and goes");
	ioctl(r.control, SCAP_IOCTL_SCOPE_COMM, "guest_wants\0\0\0\0");
	rings_count(&r, SCAP_EVT_MAX, 0);
	stays_apart(&r, (uint64_t)getpid(), "and its own tasks alone");
	rings_close(&r);
	return failed != 0;
}
