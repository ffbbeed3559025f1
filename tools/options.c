/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options of `scapula inspect` and the verbs that are like it: one row of the table an option.
 * getopt's strings, the usage text and the parsing are made from the rows.
 */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chisel.h"
#include "complain.h"
#include "presets.h"
#include "refused.h"

struct option_row {
	char letter;	      /* 0: long form only */
	const char *name;     /* NULL: short form only */
	const char *argument; /* NULL: takes none; in brackets: the long form may have one */
	int (*set)(struct options *o, const char *value); /* or NULL: */
	size_t flag;   /* the bool that the option sets, as its offset; 0: none */
	int action;    /* the enum options_action that it chooses; 0: none */
	uint8_t verbs; /* that take it */
	const char *help;
};

#define COPYING (VERB_CUT | VERB_CONVERT | VERB_REPAIR)

#define SET_FOR(v, fn)	    fn, 0, 0, VERB_INSPECT | (v)
#define FLAG_FOR(v, field)  NULL, offsetof(struct options, field), 0, VERB_INSPECT | (v)
#define ACTION_FOR(v, name) NULL, 0, OPTIONS_##name, VERB_INSPECT | (v)
#define SET(fn)		    SET_FOR(0, fn)
#define FLAG(field)	    FLAG_FOR(0, field)
#define ACTION(name)	    ACTION_FOR(0, name)
#define IGNORED		    NULL, 0, 0, VERB_INSPECT

static int parse_number(const char *option, const char *s, uint64_t min, uint64_t max,
			uint64_t *out)
{
	char *end;
	unsigned long long v;

	errno = 0;
	v = strtoull(s, &end, 10);
	if (*s < '0' || *s > '9' || *end != '\0' || errno || v < min || v > max)
		return complain("%s: '%s' is not a number from %llu to %llu", option, s,
				(unsigned long long)min, (unsigned long long)max);
	*out = v;
	return 0;
}

static int set_buffer(struct options *o, enum sinsp_buffer_mode mode)
{
	if (o->text.buffer != SINSP_BUF_DOTTED && o->text.buffer != mode)
		return complain("only one of -A, -b, -x and -X can be given");
	o->text.buffer = mode;
	return 0;
}

static int set_ascii(struct options *o, const char *value)
{
	(void)value;
	return set_buffer(o, SINSP_BUF_ASCII);
}

static int set_base64(struct options *o, const char *value)
{
	(void)value;
	return set_buffer(o, SINSP_BUF_BASE64);
}

static int set_hex(struct options *o, const char *value)
{
	(void)value;
	return set_buffer(o, SINSP_BUF_HEX);
}

static int set_hex_ascii(struct options *o, const char *value)
{
	(void)value;
	return set_buffer(o, SINSP_BUF_HEXASCII);
}

static int set_ring(struct options *o, const char *value)
{
	if (parse_number("--ring-size", value, 1, 1u << 20, &o->ring_bytes))
		return EXIT_FAILURE;
	if (o->ring_bytes & (o->ring_bytes - 1))
		return complain("--ring-size: %s is not a power of two", value);
	o->ring_bytes *= 1024;
	return 0;
}

static int add_scope(struct options *o, enum scap_scope_kind kind, const char *value)
{
	struct scap_scope *more = realloc(o->scopes, (o->n_scopes + 1) * sizeof(*more));

	if (!more)
		return complain("out of memory");
	o->scopes = more;
	o->scopes[o->n_scopes++] = (struct scap_scope){ kind, value };
	return 0;
}

static int set_pid_tree(struct options *o, const char *value)
{
	return add_scope(o, SCAP_SCOPE_PID, value);
}

static int set_cgroup(struct options *o, const char *value)
{
	return add_scope(o, SCAP_SCOPE_CGROUP, value);
}

static int set_comm(struct options *o, const char *value)
{
	return add_scope(o, SCAP_SCOPE_COMM, value);
}

