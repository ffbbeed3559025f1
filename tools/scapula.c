/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scapula command: finds the verb in a table and runs it. Without a verb the words are options
 * and a filter for `inspect`, so that the fingers of sysdig's users find what they expect.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "complain.h"
#include "verb.h"

struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *line;
};

static int verb_help(int argc, char **argv);
static int verb_version(int argc, char **argv);

static const struct verb verbs[] = {
	{ "inspect", verb_inspect, "show, filter, count and record events (the default)" },
	{ "info", verb_info, "tell what is in captures: time, events, containers, losses, index" },
	{ "cut", verb_cut, "make a smaller capture of a part of one" },
	{ "convert", verb_convert, "write a capture anew: schema, compression, index" },
	{ "repair", verb_repair, "make a whole capture of a damaged one" },
	{ "postmortem", verb_postmortem, "tell what happened in the containers of a capture" },
	{ "top", verb_top, "show on the whole screen what processes, files, connections do" },
	{ "help", verb_help, "help VERB: how a verb is used" },
	{ "version", verb_version, "print the version" },
};

static const struct verb *find_verb(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

static int verb_version(int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		return complain("version takes no arguments");
	printf("scapula version " SCAPULA_VERSION "\n");
	return EXIT_SUCCESS;
}

static int verb_help(int argc, char **argv)
{
	char option[] = "--help";
	char *args[] = { NULL, option, NULL };
	const struct verb *v;
	size_t i;

	if (argc < 2) {
		printf("usage: scapula [VERB] [options] [arguments]\n\n");
		for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
			printf("  %-12s%s\n", verbs[i].name, verbs[i].line);
		printf("\n`scapula help VERB' tells more; see also scapula(1).\n");
		return EXIT_SUCCESS;
	}
	v = find_verb(argv[1]);
	if (!v)
		return complain("no verb '%s': see scapula help", argv[1]);
	if (v->run == verb_help || v->run == verb_version) {
		printf("%s: %s\n", v->name, v->line);
		return EXIT_SUCCESS;
	}
	args[0] = argv[1];
	return v->run(2, args);
}

/* As of `scapula -l | head': that is a good end. */
static bool reader_is_gone(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

	return poll(&out, 1, 0) == 1 && out.revents & POLLERR;
}

int main(int argc, char **argv)
{
	const struct verb *v = argc > 1 ? find_verb(argv[1]) : NULL;
	int rc;

	signal(SIGPIPE, SIG_IGN);
	rc = v ? v->run(argc - 1, argv + 1) : verb_inspect(argc, argv);
	if ((fflush(stdout) != 0 || ferror(stdout)) && !reader_is_gone())
		rc = complain("standard output: %s", strerror(errno));
	return rc;
}
