/* SPDX-License-Identifier: BSD-2-Clause */
/* Error messages: one line and one code, filled in at the place that knows what went wrong. */
#include "engine.h"

#include <stdarg.h>
#include <stdio.h>

int scap_fail(struct scap_error *err, int code, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return code;
	err->code = code;
	err->at = 0;
	va_start(ap, fmt);
	vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	return code;
}