static int add_suppressed(struct options *o, const char *value)
{
	const char **more;

	if (!*value || strlen(value) > 15)
		return complain("-U: '%s': names of processes have 1 to 15 bytes", value);
	more = reallocarray(o->suppressed, o->n_suppressed + 1, sizeof(*more));
	if (!more)
		return complain("out of memory");
	o->suppressed = more;
	o->suppressed[o->n_suppressed++] = value;
	return 0;
}

static int set_compression(struct options *o, const char *value)
{
	static const struct {
		const char *name;
		enum scap_compression compression;
	} rows[] = { { "zstd", SCAP_ZSTD }, { "gzip", SCAP_GZIP }, { "none", SCAP_PLAIN } };
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].name, value) == 0) {
			o->writer.compression = rows[i].compression;
			return 0;
		}
	}
	return complain("--compression: '%s' is none of zstd, gzip, none", value);
}

static int set_level(struct options *o, const char *value)
{
	uint64_t v;

	if (parse_number("--level", value, 1, 22, &v))
		return EXIT_FAILURE;
	o->writer.level = (int)v;
	return 0;
}

static int set_schema(struct options *o, const char *value)
{
	static const struct {
		const char *name;
		uint32_t schema;
	} rows[] = { { "4.1.0", SCHEMA(4, 1, 0) }, { "4.5.1", SCHEMA(4, 5, 1) } };
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].name, value) == 0) {
			o->writer.schema = rows[i].schema;
			return 0;
		}
	}
	return complain("--schema: '%s' is neither 4.1.0 nor 4.5.1", value);
}

/* `-cl' lists them: no chisel can have that name. */
static int add_chisel(struct options *o, const char *value)
{
	if (strcmp(value, "l") == 0) {
		o->action = OPTIONS_LIST_CHISELS;
		return 0;
	}
	if (!o->chisels && !(o->chisels = chisels_new()))
		return complain("out of memory");
	return chisels_add(o->chisels, value, o->argc, o->argv, &optind);
}

static int set_chisel_info(struct options *o, const char *value)
{
	o->action = OPTIONS_CHISEL_INFO;
	o->chisel = value;
	return 0;
}

static int set_file_bytes(struct options *o, const char *value)
{
	if (parse_number("-C", value, 1, UINT32_MAX, &o->file_bytes))
		return EXIT_FAILURE;
	o->file_bytes *= 1000000;
	return 0;
}

static int set_file_seconds(struct options *o, const char *value)
{
	return parse_number("-G", value, 1, UINT32_MAX, &o->file_seconds);
}

static int set_file_events(struct options *o, const char *value)
{
	return parse_number("-e", value, 1, UINT64_MAX, &o->file_events);
}

static int set_file_limit(struct options *o, const char *value)
{
	uint64_t v;

	if (parse_number("-W", value, 1, 1000000, &v))
		return EXIT_FAILURE;
	o->file_limit = (uint32_t)v;
	return 0;
}

static int set_seconds(struct options *o, const char *value)
{
	return parse_number("-M", value, 1, UINT32_MAX, &o->max_seconds);
}

static int set_from(struct options *o, const char *value)
{
	struct scap_error err;

	return sinsp_bound_parse(&o->from, value, &err) < 0 ? complain("--from: %s", err.msg) : 0;
}

static int set_to(struct options *o, const char *value)
{
	struct scap_error err;

	return sinsp_bound_parse(&o->to, value, &err) < 0 ? complain("--to: %s", err.msg) : 0;
}

static int set_events(struct options *o, const char *value)
{
	return parse_number("-n", value, 1, UINT64_MAX, &o->max_events);
}

/* -p's own escapes; any other character behind a backslash stands for both of them. */
static char *unescape(const char *s)
{
	static const char from[] = "nte\\", to[] = "\n\t\033\\";
	char *out = malloc(strlen(s) + 1), *q = out;
	const char *p;

	if (!out)
		return NULL;
	for (; *s; s++) {
		p = *s == '\\' && s[1] ? strchr(from, s[1]) : NULL;
		if (p) {
			*q++ = to[p - from];
			s++;
		} else {
			*q++ = *s;
		}
	}
	*q = '\0';
	return out;
}

