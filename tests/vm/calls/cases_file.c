/* SPDX-License-Identifier: BSD-2-Clause */
/* Files and directories: opening, linking, naming, owning, mounting. */
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "calls.h"

#define E(name) SCAP_EVT_SYSCALL_##name

/* What fstat says of a descriptor: what the events must say too. */
static void w_file(long fd)
{
	struct stat st = { 0 };

	if (fd >= 0)
		need(fstat(fd, &st) == 0, "fstat");
	w32(st.st_dev);
	w64(st.st_ino);
}

static void one_open(const char *name, const char *path, int flags, int mode, uint32_t scap_flags,
		     uint32_t scap_mode, uint32_t created)
{
	long fd;

	begin(name);
	fd = CALL(open, path, flags, mode);
	end();
	want(E(OPEN_E));
	path &&path != BAD ? w_str(path) : w_empty();
	w32(scap_flags), w32(scap_mode);
	want(E(OPEN_X));
	w64(fd);
	path &&path != BAD ? w_str(path) : w_empty();
	w32(scap_flags | created), w32(scap_mode), w_file(fd);
	if (fd >= 0)
		close(fd);
}

static void opens(void)
{
	char longest[PATH_MAX];

	one_open("open creates a file", "f1", O_CREAT | O_RDWR | O_CLOEXEC, 0640,
		 SCAP_O_CREAT | SCAP_O_RDWR | SCAP_O_CLOEXEC, 0640, SCAP_O_F_CREATED);
	one_open("open finds the file that is there", "f1", O_CREAT | O_WRONLY | O_TRUNC, 0777,
		 SCAP_O_CREAT | SCAP_O_WRONLY | SCAP_O_TRUNC, 0777, 0);
	one_open("open of what is not there", "none", O_RDONLY, 0777, SCAP_O_RDONLY, 0, 0);
	one_open("open with flags that share bits", "f1", O_SYNC | O_APPEND | O_NONBLOCK, 0,
		 SCAP_O_RDONLY | SCAP_O_SYNC | SCAP_O_DSYNC | SCAP_O_APPEND | SCAP_O_NONBLOCK, 0,
		 0);
	one_open("open of a directory", ".", O_DIRECTORY, 07000,
		 SCAP_O_RDONLY | SCAP_O_DIRECTORY | SCAP_O_TMPFILE, 07000, 0);
	one_open("open with O_PATH", "f1", O_PATH, 0, SCAP_O_RDONLY, 0, 0);
	one_open("open of NULL", NULL, O_RDONLY, 0, SCAP_O_RDONLY, 0, 0);
	one_open("open of a bad pointer", BAD, O_RDWR, 0, SCAP_O_RDWR, 0, 0);
	one_open("open of an empty name", "", O_RDONLY, 0, SCAP_O_RDONLY, 0, 0);
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = 0;
	one_open("open of the longest path", longest, O_RDONLY, 0, SCAP_O_RDONLY, 0, 0);
}

