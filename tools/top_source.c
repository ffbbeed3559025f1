/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the events come from: the kernel module, or a capture, which is read from its beginning for
 * each view. It is read in short pieces, so that keys are answered all the time.
 */
#include "top.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LOOK_EVENTS 512 /* at the clock each time so many events have passed */

uint64_t top_clock_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

void top_source_release(struct top_source *src)
{
	if (src->bound)
		src->sink.unbind(src->sink.arg);
	src->bound = false;
}

void top_source_close(struct top_source *src)
{
	top_source_release(src);
	if (src->sinsp)
		sinsp_close(src->sinsp);
	if (src->scap)
		scap_close(src->scap);
	top_cpu_free(src->cpu);
	src->sinsp = NULL;
	src->scap = NULL;
	src->cpu = NULL;
}

static int open_source(struct top_source *src, struct scap_error *err)
{
	const struct options *o = src->options;
	struct scap_live_options live = {
		.device = o->device,
		.ring_bytes = o->ring_bytes,
		.snaplen = o->snaplen,
		.latency = true,
		.identity = true,
		.switches = true,
		.page_faults = o->page_faults,
		.scopes = o->scopes,
		.n_scopes = o->n_scopes,
	};
	struct sinsp_options state = { .no_users = o->no_users,
				       .keep_containers = src->file,
				       .large_environments = o->large_environment };

	src->scap = src->file ? scap_open_file(src->file, err) : scap_open_live(&live, err);
	if (!src->scap)
		return err->code;
	src->sinsp = sinsp_open(src->scap, &state, err);
	src->cpu = src->sinsp ? top_cpu_new() : NULL;
	if (!src->cpu) {
		if (src->sinsp)
			scap_fail(err, -ENOMEM, "out of memory");
		top_source_close(src);
		return err->code;
	}
	sinsp_set_range(src->sinsp, o->from, o->to);
	src->events = 0;
	src->gaps = 0;
	src->first_ts = src->last_ts = src->begin = 0;
	src->trouble[0] = '\0';
	src->ended = src->failed = false;
	return 0;
}

/*
 * The time until which all is known, live: the clock's where there is nothing left to read, else
 * that of the last event. Who reads behind must not take seconds of work for a moment's.
 */
static uint64_t known_until(const struct top_source *src)
{
	struct timespec now;

	if (src->file || (!src->idle && src->last_ts))
		return src->last_ts;
	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * TOP_SECOND + (uint64_t)now.tv_nsec;
}

static void ignore(void *arg, const struct top_state *st)
{
	(void)arg;
	(void)st;
}

/* Live, what threads have had of the CPUs until now is not what the next sample is about. */
static void begin_live(struct top_source *src)
{
	src->last_ts = known_until(src);
	top_source_next_sample(src);
	top_cpu_all(src->cpu, src->sinsp, src->begin, ignore, NULL);
}

int top_source_aim(struct top_source *src, const struct top_sink *sink, struct scap_error *err)
{
	int rc = 0;

	top_source_release(src);
	src->sink = *sink;
	if (src->file)
		top_source_close(src);
	if (!src->sinsp)
		rc = open_source(src, err);
	if (rc < 0)
		return rc;
	rc = sink->bind(sink->arg, src->sinsp, err);
	if (rc < 0)
		sink->unbind(sink->arg);
	src->bound = rc == 0;
	if (!src->file)
		begin_live(src);
	return rc;
}

static void give_state(void *arg, const struct top_state *st)
{
	const struct top_source *src = arg;

	src->sink.event(src->sink.arg, &st->ev, st);
}

static void take(struct top_source *src, const struct sinsp_event *ev)
{
	uint64_t ts = ev->raw.hdr->ts;

	top_cpu_event(src->cpu, ev);
	if (ev->hidden || ev->raw.info->category & EC_INTERNAL)
		return;
	src->events++;
	if (!src->first_ts || ts < src->first_ts)
		src->first_ts = ts;
	if (ts > src->last_ts)
		src->last_ts = ts;
	if (!src->begin) {
		src->begin = ts;
		top_cpu_begin(src->cpu, ts);
	}
	if (!src->bound)
		return;
	src->sink.event(src->sink.arg, ev, NULL);
	top_cpu_exit(src->cpu, ev, give_state, src);
}

/* True if there is more behind it. */
static bool pass_damage(struct top_source *src)
{
	struct scap_gap gap;

	if (!src->gaps++)
		snprintf(src->trouble, sizeof(src->trouble), "%s", sinsp_error(src->sinsp)->msg);
	return sinsp_resume(src->sinsp, &gap) == 1;
}

static void fail(struct top_source *src, int rc)
{
	src->ended = true;
	if (rc >= 0)
		return;
	src->failed = true;
	if (!src->trouble[0])
		snprintf(src->trouble, sizeof(src->trouble), "%s", sinsp_error(src->sinsp)->msg);
}

bool top_source_step(struct top_source *src, unsigned int ms)
{
	uint64_t until = top_clock_ms() + ms;
	const struct sinsp_event *ev;
	unsigned int n = 0;
	int rc;

	if (src->ended || !src->sinsp)
		return false;
	for (;;) {
		rc = sinsp_next(src->sinsp, &ev);
		src->idle = rc == SCAP_TIMEOUT;
		if (rc == SCAP_EVENT) {
			take(src, ev);
		} else if (rc == -EBADMSG && src->file) {
			if (!pass_damage(src))
				break;
		} else if (rc == SCAP_END || rc < 0) {
			break;
		}
		if (src->sink.full && src->sink.full(src->sink.arg)) {
			if (src->file)
				top_source_sample(src);
			src->ended = true;
			return true;
		}
		if ((rc == SCAP_TIMEOUT || ++n % LOOK_EVENTS == 0) && top_clock_ms() >= until)
			return true;
	}
	if (rc == -EINTR)
		return true;
	/* What a capture lacks at its end does not make less of what is in it. */
	if (rc == SCAP_END || rc == -EBADMSG)
		top_source_sample(src);
	fail(src, rc == -EBADMSG ? 0 : rc);
	return true;
}

void top_source_sample(struct top_source *src)
{
	src->last_ts = known_until(src);
	if (src->bound && src->last_ts)
		top_cpu_all(src->cpu, src->sinsp, src->last_ts, give_state, src);
}

double top_source_seconds(const struct top_source *src)
{
	uint64_t from = src->file ? src->first_ts : src->begin;

	return src->last_ts > from ? (double)(src->last_ts - from) / (double)TOP_SECOND : 0;
}

void top_source_next_sample(struct top_source *src)
{
	src->begin = src->last_ts;
	top_cpu_begin(src->cpu, src->begin);
}

unsigned int top_source_percent(const struct top_source *src)
{
	struct scap_stats st;

	if (src->ended || !src->scap)
		return 100;
	scap_stats(src->scap, &st);
	return st.bytes_total ? (unsigned int)(100 * st.bytes_read / st.bytes_total) : 0;
}
