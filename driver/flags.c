/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's bits and numbers turned into the portable ones of flags.def. */
#include "flags.h"

#include <linux/build_bug.h>
#include <linux/fcntl.h>
#include <linux/mman.h>
#include <linux/openat2.h>
#include <linux/poll.h>
#include <linux/ptrace.h>
#include <linux/quota.h>
#include <linux/dqblk_xfs.h>
#include <linux/sched.h>
#include <linux/sem.h>
#include <linux/socket.h>
#include <linux/tcp.h>
#include <linux/io_uring.h>
#include <uapi/linux/sched.h>
#include <uapi/linux/io_uring.h>

#include "uapi/scap_event.h"

/* One portable bit if the kernel's is set. With constants this is a test or a shift. */
#define MAP(v, name)	   ((v) & (u32)(name) ? SCAP_##name : 0)
#define MAP_TO(v, bit, to) ((v) & (bit) ? (to) : 0)

/* What most calls that open have, and nothing else. */
#define OPEN_USUAL (O_ACCMODE | O_CREAT | O_NONBLOCK | O_LARGEFILE | O_CLOEXEC)

u32 flags_open(u32 f)
{
	/* O_RDONLY to O_RDWR are 1 to 3, and neither of them is 0 */
	u32 v = ((f + 1) & O_ACCMODE) | MAP(f, O_CREAT) | MAP(f, O_NONBLOCK) | MAP(f, O_LARGEFILE) |
		MAP(f, O_CLOEXEC);

	BUILD_BUG_ON(SCAP_O_RDONLY != O_RDONLY + 1 || SCAP_O_WRONLY != O_WRONLY + 1 ||
		     SCAP_O_RDWR != O_RDWR + 1 || SCAP_O_NONE);
	if (likely(!(f & ~OPEN_USUAL)))
		return v;
	/* O_SYNC and O_TMPFILE share bits with O_DSYNC and O_DIRECTORY: any of them counts */
	return v | MAP(f, O_APPEND) | MAP(f, O_DSYNC) | MAP(f, O_EXCL) | MAP(f, O_SYNC) |
	       MAP(f, O_TRUNC) | MAP(f, O_DIRECT) | MAP(f, O_DIRECTORY) | MAP(f, O_TMPFILE);
}

u32 flags_open_mode(u32 f, u32 mode)
{
	return f & (O_CREAT | O_TMPFILE) ? mode & S_IALLUGO : 0;
}

u32 flags_resolve(u64 v)
{
	return MAP(v, RESOLVE_BENEATH) | MAP(v, RESOLVE_IN_ROOT) | MAP(v, RESOLVE_NO_MAGICLINKS) |
	       MAP(v, RESOLVE_NO_SYMLINKS) | MAP(v, RESOLVE_NO_XDEV) | MAP(v, RESOLVE_CACHED);
}

/* SOCK_NONBLOCK, EFD_NONBLOCK, IN_NONBLOCK, SFD_NONBLOCK are O_NONBLOCK; so with CLOEXEC. */
u32 flags_new_fd(u32 f)
{
	return MAP(f, O_NONBLOCK) | MAP(f, O_CLOEXEC);
}

u32 flags_clone(u64 f)
{
	return MAP(f, CLONE_FILES) | MAP(f, CLONE_FS) | MAP(f, CLONE_IO) | MAP(f, CLONE_NEWIPC) |
	       MAP(f, CLONE_NEWNET) | MAP(f, CLONE_NEWNS) | MAP(f, CLONE_NEWPID) |
	       MAP(f, CLONE_NEWUTS) | MAP(f, CLONE_NEWUSER) | MAP(f, CLONE_NEWCGROUP) |
	       MAP(f, CLONE_PARENT) | MAP(f, CLONE_PARENT_SETTID) | MAP(f, CLONE_PTRACE) |
	       MAP(f, CLONE_SIGHAND) | MAP(f, CLONE_SYSVSEM) | MAP(f, CLONE_THREAD) |
	       MAP(f, CLONE_UNTRACED) | MAP(f, CLONE_VM) | MAP(f, CLONE_VFORK) |
	       MAP(f, CLONE_CHILD_CLEARTID) | MAP(f, CLONE_CHILD_SETTID) | MAP(f, CLONE_SETTLS);
}

