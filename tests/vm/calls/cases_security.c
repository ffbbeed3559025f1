/* SPDX-License-Identifier: BSD-2-Clause */
/* Ids and rights, signals, tracing, namespaces, modules, keys. */
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "calls.h"

#define E(name) SCAP_EVT_SYSCALL_##name

/* Changes who this process is: in a child of its own. */
static void ids(void)
{
	uint32_t r = 0, e = 0, s = 0;

	begin("ids that are set and asked for");
	CALL(setgid, 55);
	CALL(setresgid, 1, 2, 3);
	CALL(setregid, -1, 3);
	CALL(getgid), CALL(getegid);
	CALL(getresgid, &r, &e, &s);
	CALL(setresuid, 11, 12, 0);
	CALL(setreuid, 11, 11);
	CALL(getuid), CALL(geteuid);
	CALL(getresuid, &r, &e, &s);
	CALL(getresuid, &r, BAD, &s);
	CALL(setuid, 0);
	end();
	want(E(SETGID_X)), w64(0), w32(55);
	want(E(SETRESGID_X)), w64(0), w32(1), w32(2), w32(3);
	want(E(SETREGID_X)), w64(0), w32(-1), w32(3);
	want(E(GETGID_X)), w32(1);
	want(E(GETEGID_X)), w32(3);
	want(E(GETRESGID_X)), w64(0), w32(1), w32(3), w32(3);
	want(E(SETRESUID_X)), w64(0), w32(11), w32(12), w32(0);
	want(E(SETREUID_X)), w64(0), w32(11), w32(11);
	want(E(GETUID_X)), w32(11);
	want(E(GETEUID_X)), w32(11);
	want(E(GETRESUID_X)), w64(0), w32(r), w32(e), w32(s);
	want(E(GETRESUID_X)), w64(-EFAULT), w32(-1), w32(-1), w32(-1);
	want(E(SETUID_X)), w64(-EPERM), w32(0);
}

static void rights(void)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2], n[2];

	need(syscall(SYS_capget, &h, d) == 0, "capget");
	memcpy(n, d, sizeof(n));
	n[0].effective &= ~(1u << CAP_SYS_TIME);
	n[0].inheritable = 1 << CAP_CHOWN;
	begin("capset leaves the new sets");
	CALL(capset, &h, n);
	CALL(capset, BAD, NULL);
	end();
	for (int i = 0; i < 2; i++) {
		want(E(CAPSET_X)), w64(i ? -EFAULT : 0);
		w64(n[0].inheritable | (uint64_t)n[1].inheritable << 32);
		w64(n[0].permitted | (uint64_t)n[1].permitted << 32);
		w64(n[0].effective | (uint64_t)n[1].effective << 32);
	}

	begin("unshare, setns, setsid, setpgid, chroot");
	CALL(unshare, CLONE_NEWUTS | CLONE_FILES);
	CALL(setns, -1, CLONE_NEWNET);
	CALL(setsid);
	CALL(setpgid, 0, 77777);
	CALL(chroot, "none");
	end();
	want(E(UNSHARE_X)), w64(0), w32(SCAP_CLONE_NEWUTS | SCAP_CLONE_FILES);
	want(E(SETNS_X)), w64(-EBADF), w64(-1), w32(SCAP_CLONE_NEWNET);
	want(E(SETSID_X)), w64(getpid());
	want(E(SETPGID_X)), w64(-EPERM), w64(0), w64(77777);
	want(E(CHROOT_X)), w64(-ENOENT), w_str("none");
}

static void signals(void)
{
	long self = getpid();

	signal(SIGUSR1, SIG_IGN);
	begin("kill, tkill, tgkill");
	CALL(kill, self, SIGUSR1);
	CALL(kill, -99999, 0);
	CALL(tkill, self, SIGUSR1);
	CALL(tgkill, self, self, SIGUSR1);
	end();
	want(E(KILL_X)), w64(0), w64(self), w8(SIGUSR1);
	want(E(KILL_X)), w64(-ESRCH), w64(-99999), w8(0);
	want(E(TKILL_X)), w64(0), w64(self), w8(SIGUSR1);
	want(E(TGKILL_X)), w64(0), w64(self), w64(self), w8(SIGUSR1);
}

static uint64_t traced_word = 0x1122334455667788;

