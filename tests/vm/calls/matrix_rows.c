/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of the matrix: calls on files, memory, processes and rights. */
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/quota.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>

#include "matrix.h"
#include "scap_event.h"

#define E(name)	 SCAP_EVT_SYSCALL_##name
#define ROW(c)	 .name = #c, .nr = SYS_##c
#define MADE	 NUM(AT_FDCWD)
#define NO_MODE	 CONST(32, 0)
#define READONLY CONST(32, 1) /* O_RDONLY as it is recorded */

/* Structures of one or two numbers. */
struct word {
	uint64_t v;
};
struct half {
	int32_t v;
};
struct pair {
	int32_t a, b;
};
struct ops {
	struct sembuf op[2];
};

static const unsigned char bytes[150] = "what is written to a file and looked for in the event";
static const struct open_how how = { .flags = O_RDONLY, .resolve = RESOLVE_BENEATH };
static const struct timespec nanosecond = { 0, 1 };
static const struct rlimit limits = { 1000, 2000 };
static const struct pollfd polled[3] = { { 0, 1, 7 }, { -5, 1, 7 }, { 4000, 1, 0 } };
static const uint64_t offset = 3;
static const struct sembuf ops[2] = { { 1, -2, IPC_NOWAIT }, { 3, 4, SEM_UNDO } };
static const struct io_uring_params rings = { .sq_thread_cpu = 7, .sq_thread_idle = 9 };
static const uint64_t sigset = 0x1200;
static const struct __user_cap_header_struct no_cap = { 0x12345678, 0 };
static const struct __user_cap_data_struct no_caps[2];
static const struct epoll_event no_event;
static const unsigned char handle[40];
/* What the kernel takes of it: not the padding at its end, which may lie in a missing page. */
#define QUOTA_BYTES (offsetof(struct if_dqblk, dqb_valid) + sizeof(uint32_t))
#define QUOTA(m, none)                                                        \
	{                                                                     \
		PARAM_FIELD, .arg = 3, .width = 8, .value = (uint64_t)(none), \
			     .in = { QUOTA_BYTES,                             \
				     offsetof(struct if_dqblk, m),            \
				     sizeof(uint64_t) }                       \
	}
static const struct if_dqblk dqblk = { .dqb_bhardlimit = 11,
				       .dqb_bsoftlimit = 12,
				       .dqb_curspace = 13,
				       .dqb_ihardlimit = 14,
				       .dqb_isoftlimit = 15,
				       .dqb_btime = 16,
				       .dqb_itime = 17,
				       .dqb_valid = QIF_ALL };
/* CLONE_SIGHAND without CLONE_VM: refused */
static const uint64_t clone_args[11] = { 0x800 };

/* Descriptors and what came of them, as far as the driver looks. */
static size_t fdlist(const struct matrix_call *c, unsigned char *out)
{
	uint32_t n = c->arg[1], i;
	uint16_t count = n > 512 ? 512 : n, flags;
	struct pollfd p;

	if (!there(c, c->arg[0], count * sizeof(p)))
		return 0;
	memcpy(out, &count, 2);
	for (i = 0; i < count; i++) {
		int64_t fd;
		unsigned char *at = out + 2 + 10 * i;

		memcpy(&p, (struct pollfd *)c->arg[0] + i, sizeof(p));
		fd = p.fd;
		flags = p.revents & POLLNVAL ? SCAP_POLLNVAL : p.revents;
		memcpy(at, &fd, 8);
		memcpy(at + 8, &flags, 2);
	}
	return 2 + 10 * count;
}

static size_t resolve(const struct matrix_call *c, unsigned char *out)
{
	uint32_t v = there(c, c->arg[2], sizeof(how)) ? SCAP_RESOLVE_BENEATH : 0;

	memcpy(out, &v, 4);
	return 4;
}

