/* SPDX-License-Identifier: BSD-2-Clause */
/* A chisel's script: its Lua state, what it says of itself, and calls into it. */
#include <luajit.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chisel_host.h"
#include "complain.h"

/* ---- failing ---- */

int chisel_fail(struct chisel *c, const char *fmt, ...)
{
	char msg[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	c->over = true;
	c->all->failed = true;
	fflush(stdout);
	return complain("chisel %s: %s", c->name, msg);
}

static const char *error_text(lua_State *lua)
{
	const char *text = lua_tostring(lua, -1);

	return text ? text : "an error that is no text";
}

int chisel_call(struct chisel *c, int nargs, int nresults)
{
	int rc;

	chisel_watch_begin(c->lua);
	rc = lua_pcall(c->lua, nargs, nresults, 0);
	chisel_watch_end(c->lua);
	if (rc == 0)
		return 0;
	chisel_fail(c, "%s", error_text(c->lua));
	lua_pop(c->lua, 1);
	return rc;
}

bool chisel_push_callback(struct chisel *c, const char *name)
{
	lua_getglobal(c->lua, name);
	if (lua_isfunction(c->lua, -1))
		return true;
	lua_pop(c->lua, 1);
	return false;
}

/* ---- a state ---- */

/* Libraries are looked for beside the script @path, where chisels are, and in Lua's own folders,
 * but not in the present one: `package.path` and `package.cpath` begin with it. */
static void set_paths(lua_State *lua, const char *path)
{
	const char *slash = strrchr(path, '/');
	char **dirs = chisel_dirs();
	luaL_Buffer b;
	size_t i;

	luaL_buffinit(lua, &b);
	if (slash) {
		luaL_addlstring(&b, path, (size_t)(slash - path) + 1);
		luaL_addstring(&b, "?.lua;");
	}
	for (i = 0; dirs && dirs[i]; i++) {
		luaL_addstring(&b, dirs[i]);
		luaL_addstring(&b, "/?.lua;");
	}
	chisel_dirs_free(dirs);
	luaL_pushresult(&b);
	lua_getglobal(lua, "package");
	lua_getfield(lua, -1, "path");
	luaL_gsub(lua, lua_tostring(lua, -1), "./?.lua;", "");
	lua_pushfstring(lua, "%s%s", lua_tostring(lua, -4), lua_tostring(lua, -1));
	lua_setfield(lua, -4, "path");
	lua_getfield(lua, -3, "cpath");
	luaL_gsub(lua, lua_tostring(lua, -1), "./?.so;", "");
	lua_setfield(lua, -5, "cpath");
	lua_pop(lua, 5);
}

/* Of the script that has run: how many arguments, and of what kind. */
static int read_args(struct chisel *c)
{
	lua_State *lua = c->lua;
	size_t i;

	lua_getglobal(lua, "args");
	if (!lua_istable(lua, -1))
		return luaL_error(lua, "its table 'args' is missing");
	c->n_args = lua_objlen(lua, -1);
	for (i = 1; i <= c->n_args; i++) {
		lua_rawgeti(lua, -1, (int)i);
		if (!lua_istable(lua, -1))
			return luaL_error(lua, "its argument %d is no table", (int)i);
		lua_getfield(lua, -1, "optional");
		if (!lua_toboolean(lua, -1))
			c->n_required++;
		lua_getfield(lua, -2, "argtype");
		c->takes_filter = c->n_args == 1 && lua_isstring(lua, -1) &&
				  strcmp(lua_tostring(lua, -1), "filter") == 0;
		lua_pop(lua, 3);
	}
	lua_pop(lua, 1);
	return 0;
}

/* nil .. x: most events lack some value, and a line that says so is better than none. */
static int concat_nil(lua_State *lua)
{
	int i;

	for (i = 1; i <= 2; i++) {
		if (lua_isnil(lua, i))
			lua_pushliteral(lua, "nil");
		else if (lua_isstring(lua, i))
			lua_pushvalue(lua, i);
		else
			return luaL_error(lua, "attempt to concatenate a %s value",
					  luaL_typename(lua, i));
	}
	lua_concat(lua, 2);
	return 1;
}

static void let_nil_concatenate(lua_State *lua)
{
	lua_pushnil(lua);
	lua_createtable(lua, 0, 1);
	lua_pushcfunction(lua, concat_nil);
	lua_setfield(lua, -2, "__concat");
	lua_setmetatable(lua, -2);
	lua_pop(lua, 1);
}

/* Runs protected, so that a lack of memory is an error like others. Argument: the file's name. */
static int run_script(lua_State *lua)
{
	struct chisel *c = lua_touserdata(lua, 1);
	const char *path = lua_tostring(lua, 2);

	luaL_openlibs(lua);
	luaJIT_setmode(lua, 0, LUAJIT_MODE_ENGINE | LUAJIT_MODE_OFF);
	set_paths(lua, path);
	let_nil_concatenate(lua);
	chisel_api_add(c);
	chisel_terminal_add(lua);
	if (luaL_loadfile(lua, path))
		return lua_error(lua);
	lua_call(lua, 0, 0);
	lua_getglobal(lua, "view_info");
	if (lua_istable(lua, -1))
		return luaL_error(lua, "is a view of a full-screen tool");
	return read_args(c);
}

int chisel_load(struct chisel *c, const char *name)
{
	char *path = chisel_find(name);
	int rc;

	if (!path)
		return complain("no chisel '%s': see scapula -cl", name);
	free(c->name);
	c->name = strdup(name);
	c->lua = luaL_newstate();
	c->n_args = c->n_required = 0;
	c->on_event = c->on_interval = c->on_loss = LUA_NOREF;
	if (!c->name || !c->lua) {
		free(path);
		return complain("out of memory");
	}
	lua_pushcfunction(c->lua, run_script);
	lua_pushlightuserdata(c->lua, c);
	lua_pushstring(c->lua, path);
	rc = chisel_call(c, 2, 0);
	free(path);
	return rc ? EXIT_FAILURE : 0;
}

void chisel_unload(struct chisel *c)
{
	size_t i;

	for (i = 0; i < c->n_fields; i++) {
		sinsp_getter_free(c->fields[i].getter);
		free(c->fields[i].text);
	}
	free(c->fields);
	c->fields = NULL;
	c->n_fields = 0;
	sinsp_filter_free(c->filter);
	sinsp_format_free(c->format);
	c->filter = NULL;
	c->format = NULL;
	free(c->filter_text);
	free(c->format_text);
	c->filter_text = c->format_text = NULL;
	c->interval = 0;
	if (c->lua)
		lua_close(c->lua);
	c->lua = NULL;
}

/* ---- for its description ---- */

/* What would touch anything outside is not there, or has nothing in it: to list a chisel is not to
 * run it. */
static int run_description(lua_State *lua)
{
	static const luaL_Reg libraries[] = {
		{ "", luaopen_base },
		{ LUA_LOADLIBNAME, luaopen_package },
		{ LUA_TABLIBNAME, luaopen_table },
		{ LUA_STRLIBNAME, luaopen_string },
		{ LUA_MATHLIBNAME, luaopen_math },
		{ LUA_OSLIBNAME, luaopen_os },
		{ LUA_BITLIBNAME, luaopen_bit },
		{ NULL, NULL },
	};
	static const luaL_Reg nothing[] = { { NULL, NULL } };
	static const char *const empty[] = { "io", "debug", "ffi", "chisel", "sysdig", "evt" };
	static const char *const not_in_os[] = { "execute", "exit",	 "getenv", "remove",
						 "rename",  "setlocale", "tmpname" };
	const luaL_Reg *l;
	size_t i;

	for (l = libraries; l->func; l++) {
		lua_pushcfunction(lua, l->func);
		lua_pushstring(lua, l->name);
		lua_call(lua, 1, 0);
	}
	for (i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
		luaL_register(lua, empty[i], nothing);
		lua_pop(lua, 1);
	}
	/* what it makes would run when the state is closed */
	lua_pushnil(lua);
	lua_setglobal(lua, "newproxy");
	lua_getglobal(lua, "os");
	for (i = 0; i < sizeof(not_in_os) / sizeof(not_in_os[0]); i++) {
		lua_pushnil(lua);
		lua_setfield(lua, -2, not_in_os[i]);
	}
	luaJIT_setmode(lua, 0, LUAJIT_MODE_ENGINE | LUAJIT_MODE_OFF);
	set_paths(lua, lua_tostring(lua, 1));
	lua_getglobal(lua, "package");
	lua_pushliteral(lua, "");
	lua_setfield(lua, -2, "cpath");
	lua_pushnil(lua);
	lua_setfield(lua, -2, "loadlib");
	lua_pop(lua, 2);
	if (luaL_loadfile(lua, lua_tostring(lua, 1)))
		return lua_error(lua);
	lua_call(lua, 0, 0);
	return 0;
}

lua_State *chisel_describe(const char *path, char **why)
{
	lua_State *lua = luaL_newstate();
	int rc;

	*why = NULL;
	if (!lua)
		return NULL;
	lua_pushcfunction(lua, run_description);
	lua_pushstring(lua, path);
	chisel_watch_begin(lua);
	rc = lua_pcall(lua, 1, 0, 0);
	chisel_watch_end(lua);
	if (rc == 0)
		return lua;
	*why = strdup(error_text(lua));
	lua_close(lua);
	return NULL;
}

void chisel_get_global(lua_State *lua, const char *name)
{
	lua_pushstring(lua, name);
	lua_rawget(lua, LUA_GLOBALSINDEX);
}

void chisel_get_field(lua_State *lua, const char *name)
{
	lua_pushstring(lua, name);
	lua_rawget(lua, -2);
}
