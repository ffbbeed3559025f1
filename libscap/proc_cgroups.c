/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cgroups of a process as the driver tells them: one "subsys=path" per controller.
 *
 * With v1 hierarchies each controller has a path of its own. The v2 hierarchy has one path for all
 * the controllers it rules, and for perf_event, where the kernel has that, which is always with it
 * and listed nowhere in it; controllers that neither rules stand in the root, "/".
 */
#include "proc_scan.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The kernel's order and names (linux/cgroup_subsys.h). v1 calls io "blkio". */
static const char *const kernel_order[] = {
	"cpuset",     "cpu",	  "cpuacct", "io",   "memory", "devices", "freezer", "net_cls",
	"perf_event", "net_prio", "hugetlb", "pids", "rdma",   "misc",	  "dmem",
};
#define N_KERNEL_ORDER (sizeof(kernel_order) / sizeof(kernel_order[0]))
_Static_assert(N_KERNEL_ORDER <= PROC_CONTROLLERS, "room for all controllers");

/* The index of a controller's name of @len bytes in kernel_order, or -1. */
static int controller_index(const char *name, size_t len)
{
	size_t i;

	if (len == 5 && memcmp(name, "blkio", 5) == 0)
		return 3;
	for (i = 0; i < N_KERNEL_ORDER; i++)
		if (strlen(kernel_order[i]) == len && memcmp(kernel_order[i], name, len) == 0)
			return (int)i;
	return -1;
}

static int64_t read_controllers_file(struct proc_scan *s, const char *host_root)
{
	static const char *const places[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };
	char path[512];
	int64_t n = -1;
	size_t i;

	for (i = 0; n <= 0 && i < 2; i++) {
		snprintf(path, sizeof(path), "%s%s/cgroup.controllers", host_root, places[i]);
		n = proc_read_file(AT_FDCWD, path, s->buf, sizeof(s->buf));
	}
	return n;
}

void proc_find_controllers(struct proc_scan *s, const char *host_root)
{
	bool known[N_KERNEL_ORDER] = { false }, unified[N_KERNEL_ORDER] = { false };
	char *text = s->buf, *line, *word, *save;
	size_t j;
	int i;

	if (proc_read_file(s->proc_fd, "cgroups", s->buf, sizeof(s->buf)) > 0) {
		while ((line = proc_next_line(&text))) {
			i = controller_index(line, strcspn(line, " \t"));
			if (i >= 0)
				known[i] = true;
		}
	}
	if (read_controllers_file(s, host_root) > 0) {
		for (word = strtok_r(s->buf, " \n", &save); word;
		     word = strtok_r(NULL, " \n", &save)) {
			i = controller_index(word, strlen(word));
			if (i >= 0)
				known[i] = unified[i] = true;
		}
	}
	i = controller_index("perf_event", 10);
	unified[i] = true;
	s->controllers.n = 0;
	for (j = 0; j < N_KERNEL_ORDER; j++) {
		if (!known[j])
			continue;
		snprintf(s->controllers.c[s->controllers.n].name, sizeof(s->controllers.c[0].name),
			 "%s", kernel_order[j]);
		s->controllers.c[s->controllers.n++].unified = unified[j];
	}
}

/* "ID:LIST:PATH" of /proc/PID/cgroup: notes the path for each controller of the list. */
static void cgroup_line(char *line, const char **v1, const char **v2)
{
	char *list = strchr(line, ':'), *path, *name;
	int i;

	path = list ? strchr(list + 1, ':') : NULL;
	if (!path)
		return;
	*path++ = '\0';
	list++;
	if (*list == '\0') {
		*v2 = path;
		return;
	}
	while ((name = strsep(&list, ","))) {
		i = controller_index(name, strlen(name));
		if (i >= 0)
			v1[i] = path;
	}
}

size_t proc_cgroups(const struct proc_controllers *c, char *text, char *out, size_t size)
{
	const char *v1[N_KERNEL_ORDER] = { NULL }, *v2 = NULL, *path;
	size_t len = 0, n;
	unsigned int i;
	char *line;

	while ((line = proc_next_line(&text)))
		cgroup_line(line, v1, &v2);
	for (i = 0; i < c->n; i++) {
		path = v1[controller_index(c->c[i].name, strlen(c->c[i].name))];
		if (!path && v2)
			path = c->c[i].unified ? v2 : "/";
		if (!path)
			continue;
		n = strlen(c->c[i].name) + strlen(path) + 2;
		if (n > size - len)
			break;
		snprintf(out + len, size - len, "%s=%s", c->c[i].name, path);
		len += n;
	}
	return len;
}
