/* SPDX-License-Identifier: BSD-2-Clause */
/* What a recording must be told of descriptors. */
#include "bring.h"
#include "image.h"

struct fd_walk {
	struct sift *f;
	int64_t tid;
	const struct sinsp_fd_table *other;
	int64_t after, stale; /* the first one behind after that other does not have, or -1 */
};

static bool same_fd(const struct sinsp_fd *a, const struct sinsp_fd *b)
{
	size_t i;

	for (i = 0; i < image_fd.n; i++)
		if (!image_same(&image_fd.fields[i], a, b))
			return false;
	return true;
}

/* The descriptor as it was before the event; NULL: there was none. */
static const struct sinsp_fd *find_before(const struct fd_walk *w, int64_t num)
{
	const struct sinsp_event *ev = &w->f->live->ev;
	const struct sinsp_fd *fd = fds_find(w->other, num);

	if (fd && ev->renamed && num == ev->fd_num && w->other == ev->thread->fds)
		return w->f->live->before.fd.num < 0 ? NULL : &w->f->live->before.fd;
	return fd;
}

static bool bring_fd(struct sinsp_fd *fd, void *arg)
{
	struct fd_walk *w = arg;
	const struct thread *k = threads_find(&w->f->kept->threads, w->tid);
	const struct sinsp_fd *known = k ? fds_find(k->pub.fds, fd->num) : NULL;
	const struct sinsp_fd *before = find_before(w, fd->num);
	struct sinsp_fd now;

	if (!before)
		return true;
	now = *before;
	now.losses -= bring_lost(w->f);
	if (!known || !same_fd(known, &now))
		tell_fd(&w->f->telling, w->tid, &now);
	return w->f->telling.rc == 0;
}

static bool find_stale(struct sinsp_fd *fd, void *arg)
{
	struct fd_walk *w = arg;

	if (fd->num <= w->after || find_before(w, fd->num))
		return true;
	w->stale = fd->num;
	return false;
}

const struct sinsp_fd_table *bring_kept_fds(const struct sift *f, const struct thread *t)
{
	const struct thread *k = threads_find(&f->kept->threads, t->pub.tid);

	return k ? k->pub.fds : NULL;
}

/* Tells that those of @of, a thread in the recording, are none of w->tid that it does not have. */
static void close_stale(struct fd_walk *w, int64_t of)
{
	const struct thread *k;

	w->after = -1;
	do {
		k = threads_find(&w->f->kept->threads, of);
		w->stale = -1;
		if (k)
			fds_each(k->pub.fds, find_stale, w);
		if (w->stale >= 0)
			tell_closed(&w->f->telling, w->tid, w->stale);
		w->after = w->stale;
	} while (w->stale >= 0 && !w->f->telling.rc);
}

void bring_fds(struct sift *f, const struct thread *t)
{
	const struct thread *leader = leader_of(t);
	struct fd_walk w = { .f = f, .other = t->pub.fds };

	w.tid = t->pub.fds == leader->pub.fds ? leader->pub.tid : t->pub.tid;
	close_stale(&w, w.tid);
	fds_each(t->pub.fds, bring_fd, &w);
	sinsp_finish_last(f->kept);
}

void bring_inherited(struct sift *f, const struct thread *t)
{
	struct fd_walk w = { .f = f, .tid = t->pub.tid, .other = t->pub.fds };

	close_stale(&w, t->pub.ptid);
}

uint64_t bring_fd_lead(const struct sift *f, const struct thread *t)
{
	return fds_edits(t->pub.fds) - fds_edits(bring_kept_fds(f, t));
}

void bring_entry(struct sift *f, const struct thread *t, const struct scap_event *ev)
{
	const struct thread *k = threads_find(&f->kept->threads, t->pub.tid);
	bool entered = f->live->before.entered;
	bool known = k && k->entry.type + 1 == ev->hdr->type;

	if (!entered && !known)
		return;
	if (entered && known && k->entry.len == t->entry.len &&
	    memcmp(k->entry.path, t->entry.path, t->entry.len) == 0)
		return;
	tell_entry(&f->telling, ev, entered ? t->entry.path : NULL, t->entry.len);
}
