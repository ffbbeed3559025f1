/* SPDX-License-Identifier: BSD-2-Clause */
/* The engine behind scap_open_source(): events that a consumer of the library has from elsewhere.
 */
#include "engine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct source {
	const struct scap_source *table;
	void *state;
	bool stopped;
	struct scap_stats stats;
};

static int source_next(struct scap *h, struct scap_event *ev)
{
	struct source *src = h->priv;
	struct scap_record rec = { .ptr = NULL };
	int rc;

	if (src->stopped)
		return SCAP_END;
	rc = src->table->next(src->state, &rec, &h->err);
	if (rc < 0 && !h->err.msg[0])
		scap_fail(&h->err, rc, "%s: %s", src->table->name, strerror(-rc));
	if (rc == SCAP_SECTION || rc > SCAP_SECTION)
		return scap_fail(&h->err, -EINVAL, "%s: no such status: %d", src->table->name, rc);
	if (rc != SCAP_EVENT)
		return rc;
	rc = rec.ptr ? scap_event_decode(ev, rec.ptr, rec.len) : -EBADMSG;
	if (rc < 0)
		return scap_fail(&h->err, -EBADMSG, "%s: a record of %zu bytes makes no sense",
				 src->table->name, rec.len);
	ev->cpu = rec.cpu;
	src->stats.events++;
	return SCAP_EVENT;
}

static void source_stop(struct scap *h)
{
	((struct source *)h->priv)->stopped = true;
}

static void source_stats(const struct scap *h, struct scap_stats *st)
{
	*st = ((const struct source *)h->priv)->stats;
}

static void source_close(struct scap *h)
{
	struct source *src = h->priv;

	if (src->table->close)
		src->table->close(src->state);
	free(src);
}

static const struct scap_engine source_engine = {
	.name = "source",
	.next = source_next,
	.stop = source_stop,
	.stats = source_stats,
	.close = source_close,
};

static const struct scap_engine live_source_engine = {
	.name = "live source",
	.live = true,
	.next = source_next,
	.stop = source_stop,
	.stats = source_stats,
	.close = source_close,
};

struct scap *scap_open_source(const struct scap_source *table, void *arg, struct scap_error *err)
{
	struct scap_error none = { 0 };
	struct scap *h = calloc(1, sizeof(*h));
	struct source *src = calloc(1, sizeof(*src));
	int rc = 0;

	if (h)
		h->snap = scap_snapshot_new();
	if (!h || !src || !h->snap) {
		scap_fail(err, -ENOMEM, "out of memory");
		goto fail;
	}
	src->table = table;
	src->state = arg;
	if (table->open)
		rc = table->open(arg, h->snap, &src->state, &none);
	if (rc < 0) {
		scap_fail(err, rc, "%s: %s", table->name, none.msg[0] ? none.msg : strerror(-rc));
		goto fail;
	}
	h->engine = table->live ? &live_source_engine : &source_engine;
	h->priv = src;
	snprintf(h->describe, sizeof(h->describe), "%s", table->name);
	return h;
fail:
	if (h)
		scap_snapshot_free(h->snap);
	free(h);
	free(src);
	return NULL;
}
