/* SPDX-License-Identifier: BSD-2-Clause */
/* scapula postmortem: reads a capture once and tells what happened in its containers. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "complain.h"
#include "damage.h"
#include "sandbox.h"
#include "story.h"
#include "verb.h"

struct order {
	const char *file, *container;
	bool host, all, by_owner, help;
};

static void usage(void)
{
	printf("usage: scapula postmortem [options] FILE\n\n"
	       "Tells what happened in each container of a capture: what ran, as whom, which files\n"
	       "were touched, who was talked to, and how it ended. FILE \"-\": standard input.\n\n"
	       "  -c, --container=WHICH     only this one: name, id or the beginning of an id\n"
	       "  -H, --host                the host's side too\n"
	       "      --by=owner            in the order of what made their pods, with a table of that\n"
	       "  -a, --all                 every row, without limits\n"
	       "  -h, --help                this text\n");
}

static int parse_order(struct order *o, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "container", required_argument, NULL, 'c' },
		{ "host", no_argument, NULL, 'H' },
		{ "all", no_argument, NULL, 'a' },
		{ "by", required_argument, NULL, 'b' },
		{ "read", required_argument, NULL, 'r' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int c;

	memset(o, 0, sizeof(*o));
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":ac:Hhr:", longs, NULL)) != -1) {
		switch (c) {
		case 'a':
			o->all = true;
			break;
		case 'b':
			if (strcmp(optarg, "owner") != 0)
				return complain("postmortem: --by: '%s' is not owner", optarg);
			o->by_owner = true;
			break;
		case 'c':
			o->container = optarg;
			break;
		case 'H':
			o->host = true;
			break;
		case 'r':
			o->file = optarg;
			break;
		case 'h':
			o->help = true;
			return 0;
		case ':':
			return complain("postmortem: option '%s' needs a value", argv[optind - 1]);
		default:
			return complain("postmortem: unknown option '%s': see scapula help "
					"postmortem",
					argv[optind - 1]);
		}
	}
	if (!o->file && optind < argc)
		o->file = argv[optind++];
	if (!o->file)
		return complain("postmortem: which capture? Give a file");
	if (optind < argc)
		return complain("postmortem: one capture at a time: '%s' is one too many",
				argv[optind]);
	return 0;
}

/* Returns 0, or a negative error; sinsp_error() has the message. */
static int collect(struct story *st, struct sinsp *s, struct damage *damage)
{
	const struct sinsp_event *ev;
	int rc;

	story_begin_section(st);
	while ((rc = sinsp_next(s, &ev)) != SCAP_END) {
		if (rc == -EBADMSG && damage_pass(damage, s))
			continue;
		if (rc < 0)
			break;
		if (rc == SCAP_EVENT)
			damage_next(damage, ev->raw.hdr->ts);
		if (rc == SCAP_EVENT)
			story_event(st, ev);
		else if (rc == SCAP_SECTION)
			story_begin_section(st);
	}
	story_end(st);
	return rc < 0 ? rc : 0;
}

static int no_such_container(struct story *st, const char *what)
{
	struct sinsp_text names = { 0 };
	struct story_box *b;

	TAILQ_FOREACH (b, &st->boxes, link)
		sinsp_text_printf(&names, "%s%s (%s)", names.len ? ", " : "",
				  b->name[0] ? b->name : b->id, b->id);
	complain("no container '%s' in this capture; there %s: %s", what, names.len ? "are" : "is",
		 names.len ? names.ptr : "none");
	sinsp_text_free(&names);
	return EXIT_FAILURE;
}

static int tell(struct story *st, const struct order *o, const struct story_view *v)
{
	struct story_box *b, *only = NULL;

	if (o->container && !(only = story_find_box(st, o->container)))
		return no_such_container(st, o->container);
	story_tell_capture(st, v);
	if (o->by_owner) {
		if (story_tell_owners(st, only, v) < 0)
			return complain("out of memory");
	} else {
		TAILQ_FOREACH (b, &st->boxes, link)
			if (!only || only == b)
				story_tell_box(st, b, v);
	}
	/* Without a container the host is all there is to tell. */
	if (o->host || TAILQ_EMPTY(&st->boxes))
		story_tell_box(st, st->hostbox, v);
	return EXIT_SUCCESS;
}

static int postmortem(const struct order *o)
{
	struct damage damage = { .file = o->file };
	struct story_view view = { .all = o->all, .file = o->file };
	struct sinsp_options state = { .keep_containers = true };
	struct scap_error err = { 0 };
	struct scap *scap = scap_open_file(o->file, &err);
	struct sinsp *sinsp;
	struct story *st;
	int rc;

	if (!scap)
		return complain_file(o->file, err.msg);
	sinsp = sinsp_open(scap, &state, &err);
	st = sinsp ? story_new(sinsp) : NULL;
	if (!sinsp) {
		rc = complain_file(o->file, err.msg);
	} else if (!st) {
		rc = complain("out of memory");
	} else {
		if (collect(st, sinsp, &damage) < 0 && !damage.gaps)
			view.warning = sinsp_error(sinsp)->msg;
		if (damage.gaps)
			view.warning = damage.first;
		rc = tell(st, o, &view);
		fflush(stdout);
		if (view.warning && !damage.gaps)
			complain_file(o->file, view.warning);
		if (view.warning)
			rc = EXIT_FAILURE;
	}
	story_free(st);
	if (sinsp)
		sinsp_close(sinsp);
	scap_close(scap);
	return rc;
}

int verb_postmortem(int argc, char **argv)
{
	struct order o;
	int rc = parse_order(&o, argc, argv);

	if (rc)
		return rc;
	if (o.help) {
		usage();
		return EXIT_SUCCESS;
	}
	sandbox_enter();
	return postmortem(&o);
}
