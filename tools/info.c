/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scapula info: reads captures from their beginning to their end and tells what is in them. That
 * every byte is read is the point: nothing else shows that it is whole.
 */
#include "info.h"

#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "complain.h"
#include "sandbox.h"
#include "verb.h"

static void usage(void)
{
	printf("usage: scapula info [options] FILE...\n\n"
	       "Tells of each capture: host, time, events by type, containers, losses, compression,\n"
	       "index, and whether it is whole. FILE \"-\": standard input.\n\n"
	       "  -j, --json                as JSON, an object a line\n"
	       "  -P, --progress            how far a file has been read, on standard error\n"
	       "      --tolerate            a damaged capture is no failure\n"
	       "  -h, --help                this text\n");
}

struct order {
	bool json, tolerate, progress, help;
};

static int parse_order(struct order *o, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "progress", no_argument, NULL, 'P' },
		{ "tolerate", no_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int c;

	memset(o, 0, sizeof(*o));
	opterr = 0;
	while ((c = getopt_long(argc, argv, "hjP", longs, NULL)) != -1) {
		switch (c) {
		case 'j':
			o->json = true;
			break;
		case 'P':
			o->progress = true;
			break;
		case 't':
			o->tolerate = true;
			break;
		case 'h':
			o->help = true;
			return 0;
		default:
			return complain("info: unknown option '%s': see scapula help info",
					argv[optind - 1]);
		}
	}
	return optind < argc ? 0 : complain("info: which capture? Give a file");
}

/* ---- reading ---- */

static void begin_section(struct info *in)
{
	const struct scap_snapshot *snap = scap_snapshot(in->scap);
	size_t i;

	in->sections++;
	if (in->sections > 1 || !snap)
		return;
	in->threads = snap->n_threads;
	for (i = 0; i < snap->n_threads; i++)
		in->descriptors += snap->threads[i].n_fds;
}

static void note_loss(struct info *in, const struct scap_event *ev)
{
	size_t len;
	const void *p = scap_event_item(ev, SCAP_ITEM_LOSS, &len);
	struct info_loss *l;

	if (!p || len < sizeof(l->loss) || in->n_losses >= INFO_LOSSES)
		return;
	if (!in->losses && !(in->losses = calloc(INFO_LOSSES, sizeof(*in->losses))))
		return;
	l = &in->losses[in->n_losses++];
	l->cpu = ev->cpu;
	memcpy(&l->loss, p, sizeof(l->loss));
}

static void note(struct info *in, const struct sinsp_event *ev)
{
	uint64_t ts = ev->raw.hdr->ts;

	damage_next(&in->damage, ts);
	if (ev->raw.items)
		note_loss(in, &ev->raw);
	if (ev->hidden || (ev->raw.info->category & EC_INTERNAL)) {
		in->hidden++;
		return;
	}
	in->events++;
	if (!in->ts_low || ts < in->ts_low)
		in->ts_low = ts;
	if (ts > in->ts_high)
		in->ts_high = ts;
	summary_count(&in->summary, &ev->raw);
}

static void note_frames(struct info *in)
{
	const struct scap_frame *fr;
	size_t i;

	fr = scap_frames(in->scap, &in->frames);
	for (i = 0; fr && i < in->frames; i++) {
		in->indexed += fr[i].indexed;
		in->keyframes += fr[i].keyframe;
		in->content = fr[i].content_at + fr[i].content_bytes;
	}
}

/* Returns 0 or a negative error; damage is none, but for its end. */
static int read_all(struct info *in)
{
	const struct sinsp_event *ev;
	int rc;

	begin_section(in);
	while ((rc = sinsp_next(in->sinsp, &ev)) != SCAP_END && !capture_interrupted()) {
		if (rc == -EBADMSG && damage_pass(&in->damage, in->sinsp))
			continue;
		if (rc < 0)
			return rc;
		progress_event(&in->progress, in->scap);
		if (rc == SCAP_EVENT)
			note(in, ev);
		else if (rc == SCAP_SECTION)
			begin_section(in);
	}
	return 0;
}

static int print_json(const struct info *in)
{
	json_t *o = info_json(in);
	int rc = o ? json_dumpf(o, stdout, JSON_COMPACT | JSON_ENSURE_ASCII) : -1;

	json_decref(o);
	if (rc < 0)
		return complain("out of memory");
	printf("\n");
	return EXIT_SUCCESS;
}

static int inform(const struct order *o, const char *file, bool first)
{
	struct sinsp_options state = { .keep_containers = true };
	struct info in = { .file = file };
	struct scap_error err = { 0 };
	int rc;

	in.damage.file = file;
	in.scap = scap_open_file(file, &err);
	if (!in.scap)
		return complain_file(file, err.msg);
	in.sinsp = sinsp_open(in.scap, &state, &err);
	if (!in.sinsp) {
		scap_close(in.scap);
		return complain_file(file, err.msg);
	}
	progress_begin(&in.progress, o->progress);
	rc = read_all(&in);
	progress_end(&in.progress);
	if (rc < 0 && !in.damage.gaps)
		snprintf(in.damage.first, sizeof(in.damage.first), "%s",
			 sinsp_error(in.sinsp)->msg);
	in.damage.gaps += rc < 0 && !in.damage.gaps;
	note_frames(&in);
	rc = EXIT_SUCCESS;
	if (o->json) {
		rc = print_json(&in);
	} else {
		if (!first)
			printf("\n");
		info_tell(&in);
	}
	if (in.damage.gaps && !o->tolerate)
		rc = EXIT_FAILURE;
	free(in.losses);
	sinsp_close(in.sinsp);
	scap_close(in.scap);
	return rc;
}

int verb_info(int argc, char **argv)
{
	struct order o;
	int rc = parse_order(&o, argc, argv), i;

	if (rc)
		return rc;
	if (o.help) {
		usage();
		return EXIT_SUCCESS;
	}
	capture_catch_signals();
	sandbox_enter();
	for (i = optind; i < argc && !capture_interrupted(); i++)
		if (inform(&o, argv[i], i == optind))
			rc = EXIT_FAILURE;
	return rc;
}
