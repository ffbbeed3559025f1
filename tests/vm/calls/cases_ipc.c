/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting, descriptors that signal events, resource limits, semaphores. */
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/time.h>
#include <time.h>

#include "calls.h"

#define E(name) SCAP_EVT_SYSCALL_##name

static void w_fds(int n, const struct pollfd *p, const uint16_t *flags)
{
	unsigned char b[2 + 10 * 16];
	uint16_t count = n;
	int64_t fd;
	int i;

	memcpy(b, &count, 2);
	for (i = 0; i < n; i++) {
		fd = p[i].fd;
		memcpy(b + 2 + 10 * i, &fd, 8), memcpy(b + 10 + 10 * i, &flags[i], 2);
	}
	w_bytes(b, 2 + 10 * n);
}

static void polls(void)
{
	int p[2];
	uint64_t mask = 0x12345678;
	struct timespec ts = { 0, 5000 };

	need(pipe(p) == 0, "pipe");
	{
		struct pollfd fds[3] = { { p[1], POLLOUT, 0 }, { p[0], POLLIN, 0 }, { -1, 0, 0 } };
		struct pollfd bad = { 12345, POLLIN, 0 };
		uint16_t got[] = { SCAP_POLLOUT, 0, 0 }, nval[] = { SCAP_POLLNVAL };

		begin("poll and ppoll");
		CALL(poll, fds, 3, 500);
		CALL(poll, &bad, 1, -1);
		CALL(poll, BAD, 4, 0);
		CALL(poll, NULL, 0, 0);
		CALL(ppoll, &bad, 1, &ts, &mask, 8);
		CALL(ppoll, &bad, 1, NULL, NULL, 8);
		end();
		want(E(POLL_X)), w64(1), w_fds(3, fds, got), w64(500);
		want(E(POLL_X)), w64(1), w_fds(1, &bad, nval), w64(-1);
		want(E(POLL_X)), w64(-EFAULT), w_empty(), w64(0);
		want(E(POLL_X)), w64(0), w_fds(0, NULL, NULL), w64(0);
		/* the kernel has written back what was left of the time */
		want(E(PPOLL_X)), w64(1), w_fds(1, &bad, nval), w64(ts.tv_nsec), w32(mask);
		want(E(PPOLL_X)), w64(1), w_fds(1, &bad, nval), w64(-1), w32(0);
	}
	close(p[0]), close(p[1]);
}

static void descriptors(void)
{
	struct timeval none = { 0, 0 };
	uint64_t mask = 0;
	long a[8];

	begin("descriptors that signal events");
	a[0] = CALL(eventfd, 7);
	a[1] = CALL(eventfd2, 9, O_NONBLOCK | O_CLOEXEC | 1);
	a[2] = CALL(inotify_init);
	a[3] = CALL(inotify_init1, O_CLOEXEC);
	a[4] = CALL(signalfd, -1, &mask, 8);
	a[5] = CALL(signalfd4, -1, &mask, 8, O_NONBLOCK);
	a[6] = CALL(timerfd_create, 1, 0);
	a[7] = CALL(epoll_create, 5);
	CALL(epoll_create1, O_CLOEXEC);
	CALL(epoll_wait, -1, NULL, 17, 0);
	CALL(select, 0, NULL, NULL, NULL, &none);
	end();
	want(E(EVENTFD_X)), w64(a[0]), w64(7), w32(0);
	want(E(EVENTFD2_X)), w64(a[1]), w16(SCAP_O_NONBLOCK | SCAP_O_CLOEXEC), w64(9);
	want(E(INOTIFY_INIT_X)), w64(a[2]), w8(0);
	want(E(INOTIFY_INIT1_X)), w64(a[3]), w16(SCAP_O_CLOEXEC);
	want(E(SIGNALFD_X)), w64(a[4]), w64(-1), w32(0), w8(0);
	want(E(SIGNALFD4_X)), w64(a[5]), w16(SCAP_O_NONBLOCK), w64(-1), w32(0);
	want(E(TIMERFD_CREATE_X)), w64(a[6]), w8(1), w8(0);
	want(E(EPOLL_CREATE_X)), w64(a[7]), w32(5);
	want(E(EPOLL_CREATE1_X)), w64(a[7] + 1), w32(1);
	want(E(EPOLLWAIT_X)), w64(-EBADF), w64(17);
	want(E(SELECT_X)), w64(0);
	for (int i = 0; i < 8; i++)
		close(a[i]);
	close(a[7] + 1);
}

