/* SPDX-License-Identifier: BSD-2-Clause */
/* Tells what is missing in a damaged capture: where, how much, and between which times. */
#include "damage.h"

#include <stdio.h>

#include "complain.h"
#include "story_units.h"

/* One line a gap: what was found, and what is missing. */
static void tell(struct damage *d, uint64_t next)
{
	const struct scap_gap *g = &d->gap;
	struct sinsp_text t = { 0 };
	struct unit_text a, b;

	sinsp_text_printf(&t, "%s; missing: ", d->msg);
	if (g->counted)
		sinsp_text_printf(&t, "%llu events in ", (unsigned long long)g->events);
	if (g->bytes)
		sinsp_text_printf(&t, "%llu bytes of the file from byte %llu on",
				  (unsigned long long)g->bytes, (unsigned long long)g->at);
	else
		sinsp_text_printf(&t, "what is at byte %llu of the file",
				  (unsigned long long)g->at);
	sinsp_text_printf(&t, ", between %s and %s",
			  g->ts_before ? unit_date(&a, g->ts_before) : "the beginning",
			  next ? unit_date(&b, next) : "the end");
	complain_file(d->file, t.ptr ? t.ptr : "out of memory");
	snprintf(d->told, sizeof(d->told), "%s", t.ptr ? t.ptr : "");
	d->unwritten = true;
	sinsp_text_free(&t);
	d->open = false;
}

int damage_pass(struct damage *d, struct sinsp *s)
{
	int rc;

	if (d->open)
		tell(d, 0);
	snprintf(d->msg, sizeof(d->msg), "%s", sinsp_error(s)->msg);
	if (d->gaps++ == 0)
		memcpy(d->first, d->msg, sizeof(d->first));
	rc = sinsp_resume(s, &d->gap);
	d->open = true;
	if (rc <= 0)
		tell(d, 0);
	return rc > 0;
}

void damage_next(struct damage *d, uint64_t ts)
{
	if (d->open)
		tell(d, ts);
}
