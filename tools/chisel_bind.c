/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fields, filters and formats belong to one capture, a chisel may see several: what it asked for is
 * kept as text, checked at once, and made for each capture when that is open.
 */
#include "chisel_host.h"
#include "complain.h"

static void unbind(struct chisel *c)
{
	size_t i;

	for (i = 0; i < c->n_fields; i++) {
		sinsp_getter_free(c->fields[i].getter);
		c->fields[i].getter = NULL;
	}
	sinsp_filter_free(c->filter);
	sinsp_format_free(c->format);
	c->filter = NULL;
	c->format = NULL;
}

void chisels_unbind(struct chisels *cs)
{
	struct chisel *c;

	TAILQ_FOREACH (c, &cs->list, link)
		unbind(c);
	sinsp_filter_free(cs->filter);
	sinsp_getter_free(cs->type);
	sinsp_getter_free(cs->container_id);
	cs->filter = NULL;
	cs->type = cs->container_id = NULL;
	cs->sinsp = NULL;
}

static bool bind_one(struct chisel *c, struct scap_error *err)
{
	struct chisels *cs = c->all;
	size_t i;

	for (i = 0; i < c->n_fields; i++) {
		c->fields[i].getter = sinsp_getter_new(cs->sinsp, c->fields[i].text, &cs->text,
						       err);
		if (!c->fields[i].getter)
			return false;
	}
	if (c->filter_text && !(c->filter = sinsp_filter_new(cs->sinsp, c->filter_text, err)))
		return false;
	if (c->format_text &&
	    !(c->format = sinsp_format_new(cs->sinsp, c->format_text, &cs->text, err)))
		return false;
	return true;
}

int chisels_bind(struct chisels *cs, struct sinsp *s)
{
	struct scap_error err = { 0 };
	struct chisel *c;

	chisels_unbind(cs);
	cs->sinsp = s;
	cs->type = sinsp_getter_new(s, "evt.type", &cs->text, &err);
	cs->container_id = sinsp_getter_new(s, "container.id", &cs->text, &err);
	if (!cs->type || !cs->container_id)
		return complain("%s", err.msg);
	if (cs->filter_text && !(cs->filter = sinsp_filter_new(s, cs->filter_text, &err)))
		return complain("%s", err.msg);
	TAILQ_FOREACH (c, &cs->list, link)
		if (!c->over && !bind_one(c, &err))
			return chisel_fail(c, "%s", err.msg);
	return 0;
}
