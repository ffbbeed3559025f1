/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is behind a struct scap: a source of events as a table of functions. The kernel module is
 * one (engine_kmod.c), a capture file another (engine_file.c).
 */
#ifndef SCAP_ENGINE_H
#define SCAP_ENGINE_H

#include "scap.h"

struct scap_engine {
	const char *name;
	bool live;
	int (*next)(struct scap *h, struct scap_event *ev);
	void (*stop)(struct scap *h); /* may be NULL */
	void (*stats)(const struct scap *h, struct scap_stats *st);
	void (*close)(struct scap *h); /* frees h->priv */
	/* NULL: has no frames. They are called only with an index that is there. */
	struct frames *(*frames)(struct scap *h, int *fd);
	size_t (*frame_now)(struct scap *h);
	int (*seek)(struct scap *h, size_t i);
	int (*resume)(struct scap *h, struct scap_gap *gap); /* NULL: cannot */
};

struct frames;

struct scap {
	const struct scap_engine *engine;
	void *priv;
	struct scap_snapshot *snap; /* owned */
	struct scap_error err;
	char describe[160];
};

#endif