/* The name when there is one. */
static size_t cwd(const struct matrix_call *c, unsigned char *out)
{
	return c->ret > 0 ? fetch_text(c, out, c->arg[0], 4096) : 0;
}

static size_t subreaper(const struct matrix_call *c, unsigned char *out)
{
	int32_t v = 0;
	int64_t wide;

	if (!fetch(c, &v, c->arg[1], sizeof(v)))
		v = 0;
	wide = v;
	memcpy(out, &wide, 8);
	return 8;
}

/* The flags of the two operations as they are recorded. */
static size_t op_flags(const struct matrix_call *c, unsigned char *out, int i, uint16_t portable)
{
	struct ops all;

	if (!fetch(c, &all, c->arg[1], sizeof(all)) || !all.op[i].sem_flg)
		portable = 0;
	memcpy(out, &portable, 2);
	return 2;
}

static size_t first_op_flags(const struct matrix_call *c, unsigned char *out)
{
	return op_flags(c, out, 0, SCAP_IPC_NOWAIT);
}

static size_t second_op_flags(const struct matrix_call *c, unsigned char *out)
{
	return op_flags(c, out, 1, SCAP_SEM_UNDO);
}

/* Index 0, 64 bits of nothing. */
static size_t no_word(const struct matrix_call *c, unsigned char *out)
{
	(void)c;
	memset(out, 0, 9);
	return 9;
}