u32 flags_prot(u32 p)
{
	return MAP(p, PROT_READ) | MAP(p, PROT_WRITE) | MAP(p, PROT_EXEC) | MAP(p, PROT_SEM) |
	       MAP(p, PROT_GROWSDOWN) | MAP(p, PROT_GROWSUP);
}

u32 flags_mmap(u32 f)
{
	u32 v = MAP(f, MAP_SHARED) | MAP(f, MAP_PRIVATE) | MAP(f, MAP_FIXED) |
		MAP(f, MAP_ANONYMOUS) | MAP(f, MAP_NORESERVE) | MAP(f, MAP_POPULATE) |
		MAP(f, MAP_NONBLOCK) | MAP(f, MAP_GROWSDOWN) | MAP(f, MAP_DENYWRITE) |
		MAP(f, MAP_EXECUTABLE) | MAP(f, MAP_LOCKED);

#ifdef MAP_32BIT
	v |= MAP(f, MAP_32BIT);
#endif
	return v;
}

u32 flags_mknod(u32 mode)
{
	u32 type = mode & S_IFMT;

	return (mode & S_IALLUGO) | (type ? type : S_IFREG);
}

u32 flags_fchownat(u32 f)
{
	return MAP_TO(f, AT_SYMLINK_NOFOLLOW, SCAP_FCHOWNAT_FLAGS_AT_SYMLINK_NOFOLLOW) |
	       MAP_TO(f, AT_EMPTY_PATH, SCAP_FCHOWNAT_FLAGS_AT_EMPTY_PATH);
}

u16 flags_semop(u16 f)
{
	return MAP(f, IPC_NOWAIT) | MAP(f, SEM_UNDO);
}

u32 flags_delete_module(u32 f)
{
	return MAP_TO(f, O_NONBLOCK, SCAP_DELETE_MODULE_FLAGS_O_NONBLOCK) |
	       MAP_TO(f, O_TRUNC, SCAP_DELETE_MODULE_FLAGS_O_TRUNC);
}

u32 flags_semget(u32 f)
{
	return (f & S_IRWXUGO) | MAP(f, IPC_CREAT) | MAP(f, IPC_EXCL);
}

u32 flags_io_uring_setup(u32 f)
{
	return MAP(f, IORING_SETUP_IOPOLL) | MAP(f, IORING_SETUP_SQPOLL) |
	       MAP(f, IORING_SETUP_SQ_AFF) | MAP(f, IORING_SETUP_CQSIZE) |
	       MAP(f, IORING_SETUP_CLAMP) |
	       MAP_TO(f, IORING_SETUP_ATTACH_WQ, SCAP_IORING_SETUP_ATTACH_RW) |
	       MAP(f, IORING_SETUP_R_DISABLED);
}

#define CASE(name) \
	case name: \
		return SCAP_##name

u8 flags_fcntl_cmd(unsigned int cmd)
{
	switch (cmd) {
		CASE(F_DUPFD);
		CASE(F_GETFD);
		CASE(F_SETFD);
		CASE(F_GETFL);
		CASE(F_SETFL);
		CASE(F_GETLK);
		CASE(F_SETLK);
		CASE(F_SETLKW);
		CASE(F_SETOWN);
		CASE(F_GETOWN);
		CASE(F_SETSIG);
		CASE(F_GETSIG);
		CASE(F_SETOWN_EX);
		CASE(F_GETOWN_EX);
		CASE(F_SETLEASE);
		CASE(F_GETLEASE);
		CASE(F_CANCELLK);
		CASE(F_DUPFD_CLOEXEC);
		CASE(F_NOTIFY);
		CASE(F_SETPIPE_SZ);
		CASE(F_GETPIPE_SZ);
		CASE(F_OFD_GETLK);
		CASE(F_OFD_SETLK);
		CASE(F_OFD_SETLKW);
	/* of 32-bit programs alone; not defined here */
	case 12:
		return SCAP_F_GETLK64;
	case 13:
		return SCAP_F_SETLK64;
	case 14:
		return SCAP_F_SETLKW64;
	default:
		return SCAP_UNKNOWN;
	}
}

