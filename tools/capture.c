/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The record loop. Lines are gathered in one buffer and written in large pieces; when the source is
 * idle, or once a second, everything is handed on: lines to the reader, events to the disk.
 */
#include "capture.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "chisel.h"
#include "complain.h"

#define FLUSH_BYTES	(256u << 10)
#define TICK_EVENTS	256 /* look at the clock each time so many events have passed */
#define NSEC		1000000000ull
#define LAST_ANSWERS_MS 500 /* a recording ends no later for those who do not answer */
/* Of an item that tells of lost events; a latency is shorter. */
#define LOSS_BYTES (sizeof(struct scap_item_hdr) + sizeof(struct scap_loss))

static volatile sig_atomic_t signals_seen;

/* The first ends in good order, the second at once, the third even while a read blocks. */
static void on_signal(int sig)
{
	if (signals_seen < 2)
		signals_seen++;
	if (signals_seen == 2)
		signal(sig, SIG_DFL);
}

void capture_catch_signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal };

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sa.sa_handler = SIG_IGN;
	sigaction(SIGXFSZ, &sa, NULL);
}

bool capture_interrupted(void)
{
	return signals_seen > 0;
}

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
	return (uint64_t)ts.tv_sec * NSEC + (uint64_t)ts.tv_nsec;
}

/* A pipe without a reader is a good end; any other failure to write is not. */
static int flush_text(struct capture *c)
{
	size_t done = 0;
	ssize_t n;

	while (done < c->text.len) {
		n = write(STDOUT_FILENO, c->text.ptr + done, c->text.len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EPIPE) {
			c->reader_gone = true;
			break;
		}
		if (n < 0)
			return complain("standard output: %s", strerror(errno));
		done += (size_t)n;
	}
	sinsp_text_clear(&c->text);
	return 0;
}

static int writer_failed(struct capture *c)
{
	/* It begins with the name of the file. */
	return complain("%s", scap_writer_error(sinsp_recorder_writer(c->recorder))->msg);
}

/* Hands on what has gathered. */
static int flush_all(struct capture *c)
{
	int rc = flush_text(c);

	if (rc == 0 && c->recorder && !c->file &&
	    scap_writer_flush(sinsp_recorder_writer(c->recorder)) < 0)
		rc = writer_failed(c);
	return rc;
}

static int tick(struct capture *c)
{
	uint64_t t = now();

	if (!c->file)
		asking_take(&c->asking, c->sinsp);
	if (!c->file && t - c->last_tick >= NSEC) {
		c->last_tick = t;
		fflush(stdout); /* of chisels */
		return flush_all(c);
	}
	return 0;
}

static void put_clock(struct sinsp_text *out, uint64_t ts)
{
	time_t seconds = (time_t)(ts / NSEC);
	struct tm tm = { 0 };

	localtime_r(&seconds, &tm);
	sinsp_text_printf(out, "%02d:%02d:%02d.%09llu", tm.tm_hour, tm.tm_min, tm.tm_sec,
			  (unsigned long long)(ts % NSEC));
}

static void show_loss_json(struct capture *c, uint16_t cpu, const struct scap_loss *loss)
{
	sinsp_text_printf(&c->text,
			  "{\"loss.busy\":%llu,\"loss.cpu\":%u,\"loss.fault\":%llu,"
			  "\"loss.from\":%llu,\"loss.ring\":%llu,\"loss.to\":%llu}\n",
			  (unsigned long long)loss->busy, cpu, (unsigned long long)loss->fault,
			  (unsigned long long)loss->from, (unsigned long long)loss->buffer,
			  (unsigned long long)loss->to);
}

