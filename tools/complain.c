/* SPDX-License-Identifier: BSD-2-Clause */
/* Error lines: messages hold pieces of captures and command lines, so they are made printable. */
#include "complain.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int complain(const char *fmt, ...)
{
	char line[2048];
	va_list ap;
	char *p;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	for (p = line; *p; p++)
		if ((unsigned char)*p < 0x20 || (unsigned char)*p > 0x7e)
			*p = '.';
	fprintf(stderr, "scapula: %s\n", line);
	return EXIT_FAILURE;
}

int complain_filter(const char *filter, const struct scap_error *err)
{
	struct sinsp_text mark = { 0 };
	const char *caret;

	complain("%s", err->msg);
	sinsp_filter_mark(filter, err, &mark);
	caret = mark.ptr ? strchr(mark.ptr, '\n') : NULL;
	if (caret)
		fprintf(stderr, "  %.*s\n  %s", (int)(caret - mark.ptr), mark.ptr, caret + 1);
	sinsp_text_free(&mark);
	return EXIT_FAILURE;
}

int complain_file(const char *file, const char *msg)
{
	if (strcmp(file, "-") == 0)
		file = "standard input";
	if (strstr(msg, file))
		return complain("%s", msg);
	return complain("%s: %s", file, msg);
}
