// SPDX-License-Identifier: BSD-2-Clause
/* A fixed piece of work, to be recorded by different recorders: the same calls in every run. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define CGROUP \
	"/sys/fs/cgroup/docker-1f2e3d4c5b6a79881f2e3d4c5b6a79881f2e3d4c5b6a79881f2e3d4c5b6a7988.scope"

static void files(void)
{
	char long_text[3000], b[256];
	struct iovec v[2] = { { "one ", 4 }, { "two", 3 } };
	int fd;

	memset(long_text, 'x', sizeof(long_text));
	mkdir("/tmp/work", 0750);
	chdir("/tmp/work");
	fd = open("a file", O_CREAT | O_RDWR | O_TRUNC, 0640);
	write(fd, long_text, sizeof(long_text));
	writev(fd, v, 2);
	lseek(fd, 2990, SEEK_SET);
	read(fd, b, 200);
	pread(fd, b, 100, 5);
	fchmod(fd, 0600);
	ftruncate(fd, 10);
	fcntl(fd, F_DUPFD_CLOEXEC, 50);
	dup2(fd, 60);
	close(60), close(50), close(fd);
	link("a file", "linked");
	symlink("a file", "soft");
	rename("linked", "renamed");
	chmod("renamed", 0444);
	chown("renamed", 1, 1);
	unlink("renamed"), unlink("soft"), unlink("a file");
	syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY | O_CLOEXEC);
	close(3);
	chdir("/");
	rmdir("/tmp/work");
}

static void failures(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(9) };
	int s = socket(AF_INET, SOCK_STREAM, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	open("/none/such", O_RDONLY);
	close(999);
	read(999, &a, 5);
	mkdir("/proc/x", 0);
	connect(s, (struct sockaddr *)&a, sizeof(a));
	close(s);
	kill(999999, SIGTERM);
	setuid(0);
	chroot("/none");
	mount("none", "/none", "none", 0, NULL);
}

static void sockets(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(7777) };
	struct sockaddr_un u = { .sun_family = AF_UNIX, .sun_path = "/tmp/work.sock" };
	struct iovec v[2] = { { "left ", 5 }, { "right", 5 } };
	struct msghdr m = { .msg_iov = v, .msg_iovlen = 2 };
	char b[100];
	int l, c, s, one = 1, pair[2];

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	l = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	bind(l, (struct sockaddr *)&a, sizeof(a));
	listen(l, 5);
	c = socket(AF_INET, SOCK_STREAM, 0);
	a.sin_port = htons(7778);
	setsockopt(c, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	bind(c, (struct sockaddr *)&a, sizeof(a));
	a.sin_port = htons(7777);
	connect(c, (struct sockaddr *)&a, sizeof(a));
	s = accept4(l, NULL, NULL, SOCK_CLOEXEC);
	sendmsg(c, &m, 0);
	recvfrom(s, b, sizeof(b), 0, NULL, NULL);
	write(s, "answer", 6);
	v[0] = (struct iovec){ b, sizeof(b) };
	m.msg_iovlen = 1;
	recvmsg(c, &m, 0);
	shutdown(c, SHUT_WR);
	close(c), close(s), close(l);

	l = socket(AF_INET, SOCK_DGRAM, 0);
	bind(l, (struct sockaddr *)&a, sizeof(a));
	sendto(l, "datagram", 8, 0, (struct sockaddr *)&a, sizeof(a));
	recvfrom(l, b, sizeof(b), 0, NULL, NULL);
	close(l);

	l = socket(AF_UNIX, SOCK_STREAM, 0);
	bind(l, (struct sockaddr *)&u, sizeof(u));
	listen(l, 1);
	c = socket(AF_UNIX, SOCK_STREAM, 0);
	connect(c, (struct sockaddr *)&u, sizeof(u));
	s = accept(l, NULL, NULL);
	send(c, "hello", 5, 0);
	recv(s, b, 5, 0);
	close(c), close(s), close(l);
	unlink(u.sun_path);
	socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
	close(pair[0]), close(pair[1]);
}

static void processes(void)
{
	char *argv[] = { "true", "with", "some arguments", NULL };
	char *envp[] = { "WORK=done", "LANG=C", NULL };
	char b[16], pid[16];
	int p[2], fd, status;
	pid_t child;

	pipe2(p, O_CLOEXEC);
	child = fork();
	if (!child) {
		mkdir(CGROUP, 0755);
		fd = open(CGROUP "/cgroup.procs", O_WRONLY);
		snprintf(pid, sizeof(pid), "%d", 0);
		write(fd, pid, 1);
		close(fd);
		write(p[1], "go", 2);
		execve("/none/such", argv, envp);
		execve("/payload/peers_true", argv, envp);
		_exit(9);
	}
	read(p[0], b, sizeof(b));
	waitpid(child, &status, 0);
	close(p[0]), close(p[1]);
	child = fork();
	if (!child)
		_exit(3);
	waitpid(child, &status, 0);
	rmdir(CGROUP);
}

int main(void)
{
	close(1000);
	files();
	failures();
	sockets();
	processes();
	close(1001);
	return 0;
}
