/* SPDX-License-Identifier: BSD-2-Clause */
/* Times as text. The local time of a second is worked out once for all events in it. */
#include "put.h"
#include "render.h"

#define NS_PER_S 1000000000u

static void fill_clock(struct clock_cache *k, uint64_t second)
{
	time_t t = (time_t)second;
	struct tm tm;

	if (!localtime_r(&t, &tm))
		memset(&tm, 0, sizeof(tm)); /* a year that has no name */
	k->date_len = (uint8_t)strftime(k->date, sizeof(k->date), "%Y-%m-%d", &tm);
	if (strftime(k->time, sizeof(k->time), "%H:%M:%S", &tm) != 8)
		memcpy(k->time, "00:00:00", 9);
	k->second = second;
	k->valid = true;
}

/* Brings the cache to the second of @ts; returns the nanoseconds in it. */
static uint32_t set_clock(struct view *c, uint64_t ts)
{
	uint64_t second = ts / NS_PER_S;

	if (!c->clock.valid || c->clock.second != second)
		fill_clock(&c->clock, second);
	return (uint32_t)(ts - second * NS_PER_S);
}

static void put_clock(struct view *c, uint32_t nanos, bool with_nanos, struct sinsp_text *out)
{
	put_mem(out, c->clock.time, 8);
	if (with_nanos) {
		put_char(out, '.');
		put_nanos(out, nanos);
	}
}

void render_time(struct view *c, uint64_t ts, bool nanos, struct sinsp_text *out)
{
	put_clock(c, set_clock(c, ts), nanos, out);
}

void render_datetime(struct view *c, uint64_t ts, bool nanos, struct sinsp_text *out)
{
	uint32_t ns = set_clock(c, ts);

	put_mem(out, c->clock.date, c->clock.date_len);
	put_char(out, ' ');
	put_clock(c, ns, nanos, out);
}

void render_iso8601(uint64_t ts, struct sinsp_text *out)
{
	time_t t = (time_t)(ts / NS_PER_S);
	struct tm tm;
	char buf[32];
	size_t n;

	if (!gmtime_r(&t, &tm))
		return;
	n = strftime(buf, sizeof(buf), "%Y-%m-%dT%H:%M:%S.", &tm);
	put_mem(out, buf, n);
	put_nanos(out, (uint32_t)(ts % NS_PER_S));
	put_str(out, "+0000");
}

void render_seconds(uint64_t ns, struct sinsp_text *out)
{
	put_u64(out, ns / NS_PER_S);
	put_char(out, '.');
	put_nanos(out, (uint32_t)(ns % NS_PER_S));
}
