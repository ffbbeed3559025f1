/* SPDX-License-Identifier: BSD-2-Clause */
/* The snapshot of this machine: the test looks for itself and for what it has open. */
#include "proc_scan.h"
#include "suite.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static struct scap_snapshot *snap;
static char dir[64];

static void take(void)
{
	struct scap_error err = { 0 };

	scap_snapshot_free(snap);
	snap = scap_snapshot_take(NULL, &err);
	CU_ASSERT_PTR_NOT_NULL_FATAL(snap);
}

static const struct scap_thread *thread(uint64_t tid)
{
	size_t i;

	for (i = 0; i < snap->n_threads; i++)
		if (snap->threads[i].tid == tid)
			return &snap->threads[i];
	return NULL;
}

static const struct scap_fd *fd_of(int num)
{
	static const struct scap_fd none;
	const struct scap_thread *t = thread((uint64_t)getpid());
	size_t i;

	for (i = 0; t && i < t->n_fds; i++)
		if (t->fds[i].fd == num)
			return &t->fds[i];
	CU_FAIL("descriptor is not in the snapshot");
	return &none;
}

static uint16_t port_of(int fd)
{
	struct sockaddr_in a;
	socklen_t n = sizeof(a);

	CU_ASSERT_EQUAL(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	return ntohs(a.sin_port);
}

static int inet_socket(int type)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001) };
	int fd = socket(AF_INET, type, 0);

	CU_ASSERT_EQUAL(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

static const uint8_t localhost[4] = { 127, 0, 0, 1 };

static void tells_who_a_process_is(void)
{
	const struct scap_thread *t;
	struct rlimit lim;
	struct stat st;
	char cwd[1024], exe[1024];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	exe[n] = '\0';
	CU_ASSERT_PTR_NOT_NULL(getcwd(cwd, sizeof(cwd) - 1));
	strcat(cwd, cwd[1] ? "/" : "");
	getrlimit(RLIMIT_NOFILE, &lim);
	stat(exe, &st);
	take();
	t = thread((uint64_t)getpid());
	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT_EQUAL(t->pid, (uint64_t)getpid());
	CU_ASSERT_EQUAL(t->ptid, (uint64_t)getppid());
	CU_ASSERT_EQUAL(t->sid, getsid(0));
	CU_ASSERT_EQUAL(t->pgid, getpgrp());
	CU_ASSERT_EQUAL(t->uid, geteuid());
	CU_ASSERT_EQUAL(t->gid, getegid());
	CU_ASSERT_EQUAL(t->vtid, getpid());
	CU_ASSERT_EQUAL(t->vpid, getpid());
	CU_ASSERT_EQUAL(t->fdlimit, (int64_t)lim.rlim_cur);
	CU_ASSERT_EQUAL(t->flags, 0);
	CU_ASSERT_STRING_EQUAL(t->comm, "test_proc");
	CU_ASSERT_STRING_EQUAL(t->exepath, exe);
	CU_ASSERT_STRING_EQUAL(t->cwd, cwd);
	CU_ASSERT_STRING_EQUAL(t->root, "/");
	CU_ASSERT_EQUAL(t->exe_ino, st.st_ino);
	CU_ASSERT_EQUAL(t->exe_ino_mtime,
			(uint64_t)st.st_mtim.tv_sec * 1000000000u + (uint64_t)st.st_mtim.tv_nsec);
	CU_ASSERT(t->exe_writable);
	CU_ASSERT(t->vmsize_kb >= t->vmrss_kb && t->vmrss_kb > 0);
	CU_ASSERT(t->pfminor > 0);
}

/* A child that became another program with known arguments and environment. */
static void tells_arguments_and_environment_as_lists(void)
{
	char *argv[] = { (char *)"my name", (char *)"-c",  (char *)"read x",
			 (char *)"",	    (char *)"a b", NULL };
	char *envp[] = { (char *)"A=1", (char *)"B=two words", NULL };
	const struct scap_thread *t;
	int gate[2];
	pid_t pid;

	CU_ASSERT_EQUAL(pipe2(gate, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		dup2(gate[0], 0);
		execve("/bin/sh", argv, envp); /* waits on its input */
		_exit(1);
	}
	close(gate[0]);
	fcntl(gate[1], F_SETFL, O_NONBLOCK);
	do {
		scap_snapshot_free(snap);
		snap = scap_snapshot_new();
		t = scap_snapshot_add_thread(snap, NULL, (uint64_t)pid);
	} while (t && strcmp(t->exe, "my name") != 0 && waitpid(pid, NULL, WNOHANG) == 0);
	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT_STRING_EQUAL(t->exe, "my name");
	CU_ASSERT_EQUAL(t->args.len, 15);
	CU_ASSERT_EQUAL(memcmp(t->args.ptr, "-c\0read x\0\0a b\0", 15), 0);
	CU_ASSERT_EQUAL(t->env.len, 16);
	CU_ASSERT_EQUAL(memcmp(t->env.ptr, "A=1\0B=two words\0", 16), 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(gate[1]);
}

static void *wait_in_thread(void *arg)
{
	int *gate = arg, tid = (int)syscall(SYS_gettid);
	char c;

	pthread_setname_np(pthread_self(), "odd) (name");
	CU_ASSERT_EQUAL(write(gate[3], &tid, sizeof(tid)), sizeof(tid));
	CU_ASSERT_EQUAL(read(gate[0], &c, 1), 0);
	return NULL;
}

static void tells_the_threads_of_a_process(void)
{
	const struct scap_thread *t, *leader;
	int gate[4], tid = 0;
	pthread_t th;

	CU_ASSERT_EQUAL(pipe(gate), 0);
	CU_ASSERT_EQUAL(pipe(gate + 2), 0);
	CU_ASSERT_EQUAL(pthread_create(&th, NULL, wait_in_thread, gate), 0);
	CU_ASSERT_EQUAL(read(gate[2], &tid, sizeof(tid)), sizeof(tid));
	take();
	t = thread((uint64_t)tid);
	leader = thread((uint64_t)getpid());
	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT_PTR_NOT_NULL_FATAL(leader);
	CU_ASSERT_EQUAL(t->pid, (uint64_t)getpid());
	CU_ASSERT_EQUAL(t->ptid, leader->ptid);
	CU_ASSERT_EQUAL(t->vtid, tid);
	CU_ASSERT_EQUAL(t->vpid, getpid());
	CU_ASSERT_EQUAL(t->flags, SCAP_CLONE_THREAD | SCAP_CLONE_FILES);
	CU_ASSERT_STRING_EQUAL(t->comm, "odd) (name");
	CU_ASSERT_STRING_EQUAL(t->exepath, leader->exepath);
	CU_ASSERT_EQUAL(t->n_fds, 0);
	CU_ASSERT(leader->n_fds >= 4);
	/* The same thread asked for by itself. */
	t = scap_snapshot_add_thread(snap, NULL, (uint64_t)tid);
	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT_EQUAL(t->tid, (uint64_t)tid);
	CU_ASSERT_EQUAL(t->flags, SCAP_CLONE_THREAD | SCAP_CLONE_FILES);
	CU_ASSERT_EQUAL(t->n_fds, 0);
	close(gate[1]);
	pthread_join(th, NULL);
	CU_ASSERT_PTR_NULL(scap_snapshot_add_thread(snap, NULL, 0x7fffffff));
	close(gate[0]), close(gate[2]), close(gate[3]);
}

static void finds_files_with_their_flags_and_inodes(void)
{
	char path[128], fifo[128];
	const struct scap_fd *f;
	int fd, folder, named;
	struct stat st;

	snprintf(path, sizeof(path), "%s/file", dir);
	snprintf(fifo, sizeof(fifo), "%s/fifo", dir);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	folder = open(dir, O_RDONLY | O_DIRECTORY);
	CU_ASSERT_EQUAL(mkfifo(fifo, 0600), 0);
	named = open(fifo, O_RDONLY | O_NONBLOCK);
	fstat(fd, &st);
	take();
	f = fd_of(fd);
	CU_ASSERT_EQUAL(f->type, SCAP_FD_FILE_V2);
	CU_ASSERT_STRING_EQUAL(f->name, path);
	CU_ASSERT_EQUAL(f->ino, st.st_ino);
	CU_ASSERT_EQUAL(f->dev, (uint32_t)st.st_dev);
	CU_ASSERT_EQUAL(f->open_flags & ~SCAP_O_LARGEFILE,
			SCAP_O_WRONLY | SCAP_O_APPEND | SCAP_O_CLOEXEC);
	f = fd_of(folder);
	CU_ASSERT_EQUAL(f->type, SCAP_FD_DIRECTORY);
	CU_ASSERT_STRING_EQUAL(f->name, dir);
	f = fd_of(named);
	CU_ASSERT_EQUAL(f->type, SCAP_FD_FIFO);
	CU_ASSERT_STRING_EQUAL(f->name, fifo);
	close(fd), close(folder), close(named);
}

static void finds_pipes_and_anonymous_descriptors(void)
{
	int fd[8], i, p[2], pidfd;
	static const uint8_t type[] = { SCAP_FD_EVENT, SCAP_FD_EVENTPOLL, SCAP_FD_TIMERFD,
					SCAP_FD_SIGNALFD, SCAP_FD_INOTIFY };
	char name[64];
	sigset_t set;
	struct stat st;

	sigemptyset(&set);
	fd[0] = eventfd(0, 0);
	fd[1] = epoll_create1(0);
	fd[2] = timerfd_create(CLOCK_MONOTONIC, 0);
	fd[3] = signalfd(-1, &set, 0);
	fd[4] = inotify_init1(0);
	fd[5] = memfd_create("secret name", 0);
	pidfd = (int)syscall(SYS_pidfd_open, getpid(), 0);
	CU_ASSERT_EQUAL(pipe(p), 0);
	fstat(p[0], &st);
	take();
	for (i = 0; i < 5; i++)
		CU_ASSERT_EQUAL(fd_of(fd[i])->type, type[i]);
	CU_ASSERT_EQUAL(fd_of(fd[5])->type, SCAP_FD_MEMFD);
	CU_ASSERT_STRING_EQUAL(fd_of(fd[5])->name, "secret name");
	CU_ASSERT_EQUAL(fd_of(pidfd)->type, SCAP_FD_PIDFD);
	snprintf(name, sizeof(name), "pipe:[%lu]", (unsigned long)st.st_ino);
	CU_ASSERT_EQUAL(fd_of(p[0])->type, SCAP_FD_FIFO);
	CU_ASSERT_STRING_EQUAL(fd_of(p[0])->name, name);
	CU_ASSERT_STRING_EQUAL(fd_of(p[1])->name, name);
	CU_ASSERT_EQUAL(fd_of(p[0])->ino, st.st_ino);
	CU_ASSERT_EQUAL(fd_of(p[0])->open_flags, SCAP_O_RDONLY);
	CU_ASSERT_EQUAL(fd_of(p[1])->open_flags, SCAP_O_WRONLY);
	for (i = 0; i < 6; i++)
		close(fd[i]);
	close(p[0]), close(p[1]), close(pidfd);
}

static void finds_a_listener_and_both_ends_of_a_connection(void)
{
	int listener = inet_socket(SOCK_STREAM), client = inet_socket(SOCK_STREAM), server;
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001) };
	const struct scap_fd *f;

	listen(listener, 1);
	to.sin_port = htons(port_of(listener));
	CU_ASSERT_EQUAL(connect(client, (struct sockaddr *)&to, sizeof(to)), 0);
	server = accept(listener, NULL, NULL);
	take();
	f = fd_of(listener);
	CU_ASSERT_EQUAL(f->type, SCAP_FD_IPV4_SERVSOCK);
	CU_ASSERT_EQUAL(f->l4proto, SCAP_L4_TCP);
	CU_ASSERT_EQUAL(memcmp(f->sip, localhost, 4), 0);
	CU_ASSERT_EQUAL(f->sport, port_of(listener));
	f = fd_of(client);
	CU_ASSERT_EQUAL(f->type, SCAP_FD_IPV4_SOCK);
	CU_ASSERT_EQUAL(memcmp(f->sip, localhost, 4), 0);
	CU_ASSERT_EQUAL(memcmp(f->dip, localhost, 4), 0);
	CU_ASSERT_EQUAL(f->sport, port_of(client));
	CU_ASSERT_EQUAL(f->dport, port_of(listener));
	f = fd_of(server);
	CU_ASSERT_EQUAL(f->type, SCAP_FD_IPV4_SOCK);
	CU_ASSERT_EQUAL(f->sport, port_of(listener));
	CU_ASSERT_EQUAL(f->dport, port_of(client));
	close(server), close(client), close(listener);
}

static void finds_udp_and_unix_sockets(void)
{
	int udp = inet_socket(SOCK_DGRAM), un = socket(AF_UNIX, SOCK_STREAM, 0);
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int unbound = socket(AF_INET, SOCK_STREAM, 0);
	const struct scap_fd *f;

	snprintf(a.sun_path, sizeof(a.sun_path), "%s/a socket", dir);
	CU_ASSERT_EQUAL(bind(un, (struct sockaddr *)&a, sizeof(a)), 0);
	listen(un, 1);
	take();
	f = fd_of(udp);
	CU_ASSERT_EQUAL(f->type, SCAP_FD_IPV4_SERVSOCK);
	CU_ASSERT_EQUAL(f->l4proto, SCAP_L4_UDP);
	CU_ASSERT_EQUAL(f->sport, port_of(udp));
	f = fd_of(un);
	CU_ASSERT_EQUAL(f->type, SCAP_FD_UNIX_SOCK);
	CU_ASSERT_STRING_EQUAL(f->name, a.sun_path);
	f = fd_of(unbound);
	CU_ASSERT_EQUAL(f->type, SCAP_FD_UNSUPPORTED);
	CU_ASSERT_EQUAL(strncmp(f->name, "socket:[", 8), 0);
	close(udp), close(un), close(unbound);
}

/* A path with a newline makes a second line in the table, which claims the other socket's inode. */
static void a_forged_line_does_not_rename_a_socket(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX }, b = { .sun_family = AF_UNIX };
	int victim = socket(AF_UNIX, SOCK_STREAM, 0), liar = socket(AF_UNIX, SOCK_STREAM, 0);
	const struct scap_fd *f;
	struct stat st;

	fstat(victim, &st);
	snprintf(a.sun_path, sizeof(a.sun_path), "%s/victim", dir);
	/* Abstract names need no file and take any byte. */
	snprintf(b.sun_path + 1, sizeof(b.sun_path) - 1,
		 "\n00: 00000002 00000000 00010000 0001 01 %lu /evil", (unsigned long)st.st_ino);
	CU_ASSERT_EQUAL(bind(liar, (struct sockaddr *)&b,
			     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
					 strlen(b.sun_path + 1))),
			0);
	CU_ASSERT_EQUAL(bind(victim, (struct sockaddr *)&a, sizeof(a)), 0);
	take();
	f = fd_of(victim);
	CU_ASSERT_EQUAL(f->type, SCAP_FD_UNIX_SOCK);
	CU_ASSERT_STRING_NOT_EQUAL(f->name, "/evil");
	close(victim), close(liar);
}

