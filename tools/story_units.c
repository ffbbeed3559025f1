/* SPDX-License-Identifier: BSD-2-Clause */
/* Times, durations, sizes and numbers as a person reads them. */
#include "story_units.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define NSEC ((uint64_t)1000000000)

static const char *format_time(struct unit_text *t, uint64_t ts, const char *fmt, const char *zone)
{
	time_t seconds = (time_t)(ts / NSEC);
	char day[48] = "", name[16] = "";
	struct tm tm;

	if (localtime_r(&seconds, &tm)) {
		strftime(day, sizeof(day), fmt, &tm);
		strftime(name, sizeof(name), zone, &tm);
	}
	snprintf(t->s, sizeof(t->s), "%.30s.%03u%.12s", day, (unsigned int)(ts % NSEC / 1000000),
		 name);
	return t->s;
}

const char *unit_clock(struct unit_text *t, uint64_t ts)
{
	return format_time(t, ts, "%H:%M:%S", "");
}

const char *unit_date(struct unit_text *t, uint64_t ts)
{
	return format_time(t, ts, "%Y-%m-%d %H:%M:%S", " %Z");
}

const char *unit_since(struct unit_text *t, uint64_t from, uint64_t ts)
{
	uint64_t ns = ts >= from ? ts - from : from - ts;

	snprintf(t->s, sizeof(t->s), "%c%" PRIu64 ".%03u", ts >= from ? '+' : '-', ns / NSEC,
		 (unsigned int)(ns % NSEC / 1000000));
	return t->s;
}

const char *unit_duration(struct unit_text *t, uint64_t ns)
{
	uint64_t s = ns / NSEC;

	if (s < 60)
		snprintf(t->s, sizeof(t->s), "%" PRIu64 ".%03u s", s,
			 (unsigned int)(ns % NSEC / 1000000));
	else if (s < 3600)
		snprintf(t->s, sizeof(t->s), "%" PRIu64 " min %" PRIu64 " s", s / 60, s % 60);
	else
		snprintf(t->s, sizeof(t->s), "%" PRIu64 " h %" PRIu64 " min", s / 3600,
			 s % 3600 / 60);
	return t->s;
}

const char *unit_bytes(struct unit_text *t, uint64_t n)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	double v = (double)n / 1024;
	unsigned int i = 0;

	if (n < 10240) {
		snprintf(t->s, sizeof(t->s), "%" PRIu64 " B", n);
		return t->s;
	}
	while (v >= 1024 && i < 5) {
		v /= 1024;
		i++;
	}
	snprintf(t->s, sizeof(t->s), "%.1f %s", v, units[i]);
	return t->s;
}

const char *unit_count(struct unit_text *t, uint64_t n)
{
	char digits[32];
	size_t len = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, n), i;
	char *q = t->s;

	for (i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			*q++ = ',';
		*q++ = digits[i];
	}
	*q = '\0';
	return t->s;
}
