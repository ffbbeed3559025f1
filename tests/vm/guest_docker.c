/* SPDX-License-Identifier: BSD-2-Clause */
/* A Docker that knows one container: guest_docker SOCKET ID. */
#include "../unit/fake_daemon.h"

static const char *id;

static void serve(struct fake_daemon *d, int fd)
{
	char buf[4096], want[256], body[512];
	const char *path;

	snprintf(want, sizeof(want), "/containers/%s/json", id);
	snprintf(body, sizeof(body),
		 "{\"Id\":\"%s\",\"Name\":\"/asked\",\"Config\":{\"Image\":\"reg/app:1\"}}", id);
	while ((path = fake_request(d, fd, buf, sizeof(buf))))
		fake_answer(fd, strcmp(path, want) ? 404 : 200, body);
}

int main(int argc, char **argv)
{
	static struct fake_daemon d;
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	if (argc != 3 || strlen(argv[1]) >= sizeof(addr.sun_path))
		return 2;
	id = argv[2];
	strcpy(addr.sun_path, argv[1]);
	d.serve = serve;
	fake_listen(&d, AF_UNIX, &addr, sizeof(addr));
	pause();
	return 0;
}
