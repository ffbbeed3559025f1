/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzz target: any bytes as a capture. What is delivered is looked at, and written again. */
#include "driver.h"
#include "scap.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static unsigned int sum;

static void touch(const void *p, size_t n)
{
	const uint8_t *b = p;
	size_t i;

	for (i = 0; i < n; i++)
		sum += b[i];
}

static void touch_state(const struct scap_snapshot *s)
{
	size_t i, j;

	for (i = 0; i < s->n_threads; i++) {
		const struct scap_thread *t = &s->threads[i];

		touch(t->exe, strlen(t->exe) + 1);
		touch(t->root, strlen(t->root) + 1);
		touch(t->args.ptr, t->args.len);
		touch(t->env.ptr, t->env.len);
		touch(t->cgroups.ptr, t->cgroups.len);
		for (j = 0; j < t->n_fds; j++)
			touch(t->fds[j].name, strlen(t->fds[j].name) + 1);
	}
	for (i = 0; i < s->n_users; i++)
		touch(s->users[i].shell, strlen(s->users[i].shell) + 1);
	for (i = 0; i < s->n_groups; i++)
		touch(s->groups[i].name, strlen(s->groups[i].name) + 1);
	for (i = 0; i < s->n_interfaces; i++)
		touch(s->interfaces[i].name, strlen(s->interfaces[i].name) + 1);
}

static void touch_event(const struct scap_event *ev)
{
	const void *item;
	unsigned int i;
	size_t len;

	if (ev->nparams > ev->info->nparams)
		abort();
	for (i = 0; i < ev->nparams; i++) {
		touch(scap_param_ptr(ev, i), scap_param_len(ev, i));
		scap_param_u64(ev, i, 0);
		scap_param_str(ev, i, &len);
	}
	scap_event_result(ev, 0);
	item = scap_event_item(ev, SCAP_ITEM_LOSS, &len);
	if (item)
		touch(item, len);
}

static int one_input(const uint8_t *data, size_t size)
{
	static const struct scap_writer_options plain = { .compression = SCAP_PLAIN };
	struct scap_writer *w;
	struct scap_event ev;
	struct scap_gap gap;
	unsigned int gaps = 0;
	char path[64];
	struct scap *h;
	int fd, rc;

	fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	h = scap_open_file(path, NULL);
	close(fd);
	if (!h)
		return 0;
	touch_state(scap_snapshot(h));
	w = scap_writer_open("/dev/null", &plain, scap_snapshot(h), NULL);
	if (!w)
		abort();
	while ((rc = scap_next(h, &ev)) != SCAP_END) {
		if (rc == SCAP_SECTION) {
			touch_state(scap_snapshot(h));
			continue;
		}
		if (rc < 0 && (gaps++ > 100 || scap_resume(h, &gap) != 1))
			break;
		if (rc < 0)
			continue;
		touch_event(&ev);
		scap_writer_event(w, &ev);
	}
	if (scap_writer_close(w, NULL) < 0 || (rc < 0 && scap_error(h)->msg[0] == '\0'))
		abort();
	scap_close(h);
	return 0;
}

FUZZ("reader", one_input)
