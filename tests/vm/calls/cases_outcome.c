/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The other outcome: calls that fail, of kinds whose success stands beside its like in the other
 * files, and calls that succeed of which those have only a failure.
 */
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "calls.h"

#define E(name) SCAP_EVT_SYSCALL_##name
#define S(name) SCAP_EVT_SOCKET_##name

static void names_fail(void)
{
	begin("names that are not there, or there already");
	CALL(creat, "none/f", 0600);
	CALL(mkdir, "d1", 0700);
	CALL(unlink, "none");
	CALL(link, "none", "l9");
	CALL(linkat, -1, "none", AT_FDCWD, "l9", 0);
	CALL(symlink, "target", "f1");
	CALL(symlinkat, "target", -1, "s9");
	CALL(renameat, AT_FDCWD, "none", -1, "f9");
	CALL(renameat2, AT_FDCWD, "none", -1, "f9", 1);
	CALL(mknod, "f1", S_IFIFO | 0600, 0);
	CALL(mknodat, -1, "n9", S_IFREG | 0600, 0);
	CALL(umount2, "none", 0);
	end();
	want(E(CREAT_E)), w_str("none/f"), w32(0600);
	want(E(CREAT_X)), w64(-ENOENT), w_str("none/f"), w32(0600), w32(0), w64(0), w16(0);
	want(E(MKDIR_2_X)), w64(-EEXIST), w_str("d1"), w32(0700);
	want(E(UNLINK_2_X)), w64(-ENOENT), w_str("none");
	want(E(LINK_2_X)), w64(-ENOENT), w_str("none"), w_str("l9");
	want(E(LINKAT_2_X)), w64(-EBADF), w64(-1), w_str("none"), w64(-100), w_str("l9"), w32(0);
	want(E(SYMLINK_X)), w64(-EEXIST), w_str("target"), w_str("f1");
	want(E(SYMLINKAT_X)), w64(-EBADF), w_str("target"), w64(-1), w_str("s9");
	want(E(RENAMEAT_X)), w64(-EBADF), w64(-100), w_str("none"), w64(-1), w_str("f9");
	want(E(RENAMEAT2_X)), w64(-EBADF), w64(-100), w_str("none"), w64(-1), w_str("f9"), w32(1);
	want(E(MKNOD_X)), w64(-EEXIST), w_str("f1"), w32(S_IFIFO | 0600), w32(0);
	want(E(MKNODAT_X)), w64(-EBADF), w64(-1), w_str("n9"), w32(S_IFREG | 0600), w32(0);
	want(E(UMOUNT2_X)), w64(-ENOENT), w_str("none"), w32(0);
}

static void attributes_fail(void)
{
	struct stat st;

	begin("attributes of what is not there");
	CALL(chmod, "none", 0644);
	CALL(fchmod, -1, 0600);
	CALL(fchmodat, -1, "none", 0640);
	CALL(chown, "none", 1, 2);
	CALL(lchown, "none", 3, 4);
	CALL(fchown, -1, 5, 6);
	CALL(fchownat, -1, "none", 7, 8, 0);
	CALL(newfstatat, -1, "none", &st, 0);
	end();
	want(E(CHMOD_X)), w64(-ENOENT), w_str("none"), w32(0644);
	want(E(FCHMOD_X)), w64(-EBADF), w64(-1), w32(0600);
	want(E(FCHMODAT_X)), w64(-EBADF), w64(-1), w_str("none"), w32(0640);
	want(E(CHOWN_X)), w64(-ENOENT), w_str("none"), w32(1), w32(2);
	want(E(LCHOWN_X)), w64(-ENOENT), w_str("none"), w32(3), w32(4);
	want(E(FCHOWN_X)), w64(-EBADF), w64(-1), w32(5), w32(6);
	want(E(FCHOWNAT_X)), w64(-EBADF), w64(-1), w_str("none"), w32(7), w32(8), w32(0);
	want(E(NEWFSTATAT_X)), w64(-EBADF), w64(-1), w_str("none"), w32(0);
}

