/* SPDX-License-Identifier: BSD-2-Clause */
/* Abuse of the module: what its parts share. */
#ifndef VM_ABUSE_H
#define VM_ABUSE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "report.h"
#include "ring.h"

/* ---- random.c ---- */

/* The same seed gives the same numbers. */
void rnd_seed(uint64_t seed);
uint64_t rnd(void);
static inline unsigned int rnd_below(unsigned int n)
{
	return (unsigned int)(rnd() % n);
}

/* ---- requests.c: every ioctl ---- */

struct request {
	const char *name;
	unsigned long cmd;
	unsigned long (*arg)(void); /* a good one, of several; NULL: none is needed */
};
extern const struct request requests[];
extern const unsigned int nrequests;

/* A folder of a control group that scopes can name. */
int some_group(void);

/* ---- background.c: what the machine does meanwhile ---- */

void background_start(void);
void background_stop(void);

/* ---- held.c: what is lost if something is ---- */

/* What the module holds, and the memory of the machine. */
struct held {
	unsigned int areas;    /* of vmalloc space */
	unsigned long objects; /* of slabs */
	long pids;	       /* of processes, held by consumers too */
	long available_kb;
	int users; /* the module's reference count, -1: not loaded */
};

struct held held_now(void);
/* Whether more memory has gone since then than the kernel may take for itself. Waits for it. */
bool held_memory_is_less(const struct held *before, unsigned int loads);
/*
 * Reports whether all is given back after @rounds of @what, in which the module was loaded @loads
 * times; nobody may have a device open.
 */
void held_report(const struct held *before, const char *what, unsigned int rounds,
		 unsigned int loads);
/* Reports whether some process hangs, or is left over. */
void stuck_report(void);
/* Waits until nobody uses the module. */
bool unused(void);

/* ---- devices ---- */

/* Whether an event's lengths fit together, within @room bytes. Items may be behind it. */
bool event_whole(const struct scap_event_hdr *hdr, uint32_t room);
/* Takes everything out of the rings: how many events; *bad: of those not whole. */
unsigned int drain(struct rings *r, unsigned int *bad);
/* Opens, records one call of its own and closes: 0 or -errno. */
int works(void);

/* ---- the parts: each does @rounds rounds ---- */

void kill_at_each_step(unsigned int rounds);
void consumers_at_random(unsigned int rounds);
void requests_at_random(unsigned int rounds);
void load_and_unload(unsigned int rounds);
void unload_and_open(unsigned int rounds);
void cpu_off_and_on(unsigned int rounds);

/* Loads and unloads ./scap.ko: 0 or -errno. */
int module_load(void);
int module_unload(void);

/* One line of the table: what, how often, how much of something. */
void row(const char *what, unsigned int rounds, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
