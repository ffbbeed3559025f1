/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls of the 32-bit table: files, memory, ids, limits, waiting, semaphores. */
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "ia32.h"

#define E(name) SCAP_EVT_SYSCALL_##name

/* Six arguments out of an array, the number in eax; the result is what eax holds. */
unsigned int ia32_int80(long nr, const unsigned long args[6]);
__asm__(".text\n"
	".globl ia32_int80\n"
	"ia32_int80:\n"
	"	push %rbx\n"
	"	push %rbp\n"
	"	mov %rdi, %rax\n"
	"	mov (%rsi), %rbx\n"
	"	mov 8(%rsi), %rcx\n"
	"	mov 16(%rsi), %rdx\n"
	"	mov 32(%rsi), %rdi\n"
	"	mov 40(%rsi), %rbp\n"
	"	mov 24(%rsi), %rsi\n"
	"	int $0x80\n"
	"	pop %rbp\n"
	"	pop %rbx\n"
	"	ret\n");

long ia32(long nr, long a, long b, long c, long d, long e, long f)
{
	unsigned long args[6] = { a, b, c, d, e, f };
	unsigned int ret;
	int i;

	for (i = 0; i < 6; i++)
		args[i] = (uint32_t)args[i] | 0x5bad5badul << 32;
	ret = ia32_int80(nr | 0x5bad5badul << 32, args);
	return ret > -4096u ? (int)ret : (long)ret;
}

static char text[3000], buf[3000];
static char path[] = "ia32", none[] = "ia32-none", mounted[] = "ia32-mounted";

static void w_generic(int code, int nr)
{
	want(SCAP_EVT_GENERIC_X), w16(code), w16(nr);
}

static void plain(long fd)
{
	begin("int 0x80: read, write, lseek, _llseek");
	CALL32(write, fd, text, 300);
	CALL32(lseek, fd, -100, SEEK_END);
	CALL32(read, fd, buf, 300);
	CALL32(write, fd, BAD32, 5);
	CALL32(read, -1, buf, 5);
	CALL32(llseek, fd, 1, 0xfffffff0, buf, SEEK_SET);
	CALL32(llseek, -1, 0, 2, NULL, SEEK_CUR);
	CALL32(lseek, fd, 0, SEEK_SET);
	end();
	want(E(WRITE_X)), w64(300), w_bytes(text, SNAPLEN), w64(fd), w32(300);
	want(E(LSEEK_X)), w64(200), w64(fd), w64(-100), w8(SEEK_END);
	want(E(READ_X)), w64(100), w_bytes(text + 200, 100), w64(fd), w32(300);
	want(E(WRITE_X)), w64(-EFAULT), w_empty(), w64(fd), w32(5);
	want(E(READ_X)), w64(-EBADF), w_empty(), w64(-1), w32(5);
	want(E(LLSEEK_X)), w64(0), w64(fd), w64(0x1fffffff0), w8(SEEK_SET);
	want(E(LLSEEK_X)), w64(-EBADF), w64(-1), w64(2), w8(SEEK_CUR);
	want(E(LSEEK_X)), w64(0), w64(fd), w64(0), w8(SEEK_SET);

	begin("int 0x80: offsets that come in two halves");
	CALL32(pwrite64, fd, text, 20, 100, 0);
	CALL32(pread64, fd, buf, 20, 100, 0);
	CALL32(pread64, fd, buf, 20, 7, 2);
	CALL32(pread64, fd, buf, 20, -1, -1);
	end();
	want(E(PWRITE_X)), w64(20), w_bytes(text, 20), w64(fd), w32(20), w64(100);
	want(E(PREAD_X)), w64(20), w_bytes(text, 20), w64(fd), w32(20), w64(100);
	want(E(PREAD_X)), w64(0), w_empty(), w64(fd), w32(20), w64(0x200000007);
	want(E(PREAD_X)), w64(-EINVAL), w_empty(), w64(fd), w32(20), w64(-1);
}

