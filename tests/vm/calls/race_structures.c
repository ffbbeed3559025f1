/* SPDX-License-Identifier: BSD-2-Clause */
/* Races for structures of numbers, and for lists of strings. */
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sched.h>
#include <sys/quota.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <time.h>

#include "race.h"
#include "ring.h"

#define E(name) SCAP_EVT_SYSCALL_##name
#define S(name) SCAP_EVT_SOCKET_##name

static void opens(void)
{
	static struct open_how how;
	static const struct open_how a = { O_RDONLY | O_APPEND, 0, RESOLVE_BENEATH },
				     b = { O_RDONLY | O_NONBLOCK, 0, RESOLVE_NO_SYMLINKS };
	const struct values flags = VALUES(32, SCAP_O_RDONLY | SCAP_O_APPEND,
					   SCAP_O_RDONLY | SCAP_O_NONBLOCK),
			    resolve = VALUES(32, SCAP_RESOLVE_BENEATH, SCAP_RESOLVE_NO_SYMLINKS);
	const struct race r = { "the structure of openat2",
				SYS_openat2,
				{ AT_FDCWD, A("none"), A(&how), sizeof(how) },
				{ SWAP_OBJECT(how, a, b) },
				.exit = E(OPENAT2_X),
				.enter = E(OPENAT2_E),
				.at_enter = { CONST(64, -100), BYTES("none", 5), VALUE(flags),
					      CONST(32, 0), VALUE(resolve) },
				.param = { RES, CONST(64, -100), BYTES("none", 5), VALUE(flags),
					   CONST(32, 0), VALUE(resolve), CONST(32, 0),
					   CONST(64, 0) } };

	race(&r);
}

static void waits(void)
{
	static struct pollfd fds, fds_a = { 300, POLLIN, 0 }, fds_b = { 301, POLLIN, 0 };
	static struct timespec ts, ts_a = { 0, 0x100 }, ts_b = { 0, 0x200 };
	static uint64_t mask, mask_a = 0x1200, mask_b = 0x1400;
	/* the kernel writes back what is left of the time, which is nothing */
	const struct values left = VALUES(64, 0x100, 0x200, 0), set = VALUES(32, 0x1200, 0x1400);
	struct values lists = { 0 };
	struct {
		uint16_t n;
		int64_t fd;
		uint16_t flags;
	} __attribute__((packed)) list = { .n = 1 };

	/* what happened to it is the kernel's, or the thread's */
	for (int k = 0; k < 4; k++) {
		list.fd = k & 1 ? 301 : 300;
		list.flags = k < 2 ? SCAP_POLLNVAL : 0;
		add_value(&lists, &list, sizeof(list));
	}
	const struct race r[] = {
		{ "the descriptors of poll",
		  SYS_poll,
		  { A(&fds), 1, 0 },
		  { SWAP_OBJECT(fds, fds_a, fds_b) },
		  .written = true,
		  .exit = E(POLL_X),
		  .param = { RES, VALUE(lists), CONST(64, 0) } },
		{ "the time and the signals of ppoll",
		  SYS_ppoll,
		  { 0, 0, A(&ts), A(&mask), 8 },
		  { SWAP_OBJECT(ts, ts_a, ts_b), SWAP_OBJECT(mask, mask_a, mask_b) },
		  .exit = E(PPOLL_X),
		  .param = { RES, BYTES("\0", 2), VALUE(left), VALUE(set) } },
		{ "the time of nanosleep",
		  SYS_nanosleep,
		  { A(&ts), 0 },
		  { SWAP_OBJECT(ts, ts_a, ts_b) },
		  .exit = E(NANOSLEEP_X),
		  .param = { RES, VALUE(left) } },
	};

	for (size_t i = 0; i < sizeof(r) / sizeof(r[0]); i++)
		race(&r[i]);
}

