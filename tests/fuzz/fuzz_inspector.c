/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzz target: any bytes as a capture, through the inspector; all of its state is looked at. */
#include "driver.h"
#include "touch.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static int one_input(const uint8_t *data, size_t size)
{
	const struct sinsp_event *ev;
	struct scap_error err;
	uint64_t num = 0;
	char path[64];
	struct sinsp *s;
	struct scap *h;
	int fd, rc;

	fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	h = scap_open_file(path, &err);
	close(fd);
	if (!h)
		return 0;
	s = sinsp_open(h, NULL, &err);
	if (!s)
		abort();
	sinsp_each_thread(s, touch_thread, s);
	while ((rc = sinsp_next(s, &ev)) == SCAP_EVENT || rc == SCAP_SECTION) {
		if (rc == SCAP_SECTION)
			continue;
		if (ev->num != ++num)
			abort();
		touch_event(s, ev);
	}
	if (rc < 0 && sinsp_error(s)->msg[0] == '\0')
		abort();
	sinsp_each_thread(s, touch_thread, s);
	sinsp_each_container(s, touch_container, NULL);
	sinsp_close(s);
	scap_close(h);
	return 0;
}

FUZZ("inspector", one_input)