static void vectors(long fd)
{
	static struct iovec32 v[3], in[2], bad[1], many[1024];
	static char both[SNAPLEN];
	long self = getpid();
	unsigned int i;

	v[0] = (struct iovec32){ ptr32(text), 10 };
	v[1] = (struct iovec32){ 0, 0 };
	v[2] = (struct iovec32){ ptr32(text + 100), 500 };
	in[0] = (struct iovec32){ ptr32(buf), 15 };
	in[1] = (struct iovec32){ ptr32(buf + 100), 400 };
	bad[0] = (struct iovec32){ BAD32, 4 };
	for (i = 0; i < 1024; i++)
		many[i] = (struct iovec32){ ptr32(text + i), 1 };
	memcpy(both, text, 10), memcpy(both + 10, text + 100, SNAPLEN - 10);
	need(!ftruncate(fd, 0) && !lseek(fd, 0, SEEK_SET), "an empty file");
	begin("int 0x80: vectors of narrow elements");
	CALL32(writev, fd, v, 3);
	CALL32(preadv, fd, in, 2, 0, 0);
	CALL32(pwritev, fd, v, 1, 33, 1);
	CALL32(preadv, fd, in, 1, 5, 3);
	CALL32(lseek, fd, 500, SEEK_SET);
	CALL32(readv, fd, in, 2);
	CALL32(writev, fd, bad, 1);
	CALL32(writev, fd, BAD32, 2);
	CALL32(readv, fd, v, -1);
	CALL32(writev, fd, many, 1024);
	CALL32(process_vm_readv, self, in, 1, v, 1, 0);
	end();
	want(E(WRITEV_X)), w64(510), w_bytes(both, SNAPLEN), w64(fd), w32(510);
	want(E(PREADV_X)), w64(415), w32(415), w_skip(), w64(fd), w64(0);
	want(E(PWRITEV_X)), w64(10), w_bytes(text, 10), w64(fd), w32(10), w64(0x100000021);
	want(E(PREADV_X)), w64(0), w32(0), w_empty(), w64(fd), w64(0x300000005);
	want(E(LSEEK_X)), w64(500), w64(fd), w64(500), w8(SEEK_SET);
	want(E(READV_X)), w64(415), w32(415), w_skip(), w64(fd);
	want(E(WRITEV_X)), w64(-EFAULT), w_empty(), w64(fd), w32(4);
	want(E(WRITEV_X)), w64(-EFAULT), w_empty(), w64(fd), w32(0);
	want(E(READV_X)), w64(-EINVAL), w32(0), w_empty(), w64(fd);
	want(E(WRITEV_X)), w64(1024), w_bytes(text, SNAPLEN), w64(fd), w32(1024);
	want(E(PROCESS_VM_READV_X)), w64(10), w64(self), w_bytes(text, 10);
}

static void opens(void)
{
	static struct open_how how = { .flags = O_RDONLY, .resolve = RESOLVE_BENEATH };
	struct stat st;
	long a, b, c, d;

	/* O_LARGEFILE does not come by itself here */
	need(!truncate(path, 0) && !stat(path, &st), "a small file");
	begin("int 0x80: open, openat, openat2, creat, with what was asked for at entry");
	a = CALL32(open, path, O_RDWR | O_APPEND, 0);
	b = CALL32(openat, AT_FDCWD, path, O_RDONLY, 0);
	c = CALL32(openat2, AT_FDCWD, path, &how, sizeof(how));
	d = CALL32(creat, path, 0640);
	CALL32(open, BAD32, O_RDONLY, 0);
	CALL32(open, none, O_RDONLY | 0100000, 0);
	end();
	need(a > 0 && b > 0 && c > 0 && d > 0, "open");
	want(E(OPEN_E)), w_str(path), w32(SCAP_O_RDWR | SCAP_O_APPEND), w32(0);
	want(E(OPEN_X)), w64(a), w_str(path), w32(SCAP_O_RDWR | SCAP_O_APPEND), w32(0);
	w_skip(), w64(st.st_ino);
	want(E(OPENAT_2_E)), w64(-100), w_str(path), w32(SCAP_O_RDONLY), w32(0);
	want(E(OPENAT_2_X)), w64(b), w64(-100), w_str(path), w32(SCAP_O_RDONLY), w32(0);
	w_skip(), w64(st.st_ino);
	want(E(OPENAT2_E)), w64(-100), w_str(path), w32(SCAP_O_RDONLY), w32(0);
	w32(SCAP_RESOLVE_BENEATH);
	want(E(OPENAT2_X)), w64(c), w64(-100), w_str(path), w32(SCAP_O_RDONLY), w32(0);
	w32(SCAP_RESOLVE_BENEATH), w_skip(), w64(st.st_ino);
	want(E(CREAT_E)), w_str(path), w32(0640);
	want(E(CREAT_X)), w64(d), w_str(path), w32(0640), w_skip(), w64(st.st_ino), w16(0);
	want(E(OPEN_E)), w_empty(), w32(SCAP_O_RDONLY), w32(0);
	want(E(OPEN_X)), w64(-EFAULT), w_empty(), w32(SCAP_O_RDONLY), w32(0), w32(0), w64(0);
	want(E(OPEN_E)), w_str(none), w32(SCAP_O_RDONLY | SCAP_O_LARGEFILE), w32(0);
	want(E(OPEN_X)), w64(-ENOENT), w_str(none), w32(SCAP_O_RDONLY | SCAP_O_LARGEFILE), w32(0);
	w32(0), w64(0);
	close(a), close(b), close(c), close(d);
}

