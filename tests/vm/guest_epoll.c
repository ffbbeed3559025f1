/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs in the guest as root: readers that wait with epoll, which asks a device once and then relies
 * on being woken, in all the ways that epoll has.
 */
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>
#include "report.h"
#include "ring.h"

#define LONG_MS 20000 /* what comes is there long before */
#define WAIT_MS 300   /* what must not come */

static void call(unsigned int n)
{
	while (n-- > 0)
		syscall(SYS_getppid);
}

static void *call_later(void *arg)
{
	usleep(100000);
	call((unsigned int)(uintptr_t)arg);
	return NULL;
}

static void *count_later(void *arg)
{
	usleep(100000);
	return (void *)(uintptr_t)rings_count(arg, SCAP_EVT_GENERIC_X, 0);
}

static int watch(int epoll, const struct rings *r, uint32_t events, int op)
{
	for (unsigned int i = 0; i < r->n; i++) {
		struct epoll_event e = { .events = events, .data.u32 = i };

		if (r->ring[i].fd >= 0 && epoll_ctl(epoll, op, r->ring[i].fd, &e))
			return -errno;
	}
	return 0;
}

/* How many devices are readable; what is there stays there. */
static int readable(int epoll, int ms)
{
	struct epoll_event e[RING_CPUS];

	return epoll_wait(epoll, e, RING_CPUS, ms);
}

/* The same when another thread calls while this one waits. */
static int readable_after(int epoll, unsigned int calls)
{
	pthread_t t;
	int got;

	pthread_create(&t, NULL, call_later, (void *)(uintptr_t)calls);
	got = readable(epoll, LONG_MS);
	pthread_join(t, NULL);
	return got;
}

static void set_wake(const struct rings *r, uint32_t bytes, uint32_t ms)
{
	struct scap_wake wake = { bytes, ms };

	ioctl(r->control, SCAP_IOCTL_SET_WAKE, &wake);
}

static void empty(struct rings *r)
{
	rings_count(r, SCAP_EVT_MAX, 0);
}

static void waits_by_level(struct rings *r)
{
	int epoll = epoll_create1(0);

	CHECK("a device can be watched", watch(epoll, r, EPOLLIN, EPOLL_CTL_ADD), 0);
	CHECK("without a wake every device is always readable", readable(epoll, 0), (int)r->n);
	set_wake(r, 65536, 100);
	empty(r);
	CHECK("an empty ring is not readable", readable(epoll, WAIT_MS), 0);
	report(readable_after(epoll, 1) > 0, "one event is, when its time is over", "it is not");
	report(readable(epoll, 0) > 0, "and stays so until it is taken", "it does not");
	empty(r);
	CHECK("then it is not", readable(epoll, WAIT_MS), 0);
	set_wake(r, 65536, 60000);
	for (int i = 0; i < 5; i++) {
		int got = readable_after(epoll, 10000);

		empty(r);
		if (got < 1 || i == 4)
			report(got > 0, "a ring that fills wakes long before its time, five times",
			       "%d at %d", got, i);
	}
	close(epoll);
}

/* EPOLLET asks again only after a wake, EPOLLONESHOT only when it is armed. */
static void waits_by_edge(struct rings *r)
{
	int epoll = epoll_create1(0);

	set_wake(r, 65536, 100);
	empty(r);
	watch(epoll, r, EPOLLIN | EPOLLET, EPOLL_CTL_ADD);
	for (int i = 0; i < 3; i++) {
		int got = readable_after(epoll, 1);

		empty(r);
		if (got < 1 || i == 2)
			report(got > 0, "by edge: woken when the time is over, three times",
			       "%d at %d", got, i);
	}
	CHECK("by edge: an empty ring is not readable", readable(epoll, WAIT_MS), 0);
	watch(epoll, r, EPOLLIN | EPOLLONESHOT, EPOLL_CTL_MOD);
	report(readable_after(epoll, 1) > 0, "once: woken", "it is not");
	CHECK("once: and not again", readable(epoll, WAIT_MS), 0);
	watch(epoll, r, EPOLLIN | EPOLLONESHOT, EPOLL_CTL_MOD);
	report(readable(epoll, LONG_MS) > 0, "once: but when it is armed again", "it is not");
	empty(r);
	set_wake(r, 65536, 60000);
	watch(epoll, r, EPOLLIN | EPOLLET, EPOLL_CTL_MOD);
	report(readable_after(epoll, 10000) > 0, "by edge: armed again, a ring that fills wakes",
	       "it does not");
	empty(r);
	close(epoll);
}

/* An epoll in an epoll, and a poll beside it: all of them are woken. */
static void wakes_all_who_wait(struct rings *r)
{
	int inner = epoll_create1(0), outer = epoll_create1(0), beside = epoll_create1(0);
	struct epoll_event e = { .events = EPOLLIN };
	struct pollfd fd = { .fd = inner, .events = POLLIN };

	set_wake(r, 65536, 100);
	empty(r);
	watch(inner, r, EPOLLIN, EPOLL_CTL_ADD);
	watch(beside, r, EPOLLIN, EPOLL_CTL_ADD);
	epoll_ctl(outer, EPOLL_CTL_ADD, inner, &e);
	CHECK("an epoll that watches an epoll waits too", readable(outer, WAIT_MS), 0);
	report(readable_after(outer, 1) > 0, "and is woken", "it is not");
	report(readable(beside, LONG_MS) > 0, "so is another one", "it is not");
	CHECK("and poll() on the first", poll(&fd, 1, LONG_MS), 1);
	empty(r);
	close(inner);
	CHECK("what is closed wakes nobody", readable(outer, 0), 0);
	close(outer);
	close(beside);
}

/* A device that is closed leaves the set; the others still wake. */
static void outlives_its_devices(struct rings *r)
{
	int epoll = epoll_create1(0);
	pthread_t t;
	void *counted;

	set_wake(r, 65536, 60000);
	empty(r);
	watch(epoll, r, EPOLLIN, EPOLL_CTL_ADD);
	/* while somebody waits, another thread takes everything and closes all */
	call(10);
	pthread_create(&t, NULL, count_later, r);
	CHECK("what is taken by another thread wakes nobody", readable(epoll, WAIT_MS), 0);
	pthread_join(t, &counted);
	report((uintptr_t)counted >= 10, "and was there", "%u events",
	       (unsigned int)(uintptr_t)counted);
	rings_trace(r, 0);
	rings_close(r);
	CHECK("devices that are closed are no longer watched", readable(epoll, WAIT_MS), 0);
	CHECK("they open again", rings_open(r), 0);
	set_wake(r, 65536, 100);
	CHECK("and can be watched again", watch(epoll, r, EPOLLIN, EPOLL_CTL_ADD), 0);
	rings_want(r, SYS_getppid);
	rings_trace(r, RINGS_CALLS);
	report(readable_after(epoll, 1) > 0, "and wake", "they do not");
	close(epoll);
}

int main(void)
{
	struct rings r;
	int err = rings_open(&r);

	CHECK("opens the devices", err, 0);
	if (err)
		return 1;
	ioctl(r.control, SCAP_IOCTL_SCOPE_PID, getpid());
	rings_want(&r, SYS_getppid);
	rings_trace(&r, RINGS_CALLS);
	waits_by_level(&r);
	waits_by_edge(&r);
	wakes_all_who_wait(&r);
	outlives_its_devices(&r);
	rings_close(&r);
	return failed != 0;
}
