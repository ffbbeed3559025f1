/* SPDX-License-Identifier: BSD-2-Clause */
/* The public calls on a source of events; each hands over to the engine behind the handle. */
#include "scap.h"
#include "engine.h"
#include "frames.h"

#include <errno.h>

#include <stdlib.h>

void scap_close(struct scap *h)
{
	if (!h)
		return;
	if (h->engine && h->engine->close)
		h->engine->close(h);
	scap_snapshot_free(h->snap);
	free(h);
}

int scap_next(struct scap *h, struct scap_event *ev)
{
	return h->engine->next(h, ev);
}

void scap_stop(struct scap *h)
{
	if (h->engine->stop)
		h->engine->stop(h);
}

const struct scap_snapshot *scap_snapshot(const struct scap *h)
{
	return h->snap;
}

const struct scap_error *scap_error(const struct scap *h)
{
	return &h->err;
}

bool scap_is_live(const struct scap *h)
{
	return h->engine->live;
}

const char *scap_describe(const struct scap *h)
{
	return h->describe;
}

void scap_stats(const struct scap *h, struct scap_stats *st)
{
	memset(st, 0, sizeof(*st));
	if (h->engine->stats)
		h->engine->stats(h, st);
}

int scap_resume(struct scap *h, struct scap_gap *gap)
{
	memset(gap, 0, sizeof(*gap));
	return h->engine->resume ? h->engine->resume(h, gap) : 0;
}

/* ---- frames ---- */

static struct frames *frames_of(struct scap *h, int *fd)
{
	return h->engine->frames ? h->engine->frames(h, fd) : NULL;
}

const struct scap_frame *scap_frames(struct scap *h, size_t *n)
{
	struct frames *f;
	int fd;

	f = frames_of(h, &fd);
	*n = f ? f->n : 0;
	return f ? f->list : NULL;
}

bool scap_is_unfinished(struct scap *h)
{
	struct frames *f;
	int fd;

	f = frames_of(h, &fd);
	return f && !f->has_table;
}

int scap_frame_detail(struct scap *h, size_t i, const struct scap_frame_detail **detail)
{
	struct frames *f;
	int fd;

	f = frames_of(h, &fd);
	if (!f || i >= f->n)
		return -EINVAL;
	*detail = &f->detail;
	return frames_detail(f, fd, i);
}

int scap_frame_state(struct scap *h, size_t i, const void **state, size_t *len)
{
	struct frames *f;
	int fd, rc;

	f = frames_of(h, &fd);
	if (!f || i >= f->n)
		return -EINVAL;
	rc = frames_state(f, fd, i, len);
	*state = f->state;
	return rc;
}

size_t scap_frame_now(struct scap *h)
{
	return h->engine->frame_now ? h->engine->frame_now(h) : 0;
}

int scap_seek(struct scap *h, size_t i)
{
	struct frames *f;
	int fd;

	f = frames_of(h, &fd);
	if (!f || i >= f->n || !f->list[i].indexed)
		return -EINVAL;
	return h->engine->seek(h, i);
}