static void tells_the_machine_users_and_interfaces(void)
{
	char host[129] = "";
	size_t i;
	bool root = false, lo = false;

	gethostname(host, sizeof(host) - 1);
	take();
	CU_ASSERT_EQUAL(snap->machine.num_cpus, (uint32_t)sysconf(_SC_NPROCESSORS_ONLN));
	CU_ASSERT(snap->machine.memory_bytes > 1u << 20);
	CU_ASSERT_STRING_EQUAL(snap->machine.hostname, host);
	CU_ASSERT(snap->machine.boot_time > 1000000000000000000u);
	for (i = 0; i < snap->n_users; i++)
		root = root ||
		       (snap->users[i].uid == 0 && strcmp(snap->users[i].name, "root") == 0 &&
			strcmp(snap->users[i].home, "/root") == 0);
	CU_ASSERT(root);
	CU_ASSERT(snap->n_groups > 0);
	for (i = 0; i < snap->n_interfaces; i++)
		lo = lo || (!snap->interfaces[i].ipv6 &&
			    memcmp(snap->interfaces[i].addr, localhost, 4) == 0 &&
			    strcmp(snap->interfaces[i].name, "lo") == 0);
	CU_ASSERT(lo);
}

/* A link in there is meant from that machine's root on. */
static void users_of_a_root_elsewhere_are_its_own(void)
{
	struct scap_snapshot *other = scap_snapshot_new();
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/etc", dir);
	CU_ASSERT_EQUAL(mkdir(path, 0755), 0);
	snprintf(path, sizeof(path), "%s/etc/passwd", dir);
	CU_ASSERT_EQUAL(symlink("/real/passwd", path), 0);
	snprintf(path, sizeof(path), "%s/real", dir);
	CU_ASSERT_EQUAL(mkdir(path, 0755), 0);
	snprintf(path, sizeof(path), "%s/real/passwd", dir);
	f = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	fputs("zoe:x:77:77::/home/zoe:/bin/sh\n", f);
	fclose(f);
	proc_read_users(other, dir);
	CU_ASSERT_EQUAL_FATAL(other->n_users, 1);
	CU_ASSERT_STRING_EQUAL(other->users[0].name, "zoe");
	scap_snapshot_free(other);
}

