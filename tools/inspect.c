/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scapula inspect: shows, counts or records the events of the running kernel or of captures. To cut
 * and to convert a capture are recordings of one.
 *
 * The order in which things are opened matters: the words that the user typed are checked first, so
 * that a wrong filter or format neither starts a recording nor makes a file.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "capture.h"
#include "chisel.h"
#include "complain.h"
#include "listing.h"
#include "verb.h"

/* What the first word of a wrong filter may have been meant to be. */
static void hint_at_first_word(const char *filter, bool may_be_verb)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
	size_t n = strcspn(filter, " ");
	char *word = strndup(filter, n);

	if (word && access(word, F_OK) == 0)
		complain("'%s' is a file: -r in front of it reads a capture", word);
	else if (word && may_be_verb && strspn(word, letters) == n && strcmp(word, "not") != 0)
		complain("'%s' is no verb either: see scapula help", word);
	free(word);
}

static int check_words(const struct options *o)
{
	struct scap_error err = { 0 };
	struct sinsp_filter *filter;
	struct sinsp_format *format;

	if (o->filter) {
		filter = sinsp_filter_new(NULL, o->filter, &err);
		if (!filter) {
			complain_filter(o->filter, &err);
			hint_at_first_word(o->filter, o->n_files == 0);
			return EXIT_FAILURE;
		}
		sinsp_filter_free(filter);
	}
	format = sinsp_format_new(NULL, o->format, &o->text, &err);
	if (!format)
		return complain("%s", err.msg);
	sinsp_format_free(format);
	return 0;
}

/* As a value of a filter. */
static void put_quoted(struct sinsp_text *out, const char *name)
{
	sinsp_text_puts(out, "\"");
	for (; *name; name++)
		sinsp_text_printf(out, *name == '"' || *name == '\\' ? "\\%c" : "%c", *name);
	sinsp_text_puts(out, "\"");
}

/* -U, live: the user's filter becomes one that leaves these processes out. */
static int suppress(struct options *o)
{
	struct sinsp_text text = { 0 };
	size_t i;

	if (o->n_files || !o->n_suppressed)
		return 0;
	for (i = 0; i < o->n_suppressed; i++) {
		sinsp_text_puts(&text, i ? ", " : "not proc.name in (");
		put_quoted(&text, o->suppressed[i]);
	}
	sinsp_text_puts(&text, ")");
	if (o->filter)
		sinsp_text_printf(&text, " and (%s)", o->filter);
	if (text.failed)
		return complain("out of memory");
	free(o->filter);
	o->filter = text.ptr;
	return 0;
}

/* Recording into the file that is being read would destroy it before it is read. */
static int check_output(const struct options *o, const char *file)
{
	struct stat in, out;

	if (!o->output || !file || stat(o->output, &out) < 0)
		return 0;
	if (strcmp(file, "-") == 0 ? fstat(STDIN_FILENO, &in) < 0 : stat(file, &in) < 0)
		return 0;
	if (S_ISREG(in.st_mode) && in.st_dev == out.st_dev && in.st_ino == out.st_ino)
		return complain("%s: is read and written at once", o->output);
	return 0;
}

/* A live recording asks the module for no system call that the filter does without. */
static const bool *wanted_calls(const struct options *o)
{
	static bool calls[SCAP_SC_MAX];
	struct sinsp_filter *f = o->filter ? sinsp_filter_new(NULL, o->filter, NULL) : NULL;

	if (!f)
		return NULL;
	sinsp_filter_calls(f, calls);
	sinsp_filter_free(f);
	return calls;
}

static int open_source(struct capture *c)
{
	const struct options *o = c->options;
	struct scap_live_options live = {
		.device = o->device,
		.ring_bytes = o->ring_bytes,
		.snaplen = o->snaplen,
		.latency = o->latency,
		.identity = o->identity,
		.switches = o->switches,
		.page_faults = o->page_faults,
		.scopes = o->scopes,
		.n_scopes = o->n_scopes,
		.calls = wanted_calls(o),
	};
	struct sinsp_options state = {
		.no_users = o->no_users,
		.large_environments = o->large_environment,
		.env_values = o->container_env,
	};
	struct scap_error err = { 0 };
	char *facts = NULL;

	if (!live.snaplen && o->chisels)
		live.snaplen = chisels_snaplen(o->chisels);
	if (!c->file && o->ask.cloud)
		live.facts = facts = asking_cloud();
	c->scap = c->file ? scap_open_file(c->file, &err) : scap_open_live(&live, &err);
	free(facts);
	if (!c->scap)
		return c->file ? complain_file(c->file, err.msg) : complain("%s", err.msg);
	c->sinsp = sinsp_open(c->scap, &state, &err);
	if (!c->sinsp)
		return complain("%s", err.msg);
	sinsp_set_range(c->sinsp, o->from, o->to);
	return 0;
}

