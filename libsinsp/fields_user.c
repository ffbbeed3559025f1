/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields of the user and the group that the thread acts for. */
#include <stddef.h>

#include "fields.h"

static const struct scap_user *user_of(struct view *c, uint32_t uid)
{
	return c->s ? sinsp_find_user(c->s, c->ev->thread->container, uid) : NULL;
}

/* Text where the name is unknown. Root needs no table. */
static const char *user_name(const struct scap_user *u, uint32_t uid)
{
	return u ? u->name : uid == 0 ? "root" : "<NA>";
}

static bool get_uid(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_thread *t = c->ev->thread;

	(void)r;
	return t && value_u64(v, t->uid);
}

static bool get_name(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_thread *t = c->ev->thread;

	(void)r;
	return t && value_cstr(v, user_name(user_of(c, t->uid), t->uid));
}

/* A string of the user's row, by offset. */
static bool get_detail(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_thread *t = c->ev->thread;
	const struct scap_user *u;
	const char *s = "<NA>";

	if (!t)
		return false;
	u = user_of(c, t->uid);
	if (u)
		memcpy(&s, (const char *)u + r->field->at, sizeof(s));
	return value_cstr(v, s);
}

static bool get_loginuid(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_thread *t = c->ev->thread;

	(void)r;
	return t && value_i64(v, t->loginuid == UINT32_MAX ? -1 : (int64_t)t->loginuid);
}

static bool get_loginname(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_thread *t = c->ev->thread;

	(void)r;
	if (!t)
		return false;
	if (t->loginuid == UINT32_MAX)
		return value_cstr(v, "<NA>");
	return value_cstr(v, user_name(user_of(c, t->loginuid), t->loginuid));
}

static bool get_gid(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_thread *t = c->ev->thread;

	(void)r;
	return t && value_u64(v, t->gid);
}

static bool get_group(struct view *c, struct field_ref *r, struct value *v)
{
	const struct sinsp_thread *t = c->ev->thread;
	const struct scap_group *g;

	(void)r;
	if (!t)
		return false;
	g = c->s ? sinsp_find_group(c->s, t->container, t->gid) : NULL;
	return value_cstr(v, g ? g->name : t->gid == 0 ? "root" : "<NA>");
}

static const struct field user_rows[] = {
	{ .name = "user.uid",
	  .type = PT_UINT32,
	  .format = PF_ID,
	  .get = get_uid,
	  .doc = "Number of the effective user." },
	{ .name = "user.name",
	  .type = PT_CHARBUF,
	  .get = get_name,
	  .doc = "Name of the effective user." },
	{ .name = "user.homedir",
	  .type = PT_CHARBUF,
	  .get = get_detail,
	  .at = offsetof(struct scap_user, home),
	  .doc = "Home directory of the user." },
	{ .name = "user.shell",
	  .type = PT_CHARBUF,
	  .get = get_detail,
	  .at = offsetof(struct scap_user, shell),
	  .doc = "Login shell of the user." },
	{ .name = "user.loginuid",
	  .type = PT_INT64,
	  .format = PF_ID,
	  .get = get_loginuid,
	  .doc = "Number of the user who logged in, whoever they became since; -1 for none." },
	{ .name = "user.loginname",
	  .type = PT_CHARBUF,
	  .get = get_loginname,
	  .doc = "Name of the user who logged in." },
};

static const struct field group_rows[] = {
	{ .name = "group.gid",
	  .type = PT_UINT32,
	  .format = PF_ID,
	  .get = get_gid,
	  .doc = "Number of the effective group." },
	{ .name = "group.name",
	  .type = PT_CHARBUF,
	  .get = get_group,
	  .doc = "Name of the effective group." },
};

const struct field_class fields_user_class = {
	.name = "user",
	.doc = "The user that the thread acts for.",
	.fields = user_rows,
	.n = sizeof(user_rows) / sizeof(user_rows[0]),
};

const struct field_class fields_group_class = {
	.name = "group",
	.doc = "The group that the thread acts for.",
	.fields = group_rows,
	.n = sizeof(group_rows) / sizeof(group_rows[0]),
};
