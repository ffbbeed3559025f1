/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of `scapula inspect`, and of the verbs that copy captures, as a structure. */
#ifndef TOOLS_OPTIONS_H
#define TOOLS_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "options_ask.h"
#include "sinsp.h"

enum options_verb {
	VERB_INSPECT = 1, /* [options] [filter] */
	VERB_CUT = 2,	  /* [options] -o OUT FILE [filter] */
	VERB_CONVERT = 4, /* [options] -o OUT FILE */
	VERB_REPAIR = 8,  /* the same */
	VERB_TOP = 16,	  /* [options] [filter] */
};

/* What is done instead of inspecting. */
enum options_action {
	OPTIONS_INSPECT,
	OPTIONS_HELP,
	OPTIONS_VERSION,
	OPTIONS_LIBS_VERSION,
	OPTIONS_PRINT_FORMAT, /* -pp */
	OPTIONS_LIST_FIELDS,
	OPTIONS_LIST_EVENTS,
	OPTIONS_LIST_CHISELS,
	OPTIONS_CHISEL_INFO,
	OPTIONS_LIST_VIEWS,
};

enum options_color { COLOR_AUTO, COLOR_FORCE, COLOR_NEVER };

struct options {
	enum options_action action;
	int argc; /* the words that are read: a chisel takes one of them */
	char **argv;
	struct chisels *chisels; /* -c, or NULL */
	const char *chisel;	 /* -i */
	const char **files;	 /* -r, in the order given */
	size_t n_files;
	const char *output; /* -w, or NULL */
	struct scap_writer_options writer;
	struct sinsp_bound from, to; /* captures: the part that is read */
	char *filter;		     /* all other words joined by blanks; NULL: none */
	const struct preset *preset; /* the ready format that -p chose, or NULL */
	char *format;
	enum options_color color;
	struct sinsp_format_options text;
	uint64_t max_events;  /* -n, 0: no limit */
	uint64_t max_seconds; /* -M, 0: no limit */
	struct options_ask ask;
	bool container_env;	   /* values of environments, not only names */
	uint64_t ring_bytes;	   /* live, per CPU; 0: as the module has it */
	const char *device;	   /* --device, NULL: scap */
	uint32_t snaplen;	   /* -s, 0: default */
	struct scap_scope *scopes; /* --pid-tree, --cgroup, --comm */
	size_t n_scopes;
	const char **suppressed; /* -U */
	size_t n_suppressed;
	/* with -w, 0: no limit: a file of so many bytes, seconds or events is followed by another
	 */
	uint64_t file_bytes, file_seconds, file_events;
	uint32_t file_limit;			       /* -W: so many files are kept, 0: all */
	bool latency, identity, switches, page_faults; /* live: asked of the module */
	bool quiet, summary, no_users, unbuffered, progress, internal;
	bool large_environment; /* live: environments are read whole */
	bool filter_processes;	/* --filter-proclist: as it is anyway, but needs a filter */
	bool fat;		/* -F: as it is anyway, but not with --lean */
	bool own_format;	/* -p gave a format that is none of ours */
	bool watched;		/* progress is shown on a terminal even if it is not asked for */
	bool tolerate;		/* a damaged capture is no failure */
	bool csv;		/* chisels: rows as comma-separated values */
	bool markdown;		/* lists are tables of Markdown */
	bool lean;		/* a filtered recording keeps nothing but what matches */
	/* top: */
	const char *view;     /* -v, NULL: the first */
	uint64_t delay_ms;    /* -d: between two samples */
	uint64_t sort_column; /* --sortingcol, from 1; 0: the view's own */
	bool raw;	      /* no full screen */
	bool containers;      /* -pc */
};

/*
 * Reads the command line into @o. Returns 0, or the exit status after a complaint. *@o can be
 * given to options_free() in either case.
 */
int options_parse(struct options *o, enum options_verb verb, int argc, char **argv);
void options_free(struct options *o);

/* Whether only a part of the captures is to be read. */
bool options_part(const struct options *o);

/* The usage text, on standard output. */
void options_usage(enum options_verb verb);

#endif