static void tracing(void)
{
	uint64_t zero = 0, got = 0, addr = (uintptr_t)&traced_word, data = (uintptr_t)&got,
		 opts = 1;
	uint8_t sig = SIGKILL;
	int status;
	long ret;
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		_exit(0);
	}
	need(pid > 0 && waitpid(pid, &status, 0) == pid && WIFSTOPPED(status), "a tracee");
	begin("ptrace");
	CALL(ptrace, PTRACE_PEEKDATA, pid, addr, data);
	CALL(ptrace, PTRACE_SETOPTIONS, pid, 0, opts);
	CALL(ptrace, PTRACE_POKEDATA, 999999, addr, 5);
	CALL(ptrace, PTRACE_CONT, pid, 0, SIGKILL);
	ret = CALL(ptrace, 0x9999, pid, 1, 2);
	end();
	need(got == traced_word, "the word");
	want(E(PTRACE_X)), w64(0), w_dyn(0, &addr, 8), w_dyn(0, &got, 8), w16(SCAP_PTRACE_PEEKDATA);
	w64(pid);
	want(E(PTRACE_X)), w64(0), w_dyn(0, &zero, 8), w_dyn(0, &opts, 8);
	w16(SCAP_PTRACE_SETOPTIONS), w64(pid);
	want(E(PTRACE_X)), w64(-ESRCH), w_dyn(0, &zero, 8), w_dyn(0, &zero, 8);
	w16(SCAP_PTRACE_POKEDATA), w64(999999);
	want(E(PTRACE_X)), w64(0), w_dyn(0, &zero, 8), w_dyn(1, &sig, 1), w16(SCAP_PTRACE_CONT);
	w64(pid);
	want(E(PTRACE_X)), w64(ret), w_dyn(0, &zero, 8), w_dyn(0, &zero, 8), w16(0), w64(pid);
	waitpid(pid, &status, 0);
}

static void prctls(void)
{
	char name[16] = "";
	int reaper = 5;

	begin("prctl");
	CALL(prctl, PR_SET_NAME, "a new name that is too long");
	CALL(prctl, PR_GET_NAME, name);
	CALL(prctl, PR_SET_CHILD_SUBREAPER, 1);
	CALL(prctl, PR_GET_CHILD_SUBREAPER, &reaper);
	CALL(prctl, PR_SET_NAME, BAD);
	CALL(prctl, 12345, -3L);
	end();
	want(E(PRCTL_X)), w64(0), w32(15), w_str("a new name that is too long"), w64(0);
	want(E(PRCTL_X)), w64(0), w32(16), w_str("a new name that"), w64(0);
	want(E(PRCTL_X)), w64(0), w32(36), w_empty(), w64(1);
	want(E(PRCTL_X)), w64(0), w32(37), w_empty(), w64(1);
	want(E(PRCTL_X)), w64(-EFAULT), w32(15), w_empty(), w64(0);
	want(E(PRCTL_X)), w64(-EINVAL), w32(12345), w_empty(), w64(-3);
}

static void modules(void)
{
	static char image[100] = "this is no module";
	long ret, fd = open("data", O_RDONLY);

	begin("modules");
	CALL(init_module, image, sizeof(image), "a=1 b=2");
	ret = CALL(finit_module, fd, "x=y", 3);
	CALL(delete_module, "no_such_module", O_NONBLOCK | O_TRUNC);
	end();
	want(E(INIT_MODULE_X)), w64(-ENOEXEC), w_bytes(image, sizeof(image)), w64(sizeof(image));
	w_str("a=1 b=2");
	want(E(FINIT_MODULE_X)), w64(ret), w64(fd), w_str("x=y"), w32(3);
	want(E(DELETE_MODULE_X)), w64(-ENOENT), w_str("no_such_module"), w32(3);
	close(fd);
}

/* An argument of keyctl: a number, or a string. */
static void w_number(int64_t v)
{
	w_dyn(0, &v, sizeof(v));
}

static void w_text(const char *s)
{
	w_dyn(1, s, strlen(s) + 1);
}

static void want_keyctl(long ret, uint32_t op)
{
	if (HAS(4, 5))
		want(E(KEYCTL_X)), w64(ret), w32(op);
	else
		want(SCAP_EVT_GENERIC_X), w16(SCAP_SC_keyctl), w16(SYS_keyctl);
}

