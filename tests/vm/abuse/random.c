/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Consumers that do things at random: one sort with arguments that make sense, which checks every
 * event that it gets, and one sort with any arguments at all. Both are killed and begin anew.
 */
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include "abuse.h"

/* A full period over 64 bits, which a seed of 0 would not have. */
static uint64_t state = 1;

void rnd_seed(uint64_t seed)
{
	state = seed * 2685821657736338717ull | 1;
}

uint64_t rnd(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 2685821657736338717ull;
}

/* ---- arguments ---- */

#define ARENA (1ul << 20)
static uint8_t *arena; /* ARENA bytes, then a page that is not there; before it one to be read */

static void make_arena(void)
{
	size_t page = 4096;

	arena = mmap(NULL, ARENA + 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		     -1, 0);
	mprotect(arena, page, PROT_READ);
	arena += page;
	mprotect(arena + ARENA, page, PROT_NONE);
}

/* Numbers that could be an address of this program are not among them. */
static unsigned long any_argument(const struct rings *r)
{
	switch (rnd_below(12)) {
	case 0:
		return rnd_below(600);
	case 1:
		return rnd_below(65536);
	case 2:
		return -1ul - rnd_below(5);
	case 3:
		return 1ul << (rnd_below(2) ? rnd_below(16) : 48 + rnd_below(16));
	case 4:
		return rnd() | 1ul << 63;
	case 5:
		return 0xffff888000000000ul + rnd_below(1u << 30);
	case 6:
		return (unsigned long)arena + ARENA - rnd_below(64);
	case 7:
		return (unsigned long)arena - 4096 + rnd_below(4096);
	case 8:
		return (unsigned long)(rnd_below(2) ? some_group() : r->ring[rnd_below(r->n)].fd);
	case 9:
		return (unsigned long)(rnd_below(2) ? getpid() : (pid_t)rnd_below(5));
	default:
		for (int i = 0; i < 8; i++)
			((uint64_t *)arena)[i] = rnd() >> rnd_below(64);
		return (unsigned long)arena;
	}
}

static unsigned long any_request(void)
{
	switch (rnd_below(8)) {
	case 0:
		return 0x7300 + rnd_below(128);
	case 1:
		return (rnd() & 0xffff0000) | (0x7300 + rnd_below(80));
	case 2:
		return rnd() & 0xffffffff;
	default:
		return requests[rnd_below(nrequests)].cmd;
	}
}

/* ---- what is done with devices ---- */

static void do_open(struct rings *r, unsigned int cpu)
{
	char path[32];

	if (r->ring[cpu].fd >= 0)
		return;
	r->size = ring_size();
	snprintf(path, sizeof(path), "/dev/" SCAP_DEVICE_NAME "%u", cpu);
	r->ring[cpu].fd = open(path, O_RDWR | O_CLOEXEC);
}

static void do_unmap(struct rings *r, unsigned int cpu)
{
	if (r->ring[cpu].info)
		munmap(r->ring[cpu].info, 4096);
	if (r->ring[cpu].data)
		munmap((void *)(uintptr_t)r->ring[cpu].data, 2ul * r->size);
	r->ring[cpu].info = NULL;
	r->ring[cpu].data = NULL;
}

static void do_close(struct rings *r, unsigned int cpu)
{
	do_unmap(r, cpu);
	if (r->ring[cpu].fd >= 0)
		close(r->ring[cpu].fd);
	r->ring[cpu].fd = -1;
}

static void do_map(struct rings *r, unsigned int cpu)
{
	if (r->ring[cpu].fd >= 0 && !r->ring[cpu].info && ring_map(&r->ring[cpu], r->size))
		do_unmap(r, cpu);
}

static void do_request(const struct rings *r, unsigned int cpu)
{
	const struct request *q = &requests[rnd_below(nrequests)];

	ioctl(r->ring[cpu].fd, q->cmd, q->arg ? q->arg() : 0);
}

/* Recording of much, so that there is something to check. */
static void do_record(struct rings *r, unsigned int cpu)
{
	r->control = r->ring[cpu].fd;
	if (r->control >= 0 && !rings_want(r, -1))
		rings_trace(r, (unsigned int)rnd());
}

