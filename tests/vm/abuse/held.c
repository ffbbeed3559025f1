/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the module holds: counted where the kernel says who allocated what, so that a single object
 * that is not given back shows; pages have no owner, and are seen in the memory that is left.
 */
#include <dirent.h>
#include <sys/wait.h>
#include "abuse.h"

#define OWNER	     "[" SCAP_DEVICE_NAME "]"
#define TOLERANCE_KB 2048 /* half a ring of 4 MiB */

/*
 * The kernel keeps each stack from which something was allocated, for its lists of who did. A
 * module that is loaded anew lies at another address and has other stacks: 13 kB a load were seen.
 */
#define STACKS_KB 16

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		report(false, "the test can write", "%s: %s", path, strerror(errno));
	close(fd);
}

/* The place is in the module, or in one that is no longer there and has no name any more. */
static bool is_ours(const char *line, const char *place)
{
	return strstr(line, OWNER) || !strncmp(place, "0x", 2);
}

static unsigned int count_areas(void)
{
	FILE *f = fopen("/proc/vmallocinfo", "r");
	unsigned int n = 0;
	char line[512], place[128];

	while (f && fgets(line, sizeof(line), f))
		n += sscanf(line, "%*s %*s %127s", place) == 1 && is_ours(line, place);
	if (f)
		fclose(f);
	return n;
}

/* Lines that begin with a number of objects and the place that allocated them. */
static unsigned long count_in(const char *path)
{
	FILE *f = fopen(path, "r");
	unsigned long n = 0, k;
	char line[1024], place[128];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%lu %127s", &k, place) == 2 && is_ours(line, place))
			n += k;
	if (f)
		fclose(f);
	return n;
}

/* Needs slub_debug=U on the kernel's command line. */
static unsigned long count_objects(void)
{
	DIR *d = opendir("/sys/kernel/slab");
	unsigned long n = 0;
	struct dirent *e;
	char path[512];

	while (d && (e = readdir(d))) {
		if (strncmp(e->d_name, "kmalloc", 7))
			continue;
		snprintf(path, sizeof(path), "/sys/kernel/debug/slab/%s/alloc_traces", e->d_name);
		if (access(path, F_OK)) /* before Linux 5.14 */
			snprintf(path, sizeof(path), "/sys/kernel/slab/%s/alloc_calls", e->d_name);
		n += count_in(path);
	}
	if (d)
		closedir(d);
	return n;
}

static long number_in(const char *path, const char *before)
{
	FILE *f = fopen(path, "r");
	size_t len = strlen(before);
	char line[512];
	long n = -1;

	while (f && n < 0 && fgets(line, sizeof(line), f))
		if (!strncmp(line, before, len))
			n = strtol(line + len, NULL, 10);
	if (f)
		fclose(f);
	return n;
}

/* Free pages that each CPU keeps, which the memory that is available does not count. */
static long kept_kb(void)
{
	FILE *f = fopen("/proc/zoneinfo", "r");
	char line[256];
	long pages = 0, n;

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, " count: %ld", &n) == 1)
			pages += n;
	if (f)
		fclose(f);
	return pages * 4;
}

/* KASAN keeps what was freed for a while, where it still counts; kmemleak sees what is lost there.
 */
static bool keeps_freed(void)
{
	FILE *f = fopen("/proc/kallsyms", "r");
	bool found = false;
	char line[512];

	while (f && !found && fgets(line, sizeof(line), f))
		found = strstr(line, " kasan_quarantine_put");
	if (f)
		fclose(f);
	return found;
}

struct held held_now(void)
{
	struct held h;

	sync();
	put("/proc/sys/vm/drop_caches", "3");
	h.areas = count_areas();
	h.objects = count_objects();
	h.pids = number_in("/proc/slabinfo", "pid ");
	h.available_kb = number_in("/proc/meminfo", "MemAvailable:") + kept_kb();
	h.users = (int)number_in("/sys/module/" SCAP_DEVICE_NAME "/refcnt", "");
	return h;
}