/* A line among the events, whatever the filter: without it they would look complete. */
static void show_loss(struct capture *c, uint16_t cpu, const struct scap_loss *loss)
{
	uint64_t n = loss->buffer + loss->fault + loss->busy;
	struct sinsp_text t = { 0 };

	if (c->options->text.json) {
		show_loss_json(c, cpu, loss);
		return;
	}
	sinsp_text_printf(&t, "! %llu event%s lost on CPU %u between ", (unsigned long long)n,
			  n == 1 ? "" : "s", cpu);
	if (loss->from)
		put_clock(&t, loss->from);
	else
		sinsp_text_puts(&t, "the beginning");
	sinsp_text_puts(&t, " and ");
	put_clock(&t, loss->to);
	sinsp_text_printf(&t, " (ring full: %llu, memory not resident: %llu, re-entry: %llu)\n",
			  (unsigned long long)loss->buffer, (unsigned long long)loss->fault,
			  (unsigned long long)loss->busy);
	sinsp_text_add(&c->text, t.ptr ? t.ptr : "", t.len);
	sinsp_text_free(&t);
}

/* The count of lost events stands at any of them, whether it matches or not. */
static void take_loss(struct capture *c, const struct sinsp_event *ev)
{
	struct scap_loss loss;
	size_t len;
	const void *item = scap_event_item(&ev->raw, SCAP_ITEM_LOSS, &len);

	if (!item || len < sizeof(loss))
		return;
	memcpy(&loss, item, sizeof(loss));
	c->told.buffer += loss.buffer;
	c->told.fault += loss.fault;
	c->told.busy += loss.busy;
	if (c->summary)
		summary_loss(c->summary, &loss);
	/* A format of the user's own is for a program that reads its lines. */
	if (c->format && !c->options->own_format)
		show_loss(c, ev->raw.cpu, &loss);
}

static uint64_t rest(uint64_t all, uint64_t told)
{
	return all > told ? all - told : 0;
}

/*
 * Losses stand at the first event that comes after them. When none came any more, a hidden event is
 * made for them at the end, so that the recording alone tells all of them.
 */
static int record_last_loss(struct capture *c)
{
	struct scap_loss loss = { .from = c->last_ts, .to = c->last_ts };
	struct scap_stats st;

	scap_stats(c->scap, &st);
	loss.buffer = rest(st.lost_buffer, c->told.buffer);
	loss.fault = rest(st.lost_fault, c->told.fault);
	loss.busy = rest(st.lost_busy, c->told.busy);
	if (scap_writer_error(sinsp_recorder_writer(c->recorder))->code)
		return 0; /* told already */
	if (!c->last_ts || !(loss.buffer | loss.fault | loss.busy))
		return 0;
	return sinsp_recorder_loss(c->recorder, c->last_ts, 0, &loss) < 0 ? writer_failed(c) : 0;
}

int capture_open_writer(struct capture *c, const char *name, const struct scap_snapshot *snap)
{
	struct scap_error err = { 0 };

	if (c->filter)
		c->recorder = sinsp_recorder_open_filtered(name, &c->options->writer, c->sinsp,
							   c->options->lean, &err);
	else
		c->recorder = sinsp_recorder_open(name, &c->options->writer, snap, &err);
	c->output = name;
	return c->recorder ? 0 : complain_file(name, err.msg);
}

static int record_state(const struct scap_event *ev, void *arg)
{
	struct capture *c = arg;

	return sinsp_recorder_event(c->recorder, ev);
}

/*
 * Opens a file that begins with the state of now. What the present event closes or ends is still in
 * it, and all else that it does can be done twice: the event comes next.
 */
static int open_with_state(struct capture *c, const char *name, uint64_t ts)
{
	const struct scap_snapshot *snap;
	int rc;

	if (c->filter)
		return name ? capture_open_writer(c, name, NULL) : EXIT_FAILURE;
	snap = sinsp_snapshot(c->sinsp);
	if (!snap)
		return complain("out of memory");
	if (!name || capture_open_writer(c, name, snap))
		return EXIT_FAILURE;
	rc = sinsp_tell_state(c->sinsp, ts, record_state, c);
	return rc < 0 ? writer_failed(c) : 0;
}