static void files(long fd)
{
	static uint32_t off32;
	static uint64_t off64;
	long out = open("ia32-out", O_RDWR | O_CREAT, 0600), copy;

	need(out > 0 && write(fd, text, 200) == 200, "files");
	off32 = 5, off64 = 70;
	begin("int 0x80: sendfile with offsets of both widths");
	CALL32(sendfile, out, fd, &off32, 20);
	CALL32(sendfile64, out, fd, &off64, 20);
	CALL32(sendfile, out, -1, NULL, 7);
	end();
	want(E(SENDFILE_X)), w64(20), w64(25), w64(out), w64(fd), w64(20);
	want(E(SENDFILE_X)), w64(20), w64(90), w64(out), w64(fd), w64(20);
	want(E(SENDFILE_X)), w64(-EBADF), w64(0), w64(out), w64(-1), w64(7);

	begin("int 0x80: fcntl, fcntl64, ioctl, close");
	copy = CALL32(fcntl64, fd, F_DUPFD, 60);
	CALL32(fcntl, fd, F_GETFD, 0);
	CALL32(fcntl64, fd, 12, BAD32);
	CALL32(ioctl, fd, 0x80045430, 0xfedcba98);
	CALL32(close, copy);
	end();
	want_fcntl(copy, fd, SCAP_F_DUPFD, 60);
	want_fcntl(0, fd, SCAP_F_GETFD, 0);
	want_fcntl(-EFAULT, fd, SCAP_F_GETLK64, BAD32);
	want(E(IOCTL_3_X)), w64(-ENOTTY), w64(fd), w64(0x80045430), w64(0xfedcba98);
	want(E(CLOSE_X)), w64(0), w64(copy);

	begin("int 0x80: the calls of stat");
	CALL32(oldstat, none, buf);
	CALL32(stat64, path, buf);
	CALL32(stat64, none, buf);
	CALL32(lstat64, path, buf);
	CALL32(lstat64, none, buf);
	CALL32(fstat64, fd, buf);
	CALL32(fstat64, -1, buf);
	CALL32(fstatat64, -100, none, buf, 0x100);
	end();
	want(E(STAT_X)), w64(-ENOENT), w_str(none);
	want(E(STAT64_X)), w64(0), w_str(path);
	want(E(STAT64_X)), w64(-ENOENT), w_str(none);
	want(E(LSTAT64_X)), w64(0), w_str(path);
	want(E(LSTAT64_X)), w64(-ENOENT), w_str(none);
	want(E(FSTAT64_X)), w64(0);
	want(E(FSTAT64_X)), w64(-EBADF);
	want(E(NEWFSTATAT_X)), w64(-ENOENT), w64(-100), w_str(none), w32(0x100);

	begin("int 0x80: calls that are generic keep the number of their twin");
	CALL32(truncate64, path, 5, 0);
	CALL32(ftruncate64, -1, 5, 0);
	CALL32(fallocate, -1, 0, 1, 0, 2, 0);
	CALL32(getpid);
	CALL32(waitpid, -1, NULL, WNOHANG);
	CALL32(signal, 99, NULL);
	CALL32(sigaction, 99, NULL, NULL);
	CALL32(nice, 0);
	CALL32(setitimer, 99, NULL, NULL);
	CALL32(clock_gettime64, 0, buf);
	CALL32(timer_create, 99, NULL, buf);
	end();
	w_generic(SCAP_SC_truncate, SYS_truncate);
	w_generic(SCAP_SC_ftruncate, SYS_ftruncate);
	w_generic(SCAP_SC_fallocate, SYS_fallocate);
	w_generic(SCAP_SC_getpid, SYS_getpid);
	w_generic(SCAP_SC_waitpid, SYS_wait4);
	w_generic(SCAP_SC_signal, SYS_rt_sigaction);
	w_generic(SCAP_SC_sigaction, SYS_rt_sigaction);
	w_generic(SCAP_SC_nice, SYS_setpriority);
	w_generic(SCAP_SC_setitimer, SYS_setitimer);
	w_generic(SCAP_SC_clock_gettime, SYS_clock_gettime);
	w_generic(SCAP_SC_timer_create, SYS_timer_create);

	need(!mkdir(mounted, 0700) && !mount("none", mounted, "tmpfs", 0, NULL), "a mount");
	begin("int 0x80: mount, umount, umount2");
	CALL32(mount, none, none, "no-fs", 0xc0ed0000 | 1, NULL);
	CALL32(umount, mounted);
	CALL32(umount, none);
	CALL32(umount2, none, 2);
	end();
	want(E(MOUNT_X)), w64(-ENOENT), w_str(none), w_str(none), w_str("no-fs"), w32(1);
	want(E(UMOUNT_1_X)), w64(0), w_str(mounted);
	want(E(UMOUNT_1_X)), w64(-ENOENT), w_str(none);
	want(E(UMOUNT2_X)), w64(-ENOENT), w_str(none), w32(2);
	rmdir(mounted), close(out);
}

