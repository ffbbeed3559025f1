/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls of the 32-bit table out of a 64-bit program, by int 0x80. The kernel takes them for those
 * of a 32-bit program, so all memory that they name must lie below 4 GiB: static variables do. The
 * upper half of every register holds rubbish, as it may.
 */
#ifndef IA32_H
#define IA32_H

#include <stdint.h>

#include "calls.h"

/* The result as 32 bits, or -errno. */
long ia32(long nr, long a, long b, long c, long d, long e, long f);
#define CALL32(name, ...) CALL32_(IA32_##name, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define CALL32_(nr, a, b, c, d, e, f, ...) \
	ia32(nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

/* A pointer as a 32-bit program has it. */
static inline uint32_t ptr32(const void *p)
{
	return (uint32_t)(uintptr_t)p;
}

#define BAD32 0xfffff000u /* an address of nobody's, and of nobody's kernel */

struct iovec32 {
	uint32_t base, len;
};

struct msghdr32 {
	uint32_t name;
	int32_t namelen;
	uint32_t iov, iovlen, control, controllen, flags;
};

struct mmsghdr32 {
	struct msghdr32 hdr;
	uint32_t len;
};

struct cmsghdr32 {
	uint32_t len;
	int32_t level, type;
};

enum {
	IA32_fork = 2,
	IA32_read = 3,
	IA32_write = 4,
	IA32_open = 5,
	IA32_close = 6,
	IA32_waitpid = 7,
	IA32_creat = 8,
	IA32_execve = 11,
	IA32_break = 17,
	IA32_oldstat = 18,
	IA32_lseek = 19,
	IA32_getpid = 20,
	IA32_mount = 21,
	IA32_umount = 22,
	IA32_setuid16 = 23,
	IA32_getuid16 = 24,
	IA32_ptrace = 26,
	IA32_nice = 34,
	IA32_kill = 37,
	IA32_brk = 45,
	IA32_setgid16 = 46,
	IA32_signal = 48,
	IA32_umount2 = 52,
	IA32_ioctl = 54,
	IA32_fcntl = 55,
	IA32_sigaction = 67,
	IA32_setreuid16 = 70,
	IA32_setregid16 = 71,
	IA32_setrlimit = 75,
	IA32_getrlimit = 76,
	IA32_select = 82,
	IA32_old_mmap = 90,
	IA32_munmap = 91,
	IA32_fchown16 = 95,
	IA32_socketcall = 102,
	IA32_setitimer = 104,
	IA32_ipc = 117,
	IA32_quotactl = 131,
	IA32_llseek = 140,
	IA32_newselect = 142,
	IA32_readv = 145,
	IA32_writev = 146,
	IA32_nanosleep = 162,
	IA32_setresuid16 = 164,
	IA32_getresuid16 = 165,
	IA32_poll = 168,
	IA32_getresgid16 = 171,
	IA32_prctl = 172,
	IA32_rt_sigaction = 174,
	IA32_pread64 = 180,
	IA32_pwrite64 = 181,
	IA32_chown16 = 182,
	IA32_sendfile = 187,
	IA32_vfork = 190,
	IA32_ugetrlimit = 191,
	IA32_mmap2 = 192,
	IA32_truncate64 = 193,
	IA32_ftruncate64 = 194,
	IA32_stat64 = 195,
	IA32_lstat64 = 196,
	IA32_fstat64 = 197,
	IA32_getuid32 = 199,
	IA32_setreuid32 = 203,
	IA32_fchown32 = 207,
	IA32_getresuid32 = 209,
	IA32_chown32 = 212,
	IA32_fcntl64 = 221,
	IA32_sendfile64 = 239,
	IA32_futex = 240,
	IA32_exit_group = 252,
	IA32_timer_create = 259,
	IA32_openat = 295,
	IA32_fstatat64 = 300,
	IA32_ppoll = 309,
	IA32_fallocate = 324,
	IA32_preadv = 333,
	IA32_pwritev = 334,
	IA32_recvmmsg = 337,
	IA32_prlimit64 = 340,
	IA32_sendmmsg = 345,
	IA32_process_vm_readv = 347,
	IA32_execveat = 358,
	IA32_socket = 359,
	IA32_connect = 362,
	IA32_sendmsg = 370,
	IA32_recvmsg = 372,
	IA32_semget = 393,
	IA32_semctl = 394,
	IA32_clock_gettime64 = 403,
	IA32_ppoll_time64 = 414,
	IA32_openat2 = 437,
};

#endif