static void times(void)
{
	struct timespec ts = { 0, 1500 };
	uint32_t word = 5;

	begin("nanosleep and futex");
	CALL(nanosleep, &ts, NULL);
	CALL(nanosleep, BAD, NULL);
	CALL(futex, &word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 6, NULL);
	CALL(futex, &word, FUTEX_WAKE, 1);
	end();
	want(E(NANOSLEEP_X)), w64(0), w64(1500);
	want(E(NANOSLEEP_X)), w64(-EFAULT), w64(0);
	want(E(FUTEX_X)), w64(-EAGAIN), w64((uintptr_t)&word), w16(SCAP_FUTEX_PRIVATE_FLAG), w64(6);
	want(E(FUTEX_X)), w64(0), w64((uintptr_t)&word), w16(SCAP_FUTEX_WAKE), w64(1);
}

static void limits(void)
{
	struct rlimit now, new = { 100, 200 };

	need(getrlimit(RLIMIT_NOFILE, &now) == 0, "getrlimit");
	begin("resource limits");
	CALL(getrlimit, RLIMIT_NOFILE, &new);
	CALL(getrlimit, 77, &new);
	CALL(setrlimit, RLIMIT_CORE, BAD);
	CALL(prlimit64, 0, RLIMIT_NOFILE, &now, &new);
	CALL(prlimit64, 999999, RLIMIT_CPU, NULL, &new);
	end();
	want(E(GETRLIMIT_X)), w64(0), w64(now.rlim_cur), w64(now.rlim_max), w8(SCAP_RLIMIT_NOFILE);
	want(E(GETRLIMIT_X)), w64(-EINVAL), w64(-1), w64(-1), w8(SCAP_RLIMIT_UNKNOWN);
	want(E(SETRLIMIT_X)), w64(-EFAULT), w64(0), w64(0), w8(SCAP_RLIMIT_CORE);
	want(E(PRLIMIT_X)), w64(0), w64(now.rlim_cur), w64(now.rlim_max), w64(now.rlim_cur);
	w64(now.rlim_max), w64(0), w8(SCAP_RLIMIT_NOFILE);
	want(E(PRLIMIT_X)), w64(-ESRCH), w64(0), w64(0), w64(-1), w64(-1), w64(999999);
	w8(SCAP_RLIMIT_CPU);
}

static void semaphores(void)
{
	struct sembuf ops[2] = { { 1, 5, SEM_UNDO }, { 0, -3, IPC_NOWAIT } };
	long id;

	begin("semget, semop, semctl");
	id = CALL(semget, IPC_PRIVATE, 3, IPC_CREAT | 0600);
	CALL(semctl, id, 0, SETVAL, 42);
	CALL(semop, id, ops, 2);
	CALL(semop, id, ops, 1);
	CALL(semop, id, BAD, 2);
	CALL(semctl, id, 2, IPC_RMID, 99);
	end();
	need(id >= 0, "semget");
	want(E(SEMGET_X)), w64(id), w32(IPC_PRIVATE), w32(3), w32(SCAP_IPC_CREAT | 0600);
	want(E(SEMCTL_X)), w64(0), w32(id), w32(0), w16(SCAP_SETVAL), w32(42);
	want(E(SEMOP_X)), w64(0), w32(2), w16(1), w16(5), w16(SCAP_SEM_UNDO), w16(0), w16(-3);
	w16(SCAP_IPC_NOWAIT), w32(id);
	want(E(SEMOP_X)), w64(0), w32(1), w16(1), w16(5), w16(SCAP_SEM_UNDO), w16(0), w16(0),
		w16(0);
	w32(id);
	want(E(SEMOP_X)), w64(-EFAULT), w32(2), w16(0), w16(0), w16(0), w16(0), w16(0), w16(0);
	w32(id);
	want(E(SEMCTL_X)), w64(0), w32(id), w32(2), w16(SCAP_IPC_RMID), w32(0);
}

void cases_ipc(void)
{
	polls();
	descriptors();
	times();
	limits();
	semaphores();
}
