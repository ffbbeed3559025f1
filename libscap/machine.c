/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine itself: processors, memory, name, time of boot. */
#include "proc_scan.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The line "btime SECONDS" of /proc/stat, which stands behind those of all processors. */
static uint64_t boot_time(const char *host_root)
{
	char buf[16384], path[512], *line;
	uint64_t seconds = 0;
	size_t have = 0;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/proc/stat", host_root ? host_root : "");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	while (!seconds && (n = read(fd, buf + have, sizeof(buf) - 1 - have)) > 0) {
		have += (size_t)n;
		buf[have] = '\0';
		line = strstr(buf, "\nbtime ");
		if (line && strchr(line + 1, '\n'))
			seconds = strtoull(line + 7, NULL, 10);
		/* Its end is kept, since the line may be cut in two. */
		if (have > sizeof(buf) / 2) {
			memmove(buf, buf + have - 64, 64);
			have = 64;
		}
	}
	close(fd);
	return seconds * 1000000000u;
}

void proc_read_machine(struct scap_snapshot *snap, const char *host_root)
{
	struct scap_machine *m = &snap->machine;
	long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	m->num_cpus = cpus > 0 ? (uint32_t)cpus : 1;
	if (pages > 0 && page > 0)
		m->memory_bytes = (uint64_t)pages * (uint64_t)page;
	if (gethostname(m->hostname, sizeof(m->hostname)) < 0)
		m->hostname[0] = '\0';
	m->hostname[sizeof(m->hostname) - 1] = '\0';
	m->boot_time = boot_time(host_root);
	proc_read_dmi(m, host_root);
}