u16 flags_ptrace_request(unsigned long request)
{
	switch (request) {
		CASE(PTRACE_TRACEME);
		CASE(PTRACE_PEEKTEXT);
		CASE(PTRACE_PEEKDATA);
		CASE(PTRACE_PEEKUSR);
		CASE(PTRACE_POKETEXT);
		CASE(PTRACE_POKEDATA);
		CASE(PTRACE_POKEUSR);
		CASE(PTRACE_CONT);
		CASE(PTRACE_KILL);
		CASE(PTRACE_SINGLESTEP);
		CASE(PTRACE_ATTACH);
		CASE(PTRACE_DETACH);
		CASE(PTRACE_SYSCALL);
		CASE(PTRACE_SETOPTIONS);
		CASE(PTRACE_GETEVENTMSG);
		CASE(PTRACE_GETSIGINFO);
		CASE(PTRACE_SETSIGINFO);
		CASE(PTRACE_GETREGSET);
		CASE(PTRACE_SETREGSET);
		CASE(PTRACE_SEIZE);
		CASE(PTRACE_INTERRUPT);
		CASE(PTRACE_LISTEN);
		CASE(PTRACE_PEEKSIGINFO);
		CASE(PTRACE_GETSIGMASK);
		CASE(PTRACE_SETSIGMASK);
#ifdef PTRACE_GETREGS
		CASE(PTRACE_GETREGS);
		CASE(PTRACE_SETREGS);
		CASE(PTRACE_GETFPREGS);
		CASE(PTRACE_SETFPREGS);
#endif
#ifdef PTRACE_GETFPXREGS
		CASE(PTRACE_GETFPXREGS);
		CASE(PTRACE_SETFPXREGS);
#endif
#ifdef PTRACE_OLDSETOPTIONS
		CASE(PTRACE_OLDSETOPTIONS);
#endif
#ifdef PTRACE_GET_THREAD_AREA
		CASE(PTRACE_GET_THREAD_AREA);
		CASE(PTRACE_SET_THREAD_AREA);
#endif
#ifdef PTRACE_ARCH_PRCTL
		CASE(PTRACE_ARCH_PRCTL);
#endif
#ifdef PTRACE_SYSEMU
		CASE(PTRACE_SYSEMU);
		CASE(PTRACE_SYSEMU_SINGLESTEP);
#endif
#ifdef PTRACE_SINGLEBLOCK
		CASE(PTRACE_SINGLEBLOCK);
#endif
	default:
		return SCAP_PTRACE_UNKNOWN;
	}
}

u16 flags_semctl_cmd(int cmd)
{
	switch (cmd) {
		CASE(IPC_STAT);
		CASE(IPC_SET);
		CASE(IPC_RMID);
		CASE(IPC_INFO);
		CASE(SEM_INFO);
		CASE(SEM_STAT);
		CASE(GETALL);
		CASE(GETNCNT);
		CASE(GETPID);
		CASE(GETVAL);
		CASE(GETZCNT);
		CASE(SETALL);
		CASE(SETVAL);
	default:
		return 0;
	}
}

u16 flags_poll(u16 e)
{
	return MAP(e, POLLIN) | MAP(e, POLLPRI) | MAP(e, POLLOUT) | MAP(e, POLLRDHUP) |
	       MAP(e, POLLERR) | MAP(e, POLLHUP) | MAP(e, POLLNVAL) | MAP(e, POLLRDNORM) |
	       MAP(e, POLLRDBAND) | MAP(e, POLLWRNORM) | MAP(e, POLLWRBAND);
}

u8 flags_rlimit(unsigned int resource)
{
	switch (resource) {
		CASE(RLIMIT_CPU);
		CASE(RLIMIT_FSIZE);
		CASE(RLIMIT_DATA);
		CASE(RLIMIT_STACK);
		CASE(RLIMIT_CORE);
		CASE(RLIMIT_RSS);
		CASE(RLIMIT_NPROC);
		CASE(RLIMIT_NOFILE);
		CASE(RLIMIT_MEMLOCK);
		CASE(RLIMIT_AS);
		CASE(RLIMIT_LOCKS);
		CASE(RLIMIT_SIGPENDING);
		CASE(RLIMIT_MSGQUEUE);
		CASE(RLIMIT_NICE);
		CASE(RLIMIT_RTPRIO);
		CASE(RLIMIT_RTTIME);
	default:
		return SCAP_RLIMIT_UNKNOWN;
	}
}

u8 flags_sockopt_level(int level)
{
	switch (level) {
		CASE(SOL_SOCKET);
		CASE(SOL_TCP);
	default:
		return SCAP_SOCKOPT_LEVELS_UNKNOWN;
	}
}

