/* SPDX-License-Identifier: BSD-2-Clause */
/* The load test: a program that knows each event that it causes, and who counts them. */
#ifndef VM_LOAD_H
#define VM_LOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* ---- program.c: the load ---- */

#define CALLERS 2
/* A child of the storm is known by a call with this argument, and makes so many events. */
#define STORM_MARK	  (-4242)
#define EVENTS_OF_A_CHILD 3 /* it returns from clone, calls dup, ends */

/* One process of the load and the events that it has caused, in memory that all share. */
struct worker {
	pid_t pid;
	uint64_t events;
	uint64_t calls; /* of those that the rate counts */
};

struct program {
	volatile bool stop;
	volatile unsigned int running; /* of callers and storm */
	struct worker root, caller[CALLERS], storm;
	uint64_t forks;
};

/* Calls and forks per second; 0: as many as there is time for. */
struct rates {
	double calls, forks; /* of each caller, of the storm */
};

/*
 * Forks the load program; it waits for a byte on program_start(). With @redis it also runs a redis
 * server and benchmark, as its descendants. program_end() waits for all of it.
 */
struct program *program_new(struct rates rates, bool redis);
void program_start(struct program *p);
void program_end(struct program *p);
uint64_t program_events(const struct program *p);

/* Runs redis-server, and then redis-benchmark until killed; @pids: both. */
void redis_start(pid_t pids[2]);
void redis_stop(const pid_t pids[2]);

double seconds(void);

/* ---- account.c: who counts ---- */

struct rings;

/* What the reader found. */
struct found {
	uint64_t events, malformed;
	uint64_t children;     /* of the storm */
	uint64_t odd_children; /* that have not EVENTS_OF_A_CHILD */
};

/* A thread that reads all rings, as fast as it can or once in @pause_us. */
void reader_start(struct rings *r, unsigned int pause_us);
struct found reader_stop(void);
uint64_t reader_events_of(pid_t tid);

/* The kernel's own count of the events of process @pid and its descendants to come; -1: cannot. */
int kernel_count_begin(pid_t pid);
uint64_t kernel_count_end(void);

#endif