static void do_wait(const struct rings *r, unsigned int cpu)
{
	struct pollfd p = { .fd = r->ring[cpu].fd, .events = POLLIN };
	struct epoll_event e = { .events = EPOLLIN | (rnd_below(2) ? EPOLLET : 0) };
	int epoll;

	if (rnd_below(2)) {
		poll(&p, 1, (int)rnd_below(5));
		return;
	}
	epoll = epoll_create1(EPOLL_CLOEXEC);
	epoll_ctl(epoll, EPOLL_CTL_ADD, p.fd, &e);
	epoll_wait(epoll, &e, 1, (int)rnd_below(5));
	close(epoll);
}

static void do_fork(void)
{
	if (!fork()) {
		usleep(rnd_below(2000));
		_exit(0);
	}
}

static void start(struct rings *r, unsigned int cpus)
{
	memset(r, 0, sizeof(*r));
	r->control = -1;
	r->n = cpus;
	for (unsigned int i = 0; i < cpus; i++)
		r->ring[i].fd = -1;
	signal(SIGCHLD, SIG_IGN);
}

/* Events not whole are told by the exit status. */
static void be_orderly(unsigned int cpus)
{
	unsigned int bad = 0;
	struct rings r;

	start(&r, cpus);
	while (!bad) {
		unsigned int cpu = rnd_below(cpus);

		switch (rnd_below(16)) {
		case 0:
		case 1:
			do_open(&r, cpu);
			break;
		case 2:
			do_close(&r, cpu);
			break;
		case 3:
		case 4:
			do_map(&r, cpu);
			break;
		case 5:
			do_unmap(&r, cpu);
			break;
		case 6:
			do_record(&r, cpu);
			break;
		case 7:
			do_wait(&r, cpu);
			break;
		case 8:
			do_fork();
			break;
		case 9:
		case 10:
			drain(&r, &bad);
			break;
		default:
			do_request(&r, cpu);
		}
	}
	_exit(9);
}

/* ---- the other sort ---- */

static void scribble(struct rings *r, unsigned int cpu)
{
	struct scap_ring_info *info = r->ring[cpu].info;

	if (!info)
		return;
	if (rnd_below(4))
		info->tail = (uint32_t)rnd() >> rnd_below(32);
	else
		for (unsigned int i = 0; i < 4096 / 8; i++)
			((volatile uint64_t *)info)[i] = rnd();
}

static void any_mapping(struct rings *r, unsigned int cpu)
{
	static const int flags[] = { MAP_SHARED, MAP_PRIVATE, MAP_SHARED | MAP_POPULATE,
				     MAP_SHARED | MAP_LOCKED };
	size_t len = rnd_below(2) ? 2ul * r->size : 1 + rnd_below(20000);
	off_t off = rnd_below(8) ? 0 : (off_t)(rnd() & ~4095ull & 0x7ffffffff000ull);
	uint8_t *p = mmap(NULL, len, (int)rnd_below(8), flags[rnd_below(4)], r->ring[cpu].fd, off);

	if (p == MAP_FAILED)
		return;
	switch (rnd_below(7)) {
	case 0:
		mprotect(p, len, (int)rnd_below(8));
		break;
	case 1:
		p = mremap(p, len, len * (1 + rnd_below(3)), MREMAP_MAYMOVE);
		break;
	case 2:
		madvise(p, len, (int)rnd_below(26));
		break;
	case 3:
		if (len > 4096) /* behind it lies something else */
			munmap(p + 4096, 4096);
		break;
	case 4:
		msync(p, len, MS_SYNC);
		mlock(p, len);
		break;
	case 5:
		remap_file_pages(p, 4096, 0, 1, 0);
		break;
	}
	if (p != MAP_FAILED)
		munmap(p, len);
}

/* Pages of a ring in a pipe, and by way of another descriptor: they live on without the ring. */
static void lend_pages(const struct rings *r, unsigned int cpu)
{
	struct iovec v = { (void *)(uintptr_t)r->ring[cpu].data, 16384 }, to = { arena, 16384 };
	static int pipes[2];

	if (!r->ring[cpu].data)
		return;
	if (!pipes[0] && pipe2(pipes, O_NONBLOCK | O_CLOEXEC))
		return;
	if (rnd_below(2))
		vmsplice(pipes[1], &v, 1, SPLICE_F_NONBLOCK);
	else
		write(pipes[1], v.iov_base, v.iov_len);
	if (rnd_below(2))
		read(pipes[0], arena, ARENA / 2);
	process_vm_readv(getpid(), &to, 1, &v, 1, 0);
}