static void openats(void)
{
	struct open_how how = { .flags = O_RDWR | O_CREAT,
				.mode = 0600,
				.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS };
	uint32_t f;
	long fd, dir;

	begin("openat creates a file below the working directory");
	fd = CALL(openat, AT_FDCWD, "f2", O_CREAT | O_EXCL | O_WRONLY, 04755);
	end();
	f = SCAP_O_CREAT | SCAP_O_EXCL | SCAP_O_WRONLY;
	want(E(OPENAT_2_E));
	w64(-100), w_str("f2"), w32(f), w32(04755);
	want(E(OPENAT_2_X));
	w64(fd), w64(-100), w_str("f2"), w32(f | SCAP_O_F_CREATED), w32(04755), w_file(fd);
	close(fd);

	dir = open(".", O_DIRECTORY | O_RDONLY);
	begin("openat below a directory");
	fd = CALL(openat, dir, "f2", O_RDONLY | O_NOFOLLOW);
	end();
	want(E(OPENAT_2_E));
	w64(dir), w_str("f2"), w32(SCAP_O_RDONLY), w32(0);
	want(E(OPENAT_2_X));
	w64(fd), w64(dir), w_str("f2"), w32(SCAP_O_RDONLY), w32(0), w_file(fd);
	close(fd);

	begin("openat with a bad pointer");
	fd = CALL(openat, -1, BAD, O_RDONLY);
	end();
	want(E(OPENAT_2_E));
	w64(-1), w_empty(), w32(SCAP_O_RDONLY), w32(0);
	want(E(OPENAT_2_X));
	w64(fd), w64(-1), w_empty(), w32(SCAP_O_RDONLY), w32(0), w_file(-1);

	begin("openat2 creates a file");
	fd = CALL(openat2, dir, "f3", &how, sizeof(how));
	end();
	f = SCAP_O_RDWR | SCAP_O_CREAT;
	want(E(OPENAT2_E));
	w64(dir), w_str("f3"), w32(f), w32(0600);
	w32(SCAP_RESOLVE_BENEATH | SCAP_RESOLVE_NO_SYMLINKS);
	want(E(OPENAT2_X));
	w64(fd), w64(dir), w_str("f3"), w32(f | SCAP_O_F_CREATED), w32(0600);
	w32(SCAP_RESOLVE_BENEATH | SCAP_RESOLVE_NO_SYMLINKS), w_file(fd);
	close(fd);

	begin("openat2 without its struct");
	fd = CALL(openat2, dir, "f3", BAD, sizeof(how));
	end();
	want(E(OPENAT2_E));
	w64(dir), w_str("f3"), w32(SCAP_O_RDONLY), w32(0), w32(0);
	want(E(OPENAT2_X));
	w64(-EFAULT), w64(dir), w_str("f3"), w32(SCAP_O_RDONLY), w32(0), w32(0), w_file(-1);

	begin("creat");
	fd = CALL(creat, "f4", 0604);
	end();
	want(E(CREAT_E));
	w_str("f4"), w32(0604);
	want(E(CREAT_X));
	w64(fd), w_str("f4"), w32(0604), w_file(fd), w16(0);
	close(fd);

	begin("openat of an unnamed file");
	fd = CALL(openat, AT_FDCWD, ".", O_TMPFILE | O_RDWR, 0600);
	end();
	f = SCAP_O_RDWR | SCAP_O_DIRECTORY | SCAP_O_TMPFILE;
	want(E(OPENAT_2_E));
	w64(-100), w_str("."), w32(f), w32(0600);
	want(E(OPENAT_2_X));
	w64(fd), w64(-100), w_str("."), w32(f), w32(0600), w_file(fd);
	close(fd);
	close(dir);
}

static void handles(void)
{
	struct {
		struct file_handle h;
		unsigned char room[128];
	} b = { .h.handle_bytes = 128 };
	char path[PATH_MAX];
	int mnt;
	long fd, dir = open(".", O_DIRECTORY | O_RDONLY);

	if (name_to_handle_at(AT_FDCWD, "f1", &b.h, &mnt, 0))
		return; /* not on every file system */
	need(realpath("f1", path) != NULL, "realpath");
	begin("open_by_handle_at knows the path");
	fd = CALL(open_by_handle_at, dir, &b.h, O_RDWR);
	end();
	need(fd >= 0, "open_by_handle_at");
	want(E(OPEN_BY_HANDLE_AT_X));
	w64(fd), w64(dir), w32(SCAP_O_RDWR), w_str(path), w_file(fd);
	close(fd);

	begin("open_by_handle_at of nothing");
	fd = CALL(open_by_handle_at, -1, BAD, O_RDONLY);
	end();
	want(E(OPEN_BY_HANDLE_AT_X));
	w64(fd), w64(-1), w32(SCAP_O_RDONLY), w_empty(), w_file(-1);
	close(dir);
}

void want_fcntl(long ret, long fd, int cmd, unsigned long arg)
{
	want(E(FCNTL_X)), w64(ret), w64(fd), w8(cmd);
	if (HAS(4, 4))
		w64(arg);
}

static void want_close_range(long ret, uint32_t first, uint32_t last, uint32_t flags)
{
	if (HAS(4, 4))
		want(E(CLOSE_RANGE_X)), w64(ret), w32(first), w32(last), w32(flags);
	else
		want(SCAP_EVT_GENERIC_X), w16(SCAP_SC_close_range), w16(SYS_close_range);
}