static void descriptors_fail(void)
{
	struct iovec v = { "some text", 9 };
	uint64_t mask = 0;

	begin("descriptors that nobody has");
	CALL(dup, -1);
	CALL(dup2, -1, 50);
	CALL(pipe, BAD);
	CALL(lseek, -1, 5, SEEK_END);
	CALL(fchdir, -1);
	CALL(flock, -1, LOCK_SH);
	CALL(getdents, -1, BAD, 5);
	CALL(pwrite64, -1, "some text", 9, 77);
	CALL(pwritev, -1, &v, 1, 78, 0);
	CALL(splice, -1, NULL, -2, NULL, 60, 2);
	CALL(copy_file_range, -1, NULL, -2, NULL, 61, 0);
	CALL(listen, -1, 5);
	CALL(shutdown, -1, SHUT_WR);
	CALL(accept, -1, NULL, NULL);
	CALL(select, -1, NULL, NULL, NULL, NULL);
	CALL(ppoll, BAD, 1, NULL, NULL, 8);
	CALL(epoll_create, 0);
	CALL(epoll_create1, 1);
	CALL(eventfd2, 9, 0x10);
	CALL(signalfd, -1, &mask, 7);
	CALL(signalfd4, -1, &mask, 7, 0);
	CALL(timerfd_create, 99, 0);
	CALL(inotify_init1, 1);
	CALL(pidfd_open, -1, 0);
	CALL(io_uring_enter, -1, 3, 2, 0, NULL);
	end();
	want(E(DUP_1_X)), w64(-EBADF), w64(-1);
	want(E(DUP2_X)), w64(-EBADF), w64(-1), w64(50);
	want(E(PIPE_X)), w64(-EFAULT), w64(-1), w64(-1), w64(0);
	want(E(LSEEK_X)), w64(-EBADF), w64(-1), w64(5), w8(2);
	want(E(FCHDIR_X)), w64(-EBADF), w64(-1);
	want(E(FLOCK_X)), w64(-EBADF), w64(-1), w32(SCAP_LOCK_SH);
	want(E(GETDENTS_X)), w64(-EBADF), w64(-1);
	want(E(PWRITE_X)), w64(-EBADF), w_bytes("some text", 9), w64(-1), w32(9), w64(77);
	want(E(PWRITEV_X)), w64(-EBADF), w_bytes("some text", 9), w64(-1), w32(9), w64(78);
	want(E(SPLICE_X)), w64(-EBADF), w64(-1), w64(-2), w64(60), w32(SCAP_SPLICE_F_NONBLOCK);
	want(E(COPY_FILE_RANGE_X)), w64(-EBADF), w64(-2), w64(0), w64(-1), w64(0), w64(61);
	want(S(LISTEN_X)), w64(-EBADF), w64(-1), w32(5);
	want(S(SHUTDOWN_X)), w64(-EBADF), w64(-1), w8(1);
	want(S(ACCEPT_5_X)), w64(-EBADF), w_empty(), w8(0), w32(0), w32(0);
	want(E(SELECT_X)), w64(-EINVAL);
	want(E(PPOLL_X)), w64(-EFAULT), w_empty(), w64(-1), w32(0);
	want(E(EPOLL_CREATE_X)), w64(-EINVAL), w32(0);
	want(E(EPOLL_CREATE1_X)), w64(-EINVAL), w32(0);
	want(E(EVENTFD2_X)), w64(-EINVAL), w16(0), w64(9);
	want(E(SIGNALFD_X)), w64(-EINVAL), w64(-1), w32(0), w8(0);
	want(E(SIGNALFD4_X)), w64(-EINVAL), w16(0), w64(-1), w32(0);
	want(E(TIMERFD_CREATE_X)), w64(-EINVAL), w8(99), w8(0);
	want(E(INOTIFY_INIT1_X)), w64(-EINVAL), w16(0);
	want(E(PIDFD_OPEN_X)), w64(-EINVAL), w64(-1), w32(0);
	want(E(IO_URING_ENTER_X)), w64(-EBADF), w64(-1), w32(3), w32(2), w32(0), w32(0);
}

/* Calls that fail only where no descriptor is left. */
static void none_left(void)
{
	struct rlimit none = { 0, 0 };

	need(setrlimit(RLIMIT_NOFILE, &none) == 0, "setrlimit");
	begin("no descriptor is left");
	CALL(eventfd, 8);
	CALL(inotify_init);
	end();
	want(E(EVENTFD_X)), w64(-EMFILE), w64(8), w32(0);
	want(E(INOTIFY_INIT_X)), w64(-EMFILE), w8(0);
}

static void memory_fails(void)
{
	begin("memory that is not there");
	CALL(mlock, BAD, 4096);
	CALL(munlock, BAD, 4096);
	CALL(mlock2, BAD, 4096, 1);
	CALL(mlockall, 0);
	CALL(munlockall);
	end();
	want(E(MLOCK_X)), w64(-ENOMEM), w64((uintptr_t)BAD), w64(4096);
	want(E(MUNLOCK_X)), w64(-ENOMEM), w64((uintptr_t)BAD), w64(4096);
	want(E(MLOCK2_X)), w64(-ENOMEM), w64((uintptr_t)BAD), w64(4096), w32(1);
	want(E(MLOCKALL_X)), w64(-EINVAL), w32(0);
	want(E(MUNLOCKALL_X)), w64(0);
}

