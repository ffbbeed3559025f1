/* SPDX-License-Identifier: BSD-2-Clause */
/* Tells the network of a box. */
#include <stdio.h>
#include <string.h>

#include "story_rows.h"
#include "story_units.h"

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
		rows_time(&r.c, st, c->first);
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
		rows_time(&r.c, st, c->first);
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
			rows_time(&r.c, st, c->first);
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
