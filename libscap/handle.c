/* SPDX-License-Identifier: BSD-2-Clause */
/* The public calls on a source of events; each hands over to the engine behind the handle. */
#include "scap.h"
#include "engine.h"

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
