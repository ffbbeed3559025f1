/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program without libraries, built for 32 and for 64 bits: ia32_prog DESCRIPTOR [PROGRAM] makes a
 * few calls by every way into the kernel that it has, then closes DESCRIPTOR, or becomes PROGRAM,
 * which closes it. cases_ia32_process.c knows them line by line.
 */
#ifdef __i386__

enum {
	NR_fork = 2,
	NR_write = 4,
	NR_close = 6,
	NR_waitpid = 7,
	NR_execve = 11,
	NR_getpid = 20,
	NR_kill = 37,
	NR_getppid = 64,
	NR_rt_sigreturn = 173,
	NR_rt_sigaction = 174,
	NR_exit_group = 252,
};

static long call(long nr, long a, long b, long c, long d)
{
	long ret;

	__asm__ volatile("int $0x80"
			 : "=a"(ret)
			 : "a"(nr), "b"(a), "c"(b), "d"(c), "S"(d)
			 : "memory");
	return ret;
}

/* The kernel's own way in: sysenter or syscall, whatever the processor has. */
static void *way_in;

static long fast_call(long nr, long a, long b, long c)
{
	long ret;

	__asm__ volatile("call *%1"
			 : "=a"(ret)
			 : "m"(way_in), "a"(nr), "b"(a), "c"(b), "d"(c)
			 : "memory");
	return ret;
}

static volatile int signals;
static volatile char hello[] = "hello";

static void on_signal(int nr)
{
	signals += nr;
}

__asm__(".text\n"
	"restore:\n"
	"	mov $173, %eax\n"
	"	int $0x80\n"
	".globl _start\n"
	"_start:\n"
	"	mov %esp, %eax\n"
	"	and $-16, %esp\n"
	"	sub $12, %esp\n"
	"	push %eax\n"
	"	call begin\n");
extern void restore(void);

static void signals_and_waits(void)
{
	static struct {
		void (*handler)(int);
		unsigned long flags;
		void (*restorer)(void);
		unsigned long mask[2];
	} action = { on_signal, 0x04000004 /* SA_RESTORER | SA_SIGINFO */, restore, { 0, 0 } };

	call(NR_rt_sigaction, 10, (long)&action, 0, 8);
	call(NR_kill, call(NR_getpid, 0, 0, 0, 0), 10, 0, 0);
	call(NR_getppid, 0, 0, 0, 0);
}

#define WAIT(pid) call(NR_waitpid, pid, 0, 0, 0)

#else

enum {
	NR_write = 1,
	NR_close = 3,
	NR_fork = 57,
	NR_execve = 59,
	NR_wait4 = 61,
	NR_exit_group = 231
};

static long call(long nr, long a, long b, long c, long d)
{
	register long r10 __asm__("r10") = d;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10)
			 : "rcx", "r11", "memory");
	return ret;
}

__asm__(".text\n"
	".globl _start\n"
	"_start:\n"
	"	mov %rsp, %rdi\n"
	"	and $-16, %rsp\n"
	"	call begin\n");

#endif

static long number(const char *s)
{
	long n = 0;

	while (*s >= '0' && *s <= '9')
		n = 10 * n + *s++ - '0';
	return n;
}

/* @sp: argc, argv, NULL, envp, NULL, the auxiliary vector. */
void begin(long *sp);
void begin(long *sp)
{
	char **argv = (char **)(sp + 1);
	long fd = sp[0] > 1 ? number(argv[1]) : -1;
#ifdef __i386__
	long *p = sp + 1 + sp[0] + 1, pid;
	char *next[] = { sp[0] > 2 ? argv[2] : 0, argv[1], 0 };

	hello[0] = 'h'; /* what is not in memory cannot be recorded */
	while (*p)
		p++;
	for (p++; *p && *p != 32; p += 2)
		;
	way_in = (void *)(*p ? p[1] : 0);
	call(NR_write, -1, (long)hello, 5, 0);
	if (way_in)
		fast_call(NR_write, -1, (long)hello, 5);
	signals_and_waits();
	pid = call(NR_fork, 0, 0, 0, 0);
	if (!pid)
		call(NR_exit_group, 0, 0, 0, 0);
	WAIT(pid);
	if (next[0])
		call(NR_execve, (long)next[0], (long)next, 0, 0);
#endif
	call(NR_close, fd, 0, 0, 0);
	call(NR_exit_group, 0, 0, 0, 0);
	for (;;)
		;
}
