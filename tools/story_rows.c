/* SPDX-License-Identifier: BSD-2-Clause */
/* Tells the timeline, the files and the network of a box: lists of rows with a limit each. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "columns.h"
#include "story.h"
#include "story_units.h"

#define MAX_ROWS	 40
#define MAX_KEY_ROWS	 80
#define MAX_FLAGGED_ROWS 200

struct rows {
	struct columns c;
	uint64_t told, left_out, limit;
	const char *title;
};

static void rows_start(struct rows *r, const struct story_view *v, const char *title,
		       const char *const *heads, unsigned int n)
{
	unsigned int i;

	memset(r, 0, sizeof(*r));
	r->c.n = n;
	r->limit = v->all ? UINT64_MAX : MAX_ROWS;
	r->title = title;
	for (i = 0; i < n; i++)
		columns_cell(&r->c, "%s", heads[i]);
}

static bool rows_room(struct rows *r)
{
	if (r->told >= r->limit) {
		r->left_out++;
		return false;
	}
	r->told++;
	return true;
}

static void rows_end(struct rows *r, uint64_t more)
{
	if (r->told) {
		printf("\n  %s\n", r->title);
		columns_print(&r->c, "    ", stdout);
		if (r->left_out)
			printf("    ... and %" PRIu64 " more (--all)\n", r->left_out);
		if (more)
			printf("    ... and %" PRIu64 " that were not kept\n", more);
	}
	columns_free(&r->c);
}

static void time_cells(struct columns *c, const struct story *st, uint64_t ts)
{
	struct unit_text a, b;

	columns_cell(c, "%s", unit_since(&a, st->first, ts));
	columns_cell(c, "%s", unit_clock(&b, ts));
}

/* ---- the timeline ---- */

void story_tell_keys(struct story *st, struct story_box *b, const struct story_view *v)
{
	static const char *const heads[] = { "when", "clock", "", "what", "who", "what exactly" };
	struct rows r;
	struct story_key *k;
	uint64_t limit;

	rows_start(&r, v, "The story (! marks what is suspicious)", heads, 6);
	r.c.limit[4] = 44;
	STAILQ_FOREACH (k, &b->keys, link) {
		limit = v->all ? UINT64_MAX : k->flagged ? MAX_FLAGGED_ROWS : MAX_KEY_ROWS;
		if (r.told >= limit) {
			r.left_out++;
			continue;
		}
		r.told++;
		time_cells(&r.c, st, k->ts);
		columns_cell(&r.c, "%s", k->flagged ? "!" : "");
		columns_cell(&r.c, "%s", k->what);
		columns_cell(&r.c, "%s", k->who);
		columns_cell(&r.c, "%s", k->detail);
	}
	rows_end(&r, b->n_keys_over);
}

/* ---- files ---- */

static void tell_executed(struct story *st, struct story_box *b, const struct story_view *v)
{
	static const char *const heads[] = { "written", "by", "executed", "by", "file", "how" };
	struct unit_text a;
	struct story_file *f;
	struct rows r;

	rows_start(&r, v, "Executed after being written during the capture", heads, 6);
	TAILQ_FOREACH (f, &b->file_list, link) {
		if (!f->executed || !rows_room(&r))
			continue;
		columns_cell(
			&r.c, "%s",
			unit_since(&a, st->first, f->written ? f->written : f->opened_for_write));
		columns_cell(&r.c, "%s", f->writer ? f->writer : "?");
		columns_cell(&r.c, "%s", unit_since(&a, st->first, f->executed));
		columns_cell(&r.c, "%s", f->runner ? f->runner : "?");
		columns_cell(&r.c, "%s", f->path);
		columns_cell(&r.c, "%s%s%s%s", f->run_as ? f->run_as : "",
			     f->came_from ? "; its writer was connected to " : "",
			     f->came_from ? f->came_from : "", f->was ? "; renamed" : "");
	}
	rows_end(&r, 0);
}

static void tell_written(struct story *st, struct story_box *b, const struct story_view *v)
{
	static const char *const heads[] = { "first", "clock", "by",  "writes",
					     "bytes", "file",  "more" };
	struct unit_text a;
	struct story_file *f;
	struct rows r;

	rows_start(&r, v, "Files written", heads, 7);
	r.c.limit[5] = 60;
	TAILQ_FOREACH (f, &b->file_list, link) {
		if ((!f->written && !f->opened_for_write) || !rows_room(&r))
			continue;
		time_cells(&r.c, st, f->written ? f->written : f->opened_for_write);
		columns_cell(&r.c, "%s", f->writer ? f->writer : "?");
		columns_cell(&r.c, "%s", unit_count(&a, f->writes));
		columns_cell(&r.c, "%s", unit_bytes(&a, f->bytes_written));
		columns_cell(&r.c, "%s", f->path);
		columns_cell(&r.c, "%s%s%s%s%s%s", f->was ? "was " : "", f->was ? f->was : "",
			     f->was && (f->deleted || f->made_executable) ? ", " : "",
			     f->made_executable ? "made executable" : "",
			     f->made_executable && f->deleted ? ", " : "",
			     f->deleted ? "deleted" : "");
	}
	rows_end(&r, b->n_files_over + b->n_passing);
}

static void tell_sensitive(struct story *st, struct story_box *b, const struct story_view *v)
{
	static const char *const heads[] = { "first", "clock", "by",
					     "times", "file",  "why it counts" };
	struct unit_text a;
	struct story_file *f;
	struct rows r;

	rows_start(&r, v, "Sensitive files read", heads, 6);
	r.c.limit[4] = 60;
	TAILQ_FOREACH (f, &b->file_list, link) {
		if (!f->read || !rows_room(&r))
			continue;
		time_cells(&r.c, st, f->read);
		columns_cell(&r.c, "%s", f->reader ? f->reader : "?");
		columns_cell(&r.c, "%s", unit_count(&a, f->reads));
		columns_cell(&r.c, "%s", f->path);
		columns_cell(&r.c, "%s%s%s", f->why_sensitive ? f->why_sensitive : "",
			     f->read_error ? "; not allowed: " : "",
			     f->read_error ? strerrorname_np(f->read_error) : "");
	}
	rows_end(&r, 0);
}