static void memory(long fd)
{
	static uint32_t block[6];
	unsigned long size;
	long a, b;

	block[1] = 8192, block[2] = PROT_READ, block[3] = MAP_SHARED, block[4] = fd;
	block[5] = 4096;
	begin("int 0x80: mmap with its arguments in memory, mmap2, munmap, brk");
	a = CALL32(old_mmap, block);
	CALL32(old_mmap, BAD32);
	b = CALL32(mmap2, 0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0xfffff);
	CALL32(munmap, b, 4096);
	CALL32(munmap, 1, 5);
	CALL32(brk, 0xfffffff0);
	end();
	need(a > 0 && b > 0, "mmap");
	want(E(MMAP_X)), w64(a), w_any(4), w_any(4), w32(0), w64(0), w64(8192), w32(SCAP_PROT_READ);
	w32(SCAP_MAP_SHARED), w64(fd), w64(4096);
	w_generic(SCAP_SC_mmap, SYS_mmap);
	want(E(MMAP2_X)), w64(b), w_any(4), w_any(4), w32(0), w64(0), w64(4096);
	w32(SCAP_PROT_READ | SCAP_PROT_WRITE), w32(SCAP_MAP_SHARED), w64(fd), w64(0xfffff);
	want(E(MUNMAP_X)), w64(0), w_any(4), w_any(4), w32(0), w64(b), w64(4096);
	want(E(MUNMAP_X)), w64(-EINVAL), w_any(4), w_any(4), w32(0), w64(1), w64(5);
	want(E(BRK_4_X)), w_any(8), w_any(4), w_any(4), w32(0), w64(0xfffffff0);
	munmap((void *)a, 8192);

	begin("int 0x80: mmap2, and the size of memory");
	b = CALL32(mmap2, 0, 4096, PROT_READ, MAP_PRIVATE, fd, 1);
	CALL32(mmap2, 0, 0, PROT_NONE, MAP_SHARED, fd, 2);
	end();
	need(b > 0, "mmap2");
	size = vm_size();
	want(E(MMAP2_X)), w64(b), w_vm(size), w64(0), w64(4096), w32(SCAP_PROT_READ);
	w32(SCAP_MAP_PRIVATE), w64(fd), w64(1);
	want(E(MMAP2_X)), w64(-EINVAL), w_vm(size), w64(0), w64(0), w32(0), w32(SCAP_MAP_SHARED);
	w64(fd), w64(2);
	munmap((void *)b, 4096);
}