static void limits(void)
{
	static struct rlimit limit, limit_a = { 0x100, 0x1000 }, limit_b = { 0x200, 0x2000 };
	static struct sembuf op, op_a = { 1, -3, IPC_NOWAIT }, op_b = { 2, -4, SEM_UNDO };
	static struct if_dqblk quota, quota_a, quota_b;
	const struct values cur = VALUES(64, 0x100, 0x200), max = VALUES(64, 0x1000, 0x2000),
			    num = VALUES(16, 1, 2), what = VALUES(16, -3, -4),
			    flag = VALUES(16, SCAP_IPC_NOWAIT, SCAP_SEM_UNDO),
			    number = VALUES(64, 0x11, 0x22, 0);

	memset(&quota_a, 0, sizeof(quota_a)), memset(&quota_b, 0, sizeof(quota_b));
	quota_a.dqb_bhardlimit = quota_a.dqb_bsoftlimit = quota_a.dqb_curspace = 0x11;
	quota_a.dqb_ihardlimit = quota_a.dqb_isoftlimit = 0x11;
	quota_a.dqb_btime = quota_a.dqb_itime = 0x11;
	quota_b.dqb_bhardlimit = quota_b.dqb_bsoftlimit = quota_b.dqb_curspace = 0x22;
	quota_b.dqb_ihardlimit = quota_b.dqb_isoftlimit = 0x22;
	quota_b.dqb_btime = quota_b.dqb_itime = 0x22;
	quota_a.dqb_valid = QIF_ALL, quota_b.dqb_valid = QIF_LIMITS;
	const struct race r[] = {
		{ "the limits of setrlimit",
		  SYS_setrlimit,
		  { RLIMIT_CORE, A(&limit) },
		  { SWAP_OBJECT(limit, limit_a, limit_b) },
		  .exit = E(SETRLIMIT_X),
		  .param = { RES, VALUE(cur), VALUE(max), CONST(8, SCAP_RLIMIT_CORE) } },
		{ "the limits of prlimit64",
		  SYS_prlimit64,
		  { 0, RLIMIT_CORE, A(&limit), 0 },
		  { SWAP_OBJECT(limit, limit_a, limit_b) },
		  .exit = E(PRLIMIT_X),
		  .param = { RES, VALUE(cur), VALUE(max), ANY(64), ANY(64), CONST(64, 0),
			     CONST(8, SCAP_RLIMIT_CORE) } },
		{ "the operation of semop",
		  SYS_semop,
		  { -1, A(&op), 1 },
		  { SWAP_OBJECT(op, op_a, op_b) },
		  .exit = E(SEMOP_X),
		  .param = { RES, CONST(32, 1), VALUE(num), VALUE(what), VALUE(flag), CONST(16, 0),
			     CONST(16, 0), CONST(16, 0), CONST(32, -1) } },
		{ "the structure of quotactl",
		  SYS_quotactl,
		  { (int)QCMD(Q_SETQUOTA, USRQUOTA), A("/dev/none"), 5, A(&quota) },
		  { SWAP_OBJECT(quota, quota_a, quota_b) },
		  .exit = E(QUOTACTL_X),
		  .param = { RES, BYTES("/dev/none", 10), NOTHING, VALUE(number), VALUE(number),
			     VALUE(number), VALUE(number), VALUE(number), VALUE(number),
			     VALUE(number), CONST(64, 0), CONST(64, 0), CONST(8, 0),
			     CONST(8, SCAP_QFMT_NOT_USED), CONST(16, SCAP_Q_SETQUOTA),
			     CONST(8, SCAP_USRQUOTA), CONST(32, 5),
			     CONST(8, SCAP_QFMT_NOT_USED) } },
	};

	for (size_t i = 0; i < sizeof(r) / sizeof(r[0]); i++)
		race(&r[i]);
}

/* The length that the call has left, or the thread; the value as long. */
static enum version option_version(const struct scap_event_hdr *e, unsigned int i,
				   const void *known)
{
	uint32_t left = (uint32_t)ring_int(e, 5);
	unsigned int len = 0;
	const uint8_t *p = ring_param(e, i, &len);

	(void)known;
	if (left == 4 && len == 5 && p[0] == 2)
		return VERSION_FIRST;
	return left == 1 && len == 2 && p[0] == 0 ? VERSION_SECOND : VERSION_NONE;
}

static void answers(void)
{
	static int on, on_a = 1, on_b = 2, value, room, room_a = 4, room_b = 1;
	static uint64_t offset, offset_a = 0x10, offset_b = 0x20, id, id_a = 0x33, id_b = 0x44;
	int s = socket(AF_INET, SOCK_DGRAM, 0), zero = open("/dev/zero", O_RDWR),
	    null = open("/dev/null", O_WRONLY);
	struct values dyn = { 0 };
	const struct values len = VALUES(32, 4, 1), at = VALUES(64, 0x10, 0x20, 0x15, 0x25),
			    ids = VALUES(32, 0x33, 0x44, 0);

	need(s >= 0 && zero >= 0 && null >= 0, "descriptors");
	add_value(&dyn, "\2\1\0\0", 5), add_value(&dyn, "\2\2\0\0", 5);
	const struct race r[] = {
		{ "the value of setsockopt",
		  SYS_setsockopt,
		  { s, SOL_SOCKET, SO_KEEPALIVE, A(&on), sizeof(on) },
		  { SWAP_OBJECT(on, on_a, on_b) },
		  .exit = S(SETSOCKOPT_X),
		  .param = { RES, CONST(64, s), CONST(8, 1), CONST(8, SCAP_SO_KEEPALIVE),
			     VALUE(dyn), CONST(32, 4) } },
		{ "the length of getsockopt",
		  SYS_getsockopt,
		  { s, SOL_SOCKET, SO_KEEPALIVE, A(&value), A(&room) },
		  { SWAP_OBJECT(room, room_a, room_b) },
		  .exit = S(GETSOCKOPT_X),
		  .param = { RES, CONST(64, s), CONST(8, 1), CONST(8, SCAP_SO_KEEPALIVE),
			     OF(option_version, len), VALUE(len) } },
		{ "the offset of sendfile",
		  SYS_sendfile,
		  { null, zero, A(&offset), 5 },
		  { SWAP_OBJECT(offset, offset_a, offset_b) },
		  .written = true,
		  .exit = E(SENDFILE_X),
		  .param = { RES, VALUE(at), CONST(64, null), CONST(64, zero), CONST(64, 5) } },
		{ "what getresuid has left",
		  SYS_getresuid,
		  { A(&id), A(&id), A(&id) },
		  { SWAP_OBJECT(id, id_a, id_b) },
		  .written = true,
		  .exit = E(GETRESUID_X),
		  .param = { RES, VALUE(ids), VALUE(ids), VALUE(ids) } },
	};

	for (size_t i = 0; i < sizeof(r) / sizeof(r[0]); i++)
		race(&r[i]);
	close(s), close(zero), close(null);
}

