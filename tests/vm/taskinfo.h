/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What /proc says of a task, and the parameters that the clone and execve events share compared
 * with it. Two looks, one before and one after the event, bound what changes by itself.
 */
#ifndef VM_TASKINFO_H
#define VM_TASKINFO_H

#include <ctype.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include "kept.h"

/*
 * The kernel counts up to 64 pages of each of three kinds per task or CPU before it adds them to
 * what is resident; in kB.
 */
#define RESIDENT_FUZZ (3 * 2 * 64 * 4)

struct usage {
	long maj, min, size, resident, start_ticks;
};

static inline ssize_t proc_text(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, size - 1);

	if (fd >= 0)
		close(fd);
	buf[n < 0 ? 0 : n] = 0;
	return n;
}

/* Without memory of its own, so that a process can look at itself. */
static inline struct usage usage_of(pid_t pid)
{
	struct usage u = { -1, -1, -1, -1, -1 };
	char path[64], text[1024], *p;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	proc_text(path, text, sizeof(text));
	p = strrchr(text, ')');
	if (p)
		sscanf(p + 1,
		       " %*c %*d %*d %*d %*d %*d %*u %ld %*d %ld %*d %*d %*d %*d %*d %*d %*d %*d "
		       "%*d %ld",
		       &u.min, &u.maj, &u.start_ticks);
	snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
	proc_text(path, text, sizeof(text));
	sscanf(text, "%ld %ld", &u.size, &u.resident);
	u.size *= 4;
	u.resident *= 4;
	return u;
}

/* A number in a file under /proc, behind @key. */
static inline long proc_number(const char *path, const char *key)
{
	char line[256];
	long v = -1;
	FILE *f = fopen(path, "r");

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, key, strlen(key)))
			v = strtol(line + strlen(key), NULL, key[0] == 'C' ? 16 : 10);
	if (f)
		fclose(f);
	return v;
}

#define TEST_CGROUP "/sys/fs/cgroup/test"

/* Moves this process into a cgroup of its own. */
static inline void enter_cgroup(void)
{
	FILE *f;

	mkdir(TEST_CGROUP, 0755);
	f = fopen(TEST_CGROUP "/cgroup.procs", "w");
	if (f) {
		fprintf(f, "%d", (int)getpid());
		fclose(f);
	}
}

/* Whether @word is one of the words of @text. */
static inline bool has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = text; (p = strstr(p, word)); p += len)
		if ((p == text || isspace(p[-1])) && (!p[len] || isspace(p[len])))
			return true;
	return false;
}

/* All controllers that a kernel can have, in its order. */
static const char *const controllers[] = {
	"cpuset",     "cpu",	  "cpuacct", "io",   "memory", "devices", "freezer", "net_cls",
	"perf_event", "net_prio", "hugetlb", "pids", "rdma",   "misc",	  "dmem",    "debug",
};
#define NCONTROLLERS (sizeof(controllers) / sizeof(controllers[0]))

/*
 * Notes which controllers the words of @text name; false if one is not in the table. Tables of
 * /proc/cgroups have more than names in a line.
 */
static inline bool note_controllers(char *text, const char *stop, bool *here)
{
	char *line, *next = text;

	while ((line = strsep(&next, stop))) {
		unsigned int i;

		line[strcspn(line, " \t\n")] = 0;
		if (!*line || *line == '#')
			continue;
		if (!strcmp(line, "blkio")) /* its name of old */
			line = (char *)"io";
		for (i = 0; i < NCONTROLLERS && strcmp(line, controllers[i]); i++)
			;
		if (i == NCONTROLLERS)
			return false;
		here[i] = true;
	}
	return true;
}

/*
 * The list of cgroups that a process of TEST_CGROUP has: all controllers of the kernel in its
 * order, with this path where the controller works there (perf_event always does), else the root.
 * A kernel lists in /proc those that a v1 hierarchy can have, and in the root those of v2.
 */
static inline size_t expected_cgroups(char *to, size_t room)
{
	static const char *const order[] = {
		"cpuset",  "cpu",     "cpuacct", "io",	       "memory",
		"devices", "freezer", "net_cls", "perf_event", "net_prio",
		"hugetlb", "pids",    "rdma",	 "misc",       "dmem",
	};
	char there[512], v2[512], v1[2048];
	size_t n = 0;

	proc_text(TEST_CGROUP "/cgroup.controllers", there, sizeof(there));
	proc_text("/sys/fs/cgroup/cgroup.controllers", v2, sizeof(v2));
	proc_text("/proc/cgroups", v1, sizeof(v1));
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		const char *name = order[i];
		/* its name of old */
		bool known = has_word(v1, strcmp(name, "io") ? name : "blkio");

		if (!known && !has_word(v2, name))
			continue;
		n += (size_t)snprintf(to + n, room - n, "%s=%s", name,
				      has_word(there, name) || !strcmp(name, "perf_event") ? "/test"
											   : "/");
		n++;
	}
	return n;
}

/* Parameters tid to cgroups, the same in the clone and execve events. */
static inline void check_task(const char *what, const struct scap_event_hdr *e, long tid, long pid,
			      long ptid, const char *comm, struct usage before, struct usage after)
{
	char name[120], cgroups[4096];
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
#define NAMED(n) (snprintf(name, sizeof(name), "%s: %s", what, n), name)
	CHECK(NAMED("tid"), known(e, 3), tid);
	CHECK(NAMED("pid"), known(e, 4), pid);
	CHECK(NAMED("ptid"), known(e, 5), ptid);
	check_bytes(NAMED("cwd is left to the reader"), e, 6, "", 0);
	CHECK(NAMED("fdlimit"), known(e, 7), limit.rlim_cur);
	check_between(NAMED("pgft_maj"), e, 8, before.maj, after.maj);
	check_between(NAMED("pgft_min"), e, 9, before.min, after.min);
	check_between(NAMED("vm_size"), e, 10, before.size, after.size);
	check_between(NAMED("vm_rss"), e, 11, before.resident - RESIDENT_FUZZ,
		      after.resident + RESIDENT_FUZZ);
	CHECK(NAMED("vm_swap"), known(e, 12), 0);
	check_str(NAMED("comm"), e, 13, comm);
	check_bytes(NAMED("cgroups"), e, 14, cgroups, expected_cgroups(cgroups, sizeof(cgroups)));
#undef NAMED
}

#endif
