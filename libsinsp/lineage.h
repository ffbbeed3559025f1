/* SPDX-License-Identifier: BSD-2-Clause */
/* What clone, execve and exit have in common: their parameters, and who belongs to whom. */
#ifndef SINSP_LINEAGE_H
#define SINSP_LINEAGE_H

#include "parse.h"

#define ALL_CAPS ((1ull << 41) - 1)

/* A bit of sinsp_thread.flags that only user space sets. */
#define FLAG_INVERTED ((uint32_t)SCAP_CLONE_INVERTED)

/* Parameters that clone and execve have in common, by index. */
enum {
	P_RES,
	P_EXE,
	P_ARGS,
	P_TID,
	P_PID,
	P_PTID,
	P_CWD,
	P_FDLIMIT,
	P_PGFT_MAJ,
	P_PGFT_MIN,
	P_VM_SIZE,
	P_VM_RSS,
	P_VM_SWAP,
	P_COMM,
	P_CGROUPS,
};

/* The process that thread @tid belongs to, as far as that is known. */
int64_t lineage_process(struct sinsp *s, int64_t tid);

/*
 * Who takes the children of @t over where the kernel has not told: the nearest ancestor that has
 * asked for it, or the first process, of the same pid namespace. 0 unknown.
 */
int64_t lineage_reaper(struct sinsp *s, const struct sinsp_thread *t);

/*
 * The thread of a clone or execve event, as far as it is what the event says; else it starts anew,
 * with nothing known. NULL: no room.
 */
struct thread *lineage_check_thread(struct sinsp *s, struct thread *t);

/* Takes over the parent that the event tells; here its end may have been lost, or guessed. */
void lineage_check_parent(struct sinsp *s, struct thread *t);

/* parse_process.c: what every clone and execve event tells of the thread it is about. */
void parse_program(struct sinsp *s, struct sinsp_thread *p);
/* The kernel gives a program its own descriptor table and closes what is to be closed. */
void parse_exec_fds(struct thread *t);

/* Parameter @i, @missing if it is absent. */
static inline uint32_t parse_u32(const struct sinsp *s, unsigned int i, uint32_t missing)
{
	return (uint32_t)scap_param_u64(&s->ev.raw, i, missing);
}

#endif
