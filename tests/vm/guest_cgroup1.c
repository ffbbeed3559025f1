/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs in the guest as root: scopes by control group on hierarchies of version 1, beside version 2.
 * A controller that version 2 does not use is mounted for that.
 */
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "report.h"
#include "ring.h"

#define TOP    "/mnt/freezer"
#define GROUP  TOP "/group"
#define BELOW  GROUP "/below"
#define BESIDE TOP "/group2"
#define NAMED  "/mnt/named"

/* A process that calls once for each byte that it is sent, and a child of it for 'f'. */
static int orders[2], answers[2];

static pid_t servant(void)
{
	pid_t pid;
	char c;

	if (pipe(orders) || pipe(answers))
		return -1;
	pid = fork();
	if (pid)
		return pid;
	while (read(orders[0], &c, 1) == 1) {
		pid_t child = c == 'f' ? fork() : -1;

		if (child <= 0)
			syscall(SYS_getppid);
		if (!child)
			_exit(0);
		if (child > 0)
			waitpid(child, NULL, 0);
		write(answers[1], &c, 1);
	}
	_exit(0);
}

/* Sends the orders and counts what was recorded; the test's own call is in no group. */
static unsigned int order(struct rings *r, const char *what)
{
	char c;

	rings_count(r, SCAP_EVT_MAX, 0);
	for (; *what; what++)
		if (write(orders[1], what, 1) != 1 || read(answers[0], &c, 1) != 1)
			return -1u;
	syscall(SYS_getppid);
	return rings_count(r, SCAP_EVT_GENERIC_X, 0);
}

static void move(const char *group, const char *file, pid_t pid)
{
	char path[128], text[16];
	int fd, n = snprintf(text, sizeof(text), "%d", (int)pid);

	snprintf(path, sizeof(path), "%s/%s", group, file);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, text, (size_t)n) != n)
		report(false, "a process moves", "%s: %s", path, strerror(errno));
	close(fd);
}

static int scope(const struct rings *r, const char *group)
{
	int fd = open(group, O_RDONLY | O_DIRECTORY);
	int err = ioctl(r->control, SCAP_IOCTL_SCOPE_CGROUP, fd) ? -errno : 0;

	close(fd);
	return err;
}

static void keeps_to_a_group(struct rings *r)
{
	pid_t pid = servant();

	CHECK("without a scope all are recorded", order(r, "c"), 2);
	CHECK("takes a group of version 1", scope(r, GROUP), 0);
	CHECK("where nobody is", order(r, "c"), 0);
	move(GROUP, "cgroup.procs", pid);
	CHECK("until a process moves in", order(r, "c"), 1);
	CHECK("its children are there too", order(r, "f"), 1);
	move(BELOW, "tasks", pid);
	CHECK("so are threads below it", order(r, "cf"), 2);
	move(BESIDE, "cgroup.procs", pid);
	CHECK("not those beside it", order(r, "cf"), 0);
	mkdir("/sys/fs/cgroup/elsewhere", 0755);
	move(GROUP, "cgroup.procs", pid);
	move("/sys/fs/cgroup/elsewhere", "cgroup.procs", pid);
	CHECK("a move in version 2 changes nothing", order(r, "c"), 1);
	move(TOP, "cgroup.procs", pid);
	CHECK("it moves out", order(r, "c"), 0);
	CHECK("a group of version 2 adds to it", scope(r, "/sys/fs/cgroup/elsewhere"), 0);
	CHECK("and has it", order(r, "c"), 1);
	move("/sys/fs/cgroup", "cgroup.procs", pid);
	CHECK("until it leaves that too", order(r, "c"), 0);
	move(GROUP, "cgroup.procs", pid);
	ioctl(r->control, SCAP_IOCTL_SCOPE_CLEAR, 0);
	CHECK("a scope can be cleared", order(r, "c"), 2);
	scope(r, GROUP);
	CHECK("who is in the group already is found", order(r, "c"), 1);
	ioctl(r->control, SCAP_IOCTL_SCOPE_CLEAR, 0);
	scope(r, TOP);
	CHECK("the hierarchy's root has everybody", order(r, "c"), 2);
	ioctl(r->control, SCAP_IOCTL_SCOPE_CLEAR, 0);
	move(TOP, "cgroup.procs", pid);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	rmdir("/sys/fs/cgroup/elsewhere");
}

/* A group goes a moment after it was removed, with the last reference to it. */
static int scope_of_removed(const struct rings *r, int fd)
{
	for (int i = 0; i < 100; i++) {
		if (ioctl(r->control, SCAP_IOCTL_SCOPE_CGROUP, fd))
			return -errno;
		ioctl(r->control, SCAP_IOCTL_SCOPE_CLEAR, 0);
		usleep(50000);
	}
	return 0;
}

static void refuses_what_is_no_group(struct rings *r)
{
	int fd = open(BELOW, O_RDONLY | O_DIRECTORY);

	rmdir(BELOW);
	CHECK("refuses a group that is gone", scope_of_removed(r, fd), -ENOENT);
	close(fd);
	fd = open(GROUP "/tasks", O_RDONLY);
	CHECK("refuses a file of a group",
	      ioctl(r->control, SCAP_IOCTL_SCOPE_CGROUP, fd) ? -errno : 0, -EINVAL);
	close(fd);
	CHECK("refuses a hierarchy that is a name alone", scope(r, NAMED), -EOPNOTSUPP);
	CHECK("and records everybody then", order(r, ""), 1);
}

static int mount_v1(const char *at, const char *options)
{
	mkdir(at, 0755);
	return mount("cgroup", at, "cgroup", 0, options) ? -errno : 0;
}

int main(void)
{
	struct rings r;
	int err;

	CHECK("a controller is mounted as version 1", mount_v1(TOP, "freezer"), 0);
	CHECK("so is a hierarchy of a name", mount_v1(NAMED, "none,name=named"), 0);
	mkdir(GROUP, 0755);
	mkdir(BELOW, 0755);
	mkdir(BESIDE, 0755);
	err = rings_open(&r);
	CHECK("opens the devices", err, 0);
	if (err || failed)
		return 1;
	rings_want(&r, SYS_getppid);
	rings_trace(&r, RINGS_CALLS);
	keeps_to_a_group(&r);
	refuses_what_is_no_group(&r);
	rings_close(&r);
	rmdir(BESIDE);
	rmdir(GROUP);
	umount(NAMED);
	umount(TOP);
	return failed != 0;
}
