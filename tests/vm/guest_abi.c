/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs in the guest as root: the device ABI of the module, every request with right and wrong
 * arguments, consumers that come, go and die, and the bounds of the rings. Prints "ok - name" or
 * "not ok - name: why".
 */
#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include "report.h"
#include "ring.h"

/* The result of a request, or -errno. */
static long request(int fd, unsigned long nr, unsigned long arg)
{
	int ret = ioctl(fd, nr, arg);

	return ret < 0 ? -errno : ret;
}

#define ASK(r, name, arg) request((r)->control, SCAP_IOCTL_##name, (unsigned long)(arg))
#define BAD_POINTER	  ((void *)8)

static void need_open(struct rings *r)
{
	int err = rings_open(r);

	if (err) {
		printf("not ok - opens all devices: %s\n", strerror(-err));
		exit(1);
	}
}

static void empty(struct rings *r)
{
	rings_count(r, SCAP_EVT_MAX, 0);
}

static uint64_t sum_drops(const struct rings *r)
{
	uint64_t n = 0;

	for (unsigned int cpu = 0; cpu < r->n; cpu++)
		if (r->ring[cpu].info)
			n += r->ring[cpu].info->n_drops_buffer;
	return n;
}

static void devices_are_for_root_alone(void)
{
	struct stat st;

	CHECK("a device per CPU exists", stat("/dev/" SCAP_DEVICE_NAME "0", &st), 0);
	CHECK("devices are character devices of mode 0400", st.st_mode & (S_IFMT | 07777),
	      S_IFCHR | 0400);
}

static uint64_t packed(const char *text)
{
	unsigned int major = 0, minor = 0, patch = 0;

	sscanf(text, "%u.%u.%u", &major, &minor, &patch);
	return SCAP_VERSION(major, minor, patch);
}

static void answers_versions(struct rings *r, const char *api, const char *schema)
{
	uint64_t v = 0;
	char text[64] = "";

	CHECK("tells the API version", ASK(r, GET_API_VERSION, &v), 0);
	report(v == packed(api), "the API version is the one of the pair", "got %#llx, not %s",
	       (unsigned long long)v, api);
	CHECK("tells the schema version", ASK(r, GET_SCHEMA_VERSION, &v), 0);
	report(v == packed(schema), "the schema version is the one of the pair",
	       "got %#llx, not %s", (unsigned long long)v, schema);
	CHECK("tells its own version", ASK(r, GET_DRIVER_VERSION, text), 0);
	report(strlen(text) > 0 && strlen(text) < 32, "its own version is a string", "%s", text);
	CHECK("refuses a bad pointer for the API version", ASK(r, GET_API_VERSION, BAD_POINTER),
	      -EINVAL);
	CHECK("refuses a bad pointer for the schema version",
	      ASK(r, GET_SCHEMA_VERSION, BAD_POINTER), -EINVAL);
	CHECK("refuses a bad pointer for its own version", ASK(r, GET_DRIVER_VERSION, BAD_POINTER),
	      -EINVAL);
}

static void refuses_unknown_requests(struct rings *r)
{
	static const int retired[] = { 0,  1,  5,  6,  7,  14, 15, 17, 18,
				       19, 26, 27, 28, 35, 36, 99, 255 };
	bool ok = true;
	long got = 0;

	for (unsigned int i = 0; i < sizeof(retired) / sizeof(*retired) && ok; i++) {
		got = request(r->control, 0x7300 + (unsigned int)retired[i], 0);
		ok = got == -ENOTTY;
	}
	report(ok, "retired and unknown requests are no requests", "got %ld", got);
	CHECK("a request of another kind is none", request(r->control, 0x7400 + 4, 80), -ENOTTY);
	CHECK("a request with a size is none", request(r->control, 0x40047304, 80), -ENOTTY);
}