static long tolerance_kb(unsigned int loads)
{
	return TOLERANCE_KB + STACKS_KB * (long)loads;
}

bool held_memory_is_less(const struct held *before, unsigned int loads)
{
	if (keeps_freed())
		return false;
	for (int i = 0; i < 20; i++) {
		if (before->available_kb - held_now().available_kb < tolerance_kb(loads))
			return false;
		usleep(250000);
	}
	return true;
}

/* What ended a moment ago is given back after a grace period or two. */
void held_report(const struct held *before, const char *what, unsigned int rounds,
		 unsigned int loads)
{
	long tolerance = tolerance_kb(loads);
	/* a process that leaves one behind each time is told from those that come and go */
	long few_pids = 10 + rounds / 4;
	bool counts = !keeps_freed();
	struct held h;
	char name[160];

	for (int i = 0; i < (counts ? 20 : 1); i++) {
		h = held_now();
		if (h.areas == before->areas && h.objects == before->objects &&
		    h.pids - before->pids < few_pids && h.users <= 0 &&
		    before->available_kb - h.available_kb < tolerance)
			break;
		usleep(250000);
	}
	snprintf(name, sizeof(name), "%s: nothing of the module is left", what);
	report(h.areas == before->areas && (!counts || h.objects == before->objects) &&
		       h.users <= 0,
	       name, "areas %u and %u, objects %lu and %lu, %d users", before->areas, h.areas,
	       before->objects, h.objects, h.users);
	if (!counts) {
		row(what, rounds, "objects and memory not judged: KASAN keeps what was freed");
		return;
	}
	snprintf(name, sizeof(name), "%s: no memory is lost", what);
	report(before->available_kb - h.available_kb < tolerance &&
		       h.pids - before->pids < few_pids,
	       name, "%ld kB are gone, %ld pids", before->available_kb - h.available_kb,
	       h.pids - before->pids);
	row(what, rounds, "%ld kB, %ld pids, %ld objects, %d areas",
	    before->available_kb - h.available_kb, h.pids - before->pids,
	    (long)(h.objects - before->objects), (int)(h.areas - before->areas));
}

bool unused(void)
{
	for (int i = 0; i < 1000; i++) {
		if (number_in("/sys/module/" SCAP_DEVICE_NAME "/refcnt", "") <= 0)
			return true;
		usleep(10000);
	}
	return false;
}

/* A user's thread that does not run, cannot be killed and stays so. */
static bool in_d(const char *pid)
{
	char path[300], line[512], state = 0;
	unsigned int flags = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	f = fopen(path, "r");
	if (f && fgets(line, sizeof(line), f)) {
		const char *p = strrchr(line, ')');

		if (!p || sscanf(p + 2, "%c %*d %*d %*d %*d %*d %u", &state, &flags) != 2)
			state = 0;
	}
	if (f)
		fclose(f);
	return state == 'D' && !(flags & 0x200000 /* a thread of the kernel */);
}

static unsigned int count_in_d(char *last, size_t size)
{
	DIR *d = opendir("/proc");
	unsigned int n = 0;
	struct dirent *e;

	*last = 0;
	while (d && (e = readdir(d)))
		if (e->d_name[0] >= '0' && e->d_name[0] <= '9' && in_d(e->d_name)) {
			n++;
			snprintf(last, size, "%.20s", e->d_name);
		}
	if (d)
		closedir(d);
	return n;
}

void stuck_report(void)
{
	char last[32] = "";
	unsigned int n = 1;

	for (int i = 0; i < 40 && n; i++) {
		n = count_in_d(last, sizeof(last));
		if (n)
			usleep(250000);
	}
	report(!n, "no process is stuck", "%u are, one is %s", n, last);
	report(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD, "no process is left", "one is");
}
