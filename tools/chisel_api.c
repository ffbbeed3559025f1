/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables that a chisel finds, and the one called `chisel`: what it asks for itself. */
#include <stdlib.h>
#include <string.h>

#include "chisel_host.h"

#define MAX_FIELDS 65536

void chisel_api_add(struct chisel *c)
{
	static const struct {
		const char *table;
		const luaL_Reg *functions;
	} rows[] = {
		{ "chisel", chisel_api_chisel },
		{ "sysdig", chisel_api_sysdig },
		{ "sysdig", chisel_api_state },
		{ "evt", chisel_api_evt },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		lua_pushlightuserdata(c->lua, c);
		luaL_openlib(c->lua, rows[i].table, rows[i].functions, 1);
		lua_pop(c->lua, 1);
	}
}

/* ---- fields ---- */

static int request_field(lua_State *lua)
{
	static const char *const cpu_names[] = {
		[CPU_ALL] = "thread.cpu",
		[CPU_USER] = "thread.cpu.user",
		[CPU_SYSTEM] = "thread.cpu.system",
	};
	struct chisel *c = chisel_of(lua);
	const char *text = luaL_checkstring(lua, 1);
	struct scap_error err = { 0 };
	struct chisel_field *more;
	struct sinsp_getter *f;
	size_t i;

	for (i = 0; i < c->n_fields; i++) {
		if (strcmp(c->fields[i].text, text) == 0) {
			lua_pushinteger(lua, (lua_Integer)i + 1);
			return 1;
		}
	}
	f = sinsp_getter_new(c->all->sinsp, text, &c->all->text, &err);
	if (!f)
		return luaL_error(lua, "%s", err.msg);
	if (!c->all->sinsp) {
		/* good: made again when the capture is open */
		sinsp_getter_free(f);
		f = NULL;
	}
	for (i = CPU_SYSTEM; i > NOT_CPU && strcmp(text, cpu_names[i]) != 0; i--)
		;
	more = c->n_fields < MAX_FIELDS ? reallocarray(c->fields, c->n_fields + 1, sizeof(*more))
					: NULL;
	if (more) {
		c->fields = more;
		more += c->n_fields;
		*more = (struct chisel_field){
			.text = strdup(text),
			.getter = f,
			.cpu = (enum chisel_cpu_part)i,
			.is_latency = strcmp(text, "evt.latency") == 0,
			.is_container_name = strcmp(text, "container.name") == 0,
		};
	}
	if (more)
		more->is_special = more->cpu || more->is_latency || more->is_container_name;
	if (!more || !more->text) {
		sinsp_getter_free(f);
		return luaL_error(lua, "too many fields");
	}
	lua_pushinteger(lua, (lua_Integer)++c->n_fields);
	return 1;
}

/* ---- filter and format ---- */

static int replace_text(lua_State *lua, char **text, const char *with)
{
	char *copy = strdup(with);

	if (!copy)
		return luaL_error(lua, "out of memory");
	free(*text);
	*text = copy;
	return 0;
}

static int set_filter(lua_State *lua)
{
	struct chisel *c = chisel_of(lua);
	const char *text = luaL_checkstring(lua, 1);
	struct scap_error err = { 0 };
	struct sinsp_filter *f = sinsp_filter_new(c->all->sinsp, text, &err);

	if (!f)
		return luaL_error(lua, "%s", err.msg);
	sinsp_filter_free(c->filter);
	c->filter = NULL;
	c->wants_procinfo = strstr(text, "procinfo") != NULL;
	if (c->all->sinsp)
		c->filter = f;
	else
		sinsp_filter_free(f);
	return replace_text(lua, &c->filter_text, text);
}

static int set_event_formatter(lua_State *lua)
{
	struct chisel *c = chisel_of(lua);
	const char *text = luaL_checkstring(lua, 1);
	struct scap_error err = { 0 };
	struct sinsp_format *f;

	if (!*text || strcmp(text, "default") == 0)
		text = SINSP_FORMAT_DEFAULT;
	f = sinsp_format_new(c->all->sinsp, text, &c->all->text, &err);
	if (!f)
		return luaL_error(lua, "%s", err.msg);
	sinsp_format_free(c->format);
	c->format = NULL;
	if (c->all->sinsp)
		c->format = f;
	else
		sinsp_format_free(f);
	return replace_text(lua, &c->format_text, text);
}

/* ---- intervals ---- */

static int set_interval(lua_State *lua, lua_Number unit, bool precise)
{
	struct chisel *c = chisel_of(lua);
	lua_Number n = luaL_checknumber(lua, 1) * unit;

	if (!(n >= 1 && n < 9e18))
		return luaL_error(lua, "an interval must be longer than nothing");
	c->interval = (uint64_t)n;
	c->precise = precise;
	c->next = c->previous = 0;
	return 0;
}

static int set_interval_ns(lua_State *lua)
{
	return set_interval(lua, 1, false);
}

static int set_interval_s(lua_State *lua)
{
	return set_interval(lua, 1e9, false);
}

static int set_precise_interval_ns(lua_State *lua)
{
	return set_interval(lua, 1, true);
}

/* ---- another chisel in its place ---- */

static int exec(lua_State *lua)
{
	struct chisel *c = chisel_of(lua);
	const char *name = luaL_checkstring(lua, 1);
	int i, n = lua_gettop(lua) - 1;

	if (c->all->sinsp)
		return luaL_error(lua, "chisel.exec() is for on_init() only");
	chisel_values_free(c->instead_values, c->n_instead_values);
	c->n_instead_values = 0;
	c->instead_values = calloc(n ? (size_t)n : 1, sizeof(char *));
	if (!c->instead_values)
		return luaL_error(lua, "out of memory");
	for (i = 0; i < n; i++) {
		c->instead_values[i] = strdup(luaL_checkstring(lua, i + 2));
		if (!c->instead_values[i])
			return luaL_error(lua, "out of memory");
		c->n_instead_values++;
	}
	return replace_text(lua, &c->instead, name);
}

const luaL_Reg chisel_api_chisel[] = {
	{ "exec", exec },
	{ "request_field", request_field },
	{ "set_event_formatter", set_event_formatter },
	{ "set_filter", set_filter },
	{ "set_interval_ns", set_interval_ns },
	{ "set_interval_s", set_interval_s },
	{ "set_precise_interval_ns", set_precise_interval_ns },
	{ NULL, NULL },
};
