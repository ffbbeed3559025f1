/* SPDX-License-Identifier: BSD-2-Clause */
/* What is known of a capture, as text. */
#include "info.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "story_units.h"

#define TOLD_LOSSES	10
#define TOLD_CONTAINERS 50

static void tell_file(const struct info *in, struct columns *c, const struct scap_stats *st)
{
	struct unit_text a, b;

	columns_cell(c, "file");
	columns_cell(c, "%s", in->file);
	columns_cell(c, "form");
	if (st->bytes_total && in->content)
		columns_cell(c, "%s, %s, %.1f times smaller than plain", scap_describe(in->scap),
			     unit_bytes(&a, st->bytes_total),
			     (double)in->content / (double)st->bytes_total);
	else
		columns_cell(c, "%s, %s", scap_describe(in->scap), unit_bytes(&a, st->bytes_read));
	columns_cell(c, "index");
	if (in->frames)
		columns_cell(c, "%s of %s frames; keyframes: %zu", unit_count(&a, in->indexed),
			     unit_count(&b, in->frames), in->keyframes);
	else
		columns_cell(c, "none: parts of it are read from the beginning");
	columns_cell(c, "integrity");
	columns_cell(c, "%s", in->damage.gaps ? in->damage.first : "whole: every byte was read");
	if (scap_is_unfinished(in->scap)) {
		columns_cell(c, "unfinished");
		columns_cell(c, "%s", "its recorder was killed, or the end of the file is gone");
	}
	if (in->sections > 1) {
		columns_cell(c, "captures");
		columns_cell(c, "%u, one behind the other", in->sections);
	}
}

static size_t find_fact(const struct scap_machine *m, const char *key, const char **value)
{
	const char *p = m->facts;
	size_t len = strlen(key);

	for (; *p; p += strcspn(p, "\n"), p += *p == '\n')
		if (strncmp(p, key, len) == 0 && p[len] == '\t') {
			*value = p + len + 1;
			return strcspn(*value, "\n");
		}
	return 0;
}

/* One row of what is known of @keys, each with its name in front, but for the first @bare ones. */
static void tell_facts(const struct scap_machine *m, struct columns *c, const char *row,
		       const char *const *keys, unsigned int bare)
{
	struct sinsp_text t = { 0 };
	const char *value;
	unsigned int i;
	size_t len;

	for (i = 0; keys[i]; i++) {
		len = find_fact(m, keys[i], &value);
		if (len)
			sinsp_text_printf(&t, "%s%s%s%.*s", t.len ? ", " : "",
					  i < bare ? "" : keys[i], i < bare ? "" : " ", (int)len,
					  value);
	}
	if (t.len) {
		columns_cell(c, "%s", row);
		columns_cell(c, "%s", t.ptr);
	}
	sinsp_text_free(&t);
}

static void tell_machine(const struct info *in, struct columns *c)
{
	const struct scap_machine *m = sinsp_machine(in->sinsp);
	struct unit_text a, b;

	columns_cell(c, "host");
	columns_cell(c, "%s, %" PRIu32 " CPU%s, %s of memory", m->hostname[0] ? m->hostname : "?",
		     m->num_cpus, m->num_cpus == 1 ? "" : "s", unit_bytes(&a, m->memory_bytes));
	tell_facts(m, c, "hardware", (const char *[]){ "vendor", "product", "uuid", NULL }, 2);
	tell_facts(m, c, "cloud",
		   (const char *[]){ "cloud", "instance", "region", "zone", "account", NULL }, 1);
	if (m->boot_time) {
		columns_cell(c, "booted");
		columns_cell(c, "%s", unit_date(&a, m->boot_time));
	}
	columns_cell(c, "at start");
	columns_cell(c, "%s threads, %s descriptors", unit_count(&a, in->threads),
		     unit_count(&b, in->descriptors));
}

