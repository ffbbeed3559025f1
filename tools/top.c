/* SPDX-License-Identifier: BSD-2-Clause */
/* scapula top: what processes, containers, files, connections do, as tables on the whole screen. */
#include "top.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "complain.h"
#include "listing.h"
#include "verb.h"

/* What is not there is told when it is opened. */
static bool is_pipe(const char *file)
{
	struct stat st;

	return strcmp(file, "-") == 0 || (stat(file, &st) == 0 && !S_ISREG(st.st_mode));
}

static int check(const struct options *o)
{
	struct scap_error err = { 0 };
	struct sinsp_filter *f = NULL;

	if (o->filter && !(f = sinsp_filter_new(NULL, o->filter, &err)))
		return complain_filter(o->filter, &err);
	sinsp_filter_free(f);
	if (o->n_files > 1)
		return complain("top: one capture at a time: '%s' is one too many", o->files[1]);
	if (o->n_files && is_pipe(o->files[0]))
		return complain("top: a capture is read again for each view: it cannot be a pipe");
	if (o->raw || o->text.json)
		return 0;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return complain("top: this is no terminal: see --raw and --json");
	return 0;
}

static int top(const struct options *o)
{
	struct top_catalogue c;
	const struct top_view *v;
	int rc = top_catalogue_fill(&c);

	if (!rc && o->action == OPTIONS_LIST_VIEWS) {
		rc = top_catalogue_print(&c);
	} else if (!rc) {
		v = top_catalogue_find(&c, o->view ? o->view : top_views[0].id);
		rc = !v || check(o)	      ? EXIT_FAILURE
		     : o->raw || o->text.json ? top_raw(o, v)
					      : top_run(o, &c, v);
	}
	top_catalogue_free(&c);
	return rc;
}

int verb_top(int argc, char **argv)
{
	struct options o;
	int rc = options_parse(&o, VERB_TOP, argc, argv);

	if (rc == 0) {
		switch (o.action) {
		case OPTIONS_HELP:
			options_usage(VERB_TOP);
			break;
		case OPTIONS_VERSION:
			printf("scapula version " SCAPULA_VERSION "\n");
			break;
		case OPTIONS_LIST_FIELDS:
			listing_fields(false);
			break;
		default:
			rc = top(&o);
		}
	}
	options_free(&o);
	return rc;
}