/* Of several files the first one has the time of its first event, if that is not now. */
static int open_output(struct capture *c)
{
	const struct options *o = c->options;
	struct timespec ts;

	c->recording = true;
	if (rotation_wanted(o))
		c->rotation.options = o;
	else if (!options_part(o))
		return capture_open_writer(c, o->output, scap_snapshot(c->scap));
	if (c->file)
		return 0;
	clock_gettime(CLOCK_REALTIME, &ts);
	return capture_open_first(c, (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec);
}

static int open_sinks(struct capture *c)
{
	const struct options *o = c->options;
	struct scap_error err = { 0 };

	if (o->filter && !(c->filter = sinsp_filter_new(c->sinsp, o->filter, &err)))
		return complain_filter(o->filter, &err);
	/* What a recording keeps of other events, and where -M ends, is seen in events only. */
	c->hinted = c->filter && c->file && !o->output && !o->max_seconds && !o->chisels;
	if (c->hinted)
		sinsp_set_hint(c->sinsp, c->filter);
	if (!o->quiet && !o->output && !o->chisels &&
	    !(c->format = sinsp_format_new(c->sinsp, o->format, &o->text, &err)))
		return complain("%s", err.msg);
	if (o->output && open_output(c))
		return EXIT_FAILURE;
	if (o->chisels && chisels_open(o->chisels, c->sinsp, c->file, c->filter))
		return EXIT_FAILURE;
	c->flush_lines = o->unbuffered ||
			 (isatty(STDOUT_FILENO) && (!c->file || strcmp(c->file, "-") == 0));
	return 0;
}

/* Of a part of a capture only its own losses are told, however much was read for it. */
static void take_part(const struct capture *c, struct scap_stats *st)
{
	st->events = c->events;
	st->lost_buffer = c->told.buffer;
	st->lost_fault = c->told.fault;
	st->lost_busy = c->told.busy;
	st->lost = st->lost_buffer + st->lost_fault + st->lost_busy;
}

/* What the index let pass unread is in the capture all the same. */
static void count_unread(const struct capture *c, struct scap_stats *st)
{
	const struct scap_frame *fr;
	size_t n;

	fr = scap_frames(c->scap, &n);
	if (fr && n && fr[n - 1].indexed && fr[n - 1].first - 1 + fr[n - 1].events > st->events)
		st->events = fr[n - 1].first - 1 + fr[n - 1].events;
}

static void report_losses(const struct scap_stats *st, const char *file)
{
	uint64_t all = st->seen ? st->seen : st->events + st->lost;
	char text[256];

	if (!st->lost)
		return;
	snprintf(text, sizeof(text),
		 "%llu of %llu events lost (ring full: %llu, memory not resident: %llu, "
		 "re-entry: %llu)",
		 (unsigned long long)st->lost, (unsigned long long)all,
		 (unsigned long long)st->lost_buffer, (unsigned long long)st->lost_fault,
		 (unsigned long long)st->lost_busy);
	if (st->lost_no_ring)
		snprintf(text + strlen(text) - 1, sizeof(text) - strlen(text) + 1,
			 ", on CPUs that came later: %llu)", (unsigned long long)st->lost_no_ring);
	if (file)
		complain_file(file, text);
	else
		complain("%s", text);
}

/* Their events are there; what is not known is whose they are. */
static void report_refused(const struct sinsp *s, const char *file)
{
	char text[96];

	if (sinsp_files_refused(s))
		complain("a file about a container was left unread %llu times: another host or a "
			 "process serves its file system",
			 (unsigned long long)sinsp_files_refused(s));
	if (!sinsp_threads_refused(s))
		return;
	snprintf(text, sizeof(text), "%llu threads not followed: there were too many at a time",
		 (unsigned long long)sinsp_threads_refused(s));
	if (file)
		complain_file(file, text);
	else
		complain("%s", text);
}

static void report_statistics(const struct capture *c, const struct scap_stats *st, double seconds)
{
	fprintf(stderr,
		"Source: %s\nDriver Events:%llu\nDriver Drops:%llu\nLost Events:%llu "
		"(ring full: %llu, memory not resident: %llu, re-entry: %llu)\n",
		scap_describe(c->scap), (unsigned long long)st->seen,
		(unsigned long long)(c->file ? 0 : st->lost), (unsigned long long)st->lost,
		(unsigned long long)st->lost_buffer, (unsigned long long)st->lost_fault,
		(unsigned long long)st->lost_busy);
	if (st->skipped)
		fprintf(stderr, "Events of unknown type:%llu\n", (unsigned long long)st->skipped);
	fprintf(stderr, "Elapsed time: %.3f, Captured Events: %llu, %.2f eps\n", seconds,
		(unsigned long long)c->matched, seconds > 0 ? (double)c->matched / seconds : 0.0);
}

static double seconds_since(const struct timespec *start)
{
	struct timespec end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	return (double)(end.tv_sec - start->tv_sec) + (double)(end.tv_nsec - start->tv_nsec) / 1e9;
}

static int close_all(struct capture *c, int rc)
{
	struct scap_error err = { 0 };

	if (c->recorder && sinsp_recorder_close(c->recorder, &err) < 0 && rc == EXIT_SUCCESS)
		rc = complain("%s", err.msg);
	rotation_free(&c->rotation);
	sinsp_format_free(c->format);
	sinsp_filter_free(c->filter);
	if (c->sinsp)
		sinsp_close(c->sinsp);
	if (c->scap)
		scap_close(c->scap);
	sinsp_text_free(&c->text);
	return rc;
}

static int inspect_source(const struct options *o, const char *file, struct summary *summary)
{
	struct capture c = { .options = o, .file = file, .summary = summary };
	struct timespec start;
	struct scap_stats st;
	int rc;

	clock_gettime(CLOCK_MONOTONIC, &start);
	rc = check_output(o, file);
	if (!rc)
		rc = open_source(&c);
	if (!rc)
		rc = open_sinks(&c);
	if (!rc) {
		rc = capture_run(&c);
		if (o->chisels && chisels_close(o->chisels))
			rc = EXIT_FAILURE;
		if (rc == EXIT_SUCCESS && c.recording && c.file && !c.recorder)
			rc = complain("%s: not made: no event is in this part of %s", o->output,
				      file);
		scap_stats(c.scap, &st);
		if (options_part(o))
			take_part(&c, &st);
		else if (c.hinted && !o->max_events)
			count_unread(&c, &st);
		report_losses(&st, file);
		if (c.sinsp)
			report_refused(c.sinsp, file);
		if (o->text.verbose)
			report_statistics(&c, &st, seconds_since(&start));
	}
	return close_all(&c, rc);
}

static int inspect(struct options *o)
{
	struct summary *summary = NULL;
	int rc = check_words(o);
	size_t i;

	if (!rc)
		rc = suppress(o);
	if (!rc && o->chisels)
		rc = chisels_init(o->chisels, o);
	if (rc)
		return rc;
	if (o->summary && !(summary = calloc(1, sizeof(*summary))))
		return complain("out of memory");
	capture_catch_signals();
	if (o->n_files == 0)
		rc = inspect_source(o, NULL, summary);
	for (i = 0; i < o->n_files && rc == EXIT_SUCCESS && !capture_interrupted(); i++)
		rc = inspect_source(o, o->files[i], summary);
	if (summary)
		summary_print(summary, o->output && strcmp(o->output, "-") == 0 ? stderr : stdout);
	free(summary);
	return o->chisels ? chisels_run_next(o->chisels, rc) : rc;
}

/* What makes one capture of another takes time and says nothing else. */
static void copying(struct options *o, enum options_verb verb)
{
	if (verb == VERB_REPAIR)
		o->tolerate = true;
	o->watched = verb != VERB_INSPECT || (o->output && o->n_files);
}

static int run(enum options_verb verb, int argc, char **argv)
{
	struct options o;
	int rc = options_parse(&o, verb, argc, argv);

	copying(&o, verb);
	if (rc == 0) {
		switch (o.action) {
		case OPTIONS_INSPECT:
			rc = inspect(&o);
			break;
		case OPTIONS_HELP:
			options_usage(verb);
			break;
		case OPTIONS_VERSION:
			printf("scapula version " SCAPULA_VERSION "\n");
			break;
		case OPTIONS_LIBS_VERSION:
			printf("libscap and libsinsp version " SCAPULA_VERSION "\n");
			break;
		case OPTIONS_PRINT_FORMAT:
			printf("%s\n", SINSP_FORMAT_DEFAULT);
			break;
		case OPTIONS_LIST_FIELDS:
			if (o.markdown)
				listing_markdown();
			else
				listing_fields(o.text.verbose);
			break;
		case OPTIONS_LIST_EVENTS:
			listing_events();
			break;
		case OPTIONS_LIST_CHISELS:
			rc = chisels_list();
			break;
		case OPTIONS_CHISEL_INFO:
			rc = chisels_info(o.chisel);
			break;
		case OPTIONS_LIST_VIEWS: /* of top */
			break;
		}
	}
	options_free(&o);
	return rc;
}

int verb_inspect(int argc, char **argv)
{
	return run(VERB_INSPECT, argc, argv);
}

int verb_cut(int argc, char **argv)
{
	return run(VERB_CUT, argc, argv);
}

int verb_convert(int argc, char **argv)
{
	return run(VERB_CONVERT, argc, argv);
}

int verb_repair(int argc, char **argv)
{
	return run(VERB_REPAIR, argc, argv);
}
