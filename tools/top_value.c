/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers as people read them, in at most seven columns where that is possible. */
#include <stdio.h>

#include "top.h"

/* @letters: of the powers of @step. */
static void scaled(double v, double step, const char *letters, bool fraction, char *buf,
		   size_t size)
{
	size_t i = 0;

	if (v < (step < 1024 ? 1000000 : step)) {
		snprintf(buf, size, fraction && v > 0 && v < 100 ? "%.2f" : "%.0f", v);
		return;
	}
	for (v /= step; v >= step && letters[i + 1]; i++)
		v /= step;
	snprintf(buf, size, v < 10 ? "%.1f%c" : "%.0f%c", v, letters[i]);
}

static void time_text(double ns, char *buf, size_t size)
{
	static const struct {
		double from, unit;
		const char *name;
	} rows[] = { { 1e9, 1e9, "s" }, { 1e6, 1e6, "ms" }, { 1e3, 1e3, "us" }, { 0, 1, "ns" } };
	unsigned long long seconds = ns > 0 && ns < 1e18 ? (unsigned long long)(ns / 1e9) : 0;
	size_t i = 0;

	if (ns < 0)
		ns = 0;
	if (seconds >= 3600) {
		snprintf(buf, size, "%lluh%02llum", seconds / 3600, seconds / 60 % 60);
		return;
	}
	if (seconds >= 60) {
		snprintf(buf, size, "%llum%02llus", seconds / 60, seconds % 60);
		return;
	}
	while (ns < rows[i].from)
		i++;
	ns /= rows[i].unit;
	snprintf(buf, size,
		 ns < 10 && rows[i].unit > 1	? "%.2f%s"
		 : ns < 100 && rows[i].unit > 1 ? "%.1f%s"
						: "%.0f%s",
		 ns, rows[i].name);
}

void top_value_text(enum top_unit unit, double v, bool fraction, char *buf, size_t size)
{
	switch (unit) {
	case TOP_BYTES:
		scaled(v, 1024, "KMGTP", fraction, buf, size);
		break;
	case TOP_COUNT:
		scaled(v, 1000, "kMGTP", fraction, buf, size);
		break;
	case TOP_TIME:
		time_text(v, buf, size);
		break;
	case TOP_PERCENT:
		snprintf(buf, size, "%.2f", v);
		break;
	default:
		snprintf(buf, size, "%.0f", v);
	}
}
