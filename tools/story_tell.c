/* SPDX-License-Identifier: BSD-2-Clause */
/* Tells the capture as a whole, and the head of each box. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "columns.h"
#include "story.h"
#include "story_signal.h"
#include "story_units.h"

#define MAX_NAMES 20

static const char *runtime_name(const struct story_box *b)
{
	static const struct {
		enum sinsp_container_type type;
		const char *name;
	} rows[] = {
		{ SINSP_CT_DOCKER, "Docker" },
		{ SINSP_CT_LXC, "LXC" },
		{ SINSP_CT_LIBVIRT_LXC, "libvirt LXC" },
		{ SINSP_CT_MESOS, "Mesos" },
		{ SINSP_CT_RKT, "rkt" },
		{ SINSP_CT_CUSTOM, "OCI runtime by hand (runc, crun)" },
		{ SINSP_CT_CRI, "CRI" },
		{ SINSP_CT_CONTAINERD, "containerd" },
		{ SINSP_CT_CRIO, "CRI-O" },
		{ SINSP_CT_BPM, "BPM" },
		{ SINSP_CT_STATIC, "static" },
		{ SINSP_CT_PODMAN, "Podman" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].type == b->type)
			return rows[i].name;
	return "unknown";
}

static void tell_machine(const struct sinsp *s, struct columns *c)
{
	const struct scap_machine *m = sinsp_machine(s);
	struct unit_text a;

	columns_cell(c, "host");
	columns_cell(c, "%s, %" PRIu32 " CPU%s, %s of memory", m->hostname[0] ? m->hostname : "?",
		     m->num_cpus, m->num_cpus == 1 ? "" : "s", unit_bytes(&a, m->memory_bytes));
	if (m->boot_time) {
		columns_cell(c, "booted");
		columns_cell(c, "%s", unit_date(&a, m->boot_time));
	}
}

static void tell_losses(const struct story *st, struct columns *c, const struct story_view *v)
{
	struct scap_stats stats;
	struct unit_text n, a, b, d;
	unsigned int i;

	scap_stats(sinsp_scap(st->sinsp), &stats);
	columns_cell(c, "losses");
	if (!stats.lost)
		columns_cell(c, v->warning ? "none in the part that can be read"
					   : "complete: no event was lost");
	else
		columns_cell(c, "%s events (ring full: %s, memory not resident: %s, re-entry: %s)",
			     unit_count(&n, stats.lost), unit_count(&a, stats.lost_buffer),
			     unit_count(&b, stats.lost_fault), unit_count(&d, stats.lost_busy));
	for (i = 0; i < st->n_losses && i < STORY_LOSSES; i++) {
		const struct story_loss *l = &st->losses[i];

		columns_cell(c, "%s", "");
		columns_cell(c, "CPU %u: %s between %s and %s", l->cpu, unit_count(&n, l->count),
			     l->from ? unit_since(&a, st->first, l->from) : "the beginning",
			     unit_since(&b, st->first, l->to));
	}
	if (st->n_losses > STORY_LOSSES) {
		columns_cell(c, "%s", "");
		columns_cell(c, "... and %u more times", st->n_losses - STORY_LOSSES);
	}
	if (stats.skipped) {
		columns_cell(c, "unknown");
		columns_cell(c, "%s events of types that this program does not know",
			     unit_count(&n, stats.skipped));
	}
	if (v->warning) {
		columns_cell(c, "damaged");
		columns_cell(c, "%s", v->warning);
	}
}

static void tell_names(const struct story *st, struct columns *c)
{
	const struct story_box *b;
	unsigned int n = 0;

	TAILQ_FOREACH (b, &st->boxes, link) {
		n++;
		if (n > MAX_NAMES)
			continue;
		columns_cell(c, "%s", n == 1 ? "containers" : "");
		columns_cell(c, "%s%s%s%s%s%s", b->name[0] ? b->name : b->id, " (", b->id,
			     b->image[0] ? ", " : "", b->image, ")");
	}
	if (n > MAX_NAMES) {
		columns_cell(c, "%s", "");
		columns_cell(c, "... and %u more", n - MAX_NAMES);
	}
	if (n == 0) {
		columns_cell(c, "containers");
		columns_cell(c, "none was seen");
	}
}

void story_tell_capture(struct story *st, const struct story_view *v)
{
	struct columns c = { .n = 2 };
	struct unit_text a, b, d;

	printf("THE CAPTURE\n");
	columns_cell(&c, "file");
	columns_cell(&c, "%s", v->file);
	tell_machine(st->sinsp, &c);
	columns_cell(&c, "time");
	if (st->first)
		columns_cell(&c, "%s to %s (%s)", unit_date(&a, st->first), unit_date(&b, st->last),
			     unit_duration(&d, st->last - st->first));
	else
		columns_cell(&c, "no event at all");
	columns_cell(&c, "events");
	columns_cell(&c, "%s", unit_count(&a, st->events));
	tell_losses(st, &c, v);
	tell_names(st, &c);
	if (story_is_full(st)) {
		columns_cell(&c, "note");
		columns_cell(&c, "the story is too long for the memory set aside for it: "
				 "parts of it are missing");
	}
	columns_print(&c, "  ", stdout);
	columns_free(&c);
}

/* ---- a box ---- */