/* In a child: ids are given away. */
static void ids(void)
{
	static uint16_t id[3];
	static uint32_t wide[3];
	long fd = open(path, O_RDONLY);

	need(!setresgid(0, 70000, 7) && !setresuid(0, 0, 5), "ids");
	begin("int 0x80: ids of 16 bits");
	CALL32(getresuid16, &id[0], &id[1], &id[2]);
	CALL32(getresgid16, &id[0], &id[1], &id[2]);
	CALL32(getresuid32, &wide[0], &wide[1], &wide[2]);
	CALL32(getresuid16, BAD32, &id[1], &id[2]);
	CALL32(chown16, none, 0x1ffff, 12);
	CALL32(fchown16, fd, -1, 0x10003);
	CALL32(fchown32, fd, -1, 65540);
	CALL32(chown32, none, 70000, -1);
	CALL32(setreuid16, -1, -1);
	CALL32(setresuid16, -1, -1, 9);
	CALL32(setregid16, -1, 3);
	CALL32(setgid16, 4);
	CALL32(setreuid32, -1, 0);
	CALL32(getuid16);
	CALL32(getuid32);
	CALL32(setuid16, 65533);
	end();
	want(E(GETRESUID_X)), w64(0), w32(0), w32(0), w32(5);
	/* the kernel says 65534 where an id does not fit */
	want(E(GETRESGID_X)), w64(0), w32(0), w32(65534), w32(7);
	want(E(GETRESUID_X)), w64(0), w32(0), w32(0), w32(5);
	want(E(GETRESUID_X)), w64(-EFAULT), w32(-1), w32(-1), w32(-1);
	want(E(CHOWN_X)), w64(-ENOENT), w_str(none), w32(-1), w32(12);
	want(E(FCHOWN_X)), w64(0), w64(fd), w32(-1), w32(3);
	want(E(FCHOWN_X)), w64(0), w64(fd), w32(-1), w32(65540);
	want(E(CHOWN_X)), w64(-ENOENT), w_str(none), w32(70000), w32(-1);
	want(E(SETREUID_X)), w64(0), w32(-1), w32(-1);
	want(E(SETRESUID_X)), w64(0), w32(-1), w32(-1), w32(9);
	want(E(SETREGID_X)), w64(0), w32(-1), w32(3);
	want(E(SETGID_X)), w64(0), w32(4);
	want(E(SETREUID_X)), w64(0), w32(-1), w32(0);
	want(E(GETUID_X)), w32(0);
	want(E(GETUID_X)), w32(0);
	want(E(SETUID_X)), w64(0), w32(65533);
	close(fd);
}

static void limits(void)
{
	static uint32_t narrow[2];
	static struct rlimit64 now, wide;

	need(!getrlimit64(RLIMIT_NOFILE, &now), "getrlimit");
	begin("int 0x80: limits of both widths, and none");
	CALL32(ugetrlimit, RLIMIT_NOFILE, narrow);
	CALL32(setrlimit, RLIMIT_NOFILE, narrow);
	CALL32(ugetrlimit, RLIMIT_AS, narrow);
	CALL32(getrlimit, RLIMIT_AS, narrow);
	CALL32(setrlimit, 77, BAD32);
	CALL32(prlimit64, 0, RLIMIT_NOFILE, &now, &wide);
	end();
	want(E(GETRLIMIT_X)), w64(0), w64(now.rlim_cur), w64(now.rlim_max), w8(SCAP_RLIMIT_NOFILE);
	want(E(SETRLIMIT_X)), w64(0), w64(now.rlim_cur), w64(now.rlim_max), w8(SCAP_RLIMIT_NOFILE);
	want(E(GETRLIMIT_X)), w64(0), w64(-1), w64(-1), w8(SCAP_RLIMIT_AS);
	/* all that the older call can say */
	want(E(GETRLIMIT_X)), w64(0), w64(0x7fffffff), w64(0x7fffffff), w8(SCAP_RLIMIT_AS);
	want(E(SETRLIMIT_X)), w_any(8), w64(0), w64(0), w8(SCAP_RLIMIT_UNKNOWN);
	want(E(PRLIMIT_X)), w64(0), w64(now.rlim_cur), w64(now.rlim_max), w64(now.rlim_cur);
	w64(now.rlim_max), w64(0), w8(SCAP_RLIMIT_NOFILE);
}