static void ids_fail(void)
{
	begin("setuid");
	CALL(setuid, 4321);
	end();
	want(E(SETUID_X)), w64(0), w32(4321);
	begin("ids that may not be taken");
	CALL(setgid, 5);
	CALL(setresgid, 1, 2, 3);
	CALL(setregid, 4, 5);
	CALL(setresuid, 6, 7, 8);
	CALL(setreuid, 9, 10);
	CALL(getresgid, BAD, BAD, BAD);
	end();
	want(E(SETGID_X)), w64(-EPERM), w32(5);
	want(E(SETRESGID_X)), w64(-EPERM), w32(1), w32(2), w32(3);
	want(E(SETREGID_X)), w64(-EPERM), w32(4), w32(5);
	want(E(SETRESUID_X)), w64(-EPERM), w32(6), w32(7), w32(8);
	want(E(SETREUID_X)), w64(-EPERM), w32(9), w32(10);
	want(E(GETRESGID_X)), w64(-EFAULT), w32(-1), w32(-1), w32(-1);
}

static void processes(void)
{
	uint32_t action = 0x7fff0000; /* SECCOMP_RET_ALLOW */
	long uts = open("/proc/self/ns/uts", O_RDONLY);

	need(uts >= 0, "/proc/self/ns/uts");
	begin("namespaces, groups, roots");
	CALL(setpgid, 0, 0);
	CALL(setns, uts, CLONE_NEWUTS);
	CALL(unshare, 1);
	CALL(seccomp, 2 /* is this action available? */, 0, &action);
	CALL(tkill, -1, SIGUSR2);
	CALL(tgkill, 1, -1, SIGUSR2);
	CALL(chroot, ".");
	end();
	want(E(SETPGID_X)), w64(0), w64(0), w64(0);
	want(E(SETNS_X)), w64(0), w64(uts), w32(SCAP_CLONE_NEWUTS);
	want(E(UNSHARE_X)), w64(-EINVAL), w32(0);
	want(E(SECCOMP_X)), w64(0), w64(2), w64(0);
	want(E(TKILL_X)), w64(-EINVAL), w64(-1), w8(SIGUSR2);
	want(E(TGKILL_X)), w64(-EINVAL), w64(1), w64(-1), w8(SIGUSR2);
	want(E(CHROOT_X)), w64(0), w_str(".");

	begin("a leader of its group cannot leave it");
	CALL(setsid);
	end();
	want(E(SETSID_X)), w64(-EPERM);
}

static void files_succeed(void)
{
	char buf[1024];
	struct stat st;
	long n, n64, dir = open(".", O_RDONLY | O_DIRECTORY), fd = open("f1", O_RDWR);

	need(mkdir("d9", 0700) == 0 && dir >= 0 && fd >= 0, "a directory and a file");
	begin("files that are there");
	CALL(stat, "f1", &st);
	CALL(lstat, "s1", &st);
	CALL(fstat, fd, &st);
	CALL(access, "f1", F_OK);
	n = CALL(getdents, dir, buf, sizeof(buf));
	n64 = CALL(getdents64, dir, buf, sizeof(buf));
	CALL(ioctl, fd, FIOCLEX, 0x77);
	CALL(rmdir, "d9");
	end();
	want(E(STAT_X)), w64(0), w_str("f1");
	want(E(LSTAT_X)), w64(0), w_str("s1");
	want(E(FSTAT_X)), w64(0), w64(fd);
	want(E(ACCESS_X)), w64(0), w_str("f1"), w32(0);
	want(E(GETDENTS_X)), w64(n), w64(dir);
	want(E(GETDENTS64_X)), w64(n64), w64(dir);
	want(E(IOCTL_3_X)), w64(0), w64(fd), w64(FIOCLEX), w64(0x77);
	want(E(RMDIR_2_X)), w64(0), w_str("d9");
	close(dir), close(fd);
}

