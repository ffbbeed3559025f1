/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the place in a capture that a user typed: --from and --to. */
#include "sinsp.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#define NS 1000000000ull

/* Takes digits; false if there are none, or too many for 64 bits. */
static bool take_number(const char **p, uint64_t *v)
{
	const char *start = *p;

	*v = 0;
	for (; **p >= '0' && **p <= '9'; ++*p)
		if (__builtin_mul_overflow(*v, 10, v) ||
		    __builtin_add_overflow(*v, (uint64_t)(**p - '0'), v))
			return false;
	return *p > start;
}

/* Takes a fraction, if one is there, as parts of @unit. */
static uint64_t take_fraction(const char **p, uint64_t unit)
{
	uint64_t v = 0;

	if (**p != '.')
		return 0;
	for (++*p; **p >= '0' && **p <= '9'; ++*p) {
		unit /= 10;
		v += (uint64_t)(**p - '0') * unit;
	}
	return v;
}

static bool scale(uint64_t v, uint64_t unit, uint64_t fraction, uint64_t *out)
{
	return !__builtin_mul_overflow(v, unit, out) &&
	       !__builtin_add_overflow(*out, fraction, out);
}

/* Seconds since the epoch, with a fraction. */
static bool parse_epoch(struct sinsp_bound *b, const char *p)
{
	uint64_t v;

	b->kind = SINSP_BOUND_TIME;
	return take_number(&p, &v) && scale(v, NS, take_fraction(&p, NS), &b->value) && !*p;
}

static bool parse_relative(struct sinsp_bound *b, const char *p)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = { { "", NS },	  { "s", NS },	   { "m", 60 * NS }, { "h", 3600 * NS },
		      { "ms", 1000000u }, { "us", 1000u }, { "ns", 1 },	     { "d", 86400 * NS } };
	const char *unit, *q;
	uint64_t v;
	size_t i;

	b->kind = SINSP_BOUND_RELATIVE;
	if (!take_number(&p, &v))
		return false;
	for (unit = p; *unit == '.' || (*unit >= '0' && *unit <= '9'); unit++)
		;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(unit, units[i].name) != 0)
			continue;
		q = p;
		return scale(v, units[i].ns, take_fraction(&q, units[i].ns), &b->value) &&
		       q == unit;
	}
	return false;
}

static bool parse_event(struct sinsp_bound *b, const char *p)
{
	b->kind = SINSP_BOUND_NUMBER;
	return take_number(&p, &b->value) && b->value > 0 && !*p;
}

/* Two digits that are at most @max, with @end behind them, which is taken too (0: whatever comes).
 */
static bool take_two(const char **p, int max, char end, int *v)
{
	const char *q = *p;

	if (q[0] < '0' || q[0] > '9' || q[1] < '0' || q[1] > '9')
		return false;
	*v = (q[0] - '0') * 10 + q[1] - '0';
	*p += 2;
	if (end && **p != end)
		return false;
	*p += end != 0;
	return *v <= max;
}

/* HH:MM[:SS[.fraction]] */
static bool take_clock(const char **p, struct tm *tm, uint64_t *fraction)
{
	*fraction = 0;
	tm->tm_sec = 0;
	if (!take_two(p, 23, ':', &tm->tm_hour) || !take_two(p, 59, 0, &tm->tm_min))
		return false;
	if (**p != ':')
		return true;
	++*p;
	if (!take_two(p, 60, 0, &tm->tm_sec))
		return false;
	*fraction = take_fraction(p, NS);
	return true;
}

static bool parse_clock(struct sinsp_bound *b, const char *p)
{
	uint64_t fraction;
	struct tm tm;

	b->kind = SINSP_BOUND_CLOCK;
	if (!take_clock(&p, &tm, &fraction) || *p)
		return false;
	b->value = ((uint64_t)tm.tm_hour * 3600 + (uint64_t)tm.tm_min * 60 + (uint64_t)tm.tm_sec) *
			   NS +
		   fraction;
	return true;
}

/* Z or +HH:MM, +HHMM, +HH: seconds east of Greenwich. */
static bool take_zone(const char **p, long *east)
{
	int hours, minutes = 0, sign = **p == '-' ? -1 : 1;

	*east = 0;
	if (**p == 'Z') {
		++*p;
		return true;
	}
	if (**p != '+' && **p != '-')
		return false;
	++*p;
	if (!take_two(p, 23, 0, &hours))
		return false;
	*p += **p == ':';
	if (**p && !take_two(p, 59, 0, &minutes))
		return false;
	*east = sign * (hours * 3600l + minutes * 60l);
	return true;
}

/* YYYY-MM-DD, then a blank or T, a clock, and a zone; without one the time is local. */
static bool parse_date(struct sinsp_bound *b, const char *p)
{
	struct tm tm = { .tm_isdst = -1 };
	uint64_t year, fraction;
	long east = 0;
	bool utc;
	time_t t;

	b->kind = SINSP_BOUND_TIME;
	if (!take_number(&p, &year) || year < 1970 || year > 2500 || *p++ != '-' ||
	    !take_two(&p, 12, '-', &tm.tm_mon) || !take_two(&p, 31, 0, &tm.tm_mday) ||
	    tm.tm_mon == 0 || tm.tm_mday == 0 || (*p != ' ' && *p != 'T'))
		return false;
	p++;
	tm.tm_year = (int)year - 1900;
	tm.tm_mon--;
	if (!take_clock(&p, &tm, &fraction))
		return false;
	utc = *p && take_zone(&p, &east);
	t = utc ? timegm(&tm) - east : mktime(&tm);
	b->value = (uint64_t)t * NS + fraction;
	return t >= 0 && !*p;
}

int sinsp_bound_parse(struct sinsp_bound *b, const char *text, struct scap_error *err)
{
	bool good;

	switch (*text) {
	case '@':
		good = parse_epoch(b, text + 1);
		break;
	case '+':
		good = parse_relative(b, text + 1);
		break;
	case '#':
		good = parse_event(b, text + 1);
		break;
	default:
		good = strlen(text) > 4 && text[4] == '-' ? parse_date(b, text)
							  : parse_clock(b, text);
	}
	if (good)
		return 0;
	return scap_fail(err, -EINVAL,
			 "'%s' is no place in a capture: a time (12:30:05, 2026-01-31 12:30:05.5, "
			 "2026-01-31T12:30:05Z, @1700000000.5), +5s from its start, or an event "
			 "(#123)",
			 text);
}