static void checks_settings(struct rings *r)
{
	bool ok = true;

	CHECK("takes a snap length of 0", ASK(r, SET_SNAPLEN, 0), 0);
	CHECK("takes the largest snap length", ASK(r, SET_SNAPLEN, 65000), 0);
	CHECK("refuses a longer snap length", ASK(r, SET_SNAPLEN, 65001), -EINVAL);
	CHECK("refuses a snap length beyond 32 bits", ASK(r, SET_SNAPLEN, 1ul << 32), -EINVAL);
	for (unsigned long ratio = 1; ratio <= 128; ratio *= 2)
		ok &= ASK(r, ENABLE_DROPPING_MODE, ratio) == 0;
	report(ok, "takes the ratios of dropping mode", "refused one");
	CHECK("refuses ratio 0", ASK(r, ENABLE_DROPPING_MODE, 0), -EINVAL);
	CHECK("refuses ratio 3", ASK(r, ENABLE_DROPPING_MODE, 3), -EINVAL);
	CHECK("refuses ratio 256", ASK(r, ENABLE_DROPPING_MODE, 256), -EINVAL);
	CHECK("leaves dropping mode", ASK(r, DISABLE_DROPPING_MODE, 0), 0);
	CHECK("switches the dynamic snap length on", ASK(r, ENABLE_DYNAMIC_SNAPLEN, 0), 0);
	CHECK("switches the dynamic snap length off", ASK(r, DISABLE_DYNAMIC_SNAPLEN, 0), 0);
	CHECK("takes a port range", ASK(r, SET_FULLCAPTURE_PORT_RANGE, 443u << 16 | 80), 0);
	CHECK("takes a statsd port", ASK(r, SET_STATSD_PORT, 9125), 0);
	CHECK("drops failed calls", ASK(r, ENABLE_DROPFAILED, 0), 0);
	CHECK("keeps failed calls", ASK(r, DISABLE_DROPFAILED, 0), 0);
	CHECK("takes the last call", ASK(r, ENABLE_SYSCALL, 511), 0);
	CHECK("refuses a call beyond the table", ASK(r, ENABLE_SYSCALL, 512), -EINVAL);
	CHECK("refuses to give up a call beyond the table", ASK(r, DISABLE_SYSCALL, 512), -EINVAL);
	CHECK("refuses a call far beyond the table", ASK(r, ENABLE_SYSCALL, -1ul), -EINVAL);
	ok = true;
	for (unsigned long tp = 0; tp < SCAP_TP_MAX; tp++)
		ok &= ASK(r, ENABLE_TP, tp) == 0 && ASK(r, ENABLE_TP, tp) == 0;
	report(ok, "takes every tracepoint, twice", "refused one");
	for (unsigned long tp = 0; tp < SCAP_TP_MAX; tp++)
		ok &= ASK(r, DISABLE_TP, tp) == 0 && ASK(r, DISABLE_TP, tp) == 0;
	report(ok, "gives up every tracepoint, twice", "refused one");
	CHECK("refuses a tracepoint beyond the last", ASK(r, ENABLE_TP, SCAP_TP_MAX), -EINVAL);
	CHECK("refuses to give up one beyond the last", ASK(r, DISABLE_TP, -1ul), -EINVAL);
}

static int in_new_pidns(void *arg)
{
	pause();
	return arg != NULL;
}

