/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The threads of one process from /proc/PID and /proc/PID/task.
 *
 * Files are opened relative to the process's folder: when the process ends and its number is given
 * away, the folder stays dead, so that two processes are never mixed. What all threads share
 * (command line, environment, folders, cgroups) is read once and its strings stand in all entries.
 */
#include "proc_scan.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define THREADS_MAX 32768u /* of one process */

static const char *copy_link(struct proc_scan *s, int dir, const char *name, bool with_slash)
{
	char path[PROC_PATH_MAX];
	int64_t n = proc_read_link(dir, name, path, sizeof(path) - 1);

	if (n <= 0)
		return "";
	if (with_slash && path[n - 1] != '/')
		path[n++] = '/';
	return scap_snapshot_str(s->snap, path, (size_t)n);
}

/*
 * A list of strings, each ended by a NUL, cut to the room there is in a capture; a last one that is
 * cut, or was never ended by its process, is ended here.
 */
static int64_t read_list(struct proc_scan *s, int dir, const char *name)
{
	int64_t n = proc_read_file(dir, name, s->buf, PROC_STRINGS_MAX + 1);

	if (n <= 0)
		return 0;
	if (s->buf[n - 1] != '\0') {
		if (n < (int64_t)PROC_STRINGS_MAX)
			n++;
		s->buf[n - 1] = '\0';
	}
	return n;
}

static void read_command_line(struct proc_scan *s, int dir, struct scap_thread *t)
{
	int64_t n = read_list(s, dir, "cmdline");
	size_t exe;

	if (n <= 0)
		return;
	exe = strlen(s->buf);
	t->exe = scap_snapshot_str(s->snap, s->buf, exe < PROC_PATH_MAX ? exe : PROC_PATH_MAX - 1);
	t->args = scap_snapshot_bytes(s->snap, s->buf + exe + 1, (size_t)n - exe - 1);
	n = read_list(s, dir, "environ");
	t->env = scap_snapshot_bytes(s->snap, s->buf, (size_t)n);
}

static void read_cgroups(struct proc_scan *s, int dir, struct scap_thread *t)
{
	char list[PROC_STRINGS_MAX];
	size_t n;

	if (proc_read_file(dir, "cgroup", s->buf, sizeof(s->buf)) <= 0)
		return;
	n = proc_cgroups(&s->controllers, s->buf, list, sizeof(list));
	t->cgroups = scap_snapshot_bytes(s->snap, list, n);
}

/* What a process has once. @dir is its folder. Kernel threads and zombies have hardly any of it. */
static void read_process_part(struct proc_scan *s, int dir, struct scap_thread *t)
{
	read_cgroups(s, dir, t);
	if (t->vmsize_kb == 0)
		return;
	read_command_line(s, dir, t);
	t->cwd = copy_link(s, dir, "cwd", true);
	t->root = copy_link(s, dir, "root", false);
	proc_read_limits(s, dir, t);
	proc_read_exe(s, dir, t);
}

/* The entry of one more thread, made from that of the main one. */
static void read_thread(struct proc_scan *s, int tasks, const char *name, size_t leader)
{
	struct scap_thread *t;
	int dir = openat(tasks, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0)
		return;
	t = scap_snapshot_thread(s->snap);
	if (t) {
		*t = s->snap->threads[leader];
		t->fds = NULL;
		t->n_fds = 0;
		t->flags = SCAP_CLONE_THREAD | SCAP_CLONE_FILES;
		if (proc_read_status(s, dir, t))
			proc_read_stat(s, dir, t);
		else
			s->snap->n_threads--;
	}
	close(dir);
}

static void read_other_threads(struct proc_scan *s, int dir, uint64_t pid, size_t leader)
{
	unsigned int n = 0;
	struct dirent *e;
	uint64_t tid;
	int fd = openat(dir, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while (n++ < THREADS_MAX && (e = readdir(d)))
		if (proc_number(e->d_name, &tid) && tid != pid)
			read_thread(s, dirfd(d), e->d_name, leader);
	closedir(d);
}

/*
 * Appends the thread that /proc/@id describes: a process, or one thread of it by its own number.
 * Returns its folder, or -1 if it is gone.
 */
static int read_entry(struct proc_scan *s, uint64_t id)
{
	struct scap_thread *t;
	char name[32];
	int dir;

	snprintf(name, sizeof(name), "%llu", (unsigned long long)id);
	dir = openat(s->proc_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -1;
	t = scap_snapshot_thread(s->snap);
	if (!t || !proc_read_status(s, dir, t)) {
		if (t)
			s->snap->n_threads--;
		close(dir);
		return -1;
	}
	proc_read_stat(s, dir, t);
	read_process_part(s, dir, t);
	if (t->tid != t->pid)
		t->flags = SCAP_CLONE_THREAD | SCAP_CLONE_FILES;
	else if (t->vmsize_kb)
		proc_read_fds(s, dir, t);
	return dir;
}

void proc_read_process(struct proc_scan *s, uint64_t pid)
{
	size_t leader = s->snap->n_threads;
	struct stat st;
	int dir = read_entry(s, pid);

	if (dir < 0)
		return;
	/* A folder has a link for each folder in it, so that most need not be listed. */
	if (fstatat(dir, "task", &st, 0) == 0 && st.st_nlink > 3)
		read_other_threads(s, dir, pid, leader);
	close(dir);
}

struct scap_thread *proc_read_thread(struct proc_scan *s, uint64_t tid)
{
	int dir = read_entry(s, tid);

	if (dir < 0)
		return NULL;
	close(dir);
	return &s->snap->threads[s->snap->n_threads - 1];
}
