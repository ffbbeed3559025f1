/* SPDX-License-Identifier: BSD-2-Clause */
/* Tells what is missing in a damaged capture: where, how much, and between which times. */
#include "damage.h"

#include <stdio.h>

#include "complain.h"
#include "story_units.h"

static void tell(struct damage *d, uint64_t next, struct sinsp_text *text)
{
	const struct scap_gap *g = &d->gap;
	struct sinsp_text t = { 0 };
	struct unit_text a, b;

	if (g->counted)
		sinsp_text_printf(&t, "%llu events are missing in the %llu bytes",
				  (unsigned long long)g->events, (unsigned long long)g->bytes);
	else if (g->bytes)
		sinsp_text_printf(&t, "what cannot be read are %llu bytes",
				  (unsigned long long)g->bytes);
	else
		sinsp_text_printf(&t, "what cannot be read is");
	sinsp_text_printf(&t, " from byte %llu of the file on, between %s and %s",
			  (unsigned long long)g->at,
			  g->ts_before ? unit_date(&a, g->ts_before) : "the beginning",
			  next ? unit_date(&b, next) : "the end");
	complain_file(d->file, t.ptr ? t.ptr : "out of memory");
	if (text)
		sinsp_text_puts(text, t.ptr ? t.ptr : "");
	sinsp_text_free(&t);
	d->open = false;
}

int damage_pass(struct damage *d, struct sinsp *s)
{
	const char *msg = sinsp_error(s)->msg;
	int rc;

	if (d->open)
		tell(d, 0, NULL);
	if (d->gaps++ == 0)
		snprintf(d->first, sizeof(d->first), "%s", msg);
	complain_file(d->file, msg);
	rc = sinsp_resume(s, &d->gap);
	d->open = rc >= 0;
	if (rc == 0)
		tell(d, 0, NULL);
	return rc > 0;
}

void damage_next(struct damage *d, uint64_t ts, struct sinsp_text *text)
{
	if (d->open)
		tell(d, ts, text);
}