static void keys(void)
{
	long ring, joined, restricted;

	begin("keyctl, generic where the schema does not have it");
	joined = CALL(keyctl, KEYCTL_JOIN_SESSION_KEYRING, "scapula", 1, 2, 3);
	ring = CALL(keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0, 5, 6);
	CALL(keyctl, KEYCTL_SEARCH, ring, "user", "nobody's", 0);
	CALL(keyctl, KEYCTL_SEARCH, ring, BAD, NULL, 7);
	restricted = CALL(keyctl, KEYCTL_RESTRICT_KEYRING, -1, "none", BAD, 7);
	CALL(keyctl, 9999, 1, 2, 3, 4);
	end();
	want_keyctl(joined, KEYCTL_JOIN_SESSION_KEYRING);
	if (HAS(4, 5))
		w_text("scapula"), w_number(0), w_number(0), w_number(0);
	want_keyctl(ring, KEYCTL_GET_KEYRING_ID);
	if (HAS(4, 5))
		w_number(KEY_SPEC_SESSION_KEYRING), w_number(0), w_number(0), w_number(0);
	want_keyctl(-ENOKEY, KEYCTL_SEARCH);
	if (HAS(4, 5))
		w_number(ring), w_text("user"), w_text("nobody's"), w_number(0);
	want_keyctl(-EFAULT, KEYCTL_SEARCH);
	if (HAS(4, 5))
		w_number(ring), w_dyn(1, "", 0), w_dyn(1, "", 0), w_number(7);
	want_keyctl(restricted, KEYCTL_RESTRICT_KEYRING);
	if (HAS(4, 5))
		w_number(-1), w_text("none"), w_dyn(1, "", 0), w_number(0);
	want_keyctl(-EOPNOTSUPP, 9999);
	if (HAS(4, 5))
		w_number(1), w_number(2), w_number(3), w_number(4);
}

static void others(void)
{
	struct io_uring_params p = { .flags = IORING_SETUP_CLAMP };
	long self = getpid(), fd, ring, unknown, no_bpf, no_quota, no_ring;

	begin("pidfd_open, pidfd_getfd, seccomp, bpf, quotactl");
	fd = CALL(pidfd_open, self, O_NONBLOCK);
	CALL(pidfd_getfd, fd, 4096, 0);
	CALL(seccomp, 77, 5, NULL);
	no_bpf = CALL(bpf, 9999, NULL, 0);
	no_quota = CALL(quotactl, 0x800001u << 8 | 1, "/dev/none", 0, BAD);
	end();
	need(fd >= 0, "pidfd_open");
	want(E(PIDFD_OPEN_X)), w64(fd), w64(self), w32(SCAP_PIDFD_NONBLOCK);
	want(E(PIDFD_GETFD_X)), w64(-EBADF), w64(fd), w64(4096), w32(0);
	want(E(SECCOMP_X)), w64(-EINVAL), w64(77), w64(5);
	want(E(BPF_2_X)), w64(no_bpf), w32(9999);
	want(E(QUOTACTL_X)), w64(no_quota), w_str("/dev/none"), w_empty();
	for (int i = 0; i < 9; i++)
		w64(0);
	w8(0), w8(SCAP_QFMT_NOT_USED), w16(SCAP_Q_SYNC), w8(SCAP_GRPQUOTA), w32(0);
	w8(SCAP_QFMT_NOT_USED);
	close(fd);

	begin("io_uring");
	ring = CALL(io_uring_setup, 8, &p);
	CALL(io_uring_enter, ring, 0, 0, IORING_ENTER_GETEVENTS, NULL);
	unknown = CALL(io_uring_register, ring, 999, 0x1234, 5);
	no_ring = CALL(io_uring_setup, 8, BAD);
	end();
	want(E(IO_URING_SETUP_X)), w64(ring), w32(8), w32(p.sq_entries), w32(p.cq_entries);
	w32(SCAP_IORING_SETUP_CLAMP), w32(0), w32(0), w32(p.features & 0x7ff);
	want(E(IO_URING_ENTER_X)), w64(ring < 0 ? ring : 0), w64(ring), w32(0), w32(0), w32(1),
		w32(0);
	want(E(IO_URING_REGISTER_X)), w64(unknown), w64(ring), w16(999), w64(0x1234), w32(5);
	want(E(IO_URING_SETUP_X)), w64(no_ring), w32(8), w32(0), w32(0), w32(0), w32(0), w32(0),
		w32(0);
	close(ring);
}

void cases_security(void)
{
	in_child(ids);
	in_child(rights);
	signals();
	tracing();
	in_child(prctls);
	modules();
	keys();
	others();
}