/* Strings of a list whose pointers change; they differ in one byte alone. */
static char words[4][16] __attribute__((aligned(64))) = { "first", "the second", "more", "" };

static void processes(void)
{
	static const char *argv[4], *argv_a[4] = { words[0], words[2] },
				    *argv_b[4] = { words[1], words[3] }, *envp[2] = { NULL };
	static uint64_t flags[11], flags_a[11] = { CLONE_SIGHAND },
				   flags_b[11] = { CLONE_SIGHAND | CLONE_FS };
	static struct io_uring_params p, p_a = { .sq_thread_cpu = 7, .sq_thread_idle = 0x70 },
					 p_b = { .sq_thread_cpu = 9, .sq_thread_idle = 0x90 };
	struct values exe = { 0 }, rest = { 0 };
	const struct values clone = VALUES(32, SCAP_CLONE_SIGHAND,
					   SCAP_CLONE_SIGHAND | SCAP_CLONE_FS),
			    cpu = VALUES(32, 7, 9), idle = VALUES(32, 0x70, 0x90);

	add_value(&exe, words[0], 6), add_value(&exe, words[1], 11);
	add_value(&rest, words[2], 5), add_value(&rest, words[3], 1);
	const struct race
		r[] = {
			{ "the list of strings of execve",
			  SYS_execve,
			  { A("none"), A(argv), A(envp) },
			  { SWAP_OBJECT(argv, argv_a, argv_b) },
			  .exit = E(EXECVE_19_X),
			  .param = { RES,
				     VALUE(exe),
				     VALUE(rest),
				     ANY(64),
				     ANY(64),
				     ANY(64),
				     NOTHING,
				     ANY(64),
				     ANY(64),
				     ANY(64),
				     ANY(32),
				     ANY(32),
				     ANY(32),
				     SKIP,
				     SKIP,
				     NOTHING,
				     ANY(32),
				     ANY(64),
				     ANY(32),
				     ANY(32),
				     ANY(64),
				     ANY(64),
				     ANY(64),
				     ANY(64),
				     ANY(64),
				     ANY(64),
				     ANY(32),
				     SKIP,
				     ANY(64),
				     ANY(32),
				     BYTES("none", 5) } },
			{ "the structure of clone3",
			  SYS_clone3,
			  { A(flags), sizeof(flags) },
			  { SWAP_OBJECT(flags, flags_a, flags_b) },
			  .exit = E(CLONE3_X),
			  .param = { RES,	   BYTES("", 1), NOTHING, ANY(64), ANY(64),
				     ANY(64),	   NOTHING,	 ANY(64), ANY(64), ANY(64),
				     ANY(32),	   ANY(32),	 ANY(32), SKIP,	   SKIP,
				     VALUE(clone), ANY(32),	 ANY(32), ANY(64), ANY(64),
				     CONST(64, 0) } },
			/* no entries: refused, so that nothing is written back */
			{ "the structure of io_uring_setup",
			  SYS_io_uring_setup,
			  { 0, A(&p) },
			  { SWAP_OBJECT(p, p_a, p_b) },
			  .exit = E(IO_URING_SETUP_X),
			  .param = { RES, CONST(32, 0), CONST(32, 0), CONST(32, 0), CONST(32, 0),
				     VALUE(cpu), VALUE(idle), CONST(32, 0) } },
		};

	for (size_t i = 0; i < sizeof(r) / sizeof(r[0]); i++)
		race(&r[i]);
}

void race_structures(void)
{
	opens();
	waits();
	limits();
	answers();
	processes();
}
