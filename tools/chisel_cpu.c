/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thread.cpu for chisels that look at procinfo events. Recorders of old wrote one each second for
 * each process, with the clock ticks that it had used. Where a capture has none but tells switches
 * of threads, such events are made here, once a second of the capture, of what those add up to; so
 * a chisel that ranks processes by their use of the CPU works on either.
 */
#include <stdlib.h>
#include <string.h>
#include <bsd/sys/tree.h>

#include "chisel_host.h"

#define SECOND	  1000000000ull
#define TICK	  10000000ull /* nanoseconds of a clock tick */
#define MAX_PROCS (1u << 20)  /* a forged capture could name any number */

struct chisel_usage {
	RB_ENTRY(chisel_usage) link;
	int64_t tid;
	uint64_t ts, user, system; /* at the sample before: nanoseconds */
	uint64_t now;		   /* being added up */
};

static int by_tid(const struct chisel_usage *a, const struct chisel_usage *b)
{
	return (a->tid > b->tid) - (a->tid < b->tid);
}

RB_HEAD(chisel_usages, chisel_usage);

RB_GENERATE_INTERNAL(chisel_usages, chisel_usage, link, by_tid, static __attribute__((unused)))

struct chisel_cpu {
	struct chisel_usages all;
	size_t n;
	uint64_t second; /* of the event before */
	bool recorded;	 /* the capture has samples of its own */
};

struct chisel_cpu *chisel_cpu_new(void)
{
	struct chisel_cpu *cpu = calloc(1, sizeof(*cpu));

	if (cpu)
		RB_INIT(&cpu->all);
	return cpu;
}

void chisel_cpu_free(struct chisel_cpu *cpu)
{
	struct chisel_usage *u;

	while (cpu && (u = RB_MIN(chisel_usages, &cpu->all))) {
		RB_REMOVE(chisel_usages, &cpu->all, u);
		free(u);
	}
	free(cpu);
}

static struct chisel_usage *usage_of(struct chisel_cpu *cpu, int64_t tid)
{
	struct chisel_usage key = { .tid = tid }, *u = RB_FIND(chisel_usages, &cpu->all, &key);

	if (u || cpu->n >= MAX_PROCS || !(u = calloc(1, sizeof(*u))))
		return u;
	u->tid = tid;
	cpu->n++;
	RB_INSERT(chisel_usages, &cpu->all, u);
	return u;
}

static double percent(uint64_t before, uint64_t now, uint64_t elapsed)
{
	return now > before && elapsed ? 100.0 * (double)(now - before) / (double)elapsed : 0;
}

/* What has been used since the sample before, into @cs for evt.field(). */
static void take_sample(struct chisels *cs, struct chisel_usage *u, uint64_t ts, uint64_t user,
			uint64_t system)
{
	uint64_t elapsed = u->ts && ts > u->ts ? ts - u->ts : 0;

	cs->cpu_user = percent(u->user, user, elapsed);
	cs->cpu_system = percent(u->system, system, elapsed);
	u->ts = ts;
	u->user = user;
	u->system = system;
}

bool chisel_cpu_recorded(struct chisels *cs, const struct sinsp_event *ev)
{
	struct chisel_usage *u = usage_of(cs->cpu, (int64_t)ev->raw.hdr->tid);

	cs->cpu->recorded = true;
	if (!u)
		return false;
	take_sample(cs, u, ev->raw.hdr->ts, scap_param_u64(&ev->raw, 0, 0) * TICK,
		    scap_param_u64(&ev->raw, 1, 0) * TICK);
	return true;
}

/* ---- made of switches ---- */

static bool add_up(struct sinsp_thread *t, void *arg)
{
	struct chisels *cs = arg;
	struct chisel_usage *u = t->cpu_ns ? usage_of(cs->cpu, t->pid) : NULL;

	if (u)
		u->now += t->cpu_ns;
	return true;
}

struct sample {
	struct chisels *cs;
	uint64_t ts;
	void (*give)(struct chisels *cs, const struct sinsp_event *ev);
};

static bool make_sample(struct sinsp_thread *t, void *arg)
{
	struct sample *s = arg;
	struct chisel_usage key = { .tid = t->pid };
	struct chisel_usage *u = RB_FIND(chisel_usages, &s->cs->cpu->all, &key);
	struct sinsp_event ev = { .thread = t, .fd_num = -1, .hidden = true, .injected = true };
	uint64_t zero = 0, ticks;
	struct scap_param params[] = { { &zero, 8 }, { &ticks, 8 } };
	uint8_t record[128];
	int64_t len;

	if (!u || !sinsp_thread_is_main(t))
		return true;
	ticks = u->now / TICK;
	take_sample(s->cs, u, s->ts, 0, u->now);
	u->now = 0;
	len = scap_event_encode(record, sizeof(record), SCAP_EVT_PROCINFO_E, s->ts,
				(uint64_t)t->tid, params, 2);
	if (len >= 0 && scap_event_decode(&ev.raw, record, (size_t)len) == 0)
		s->give(s->cs, &ev);
	return true;
}

void chisel_cpu_time(struct chisels *cs, uint64_t ts,
		     void (*give)(struct chisels *cs, const struct sinsp_event *ev))
{
	struct sample s = { cs, ts, give };
	struct chisel_cpu *cpu = cs->cpu;

	if (cpu->recorded || ts / SECOND <= cpu->second)
		return;
	cpu->second = ts / SECOND;
	sinsp_each_thread(cs->sinsp, add_up, cs);
	sinsp_each_thread(cs->sinsp, make_sample, &s);
}