static void tell_events(const struct info *in, struct columns *c, const struct scap_stats *st)
{
	double seconds = (double)(in->ts_high - in->ts_low) / 1e9;
	struct unit_text a, b, d;

	columns_cell(c, "time");
	if (in->events)
		columns_cell(c, "%s to %s (%s)", unit_date(&a, in->ts_low),
			     unit_date(&b, in->ts_high),
			     unit_duration(&d, in->ts_high - in->ts_low));
	else
		columns_cell(c, "no event at all");
	columns_cell(c, "events");
	if (seconds > 0)
		columns_cell(c, "%s, %s a second; hidden: %s", unit_count(&a, in->events),
			     unit_count(&b, (uint64_t)((double)in->events / seconds)),
			     unit_count(&d, in->hidden));
	else
		columns_cell(c, "%s; hidden: %s", unit_count(&a, in->events),
			     unit_count(&d, in->hidden));
	if (st->skipped) {
		columns_cell(c, "unknown");
		columns_cell(c, "%s events of types that this program does not know",
			     unit_count(&a, st->skipped));
	}
}

static void tell_losses(const struct info *in, struct columns *c, const struct scap_stats *st)
{
	struct unit_text n, a, b, d;
	size_t i;

	columns_cell(c, "losses");
	if (!st->lost) {
		columns_cell(c, in->damage.gaps ? "none in the part that can be read"
						: "complete: no event was lost");
		return;
	}
	columns_cell(c, "%s events (ring full: %s, memory not resident: %s, re-entry: %s)",
		     unit_count(&n, st->lost), unit_count(&a, st->lost_buffer),
		     unit_count(&b, st->lost_fault), unit_count(&d, st->lost_busy));
	for (i = 0; i < in->n_losses && i < TOLD_LOSSES; i++) {
		const struct scap_loss *l = &in->losses[i].loss;

		columns_cell(c, "%s", "");
		columns_cell(c, "CPU %u: %s between %s and %s", in->losses[i].cpu,
			     unit_count(&n, l->buffer + l->fault + l->busy),
			     l->from ? unit_since(&a, in->ts_low, l->from) : "the beginning",
			     unit_since(&b, in->ts_low, l->to));
	}
	if (in->n_losses > TOLD_LOSSES) {
		columns_cell(c, "%s", "");
		columns_cell(c, "... and %s%zu more times",
			     in->n_losses == INFO_LOSSES ? "at least " : "",
			     in->n_losses - TOLD_LOSSES);
	}
}

struct telling {
	struct columns *c;
	unsigned int n;
};

static bool tell_container(struct sinsp_container *ct, void *arg)
{
	struct telling *t = arg;

	if (++t->n > TOLD_CONTAINERS)
		return true;
	columns_cell(t->c, "%s", t->n == 1 ? "containers" : "");
	columns_cell(t->c, "%s (%s%s%s)", *ct->name ? ct->name : ct->id, ct->id,
		     *ct->image ? ", " : "", ct->image);
	return true;
}

static void tell_containers(const struct info *in, struct columns *c)
{
	struct telling t = { c, 0 };

	sinsp_each_container(in->sinsp, tell_container, &t);
	if (t.n == 0) {
		columns_cell(c, "containers");
		columns_cell(c, "none was seen");
	} else if (t.n > TOLD_CONTAINERS) {
		columns_cell(c, "%s", "");
		columns_cell(c, "... and %u more", t.n - TOLD_CONTAINERS);
	}
}

static void tell_types(const struct info *in)
{
	struct columns c = { .n = 3 };
	struct summary_line *lines;
	struct unit_text a;
	size_t n, i;

	lines = summary_lines(&in->summary, &n);
	for (i = 0; lines && i < n; i++) {
		columns_cell(&c, "%s", unit_count(&a, lines[i].count));
		columns_cell(&c, "%c", lines[i].direction);
		columns_cell(&c, "%s", lines[i].name);
	}
	if (n)
		printf("\n  events by type\n");
	columns_print(&c, "    ", stdout);
	columns_free(&c);
	free(lines);
}

void info_tell(const struct info *in)
{
	struct columns c = { .n = 2 };
	struct scap_stats st;

	scap_stats(in->scap, &st);
	tell_file(in, &c, &st);
	tell_machine(in, &c);
	tell_events(in, &c, &st);
	tell_losses(in, &c, &st);
	tell_containers(in, &c);
	columns_print(&c, "", stdout);
	columns_free(&c);
	tell_types(in);
}