static void waiting(void)
{
	static int32_t ts[2];
	static struct timespec wide = { 0, 1700 };
	static uint32_t word = 5, mask[2] = { 0x200, 0xffff };
	static struct pollfd none_ready[1] = { { .fd = -1 } };
	static unsigned char no_fd[12] = { 1, 0, 255, 255, 255, 255, 255, 255, 255, 255 };

	ts[1] = 1500;
	begin("int 0x80: waiting, with times of both widths");
	CALL32(nanosleep, ts, NULL);
	CALL32(nanosleep, BAD32, NULL);
	CALL32(poll, none_ready, 1, 0);
	CALL32(poll, none_ready, -1, -1);
	CALL32(ppoll, none_ready, 1, ts, mask, 8);
	CALL32(ppoll_time64, none_ready, 1, &wide, mask, 8);
	CALL32(select, BAD32);
	CALL32(newselect, -1, NULL, NULL, NULL, ts);
	CALL32(futex, &word, 128, 0xfffffff6, NULL);
	end();
	want(E(NANOSLEEP_X)), w64(0), w64(1500);
	want(E(NANOSLEEP_X)), w64(-EFAULT), w64(0);
	want(E(POLL_X)), w64(0), w_bytes(no_fd, 12), w64(0);
	want(E(POLL_X)), w64(-EINVAL), w_skip(), w64(-1);
	want(E(PPOLL_X)), w64(0), w_bytes(no_fd, 12), w_any(8), w32(0x200);
	want(E(PPOLL_X)), w64(0), w_bytes(no_fd, 12), w_any(8), w32(0x200);
	want(E(SELECT_X)), w64(-EFAULT);
	want(E(SELECT_X)), w64(-EINVAL);
	want(E(FUTEX_X)), w64(-EAGAIN), w64((uintptr_t)&word), w16(SCAP_FUTEX_PRIVATE_FLAG);
	w64(0xfffffff6);
}

static void semaphores(void)
{
	static struct sembuf ops[2] = { { 1, 5, SEM_UNDO }, { 0, -3, IPC_NOWAIT } };
	static uint32_t value = 42;
	long id, id2;

	begin("int 0x80: ipc is what it calls");
	id = CALL32(ipc, 2, IPC_PRIVATE, 3, IPC_CREAT | 0600);
	CALL32(ipc, 3, id, 0, SETVAL | 0x100, &value);
	CALL32(ipc, 3, id, 0, SETVAL, BAD32);
	CALL32(ipc, 1, id, 2, 0, ops);
	CALL32(ipc, 1 | 1 << 16, id, 2, 0, BAD32);
	CALL32(ipc, 4, -1, 1, 0, ops, NULL);
	CALL32(ipc, 23, 1, 2, 3);
	CALL32(ipc, 22, 0, 0, 0, 1);
	CALL32(ipc, 99, 1, 2, 3);
	CALL32(semctl, id, 2, IPC_RMID, 99);
	id2 = CALL32(semget, IPC_PRIVATE, 1, 0600);
	end();
	need(id >= 0 && id2 >= 0, "semget");
	want(E(SEMGET_X)), w64(id), w32(0), w32(3), w32(SCAP_IPC_CREAT | 0600);
	want(E(SEMCTL_X)), w64(0), w32(id), w32(0), w16(SCAP_SETVAL), w32(42);
	w_generic(SCAP_SC_semctl, SYS_semctl);
	want(E(SEMOP_X)), w64(0), w32(2), w16(1), w16(5), w16(SCAP_SEM_UNDO);
	w16(0), w16(-3), w16(SCAP_IPC_NOWAIT), w32(id);
	want(E(SEMOP_X)), w64(-EFAULT), w32(2), w16(0), w16(0), w16(0), w16(0), w16(0), w16(0);
	w32(id);
	w_generic(SCAP_SC_semtimedop, SYS_semtimedop);
	w_generic(SCAP_SC_shmget, SYS_shmget);
	w_generic(SCAP_SC_shmdt, SYS_shmdt);
	w_generic(SCAP_SC_ipc, SYS_semget);
	want(E(SEMCTL_X)), w64(0), w32(id), w32(2), w16(SCAP_IPC_RMID), w32(0);
	want(E(SEMGET_X)), w64(id2), w32(0), w32(1), w32(0600);
	semctl(id2, 0, IPC_RMID);
}

static uint32_t traced_word = 0xdeadbeef;