static int set_format(struct options *o, const char *value)
{
	if (strcmp(value, "p") == 0) {
		o->action = OPTIONS_PRINT_FORMAT;
		return 0;
	}
	if (strcmp(value, "m") == 0 || strcmp(value, "mesos") == 0)
		return complain("-p%s: no field tells of Mesos: -pc shows containers", value);
	free(o->format);
	o->format = NULL;
	o->preset = preset_find(value);
	o->own_format = !o->preset;
	o->containers = o->preset && o->preset == preset_find("c");
	if (o->preset)
		return 0;
	o->format = unescape(value);
	return o->format ? 0 : complain("out of memory");
}

static int set_color(struct options *o, const char *value)
{
	static const char *const names[] = {
		[COLOR_AUTO] = "true", [COLOR_FORCE] = "force", [COLOR_NEVER] = "false"
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], value) == 0) {
			o->color = (enum options_color)i;
			return 0;
		}
	}
	return complain("--color: '%s' is none of true, force, false", value);
}

/* A preset as it suits where it is printed. */
static int choose_format(struct options *o)
{
	const struct preset *p = o->preset ? o->preset : preset_find(NULL);
	bool coloured = o->color == COLOR_FORCE ||
			(o->color == COLOR_AUTO && isatty(STDOUT_FILENO));

	if (o->format)
		return 0;
	o->format = strdup(preset_format(p, coloured && !o->text.json));
	return o->format ? 0 : complain("out of memory");
}

static int set_read(struct options *o, const char *value)
{
	const char **files = reallocarray(o->files, o->n_files + 1, sizeof(*files));

	if (!files)
		return complain("out of memory");
	o->files = files;
	o->files[o->n_files++] = value;
	return 0;
}

static int set_snaplen(struct options *o, const char *value)
{
	uint64_t v;

	if (parse_number("-s", value, 1, SCAP_MAX_PARAM_LEN, &v))
		return EXIT_FAILURE;
	o->snaplen = (uint32_t)v;
	return 0;
}

static int set_time(struct options *o, const char *value)
{
	static const char letters[] = "hardD";
	static const enum sinsp_time_mode modes[] = {
		SINSP_TIME_HUMAN, SINSP_TIME_ABSOLUTE,	  SINSP_TIME_RELATIVE,
		SINSP_TIME_DELTA, SINSP_TIME_DELTA_SHOWN,
	};
	const char *p = *value ? strchr(letters, *value) : NULL;

	if (!p || value[1])
		return complain("-t: '%s' is none of h, a, r, d, D", value);
	o->text.time = modes[p - letters];
	return 0;
}

static int set_write(struct options *o, const char *value)
{
	if (!*value)
		return complain("-w: the name of the file is empty");
	o->output = value;
	return 0;
}

/* It becomes part of paths below /dev and /sys. */
static int set_device(struct options *o, const char *value)
{
	if (!*value || strlen(value) > 64 || strchr(value, '/'))
		return complain("--device: '%s' is no name of a module", value);
	o->device = value;
	return 0;
}

/* Of all sources that sysdig has fields for there is one here. */
static int set_list(struct options *o, const char *value)
{
	if (value && strcmp(value, "syscall") != 0)
		return complain("--list: there are fields of the source 'syscall' only, not '%s'",
				value);
	o->action = OPTIONS_LIST_FIELDS;
	return 0;
}

static int set_list_markdown(struct options *o, const char *value)
{
	(void)value;
	o->action = OPTIONS_LIST_FIELDS;
	o->markdown = true;
	return 0;
}

static int set_ask_timeout(struct options *o, const char *value)
{
	return parse_number("--cri-timeout", value, 1, 60000, &o->ask.timeout);
}

static int set_gzip(struct options *o, const char *value)
{
	(void)value;
	o->writer.compression = SCAP_GZIP;
	return 0;
}

static int set_delay(struct options *o, const char *value)
{
	return parse_number("-d", value, 100, 3600000, &o->delay_ms);
}

