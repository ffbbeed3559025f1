/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading a part of a capture. The frames in which something wanted may be follow from the index;
 * between two of them lies what is not read, if there is a keyframe on the way. Without index
 * everything is read, and only what is inside is given.
 */
#include "range.h"
#include "filter.h"
#include "inspector.h"
#include "image.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#define NS	 1000000000ull
#define HALF_DAY (43200ull * NS)

void sinsp_set_range(struct sinsp *s, struct sinsp_bound from, struct sinsp_bound to)
{
	size_t n;

	s->range.from = from;
	s->range.to = to;
	/* Without an index a hint saves nothing. */
	s->range.on = from.kind != SINSP_BOUND_NONE || to.kind != SINSP_BOUND_NONE ||
		      (s->range.hint && scap_frames(s->scap, &n));
	s->range.resolved = false;
}

void sinsp_set_hint(struct sinsp *s, const struct sinsp_filter *f)
{
	s->range.hint = f;
	sinsp_set_range(s, s->range.from, s->range.to);
}

/* ---- bounds ---- */

static bool needs_first(const struct sinsp_bound *b)
{
	return b->kind == SINSP_BOUND_CLOCK || b->kind == SINSP_BOUND_RELATIVE;
}

/* The time of day on the day of @first, or that before or after it if that is nearer. */
static uint64_t on_day_of(uint64_t first, uint64_t since_midnight)
{
	time_t seconds = (time_t)(first / NS);
	uint64_t best = 0, ts, far, best_far = UINT64_MAX;
	struct tm tm;
	int day;

	for (day = -1; day <= 1; day++) {
		if (!localtime_r(&seconds, &tm))
			break;
		tm.tm_mday += day;
		tm.tm_hour = (int)(since_midnight / NS / 3600);
		tm.tm_min = (int)(since_midnight / NS / 60 % 60);
		tm.tm_sec = (int)(since_midnight / NS % 60);
		tm.tm_isdst = -1;
		ts = (uint64_t)mktime(&tm) * NS + since_midnight % NS;
		far = ts > first ? ts - first : first - ts;
		if (far < best_far) {
			best = ts;
			best_far = far;
		}
	}
	return best;
}

static uint64_t time_of(const struct sinsp_bound *b, uint64_t first)
{
	switch (b->kind) {
	case SINSP_BOUND_CLOCK:
		return on_day_of(first, b->value);
	case SINSP_BOUND_RELATIVE:
		return b->value > UINT64_MAX - first ? UINT64_MAX : first + b->value;
	default:
		return b->value;
	}
}

static bool resolve(struct sinsp *s)
{
	struct range *r = &s->range;

	if (!s->first_ts && (needs_first(&r->from) || needs_first(&r->to)))
		return false;
	r->ts_low = r->first = 0;
	r->ts_high = r->last = UINT64_MAX;
	if (r->from.kind == SINSP_BOUND_NUMBER)
		r->first = r->from.value;
	else if (r->from.kind != SINSP_BOUND_NONE)
		r->ts_low = time_of(&r->from, s->first_ts);
	if (r->to.kind == SINSP_BOUND_NUMBER)
		r->last = r->to.value;
	else if (r->to.kind != SINSP_BOUND_NONE)
		r->ts_high = time_of(&r->to, s->first_ts);
	r->resolved = true;
	return true;
}

bool range_has(struct sinsp *s, const struct sinsp_event *ev)
{
	const struct range *r = &s->range;
	uint64_t ts = ev->raw.hdr->ts;

	/* What comes before the first event that is shown: only a count can tell. */
	if (!r->resolved && !resolve(s))
		return r->from.kind == SINSP_BOUND_NONE;
	return ts >= r->ts_low && ts <= r->ts_high && ev->num >= r->first && ev->num <= r->last;
}

/* ---- frames ---- */

static bool may_have(struct sinsp *s, size_t i, const struct scap_frame *fr)
{
	const struct range *r = &s->range;
	const struct scap_frame_detail *d;

	if (!fr->indexed)
		return fr->first <= r->last;
	if (fr->events == 0 || fr->ts_high < r->ts_low || fr->ts_low > r->ts_high ||
	    fr->first > r->last || fr->first + fr->events - 1 < r->first)
		return false;
	if (fr->loss || !r->hint || scap_frame_detail(s->scap, i, &d) < 0)
		return true;
	return filter_may_match_frame(r->hint, d);
}

/*
 * Goes to the last frame with a keyframe behind @now and not behind @needed. Damaged ones, and
 * those of other versions, are as if they were not there.
 */
static int jump(struct sinsp *s, const struct scap_frame *fr, size_t now, size_t needed)
{
	const void *state;
	size_t i, len;
	int rc;

	for (i = needed; i > now; i--) {
		if (!fr[i].keyframe || scap_frame_state(s->scap, i, &state, &len) < 0)
			continue;
		rc = image_get(s, state, len, fr[i].first - 1);
		if (rc == -ENOTSUP)
			continue;
		if (rc < 0)
			return scap_fail(&s->err, rc,
					 "byte %llu of the file: the state that stands there makes "
					 "no sense",
					 (unsigned long long)fr[i].keyframe_at);
		rc = scap_seek(s->scap, i);
		if (rc < 0) {
			s->err = *scap_error(s->scap);
			return rc;
		}
		s->range.frame = i;
		return 0;
	}
	return 0;
}

int sinsp_resume(struct sinsp *s, struct scap_gap *gap)
{
	int rc = scap_resume(s->scap, gap);
	const struct scap_frame *fr;
	const void *state;
	size_t n, len, i;

	s->range.planned = false;
	if (rc < 0)
		s->err = *scap_error(s->scap);
	if (rc <= 0 || !gap->at_frame)
		return rc;
	fr = scap_frames(s->scap, &n);
	i = scap_frame_now(s->scap);
	if (fr[i].keyframe && scap_frame_state(s->scap, i, &state, &len) == 0 &&
	    image_get(s, state, len, fr[i].first - 1) == 0)
		return 1;
	s->num = fr[i].first - 1;
	return 1;
}

int range_advance(struct sinsp *s)
{
	struct range *r = &s->range;
	const struct scap_frame *fr;
	size_t n, now;

	if (!r->resolved && !resolve(s))
		return 0;
	if (s->num >= r->last)
		return SCAP_END;
	fr = scap_frames(s->scap, &n);
	if (!fr)
		return 0;
	now = scap_frame_now(s->scap);
	if (r->planned && (now == r->frame || now <= r->needed)) {
		r->frame = now;
		return 0;
	}
	r->planned = true;
	r->frame = now;
	for (r->needed = now; r->needed < n; r->needed++)
		if (may_have(s, r->needed, &fr[r->needed]))
			return jump(s, fr, now, r->needed);
	return SCAP_END;
}
