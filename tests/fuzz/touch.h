/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks at all of an inspector's state, so that the sanitizers see what of it is not there. */
#ifndef FUZZ_TOUCH_H
#define FUZZ_TOUCH_H

#include <stdlib.h>
#include <string.h>

#include "sinsp.h"

static unsigned int touch_sum;
static struct sinsp_text touch_line;

static inline void touch(const void *p, size_t n)
{
	const uint8_t *b = p;
	size_t i;

	for (i = 0; i < n; i++)
		touch_sum += b[i];
}

static inline void touch_str(const char *s)
{
	touch(s, strlen(s) + 1);
}

static inline bool touch_fd(struct sinsp_fd *fd, void *arg)
{
	(void)arg;
	touch(fd, sizeof(*fd));
	touch_str(fd->name);
	return true;
}

static inline bool touch_container(struct sinsp_container *c, void *arg)
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

static inline bool touch_thread(struct sinsp_thread *t, void *arg)
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
	sinsp_text_clear(&touch_line);
	sinsp_thread_cmdline(t, &touch_line);
	sinsp_thread_parent(s, t);
	sinsp_find_user(s, t->container, t->uid);
	sinsp_find_group(s, t->container, t->gid);
	sinsp_each_fd(t, touch_fd, NULL);
	return true;
}

static inline void touch_event(struct sinsp *s, const struct sinsp_event *ev)
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

#endif