/* A part of a capture begins with the state that it finds, a whole one with that of the capture. */
int capture_open_first(struct capture *c, uint64_t ts)
{
	const char *name = c->rotation.options ? rotation_next(&c->rotation, ts)
					       : c->options->output;

	if (options_part(c->options))
		return open_with_state(c, name, ts);
	return name ? capture_open_writer(c, name, scap_snapshot(c->scap)) : EXIT_FAILURE;
}

static int rotate(struct capture *c, uint64_t ts)
{
	struct scap_error err = { 0 };
	int rc;

	rc = sinsp_recorder_close(c->recorder, &err);
	c->recorder = NULL;
	if (rc < 0)
		return complain("%s", err.msg);
	return open_with_state(c, rotation_next(&c->rotation, ts), ts);
}

static int write_event(struct capture *c, const struct sinsp_event *ev, bool matches)
{
	return c->filter ? sinsp_recorder_filtered(c->recorder, ev, matches)
			 : sinsp_recorder_event(c->recorder, &ev->raw);
}

static int record(struct capture *c, const struct sinsp_event *ev, bool matches)
{
	uint64_t ts = ev->raw.hdr->ts;

	if (!c->recorder && capture_open_first(c, ts))
		return EXIT_FAILURE;
	if (c->rotation.options && !ev->injected &&
	    rotation_due(&c->rotation, scap_writer_bytes(sinsp_recorder_writer(c->recorder)), ts) &&
	    rotate(c, ts))
		return EXIT_FAILURE;
	c->last_ts = ts;
	if ((matches || !c->filter) && !ev->hidden)
		c->rotation.n_events++;
	return write_event(c, ev, matches) < 0 ? writer_failed(c) : 0;
}

static int show(struct capture *c, const struct sinsp_event *ev)
{
	if (!sinsp_format_event(c->format, ev, &c->text))
		return 0;
	sinsp_text_add(&c->text, "\n", 1);
	if (c->text.failed)
		return complain("out of memory");
	if (c->flush_lines || c->text.len >= FLUSH_BYTES)
		return flush_text(c);
	return 0;
}

static bool is_visible(const struct capture *c, const struct sinsp_event *ev)
{
	return !ev->hidden && (c->options->internal || !(ev->raw.info->category & EC_INTERNAL));
}

/*
 * A recording of a damaged capture says itself what was left out of it: in an event that everybody
 * shows.
 */
static int record_gap(struct capture *c, uint64_t ts)
{
	struct damage *d = &c->damage;
	struct scap_param params[] = { { "gap", 4 }, { d->told, (uint32_t)strlen(d->told) + 1 } };
	struct scap_event ev;
	uint8_t buf[sizeof(d->told) + 128];
	int64_t len;

	d->unwritten = false;
	len = scap_event_encode(buf, sizeof(buf), SCAP_EVT_NOTIFICATION_E, ts, UINT64_MAX, params,
				2);
	if (len < 0 || scap_event_decode(&ev, buf, (size_t)len) < 0)
		return 0;
	return sinsp_recorder_event(c->recorder, &ev) < 0 ? writer_failed(c) : 0;
}

/* The first event behind a gap. */
static int behind_gap(struct capture *c, uint64_t ts)
{
	damage_next(&c->damage, ts);
	return c->recorder ? record_gap(c, ts) : 0;
}

