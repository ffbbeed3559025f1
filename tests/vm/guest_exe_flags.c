/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs in the guest as root: what the module says of a program's file, whether the caller may write
 * it and which layer of an overlay it lies in. What is writable is asked of faccessat() in the
 * process that starts the program; the layers are known from how the files were made.
 */
#include <linux/mount.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include "kept.h"

#define USER  1234
#define GROUP 1235

static char *const argv[] = { "true", NULL };
static char *const no_env[] = { NULL };

static void copy_busybox(const char *path)
{
	int from = open("/bin/busybox", O_RDONLY | O_CLOEXEC);
	int to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	char buf[65536];
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf))) > 0)
		if (write(to, buf, (size_t)n) != n)
			break;
	close(from);
	close(to);
}

/* Starts the program as USER or as root: the flags of its event, -1: there is none. */
static long flags_of(struct rings *r, const char *path, bool as_root)
{
	const struct scap_event_hdr *e;
	pid_t child = fork();

	if (!child) {
		if (!as_root && (setgid(GROUP) || setuid(USER)))
			_exit(9);
		execve(path, argv, no_env);
		_exit(1);
	}
	waitpid(child, NULL, 0);
	collect(r);
	e = find(SCAP_EVT_SYSCALL_EXECVE_19_X, child, 0);
	return e ? (long)known(e, 19) : -1;
}

/* ---- may it be written ---- */

/* What the kernel says to USER: 1 or 0. A program that runs is no reason to refuse here. */
static int kernel_allows(const char *path)
{
	pid_t child = fork();
	int status = 0;

	if (!child) {
		if (setgid(GROUP) || setuid(USER))
			_exit(9);
		_exit(!faccessat(AT_FDCWD, path, W_OK, AT_EACCESS));
	}
	waitpid(child, &status, 0);
	return WEXITSTATUS(status);
}

/* One entry of an access control list as its extended attribute has it. */
struct acl_entry {
	uint16_t tag, perm;
	uint32_t id;
};
enum { USER_OBJ = 1, NAMED_USER = 2, GROUP_OBJ = 4, NAMED_GROUP = 8, MASK = 16, OTHER = 32 };

static int set_acl(const char *path, const struct acl_entry *entries, unsigned int n)
{
	struct {
		uint32_t version;
		struct acl_entry entries[8];
	} __attribute__((packed)) x = { .version = 2 };

	memcpy(x.entries, entries, n * sizeof(*entries));
	return setxattr(path, "system.posix_acl_access", &x, 4 + n * sizeof(*entries), 0);
}

static const struct may {
	const char *name;
	int uid, gid, mode;
	unsigned int n;
	struct acl_entry acl[8];
} mays[] = {
	{ "others' file that nobody may write", 0, 0, 0555, 0, { { 0 } } },
	{ "others' file that all may write", 0, 0, 0557, 0, { { 0 } } },
	{ "file of an own group that may write it", 0, GROUP, 0575, 0, { { 0 } } },
	{ "file that all may write but the own group", 0, GROUP, 0557, 0, { { 0 } } },
	{ "file with an entry for the user",
	  0,
	  0,
	  0555,
	  5,
	  { { USER_OBJ, 7, -1u },
	    { NAMED_USER, 7, USER },
	    { GROUP_OBJ, 5, -1u },
	    { MASK, 7, -1u },
	    { OTHER, 5, -1u } } },
	{ "file with an entry for the user that the mask cuts",
	  0,
	  0,
	  0555,
	  5,
	  { { USER_OBJ, 7, -1u },
	    { NAMED_USER, 7, USER },
	    { GROUP_OBJ, 5, -1u },
	    { MASK, 5, -1u },
	    { OTHER, 7, -1u } } },
	{ "file with an entry for another user",
	  0,
	  0,
	  0555,
	  5,
	  { { USER_OBJ, 7, -1u },
	    { NAMED_USER, 7, 4321 },
	    { GROUP_OBJ, 7, -1u },
	    { MASK, 7, -1u },
	    { OTHER, 5, -1u } } },
	{ "file with an entry for the group",
	  0,
	  0,
	  0555,
	  5,
	  { { USER_OBJ, 7, -1u },
	    { GROUP_OBJ, 5, -1u },
	    { NAMED_GROUP, 7, GROUP },
	    { MASK, 7, -1u },
	    { OTHER, 5, -1u } } },
	{ "file with an entry for the group that forbids what all may",
	  0,
	  0,
	  0555,
	  5,
	  { { USER_OBJ, 7, -1u },
	    { GROUP_OBJ, 5, -1u },
	    { NAMED_GROUP, 5, GROUP },
	    { MASK, 7, -1u },
	    { OTHER, 7, -1u } } },
};

static void tells_what_may_be_written(struct rings *r)
{
	const char *path = "/tmp/flags/true";
	unsigned int answers[2] = { 0 };

	for (unsigned int i = 0; i < sizeof(mays) / sizeof(mays[0]); i++) {
		const struct may *m = &mays[i];
		int allowed;

		unlink(path);
		copy_busybox(path);
		chown(path, (uid_t)m->uid, (gid_t)m->gid);
		chmod(path, (mode_t)m->mode);
		if (m->n && set_acl(path, m->acl, m->n))
			report(false, m->name, "%s", strerror(errno));
		allowed = kernel_allows(path);
		answers[allowed & 1]++;
		CHECK(m->name, flags_of(r, path, false), allowed ? SCAP_EXE_WRITABLE : 0);
	}
	report(answers[0] >= 3 && answers[1] >= 3, "the kernel has allowed and refused", "%u, %u",
	       answers[0], answers[1]);
	chown(path, USER, 0);
	chmod(path, 0555);
	CHECK("own file, which can be made writable", flags_of(r, path, false), SCAP_EXE_WRITABLE);
}