static int set_sort_column(struct options *o, const char *value)
{
	return parse_number("--sortingcol", value, 1, 64, &o->sort_column);
}

static int set_view(struct options *o, const char *value)
{
	o->view = value;
	return 0;
}

static const struct option_row rows[] = {
	{ 'A', "print-ascii", NULL, SET_FOR(VERB_TOP, set_ascii),
	  "data buffers: text and line ends only" },
	{ 0, "ask-cloud", NULL, FLAG(ask.cloud),
	  "live: ask the cloud's metadata service about this machine" },
	{ 'b', "print-base64", NULL, SET(set_base64), "data buffers in base64" },
	{ 'c', "chisel", "NAME", SET(add_chisel),
	  "run a chisel; the word behind it has its arguments" },
	{ 'C', "file-size", "MB", SET(set_file_bytes),
	  "with -w: a new file after so many million bytes" },
	{ 0, "cgroup", "FOLDER", SET_FOR(VERB_TOP, set_cgroup),
	  "live: only what is in this cgroup or below" },
	{ 0, "color", "WHEN", SET(set_color), "true (on a terminal, the default), force or false" },
	{ 0, "comm", "NAME", SET_FOR(VERB_TOP, set_comm),
	  "live: only threads of exactly this name" },
	{ 0, "compression", "KIND", SET_FOR(COPYING, set_compression),
	  "with -w: zstd (default), gzip or none" },
	{ 0, "container-env", NULL, FLAG(container_env),
	  "live: the values of containers' environments too" },
	{ 0, "cri", "PATH", SET(options_cri), "live: ask this CRI runtime about containers" },
	{ 0, "cri-timeout", "MS", SET(set_ask_timeout),
	  "live: wait so long for each answer of a runtime (1000)" },
	{ 0, "csv", NULL, FLAG(csv), "with -c: its rows as comma-separated values" },
	{ 'd', "displayflt", NULL, IGNORED, "accepted; filters always see the whole state" },
	{ 'd', "delay", "MS", set_delay, 0, 0, VERB_TOP, "live: time between two samples (2000)" },
	{ 'D', "debug", NULL, FLAG(internal), "show internal events too" },
	{ 0, "device", "NAME", SET_FOR(VERB_TOP, set_device),
	  "live: the module, as it was named (scap)" },
	{ 0, "docker-socket", "PATH", SET(options_docker), "live: ask this Docker" },
	{ 'e', "event-limit", "N", SET(set_file_events), "with -w: a new file after N events" },
	{ 'E', "exclude-users", NULL, FLAG_FOR(VERB_TOP, no_users),
	  "keep no user and group tables" },
	{ 'F', "fatfile", NULL, FLAG(fat), "with -w: the default: keep hidden state, see --lean" },
	{ 0, "filter-proclist", NULL, FLAG(filter_processes),
	  "with -w: the default: processes that match only" },
	{ 0, "from", "WHEN", SET_FOR(VERB_CUT | VERB_TOP, set_from),
	  "with -r: begin there (12:30:05, +5s, #123)" },
	{ 'G', "seconds", "N", SET(set_file_seconds),
	  "with -w: a new file after N seconds; the name may hold %H%M%S" },
	{ 'h', "help", NULL, ACTION_FOR(COPYING | VERB_TOP, HELP), "this text" },
	{ 'i', "chisel-info", "NAME", SET(set_chisel_info),
	  "what a chisel does, and its arguments" },
	{ 0, "identity", NULL, FLAG(identity), "live: cgroup and namespaces of new tasks too" },
	{ 0, "large-environment", NULL, FLAG_FOR(VERB_TOP, large_environment),
	  "live: environments above 4 KiB too" },
	{ 0, "latency", NULL, FLAG(latency), "live: have the duration of each call measured" },
	{ 'j', "json", NULL, FLAG_FOR(VERB_TOP, text.json),
	  "each event, or row of a chisel, as a JSON object" },
	{ 'k', "k8s-api", "URL", SET(options_api),
	  "live: ask this API server about pods; cluster: as a pod does" },
	{ 'K', "k8s-api-cert", "FILE", SET(options_api_cert),
	  "live: a file with a token for it, or CERT:KEY[:CA]" },
	{ 0, "k8s-ca", "FILE", SET(options_api_ca), "live: who vouches for it" },
	{ 'l', "list", "[SOURCE]", SET_FOR(VERB_TOP, set_list),
	  "list the fields; with -v their types too" },
	{ 0, "libs-version", NULL, ACTION(LIBS_VERSION), "print the version of the libraries" },
	{ 0, "list-chisels", NULL, ACTION(LIST_CHISELS), "list the chisels (or -cl)" },
	{ 0, "list-markdown", NULL, SET(set_list_markdown), "the same as -l --markdown" },
	{ 0, "list-views", NULL, NULL, 0, OPTIONS_LIST_VIEWS, VERB_TOP, "list the views, as JSON" },
	{ 'L', "list-events", NULL, ACTION(LIST_EVENTS), "list the events and their parameters" },
	{ 0, "lean", NULL, FLAG_FOR(VERB_CUT, lean),
	  "with -w and a filter: drop the state of other events" },
	{ 0, "level", "N", SET_FOR(COPYING, set_level), "with -w: level of compression (zstd: 3)" },
	{ 0, "markdown", NULL, FLAG(markdown), "with -l: tables of Markdown, with types" },
	{ 'M', NULL, "SECONDS", SET(set_seconds), "stop after this time" },
	{ 'n', "numevents", "N", SET_FOR(VERB_TOP, set_events),
	  "stop after N events that pass the filter" },
	{ 0, "no-ask", NULL, FLAG(ask.nobody), "live: ask no daemon about containers" },
	{ 0, "node-name", "NAME", SET(options_node), "live: with -k: only pods of this node" },
	{ 'o', "output", "FILE", set_write, 0, 0, COPYING,
	  "the capture that is made; -: standard output" },
	{ 'p', "print", "FORMAT", SET_FOR(VERB_TOP, set_format),
	  "format of a line; c, k: with containers, pods" },
	{ 0, "page-faults", NULL, FLAG_FOR(VERB_TOP, page_faults), "live: page faults too" },
	{ 0, "pid-tree", "PID", SET_FOR(VERB_TOP, set_pid_tree),
	  "live: only this process and its descendants" },
	{ 0, "podman-socket", "PATH", SET(options_podman), "live: ask this podman" },
	{ 'P', "progress", NULL, FLAG_FOR(COPYING, progress),
	  "how far a file has been read, on standard error" },
	{ 'q', "quiet", NULL, FLAG(quiet), "do not print events" },
	{ 0, "raw", NULL, NULL, offsetof(struct options, raw), 0, VERB_TOP,
	  "no full screen: lines of text; live, a dashed line behind each sample" },
	{ 'r', "read", "FILE", SET_FOR(VERB_TOP, set_read),
	  "read a capture (again: one after another; -: stdin)" },
	{ 'R', "resolve-ports", NULL, FLAG_FOR(VERB_TOP, text.resolve_ports),
	  "names of services for port numbers" },
	{ 0, "ring-size", "KIB", SET_FOR(VERB_TOP, set_ring), "live: size of each CPU's ring" },
	{ 0, "schema", "VERSION", SET_FOR(COPYING, set_schema),
	  "with -w: schema of the events: 4.1.0 (default) or 4.5.1" },
	{ 0, "sortingcol", "N", set_sort_column, 0, 0, VERB_TOP, "sort by column N at first" },
	{ 's', "snaplen", "BYTES", SET_FOR(VERB_TOP, set_snaplen),
	  "live: bytes kept of each buffer (80)" },
	{ 'S', "summary", NULL, FLAG(summary), "at the end count the events by type" },
	{ 0, "switches", NULL, FLAG(switches),
	  "live: switches of threads too, for the use of CPUs" },
	{ 't', "timetype", "TYPE", SET_FOR(VERB_TOP, set_time),
	  "time: h clock, a absolute, r relative, d, D deltas" },
	{ 0, "to", "WHEN", SET_FOR(VERB_CUT | VERB_TOP, set_to), "with -r: end there" },
	{ 0, "tolerate", NULL, FLAG_FOR(VERB_CUT | VERB_CONVERT | VERB_TOP, tolerate),
	  "with -r: a damaged capture is no failure" },
	{ 0, "unbuffered", NULL, FLAG(unbuffered), "write every line at once" },
	{ 'U', "suppress-comm", "NAME", SET(add_suppressed),
	  "live: nothing of processes of this name" },
	{ 'v', "verbose", NULL, FLAG(text.verbose), "whole buffers; statistics on standard error" },
	{ 'v', "view", "VIEW", set_view, 0, 0, VERB_TOP,
	  "begin with this view: its id, or a Lua file" },
	{ 0, "version", NULL, ACTION_FOR(VERB_TOP, VERSION), "print the version" },
	{ 'w', "write", "FILE", SET(set_write),
	  "record into FILE (-: standard output); implies -q" },
	{ 'W', "limit", "N", SET(set_file_limit), "with -C, -G or -e: keep the last N files" },
	{ 'x', "print-hex", NULL, SET(set_hex), "data buffers in hexadecimal" },
	{ 'X', "print-hex-ascii", NULL, SET_FOR(VERB_TOP, set_hex_ascii),
	  "data buffers in hexadecimal and text" },
	{ 'z', "compress", NULL, SET(set_gzip), "with -w: the same as --compression=gzip" },
};