static void translates_ids(struct rings *r)
{
	static char stack[65536] __attribute__((aligned(16)));
	pid_t child = clone(in_new_pidns, stack + sizeof(stack), CLONE_NEWPID | SIGCHLD, NULL);

	CHECK("tells the caller's thread", ASK(r, GET_CURRENT_TID, 0), syscall(SYS_gettid));
	CHECK("tells the caller's process", ASK(r, GET_CURRENT_PID, 0), getpid());
	CHECK("a thread's number in its own namespace", ASK(r, GET_VTID, child), 1);
	CHECK("a process's number in its own namespace", ASK(r, GET_VPID, child), 1);
	CHECK("one's own number is the same", ASK(r, GET_VTID, getpid()), getpid());
	CHECK("refuses a thread that is not", ASK(r, GET_VTID, 4000000), -EINVAL);
	CHECK("refuses a number that can be none", ASK(r, GET_VPID, -5ul), -EINVAL);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void *sleeper(void *arg)
{
	pause();
	return arg;
}

static void lists_threads(struct rings *r)
{
	size_t max = 2000, size = sizeof(struct scap_proclist) + max * 24;
	struct scap_proclist *list = calloc(1, size);
	unsigned int mine = 0, init = 0;
	pthread_t thread;
	long got;

	pthread_create(&thread, NULL, sleeper, NULL);
	list->max_entries = (int64_t)max;
	CHECK("lists the threads", ASK(r, GET_PROCLIST, list), 0);
	report(list->n_entries > 2 && list->n_entries < list->max_entries, "counts the threads",
	       "%ld", (long)list->n_entries);
	for (int64_t i = 0; i < list->n_entries; i++) {
		char path[64];

		init += list->entries[i].pid == 1;
		snprintf(path, sizeof(path), "/proc/%d/task/%d", (int)getpid(),
			 (int)list->entries[i].pid);
		mine += access(path, F_OK) == 0;
	}
	CHECK("the list has process 1", init, 1);
	CHECK("the list has every thread of a process", mine, 2);

	memset(list, 0xee, size);
	list->max_entries = 2;
	CHECK("says when the list is too short", ASK(r, GET_PROCLIST, list), -ENOSPC);
	report(list->n_entries > 2, "and how long it had to be", "%ld", (long)list->n_entries);
	CHECK("and writes no entry", list->entries[0].pid, 0xeeeeeeeeeeeeeeee);
	list->max_entries = 0;
	CHECK("a list without room is too short", ASK(r, GET_PROCLIST, list), -ENOSPC);
	list->max_entries = -1;
	CHECK("refuses a negative length", ASK(r, GET_PROCLIST, list), -EINVAL);
	list->max_entries = 1000001;
	CHECK("refuses more than a million", ASK(r, GET_PROCLIST, list), -EINVAL);
	CHECK("refuses a bad pointer for the list", ASK(r, GET_PROCLIST, BAD_POINTER), -EINVAL);
	list->max_entries = 1000000;
	got = ASK(r, GET_PROCLIST, list);
	report(got == 0, "takes room for a million", "got %ld", got);
	free(list);
}

static void counts_hits(struct rings *r)
{
	unsigned long hits[RING_CPUS] = { 0 }, sum = 0;

	rings_want(r, SYS_getppid);
	rings_trace(r, RINGS_CALLS);
	for (int i = 0; i < 1000; i++)
		syscall(SYS_getppid);
	CHECK("tells how often tracepoints were hit", ASK(r, GET_N_TRACEPOINT_HIT, hits), 0);
	for (int i = 0; i < RING_CPUS; i++)
		sum += hits[i];
	report(sum >= 1000, "counts the hits", "%lu", sum);
	rings_trace(r, 0);
	ASK(r, GET_N_TRACEPOINT_HIT, hits);
	CHECK("forgets the hits when nothing is attached", hits[0], 0);
	CHECK("refuses a bad pointer for the hits", ASK(r, GET_N_TRACEPOINT_HIT, BAD_POINTER),
	      -EINVAL);
	rings_unwant(r, -1);
	empty(r);
}

static long try_map(int fd, size_t len, int prot, int flags, off_t off)
{
	void *p = mmap(NULL, len, prot, flags, fd, off);

	if (p == MAP_FAILED)
		return -errno;
	munmap(p, len);
	return 0;
}

static void maps_by_length(struct rings *r)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), data = 2ul * r->size;
	int fd = r->control;
	void *p;

	CHECK("maps the information page", try_map(fd, page, PROT_READ | PROT_WRITE, MAP_SHARED, 0),
	      0);
	CHECK("maps less than a page as one", try_map(fd, 100, PROT_READ, MAP_SHARED, 0), 0);
	CHECK("maps the data", try_map(fd, data, PROT_READ, MAP_SHARED, 0), 0);
	CHECK("refuses data that can be written",
	      try_map(fd, data, PROT_READ | PROT_WRITE, MAP_SHARED, 0), -EIO);
	CHECK("refuses two pages", try_map(fd, 2 * page, PROT_READ, MAP_SHARED, 0), -EIO);
	CHECK("refuses the data once", try_map(fd, r->size, PROT_READ, MAP_SHARED, 0), -EIO);
	CHECK("refuses more than the data", try_map(fd, data + page, PROT_READ, MAP_SHARED, 0),
	      -EIO);
	CHECK("refuses an offset", try_map(fd, page, PROT_READ, MAP_SHARED, (off_t)page), -EIO);
	p = mmap(NULL, data, PROT_READ, MAP_SHARED, fd, 0);
	CHECK("data does not become writable later",
	      mprotect(p, data, PROT_READ | PROT_WRITE) ? -errno : 0, -EACCES);
	munmap(p, data);
	CHECK("both halves of the mapping are the same memory",
	      memcmp(r->ring[0].data, r->ring[0].data + r->size, 4096), 0);
}

