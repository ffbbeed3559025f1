/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines of a test in a guest: "ok - name", or "not ok - name: why"; failures are counted. Weak, so
 * that a program of several files has one count.
 */
#ifndef VM_REPORT_H
#define VM_REPORT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

__attribute__((weak)) int failed;

void report(bool ok, const char *name, const char *fmt, ...)
	__attribute__((weak, format(printf, 3, 4)));

void report(bool ok, const char *name, const char *fmt, ...)
{
	va_list ap;

	if (ok) {
		printf("ok - %s\n", name);
	} else {
		printf("not ok - %s: ", name);
		va_start(ap, fmt);
		vprintf(fmt, ap);
		va_end(ap);
		printf("\n");
		failed++;
	}
	fflush(stdout);
}

#define CHECK(name, got, want)                                                               \
	do {                                                                                 \
		long g_ = (long)(got), w_ = (long)(want);                                    \
		report(g_ == w_, name, "got %ld, expected %ld (line %d)", g_, w_, __LINE__); \
	} while (0)

#endif
