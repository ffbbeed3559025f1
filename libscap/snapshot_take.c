/* SPDX-License-Identifier: BSD-2-Clause */
/* Taking the snapshot of this machine: the order of the parts. */
#include "proc_scan.h"
#include "engine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct proc_scan *proc_scan_new(struct scap_snapshot *snap, const char *host_root,
				struct scap_error *err)
{
	struct proc_scan *s = malloc(sizeof(*s));
	char path[512];

	if (s) {
		s->snap = snap;
		s->sockets = proc_sockets_new();
		s->proc_fd = -1;
	}
	if (!s || !s->sockets) {
		scap_fail(err, -ENOMEM, "out of memory");
		goto fail;
	}
	snprintf(path, sizeof(path), "%s/proc", host_root ? host_root : "");
	s->proc_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->proc_fd < 0) {
		scap_fail(err, -errno, "%s: %s", path, strerror(errno));
		goto fail;
	}
	proc_find_controllers(s, host_root ? host_root : "");
	return s;
fail:
	proc_scan_free(s);
	return NULL;
}

void proc_scan_free(struct proc_scan *s)
{
	if (!s)
		return;
	proc_sockets_free(s->sockets);
	if (s->proc_fd >= 0)
		close(s->proc_fd);
	free(s);
}

static int read_processes(struct proc_scan *s, struct scap_error *err)
{
	struct dirent *e;
	uint64_t pid;
	int fd = fcntl(s->proc_fd, F_DUPFD_CLOEXEC, 3);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return scap_fail(err, -errno, "/proc: %s", strerror(errno));
	}
	while ((e = readdir(d)))
		if (proc_number(e->d_name, &pid))
			proc_read_process(s, pid);
	closedir(d);
	return 0;
}

static struct scap_snapshot *finish(struct scap_snapshot *snap, int rc, struct scap_error *err)
{
	if (rc == 0 && scap_snapshot_failed(snap))
		rc = scap_fail(err, -ENOMEM, "out of memory for the state of this machine");
	if (rc == 0)
		return snap;
	scap_snapshot_free(snap);
	return NULL;
}

struct scap_snapshot *scap_snapshot_take(const char *host_root, struct scap_error *err)
{
	struct scap_snapshot *snap = scap_snapshot_new();
	struct proc_scan *s;
	int rc;

	if (!snap) {
		scap_fail(err, -ENOMEM, "out of memory");
		return NULL;
	}
	s = proc_scan_new(snap, host_root, err);
	if (!s) {
		scap_snapshot_free(snap);
		return NULL;
	}
	rc = read_processes(s, err);
	proc_scan_free(s);
	proc_read_machine(snap, host_root);
	proc_read_interfaces(snap);
	proc_read_users(snap, host_root);
	return finish(snap, rc, err);
}

struct scap_snapshot *proc_machine_only(struct scap_error *err)
{
	struct scap_snapshot *snap = scap_snapshot_new();

	if (!snap) {
		scap_fail(err, -ENOMEM, "out of memory");
		return NULL;
	}
	proc_read_machine(snap, NULL);
	return snap;
}

struct scap_thread *scap_snapshot_add_thread(struct scap_snapshot *snap, const char *host_root,
					     uint64_t tid)
{
	struct scap_error ignored;
	struct scap_thread *t;
	struct proc_scan *s;

	s = proc_scan_new(snap, host_root, &ignored);
	if (!s)
		return NULL;
	t = proc_read_thread(s, tid);
	proc_scan_free(s);
	return t;
}
