/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Chisels: small Lua programs that look at the events of a run. scapula-chisel(7) tells what they
 * are given. A chisel that fails is told of by name, line and reason, and ends; the others, and
 * the recording, go on.
 */
#ifndef TOOLS_CHISEL_H
#define TOOLS_CHISEL_H

#include "sinsp.h"

struct chisels;
struct options;

struct chisels *chisels_new(void); /* NULL: no memory */
void chisels_free(struct chisels *cs);

/*
 * Loads the chisel @name for this run, and takes the word with its arguments, if it wants one, from
 * the words from *@next on. Returns 0, or the exit status after a complaint.
 */
int chisels_add(struct chisels *cs, const char *name, int argc, char **argv, int *next);

/* Gives them their arguments and lets them prepare. @o must stay as long. As above. */
int chisels_init(struct chisels *cs, const struct options *o);

/* Bytes kept of each buffer that a chisel asks of a live capture; 0: none does. */
uint32_t chisels_snaplen(const struct chisels *cs);

/* Before the first event of @s, which reads @file (NULL: live); @filter is the user's, or NULL. As
 * above. */
int chisels_open(struct chisels *cs, struct sinsp *s, const char *file,
		 struct sinsp_filter *filter);

/* One event. @matches: it passed the user's filter. False: a chisel asks to end the capture, or
 * none is left that could go on. */
bool chisels_event(struct chisels *cs, const struct sinsp_event *ev, bool matches);

/* One that is hidden from people. */
bool chisels_hidden(struct chisels *cs, const struct sinsp_event *ev);

/* Live, and nothing happened until now: for those that wait for an interval. */
bool chisels_idle(struct chisels *cs);

/* After the last event of @s. Returns the exit status: a failure if a chisel failed. */
int chisels_close(struct chisels *cs);

/* What a chisel wants to be run when all is done; returns if there is nothing. */
int chisels_run_next(struct chisels *cs, int status);

/* -cl and -i: on standard output. Return the exit status. */
int chisels_list(void);
int chisels_info(const char *name);

#endif
