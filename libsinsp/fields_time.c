/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields of time: when an event was, how long its call took, how long since others. */
#include "fields.h"
#include "put.h"

#define NS_PER_S  1000000000u
#define NS_PER_MS 1000000u

enum part { WHOLE, SECONDS, NANOS };

static uint64_t event_ts(const struct view *c)
{
	return c->ev->raw.hdr->ts;
}

static uint64_t part_of(uint64_t ns, uint16_t part)
{
	return part == SECONDS ? ns / NS_PER_S : part == NANOS ? ns % NS_PER_S : ns;
}

/* ---- as text ---- */

static bool put_time(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	render_time(c, event_ts(c), r->field->at == WHOLE, out);
	return true;
}

static bool put_datetime(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	render_datetime(c, event_ts(c), r->field->at == WHOLE, out);
	return true;
}

static bool put_iso8601(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	(void)r;
	render_iso8601(event_ts(c), out);
	return true;
}

/* Since the first event; wall clocks go back at times, and then it is 0. */
static uint64_t relative(const struct view *c)
{
	uint64_t first = c->s ? sinsp_first_ts(c->s) : 0, ts = event_ts(c);

	return first && ts > first ? ts - first : 0;
}

static bool latency(const struct view *c, uint64_t *ns)
{
	size_t len;
	const void *p;

	if (!c->ev->raw.items)
		return false;
	p = scap_event_item(&c->ev->raw, SCAP_ITEM_LATENCY, &len);
	if (!p || len != sizeof(*ns))
		return false;
	memcpy(ns, p, sizeof(*ns));
	return true;
}

static bool put_outputtime(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	uint64_t ns = 0;

	(void)r;
	switch (c->opts.time) {
	case SINSP_TIME_HUMAN:
		render_time(c, event_ts(c), true, out);
		return true;
	case SINSP_TIME_ABSOLUTE:
		ns = event_ts(c);
		break;
	case SINSP_TIME_RELATIVE:
		ns = relative(c);
		break;
	case SINSP_TIME_DELTA:
		if (!latency(c, &ns))
			ns = 0;
		break;
	case SINSP_TIME_DELTA_SHOWN:
		ns = c->shown && event_ts(c) > c->shown ? event_ts(c) - c->shown : 0;
		break;
	}
	render_seconds(ns, out);
	return true;
}

/* ---- as numbers ---- */

static bool get_rawtime(struct view *c, struct field_ref *r, struct value *v)
{
	return value_u64(v, part_of(event_ts(c), r->field->at));
}

static bool get_reltime(struct view *c, struct field_ref *r, struct value *v)
{
	return value_u64(v, part_of(relative(c), r->field->at));
}

/* Since the event that this field was asked of before. */
static bool get_deltatime(struct view *c, struct field_ref *r, struct value *v)
{
	uint64_t ts = event_ts(c), before = r->previous;

	r->previous = ts;
	return value_u64(v, part_of(before && ts > before ? ts - before : 0, r->field->at));
}

static bool get_latency(struct view *c, struct field_ref *r, struct value *v)
{
	uint64_t ns;

	return latency(c, &ns) && value_u64(v, part_of(ns, r->field->at));
}

static bool get_wait_latency(struct view *c, struct field_ref *r, struct value *v)
{
	return c->ev->raw.info->flags & EF_WAITS && get_latency(c, r, v);
}

static bool put_latency_human(struct view *c, struct field_ref *r, struct sinsp_text *out)
{
	static const struct {
		uint64_t ns;
		const char *name;
	} units[] = { { NS_PER_S, "s" }, { 1000000, "ms" }, { 1000, "us" } };
	uint64_t ns, hundredths;
	size_t i;

	(void)r;
	if (!latency(c, &ns))
		return false;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (ns < units[i].ns)
			continue;
		hundredths = ns / (units[i].ns / 100) % 100;
		put_u64(out, ns / units[i].ns);
		/* of larger numbers the fraction is no news, but seconds have no larger unit */
		if (i == 0 || ns / units[i].ns < 10) {
			put_char(out, '.');
			put_char(out, (char)('0' + hundredths / 10));
			put_char(out, (char)('0' + hundredths % 10));
		}
		put_str(out, units[i].name);
		return true;
	}
	put_u64(out, ns);
	put_str(out, "ns");
	return true;
}

/* evt.around[T]: distance from T in milliseconds, rounded up; the filter asks whether it is at most
 * so many milliseconds. */
static bool get_around(struct view *c, struct field_ref *r, struct value *v)
{
	uint64_t ts = event_ts(c), t = (uint64_t)r->index;

	return value_u64(v, ((ts > t ? ts - t : t - ts) + NS_PER_MS - 1) / NS_PER_MS);
}