static void opens_once(struct rings *r)
{
	int fd = open("/dev/" SCAP_DEVICE_NAME "0", O_RDWR);
	struct rings again;

	report(fd < 0 && errno == EBUSY, "a device opens once per consumer", "fd %d errno %d", fd,
	       errno);
	if (fd >= 0)
		close(fd);
	rings_close(r);
	CHECK("opens again after closing", rings_open(&again), 0);
	rings_close(&again);
	need_open(r);
}

/* The mask and the other settings are as new after each open. */
static void open_resets_settings(struct rings *r)
{
	char path[32];
	char buf[200] = { 0 };
	int pipes[2];
	unsigned int len = 0;

	if (r->n < 2 || pipe(pipes))
		return;
	rings_want(r, SYS_write);
	ASK(r, SET_SNAPLEN, 150);
	rings_trace(r, RINGS_CALLS);
	write(pipes[1], buf, sizeof(buf));
	CHECK("records the call that is asked for", rings_count(r, SCAP_EVT_SYSCALL_WRITE_X, 0) > 0,
	      1);
	/* the last ring: closed and opened again; the line above was a write too */
	empty(r);
	munmap((void *)(uintptr_t)r->ring[1].data, 2ul * r->size);
	munmap(r->ring[1].info, (size_t)sysconf(_SC_PAGESIZE));
	close(r->ring[1].fd);
	snprintf(path, sizeof(path), "/dev/" SCAP_DEVICE_NAME "1");
	r->ring[1].fd = open(path, O_RDWR);
	CHECK("opens one ring again", r->ring[1].fd >= 0 && !ring_map(&r->ring[1], r->size), 1);
	write(pipes[1], buf, sizeof(buf));
	CHECK("an open clears the mask of calls",
	      rings_count(r, SCAP_EVT_SYSCALL_WRITE_X, (uint64_t)getpid()), 0);
	rings_want(r, SYS_write);
	write(pipes[1], buf, sizeof(buf));
	for (unsigned int cpu = 0; cpu < r->n; cpu++) {
		struct ring_event e = { 0 };

		while (ring_next(r, cpu, &e))
			if (e.hdr->tid == (uint64_t)getpid() && ring_int(e.hdr, 3) == 200)
				ring_param(e.hdr, 1, &len);
	}
	CHECK("an open sets the snap length back", len, 80);
	rings_trace(r, 0);
	rings_unwant(r, -1);
	close(pipes[0]);
	close(pipes[1]);
	empty(r);
}

/* ---- consumers ---- */

struct other {
	unsigned int mine, others;
	int err;
	pthread_barrier_t ready, done;
};

static void *other_consumer(void *arg)
{
	struct other *o = arg;
	struct rings r;

	o->err = rings_open(&r);
	if (!o->err) {
		rings_want(&r, SYS_getppid);
		rings_trace(&r, RINGS_CALLS);
	}
	pthread_barrier_wait(&o->ready);
	pthread_barrier_wait(&o->done);
	if (!o->err) {
		rings_trace(&r, 0);
		for (unsigned int cpu = 0; cpu < r.n; cpu++) {
			struct ring_event e = { 0 };

			while (ring_next(&r, cpu, &e)) {
				if (e.hdr->type == SCAP_EVT_GENERIC_X &&
				    ring_int(e.hdr, 1) == SYS_getppid)
					o->mine++;
				else
					o->others++;
			}
		}
		rings_close(&r);
	}
	return NULL;
}