static void close_ranges(void)
{
	/* kernels before 5.11 do not know the flag, and refuse it */
	long cloexec = raw(SYS_close_range, 500, 500, CLOSE_RANGE_CLOEXEC, 0, 0, 0);

	need(cloexec == 0 || cloexec == -EINVAL, "close_range");
	begin("close_range, generic where the schema does not have it");
	CALL(close_range, 500, 600, CLOSE_RANGE_CLOEXEC);
	CALL(close_range, 501, 601, CLOSE_RANGE_UNSHARE);
	CALL(close_range, 600, 500, 0);
	end();
	want_close_range(cloexec, 500, 600, SCAP_CLOSE_RANGE_CLOEXEC);
	want_close_range(0, 501, 601, SCAP_CLOSE_RANGE_UNSHARE);
	want_close_range(-EINVAL, 600, 500, 0);
}

static void descriptors(void)
{
	int fds[2];
	struct stat st;
	long ret, fd = open("f1", O_RDWR);

	begin("dup, dup2, dup3 and close");
	ret = CALL(dup, fd);
	CALL(dup2, fd, 100);
	CALL(dup3, fd, 101, O_CLOEXEC);
	CALL(dup3, fd, fd, 0);
	CALL(close, 100);
	CALL(close, -1);
	end();
	want(E(DUP_1_X)), w64(ret), w64(fd);
	want(E(DUP2_X)), w64(100), w64(fd), w64(100);
	want(E(DUP3_X)), w64(101), w64(fd), w64(101), w32(SCAP_O_CLOEXEC);
	want(E(DUP3_X)), w64(-EINVAL), w64(fd), w64(fd), w32(0);
	want(E(CLOSE_X)), w64(0), w64(100);
	want(E(CLOSE_X)), w64(-EBADF), w64(-1);
	close(ret), close(101);

	begin("pipe");
	ret = CALL(pipe, fds);
	end();
	need(ret == 0 && fstat(fds[0], &st) == 0, "pipe");
	want(E(PIPE_X)), w64(0), w64(fds[0]), w64(fds[1]), w64(st.st_ino);
	close(fds[0]), close(fds[1]);

	begin("pipe2 and a failed one");
	ret = CALL(pipe2, fds, O_NONBLOCK | O_CLOEXEC);
	CALL(pipe2, BAD, 0);
	end();
	need(ret == 0 && fstat(fds[0], &st) == 0, "pipe2");
	want(E(PIPE2_X)), w64(0), w64(fds[0]), w64(fds[1]), w64(st.st_ino);
	w32(SCAP_O_NONBLOCK | SCAP_O_CLOEXEC);
	want(E(PIPE2_X)), w64(-EFAULT), w64(-1), w64(-1), w64(0), w32(0);
	close(fds[0]), close(fds[1]);

	begin("fcntl commands");
	ret = CALL(fcntl, fd, F_DUPFD_CLOEXEC, 50);
	CALL(fcntl, fd, F_SETFD, FD_CLOEXEC);
	CALL(fcntl, fd, F_GETLK, BAD);
	CALL(fcntl, fd, 9999, 1);
	end();
	want_fcntl(ret, fd, SCAP_F_DUPFD_CLOEXEC, 50);
	want_fcntl(0, fd, SCAP_F_SETFD, FD_CLOEXEC);
	want_fcntl(-EFAULT, fd, SCAP_F_GETLK, (uintptr_t)BAD);
	want_fcntl(-EINVAL, fd, 0, 1);
	close(ret);

	begin("lseek, flock, ioctl, fstat, getdents64");
	CALL(lseek, fd, 12345, SEEK_SET);
	CALL(lseek, fd, -5, SEEK_CUR);
	CALL(flock, fd, 2 | 4);
	CALL(ioctl, fd, 0x5401, BAD);
	CALL(fstat, fd, BAD);
	CALL(getdents64, fd, BAD, 10);
	end();
	want(E(LSEEK_X)), w64(12345), w64(fd), w64(12345), w8(0);
	want(E(LSEEK_X)), w64(12340), w64(fd), w64(-5), w8(1);
	want(E(FLOCK_X)), w64(0), w64(fd), w32(6);
	want(E(IOCTL_3_X)), w64(-ENOTTY), w64(fd), w64(0x5401), w64((uintptr_t)BAD);
	want(E(FSTAT_X)), w64(-EFAULT), w64(fd);
	want(E(GETDENTS64_X)), w64(-ENOTDIR), w64(fd);

	close_ranges();
	close(fd);
}