#define TEXT	.type = PT_CHARBUF
#define ABSTIME .type = PT_ABSTIME, .format = PF_DEC
#define RELTIME .type = PT_RELTIME, .format = PF_DEC
#define PADDED	.type = PT_RELTIME, .format = PF_10_PADDED_DEC

static const struct field rows[] = {
	{ .name = "evt.time",
	  TEXT,
	  .put = put_time,
	  .at = WHOLE,
	  .flags = FIELD_TIME,
	  .doc = "Local time of day with nanoseconds." },
	{ .name = "evt.time.s",
	  TEXT,
	  .put = put_time,
	  .at = SECONDS,
	  .flags = FIELD_TIME,
	  .doc = "Local time of day without a fraction." },
	{ .name = "evt.time.iso8601",
	  TEXT,
	  .put = put_iso8601,
	  .flags = FIELD_TIME,
	  .doc = "Date and time in UTC as ISO 8601 wants it, with nanoseconds." },
	{ .name = "evt.datetime",
	  TEXT,
	  .put = put_datetime,
	  .at = WHOLE,
	  .flags = FIELD_TIME,
	  .doc = "Local date and time with nanoseconds." },
	{ .name = "evt.datetime.s",
	  TEXT,
	  .put = put_datetime,
	  .at = SECONDS,
	  .flags = FIELD_TIME,
	  .doc = "Local date and time without a fraction." },
	{ .name = "evt.outputtime",
	  TEXT,
	  .put = put_outputtime,
	  .flags = FIELD_PRINT_ONLY | FIELD_TIME,
	  .doc = "Time in the form that option -t chooses." },
	{ .name = "evt.rawtime",
	  ABSTIME,
	  .get = get_rawtime,
	  .at = WHOLE,
	  .doc = "Nanoseconds since 1970." },
	{ .name = "evt.rawtime.s",
	  ABSTIME,
	  .get = get_rawtime,
	  .at = SECONDS,
	  .doc = "Whole seconds since 1970." },
	{ .name = "evt.rawtime.ns",
	  .type = PT_ABSTIME,
	  .format = PF_10_PADDED_DEC,
	  .get = get_rawtime,
	  .at = NANOS,
	  .doc = "Nanoseconds within the second." },
	{ .name = "evt.reltime",
	  PADDED,
	  .get = get_reltime,
	  .at = WHOLE,
	  .doc = "Nanoseconds since the first event." },
	{ .name = "evt.reltime.s",
	  RELTIME,
	  .get = get_reltime,
	  .at = SECONDS,
	  .doc = "Whole seconds since the first event." },
	{ .name = "evt.reltime.ns",
	  PADDED,
	  .get = get_reltime,
	  .at = NANOS,
	  .doc = "Nanoseconds within the second since the first event." },
	{ .name = "evt.deltatime",
	  RELTIME,
	  .get = get_deltatime,
	  .flags = FIELD_PREVIOUS,
	  .at = WHOLE,
	  .doc = "Nanoseconds since the event asked before." },
	{ .name = "evt.deltatime.s",
	  RELTIME,
	  .get = get_deltatime,
	  .flags = FIELD_PREVIOUS,
	  .at = SECONDS,
	  .doc = "Whole seconds since the event asked before." },
	{ .name = "evt.deltatime.ns",
	  PADDED,
	  .get = get_deltatime,
	  .flags = FIELD_PREVIOUS,
	  .at = NANOS,
	  .doc = "Nanoseconds within the second since the event asked before." },
	{ .name = "evt.latency",
	  RELTIME,
	  .get = get_latency,
	  .at = WHOLE,
	  .doc = "How long the call took, in nanoseconds; absent where that was not recorded." },
	{ .name = "evt.latency.s",
	  RELTIME,
	  .get = get_latency,
	  .at = SECONDS,
	  .doc = "Whole seconds that the call took." },
	{ .name = "evt.latency.ns",
	  PADDED,
	  .get = get_latency,
	  .at = NANOS,
	  .doc = "Nanoseconds within the second that the call took." },
	{ .name = "evt.latency.human",
	  TEXT,
	  .put = put_latency_human,
	  .doc = "How long the call took, with a unit that fits: 1.50ms." },
	{ .name = "evt.wait_latency",
	  RELTIME,
	  .get = get_wait_latency,
	  .at = WHOLE,
	  .doc = "How long a call that waits took, in nanoseconds." },
	{ .name = "evt.around",
	  .type = PT_UINT64,
	  .format = PF_DEC,
	  .get = get_around,
	  .arg = ARG_INDEX | ARG_REQUIRED,
	  .flags = FIELD_FILTER_ONLY | FIELD_ALONE | FIELD_WITHIN,
	  .doc = "evt.around[T]=D: at most D milliseconds before or after T (ns since 1970)." },
};

const struct field_class fields_time_class = {
	.name = "evt",
	.fields = rows,
	.n = sizeof(rows) / sizeof(rows[0]),
};
