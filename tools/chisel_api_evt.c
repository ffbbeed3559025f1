/* SPDX-License-Identifier: BSD-2-Clause */
/* The table `evt`: the event that on_event() or on_interval() is called for. At the end of the
 * capture, and while nothing happens, there is none: everything is nil. */
#include "chisel_host.h"

static void push_value(lua_State *lua, const struct sinsp_answer *v)
{
	switch (v->kind) {
	case SINSP_ANSWER_TEXT:
	case SINSP_ANSWER_BYTES:
		lua_pushlstring(lua, v->text.ptr, v->text.len);
		break;
	case SINSP_ANSWER_INT:
		lua_pushnumber(lua, (lua_Number)v->i);
		break;
	case SINSP_ANSWER_UINT:
		lua_pushnumber(lua, (lua_Number)v->u);
		break;
	case SINSP_ANSWER_BOOL:
		lua_pushboolean(lua, v->b);
		break;
	case SINSP_ANSWER_DOUBLE:
		lua_pushnumber(lua, v->d);
		break;
	}
}

/* Not every recorder measures how long calls take. Scripts take it for granted that there is a
 * number: a call whose time is not known counts as none, and the user is told so at the end. */
static bool get_latency(struct chisels *cs, struct sinsp_getter *g, struct sinsp_answer *v)
{
	const struct scap_event *ev = &cs->ev->raw;

	if (sinsp_getter_run(g, cs->ev, v)) {
		cs->latencies++;
		return true;
	}
	if (!(ev->info->category & EC_SYSCALL) || scap_event_is_enter(ev->hdr->type))
		return false;
	cs->no_latencies++;
	v->kind = SINSP_ANSWER_UINT;
	v->u = 0;
	return true;
}

/* The same for the names of containers: one without goes by its id. */
static bool get_special(struct chisels *cs, const struct chisel_field *f, struct sinsp_answer *v)
{
	if (f->is_latency)
		return get_latency(cs, f->getter, v);
	if (f->cpu && cs->ev->raw.hdr->type == SCAP_EVT_PROCINFO_E) {
		v->kind = SINSP_ANSWER_DOUBLE;
		v->d = (f->cpu != CPU_SYSTEM ? cs->cpu_user : 0) +
		       (f->cpu != CPU_USER ? cs->cpu_system : 0);
		return true;
	}
	return sinsp_getter_run(f->getter, cs->ev, v) ||
	       (f->is_container_name && sinsp_getter_run(cs->container_id, cs->ev, v));
}

static bool get_value(struct chisels *cs, const struct chisel_field *f, struct sinsp_answer *v)
{
	if (f->is_special)
		return get_special(cs, f, v);
	return sinsp_getter_run(f->getter, cs->ev, v);
}

/*
 * Several times an event: nothing is looked up here but the handle in its list. What is no handle
 * has no value, as a field that the event does not have.
 */
static int field(lua_State *lua)
{
	const struct chisel *c = chisel_of(lua);
	lua_Integer i = lua_tointeger(lua, 1);
	struct sinsp_answer v;

	if (c->all->ev && i >= 1 && (size_t)i <= c->n_fields &&
	    get_value(c->all, &c->fields[i - 1], &v))
		push_value(lua, &v);
	else
		lua_pushnil(lua);
	return 1;
}

static int get_num(lua_State *lua)
{
	const struct sinsp_event *ev = chisel_of(lua)->all->ev;

	if (!ev)
		return 0;
	lua_pushnumber(lua, (lua_Number)ev->num);
	return 1;
}

static int get_ts(lua_State *lua)
{
	const struct sinsp_event *ev = chisel_of(lua)->all->ev;

	if (!ev)
		return 0;
	lua_pushnumber(lua, (lua_Number)(ev->raw.hdr->ts / 1000000000));
	lua_pushnumber(lua, (lua_Number)(ev->raw.hdr->ts % 1000000000));
	return 2;
}

static int get_type(lua_State *lua)
{
	const struct chisels *cs = chisel_of(lua)->all;
	struct sinsp_answer v;

	if (!cs->ev || !sinsp_getter_run(cs->type, cs->ev, &v))
		return 0;
	push_value(lua, &v);
	return 1;
}

static int get_cpuid(lua_State *lua)
{
	const struct sinsp_event *ev = chisel_of(lua)->all->ev;

	if (!ev)
		return 0;
	lua_pushinteger(lua, ev->raw.cpu);
	return 1;
}

const luaL_Reg chisel_api_evt[] = {
	{ "field", field },   { "get_cpuid", get_cpuid }, { "get_num", get_num },
	{ "get_ts", get_ts }, { "get_type", get_type },	  { NULL, NULL },
};
