/* SPDX-License-Identifier: BSD-2-Clause */
/* Events that carry state: containers, users and groups, as a recorder has written them. */
#include "parse.h"

/* What is told again and again replaces what was told before. */
static void tidy(struct sinsp *s)
{
	if (intern_sweep_due(s->kept))
		sinsp_sweep_kept(s);
}

static void learn(struct sinsp *s, const char *json, size_t len)
{
	struct container *c;

	tidy(s);
	c = json ? containers_learn(&s->containers, json, len) : NULL;
	s->ev.told = c ? &c->pub : NULL;
}

void parse_container(struct sinsp *s, struct thread *t)
{
	size_t len = 0;
	const char *json = scap_param_str(&s->ev.raw, 0, &len);

	(void)t;
	learn(s, json, len);
}

/* The same from a plugin: number of the plugin, kind of event, text. */
void parse_async(struct sinsp *s, struct thread *t)
{
	size_t len = 0;
	const char *name = scap_param_str(&s->ev.raw, 1, &len);
	uint32_t size = scap_param_len(&s->ev.raw, 2);
	const char *json = (const char *)scap_param_ptr(&s->ev.raw, 2);

	(void)t;
	if (!name || len != 9 || memcmp(name, "container", 9) != 0)
		return;
	if (size > 0)
		learn(s, json, strnlen(json, size));
}

/*
 * Strings of a user's event, which are looked at only for as long as the event is there; each is
 * copied so that it ends with a NUL.
 */
static const char *text(struct sinsp *s, unsigned int i)
{
	return parse_str(s, i);
}

void parse_user(struct sinsp *s, struct thread *t)
{
	const struct scap_event *ev = &s->ev.raw;
	struct scap_user u = {
		.uid = (uint32_t)scap_param_u64(ev, 0, UINT32_MAX),
		.gid = (uint32_t)scap_param_u64(ev, 1, UINT32_MAX),
		.name = text(s, 2),
		.home = text(s, 3),
		.shell = text(s, 4),
	};

	(void)t;
	tidy(s);
	if (u.uid == UINT32_MAX || s->opts.no_users)
		return;
	if (ev->hdr->type == SCAP_EVT_USER_ADDED_E)
		users_add(&s->users, text(s, 5), &u);
	else
		users_remove(&s->users, text(s, 5), u.uid);
}

void parse_group(struct sinsp *s, struct thread *t)
{
	const struct scap_event *ev = &s->ev.raw;
	struct scap_group g = {
		.gid = (uint32_t)scap_param_u64(ev, 0, UINT32_MAX),
		.name = text(s, 1),
	};

	(void)t;
	tidy(s);
	if (g.gid == UINT32_MAX || s->opts.no_users)
		return;
	if (ev->hdr->type == SCAP_EVT_GROUP_ADDED_E)
		groups_add(&s->users, text(s, 2), &g);
	else
		groups_remove(&s->users, text(s, 2), g.gid);
}
