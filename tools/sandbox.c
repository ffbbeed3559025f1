/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A filter of system calls: rows of what is allowed, all else fails with EPERM. It is inherited and
 * cannot be taken off.
 */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/ioctl.h>
#include <unistd.h>

#ifdef __x86_64__
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#define ARCH 0 /* no call is of it */
#endif

/* A call, allowed if the low 32 bits of one argument are @value under @mask. */
static const struct {
	uint32_t nr, mask, value;
	unsigned int arg;
	bool terminal; /* only for those that draw on one */
} rows[] = {
	{ .nr = SYS_read },
	{ .nr = SYS_write },
	{ .nr = SYS_pread64 },
	{ .nr = SYS_lseek },
	{ .nr = SYS_fstat },
	{ .nr = SYS_newfstatat },
	{ .nr = SYS_close },
	{ .nr = SYS_openat, .arg = 2, .mask = O_ACCMODE | O_CREAT | O_TRUNC, .value = O_RDONLY },
	{ .nr = SYS_ioctl, .arg = 1, .mask = UINT32_MAX, .value = TCGETS },
	{ .nr = SYS_ioctl, .arg = 1, .mask = UINT32_MAX, .value = TCSETS, .terminal = true },
	{ .nr = SYS_ioctl, .arg = 1, .mask = UINT32_MAX, .value = TCSETSW, .terminal = true },
	{ .nr = SYS_ioctl, .arg = 1, .mask = UINT32_MAX, .value = TIOCGWINSZ, .terminal = true },
	{ .nr = SYS_mmap, .arg = 2, .mask = PROT_EXEC },
	{ .nr = SYS_mprotect, .arg = 2, .mask = PROT_EXEC },
	{ .nr = SYS_munmap },
	{ .nr = SYS_mremap },
	{ .nr = SYS_madvise },
	{ .nr = SYS_brk },
	{ .nr = SYS_clone, .mask = CLONE_THREAD, .value = CLONE_THREAD },
	{ .nr = SYS_set_robust_list },
	{ .nr = SYS_rseq },
	{ .nr = SYS_futex },
	{ .nr = SYS_eventfd2 },
#ifdef SYS_poll
	{ .nr = SYS_poll },
#endif
	{ .nr = SYS_ppoll },
	{ .nr = SYS_rt_sigaction },
	{ .nr = SYS_rt_sigprocmask },
	{ .nr = SYS_rt_sigreturn },
	{ .nr = SYS_restart_syscall },
	{ .nr = SYS_sigaltstack },
	{ .nr = SYS_sched_getaffinity },
	{ .nr = SYS_clock_gettime },
	{ .nr = SYS_getrandom },
	{ .nr = SYS_exit },
	{ .nr = SYS_exit_group },
};

#define N_ROWS	      (sizeof(rows) / sizeof(rows[0]))
#define LOAD(field)   BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define IF(v, t, f)   BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (v), (t), (f))
#define RETURN(v)     BPF_STMT(BPF_RET | BPF_K, (v))
#define DENY(code)    RETURN(SECCOMP_RET_ERRNO | (code))
#define STEP(p, step) ((p)->filter[(p)->len++] = (struct sock_filter)step)

static void add_row(struct sock_fprog *p, size_t i)
{
	uint32_t arg = offsetof(struct seccomp_data, args) + 8 * rows[i].arg;

	if (!rows[i].mask) {
		STEP(p, IF(rows[i].nr, 0, 1));
		STEP(p, RETURN(SECCOMP_RET_ALLOW));
		return;
	}
	STEP(p, IF(rows[i].nr, 0, 5));			  /* the next row may be of the same call */
	STEP(p, BPF_STMT(BPF_LD | BPF_W | BPF_ABS, arg)); /* little-endian */
	STEP(p, BPF_STMT(BPF_ALU | BPF_AND | BPF_K, rows[i].mask));
	STEP(p, IF(rows[i].value, 0, 1));
	STEP(p, RETURN(SECCOMP_RET_ALLOW));
	STEP(p, LOAD(nr));
}

static int install(bool terminal)
{
	struct sock_filter steps[8 + 6 * N_ROWS];
	struct sock_fprog p = { .filter = steps };
	size_t i;

	STEP(&p, LOAD(arch));
	STEP(&p, IF(ARCH, 1, 0));
	STEP(&p, DENY(EPERM));
	STEP(&p, LOAD(nr));
	/* Its flags are in memory: libc asks the older call then. */
	STEP(&p, IF(SYS_clone3, 0, 1));
	STEP(&p, DENY(ENOSYS));
	for (i = 0; i < N_ROWS; i++)
		if (terminal || !rows[i].terminal)
			add_row(&p, i);
	STEP(&p, DENY(EPERM));
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &p) < 0)
		return -errno;
	return 0;
}

#ifdef __SANITIZE_ADDRESS__ /* it looks for leaks with ptrace() at the end */
#define TRACES_ITSELF 1
#else
#define TRACES_ITSELF 0
#endif

void sandbox_enter(void)
{
	if (ARCH && !TRACES_ITSELF)
		install(false);
}

void sandbox_enter_terminal(void)
{
	if (ARCH && !TRACES_ITSELF)
		install(true);
}