#define N_ROWS	   (sizeof(rows) / sizeof(rows[0]))
#define LONG_VALUE 256 /* getopt_long()'s value of row i is LONG_VALUE + i */

static bool is_for(const struct option_row *r, enum options_verb verb)
{
	return r->verbs & verb;
}

static bool may_have_value(const struct option_row *r)
{
	return r->argument && r->argument[0] == '[';
}

static const char *usage_text(enum options_verb verb)
{
	switch (verb) {
	case VERB_CUT:
		return "usage: scapula cut [options] -o OUT FILE [filter]\n\n"
		       "Makes a capture of a part of another one. It begins with the state that was\n"
		       "there, so that it can be read by itself.\n";
	case VERB_CONVERT:
		return "usage: scapula convert [options] -o OUT FILE\n\n"
		       "Writes a capture anew: in today's schema of events, compressed, and with an\n"
		       "index.\n";
	case VERB_REPAIR:
		return "usage: scapula repair [options] -o OUT FILE\n\n"
		       "Makes a whole capture of all that can be read of a damaged one, and says what\n"
		       "is missing.\n";
	case VERB_TOP:
		return "usage: scapula top [options] [filter]\n\n"
		       "Shows on the whole screen what processes, containers, files and connections\n"
		       "do, in the running kernel or in a capture (-r). F1 there tells the keys.\n";
	default:
		return "usage: scapula [inspect] [options] [filter]\n\n"
		       "Shows the events of the running kernel, or of captures (-r), that match the\n"
		       "filter; or records them (-w).\n";
	}
}

