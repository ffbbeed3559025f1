/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who has had a CPU, until now: switches of threads tell it, and for those that run at this moment
 * the time since. How much of that has been told lies in the threads themselves.
 *
 * What is told, at the end of a sample and of a thread's life, is an event like the ones with which
 * recorders of old told the processes' share: so views that ask for it find threads that did
 * nothing else, and filters have their say.
 */
#include <stdlib.h>

#include "top.h"

#define CPUS_MAX 4096

struct running {
	uint64_t ts;
	uint64_t tid;
};

struct top_cpu {
	struct running *on;
	unsigned int n; /* CPUs seen */
	bool known;	/* there was a switch */
	uint64_t begin;
	uint8_t record[128];
};

struct top_cpu *top_cpu_new(void)
{
	struct top_cpu *cpu = calloc(1, sizeof(*cpu));

	if (cpu && !(cpu->on = calloc(CPUS_MAX, sizeof(*cpu->on)))) {
		free(cpu);
		return NULL;
	}
	return cpu;
}

void top_cpu_free(struct top_cpu *cpu)
{
	if (cpu)
		free(cpu->on);
	free(cpu);
}

void top_cpu_begin(struct top_cpu *cpu, uint64_t ts)
{
	cpu->begin = ts;
}

void top_cpu_event(struct top_cpu *cpu, const struct sinsp_event *ev)
{
	struct running *r;

	if (ev->raw.hdr->type != SCAP_EVT_SCHEDSWITCH_6_E || ev->raw.cpu >= CPUS_MAX)
		return;
	cpu->known = true;
	if (ev->raw.cpu >= cpu->n)
		cpu->n = ev->raw.cpu + 1u;
	r = &cpu->on[ev->raw.cpu];
	r->ts = ev->raw.hdr->ts;
	r->tid = scap_param_u64(&ev->raw, 0, 0);
}

/* What @t has had in all. */
static uint64_t usage(const struct top_cpu *cpu, const struct sinsp_thread *t, uint64_t ts)
{
	unsigned int i;

	for (i = 0; i < cpu->n; i++)
		if (cpu->on[i].tid && cpu->on[i].tid == (uint64_t)t->tid && ts > cpu->on[i].ts)
			return t->cpu_ns + (ts - cpu->on[i].ts);
	return t->cpu_ns;
}

static void tell(struct top_cpu *cpu, struct sinsp_thread *t, uint64_t ts, top_state_fn give,
		 void *arg)
{
	uint64_t now = usage(cpu, t, ts), told = (uintptr_t)t->user, since = cpu->begin;
	uint64_t none = 0;
	struct scap_param params[] = { { &none, 8 }, { &none, 8 } };
	struct top_state st = {
		.ev = { .thread = t, .fd_num = -1, .hidden = true, .injected = true },
		.known = cpu->known,
	};
	int64_t len;

	if (t->leader && t->leader->clone_ts > since)
		since = t->leader->clone_ts; /* shares of threads add up to that of the process */
	/* Who lived for a moment only has not used a CPU up: recorders looked once a second. */
	if (ts - since < TOP_SECOND)
		since = ts - TOP_SECOND;
	if (now > told) {
		st.cpu_ns = (double)(now - told);
		st.percent = ts > since ? 100 * st.cpu_ns / (double)(ts - since) : 0;
		t->user = (void *)(uintptr_t)now;
	}
	len = scap_event_encode(cpu->record, sizeof(cpu->record), SCAP_EVT_PROCINFO_E, ts,
				(uint64_t)t->tid, params, 2);
	if (len >= 0 && scap_event_decode(&st.ev.raw, cpu->record, (size_t)len) == 0)
		give(arg, &st);
}

void top_cpu_exit(struct top_cpu *cpu, const struct sinsp_event *ev, top_state_fn give, void *arg)
{
	if (ev->raw.hdr->type == SCAP_EVT_PROCEXIT_1_E && ev->thread)
		tell(cpu, ev->thread, ev->raw.hdr->ts, give, arg);
}

struct all {
	struct top_cpu *cpu;
	uint64_t ts;
	top_state_fn give;
	void *arg;
};

static bool tell_one(struct sinsp_thread *t, void *arg)
{
	const struct all *a = arg;

	if (!t->dead && !t->placeholder)
		tell(a->cpu, t, a->ts, a->give, a->arg);
	return true;
}

void top_cpu_all(struct top_cpu *cpu, struct sinsp *s, uint64_t ts, top_state_fn give, void *arg)
{
	struct all a = { cpu, ts, give, arg };

	sinsp_each_thread(s, tell_one, &a);
}
