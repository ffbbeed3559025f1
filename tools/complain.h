/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors as the user sees them: one line on standard error that begins with "scapula: ". */
#ifndef TOOLS_COMPLAIN_H
#define TOOLS_COMPLAIN_H

#include "sinsp.h"

/* Prints the line, unprintable bytes replaced, and returns the exit status for failures. */
int complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The same for an error of sinsp_filter_new(), with the place in the filter below it. */
int complain_filter(const char *filter, const struct scap_error *err);

/* The same for an error about @file, whose name is put in front unless @msg names it already. */
int complain_file(const char *file, const char *msg);

#endif