static void a_root_without_proc_is_an_error_that_names_it(void)
{
	struct scap_error err = { 0 };

	CU_ASSERT_PTR_NULL(scap_snapshot_take("/nowhere", &err));
	CU_ASSERT_EQUAL(err.code, -2);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.msg, "/nowhere/proc"));
}

static void no_module_is_an_error_that_says_what_to_do(void)
{
	struct scap_live_options opts = { .device = "scap-that-is-not-there" };
	struct scap_error err = { 0 };

	CU_ASSERT_PTR_NULL(scap_open_live(&opts, &err));
	CU_ASSERT_EQUAL(err.code, -19);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.msg, "/dev/scap-that-is-not-there0: no such device"));
	CU_ASSERT_PTR_NOT_NULL(strstr(err.msg, "modprobe"));
	opts.ring_bytes = 12345;
	CU_ASSERT_PTR_NULL(scap_open_live(&opts, &err));
	CU_ASSERT_EQUAL(err.code, -22);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.msg, "12345"));
}

int main(void)
{
	static const struct suite_test tests[] = {
		TEST(tells_who_a_process_is),
		TEST(tells_arguments_and_environment_as_lists),
		TEST(tells_the_threads_of_a_process),
		TEST(finds_files_with_their_flags_and_inodes),
		TEST(finds_pipes_and_anonymous_descriptors),
		TEST(finds_a_listener_and_both_ends_of_a_connection),
		TEST(finds_udp_and_unix_sockets),
		TEST(a_forged_line_does_not_rename_a_socket),
		TEST(tells_the_machine_users_and_interfaces),
		TEST(users_of_a_root_elsewhere_are_its_own),
		TEST(a_root_without_proc_is_an_error_that_names_it),
		TEST(no_module_is_an_error_that_says_what_to_do),
	};
	char command[128];
	int rc;

	strcpy(dir, "/tmp/test_proc.XXXXXX");
	if (!mkdtemp(dir))
		return 2;
	rc = suite_main("proc", tests, sizeof(tests) / sizeof(tests[0]));
	scap_snapshot_free(snap);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command) == 0 ? rc : 2;
}