u8 flags_sockopt_name(int level, int name)
{
	if (level != SOL_SOCKET)
		return SCAP_SOCKOPT_OPTIONS_UNKNOWN;
	switch (name) {
		CASE(SO_DEBUG);
		CASE(SO_REUSEADDR);
		CASE(SO_TYPE);
		CASE(SO_ERROR);
		CASE(SO_DONTROUTE);
		CASE(SO_BROADCAST);
		CASE(SO_SNDBUF);
		CASE(SO_RCVBUF);
		CASE(SO_SNDBUFFORCE);
		CASE(SO_RCVBUFFORCE);
		CASE(SO_KEEPALIVE);
		CASE(SO_OOBINLINE);
		CASE(SO_NO_CHECK);
		CASE(SO_PRIORITY);
		CASE(SO_LINGER);
		CASE(SO_BSDCOMPAT);
		CASE(SO_REUSEPORT);
		CASE(SO_PASSCRED);
		CASE(SO_PEERCRED);
		CASE(SO_RCVLOWAT);
		CASE(SO_SNDLOWAT);
	case SO_RCVTIMEO_OLD:
	case SO_RCVTIMEO_NEW:
		return SCAP_SO_RCVTIMEO;
	case SO_SNDTIMEO_OLD:
	case SO_SNDTIMEO_NEW:
		return SCAP_SO_SNDTIMEO;
		CASE(SO_SECURITY_AUTHENTICATION);
		CASE(SO_SECURITY_ENCRYPTION_TRANSPORT);
		CASE(SO_SECURITY_ENCRYPTION_NETWORK);
		CASE(SO_BINDTODEVICE);
		CASE(SO_ATTACH_FILTER);
		CASE(SO_DETACH_FILTER);
		CASE(SO_PEERNAME);
	case SO_TIMESTAMP_OLD:
	case SO_TIMESTAMP_NEW:
		return SCAP_SO_TIMESTAMP;
		CASE(SO_ACCEPTCONN);
		CASE(SO_PEERSEC);
		CASE(SO_PASSSEC);
	case SO_TIMESTAMPNS_OLD:
	case SO_TIMESTAMPNS_NEW:
		return SCAP_SO_TIMESTAMPNS;
		CASE(SO_MARK);
	case SO_TIMESTAMPING_OLD:
	case SO_TIMESTAMPING_NEW:
		return SCAP_SO_TIMESTAMPING;
		CASE(SO_PROTOCOL);
		CASE(SO_DOMAIN);
		CASE(SO_RXQ_OVFL);
		CASE(SO_WIFI_STATUS);
		CASE(SO_PEEK_OFF);
		CASE(SO_NOFCS);
		CASE(SO_LOCK_FILTER);
		CASE(SO_SELECT_ERR_QUEUE);
		CASE(SO_BUSY_POLL);
		CASE(SO_MAX_PACING_RATE);
		CASE(SO_BPF_EXTENSIONS);
		CASE(SO_INCOMING_CPU);
		CASE(SO_ATTACH_BPF);
		CASE(SO_PEERGROUPS);
		CASE(SO_MEMINFO);
		CASE(SO_COOKIE);
	default:
		return SCAP_SOCKOPT_OPTIONS_UNKNOWN;
	}
}

u16 flags_quota_cmd(u32 cmd)
{
	switch (cmd >> SUBCMDSHIFT) {
		CASE(Q_SYNC);
		CASE(Q_QUOTAON);
		CASE(Q_QUOTAOFF);
		CASE(Q_GETFMT);
		CASE(Q_GETINFO);
		CASE(Q_SETINFO);
		CASE(Q_GETQUOTA);
		CASE(Q_SETQUOTA);
		CASE(Q_XQUOTAON);
		CASE(Q_XQUOTAOFF);
		CASE(Q_XGETQUOTA);
		CASE(Q_XSETQLIM);
		CASE(Q_XGETQSTAT);
		CASE(Q_XQUOTARM);
		CASE(Q_XQUOTASYNC);
	default:
		return 0;
	}
}

u8 flags_quota_type(u32 cmd)
{
	switch (cmd & SUBCMDMASK) {
		CASE(USRQUOTA);
		CASE(GRPQUOTA);
	default:
		return 0;
	}
}

u8 flags_quota_format(u32 format)
{
	switch (format) {
		CASE(QFMT_VFS_OLD);
		CASE(QFMT_VFS_V0);
		CASE(QFMT_VFS_V1);
	default:
		return SCAP_QFMT_NOT_USED;
	}
}
