/* SPDX-License-Identifier: BSD-2-Clause */
/* The verbs of the scapula command. A verb takes its own argv (argv[0] is its name) and returns the
 * exit status. */
#ifndef TOOLS_VERB_H
#define TOOLS_VERB_H

int verb_convert(int argc, char **argv);
int verb_cut(int argc, char **argv);
int verb_info(int argc, char **argv);
int verb_inspect(int argc, char **argv);
int verb_postmortem(int argc, char **argv);
int verb_repair(int argc, char **argv);
int verb_top(int argc, char **argv);

#endif