/* Without "with -w: ", where it goes without saying. */
static const char *help_text(const struct option_row *r, enum options_verb verb)
{
	const char *colon = strstr(r->help, ": ");

	if (verb != VERB_INSPECT && strncmp(r->help, "with -", 6) == 0 && colon)
		return colon + 2;
	return r->help;
}

void options_usage(enum options_verb verb)
{
	char left[48];
	size_t i;
	int n;

	printf("%s\n", usage_text(verb));
	for (i = 0; i < N_ROWS; i++) {
		const struct option_row *r = &rows[i];

		if (!is_for(r, verb))
			continue;
		n = snprintf(left, sizeof(left), "  %c%c%s", r->letter ? '-' : ' ',
			     r->letter ? r->letter : ' ', r->name && r->letter ? ", " : "");
		if (r->name)
			n += snprintf(left + n, sizeof(left) - (size_t)n, "%s--%s",
				      r->letter ? "" : "  ", r->name);
		if (may_have_value(r))
			snprintf(left + n, sizeof(left) - (size_t)n, "[=%s", r->argument + 1);
		else if (r->argument)
			snprintf(left + n, sizeof(left) - (size_t)n, "%c%s", r->name ? '=' : ' ',
				 r->argument);
		printf("%-28s%s\n", left, help_text(r, verb));
	}
	if (verb == VERB_INSPECT)
		refused_usage();
	printf("\nVerbs: scapula help. The filter and format languages: scapula(1).\n");
}