static void tells_read_only_file_systems(struct rings *r)
{
	copy_busybox("/tmp/flags/mnt/true");
	chmod("/tmp/flags/mnt/true", 0777);
	CHECK("file on a file system", flags_of(r, "/tmp/flags/mnt/true", false),
	      SCAP_EXE_WRITABLE);
	mount(NULL, "/tmp/flags/mnt", NULL, MS_REMOUNT | MS_RDONLY, NULL);
	CHECK("the kernel allows no writing there", kernel_allows("/tmp/flags/mnt/true"), 0);
	CHECK("file on a read-only file system", flags_of(r, "/tmp/flags/mnt/true", false), 0);
	CHECK("file on a read-only file system, of its owner",
	      flags_of(r, "/tmp/flags/mnt/true", true), SCAP_EXE_WRITABLE);
	mount(NULL, "/tmp/flags/mnt", NULL, MS_REMOUNT, NULL);
}

/* ---- overlays ---- */

#define OPTIONS \
	"lowerdir=/tmp/flags/mnt/lower,upperdir=/tmp/flags/mnt/upper,workdir=/tmp/flags/mnt/work"

static long open_flags(struct rings *r, const char *path, int flags)
{
	const struct scap_event_hdr *e;
	long got;
	int fd;

	rings_want(r, SYS_openat);
	fd = open(path, flags, 0755);
	rings_unwant(r, SYS_openat);
	collect(r);
	e = find(SCAP_EVT_SYSCALL_OPENAT_2_X, getpid(), fd);
	got = e ? (long)known(e, 3) & (SCAP_FD_UPPER_LAYER | SCAP_FD_LOWER_LAYER) : -1;
	close(fd);
	return got;
}

static long creat_flags(struct rings *r, const char *path)
{
	const struct scap_event_hdr *e;
	long got, fd;

	rings_want(r, SYS_creat);
	fd = syscall(SYS_creat, path, 0755);
	rings_unwant(r, SYS_creat);
	collect(r);
	e = find(SCAP_EVT_SYSCALL_CREAT_X, getpid(), fd);
	got = e ? (long)known(e, 5) : -1;
	close((int)fd);
	return got;
}

static void tells_layers(struct rings *r)
{
	const char *merged = "/tmp/flags/merged/true", *added = "/tmp/flags/merged/added";

	mkdir("/tmp/flags/mnt/lower", 0755);
	mkdir("/tmp/flags/mnt/upper", 0755);
	mkdir("/tmp/flags/mnt/work", 0755);
	mkdir("/tmp/flags/merged", 0755);
	copy_busybox("/tmp/flags/mnt/lower/true");
	if (mount("overlay", "/tmp/flags/merged", "overlay", 0, OPTIONS)) {
		report(false, "an overlay can be mounted", "%s", strerror(errno));
		return;
	}
	CHECK("execve: in the lower layer", flags_of(r, merged, false), SCAP_EXE_LOWER_LAYER);
	CHECK("open: in the lower layer", open_flags(r, merged, O_RDONLY), SCAP_FD_LOWER_LAYER);
	CHECK("open for writing copies up", open_flags(r, merged, O_WRONLY), SCAP_FD_UPPER_LAYER);
	CHECK("execve: copied to the upper layer", flags_of(r, merged, false),
	      SCAP_EXE_UPPER_LAYER);
	copy_busybox(added);
	CHECK("execve: new in the upper layer", flags_of(r, added, true),
	      SCAP_EXE_UPPER_LAYER | SCAP_EXE_WRITABLE);
	CHECK("open: new in the upper layer", open_flags(r, added, O_RDONLY), SCAP_FD_UPPER_LAYER);
	CHECK("creat: in the upper layer", creat_flags(r, "/tmp/flags/merged/new"),
	      SCAP_FD_UPPER_LAYER_CREAT);
	CHECK("open: a directory has no layer", open_flags(r, "/tmp/flags/merged", O_RDONLY), 0);
	CHECK("execve: in no overlay", flags_of(r, "/tmp/flags/mnt/lower/true", false), 0);
	umount("/tmp/flags/merged");
}

int main(void)
{
	struct rings r;
	int err;

	umask(022);
	mkdir("/tmp/flags", 0755);
	mkdir("/tmp/flags/mnt", 0755);
	mount("flags", "/tmp/flags/mnt", "tmpfs", 0, "mode=755");
	err = rings_open(&r);
	CHECK("opens the rings", err, 0);
	if (err)
		return 1;
	rings_want(&r, SYS_execve);
	rings_trace(&r, RINGS_CALLS | RINGS_PROCESSES);
	tells_what_may_be_written(&r);
	tells_read_only_file_systems(&r);
	tells_layers(&r);
	rings_close(&r);
	umount("/tmp/flags/mnt");
	return failed != 0;
}