static void names(void)
{
	long dir = open(".", O_DIRECTORY | O_RDONLY);

	begin("mkdir, mkdirat, rmdir");
	CALL(mkdir, "d1", 0750);
	CALL(mkdirat, dir, "d2", 01777);
	CALL(mkdirat, dir, NULL, 0);
	CALL(rmdir, "none");
	end();
	want(E(MKDIR_2_X)), w64(0), w_str("d1"), w32(0750);
	want(E(MKDIRAT_X)), w64(0), w64(dir), w_str("d2"), w32(01777);
	want(E(MKDIRAT_X)), w64(-EFAULT), w64(dir), w_empty(), w32(0);
	want(E(RMDIR_2_X)), w64(-ENOENT), w_str("none");

	begin("rename and its family");
	CALL(rename, "f2", "f2b");
	CALL(renameat, dir, "f2b", AT_FDCWD, "f2c");
	CALL(renameat2, dir, "f2c", dir, "f3", 2 /* exchange */);
	CALL(rename, BAD, NULL);
	end();
	want(E(RENAME_X)), w64(0), w_str("f2"), w_str("f2b");
	want(E(RENAMEAT_X)), w64(0), w64(dir), w_str("f2b"), w64(-100), w_str("f2c");
	want(E(RENAMEAT2_X)), w64(0), w64(dir), w_str("f2c"), w64(dir), w_str("f3"), w32(2);
	want(E(RENAME_X)), w64(-EFAULT), w_empty(), w_empty();

	begin("link, symlink and their families");
	CALL(link, "f1", "l1");
	CALL(linkat, dir, "f1", AT_FDCWD, "l2", AT_SYMLINK_FOLLOW);
	CALL(symlink, "/some where\n", "s1");
	CALL(symlinkat, "target", dir, "s2");
	end();
	want(E(LINK_2_X)), w64(0), w_str("f1"), w_str("l1");
	want(E(LINKAT_2_X)), w64(0), w64(dir), w_str("f1"), w64(-100), w_str("l2"), w32(0x400);
	want(E(SYMLINK_X)), w64(0), w_str("/some where\n"), w_str("s1");
	want(E(SYMLINKAT_X)), w64(0), w_str("target"), w64(dir), w_str("s2");

	begin("unlink and unlinkat");
	CALL(unlink, "l1");
	CALL(unlinkat, dir, "d2", AT_REMOVEDIR);
	CALL(unlinkat, AT_FDCWD, "none", 0);
	end();
	want(E(UNLINK_2_X)), w64(0), w_str("l1");
	want(E(UNLINKAT_2_X)), w64(0), w64(dir), w_str("d2"), w32(0x200);
	want(E(UNLINKAT_2_X)), w64(-ENOENT), w64(-100), w_str("none"), w32(0);

	begin("mknod and mknodat");
	CALL(mknod, "n1", S_IFIFO | 0622, 0);
	CALL(mknodat, dir, "n2", S_IFCHR | 0600, makedev(1, 300));
	CALL(mknod, "n3", 0644, 0);
	end();
	want(E(MKNOD_X)), w64(0), w_str("n1"), w32(S_IFIFO | 0622), w32(0);
	want(E(MKNODAT_X)), w64(0), w64(dir), w_str("n2"), w32(S_IFCHR | 0600);
	w32((300 & 0xff) | 1 << 8 | (300 & ~0xff) << 12);
	want(E(MKNOD_X)), w64(0), w_str("n3"), w32(S_IFREG | 0644), w32(0);
	close(dir);
}