static void tell_end(struct story *st, struct story_box *b, struct columns *c)
{
	const struct story_proc *i = b->init;
	struct unit_text a;

	columns_cell(c, "ended");
	if (!i || !i->ended) {
		columns_cell(c, b->n_alive ? "still running when the capture ended"
					   : "its end was not seen");
		return;
	}
	if (i->sig)
		columns_cell(c, "%s: its first process, %s(%" PRId64 "), was killed by %s%s%s%s",
			     unit_date(&a, i->end), i->comm, i->pid, story_signal_name(i->sig),
			     i->killer ? " from " : " (who sent it was not seen)",
			     i->killer ? i->killer : "", i->core ? ", core dumped" : "");
	else
		columns_cell(c, "%s: its first process, %s(%" PRId64 "), exited with status %u",
			     unit_date(&a, i->end), i->comm, i->pid, i->exit_status);
	if (b->oom_kills) {
		columns_cell(c, "%s", "");
		columns_cell(c, "the kernel killed %" PRIu64 " of its processes for want of memory",
			     b->oom_kills);
	}
	if (b->n_alive) {
		columns_cell(c, "%s", "");
		columns_cell(c, "%" PRIu64 " of its processes were not seen to end", b->n_alive);
	}
	(void)st;
}

static void tell_begin(struct story *st, struct story_box *b, struct columns *c)
{
	struct unit_text a, d;

	if (b->created) {
		columns_cell(c, "created");
		columns_cell(c, "%s", unit_date(&a, b->created));
	}
	columns_cell(c, "started");
	if (b->ran_before)
		columns_cell(c, "it was running already when the capture began");
	else if (b->init)
		columns_cell(c, "%s (%s s)%s%s", unit_date(&a, b->init->start),
			     unit_since(&d, st->first, b->init->start),
			     b->init->outside ? ", by " : "",
			     b->init->outside ? b->init->outside : "");
	else
		columns_cell(c, "not seen");
}

static void tell_identity(const struct story_box *b, struct columns *c)
{
	columns_cell(c, "id");
	columns_cell(c, "%s", b->full_id[0] ? b->full_id : b->id);
	columns_cell(c, "image");
	columns_cell(c, "%s", b->image[0] ? b->image : "unknown");
	if (b->pod[0]) {
		columns_cell(c, "pod");
		columns_cell(c, "%s in namespace %s", b->pod,
			     b->pod_namespace[0] ? b->pod_namespace : "?");
	}
	if (b->owner_kind[0] && strcmp(b->owner_kind, "Pod") != 0) {
		columns_cell(c, "made by");
		columns_cell(c, "%s %s", b->owner_kind, b->owner);
	}
	if (b->ip[0]) {
		columns_cell(c, "address");
		columns_cell(c, "%s", b->ip);
	}
	columns_cell(c, "runtime");
	columns_cell(c, "%s", runtime_name(b));
}

void story_tell_box(struct story *st, struct story_box *b, const struct story_view *v)
{
	struct columns c = { .n = 2 }, title = { .n = 1 };
	struct unit_text a;

	if (b->host)
		columns_cell(&title, "THE HOST");
	else
		columns_cell(&title, "CONTAINER %s", b->name[0] ? b->name : b->id);
	putchar('\n');
	columns_print(&title, "", stdout);
	columns_free(&title);
	if (!b->host) {
		tell_identity(b, &c);
		tell_begin(st, b, &c);
		tell_end(st, b, &c);
	}
	columns_cell(&c, "processes");
	columns_cell(&c, "%s", unit_count(&a, b->n_procs - b->n_runtime));
	columns_print(&c, "  ", stdout);
	columns_free(&c);
	story_tell_keys(st, b, v);
	story_tell_tree(st, b, v);
	story_tell_files(st, b, v);
	story_tell_net(st, b, v);
}