static void rights(void)
{
	static uint32_t got;
	static char name[16] = "a new name";
	uint64_t addr = (uintptr_t)&traced_word, found = traced_word, zero = 0;
	uint8_t sig = SIGKILL;
	int status;
	pid_t pid = fork();

	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		_exit(0);
	}
	need(pid > 0 && waitpid(pid, &status, 0) == pid && WIFSTOPPED(status), "a tracee");
	begin("int 0x80: ptrace, prctl, quotactl, kill");
	CALL32(ptrace, PTRACE_PEEKDATA, pid, addr, &got);
	CALL32(ptrace, PTRACE_POKEDATA, 999999, addr, 5);
	CALL32(ptrace, PTRACE_CONT, pid, 0, SIGKILL);
	CALL32(prctl, 15, name);
	CALL32(prctl, 1, 0xfffffff7);
	CALL32(quotactl, 0x800007u << 8, "/dev/none", 0, BAD32);
	CALL32(kill, -999999, 0);
	end();
	want(E(PTRACE_X)), w64(0), w_dyn(0, &addr, 8), w_dyn(0, &found, 8);
	w16(SCAP_PTRACE_PEEKDATA), w64(pid);
	want(E(PTRACE_X)), w64(-ESRCH), w_dyn(0, &zero, 8), w_dyn(0, &zero, 8);
	w16(SCAP_PTRACE_POKEDATA), w64(999999);
	want(E(PTRACE_X)), w64(0), w_dyn(0, &zero, 8), w_dyn(1, &sig, 1), w16(SCAP_PTRACE_CONT);
	w64(pid);
	want(E(PRCTL_X)), w64(0), w32(15), w_str(name), w64(0);
	want(E(PRCTL_X)), w64(-EINVAL), w32(1), w_empty(), w64(0xfffffff7);
	want(E(QUOTACTL_X)), w_any(8), w_str("/dev/none"), w_empty();
	for (int i = 0; i < 9; i++)
		w64(0);
	w8(0), w8(SCAP_QFMT_NOT_USED), w16(SCAP_Q_GETQUOTA), w8(SCAP_USRQUOTA), w32(0);
	w8(SCAP_QFMT_NOT_USED);
	want(E(KILL_X)), w64(-ESRCH), w64(-999999), w8(0);
	waitpid(pid, &status, 0);
}

static unsigned long left_out(void)
{
	FILE *f = fopen("/sys/module/scap/parameters/calls_left_out", "r");
	unsigned long n = 0;

	need(f && fscanf(f, "%lu", &n) == 1, "calls_left_out");
	fclose(f);
	return n;
}

/* Neither is there for the kernel: nothing may come of them, and nothing else be read for them. */
static void refused(void)
{
	unsigned long before = left_out(), after;
	static const long x32[] = { 0, 1, 2, 59, 512, 520, 547, 0x3fffffff };
	unsigned int i;

	begin("x32 calls, and 32-bit calls without code in the kernel, make no event");
	for (i = 0; i < sizeof(x32) / sizeof(x32[0]); i++)
		RAW(0x40000000 | x32[i], path, 0, 0, 0, 0, 0, 0);
	RAW(547, path, 0, 0, 0, 0, 0, 0);
	RAW(0x7fffffff, path, 0, 0, 0, 0, 0, 0);
	CALL32(break, 0);
	ia32(222, 1, 2, 3, 4, 5, 6);
	ia32(415, 1, 2, 3, 4, 5, 6);
	ia32(512, 1, 2, 3, 4, 5, 6);
	ia32(0x40000003, 1, (long)path, 3, 4, 5, 6);
	end();
	after = left_out();
	if (after < before + 15) {
		printf("not ok - calls that are left out are counted: %lu\n", after - before);
		count_failure();
	} else {
		printf("ok - calls that are left out are counted\n");
	}
}

void cases_ia32(void)
{
	size_t i;
	long fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	need(fd >= 0 && (uintptr_t)text < 1ul << 32, "a file, and memory below 4 GiB");
	for (i = 0; i < sizeof(text); i++)
		text[i] = 'a' + i % 23;
	plain(fd);
	vectors(fd);
	opens();
	files(fd);
	memory(fd);
	in_child(ids);
	limits();
	waiting();
	semaphores();
	rights();
	refused();
	close(fd);
}