static int value_kind(const struct option_row *r)
{
	if (may_have_value(r))
		return optional_argument;
	return r->argument ? required_argument : no_argument;
}

static void fill_getopt(enum options_verb verb, char *letters, struct option *longs)
{
	size_t i;

	*letters++ = ':';
	for (i = 0; i < N_ROWS; i++) {
		if (!is_for(&rows[i], verb))
			continue;
		if (rows[i].letter) {
			*letters++ = rows[i].letter;
			if (rows[i].argument && !may_have_value(&rows[i]))
				*letters++ = ':';
		}
		if (rows[i].name)
			*longs++ = (struct option){ rows[i].name, value_kind(&rows[i]), NULL,
						    LONG_VALUE + (int)i };
	}
	*letters = '\0';
	*longs = (struct option){ 0 };
}

static const struct option_row *find_row(enum options_verb verb, int value)
{
	size_t i;

	if (value >= LONG_VALUE)
		return &rows[value - LONG_VALUE];
	for (i = 0; i < N_ROWS; i++)
		if (rows[i].letter == value && is_for(&rows[i], verb))
			return &rows[i];
	return NULL;
}

static int refuse(enum options_verb verb, const char *word)
{
	const char *why;

	if (!(verb & (VERB_INSPECT | VERB_TOP)))
		return 0;
	if (optopt && optopt < LONG_VALUE) {
		why = refused_letter(optopt);
		return why ? complain("-%c: %s", optopt, why) : 0;
	}
	why = refused_word(word);
	return why ? complain("%.*s: %s", (int)strcspn(word, "="), word, why) : 0;
}

/* A long form that was cut so short that it can be several ones: says so, and which. */
static bool is_ambiguous(enum options_verb verb, const char *word)
{
	size_t n = strcspn(word, "="), found = 0, i;
	char names[256] = "";

	for (i = 0; n > 2 && i < N_ROWS; i++) {
		const char *name = rows[i].name;

		if (!name || !is_for(&rows[i], verb) || strncmp(name, word + 2, n - 2) != 0)
			continue;
		found++;
		if (strlen(names) + strlen(name) + 5 < sizeof(names))
			sprintf(names + strlen(names), "%s--%s", found > 1 ? ", " : "", name);
	}
	if (found > 1)
		complain("option '%.*s' can be any of %s", (int)n, word, names);
	return found > 1;
}

static int wrong_option(int kind, enum options_verb verb, char **argv)
{
	const struct option_row *r = optopt ? find_row(verb, optopt) : NULL;

	/* A row of another verb: here there is no such option. */
	if (kind == '?' && optopt && optopt < LONG_VALUE)
		r = NULL;

	if (kind == ':' && r) {
		if (optopt < LONG_VALUE)
			return complain("option '-%c' needs a value (%s)", optopt, r->argument);
		return complain("option '--%s' needs a value (%s)", r->name, r->argument);
	}
	if (r)
		return complain("option '--%s' takes no value", r->name);
	if (refuse(verb, argv[optind - 1]))
		return EXIT_FAILURE;
	if (optopt && optopt < LONG_VALUE)
		return complain("unknown option '-%c': see scapula --help", optopt);
	if (is_ambiguous(verb, argv[optind - 1]))
		return EXIT_FAILURE;
	return complain("unknown option '%s': see scapula --help", argv[optind - 1]);
}