static void consumers_are_apart(struct rings *r)
{
	unsigned int getppids = 0, umasks = 0;
	struct other o = { 0 };
	pthread_t thread;

	pthread_barrier_init(&o.ready, NULL, 2);
	pthread_barrier_init(&o.done, NULL, 2);
	rings_want(r, SYS_umask);
	rings_trace(r, RINGS_CALLS);
	pthread_create(&thread, NULL, other_consumer, &o);
	pthread_barrier_wait(&o.ready);
	CHECK("another thread is another consumer", o.err, 0);
	for (int i = 0; i < 10; i++) {
		syscall(SYS_getppid);
		syscall(SYS_umask, 022);
	}
	pthread_barrier_wait(&o.done);
	pthread_join(thread, NULL);
	rings_trace(r, 0);
	for (unsigned int cpu = 0; cpu < r->n; cpu++) {
		struct ring_event e = { 0 };

		while (ring_next(r, cpu, &e)) {
			getppids += ring_int(e.hdr, 1) == SYS_getppid;
			umasks += ring_int(e.hdr, 1) == SYS_umask;
		}
	}
	CHECK("a consumer gets the calls that it asked for", umasks, 10);
	CHECK("and none that the other asked for", getppids, 0);
	CHECK("the other one gets its own", o.mine, 10);
	CHECK("and nothing else", o.others, 0);
	rings_unwant(r, -1);
}

struct opener {
	struct rings rings;
	int err;
};

static void *open_and_end(void *arg)
{
	struct opener *o = arg;

	o->err = rings_open(&o->rings);
	return NULL;
}

/* A thread that ended stays a consumer for as long as its descriptors are open. */
static void limits_consumers(void)
{
	static struct opener openers[5];
	unsigned int opened = 0;
	pthread_t t;

	for (int i = 0; i < 5; i++) {
		pthread_create(&t, NULL, open_and_end, &openers[i]);
		pthread_join(t, NULL);
		opened += !openers[i].err;
	}
	CHECK("five consumers may be there", opened, 4);
	CHECK("one more is refused", openers[4].err, -EBUSY);
	for (int i = 0; i < 5; i++)
		if (!openers[i].err)
			rings_close(&openers[i].rings);
	pthread_create(&t, NULL, open_and_end, &openers[0]);
	pthread_join(t, NULL);
	CHECK("a place is free again after closing", openers[0].err, 0);
	rings_close(&openers[0].rings);
}

static void dies(void)
{
	struct rings r;

	if (rings_open(&r) || rings_want(&r, -1) || rings_trace(&r, (1u << SCAP_TP_MAX) - 1))
		_exit(1);
	for (;;)
		syscall(SYS_getppid);
}

