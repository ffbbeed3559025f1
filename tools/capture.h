/* SPDX-License-Identifier: BSD-2-Clause */
/* The loop over the events of one source: filter, count, print, record. */
#ifndef TOOLS_CAPTURE_H
#define TOOLS_CAPTURE_H

#include "asking.h"
#include "damage.h"
#include "options.h"
#include "progress.h"
#include "rotation.h"
#include "sinsp.h"
#include "summary.h"

struct capture {
	const struct options *options;
	const char *file; /* NULL: live */
	struct scap *scap;
	struct sinsp *sinsp;
	struct sinsp_filter *filter;	 /* or NULL */
	struct sinsp_format *format;	 /* NULL: print nothing */
	struct sinsp_recorder *recorder; /* or NULL */
	struct rotation rotation;	 /* of its files */
	const char *output;		 /* the file that is being written */
	bool recording;			 /* the recorder may come with the first event */
	struct summary *summary;	 /* or NULL */
	struct sinsp_text text;		 /* lines that are not written yet */
	struct scap_loss told;		 /* losses of the events so far */
	uint64_t events;		 /* so far */
	struct asking asking;		 /* live */
	struct damage damage;
	struct progress progress;
	uint64_t last_ts;   /* of the last event recorded */
	uint64_t matched;   /* events that passed the filter */
	uint64_t last_tick; /* monotonic nanoseconds, of the last flush */
	bool hinted;	    /* what cannot match may not have been read */
	bool flush_lines;   /* somebody watches: no line waits in the buffer */
	bool reader_gone;   /* standard output is a pipe nobody reads any more */
};

/* SIGINT and SIGTERM end the loop in good order; a broken pipe is not a signal any more. */
void capture_catch_signals(void);
bool capture_interrupted(void);

/* Begins to record into @name. Returns 0 or the exit status; has complained. */
int capture_open_writer(struct capture *c, const char *name, const struct scap_snapshot *snap);

/* Begins the first of several files, whose first event is of time @ts. */
int capture_open_first(struct capture *c, uint64_t ts);

/* Runs to the end of the source, a limit or a signal. Returns the exit status; has complained. */
int capture_run(struct capture *c);

#endif