static char *join_words(int n, char **words)
{
	size_t len = 1;
	char *out, *p;
	int i;

	for (i = 0; i < n; i++)
		len += strlen(words[i]) + 1;
	out = p = malloc(len);
	for (i = 0; out && i < n; i++) {
		if (i)
			*p++ = ' ';
		p = stpcpy(p, words[i]);
	}
	return out;
}

bool options_part(const struct options *o)
{
	return o->from.kind != SINSP_BOUND_NONE || o->to.kind != SINSP_BOUND_NONE;
}

static int check_together(const struct options *o)
{
	size_t i;

	if (o->csv && !o->chisels)
		return complain("--csv is for the rows of chisels: -c is missing");
	if (o->csv && o->text.json)
		return complain("--json and --csv exclude each other");
	if (o->output && o->n_files > 1)
		return complain("-w takes only one -r: captures are not merged");
	if (options_part(o) && o->n_files == 0)
		return complain("--from and --to take a part of a capture: -r is missing");
	if (o->output && strcmp(o->output, "-") == 0 &&
	    (o->file_bytes || o->file_seconds || o->file_events))
		return complain("-C, -G and -e make files: -w needs a name, not '-'");
	for (i = 0; i < o->n_files; i++)
		if (!*o->files[i])
			return complain("-r: the name of the file is empty");
	if (o->filter_processes && !o->filter)
		return complain("--filter-proclist: a filter is missing");
	if (o->fat && o->lean)
		return complain("-F keeps what --lean leaves out: only one of them can be given");
	if (o->writer.compression == SCAP_GZIP && o->writer.level > 9)
		return complain("--level: gzip has levels from 1 to 9");
	return 0;
}

static int apply(const struct option_row *r, struct options *o, const char *value)
{
	if (r->set)
		return r->set(o, value);
	if (r->flag)
		*(bool *)((char *)o + r->flag) = true;
	if (r->action)
		o->action = (enum options_action)r->action;
	return 0;
}

/* The capture of verbs that take its name as a word, and behind it perhaps a filter. */
static int take_file(struct options *o, enum options_verb verb, int argc, char **argv)
{
	if (optind == argc)
		return complain("%s: which capture? Give a file", argv[0]);
	if (set_read(o, argv[optind++]))
		return EXIT_FAILURE;
	if (verb != VERB_CUT && optind < argc)
		return complain("%s: one capture at a time: '%s' is one too many", argv[0],
				argv[optind]);
	return o->output ? 0 : complain("%s: -o is missing: the capture to be made", argv[0]);
}

int options_parse(struct options *o, enum options_verb verb, int argc, char **argv)
{
	char letters[2 * N_ROWS + 2];
	struct option longs[N_ROWS + 1];
	int c, rc;

	memset(o, 0, sizeof(*o));
	o->writer.compression = SCAP_ZSTD;
	o->delay_ms = 2000;
	o->argc = argc;
	o->argv = argv;
	fill_getopt(verb, letters, longs);
	opterr = 0;
	while ((c = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (c == '?' || c == ':')
			return wrong_option(c, verb, argv);
		rc = apply(find_row(verb, c), o, optarg);
		if (rc)
			return rc;
		if (o->action == OPTIONS_HELP || o->action == OPTIONS_VERSION ||
		    o->action == OPTIONS_LIBS_VERSION)
			return 0;
	}
	if (!(verb & (VERB_INSPECT | VERB_TOP)) && take_file(o, verb, argc, argv))
		return EXIT_FAILURE;
	if (optind < argc) {
		o->filter = join_words(argc - optind, argv + optind);
		if (!o->filter)
			return complain("out of memory");
	}
	if (choose_format(o) || options_ask_finish(o))
		return EXIT_FAILURE;
	return check_together(o);
}

void options_free(struct options *o)
{
	chisels_free(o->chisels);
	free(o->files);
	free(o->scopes);
	free(o->suppressed);
	free(o->filter);
	free(o->format);
	options_ask_free(&o->ask);
	memset(o, 0, sizeof(*o));
}
