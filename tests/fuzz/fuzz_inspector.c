/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzz target: any bytes as a capture, through the inspector; all of its state is looked at. */
#include "driver.h"
#include "sinsp.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static unsigned int sum;
static struct sinsp_text line;

static void touch(const void *p, size_t n)
{
	const uint8_t *b = p;
	size_t i;

	for (i = 0; i < n; i++)
		sum += b[i];
}

static void touch_str(const char *s)
{
	touch(s, strlen(s) + 1);
}

static bool touch_fd(struct sinsp_fd *fd, void *arg)
{
	(void)arg;
	touch(fd, sizeof(*fd));
	touch_str(fd->name);
	return true;
}

static bool touch_container(struct sinsp_container *c, void *arg)
{
	(void)arg;
	touch_str(c->id);
	touch_str(c->full_id);
	touch_str(c->name);
	touch_str(c->pod_name);
	if (c->json)
		touch_str(c->json);
	return true;
}

static bool touch_thread(struct sinsp_thread *t, void *arg)
{
	struct sinsp *s = arg;

	touch_str(t->comm);
	touch_str(t->exe);
	touch_str(t->exepath);
	touch_str(t->cwd);
	touch_str(t->root);
	touch(t->args.ptr, t->args.len);
	touch(t->env.ptr, t->env.len);
	touch(t->cgroups.ptr, t->cgroups.len);
	if (t->leader && t->leader->tid != t->pid && t->leader != t)
		abort();
	if (t->container)
		touch_container(t->container, NULL);
	sinsp_text_clear(&line);
	sinsp_thread_cmdline(t, &line);
	sinsp_thread_parent(s, t);
	sinsp_find_user(s, t->container, t->uid);
	sinsp_find_group(s, t->container, t->gid);
	sinsp_each_fd(t, touch_fd, NULL);
	return true;
}

static void touch_event(struct sinsp *s, const struct sinsp_event *ev)
{
	const char *dir;
	unsigned int i;

	if (ev->thread)
		touch_thread(ev->thread, s);
	if (ev->fd)
		touch_fd(ev->fd, NULL);
	for (i = 0; i < ev->raw.nparams; i++) {
		dir = sinsp_event_base_dir(s, ev, i);
		if (dir)
			touch_str(dir);
	}
}

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