static void descriptors_succeed(void)
{
	struct epoll_event ev;
	struct rlimit core = { 1000, 2000 };
	union bpf_attr map = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1
	};
	long ep = epoll_create1(0), self = syscall(SYS_pidfd_open, getpid(), 0), fd, m, got;

	need(ep >= 0 && self >= 0, "descriptors");
	begin("descriptors that the kernel gives");
	CALL(epoll_wait, ep, &ev, 17, 0);
	CALL(setrlimit, RLIMIT_CORE, &core);
	got = CALL(pidfd_getfd, self, ep, 0);
	fd = CALL(userfaultfd, O_CLOEXEC);
	m = CALL(bpf, BPF_MAP_CREATE, &map, sizeof(map));
	end();
	need(fd >= 0 && m >= 0 && got >= 0, "userfaultfd, bpf and pidfd_getfd");
	want(E(EPOLLWAIT_X)), w64(0), w64(17);
	want(E(SETRLIMIT_X)), w64(0), w64(1000), w64(2000), w8(SCAP_RLIMIT_CORE);
	want(E(PIDFD_GETFD_X)), w64(got), w64(self), w64(ep), w32(0);
	want(E(USERFAULTFD_X)), w64(fd), w32(O_CLOEXEC);
	want(E(BPF_2_X)), w64(m), w32(BPF_MAP_CREATE);
	close(ep), close(self), close(fd), close(m), close(got);
}

static void rings(void)
{
	struct {
		struct io_uring_probe head;
		struct io_uring_probe_op ops[16];
	} probe = { 0 };
	struct io_uring_params p = { 0 };
	long ring = syscall(SYS_io_uring_setup, 4, &p);

	need(ring >= 0, "io_uring");
	begin("io_uring_register");
	CALL(io_uring_register, ring, IORING_REGISTER_PROBE, &probe, 16);
	end();
	want(E(IO_URING_REGISTER_X)), w64(0), w64(ring), w16(SCAP_IORING_REGISTER_PROBE);
	w64((uintptr_t)&probe), w32(16);
	close(ring);
}

static void semaphores_fail(void)
{
	begin("semaphores that are not there");
	CALL(semget, 0x7e57, 3, 0);
	CALL(semctl, -1, 2, IPC_RMID);
	end();
	want(E(SEMGET_X)), w64(-ENOENT), w32(0x7e57), w32(3), w32(0);
	want(E(SEMCTL_X)), w64(-EINVAL), w32(-1), w32(2), w16(SCAP_IPC_RMID), w32(0);
}

/* Without a device all quotas are written, which cannot fail. */
static void quotas(void)
{
	begin("quotactl of all file systems");
	CALL(quotactl, 0x800001u << 8, NULL, 7, NULL);
	end();
	want(E(QUOTACTL_X)), w64(0), w_empty(), w_empty();
	for (int i = 0; i < 9; i++)
		w64(0);
	w8(0), w8(SCAP_QFMT_NOT_USED), w16(SCAP_Q_SYNC), w8(SCAP_USRQUOTA), w32(7);
	w8(SCAP_QFMT_NOT_USED);
}

/* A module that nothing needs; where its file lies is told in the environment. */
static void modules(void)
{
	const char *path = getenv("SPARE_MODULE");
	static char image[1 << 20];
	long size, fd = open(path ? path : "", O_RDONLY | O_CLOEXEC);

	need(fd >= 0, "SPARE_MODULE");
	size = read(fd, image, sizeof(image));
	need(size > 0 && size < (long)sizeof(image), "the module's image");
	begin("a module that is loaded, unloaded, and loaded from its file");
	CALL(init_module, image, size, "");
	CALL(delete_module, "tun", O_NONBLOCK);
	CALL(finit_module, fd, "nothing=0", 0);
	CALL(delete_module, "tun", O_NONBLOCK);
	end();
	want(E(INIT_MODULE_X)), w64(0);
	w_bytes(image, size < SCAP_MAX_PARAM_LEN ? size : SCAP_MAX_PARAM_LEN), w64(size);
	w_str("");
	want(E(DELETE_MODULE_X)), w64(0), w_str("tun"), w32(SCAP_DELETE_MODULE_FLAGS_O_NONBLOCK);
	want(E(FINIT_MODULE_X)), w64(0), w64(fd), w_str("nothing=0"), w32(0);
	want(E(DELETE_MODULE_X)), w64(0), w_str("tun"), w32(SCAP_DELETE_MODULE_FLAGS_O_NONBLOCK);
	close(fd);
}

void cases_outcome(void)
{
	names_fail();
	attributes_fail();
	descriptors_fail();
	in_child(none_left);
	memory_fails();
	in_child(ids_fail);
	in_child(processes);
	files_succeed();
	in_child(descriptors_succeed);
	rings();
	semaphores_fail();
	quotas();
	modules();
}