static void survives_the_death_of_a_consumer(void)
{
	struct rings r;
	pid_t child;

	for (int i = 0; i < 3; i++) {
		child = fork();
		if (!child)
			dies();
		usleep(200000);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	CHECK("opens after a consumer was killed", rings_open(&r), 0);
	rings_close(&r);
}

/* ---- what is recorded ---- */

static unsigned long hits_of(struct rings *r, int calls)
{
	unsigned long hits[RING_CPUS] = { 0 }, sum = 0;

	ASK(r, GET_N_TRACEPOINT_HIT, hits);
	for (int i = 0; i < RING_CPUS; i++)
		sum -= hits[i];
	for (int i = 0; i < calls; i++)
		syscall(SYS_getppid);
	ASK(r, GET_N_TRACEPOINT_HIT, hits);
	for (int i = 0; i < RING_CPUS; i++)
		sum += hits[i];
	return sum;
}

static void entries_cost_only_who_wants_them(struct rings *r)
{
	unsigned long with, without;

	rings_want(r, SYS_getppid);
	rings_trace(r, RINGS_CALLS);
	without = hits_of(r, 2000);
	rings_want(r, SYS_openat);
	with = hits_of(r, 2000);
	report(without >= 2000 && without < 3500, "entries are not traced without need", "%lu hits",
	       without);
	report(with >= 4000, "entries are traced when a call with an entry event is wanted",
	       "%lu hits", with);
	rings_unwant(r, SYS_openat);
	without = hits_of(r, 2000);
	report(without < 3500, "and no longer when it is not", "%lu hits", without);
	rings_trace(r, 0);
	rings_unwant(r, -1);
	empty(r);
}

static void drops_failed_calls(struct rings *r)
{
	rings_want(r, SYS_close);
	rings_trace(r, RINGS_CALLS);
	close(-1);
	CHECK("records failed calls", rings_count(r, SCAP_EVT_SYSCALL_CLOSE_X, (uint64_t)getpid()),
	      1);
	ASK(r, ENABLE_DROPFAILED, 0);
	close(-1);
	close(dup(0));
	CHECK("leaves failed calls out if asked to",
	      rings_count(r, SCAP_EVT_SYSCALL_CLOSE_X, (uint64_t)getpid()), 1);
	ASK(r, DISABLE_DROPFAILED, 0);
	rings_trace(r, 0);
	rings_unwant(r, -1);
	empty(r);
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Half of each second is recorded; its ends are told; what state depends on is always there. */
static void samples_in_dropping_mode(struct rings *r)
{
	unsigned int begins = 0, ends = 0, late = 0, writes = 0, dups = 0, calls = 0;
	uint64_t until = now() + 1300000000;
	int fd = open("/dev/null", O_WRONLY);

	rings_want(r, SYS_write);
	rings_want(r, SYS_dup);
	rings_want(r, SYS_close);
	rings_want(r, SYS_getppid);
	ASK(r, ENABLE_DROPPING_MODE, 2);
	rings_trace(r, RINGS_CALLS);
	while (now() < until) {
		write(fd, "x", 1);
		close(dup(fd));
		close(-1);
		syscall(SYS_getppid);
		calls++;
		usleep(5000);
	}
	rings_trace(r, 0);
	for (unsigned int cpu = 0; cpu < r->n; cpu++) {
		struct ring_event e = { 0 };

		while (ring_next(r, cpu, &e)) {
			begins += e.hdr->type == SCAP_EVT_DROP_E && ring_int(e.hdr, 0) == 2;
			ends += e.hdr->type == SCAP_EVT_DROP_X && ring_int(e.hdr, 0) == 2;
			writes += e.hdr->type == SCAP_EVT_SYSCALL_WRITE_X;
			late += e.hdr->type == SCAP_EVT_SYSCALL_WRITE_X &&
				e.hdr->ts % 1000000000 >= 500000000;
			late += e.hdr->type == SCAP_EVT_GENERIC_X;
			late += e.hdr->type == SCAP_EVT_SYSCALL_CLOSE_X && ring_int(e.hdr, 0) < 0;
			dups += e.hdr->type == SCAP_EVT_SYSCALL_DUP_1_X;
		}
	}
	CHECK("dropping mode leaves out what it should", late, 0);
	report(writes > 0 && writes < calls, "and keeps a part", "%u of %u", writes, calls);
	CHECK("and all of what state depends on", dups, calls);
	report(begins > 0 && ends > 0, "and tells where a part begins and ends", "%u, %u", begins,
	       ends);
	ASK(r, DISABLE_DROPPING_MODE, 0);
	rings_unwant(r, -1);
	close(fd);
	empty(r);
}

/* ---- rings ---- */

static void checks_the_ring_size(void)
{
	CHECK("refuses a ring size that is no power of two", ring_set_size("12288"), -EINVAL);
	CHECK("refuses a ring of two pages", ring_set_size("8192"), -EINVAL);
	CHECK("refuses a ring of no size", ring_set_size("0"), -EINVAL);
	CHECK("refuses a ring size that is no number", ring_set_size("big"), -EINVAL);
	CHECK("refuses a ring beyond 32 bits", ring_set_size("8589934592"), -EINVAL);
	CHECK("the size is unchanged after that", ring_size(), 8388608);
	CHECK("takes a ring of four pages", ring_set_size("16384"), 0);
	CHECK("and tells it", ring_size(), 16384);
}

/* Needs small rings. */
static void counts_what_it_loses(void)
{
	struct scap_ring_info *info;
	unsigned int n = 0, bad = 0;
	struct ring_event e = { 0 };
	struct rings r;

	need_open(&r);
	stay_on(0);
	info = r.ring[0].info;
	rings_want(&r, SYS_close);
	rings_want(&r, SYS_getppid);
	rings_trace(&r, RINGS_CALLS);
	for (int i = 0; i < 1000; i++) {
		close(-1);
		syscall(SYS_getppid);
	}
	rings_trace(&r, 0);
	while (ring_next(&r, 0, &e)) {
		n++;
		bad += !ring_event_ok(e.hdr);
	}
	report(info->n_drops_buffer > 1000, "counts what a full ring loses", "%lu",
	       (unsigned long)info->n_drops_buffer);
	CHECK("what was seen is what is there and what was lost", info->n_evts,
	      n + info->n_drops_buffer);
	report(info->n_drops_close_exit > 500 && info->n_drops_close_exit < info->n_drops_buffer,
	       "counts the loss by category", "%lu", (unsigned long)info->n_drops_close_exit);
	CHECK("a full ring holds whole events only", bad, 0);
	rings_trace(&r, RINGS_CALLS);
	close(-1);
	CHECK("goes on when there is room again", rings_count(&r, SCAP_EVT_SYSCALL_CLOSE_X, 0), 1);
	rings_close(&r);
}

/* Long events, in a ring that has room for few, so that they start at many places. */
static void long_events_fit_anywhere(void)
{
	static uint8_t data[65000];
	unsigned int whole = 0, wrong = 0;
	struct rings r;
	int fd = open("/dev/null", O_WRONLY);

	ring_set_size("131072");
	need_open(&r);
	stay_on(0);
	for (unsigned int i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7);
	ASK(&r, SET_SNAPLEN, 65000);
	rings_want(&r, SYS_write);
	rings_trace(&r, RINGS_CALLS);
	for (unsigned int i = 0; i < 300; i++) {
		struct ring_event e = { 0 };
		unsigned int len = 0;

		write(fd, data, sizeof(data) - i * 13);
		while (ring_next(&r, 0, &e)) {
			const uint8_t *p = ring_param(e.hdr, 1, &len);

			if (e.hdr->tid != (uint64_t)getpid())
				continue;
			if (!ring_event_ok(e.hdr) || len != sizeof(data) - i * 13 ||
			    memcmp(p, data, len))
				wrong++;
			else
				whole++;
		}
	}
	CHECK("events of 65 kB arrive whole wherever they start", whole, 300);
	CHECK("and none in another form", wrong, 0);
	CHECK("none is lost as long as there is room", sum_drops(&r), 0);
	close(fd);
	rings_close(&r);
}

/* The reader may write anything into the shared page. */
static void a_bad_reader_harms_only_itself(void)
{
	static const uint32_t bad[] = {
		0xffffffff, 0x80000000, 131072, 131071, 200000, 0x7fffffff
	};
	struct rings r;

	need_open(&r);
	rings_want(&r, -1);
	rings_trace(&r, RINGS_CALLS | RINGS_PROCESSES);
	for (unsigned int i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		for (unsigned int cpu = 0; cpu < r.n; cpu++) {
			memset(r.ring[cpu].info, 0xff, sizeof(*r.ring[cpu].info));
			r.ring[cpu].info->tail = bad[i];
			r.ring[cpu].info->head = bad[i] / 2;
			for (int k = 0; k < 200; k++)
				access("/", F_OK);
		}
	rings_close(&r);
	need_open(&r);
	rings_want(&r, SYS_close);
	rings_trace(&r, RINGS_CALLS);
	close(-1);
	CHECK("works for the next after a reader that writes nonsense",
	      rings_count(&r, SCAP_EVT_SYSCALL_CLOSE_X, (uint64_t)getpid()), 1);
	rings_close(&r);
}

/* Many settings at once while events flow. */
static void *busy(void *arg)
{
	volatile bool *stop = arg;

	while (!*stop) {
		int fd = open("/proc/self/stat", O_RDONLY);
		char buf[100];

		read(fd, buf, sizeof(buf));
		close(fd);
		if (!fork())
			_exit(0);
		wait(NULL);
	}
	return NULL;
}

static void comes_and_goes_under_load(void)
{
	volatile bool stop = false;
	unsigned int bad = 0, events = 0;
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, busy, (void *)&stop);
	for (int i = 0; i < 25; i++) {
		struct rings r;

		/* a child that was forked meanwhile has the descriptors too, until it ends */
		for (int tries = 0; rings_open(&r) == -EBUSY && tries < 1000; tries++)
			usleep(1000);
		rings_want(&r, -1);
		rings_trace(&r, (1u << SCAP_TP_MAX) - 1);
		usleep(20000);
		for (unsigned int cpu = 0; cpu < r.n; cpu++) {
			struct ring_event e = { 0 };

			while (ring_next(&r, cpu, &e)) {
				events++;
				bad += !ring_event_ok(e.hdr);
			}
		}
		rings_close(&r);
	}
	stop = true;
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	report(events > 1000, "consumers come and go under load", "%u events", events);
	CHECK("and get whole events only", bad, 0);
}

static void set_online(unsigned int cpu, bool on)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/online", cpu);
	fd = open(path, O_WRONLY);
	if (write(fd, on ? "1" : "0", 1) != 1)
		report(false, "switches a CPU on and off", "%s", strerror(errno));
	close(fd);
}

static long available_kb(void)
{
	char line[128];
	long kb = 0;
	FILE *f = fopen("/proc/meminfo", "r");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "MemAvailable: %ld", &kb) == 1)
			break;
	if (f)
		fclose(f);
	return kb;
}