static void attributes(void)
{
	char cwd[PATH_MAX], buf[PATH_MAX];
	long ret, fd = open("f1", O_RDWR), dir = open(".", O_DIRECTORY | O_RDONLY);

	begin("chmod and its family");
	CALL(chmod, "f1", 0104755);
	CALL(fchmod, fd, 02700);
	CALL(fchmodat, dir, "f1", 01644);
	end();
	want(E(CHMOD_X)), w64(0), w_str("f1"), w32(04755);
	want(E(FCHMOD_X)), w64(0), w64(fd), w32(02700);
	want(E(FCHMODAT_X)), w64(0), w64(dir), w_str("f1"), w32(01644);

	begin("chown and its family");
	CALL(chown, "f1", 12, 13);
	CALL(lchown, "s1", -1, 14);
	CALL(fchown, fd, 15, -1);
	CALL(fchownat, dir, "s2", 16, 17, AT_SYMLINK_NOFOLLOW);
	end();
	want(E(CHOWN_X)), w64(0), w_str("f1"), w32(12), w32(13);
	want(E(LCHOWN_X)), w64(0), w_str("s1"), w32(-1), w32(14);
	want(E(FCHOWN_X)), w64(0), w64(fd), w32(15), w32(-1);
	want(E(FCHOWNAT_X)), w64(0), w64(dir), w_str("s2"), w32(16), w32(17);
	w32(SCAP_FCHOWNAT_FLAGS_AT_SYMLINK_NOFOLLOW);

	begin("stat and its family, access");
	CALL(stat, "f1", BAD);
	CALL(lstat, "none", buf);
	ret = CALL(newfstatat, dir, "f1", buf, AT_SYMLINK_NOFOLLOW);
	CALL(access, "f1", R_OK | X_OK);
	end();
	want(E(STAT_X)), w64(-EFAULT), w_str("f1");
	want(E(LSTAT_X)), w64(-ENOENT), w_str("none");
	want(E(NEWFSTATAT_X)), w64(ret), w64(dir), w_str("f1"), w32(0x100);
	want(E(ACCESS_X)), w64(-EACCES), w_str("f1"), w32(5);

	need(getcwd(cwd, sizeof(cwd)) != NULL, "getcwd");
	begin("chdir, fchdir, getcwd");
	CALL(chdir, "d1");
	CALL(chdir, "none");
	CALL(fchdir, dir);
	CALL(getcwd, buf, sizeof(buf));
	CALL(getcwd, buf, 1);
	end();
	want(E(CHDIR_X)), w64(0), w_str("d1");
	want(E(CHDIR_X)), w64(-ENOENT), w_str("none");
	want(E(FCHDIR_X)), w64(0), w64(dir);
	want(E(GETCWD_X)), w64(strlen(cwd) + 1), w_str(cwd);
	want(E(GETCWD_X)), w64(-ERANGE), w_empty();
	close(fd), close(dir);
}

static void mounts(void)
{
	begin("mount and umount2");
	CALL(mount, "some", "d1", "tmpfs", MS_MGC_VAL | MS_NOSUID | MS_NOEXEC, "size=1m");
	CALL(umount2, "d1", MNT_DETACH);
	CALL(mount, NULL, "none", BAD, MS_REC | MS_PRIVATE, NULL);
	end();
	want(E(MOUNT_X)), w64(0), w_str("some"), w_str("d1"), w_str("tmpfs");
	w32(SCAP_NOSUID | SCAP_NOEXEC);
	want(E(UMOUNT2_X)), w64(0), w_str("d1"), w32(SCAP_DETACH);
	want(E(MOUNT_X)), w64(-EFAULT), w_empty(), w_str("none"), w_empty();
	w32(SCAP_REC | SCAP_PRIVATE);
}

static void new_mounts(void)
{
	long fd = syscall(SYS_fsopen, "tmpfs", 0);

	if (fd < 0)
		return;
	begin("fsconfig");
	CALL(fsconfig, fd, 1 /* string */, "size", "1m", 0);
	CALL(fsconfig, fd, 0 /* flag */, "nope", NULL, 0);
	end();
	want(E(FSCONFIG_X)), w64(0), w64(fd), w32(1), w_str("size"), w_empty(), w_str("1m"), w32(0);
	want(E(FSCONFIG_X)), w64(-EINVAL), w64(fd), w32(0), w_str("nope"), w_empty(), w_empty();
	w32(0);
	close(fd);
}

void cases_file(void)
{
	char dir[] = "/tmp/calls.XXXXXX";

	umask(0);
	mkdir("/tmp", 01777);
	need(mkdtemp(dir) != NULL && chdir(dir) == 0, "a directory");
	opens();
	openats();
	handles();
	descriptors();
	names();
	attributes();
	mounts();
	new_mounts();
}
