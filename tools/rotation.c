/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of rotated files, as sysdig's users know them: a number behind the name, or the name as a
 * format of strftime(3) with -G. What an earlier run left is evidence: numbers go on behind it.
 */
#include "rotation.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "complain.h"

#define NSEC 1000000000ull

bool rotation_wanted(const struct options *o)
{
	return o->output && (o->file_bytes || o->file_seconds || o->file_events);
}

bool rotation_due(const struct rotation *r, uint64_t bytes, uint64_t ts)
{
	const struct options *o = r->options;

	return (o->file_bytes && bytes > o->file_bytes) ||
	       (o->file_events && r->n_events >= o->file_events) ||
	       (o->file_seconds && ts > r->began && (ts - r->began) / NSEC >= o->file_seconds);
}

static bool by_time(const struct options *o)
{
	return o->file_seconds && strchr(o->output, '%');
}

/* Digits of a number: all of the same width where a ring is filled by size. */
static int width(const struct options *o)
{
	return o->file_bytes && o->file_limit ? snprintf(NULL, 0, "%u", o->file_limit - 1) : 1;
}

static char *numbered(const struct options *o, uint64_t number)
{
	char *name;

	if (asprintf(&name, "%s%0*llu", o->output, width(o), (unsigned long long)number) < 0)
		return NULL;
	return name;
}

/* In the ring a number comes again, after all others have. */
static uint64_t number_of(const struct rotation *r, uint64_t n)
{
	uint64_t limit = r->options->file_limit;

	return r->base + (limit ? n % limit : n);
}

static bool exists(const char *name)
{
	return access(name, F_OK) == 0 || errno != ENOENT;
}

/* Where our numbers can begin: as many as we shall need at once are free. */
static int find_base(struct rotation *r)
{
	uint64_t want = r->options->file_limit ? r->options->file_limit : 1, number, run = 0;

	for (number = 0; run < want; number++) {
		char *name = numbered(r->options, number);

		if (!name)
			return complain("out of memory");
		run = exists(name) ? 0 : run + 1;
		free(name);
	}
	r->base = number - want;
	return 0;
}

/* The name for a time; files of one second, and of other runs, get a number behind it. */
static char *timed(const struct options *o, uint64_t ts)
{
	time_t seconds = (time_t)(ts / NSEC);
	char text[PATH_MAX], *name;
	unsigned int i;
	struct tm tm;

	if (!localtime_r(&seconds, &tm) || !strftime(text, sizeof(text), o->output, &tm))
		return NULL;
	name = strdup(text);
	for (i = 1; name && exists(name) && i < UINT_MAX; i++) {
		free(name);
		if (asprintf(&name, "%s.%u", text, i) < 0)
			return NULL;
	}
	return name;
}

/* Somebody else's file came into our way while we ran: go on behind it. */
static char *next_number(struct rotation *r)
{
	char *name = numbered(r->options, number_of(r, r->n));

	while (name && !r->options->file_limit && exists(name)) {
		free(name);
		r->base++;
		name = numbered(r->options, number_of(r, r->n));
	}
	return name;
}

const char *rotation_next(struct rotation *r, uint64_t ts)
{
	const struct options *o = r->options;
	size_t keep = o->file_limit ? o->file_limit : 1;
	char **slot, *name;

	if (!r->names) {
		r->names = calloc(keep, sizeof(*r->names));
		if (!r->names) {
			complain("out of memory");
			return NULL;
		}
		if (!by_time(o) && find_base(r))
			return NULL;
	}
	slot = &r->names[r->n % keep];
	if (o->file_limit && *slot && unlink(*slot) < 0 && errno != ENOENT) {
		complain_file(*slot, strerror(errno));
		return NULL;
	}
	name = by_time(o) ? timed(o, ts) : next_number(r);
	if (!name) {
		complain("%s: no name can be made of it for the next file", o->output);
		return NULL;
	}
	free(*slot);
	*slot = name;
	r->n++;
	r->began = ts;
	r->n_events = 0;
	return name;
}

void rotation_free(struct rotation *r)
{
	size_t keep = r->options && r->options->file_limit ? r->options->file_limit : 1, i;

	for (i = 0; r->names && i < keep; i++)
		free(r->names[i]);
	free(r->names);
	r->names = NULL;
}