static void gives_its_memory_back(void)
{
	struct rings r;
	long before, lost;

	ring_set_size("4194304");
	need_open(&r);
	rings_close(&r);
	before = available_kb();
	for (int i = 0; i < 20; i++) {
		need_open(&r);
		rings_trace(&r, RINGS_CALLS);
		rings_close(&r);
	}
	lost = before - available_kb();
	report(lost < 16 << 10, "gives the memory of its rings back", "%ld kB are gone", lost);
	ring_set_size("131072");
}

static void tells_of_a_new_cpu(void)
{
	struct rings r;
	int fd;

	set_online(1, false);
	fd = open("/dev/" SCAP_DEVICE_NAME "1", O_RDWR);
	report(fd < 0 && errno == ENODEV, "a CPU that is off has no ring", "fd %d errno %d", fd,
	       errno);
	need_open(&r);
	CHECK("but a number", r.n, 2);
	rings_want(&r, SYS_getppid);
	rings_trace(&r, RINGS_CALLS);
	set_online(1, true);
	fd = open("/dev/" SCAP_DEVICE_NAME "1", O_RDWR);
	report(fd < 0 && errno == ENODEV, "nor when it came after the others were opened",
	       "fd %d errno %d", fd, errno);
	stay_on(1);
	syscall(SYS_getppid);
	stay_on(0);
	syscall(SYS_getppid);
	syscall(SYS_getppid);
	CHECK("a CPU without ring is told once", rings_count(&r, SCAP_EVT_CPU_HOTPLUG_E, 0), 1);
	rings_close(&r);
	need_open(&r);
	CHECK("and has one after the next opening", r.ring[1].fd >= 0, 1);
	rings_close(&r);
}

/* "pair API SCHEMA" asks for the versions only; without arguments, everything of the default pair.
 */
int main(int argc, char **argv)
{
	struct rings r;

	devices_are_for_root_alone();
	need_open(&r);
	if (argc == 4) {
		answers_versions(&r, argv[2], argv[3]);
		return failed != 0;
	}
	answers_versions(&r, SCAP_API_VERSION_STRING, SCAP_SCHEMA_VERSION_STRING);
	refuses_unknown_requests(&r);
	checks_settings(&r);
	translates_ids(&r);
	lists_threads(&r);
	counts_hits(&r);
	maps_by_length(&r);
	opens_once(&r);
	open_resets_settings(&r);
	consumers_are_apart(&r);
	limits_consumers();
	entries_cost_only_who_wants_them(&r);
	drops_failed_calls(&r);
	samples_in_dropping_mode(&r);
	rings_close(&r);
	survives_the_death_of_a_consumer();
	checks_the_ring_size();
	counts_what_it_loses();
	long_events_fit_anywhere();
	a_bad_reader_harms_only_itself();
	gives_its_memory_back();
	tells_of_a_new_cpu();
	comes_and_goes_under_load();
	return failed != 0;
}