/* Returns 0, or the exit status plus one when the loop shall end. */
static int handle(struct capture *c, const struct sinsp_event *ev)
{
	const struct options *o = c->options;
	uint64_t ts = ev->raw.hdr->ts, first;
	bool visible = is_visible(c, ev);
	bool matches = visible && (!c->filter || sinsp_filter_run(c->filter, ev));

	if (c->damage.open && behind_gap(c, ts))
		return EXIT_FAILURE + 1;
	if (ev->raw.items_len >= LOSS_BYTES)
		take_loss(c, ev);
	c->events++;
	if (ev->injected && ev->told)
		asking_container(&c->asking, ev);
	first = o->max_seconds ? sinsp_first_ts(c->sinsp) : 0;
	if (first && ts >= first && (ts - first) / NSEC >= o->max_seconds)
		return EXIT_SUCCESS + 1;
	/* Without a filter everything is recorded as it is, hidden events too. */
	if (c->recording && record(c, ev, matches))
		return EXIT_FAILURE + 1;
	if (o->chisels &&
	    !(visible ? chisels_event(o->chisels, ev, matches) : chisels_hidden(o->chisels, ev)))
		return EXIT_SUCCESS + 1;
	if (!matches)
		return 0;
	c->matched++;
	if (c->summary)
		summary_count(c->summary, &ev->raw);
	if (c->format && show(c, ev))
		return EXIT_FAILURE + 1;
	if (o->max_events && c->matched >= o->max_events)
		return EXIT_SUCCESS + 1;
	return 0;
}

/* Live and idle: -M counts by the clock of the wall then. */
static bool time_is_up(const struct capture *c, uint64_t started)
{
	return c->options->max_seconds && (now() - started) / NSEC >= c->options->max_seconds;
}

static int report_error(const struct capture *c)
{
	const char *msg = sinsp_error(c->sinsp)->msg;

	return c->file ? complain_file(c->file, msg) : complain("%s", msg);
}

static int loop(struct capture *c)
{
	uint64_t started = now(), n = 0;
	const struct sinsp_event *ev;
	bool stopping = false;
	int rc;

	while (!c->reader_gone) {
		if (signals_seen && (c->file || signals_seen > 1))
			return EXIT_SUCCESS;
		if (signals_seen && !stopping) {
			scap_stop(c->scap);
			/* What is left in the rings takes the last answers with it. */
			if (!c->file)
				asking_wait(&c->asking, c->sinsp, LAST_ANSWERS_MS);
			stopping = true;
		}
		rc = sinsp_next(c->sinsp, &ev);
		if (rc == SCAP_EVENT) {
			rc = handle(c, ev);
			if (rc)
				return rc - 1;
			progress_event(&c->progress, c->scap);
			if (++n % TICK_EVENTS == 0 && tick(c))
				return EXIT_FAILURE;
		} else if (rc == SCAP_TIMEOUT) {
			if (flush_text(c) || tick(c))
				return EXIT_FAILURE;
			if (c->options->chisels && !chisels_idle(c->options->chisels))
				return EXIT_SUCCESS;
			if (time_is_up(c, started))
				return EXIT_SUCCESS;
		} else if (rc == SCAP_END) {
			return EXIT_SUCCESS;
		} else if (rc == SCAP_SECTION && c->recorder) {
			return complain_file(c->file, "holds a second capture behind the first: "
						      "only the first one is written");
		} else if (rc < 0) {
			if (signals_seen && rc == -EINTR)
				return EXIT_SUCCESS;
			flush_text(c);
			if (rc != -EBADMSG || !c->file)
				return report_error(c);
			c->damage.file = c->file;
			if (!damage_pass(&c->damage, c->sinsp))
				return EXIT_SUCCESS;
		}
	}
	return EXIT_SUCCESS;
}

int capture_run(struct capture *c)
{
	int rc;

	c->last_tick = now();
	if (!c->file)
		asking_begin(&c->asking, c->options);
	if (c->file && (c->options->progress || c->options->watched))
		progress_begin(&c->progress, c->options->progress);
	rc = loop(c);
	if (!c->file)
		asking_end(&c->asking, c->options->text.verbose);
	if (c->recorder && !c->file && record_last_loss(c))
		rc = EXIT_FAILURE;
	if (c->recorder && c->damage.unwritten && record_gap(c, c->last_ts))
		rc = EXIT_FAILURE;
	if (flush_text(c) || (c->damage.gaps && !c->options->tolerate))
		rc = EXIT_FAILURE;
	progress_end(&c->progress);
	return rc;
}