static void tell_deleted(struct story *st, struct story_box *b, const struct story_view *v)
{
	static const char *const heads[] = { "time", "clock", "by", "file" };
	struct story_file *f;
	struct rows r;

	rows_start(&r, v, "Deleted", heads, 4);
	TAILQ_FOREACH (f, &b->file_list, link) {
		if (!f->deleted || !rows_room(&r))
			continue;
		time_cells(&r.c, st, f->deleted);
		columns_cell(&r.c, "%s", f->deleter ? f->deleter : "?");
		columns_cell(&r.c, "%s", f->path);
	}
	rows_end(&r, 0);
}

static void tell_moded(struct story *st, struct story_box *b, const struct story_view *v)
{
	static const char *const heads[] = { "time", "clock", "by", "file" };
	struct story_file *f;
	struct rows r;

	rows_start(&r, v, "Made executable", heads, 4);
	TAILQ_FOREACH (f, &b->file_list, link) {
		if (!f->made_executable || !rows_room(&r))
			continue;
		time_cells(&r.c, st, f->made_executable);
		columns_cell(&r.c, "%s", f->chmodder ? f->chmodder : "?");
		columns_cell(&r.c, "%s", f->path);
	}
	rows_end(&r, 0);
}

void story_tell_files(struct story *st, struct story_box *b, const struct story_view *v)
{
	tell_executed(st, b, v);
	tell_written(st, b, v);
	tell_sensitive(st, b, v);
	tell_moded(st, b, v);
	tell_deleted(st, b, v);
}

/* ---- network ---- */

static const char *proto_name(uint8_t proto)
{
	switch (proto) {
	case SCAP_L4_TCP:
		return "tcp";
	case SCAP_L4_UDP:
		return "udp";
	case SCAP_L4_ICMP:
		return "icmp";
	case SCAP_L4_RAW:
		return "raw";
	default:
		return "?";
	}
}

static void tell_talks(struct story *st, struct story_box *b, const struct story_view *v,
		       uint8_t role, const char *title)
{
	static const char *const heads[] = { "first", "clock", "by",	 "proto", "times",
					     "local", "",      "remote", "out",	  "in" };
	bool client = role == SINSP_ROLE_CLIENT;
	struct unit_text a;
	struct story_conn *c;
	struct rows r;

	rows_start(&r, v, title, heads, 10);
	STAILQ_FOREACH (c, &b->conn_list, link) {
		if (c->listening || c->role != role ||
		    (!c->count && !c->bytes_in && !c->bytes_out) || !rows_room(&r))
			continue;
		time_cells(&r.c, st, c->first);
		columns_cell(&r.c, "%s", c->who);
		columns_cell(&r.c, "%s", proto_name(c->proto));
		columns_cell(&r.c, "%s", c->count ? unit_count(&a, c->count) : "-");
		columns_cell(&r.c, "%s", c->local_text);
		columns_cell(&r.c, "%s", client ? "->" : "<-");
		columns_cell(&r.c, "%s", c->remote_text);
		columns_cell(&r.c, "%s", unit_bytes(&a, c->bytes_out));
		columns_cell(&r.c, "%s", unit_bytes(&a, c->bytes_in));
	}
	rows_end(&r, client ? b->n_conns_over : 0);
}

static void tell_failed(struct story *st, struct story_box *b, const struct story_view *v)
{
	static const char *const heads[] = { "first", "clock", "by", "times", "remote", "error" };
	struct unit_text a;
	struct story_conn *c;
	struct rows r;

	rows_start(&r, v, "Connections that failed", heads, 6);
	STAILQ_FOREACH (c, &b->conn_list, link) {
		if (!c->failures || !rows_room(&r))
			continue;
		time_cells(&r.c, st, c->first);
		columns_cell(&r.c, "%s", c->who);
		columns_cell(&r.c, "%s", unit_count(&a, c->failures));
		columns_cell(&r.c, "%s", c->remote_text);
		columns_cell(&r.c, "%s (%s)",
			     strerrorname_np(c->error) ? strerrorname_np(c->error) : "?",
			     strerror(c->error));
	}
	rows_end(&r, 0);
}

static void tell_listening(struct story *st, struct story_box *b, const struct story_view *v)
{
	static const char *const heads[] = { "since", "clock", "by", "proto", "address" };
	struct story_conn *c;
	struct rows r;

	rows_start(&r, v, "Ports listened on", heads, 5);
	STAILQ_FOREACH (c, &b->conn_list, link) {
		if (!c->listening || !rows_room(&r))
			continue;
		if (c->first > st->first) {
			time_cells(&r.c, st, c->first);
		} else {
			columns_cell(&r.c, "before");
			columns_cell(&r.c, "%s", "");
		}
		columns_cell(&r.c, "%s", c->who);
		columns_cell(&r.c, "%s", proto_name(c->proto));
		columns_cell(&r.c, "%s", c->local_text);
	}
	rows_end(&r, 0);
}

void story_tell_net(struct story *st, struct story_box *b, const struct story_view *v)
{
	tell_listening(st, b, v);
	tell_talks(st, b, v, SINSP_ROLE_CLIENT, "Outgoing connections");
	tell_talks(st, b, v, SINSP_ROLE_SERVER, "Incoming connections");
	tell_failed(st, b, v);
}