static void any_call(const struct rings *r, unsigned int cpu)
{
	int fd = r->ring[cpu].fd;

	switch (rnd_below(8)) {
	case 0:
		read(fd, arena, rnd_below(5000));
		break;
	case 1:
		write(fd, arena, rnd_below(5000));
		break;
	case 2:
		lseek(fd, (off_t)rnd(), (int)rnd_below(5));
		break;
	case 3:
		ftruncate(fd, (off_t)rnd_below(100000));
		break;
	case 4:
		fcntl(fd, F_SETFL, rnd_below(2) ? O_ASYNC | O_NONBLOCK : 0);
		break;
	case 5:
		close(dup(fd));
		break;
	case 6:
		syscall(SYS_fallocate, fd, 0, 0, 4096);
		break;
	case 7:
		stay_on((int)rnd_below(r->n));
		break;
	}
}

static void be_hostile(unsigned int cpus)
{
	struct rings r;

	start(&r, cpus);
	make_arena();
	for (;;) {
		unsigned int cpu = rnd_below(cpus);

		switch (rnd_below(20)) {
		case 0:
		case 1:
			do_open(&r, cpu);
			break;
		case 2:
			if (!rnd_below(4))
				do_close(&r, cpu);
			break;
		case 3:
			do_map(&r, cpu);
			break;
		case 4:
			any_mapping(&r, cpu);
			break;
		case 5:
			do_record(&r, cpu);
			break;
		case 6:
			do_wait(&r, cpu);
			break;
		case 7:
			do_fork();
			break;
		case 8:
		case 9:
			scribble(&r, cpu);
			break;
		case 10:
			lend_pages(&r, cpu);
			break;
		case 11:
			any_call(&r, cpu);
			break;
		default:
			ioctl(r.ring[cpu].fd, any_request(), any_argument(&r));
		}
	}
}

/* ---- who starts and kills them ---- */

static pid_t begin(void (*be)(unsigned int), uint64_t seed)
{
	pid_t pid = fork();

	if (!pid) {
		rnd_seed(seed);
		be((unsigned int)sysconf(_SC_NPROCESSORS_CONF));
	}
	return pid;
}

/* Two of a sort at a time: one of the two is killed and another one begins, each round. */
static void two_at_random(const char *what, void (*be)(unsigned int), unsigned int rounds)
{
	unsigned int ended = 0, bad = 0;
	int how = 0;
	pid_t pids[2] = { begin(be, rnd()), begin(be, rnd()) };
	char name[128];
	int err;

	for (unsigned int i = 0; i < rounds; i++) {
		pid_t *pid = &pids[i % 2];
		int status = 0;

		usleep(20000 + rnd_below(200000));
		kill(*pid, SIGKILL);
		waitpid(*pid, &status, 0);
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) {
			ended++;
			how = status;
		}
		bad += WIFEXITED(status) && WEXITSTATUS(status) == 9;
		*pid = i + 2 < rounds ? begin(be, rnd()) : -1;
	}
	for (int i = 0; i < 2; i++) {
		if (pids[i] <= 0)
			continue;
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	snprintf(name, sizeof(name), "%s: they live until they are killed, and get whole events",
		 what);
	report(!ended, name, "%u ended, %u of them because of an event, one with %s %d", ended, bad,
	       WIFSIGNALED(how) ? "signal" : "status",
	       WIFSIGNALED(how) ? WTERMSIG(how) : WEXITSTATUS(how));
	snprintf(name, sizeof(name), "%s: nobody holds the module then", what);
	report(unused(), name, "somebody does");
	err = works();
	snprintf(name, sizeof(name), "%s: the next consumer is served", what);
	report(!err, name, "%s", strerror(-err));
}

void consumers_at_random(unsigned int rounds)
{
	background_start();
	two_at_random("two consumers at random", be_orderly, rounds);
	background_stop();
}

void requests_at_random(unsigned int rounds)
{
	background_start();
	two_at_random("random requests", be_hostile, rounds);
	background_stop();
}
