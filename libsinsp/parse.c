/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of parsers, and what they have in common. */
#include "parse.h"

#define ROW(type, function) [SCAP_EVT_##type] = { .fn = function }
#define ANY(type, function) [SCAP_EVT_##type] = { .fn = function, .any_thread = true }

const struct parse_row parse_table[SCAP_EVT_MAX] = {
	/* threads */
	ANY(SYSCALL_CLONE_20_X, parse_clone),
	ANY(SYSCALL_FORK_20_X, parse_clone),
	ANY(SYSCALL_VFORK_20_X, parse_clone),
	ANY(SYSCALL_CLONE3_X, parse_clone),
	ROW(SYSCALL_EXECVE_19_E, parse_open_enter),
	ROW(SYSCALL_EXECVE_19_X, parse_execve),
	ROW(SYSCALL_EXECVEAT_E, parse_execveat_enter),
	ROW(SYSCALL_EXECVEAT_X, parse_execve),
	ANY(PROCEXIT_1_E, parse_procexit),
	ANY(SCHEDSWITCH_6_E, parse_switch),
	ROW(SYSCALL_BRK_4_X, parse_memory),
	ROW(SYSCALL_MMAP_X, parse_memory),
	ROW(SYSCALL_MMAP2_X, parse_memory),
	ROW(SYSCALL_MUNMAP_X, parse_memory),
	ROW(SYSCALL_SETRLIMIT_X, parse_rlimit),
	ROW(SYSCALL_GETRLIMIT_X, parse_rlimit),
	ROW(SYSCALL_PRLIMIT_X, parse_rlimit),
	ROW(SYSCALL_PRCTL_X, parse_prctl),
	ROW(SYSCALL_SETNS_X, parse_namespaces),
	ROW(SYSCALL_UNSHARE_X, parse_namespaces),
	/* who they are */
	ROW(SYSCALL_SETUID_X, parse_setuid),
	ROW(SYSCALL_SETGID_X, parse_setgid),
	ROW(SYSCALL_SETRESUID_X, parse_setresuid),
	ROW(SYSCALL_SETREUID_X, parse_setresuid),
	ROW(SYSCALL_SETRESGID_X, parse_setresgid),
	ROW(SYSCALL_SETREGID_X, parse_setresgid),
	ROW(SYSCALL_CAPSET_X, parse_capset),
	ROW(SYSCALL_SETSID_X, parse_setsid),
	ROW(SYSCALL_SETPGID_X, parse_setpgid),
	/* files and descriptors */
	ROW(SYSCALL_OPEN_E, parse_open_enter),
	ROW(SYSCALL_CREAT_E, parse_open_enter),
	ROW(SYSCALL_OPENAT_2_E, parse_open_enter),
	ROW(SYSCALL_OPENAT2_E, parse_open_enter),
	ROW(SYSCALL_OPEN_X, parse_open),
	ROW(SYSCALL_CREAT_X, parse_open),
	ROW(SYSCALL_OPENAT_2_X, parse_open),
	ROW(SYSCALL_OPENAT2_X, parse_open),
	ROW(SYSCALL_OPEN_BY_HANDLE_AT_X, parse_open),
	ROW(SYSCALL_CLOSE_X, parse_close),
	ROW(SYSCALL_CLOSE_RANGE_X, parse_close_range),
	ROW(SYSCALL_DUP_1_X, parse_dup),
	ROW(SYSCALL_DUP2_X, parse_dup),
	ROW(SYSCALL_DUP3_X, parse_dup),
	ROW(SYSCALL_FCNTL_X, parse_fcntl),
	ROW(SYSCALL_PIPE_X, parse_pipe),
	ROW(SYSCALL_PIPE2_X, parse_pipe),
	ROW(SYSCALL_EVENTFD_X, parse_new_fd),
	ROW(SYSCALL_EVENTFD2_X, parse_new_fd),
	ROW(SYSCALL_SIGNALFD_X, parse_new_fd),
	ROW(SYSCALL_SIGNALFD4_X, parse_new_fd),
	ROW(SYSCALL_TIMERFD_CREATE_X, parse_new_fd),
	ROW(SYSCALL_INOTIFY_INIT_X, parse_new_fd),
	ROW(SYSCALL_INOTIFY_INIT1_X, parse_new_fd),
	ROW(SYSCALL_EPOLL_CREATE_X, parse_new_fd),
	ROW(SYSCALL_EPOLL_CREATE1_X, parse_new_fd),
	ROW(SYSCALL_BPF_2_X, parse_new_fd),
	ROW(SYSCALL_USERFAULTFD_X, parse_new_fd),
	ROW(SYSCALL_IO_URING_SETUP_X, parse_new_fd),
	ROW(SYSCALL_MEMFD_CREATE_X, parse_new_fd),
	ROW(SYSCALL_PIDFD_OPEN_X, parse_new_fd),
	ROW(SYSCALL_PIDFD_GETFD_X, parse_pidfd_getfd),
	ROW(SYSCALL_CHDIR_X, parse_chdir),
	ROW(SYSCALL_FCHDIR_X, parse_fchdir),
	ROW(SYSCALL_GETCWD_X, parse_getcwd),
	ROW(SYSCALL_CHROOT_X, parse_chroot),
	/* sockets */
	ROW(SOCKET_SOCKET_X, parse_socket),
	ROW(SOCKET_BIND_X, parse_bind),
	ROW(SOCKET_CONNECT_X, parse_connect),
	ROW(SOCKET_LISTEN_X, parse_listen),
	ROW(SOCKET_ACCEPT_5_X, parse_accept),
	ROW(SOCKET_ACCEPT4_6_X, parse_accept),
	ROW(SOCKET_SEND_X, parse_send),
	ROW(SOCKET_SENDTO_X, parse_send),
	ROW(SOCKET_SENDMSG_X, parse_send),
	ROW(SOCKET_SENDMMSG_X, parse_send),
	ROW(SOCKET_RECV_X, parse_recv),
	ROW(SOCKET_RECVFROM_X, parse_recv),
	ROW(SOCKET_RECVMSG_X, parse_recv),
	ROW(SOCKET_RECVMMSG_X, parse_recv),
	ROW(SOCKET_SOCKETPAIR_X, parse_socketpair),
	ROW(SOCKET_GETSOCKOPT_X, parse_getsockopt),
	/* containers and users */
	ANY(CONTAINER_JSON_E, parse_container),
	ANY(CONTAINER_JSON_2_E, parse_container),
	ANY(ASYNCEVENT_E, parse_async),
	ANY(USER_ADDED_E, parse_user),
	ANY(USER_DELETED_E, parse_user),
	ANY(GROUP_ADDED_E, parse_group),
	ANY(GROUP_DELETED_E, parse_group),
};

const char *parse_str(struct sinsp *s, unsigned int i)
{
	size_t len = 0;
	const char *p = scap_param_str(&s->ev.raw, i, &len);

	return intern_str(s->pool, p, len);
}

struct scap_bytes parse_bytes(struct sinsp *s, unsigned int i)
{
	uint32_t len = scap_param_len(&s->ev.raw, i);

	if (len == 0)
		return (struct scap_bytes){ .ptr = "" };
	return intern_bytes(s->pool, (const char *)scap_param_ptr(&s->ev.raw, i), len);
}

struct sinsp_fd *parse_add_fd(struct sinsp *s, struct thread *t, int64_t num)
{
	struct sinsp_fd *fd = fds_add(sinsp_own_fds(s, t), num);

	if (fd)
		fd->losses = s->losses;
	s->ev.fd = fd;
	s->ev.fd_num = num;
	return fd;
}
