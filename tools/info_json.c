/* SPDX-License-Identifier: BSD-2-Clause */
/* What is known of a capture, as JSON. */
#include "info.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Captured bytes may be no UTF-8: what is not printable becomes a dot. */
static json_t *text(const char *s)
{
	struct sinsp_text t = { 0 };
	json_t *v;

	sinsp_text_add_printable(&t, s, strlen(s));
	v = json_string(t.len ? t.ptr : "");
	sinsp_text_free(&t);
	return v;
}

static json_t *number(uint64_t v)
{
	return json_integer((json_int_t)v);
}

static void set(json_t *o, const char *key, json_t *v)
{
	json_object_set_new(o, key, v);
}

/* By their keys. */
static json_t *facts(const struct scap_machine *m)
{
	json_t *o = json_object();
	const char *p = m->facts;
	size_t len, key;

	for (; *p; p += len + (p[len] == '\n')) {
		char k[sizeof(m->facts)], v[sizeof(m->facts)];

		len = strcspn(p, "\n");
		key = strcspn(p, "\t\n");
		if (key >= len)
			continue;
		snprintf(k, sizeof(k), "%.*s", (int)key, p);
		snprintf(v, sizeof(v), "%.*s", (int)(len - key - 1), p + key + 1);
		json_object_set_new(o, k, text(v));
	}
	return o;
}

static json_t *host(const struct info *in)
{
	const struct scap_machine *m = sinsp_machine(in->sinsp);
	json_t *o = json_object();

	set(o, "name", text(m->hostname));
	set(o, "cpus", number(m->num_cpus));
	set(o, "memory_bytes", number(m->memory_bytes));
	set(o, "boot_time_ns", number(m->boot_time));
	set(o, "facts", facts(m));
	return o;
}

static json_t *types(const struct info *in)
{
	struct summary_line *lines;
	json_t *list = json_array();
	size_t n, i;

	lines = summary_lines(&in->summary, &n);
	for (i = 0; lines && i < n; i++) {
		json_t *o = json_object();

		set(o, "type", text(lines[i].name));
		set(o, "direction", json_stringn(&lines[i].direction, 1));
		set(o, "count", number(lines[i].count));
		json_array_append_new(list, o);
	}
	free(lines);
	return list;
}

static json_t *losses(const struct info *in, const struct scap_stats *st)
{
	json_t *o = json_object(), *list = json_array();
	size_t i;

	set(o, "events", number(st->lost));
	set(o, "ring_full", number(st->lost_buffer));
	set(o, "not_resident", number(st->lost_fault));
	set(o, "re_entry", number(st->lost_busy));
	for (i = 0; i < in->n_losses; i++) {
		const struct scap_loss *l = &in->losses[i].loss;
		json_t *e = json_object();

		set(e, "cpu", number(in->losses[i].cpu));
		set(e, "ring_full", number(l->buffer));
		set(e, "not_resident", number(l->fault));
		set(e, "re_entry", number(l->busy));
		set(e, "from_ns", number(l->from));
		set(e, "to_ns", number(l->to));
		json_array_append_new(list, e);
	}
	set(o, "where", list);
	return o;
}

static bool add_container(struct sinsp_container *c, void *list)
{
	json_t *o = json_object();

	set(o, "id", text(c->id));
	set(o, "name", text(c->name));
	set(o, "image", text(c->image));
	set(o, "pod", text(c->pod_name));
	set(o, "namespace", text(c->pod_namespace));
	set(o, "first_ns", number(c->first_ts));
	set(o, "last_ns", number(c->last_ts));
	json_array_append_new(list, o);
	return true;
}

struct json_t *info_json(const struct info *in)
{
	json_t *o = json_object(), *list = json_array(), *index = json_object();
	struct scap_stats st;

	scap_stats(in->scap, &st);
	set(o, "file", text(in->file));
	set(o, "form", text(scap_describe(in->scap)));
	set(o, "bytes", number(st.bytes_total ? st.bytes_total : st.bytes_read));
	set(o, "plain_bytes", in->content ? number(in->content) : json_null());
	set(index, "frames", number(in->frames));
	set(index, "indexed", number(in->indexed));
	set(index, "keyframes", number(in->keyframes));
	set(o, "index", index);
	set(o, "whole", json_boolean(!in->damage.gaps));
	set(o, "damage", in->damage.gaps ? text(in->damage.first) : json_null());
	set(o, "finished", json_boolean(!scap_is_unfinished(in->scap)));
	set(o, "captures", number(in->sections));
	set(o, "host", host(in));
	set(o, "threads", number(in->threads));
	set(o, "descriptors", number(in->descriptors));
	set(o, "first_ns", number(in->ts_low));
	set(o, "last_ns", number(in->ts_high));
	set(o, "events", number(in->events));
	set(o, "hidden_events", number(in->hidden));
	set(o, "unknown_events", number(st.skipped));
	set(o, "losses", losses(in, &st));
	sinsp_each_container(in->sinsp, add_container, list);
	set(o, "containers", list);
	set(o, "types", types(in));
	return o;
}