/* A path alone, or behind a directory; a result. */
#define ONE_PATH(c, e, path, ...) \
	{                         \
		ROW(c), .arg = { STRING(path), ##__VA_ARGS__ }, .exit = E(e)
#define PATH_AT(c, e, path, ...) \
	{                        \
		ROW(c), .arg = { MADE, STRING(path), ##__VA_ARGS__ }, .exit = E(e)

const struct matrix_row
	matrix_rows[] = { { ROW(read), .arg = { FD(ZERO), ROOM(100), LEN(1) }, .exit = E(READ_X),
			    .param = { RES, GOT(1), INT(0), ARG(2, 32) } },
			  { ROW(pread64), .arg = { FD(DATA), ROOM(100), LEN(1), NUM(7) },
			    .exit = E(PREAD_X),
			    .param = { RES, GOT(1), INT(0), ARG(2, 32), ARG(3, 64) } },
			  { ROW(write), .arg = { FD(DATA), MEM(bytes), LEN(1) }, .exit = E(WRITE_X),
			    .param = { RES, SENT(1, 2), INT(0), ARG(2, 32) } },
			  { ROW(pwrite64), .arg = { FD(DATA), MEM(bytes), LEN(1), NUM(9) },
			    .exit = E(PWRITE_X),
			    .param = { RES, SENT(1, 2), INT(0), ARG(2, 32), ARG(3, 64) } },

			  { ROW(open), .arg = { STRING("data"), NUM(0), NUM(0) }, .exit = E(OPEN_X),
			    .param = { RES, TEXT(0), READONLY, NO_MODE, IF_OK(32), IF_OK(64) },
			    .enter = E(OPEN_E), .at_enter = { TEXT(0), READONLY, NO_MODE } },
			  { ROW(openat), .arg = { MADE, STRING("data"), NUM(0), NUM(0) },
			    .exit = E(OPENAT_2_X),
			    .param = { RES, INT(0), TEXT(1), READONLY, NO_MODE, IF_OK(32),
				       IF_OK(64) },
			    .enter = E(OPENAT_2_E),
			    .at_enter = { INT(0), TEXT(1), READONLY, NO_MODE } },
			  { ROW(openat2), .arg = { MADE, STRING("data"), MEM(how), LEN(2) },
			    .exit = E(OPENAT2_X),
			    .param = { RES, INT(0), TEXT(1), READONLY, NO_MODE, FN(resolve),
				       IF_OK(32), IF_OK(64) },
			    .enter = E(OPENAT2_E),
			    .at_enter = { INT(0), TEXT(1), READONLY, NO_MODE, FN(resolve) } },
			  { ROW(creat), .arg = { STRING("made"), NUM(0640) }, .exit = E(CREAT_X),
			    .param = { RES, TEXT(0), CONST(32, 0640), IF_OK(32), IF_OK(64),
				       CONST(16, 0) },
			    .enter = E(CREAT_E), .at_enter = { TEXT(0), CONST(32, 0640) } },
			  { ROW(open_by_handle_at), .arg = { MADE, MEM(handle), NUM(0) },
			    .exit = E(OPEN_BY_HANDLE_AT_X),
			    .param = { RES, INT(0), READONLY, NOTHING, IF_OK(32), IF_OK(64) } },

			  ONE_PATH(stat, STAT_X, "data", ROOM(144)),
			  .param = { RES, TEXT(0) } },
	ONE_PATH(lstat, LSTAT_X, "data", ROOM(144)), .param = { RES, TEXT(0) }
}
, ONE_PATH(access, ACCESS_X, "data", NUM(4)), .param = { RES, TEXT(0), CONST(32, 4) }
}
, ONE_PATH(chdir, CHDIR_X, "."), .param = { RES, TEXT(0) }
}
, ONE_PATH(chroot, CHROOT_X, "/"), .param = { RES, TEXT(0) }
}
, ONE_PATH(mkdir, MKDIR_2_X, "folder", NUM(0755)), .param = { RES, TEXT(0), ARG(1, 32) }
}
, ONE_PATH(rmdir, RMDIR_2_X, "folder"), .param = { RES, TEXT(0) }
}
, ONE_PATH(unlink, UNLINK_2_X, "nothing"), .param = { RES, TEXT(0) }
}
, ONE_PATH(chmod, CHMOD_X, "made", NUM(0600)), .param = { RES, TEXT(0), CONST(32, 0600) }
}
, ONE_PATH(chown, CHOWN_X, "made", NUM(0), NUM(7)),
	.param = { RES, TEXT(0), ARG(1, 32), ARG(2, 32) }
}
, ONE_PATH(lchown, LCHOWN_X, "made", NUM(0), NUM(8)),
	.param = { RES, TEXT(0), ARG(1, 32), ARG(2, 32) }
}
, ONE_PATH(mknod, MKNOD_X, "node", NUM(0100600), NUM(0)),
	.param = { RES, TEXT(0), CONST(32, 0100600), ARG(2, 32) }
}
, ONE_PATH(umount2, UMOUNT2_X, "nothing", NUM(0)), .param = { RES, TEXT(0), CONST(32, 0) }
}
, ONE_PATH(rename, RENAME_X, "from", STRING("to")), .param = { RES, TEXT(0), TEXT(1) }
}
, ONE_PATH(link, LINK_2_X, "made", STRING("made2")), .param = { RES, TEXT(0), TEXT(1) }
}
, ONE_PATH(symlink, SYMLINK_X, "made", STRING("sym")), .param = { RES, TEXT(0), TEXT(1) }
}
, ONE_PATH(delete_module, DELETE_MODULE_X, "nothing", NUM(0)),
	.param = { RES, TEXT(0), CONST(32, 0) }
}
, ONE_PATH(memfd_create, MEMFD_CREATE_X, "memory", NUM(0)), .param = { RES, TEXT(0), CONST(32, 0) }
}
,

	PATH_AT(mkdirat, MKDIRAT_X, "folder2", NUM(0711)),
	.param = { RES, INT(0), TEXT(1), ARG(2, 32) }
}
, PATH_AT(unlinkat, UNLINKAT_2_X, "nothing", NUM(0)),
	.param = { RES, INT(0), TEXT(1), CONST(32, 0) }
}
, PATH_AT(fchmodat, FCHMODAT_X, "made", NUM(0640)),
	.param = { RES, INT(0), TEXT(1), CONST(32, 0640) }
}
, PATH_AT(fchownat, FCHOWNAT_X, "made", NUM(1), NUM(2), NUM(0)),
	.param = { RES, INT(0), TEXT(1), ARG(2, 32), ARG(3, 32), CONST(32, 0) }
}
, PATH_AT(mknodat, MKNODAT_X, "node2", NUM(0100600), NUM(0)),
	.param = { RES, INT(0), TEXT(1), CONST(32, 0100600), ARG(3, 32) }
}
, PATH_AT(newfstatat, NEWFSTATAT_X, "made", ROOM(144), NUM(0)),
	.param = { RES, INT(0), TEXT(1), CONST(32, 0) }
}
, PATH_AT(renameat, RENAMEAT_X, "from", MADE, STRING("to")),
	.param = { RES, INT(0), TEXT(1), INT(2), TEXT(3) }
}
, PATH_AT(renameat2, RENAMEAT2_X, "from", MADE, STRING("to"), NUM(1)),
	.param = { RES, INT(0), TEXT(1), INT(2), TEXT(3), ARG(4, 32) }
}
, PATH_AT(linkat, LINKAT_2_X, "made", MADE, STRING("made3"), NUM(0)),
	.param = { RES, INT(0), TEXT(1), INT(2), TEXT(3), CONST(32, 0) }
}
,
	{ ROW(symlinkat), .arg = { STRING("made"), MADE, STRING("sym2") }, .exit = E(SYMLINKAT_X),
	  .param = { RES, TEXT(0), INT(1), TEXT(2) } },

	{ ROW(mount), .arg = { STRING("dev"), STRING("nothing"), STRING("tmpfs"), NUM(0) },
	  .exit = E(MOUNT_X), .param = { RES, TEXT(0), TEXT(1), TEXT(2), CONST(32, 0) } },
	{ ROW(finit_module), .arg = { FD(DATA), STRING("a=b"), NUM(0) }, .exit = E(FINIT_MODULE_X),
	  .param = { RES, INT(0), TEXT(1), CONST(32, 0) } },
	{ ROW(init_module), .arg = { MEM(bytes), LEN(0), STRING("c=d") }, .exit = E(INIT_MODULE_X),
	  .param = { RES, BYTES(0, 1), ARG(1, 64), TEXT(2) } },
	{ ROW(fsconfig), .arg = { FD(DATA), NUM(1), STRING("key"), STRING("value"), NUM(0) },
	  .exit = E(FSCONFIG_X),
	  .param = { RES, INT(0), ARG(1, 32), TEXT(2), NOTHING, NOTHING, ARG(4, 32) } },
	{ ROW(quotactl),
	  .arg = { NUM((int)QCMD(Q_SETQUOTA, USRQUOTA)),
		   STRING("/dev/none"),
		   NUM(5),
		   { ARG_MEM, .bytes = &dqblk, .size = QUOTA_BYTES } },
	  .exit = E(QUOTACTL_X),
	  .param = { RES, TEXT(1), NOTHING, QUOTA(dqb_bhardlimit, 0), QUOTA(dqb_bsoftlimit, 0),
		     QUOTA(dqb_curspace, 0), QUOTA(dqb_ihardlimit, 0), QUOTA(dqb_isoftlimit, 0),
		     QUOTA(dqb_btime, 0), QUOTA(dqb_itime, 0), CONST(64, 0), CONST(64, 0),
		     CONST(8, 0), ANY(8), ANY(16), ANY(8), CONST(32, 5), ANY(8) } },

	{ ROW(sendfile), .arg = { FD(ZERO), FD(DATA), MEM(offset), NUM(10) }, .exit = E(SENDFILE_X),
	  .param = { RES, FIELD(2, struct word, v, 64, 0), INT(0), INT(1), ARG(3, 64) } },
	{ ROW(splice), .arg = { FD(DATA), MEM(offset), FD(PIPE), MEM(offset), NUM(10), NUM(0) },
	  .exit = E(SPLICE_X), .param = { RES, INT(0), INT(2), ARG(4, 64), CONST(32, 0) } },
	{ ROW(copy_file_range),
	  .arg = { FD(DATA), MEM(offset), FD(DATA), MEM(offset), NUM(10), NUM(1) },
	  .exit = E(COPY_FILE_RANGE_X),
	  .param = { RES, INT(2), ARG(3, 64), INT(0), ARG(1, 64), ARG(4, 64) } },
	{ ROW(pipe), .arg = { ROOM(8) }, .exit = E(PIPE_X),
	  .param = { RES, LEFT(0, struct pair, a, 64, -1, -1), LEFT(0, struct pair, b, 64, -1, -1),
		     IF_OK(64) } },
	{ ROW(pipe2), .arg = { ROOM(8), NUM(0) }, .exit = E(PIPE2_X),
	  .param = { RES, LEFT(0, struct pair, a, 64, -1, -1), LEFT(0, struct pair, b, 64, -1, -1),
		     IF_OK(64), CONST(32, 0) } },
	{ ROW(getcwd), .arg = { ROOM(200), LEN(0) }, .exit = E(GETCWD_X),
	  .param = { RES, FN(cwd) } },

	{ ROW(poll), .arg = { MEM(polled), NUM(3), NUM(0) }, .exit = E(POLL_X),
	  .param = { RES, FN(fdlist), CONST(64, 0) } },
	{ ROW(ppoll), .arg = { MEM(polled), NUM(3), NUM(0), MEM(sigset), NUM(8) },
	  .exit = E(PPOLL_X),
	  .param = { RES, FN(fdlist), CONST(64, -1ul), FIELD(3, struct half, v, 32, 0) } },
	{ ROW(epoll_wait), .arg = { FD(DATA), MEM(no_event), NUM(1), NUM(0) },
	  .exit = E(EPOLLWAIT_X), .param = { RES, CONST(64, 1) } },
	{ ROW(nanosleep), .arg = { MEM(nanosecond), ROOM(16) }, .exit = E(NANOSLEEP_X),
	  .param = { RES, FIELD(0, struct timespec, tv_nsec, 64, 0) } },
	{ ROW(getrlimit), .arg = { NUM(RLIMIT_FSIZE), ROOM(16) }, .exit = E(GETRLIMIT_X),
	  .param = { RES, LEFT(1, struct rlimit, rlim_cur, 64, 0, -1),
		     LEFT(1, struct rlimit, rlim_max, 64, 0, -1), CONST(8, 1) } },
	{ ROW(setrlimit), .arg = { NUM(RLIMIT_CORE), MEM(limits) }, .exit = E(SETRLIMIT_X),
	  .param = { RES, FIELD(1, struct rlimit, rlim_cur, 64, 0),
		     FIELD(1, struct rlimit, rlim_max, 64, 0), CONST(8, 4) } },
	{ ROW(prlimit64), .arg = { NUM(0), NUM(RLIMIT_CORE), MEM(limits), ROOM(16) },
	  .exit = E(PRLIMIT_X),
	  .param = { RES, FIELD(2, struct rlimit, rlim_cur, 64, 0),
		     FIELD(2, struct rlimit, rlim_max, 64, 0),
		     LEFT(3, struct rlimit, rlim_cur, 64, 0, -1),
		     LEFT(3, struct rlimit, rlim_max, 64, 0, -1), CONST(64, 0), CONST(8, 4) } },
	{ ROW(semop), .arg = { NUM(-1), MEM(ops), NUM(2) }, .exit = E(SEMOP_X),
	  .param = { RES, CONST(32, 2), FIELD(1, struct ops, op[0].sem_num, 16, 0),
		     FIELD(1, struct ops, op[0].sem_op, 16, 0), FN(first_op_flags),
		     FIELD(1, struct ops, op[1].sem_num, 16, 0),
		     FIELD(1, struct ops, op[1].sem_op, 16, 0), FN(second_op_flags), ARG(0, 32) } },
	{ ROW(io_uring_setup), .arg = { NUM(4), MEM(rings) }, .exit = E(IO_URING_SETUP_X),
	  .param = { RES, CONST(32, 4), FIELD(1, struct io_uring_params, sq_entries, 32, 0),
		     FIELD(1, struct io_uring_params, cq_entries, 32, 0), CONST(32, 0),
		     FIELD(1, struct io_uring_params, sq_thread_cpu, 32, 0),
		     FIELD(1, struct io_uring_params, sq_thread_idle, 32, 0), ANY(32) } },

	{ ROW(getresuid), .arg = { ROOM(4), ROOM(4), ROOM(4) }, .exit = E(GETRESUID_X),
	  .param = { RES, LEFT(0, struct half, v, 32, -1, -1), LEFT(1, struct half, v, 32, -1, -1),
		     LEFT(2, struct half, v, 32, -1, -1) } },
	{ ROW(getresgid), .arg = { ROOM(4), ROOM(4), ROOM(4) }, .exit = E(GETRESGID_X),
	  .param = { RES, LEFT(0, struct half, v, 32, -1, -1), LEFT(1, struct half, v, 32, -1, -1),
		     LEFT(2, struct half, v, 32, -1, -1) } },
	{ ROW(capset), .arg = { MEM(no_cap), MEM(no_caps) }, .exit = E(CAPSET_X),
	  .param = { RES, ANY(64), ANY(64), ANY(64) } },
	{ .name = "prctl PR_SET_NAME",
	  .nr = SYS_prctl,
	  .arg = { NUM(PR_SET_NAME), STRING("matrix") },
	  .exit = E(PRCTL_X),
	  .param = { RES, CONST(32, PR_SET_NAME), TEXT(1), CONST(64, 0) } },
	{ .name = "prctl PR_GET_NAME",
	  .nr = SYS_prctl,
	  .arg = { NUM(PR_GET_NAME), ROOM(16) },
	  .exit = E(PRCTL_X),
	  .param = { RES, CONST(32, PR_GET_NAME), TEXT(1), CONST(64, 0) } },
	{ .name = "prctl PR_GET_CHILD_SUBREAPER",
	  .nr = SYS_prctl,
	  .arg = { NUM(PR_GET_CHILD_SUBREAPER), ROOM(4) },
	  .exit = E(PRCTL_X),
	  .param = { RES, CONST(32, PR_GET_CHILD_SUBREAPER), NOTHING, FN(subreaper) } },
	{ ROW(ptrace), .arg = { NUM(PTRACE_PEEKDATA), NUM(1 << 30), ROOM(8), ROOM(8) },
	  .exit = E(PTRACE_X),
	  .param = { RES, FN(no_word), FN(no_word), CONST(16, 3), CONST(64, 1 << 30) } },
	{ ROW(signalfd4), .arg = { NUM(-1), MEM(sigset), NUM(8), NUM(0) }, .exit = E(SIGNALFD4_X),
	  .param = { RES, CONST(16, 0), CONST(64, -1ul), CONST(32, 0) } },
	{ ROW(clone3), .arg = { MEM(clone_args), NUM(sizeof(clone_args)) }, .exit = E(CLONE3_X),
	  .param = { RES,	  CONST(8, 0), NOTHING, ANY(64),
		     ANY(64),	  ANY(64),     NOTHING, ANY(64),
		     ANY(64),	  ANY(64),     ANY(32), ANY(32),
		     ANY(32),	  SKIP,	       SKIP,	FIELD(0, struct word, v, 32, 0),
		     ANY(32),	  ANY(32),     ANY(64), ANY(64),
		     CONST(64, 0) } },
}
;
const size_t matrix_rows_count = sizeof(matrix_rows) / sizeof(*matrix_rows);
