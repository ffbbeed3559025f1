/* SPDX-License-Identifier: BSD-2-Clause */
/* Who counts: a reader of the rings, and the kernel itself. */
#include "load.h"
#include <linux/perf_event.h>
#include <poll.h>
#include <pthread.h>
#include <sys/syscall.h>
#include "ring.h"

#define TIDS 4194304

static struct rings *rings;
static pthread_t thread;
static volatile bool stop;
static unsigned int pause_for;
static struct found found;
/* Events by thread, and how often the thread was a child of the storm: numbers come again. */
static uint32_t events_of[TIDS];
static uint16_t child[TIDS];

static void take(void)
{
	for (unsigned int cpu = 0; cpu < rings->n; cpu++) {
		struct ring_event e = { 0 };

		while (ring_next(rings, cpu, &e)) {
			found.events++;
			found.malformed += !ring_event_ok(e.hdr) || e.hdr->tid >= TIDS;
			if (e.hdr->tid >= TIDS)
				continue;
			events_of[e.hdr->tid]++;
			child[e.hdr->tid] += e.hdr->type == SCAP_EVT_SYSCALL_DUP_1_X &&
					     ring_int(e.hdr, 1) == STORM_MARK;
		}
	}
}

static void *read_rings(void *arg)
{
	struct pollfd fds[RING_CPUS];

	for (unsigned int i = 0; i < rings->n; i++)
		fds[i] = (struct pollfd){ .fd = rings->ring[i].fd, .events = POLLIN };
	while (!stop) {
		if (pause_for)
			usleep(pause_for);
		else
			poll(fds, rings->n, 200);
		take();
	}
	return arg;
}

void reader_start(struct rings *r, unsigned int pause_us)
{
	struct scap_wake wake = { r->size / 16, 50 };

	rings = r;
	stop = false;
	pause_for = pause_us;
	found = (struct found){ 0 };
	memset(events_of, 0, sizeof(events_of));
	memset(child, 0, sizeof(child));
	if (!pause_us && ioctl(r->control, SCAP_IOCTL_SET_WAKE, &wake))
		perror("SET_WAKE");
	pthread_create(&thread, NULL, read_rings, NULL);
}

/* Nothing is recorded any more. */
struct found reader_stop(void)
{
	stop = true;
	pthread_join(thread, NULL);
	take();
	for (unsigned int i = 0; i < TIDS; i++) {
		found.children += child[i];
		found.odd_children += child[i] &&
				      events_of[i] != (uint32_t)child[i] * EVENTS_OF_A_CHILD;
	}
	return found;
}

uint64_t reader_events_of(pid_t tid)
{
	return events_of[tid];
}

/* ---- perf ---- */

/*
 * Each end of a call is an event, that of an execve which succeeds by another tracepoint; five
 * calls have an event at their entry; the end of a thread is one. Newer kernels take a thread's
 * counters away before they tell its end, so threads are counted when they begin: all of them end.
 */
static const struct {
	const char *path, *filter;
} counters[] = {
	{ "raw_syscalls/sys_exit", "id >= 0 && id < 512" },
	{ "raw_syscalls/sys_enter", "id == 2 || id == 42 || id == 85 || id == 257 || id == 437" },
	{ "sched/sched_process_fork", NULL },
};
#define COUNTERS (sizeof(counters) / sizeof(*counters))
static int counter_fds[COUNTERS];

static int open_counter(unsigned int i, pid_t pid)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT,
					.size = sizeof(attr),
					.inherit = 1 };
	unsigned long long id = 0;
	char path[128];
	FILE *f;
	int fd;

	snprintf(path, sizeof(path), "/sys/kernel/tracing/events/%s/id", counters[i].path);
	f = fopen(path, "r");
	if (!f || fscanf(f, "%llu", &id) != 1)
		return -1;
	fclose(f);
	attr.config = id;
	fd = (int)syscall(SYS_perf_event_open, &attr, pid, -1, -1, 0);
	if (fd >= 0 && counters[i].filter &&
	    ioctl(fd, PERF_EVENT_IOC_SET_FILTER, counters[i].filter))
		return -1;
	return fd;
}

int kernel_count_begin(pid_t pid)
{
	for (unsigned int i = 0; i < COUNTERS; i++) {
		counter_fds[i] = open_counter(i, pid);
		if (counter_fds[i] < 0)
			return -1;
	}
	return 0;
}

uint64_t kernel_count_end(void)
{
	uint64_t sum = 1, n; /* the end of the process itself */

	for (unsigned int i = 0; i < COUNTERS; i++) {
		if (read(counter_fds[i], &n, sizeof(n)) == sizeof(n))
			sum += n;
		close(counter_fds[i]);
	}
	return sum;
}
